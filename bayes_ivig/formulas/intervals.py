"""Interval arithmetic on rounded numbers: every printed number is a set of values,
and sets are compared, never points.

A range is a pair ``(lower, upper)`` of floats, closed. An effect and its confidence limits are the points (c,
h) of a polygon, c the estimate and h > 0 the half-width on the working scale (log for ratios): each printed
number cuts off a strip, and so does a p-value, because c/h fixes it. Where the polygon is empty the numbers
cannot be true together, and its corners give exactly what one number may be, given the others.
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from bayes_ivig.formulas.effect_sizes import Array, Mask

type Range = tuple[float, float]
type Plane = tuple[float, float, float]  # (x, y, r): all points with x c + y h <= r

ROUNDING = 1e-9  # relative room for binary fractions and for the last bits of other programs' arithmetic
LOWEST_LOG = -1e4  # stands for the logarithm of 0; no limit of a ratio is as low

STRIPS = {"estimate": (1.0, 0.0), "ci_lower": (1.0, -1.0), "ci_upper": (1.0, 1.0)}  # each number as x c + y h


def rounded(value: float, half_unit: float) -> Range:
    """Return all values that round to a printed one, halves either way."""
    room = half_unit + ROUNDING * max(1.0, abs(value))
    return value - room, value + room


def cut_off(value: float, half_unit: float) -> Range:
    """Return all values that give a printed one when further digits are cut off, not rounded;
    0 may come from either side.
    """
    lower = -2 * half_unit if value <= 0 else 0.0
    upper = 2 * half_unit if value >= 0 else 0.0
    room = ROUNDING * max(1.0, abs(value))
    return value + lower - room, value + upper + room


def overlap(first: Range, second: Range) -> bool:
    """Whether two ranges share a value."""
    return first[0] <= second[1] and second[0] <= first[1]


def log_range(values: Range) -> Range | None:
    """Return the range of logarithms; None where no value is positive."""
    if values[1] <= 0:
        return None
    return math.log(values[0]) if values[0] > 0 else LOWEST_LOG, math.log(values[1])


def exp_range(values: Range) -> Range:
    """Return the range of antilogarithms; what passes the largest float is infinite."""
    lower, upper = (math.exp(v) if v < 709 else math.inf for v in values)
    return lower, upper


def strip(name: str, values: Range) -> tuple[Plane, Plane]:
    """Return the two half-planes of a printed number on the working scale;
    ``name`` is a key of ``STRIPS``.
    """
    x, y = STRIPS[name]
    return (x, y, values[1]), (-x, -y, -values[0])


def p_value_planes(values: Range, reference: float, level: float, sign: int) -> tuple[Plane, ...]:
    """Return the half-planes of a two-sided p-value for effects of one sign,
    tested as the interval of ``level`` was made.

    ``reference`` is the degrees of freedom of the t distribution behind both, infinity for the normal.
    """
    reach = critical(level, reference)
    least, most = (quantile_of_p(min(max(p, 0.0), 1.0), reference) / reach for p in (values[1], values[0]))
    if math.isinf(least):
        return ((0.0, 1.0, -1.0),)  # no interval has a p-value of exactly 0
    planes: list[Plane] = [(-sign, 0.0, 0.0), (-sign, least, 0.0)]
    return (*planes, (sign, -most, 0.0)) if math.isfinite(most) else tuple(planes)


def critical(level: float, df: float) -> float:
    """Return the two-sided critical value of t with ``df``,
    of the normal distribution for infinite ``df``.
    """
    return quantile_of_p(1 - level, df)


def quantile_of_p(p: float, df: float) -> float:
    """Return the |t| or |z| whose two-sided p-value is ``p``; infinite for 0."""
    if p <= 0:
        return math.inf
    tail = 1 - p / 2 if p > 1e-3 else p / 2
    quantile = float(special.ndtri(tail) if math.isinf(df) else special.stdtrit(df, tail))
    return abs(quantile)


def p_of_ratio(ratio: float, level: float, df: float) -> float:
    """Return the two-sided p-value of an effect that is ``ratio`` half-widths
    of its interval away from none.
    """
    below = -abs(ratio) * critical(level, df)
    return float(2 * (special.ndtr(below) if math.isinf(df) else special.stdtr(df, below)))


def corners(planes: Iterable[Plane]) -> Array:
    """Return the corners (c, h) of the polygon that half-planes and h >= 0 leave, shape (n, 2);
    none if it is empty.

    The polygon must be bounded: two printed numbers of ``STRIPS`` are enough.
    """
    rows = np.array([*planes, (0.0, -1.0, 0.0)])
    rows = rows / np.hypot(rows[:, 0], rows[:, 1])[:, None]
    normal, edge = rows[:, :2], rows[:, 2]
    i, j = np.triu_indices(len(rows), 1)
    turn = normal[i, 0] * normal[j, 1] - normal[i, 1] * normal[j, 0]
    crossing = np.abs(turn) > 1e-12
    i, j, turn = i[crossing], j[crossing], turn[crossing]
    points = np.stack(
        [
            (edge[i] * normal[j, 1] - edge[j] * normal[i, 1]) / turn,
            (normal[i, 0] * edge[j] - normal[j, 0] * edge[i]) / turn,
        ],
        axis=-1,
    )
    room = ROUNDING * (1 + np.abs(edge))
    inside = (points @ normal.T <= edge + room).all(axis=-1)
    return np.asarray(points[inside])


def span(points: Array, name: str) -> Range:
    """Return the range of one of ``STRIPS`` over the corners of a polygon."""
    x, y = STRIPS[name]
    values = x * points[:, 0] + y * points[:, 1]
    return float(values.min()), float(values.max())


def p_value_range(points: Array, level: float, df: float) -> Range:
    """Return the range of two-sided p-values over a polygon given by its corners."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.abs(points[:, 0]) / np.maximum(points[:, 1], 0.0)
    ratios = np.where(np.isnan(ratios), 0.0, ratios)
    least = 0.0 if points[:, 0].min() <= 0 <= points[:, 0].max() else float(ratios.min())
    return p_of_ratio(float(ratios.max()), level, df), p_of_ratio(least, level, df)


