"""Exact models in which publication depends on the p-value: chances of its intervals, weights, answers."""
