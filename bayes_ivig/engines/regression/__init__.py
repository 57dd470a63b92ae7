"""Exact meta-regression: the likelihood surface of every study, read at its own linear predictor."""
