"""Where a surface must be right for a regression: where some coefficients leave a posterior worth counting.

A study's value at a linear predictor counts with the best that all others can do besides, wherever their own
predictors then lie; it is compared with the posterior at coefficients that are about the best.
"""

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.axes import Axes
from bayes_ivig.engines.grid.smoothing import Mask, Matters
from bayes_ivig.engines.regression.look_up import look_up
from bayes_ivig.engines.regression.rough import Rough, Task
from bayes_ivig.formulas.interpolation import POINTS

type Array = NDArray[np.float64]

WORTH = 100.0  # in log posterior: a share of 1e-43


def only_for(axes: Axes, task: Task, rough: Rough) -> Matters | None:
    """Return what decides where values must be right; None under a common effect, where all are."""
    if axes.tau is None or task.tau is None:
        return None
    at_tau = task.tau.logpdf(axes.tau.x)
    fitted = rough.means @ task.design.T
    own = np.sum([prior.logpdf(rough.means[:, j]) for j, prior in enumerate(task.priors)], axis=0)
    most = sum(float(prior.logpdf(np.asarray(prior.quantile(0.5)))) for prior in task.priors)

    def matters(values: Array, _bounds: Mask) -> Mask:
        at_best = look_up(np.moveaxis(values, 0, -1), axes.mu, fitted) + at_tau + own[:, None]
        best = float(at_best.max())
        highest = values.max(axis=2)
        others = highest.sum(axis=1) + at_tau + max(most, float(own.max()))
        could = others[:, None, None] + (values - highest[:, :, None])
        return _with_neighbours(could > best - WORTH)

    return matters


def _with_neighbours(wanted: Mask) -> Mask:
    """Mark what is read together with a wanted value, too: eight nodes at a time."""
    out = wanted.copy()
    for away in range(1, POINTS // 2 + 2):
        out[..., away:] |= wanted[..., :-away]
        out[..., :-away] |= wanted[..., away:]
    return out
