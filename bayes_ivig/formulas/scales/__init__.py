"""Effect measures as scales of exact curves: of two binomials, and of two rates."""
