"""The brief of a report: its answer on one page."""
