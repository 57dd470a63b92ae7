"""How uniform values on [0, 1] are: coverage, and the ECDF against a simultaneous band (Säilynoja,
Bürkner & Vehtari 2022).

The probability that the path of an ECDF stays between limits at given points is computed exactly. The counts
up to the points are those of a Poisson process given its total (Moscovich & Nadler 2017), so each step is a
convolution.
"""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.results.calibration import LEVELS, Band, Coverage, Uniformity

type Array = NDArray[np.float64]
type Index = NDArray[np.int64]

POINTS = 100  # the unit interval is cut into so many parts, or as many as there are values
BISECTIONS = 40
EDGE = 1e-12
STRICTLY = 1 + 1e-9  # a limit just beyond a value that was observed


@cache
def band_of(size: int, level: float = 0.95) -> Band:
    """Return the simultaneous band for ``size`` uniform values, its pointwise level found by bisection."""
    points = _points(size)
    # Bonferroni is wide enough, the pointwise level itself too narrow
    low, high = (1 - level) / points.size, 1 - level
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        if _stays(size, _limits(size, points, middle)) >= level:
            low = middle
        else:
            high = middle
    lower, upper = _limits(size, points, low)
    return Band(
        size, level, low, _plain(points), _plain(lower / size - points), _plain(upper / size - points)
    )


def uniformity(quantity: str, values: Array, band: Band) -> Uniformity:
    """Return coverage and ECDF of probability integral transforms ``values``,
    shape (band.size,), against the band.
    """
    points, lower, upper = (np.array(part) for part in (band.points, band.lower, band.upper))
    counts = np.searchsorted(np.sort(values), points, side="right")
    difference = counts / band.size - points
    worst = int(np.argmax(np.abs(difference)))
    low, high = lower + points, upper + points  # a limit at 0 or 1 cannot be passed
    over = np.where(high < 1 - EDGE, difference / np.maximum(upper, EDGE), 0.0)
    under = np.where(low > EDGE, difference / np.minimum(lower, -EDGE), 0.0)
    return Uniformity(
        quantity=quantity,
        coverage=tuple(coverage(values, level) for level in LEVELS),
        difference=_plain(difference),
        deviation=float(abs(difference[worst])),
        at=float(points[worst]),
        allowed=float(upper[worst] if difference[worst] > 0 else -lower[worst]),
        used=float(max(over.max(), under.max(), 0.0)),
        p_value=_p_value(band.size, points, counts),
    )


def coverage(values: Array, level: float) -> Coverage:
    """Return how often the central interval held the truth,
    with its Monte Carlo error sqrt(p (1 - p) / n) (Morris 2019).
    """
    share = float(np.mean(np.abs(values - 0.5) <= level / 2))
    return Coverage(level, share, math.sqrt(share * (1 - share) / values.size))


def _points(size: int) -> Array:
    parts = max(2, min(size, POINTS))
    return np.arange(1, parts) / parts


def _plain(values: Array) -> tuple[float, ...]:
    return tuple(values.tolist())


def _limits(size: int, points: Array, gamma: float) -> tuple[Index, Index]:
    """Return the central binomial limits of each point's count, with at most ``gamma`` / 2 beyond either."""
    from scipy import stats

    lower = np.asarray(stats.binom.ppf(gamma / 2, size, points), np.int64)
    return lower, size - lower[::-1]  # the points lie symmetrically


def _stays(size: int, limits: tuple[Index, Index]) -> float:
    """Return the probability that the counts of ``size`` uniform values up
    to evenly spaced points keep within limits.
    """
    lower, upper = limits
    mean = size / (lower.size + 1)
    k = np.arange(size + 1)
    # Poisson, over one part of the interval
    step = np.exp(k * math.log(mean) - mean - special.gammaln(k + 1))
    state, start = np.ones(1), 0
    for low, high in zip(lower, upper, strict=True):
        moved = np.convolve(state, step[: high - start + 1])
        state, start = moved[low - start : high - start + 1], int(low)
    arrived = float(state @ step[size - start - np.arange(state.size)])
    return arrived / math.exp(size * math.log(size) - size - math.lgamma(size + 1))


def _p_value(size: int, points: Array, counts: Index) -> float:
    """Return the probability that uniform values give, at some point,
    a count as unlikely as the least likely one here.
    """
    tails = np.minimum(special.bdtr(counts, size, points), special.bdtrc(counts - 1, size, points))
    gamma = 2 * float(tails.min()) * STRICTLY
    if gamma >= 1:
        return 1.0
    lower, upper = _limits(size, points, gamma)
    return 1.0 if np.any(lower > upper) else min(1.0, max(0.0, 1 - _stays(size, (lower, upper))))
