"""Study effects between limits, as those of a risk difference: normal or Student-t around mu, cut off there.

The distribution is divided by its probability of the limits, so that a study that says nothing leaves mu and
tau as they are, and no effect lies where the measure has none.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

type Array = NDArray[np.float64]
type Limits = tuple[float, float]


def log_inside(mu: ArrayLike, sd: ArrayLike, limits: Limits) -> Array:
    """Return the log probability of the limits under Normal(mu, sd^2), mu between them."""
    unit = math.sqrt(2) * np.asarray(sd, float)
    to_high, to_low = (limits[1] - np.asarray(mu)) / unit, (np.asarray(mu) - limits[0]) / unit
    return np.log(special.erf(to_high) + special.erf(to_low)) - math.log(2)


def draw_between(mu: Array, sd: Array, limits: Limits, shares: Array, df: float = math.inf) -> Array:
    """Return effects between the limits with these shares of their distribution below them."""
    low, high = (limits[0] - mu) / sd, (limits[1] - mu) / sd
    if math.isfinite(df):
        below, up_to = special.stdtr(df, low), special.stdtr(df, high)
        z = special.stdtrit(df, below + shares * (up_to - below))
    else:
        below, up_to = special.ndtr(low), special.ndtr(high)
        z = special.ndtri(below + shares * (up_to - below))
    return np.clip(mu + sd * np.clip(z, low, high), *limits)
