"""The posterior of one model on one dataset, and what can be asked of it."""
