"""Hold: immutable answers that answer questions; no engine, no prose."""
