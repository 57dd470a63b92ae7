"""What a brief asks beyond a report."""
