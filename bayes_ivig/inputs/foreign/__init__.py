"""Files of other programs: what is in them, what was read as what, what was left out and why."""
