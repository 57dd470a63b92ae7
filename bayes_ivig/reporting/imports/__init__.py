"""What was read of a file of another program, shown."""
