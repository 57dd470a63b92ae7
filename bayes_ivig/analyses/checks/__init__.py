"""Does a model fit its table: predictive checks, each study foreseen from the others, models side by side."""
