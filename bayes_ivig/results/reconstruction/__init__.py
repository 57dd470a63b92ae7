"""Reconstructed tables and the posteriors over them."""
