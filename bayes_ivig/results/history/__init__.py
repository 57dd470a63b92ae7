"""How an answer came about, trial by trial."""
