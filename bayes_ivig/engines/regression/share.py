"""How much of the variance of effects the coefficients explain, within one model."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.regression.density import RegressionDensity
from bayes_ivig.formulas.interpolation import log_sum, stencil, upsample
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal

type Array = NDArray[np.float64]

FINER = 8  # nodes of the first slope for one: where it is 0 the share has a corner
REACH, STEP = 18.0, 0.1  # of the logit of the share
AXIS = Axis.spanning("identity", (0.0, 3.0), (-REACH, REACH), STEP)
OVERSHOOT = 1.0  # how far a log density may rise above the highest node of its row


def share_explained(density: RegressionDensity, variance: Array) -> Marginal:
    """Return the posterior of b' V b / (b' V b + tau^2), b the slopes and ``variance`` (P, P) that of their
    numbers over studies.

    Given the slopes, the share is a function of tau alone, so its density is that of tau, read where the
    share has the value wanted.
    """
    tau = density.tau
    if tau is None:
        return PointMarginal(1.0)
    log_mass = log_sum(density.log_mass, axis=-2)
    slopes = [each[..., 0] for each in density.nodes.coefficients[:-1]]
    floor = np.where(np.isneginf(log_mass), log_mass[np.isfinite(log_mass)].min(), log_mass)
    first = density.nodes.axes[0].refined(FINER)
    if len(slopes) == 1:
        floor = np.ascontiguousarray(upsample(np.ascontiguousarray(floor.T), FINER).T)
        slopes = [first.x]
    b = np.stack([np.broadcast_to(each, floor.shape[:-1]) for each in slopes], axis=-1).reshape(
        -1, len(slopes)
    )
    explained = np.maximum(np.einsum("ni,ij,nj->n", b, variance, b), np.finfo(float).tiny)
    return GridMarginal(
        replace(AXIS, link="interval", lower=0.0, upper=1.0),
        _given(tau, floor.reshape(-1, tau.size), np.log(explained)),
    )


def _given(tau: Axis, log_mass: Array, log_explained: Array) -> Array:
    """Return log masses on the nodes of the share from those of slopes and tau, (N, T)."""
    logit = AXIS.x
    at = np.exp((log_explained[:, None] - logit) / 2)
    u = tau.u_of(at)
    inside = (u >= tau.u[0]) & (u <= tau.u[-1])
    first, (weights,) = stencil((np.where(inside, u, tau.start) - tau.start) / tau.step, tau.size)
    nodes = first[..., None] + np.arange(weights.shape[-1])
    near = np.take_along_axis(log_mass, nodes.reshape(len(at), -1), axis=1).reshape(weights.shape)
    values = np.minimum((near * weights).sum(axis=-1), log_mass.max(axis=1, keepdims=True) + OVERSHOOT)
    slope = np.log(at / 2) - tau.log_slope(np.where(inside, u, tau.start)) - math.log(tau.step)
    return shaken(log_sum(np.where(inside, values + slope, -np.inf), axis=0) + AXIS.log_weights)
