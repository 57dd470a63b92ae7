"""A regression on the standard error, or on its square, on the nodes: its slope integrated out."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.averaged.nodes import CELLS, TWICE, Nodes, evidence, part
from bayes_ivig.engines.averaged.reading import Reading
from bayes_ivig.engines.regression.look_up import look_up
from bayes_ivig.formulas.interpolation import log_sum
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

STEP = 0.8  # of the slope, in its SD given an effect and no heterogeneity
LOWEST, FURTHER = -18.0, 60.0  # how near 0, and how many times as far as the data ask, slopes go
DEVIATES = 7.0


def regressed(nodes: Nodes, x: Array, sign: int, prior: Prior) -> Reading:
    """Return what a slope per unit of ``x`` (K,), 0 or more in the favoured direction, makes of the nodes."""
    axis = slope_axis(nodes, x, sign)
    rows = nodes.mu.size
    predictors = (nodes.mu[:, None, None] + sign * axis.x[:, None] * x).reshape(-1, x.size)
    log_likelihood = look_up(nodes.values[:, :-1], nodes.surface.axes.mu, predictors)
    log_likelihood = log_likelihood.reshape(rows, axis.size, -1)
    log_likelihood += (prior.logpdf(axis.x) + axis.log_weights)[:, None]
    total = shaken(log_sum(log_likelihood, axis=1))
    thin = log_sum(log_likelihood[:, ::2], axis=1) + TWICE + nodes.log_prior + nodes.doubled
    masses = np.moveaxis(log_likelihood, 1, 0) + nodes.log_prior
    by_slope = np.stack([log_sum(part(masses, cell).reshape(axis.size, -1), axis=1) for cell in CELLS])
    by_slope -= special.logsumexp(by_slope, axis=1, keepdims=True)
    rough = evidence(np.where(nodes.every_second, thin, -np.inf))
    return Reading(total, rough, (axis.x[None],) * len(CELLS), tuple(by_slope), axis)


def slope_axis(nodes: Nodes, x: Array, sign: int) -> Axis:
    """Return an axis of slopes as fine as the data ask for where they put it, and far beyond."""
    y, s = nodes.surface.estimates
    w = 1 / s**2
    alone = 1 / math.sqrt(float(w @ x**2))  # SD of the slope, the effect known
    centred = x - (w @ x) / w.sum()
    spread = float(w @ centred**2)
    slope = sign * float(w @ (centred * y)) / spread if spread > 0 else 0.0
    error = 1 / math.sqrt(spread) if spread > 0 else math.inf
    at_zero = sign * float(w @ (x * y)) * alone**2
    highest = max(slope + DEVIATES * error, at_zero + DEVIATES * alone) if math.isfinite(error) else 0.0
    highest = max(min(highest, FURTHER * max(abs(at_zero), alone)), DEVIATES * alone) / alone
    middle = highest / 2
    axis = Axis.spanning(
        "softplus", (middle, middle), (LOWEST, FURTHER * highest), STEP / (math.sqrt(2) * middle)
    )
    return replace(axis, unit=alone)
