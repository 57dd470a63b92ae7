"""One outcome: how probable which benefit is, control risks, and the summary of findings."""
