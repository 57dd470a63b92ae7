"""How much prior, or how few events, turn a conclusion."""
