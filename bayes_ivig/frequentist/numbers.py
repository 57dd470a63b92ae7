"""Critical values, P values, and the step from a float that may be NaN to a number that may not exist."""

import math

from scipy import special


def number(value: float) -> float | None:
    """Return a plain float, or None for what is not finite."""
    return float(value) if math.isfinite(value) else None


def critical(level: float, df: float = math.inf) -> float:
    """Return the two-sided critical value of the t distribution, or of the normal for infinite ``df``."""
    upper = 0.5 + level / 2
    return float(special.ndtri(upper) if math.isinf(df) else special.stdtrit(df, upper))


def two_sided(statistic: float, df: float = math.inf) -> float:
    """Return the two-sided P value of a z or t statistic."""
    below = -abs(statistic)
    return float(2 * (special.ndtr(below) if math.isinf(df) else special.stdtr(df, below)))


def reference(df: float) -> str:
    """Name a reference distribution: ``"z"`` or ``"t, df 5"``."""
    return "z" if math.isinf(df) else f"t, df {df:g}"
