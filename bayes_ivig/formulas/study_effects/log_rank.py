"""Effects of events observed less those expected, with the variance of that difference."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

type Array = NDArray[np.float64]


def one_step(o_minus_e: ArrayLike, variance: ArrayLike) -> tuple[Array, Array]:
    """Return (O - E) / V and 1 / V: a log hazard ratio from a log-rank test,
    a log odds ratio by the method of Peto (Yusuf et al. 1985), both one Newton step from no effect.
    """
    difference, v = (np.asarray(each, dtype=np.float64) for each in (o_minus_e, variance))
    with np.errstate(divide="ignore", invalid="ignore"):
        return difference / v, 1 / v
