"""Draw: canvas, axes, palette, lettering; charts become SVG here. Knows no subject."""
