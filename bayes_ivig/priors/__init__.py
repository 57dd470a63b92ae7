"""Believe: priors that know their density, quantiles, draws and text, and know nothing of any data."""
