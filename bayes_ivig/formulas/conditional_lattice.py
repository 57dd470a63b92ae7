"""The whole distribution of one study's treatment events given its margins,
on a lattice that stays small for huge totals.
"""

import math

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.conditional import mode_and_sd
from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.formulas.shaking import shaken

type Array = NDArray[np.float64]
type Counts = tuple[float, float, float, float]

MOST = 1000  # values kept one by one; longer ranges are read at every s-th value, a thousand in all
REACH = 10.0  # SDs beyond the outermost modes


def ends(counts: Counts) -> tuple[float, float]:
    """Return the fewest and the most treatment events that the margins leave possible."""
    r1, n1, r0, n0 = counts
    return float(max(0.0, r1 + r0 - n0)), float(min(n1, r1 + r0))


def lattice(counts: Counts, theta: Array) -> Array:
    """Return treatment events (X,) that are possible given all events;
    all of them where there are up to ``MOST``.

    ``counts`` are events and total under treatment, then under control. Of longer ranges every s-th value is
    kept, over what log odds ratios ``theta``, (J,) in ascending order, can bring about.
    """
    r1, n1, r0, n0 = counts
    lowest, highest = ends(counts)
    if highest - lowest <= MOST:
        return np.arange(lowest, highest + 1, dtype=float)
    mode, sd = mode_and_sd(theta[[0, -1]], (n1, n0, r1 + r0), (lowest, highest))
    low = max(lowest, math.floor(float(mode[0] - REACH * sd[0])))
    high = min(highest, math.ceil(float(mode[1] + REACH * sd[1])))
    return np.arange(low, high + 1, max(1.0, math.ceil((high - low) / MOST)))


def chances(counts: Counts, x: Array, theta: Array) -> Array:
    """Return the probability of each of the values ``x``, (X,), at each log odds ratio, shape (J, X):
    rows add up to 1.

    Fisher's noncentral hypergeometric distribution; on a lattice with gaps each value stands
    for those around it.
    """
    r1, n1, r0, n0 = counts
    ways = log_choose(np.asarray(n1), x) + log_choose(np.asarray(n0), r1 + r0 - x)
    logs = ways + np.multiply.outer(theta, x)
    terms = np.exp(logs - logs.max(axis=1, keepdims=True))
    return shaken(np.asarray(terms / terms.sum(axis=1, keepdims=True)))
