"""Show one posterior."""
