"""A trial not yet run: what a posterior foretells of it, and what the posterior would become."""
