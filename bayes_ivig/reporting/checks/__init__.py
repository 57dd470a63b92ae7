"""Show model checks."""
