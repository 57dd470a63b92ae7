"""Show an audit of printed numbers."""
