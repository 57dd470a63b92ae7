"""The coordinate on which a density is cut into pieces: a straight line there is a power of x.

u is arsinh x on the real line, log (x - lower) or -log (upper - x) on a half line, and the logit of the place
between two limits.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

type Array = NDArray[np.float64]

FARTHEST, NEAREST = 35.0, -100.0  # of u: 8e14 from 0, and 4e-44 from a limit that is 0
ROUNDING = 1e-8  # of the size of a limit that is not 0, from which on x is not told well from it


class Stretch(NamedTuple):
    """The map between u and x of a support."""

    lower: float
    upper: float

    def x_of(self, u: Array) -> Array:
        """Return x at u."""
        low, high = self.lower, self.upper
        match math.isfinite(low), math.isfinite(high):
            case True, True:
                width = high - low
                return np.where(u < 0, low + width * special.expit(u), high - width * special.expit(-u))
            case True, False:
                return low + np.exp(u)
            case False, True:
                return high - np.exp(-u)
            case _:
                return np.sinh(u)

    def u_of(self, x: Array) -> Array:
        """Return u at x, infinite at the limits and beyond."""
        low, high = self.lower, self.upper
        with np.errstate(divide="ignore"):
            above = np.log(np.maximum(x - low, 0.0)) if math.isfinite(low) else None
            below = np.log(np.maximum(high - x, 0.0)) if math.isfinite(high) else None
        if above is None:
            return np.arcsinh(x) if below is None else -below
        return above if below is None else above - below

    def log_slope(self, u: Array) -> Array:
        """Return log dx/du."""
        match math.isfinite(self.lower), math.isfinite(self.upper):
            case True, True:
                return math.log(self.upper - self.lower) - np.logaddexp(0, u) - np.logaddexp(0, -u)
            case True, False:
                return u
            case False, True:
                return -u
            case _:
                return np.asarray(np.logaddexp(u, -u) - math.log(2))

    def bend(self, u: float) -> float:
        """Return the slope of ``log_slope``."""
        match math.isfinite(self.lower), math.isfinite(self.upper):
            case True, True:
                return 1 - 2 * float(special.expit(u))
            case True, False:
                return 1.0
            case False, True:
                return -1.0
            case _:
                return math.tanh(u)

    @property
    def ends(self) -> tuple[float, float]:
        """How far u goes: as far as floats tell x from a limit, and 8e14 from 0."""
        low, high = self.lower, self.upper
        both = math.isfinite(low) and math.isfinite(high)
        away, width = (max(abs(low), abs(high)), high - low) if both else (0.0, 1.0)
        near = [
            max(NEAREST, math.log(ROUNDING * (away or abs(end)) / width)) if end else NEAREST
            for end in (low, high)
        ]
        return near[0] if math.isfinite(low) else -FARTHEST, -near[1] if math.isfinite(high) else FARTHEST
