"""Show one classical pooled estimate."""
