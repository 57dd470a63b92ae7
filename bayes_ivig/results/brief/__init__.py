"""What a report says in one page: its answers as codes and numbers, by stated thresholds."""
