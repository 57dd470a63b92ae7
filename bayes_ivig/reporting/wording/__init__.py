"""Word: numbers, names, priors and models as text; the only place that rounds."""
