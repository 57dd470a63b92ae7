"""Charts as Altair specifications, one file each; ``render`` turns them into SVG and puts an SVG inside a page."""
