"""The interactive part of the page."""
