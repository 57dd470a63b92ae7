"""Show benefit against harm."""
