"""Show how probable which benefit and harm are, relative and per 1000 people."""
