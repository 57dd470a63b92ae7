"""What the next trial may do to an answer, in words and as a drawing."""
