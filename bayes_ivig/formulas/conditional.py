"""Probabilities of one study's own table given its margins:
Fisher's noncentral hypergeometric distribution, cumulated.
"""

import math

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.formulas.shaking import shaken

type Array = NDArray[np.float64]

WIDTH = 10.0  # SDs to either side of the mode that are summed
PER_SD = 64  # terms for each SD of a long support; the trapezoid rule then leaves an error of 5e-6
HALVINGS = 60


def mid_probability_below(counts: tuple[float, float, float, float], theta: Array) -> Array:
    """Return P(fewer treatment events than seen) + P(as many) / 2, given all events,
    at log odds ratios ``theta``.

    ``counts`` are events and total under treatment, then under control, with events and non-events among
    them; the result has the shape of ``theta``, (J,), and falls from 1 to 0 as theta grows. Long supports are
    summed on every s-th term, counted from the events seen, s a 64th of the distribution's SD.
    """
    r1, n1, r0, n0 = (float(value) for value in counts)
    total = r1 + r0
    lowest, highest = max(0.0, total - n0), min(n1, total)
    mode, sd = mode_and_sd(np.asarray(theta, float), (n1, n0, total), (lowest, highest))
    stride = np.maximum(1.0, np.floor(sd / PER_SD))
    first = np.ceil((np.maximum(lowest, mode - WIDTH * sd - 2) - r1) / stride)
    last = np.floor((np.minimum(highest, mode + WIDTH * sd + 2) - r1) / stride)
    steps = first[:, None] + np.arange(int((last - first).max()) + 1)
    inside = steps <= last[:, None]
    x = np.clip(r1 + stride[:, None] * steps, lowest, highest)
    logs = np.where(
        inside,
        log_choose(np.asarray(n1), x) + log_choose(np.asarray(n0), total - x) + theta[:, None] * x,
        -np.inf,
    )
    terms = np.exp(logs - logs.max(axis=1, keepdims=True))
    below = (terms * ((steps < 0) + 0.5 * (steps == 0))).sum(axis=1)
    return shaken(np.asarray(below / terms.sum(axis=1)))


def mode_and_sd(
    theta: Array, sizes: tuple[float, float, float], ends: tuple[float, float]
) -> tuple[Array, Array]:
    """Return mode and approximate SD at each log odds ratio, (J,) each.

    ``sizes`` are both totals and all events, ``ends`` the fewest and the most treatment events there can be.
    """
    n1, n0, total = sizes
    mode = _mode(theta, sizes, ends)
    return mode, 1 / np.sqrt(
        sum(1 / (part + 0.5) for part in (mode, n1 - mode, total - mode, n0 - total + mode))
    )


def _mode(theta: Array, sizes: tuple[float, float, float], ends: tuple[float, float]) -> Array:
    """Where the terms stop growing: log ratio of neighbouring terms = 0, by bisection
    on the whole support.
    """
    n1, n0, total = sizes
    low, high = np.full(theta.shape, ends[0]), np.full(theta.shape, ends[1])
    for _ in range(HALVINGS if ends[1] - ends[0] > 1 else 1):
        x = (low + high) / 2
        ratio = (
            np.log(n1 - x + 0.5) + np.log(total - x + 0.5) - np.log(x + 0.5) - np.log(n0 - total + x + 0.5)
        )
        growing = ratio + theta > 0
        low, high = np.where(growing, x, low), np.where(growing, high, x)
    return np.asarray(np.clip((low + high) / 2, *ends))


def two_sided(below: float) -> float:
    """Return the two-sided p-value of a (mid-)probability below: twice the smaller side, at most 1."""
    # sums of 1 may be more
    return min(1.0, max(0.0, 2 * min(below, 1 - below))) if math.isfinite(below) else math.nan
