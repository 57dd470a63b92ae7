"""What the treatment was compared with, shown: a question each, in words, as a table, drawn, and in files."""
