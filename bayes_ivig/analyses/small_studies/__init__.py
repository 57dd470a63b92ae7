"""How far an answer depends on what was published, and on the size of trials."""
