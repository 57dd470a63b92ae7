"""Priors from statements of belief."""
