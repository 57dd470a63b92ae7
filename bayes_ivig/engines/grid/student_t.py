"""Student-t study effects as normals of many widths: theta = mu + tau z / sqrt(lambda),
lambda ~ Gamma(df/2, df/2).

A surface for them is a weighted sum of surfaces for normal effects at other values of tau, so everything that
works for normal effects works here (Lee & Thompson 2008, Stat Med 27:418 use the same model).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid.smoothing import smooth
from bayes_ivig.formulas.interpolation import POINTS, stencil
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.formulas.ties import steps_to_cover
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

STEP = 0.5  # in log lambda, where its SD is about sqrt(2 / df); the summands are smooth on a scale of 1
NEGLIGIBLE = 1e-13
LOG_TAU_STEP = 0.2  # of the normal surfaces that are interpolated
WIDEST = 1e9


class Mixing(NamedTuple):
    """Widths to mix, as factors of tau, and the logs of their weights, which add up to one."""

    factors: Array
    log_weights: Array
    moments: int  # how many the Student-t has


def mixing(df: float) -> Mixing:
    """Return the widths and weights that make normals a Student-t with ``df`` degrees of freedom."""
    step = STEP * min(1.0, math.sqrt(2 / df))
    x = step * np.arange(
        math.floor(-70 * min(1.0, 4 / df) * max(1.0, 2 / df) / step),
        math.ceil((math.log1p(80 / df) + 1) / step),
    )
    logs = df / 2 * (x - np.exp(x))
    weights = np.exp(logs - special.logsumexp(logs))
    kept = weights > NEGLIGIBLE * weights.max()
    moments = 2 if df > 2 else 1 if df > 1 else 0
    return Mixing(np.exp(-x[kept] / 2), np.log(weights[kept] / weights[kept].sum()), moments)


def smooth_robust(log_rows: Array, axes: tuple[Axis, Axis, Axis], mixed: Mixing) -> Array:
    """Return log curves (K, theta) averaged over Student-t effects at every mu and tau, shape (K, mu, tau).

    Normal surfaces are computed on tau in equal ratios and interpolated to each width that is needed.
    """
    theta, mu, tau = axes
    finest = 1e-3 * float(np.exp(theta.log_weights).min())
    wanted = np.clip(np.multiply.outer(tau.x, mixed.factors), finest, WIDEST)
    low, high = math.log(wanted.min()), math.log(wanted.max())
    size = max(POINTS, steps_to_cover(high - low, LOG_TAU_STEP) + 1)
    logs = np.linspace(low, high, size)
    surfaces = np.moveaxis(smooth(log_rows[None], theta, mu.x, np.exp(logs), tails=True), 0, -1)
    first, (weights,) = stencil((np.log(wanted) - low) / max(logs[1] - logs[0], 1e-300), size)
    out = np.empty((*surfaces.shape[:2], tau.size))
    for t in range(tau.size):
        near = surfaces[..., first[t][:, None] + np.arange(POINTS)]
        out[..., t] = special.logsumexp((near * weights[t]).sum(axis=-1) + mixed.log_weights, axis=-1)
    return shaken(out)
