"""The mode of an integrand over a baseline: Newton's steps inside a bracket."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.likelihood import NEWTON_STEPS, Baseline

type Array = NDArray[np.float64]

# squared distance to the mode, in local SDs, from which Newton's last step is as good as the mode
CLOSE = 1e-2
WIDEST = 1.5  # log odds at most between dense nodes and an edge of a plateau that the prior alone bounds


def mode_and_spread(
    at: Array, baseline: Baseline, slack: Array | float, derivatives: Callable[[Array], tuple[Array, Array]]
) -> tuple[Array, Array]:
    """Return mode and local SD, in the shape of ``at``, from which the search starts. A step out of the
    bracket, ``slack`` wider than start and prior, bisects it; a normal stands in for the prior.

    ``derivatives`` gives the slope of the log likelihood and its curvature, a positive one.
    """
    precision = 1 / baseline.spread**2
    low, high = np.minimum(at, baseline.centre) - slack, np.maximum(at, baseline.centre) + slack
    for _ in range(NEWTON_STEPS):
        slope, curvature = derivatives(at)
        slope, curvature = slope - precision * (at - baseline.centre), curvature + precision
        low, high = np.where(slope > 0, at, low), np.where(slope > 0, high, at)
        step = slope / curvature
        target = at + step
        at = np.where((target >= low) & (target <= high), target, (low + high) / 2)
        if np.all(step * step * curvature < CLOSE):
            break
    return at, np.minimum(1 / np.sqrt(curvature), WIDEST)
