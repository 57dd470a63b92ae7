"""Show how much prior it takes to turn a conclusion."""
