"""Show tables of counts, and what one outcome's trials give."""
