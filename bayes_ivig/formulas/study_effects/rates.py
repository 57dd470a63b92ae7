"""Effects of events in person-time."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

type Array = NDArray[np.float64]


def log_rate_ratio(r1: ArrayLike, t1: ArrayLike, r0: ArrayLike, t0: ArrayLike) -> tuple[Array, Array]:
    """Return log rate ratios and their variances 1/r1 + 1/r0, half an event added to both arms of a study
    without events in one of them (metafor's rule).
    """
    events1, time1, events0, time0 = (np.asarray(each, dtype=np.float64) for each in (r1, t1, r0, t0))
    extra = np.where((events1 == 0) | (events0 == 0), 0.5, 0.0)
    a, c = events1 + extra, events0 + extra
    return np.log(a) - np.log(time1) - np.log(c) + np.log(time0), 1 / a + 1 / c
