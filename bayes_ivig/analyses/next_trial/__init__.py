"""What the next trial may do to an answer: how large it must be, and what it is worth."""
