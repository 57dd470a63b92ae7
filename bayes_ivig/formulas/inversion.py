"""Draws from tabulated densities: where each row's probability below reaches a share."""

import math

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.interpolation import cumulative

type Array = NDArray[np.float64]

AT_ONCE = 500  # draws tabulated together


def invert(logs: Array, shares: Array) -> Array:
    """Return, in steps from node 0, where each row's probability below reaches its share:
    density linear within a cell.

    ``logs`` are log densities per step at equally spaced nodes, (S, n), up to a constant per row;
    ``shares`` lie in [0, 1], (S,).
    """
    density = np.exp(logs - logs.max(axis=1, keepdims=True))
    return _cell(np.maximum.accumulate(cumulative(density, 1.0), axis=1), density, shares)


def invert_uneven(x: Array, logs: Array, shares: Array) -> Array:
    """Return the value where each row's probability below reaches its share,
    for nodes ``x`` of any spacing, (S, n).

    ``logs`` are log densities per unit of x, taken as linear within a cell.
    """
    density = np.exp(logs - logs.max(axis=1, keepdims=True))
    widths = np.diff(x, axis=1)
    below = np.zeros_like(density)
    np.cumsum(widths * (density[:, 1:] + density[:, :-1]) / 2, axis=1, out=below[:, 1:])
    at = _cell(below, density, shares)
    cell = np.minimum(at.astype(np.intp), widths.shape[1] - 1)
    row = np.arange(shares.size)
    return np.asarray(x[row, cell] + (at - cell) * widths[row, cell])


def _cell(below: Array, density: Array, shares: Array) -> Array:
    """Find the cell that holds each share, and the place within it."""
    target = shares * below[:, -1]
    cell = np.clip((below <= target[:, None]).sum(axis=1) - 1, 0, density.shape[1] - 2)
    row = np.arange(shares.size)
    low, high = below[row, cell], below[row, cell + 1]
    f0, f1 = density[row, cell], density[row, cell + 1]
    share = np.clip((target - low) / np.maximum(high - low, math.ulp(0.0)), 0.0, 1.0)
    area = share * (f0 + f1)
    root = f0 + np.sqrt(np.maximum(f0 * f0 + (f1 - f0) * area, 0.0))
    return np.asarray(cell + np.clip(np.divide(area, root, out=share.copy(), where=root > 0), 0.0, 1.0))


def parts_of(size: int) -> list[slice]:
    """Return slices of at most ``AT_ONCE`` that cover ``size`` draws."""
    return [slice(start, min(start + AT_ONCE, size)) for start in range(0, size, AT_ONCE)]
