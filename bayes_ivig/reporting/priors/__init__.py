"""Show priors side by side, before and after the data."""
