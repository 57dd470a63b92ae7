"""What richer, sampled and averaged models answer."""
