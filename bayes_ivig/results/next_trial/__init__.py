"""What the next trial may do to an answer."""
