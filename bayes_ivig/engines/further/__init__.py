"""Further questions of a fitted posterior, answered on its own surface."""
