"""Benefit against harm: two outcomes of the same people."""
