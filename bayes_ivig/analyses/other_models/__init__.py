"""One outcome under other models, other counts, and averages over models."""
