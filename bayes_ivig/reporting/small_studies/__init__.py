"""Show what selection by p-value, and small trials, do to an answer."""
