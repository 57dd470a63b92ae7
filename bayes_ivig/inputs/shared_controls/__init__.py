"""Rows of a table that are comparisons of one trial with the same control arm."""
