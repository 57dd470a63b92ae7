"""The exact engine: where the nodes lie, the likelihood surface, and sums over it."""
