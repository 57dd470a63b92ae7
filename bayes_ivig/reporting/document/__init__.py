"""Blocks of a page and the media they become: HTML, Markdown, CSV, PDF. Knows no subject."""
