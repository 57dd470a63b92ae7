"""What imported files say of themselves, held against what is computed here."""
