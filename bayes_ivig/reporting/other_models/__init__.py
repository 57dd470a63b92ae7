"""Show one outcome under other models and other counts, and whether sampled fits can be trusted."""
