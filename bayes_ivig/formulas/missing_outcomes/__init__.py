"""Likelihood curves of trials in which the outcome of some people was not seen."""
