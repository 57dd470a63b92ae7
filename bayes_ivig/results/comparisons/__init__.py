"""What the treatment was compared with: a fit for each comparison, and how far they differ."""
