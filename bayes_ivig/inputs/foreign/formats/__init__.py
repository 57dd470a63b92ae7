"""From the bytes of a file of another program to grids of cells; what its columns mean is told elsewhere."""
