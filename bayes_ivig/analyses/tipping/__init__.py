"""How much prior, or how few events, it takes to turn a conclusion."""
