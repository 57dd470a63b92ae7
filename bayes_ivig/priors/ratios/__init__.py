"""Ratios as papers print them, and priors made of them."""
