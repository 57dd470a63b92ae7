"""Posteriors of one quantity, and of functions of them."""
