"""Show reconstructed tables, and outcomes known only by their published summary."""
