"""Lines of equal value on a rectangular grid: marching squares, joined into outlines; arrays in, arrays out."""

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Edge = tuple[int, int, int]  # row and column of a node, 0 for the edge towards the next row, 1 towards the next column


def outlines(values: Array, axes: tuple[Array, Array], level: float) -> tuple[Array, ...]:
    """Return the lines on which ``values``, shape (M, T), equal ``level``: arrays (N, 2) of coordinates on the two axes.

    Between nodes values are taken as linear. Lines are closed unless they end at the edge of the grid; longest first.
    """
    high = values >= level
    neighbours: dict[Edge, list[Edge]] = {}
    mixed = high[:-1, :-1] + 1 * high[1:, :-1] + high[1:, 1:] + high[:-1, 1:]
    for i, j in np.argwhere((mixed > 0) & (mixed < 4)):
        for one, other in _segments(high, int(i), int(j)):
            neighbours.setdefault(one, []).append(other)
            neighbours.setdefault(other, []).append(one)
    lines = [np.array([_place(values, axes, level, edge) for edge in chain]) for chain in _chains(neighbours)]
    return tuple(sorted(lines, key=len, reverse=True))


def _segments(high: NDArray[np.bool_], i: int, j: int) -> list[tuple[Edge, Edge]]:
    """Return the pieces of line within one cell, each between two of its edges; a saddle is cut in two."""
    corners = [bool(high[i, j]), bool(high[i + 1, j]), bool(high[i + 1, j + 1]), bool(high[i, j + 1])]
    edges: list[Edge] = [(i, j, 0), (i + 1, j, 1), (i, j + 1, 0), (i, j, 1)]  # between corners 0-1, 1-2, 2-3, 3-0
    crossed = [edges[k] for k in range(4) if corners[k] != corners[(k + 1) % 4]]
    if len(crossed) == 2:
        return [(crossed[0], crossed[1])]
    first = (edges[0], edges[1]), (edges[2], edges[3])
    return [*first] if not corners[1] else [(edges[3], edges[0]), (edges[1], edges[2])]


def _place(values: Array, axes: tuple[Array, Array], level: float, edge: Edge) -> tuple[float, float]:
    """Return where the line crosses an edge."""
    i, j, along = edge
    k, m = (i, j + 1) if along else (i + 1, j)
    share = (level - values[i, j]) / (values[k, m] - values[i, j])
    return (
        float(axes[0][i] + share * (axes[0][k] - axes[0][i])),
        float(axes[1][j] + share * (axes[1][m] - axes[1][j])),
    )


def _chains(neighbours: dict[Edge, list[Edge]]) -> list[list[Edge]]:
    """Join pieces into chains, those with ends first, so that none is cut in two; a closed one repeats its first point."""
    chains, left = [], dict.fromkeys(sorted(neighbours, key=lambda edge: len(neighbours[edge])))
    while left:
        edge = next(iter(left))
        closed = len(neighbours[edge]) == 2
        chain = [edge]
        del left[edge]
        while onward := [other for other in neighbours[chain[-1]] if other in left]:
            chain.append(onward[0])
            del left[onward[0]]
        chains.append([*chain, edge] if closed else chain)
    return chains
