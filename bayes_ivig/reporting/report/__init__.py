"""Order the sections of a report and write it."""
