"""How an answer came about, in words and as a drawing."""
