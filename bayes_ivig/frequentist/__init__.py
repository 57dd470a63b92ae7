"""Compute: one dataset in, one pooled estimate out, by the arithmetic
of the programs behind published numbers.
"""
