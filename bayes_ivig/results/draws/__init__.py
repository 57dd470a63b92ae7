"""Draws of a posterior, and what is asked of them."""
