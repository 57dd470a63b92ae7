"""Grids of cells whose meaning has yet to be told: header, columns, arms, totals."""
