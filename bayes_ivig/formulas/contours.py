"""Lines of equal value on a rectangular grid: marching squares, joined into outlines;
arrays in, arrays out.
"""

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.ties import settled

type Array = NDArray[np.float64]
NARROW = 1e-9  # width of the margin that closes a region, of its grid
# row and column of a node, 0 for the edge towards the next row, 1 towards the next column
type Edge = tuple[int, int, int]


def outlines(values: Array, axes: tuple[Array, Array], level: float) -> tuple[Array, ...]:
    """Return the lines on which ``values``, shape (M, T), equal ``level``:
    arrays (N, 2) of coordinates on the two axes.

    Between nodes values are taken as linear. Lines are closed unless they end at the edge
    of the grid; longest first.
    """
    values = settled(values)  # what lies on the level but for noise lies on it
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
    # between corners 0-1, 1-2, 2-3, 3-0
    edges: list[Edge] = [(i, j, 0), (i + 1, j, 1), (i, j + 1, 0), (i, j, 1)]
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
    """Join pieces into chains, those with ends first, so that none is cut in two;
    a closed one repeats its first point.
    """
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


def smoother(values: Array, axes: tuple[Array, Array], times: int) -> tuple[Array, tuple[Array, Array]]:
    """Return values, shape (M, T), and axes with ``times`` nodes in place of one,
    by cubic splines through the nodes.
    """
    from scipy import interpolate

    fine = [
        np.interp(np.linspace(0, a.size - 1, (a.size - 1) * times + 1), np.arange(a.size), a) for a in axes
    ]
    spline = interpolate.RectBivariateSpline(
        *axes, values, kx=min(3, axes[0].size - 1), ky=min(3, axes[1].size - 1)
    )
    return np.asarray(spline(fine[0], fine[1])), (fine[0], fine[1])


def regions(values: Array, axes: tuple[Array, Array], level: float) -> tuple[tuple[Array, bool], ...]:
    """Return where ``values`` are ``level`` or more as closed rings,
    each with whether the area just inside it belongs.

    The edge of the grid closes what it cuts. Rings that hold others come first, so that painting them in
    turn, with the ground where the inside does not belong, gives the region with its holes.
    """
    low = min(float(values.min()), level) - 1e6 * max(float(np.ptp(values)), 1.0)
    wide = np.pad(values, 1, constant_values=low)
    around = [np.concatenate([[a[0] - NARROW * np.ptp(a)], a, [a[-1] + NARROW * np.ptp(a)]]) for a in axes]
    rings = [np.asarray(ring) for ring in outlines(wide, (around[0], around[1]), level)]
    rings.sort(key=lambda ring: -abs(_area(ring)))
    depth = [sum(_holds(other, ring[0]) for other in rings[:i]) for i, ring in enumerate(rings)]
    return tuple((ring, inside % 2 == 0) for ring, inside in zip(rings, depth, strict=True))


def _area(ring: Array) -> float:
    x, y = ring.T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def _holds(ring: Array, point: Array) -> bool:
    """Whether a point lies inside a closed ring: a ray from it crosses the ring an odd number of times."""
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    crosses = (y0 > point[1]) != (y1 > point[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x0 + (point[1] - y0) / (y1 - y0) * (x1 - x0)
    return bool(np.count_nonzero(crosses & (at > point[0])) % 2)


def visible(line: Array, tolerance: float) -> NDArray[np.intp]:
    """Return which points draw a line (N, 2) within a tolerance,
    its ends among them (Douglas & Peucker 1973).
    """
    kept = {0, len(line) - 1}
    parts = [(0, len(line) - 1)]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        chord, inner = line[last] - line[first], line[first + 1 : last] - line[first]
        size = float(np.hypot(*chord))
        away = (
            np.abs(chord[0] * inner[:, 1] - chord[1] * inner[:, 0]) / size if size > 0 else np.hypot(*inner.T)
        )
        farthest = int(np.argmax(away))
        if away[farthest] > tolerance:
            middle = first + 1 + farthest
            kept.add(middle)
            parts += [(first, middle), (middle, last)]
    return np.array(sorted(kept), np.intp)
