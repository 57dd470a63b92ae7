"""Audit: which printed numbers cannot be true together, and which way of pooling known counts gives them."""
