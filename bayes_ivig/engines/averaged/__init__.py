"""Averaging over models of small-study bias: one likelihood surface, read by all of them."""
