"""The exact engine for trials flagged as at risk of bias: two surfaces, sums over four parameters."""
