"""Show every choice of trials."""
