"""What is assumed: every kind of model, stated and never fitted."""
