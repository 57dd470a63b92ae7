"""How a result shows itself where it stands alone: in one line, and as a small table for notebooks."""
