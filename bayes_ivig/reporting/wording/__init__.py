"""Round and name: the only place that turns a number into text, and the words that several subjects share."""