def q_range(i2: Range, df: int) -> Range:
    """Return the range of Cochran's Q behind an I squared in percent, Q = df/(1 - I2/100);
    only an upper bound at I2 = 0.
    """
    lower, upper = (min(max(value, 0.0), 100.0) / 100 for value in i2)
    most = df / (1 - upper) if upper < 1 else math.inf
    return (df / (1 - lower) if lower < 1 else math.inf) if lower > 0 else 0.0, most


def i2_range(q: Range, df: int) -> Range:
    """Return the range of I squared in percent that goes with a range of Q."""
    lower, upper = (
        100.0 if math.isinf(value) else 100 * max(0.0, 1 - df / value) if value > 0 else 0.0 for value in q
    )
    return lower, upper


def q_p_range(q: Range, df: int) -> Range:
    """Return the range of heterogeneity p-values of a range of Q."""
    return float(special.chdtrc(df, q[1])), float(special.chdtrc(df, q[0]))


def heterogeneity_fits(i2: Range, p: Range, df: ArrayLike) -> Mask:
    """Mark the degrees of freedom at which some I squared (percent) within its range has a p-value within its
    range.
    """
    lower, upper = (min(max(value, 0.0), 100.0) / 100 for value in i2)
    degrees = np.asarray(df, dtype=np.float64)
    with np.errstate(divide="ignore"):
        least, most = degrees / (1 - lower) * (lower > 0), degrees / np.float64(1 - upper)
    return np.asarray((special.chdtrc(degrees, most) <= p[1]) & (p[0] <= special.chdtrc(degrees, least)))


def q_of_p_range(p: Range, df: int) -> Range:
    """Return the range of Q behind a range of heterogeneity p-values."""
    lower, upper = (min(max(value, 0.0), 1.0) for value in p)
    return float(special.chdtri(df, upper)) if upper < 1 else 0.0, float(
        special.chdtri(df, lower)
    ) if lower > 0 else math.inf
