"""Probabilities at which to ask a quantile function, so that its moments come out right even
with heavy tails.
"""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]

PER_PANEL = 40
SMALLEST = 1e-12  # probability where the panels towards 0 and 1 stop shrinking


@cache
def probabilities() -> tuple[Array, Array]:
    """Return probabilities and their weights, shape (n,) each:
    Gauss-Legendre on panels that crowd towards 0 and 1.
    """
    nodes, weights = np.polynomial.legendre.leggauss(PER_PANEL)
    below = np.concatenate([[0.0], np.geomspace(SMALLEST, 0.5, 36)])
    edges = np.concatenate([below, 1 - below[-2::-1]])
    half = np.diff(edges)[:, None] / 2
    rule = (edges[:-1, None] + half + half * nodes).ravel(), (half * weights).ravel()
    for each in rule:
        each.flags.writeable = False
    return rule


def mean_and_sd(values: Array, shares: Array) -> tuple[float, float]:
    """Return mean and SD of values with these shares, of the same shape; the shares add up to 1."""
    mean = float((values * shares).sum())
    return mean, math.sqrt(max(float(((values - mean) ** 2 * shares).sum()), 0.0))
