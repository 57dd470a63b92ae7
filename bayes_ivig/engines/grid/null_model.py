"""The model without an effect: mu = 0, and tau 0 or free;
what ``average_models`` weighs the others against.
"""

import math

import numpy as np

from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import surface
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.engines.grid.limits import divided, limits_of, log_shares
from bayes_ivig.engines.grid.smoothing import smooth
from bayes_ivig.engines.grid.student_t import smooth_robust
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.scale import on_measure
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.families import Normal
from bayes_ivig.priors.limits import between
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal

AT_ZERO = Normal(0.0, 1e-3)  # only to place the grids


def null_evidence(dataset: Dataset, model: Model, heterogeneity: bool) -> tuple[float, Marginal, Marginal]:
    """Return the log marginal likelihood of mu = 0, and the marginals of tau and of a new study's effect."""
    fineness = Fineness(tau=Fineness().tau / 2)
    model = on_measure(dataset, model, own_priors=False)
    limits = model.family.scale.limits
    around = AT_ZERO if limits is None else between(AT_ZERO, limits)
    built = surface.build(dataset, model, [Belief(around, model.tau)], fineness)
    theta, _, tau = built.axes
    if not heterogeneity:
        at_zero = smooth(built.log_curves[None], theta, np.zeros(1), np.zeros(1))
        return float(at_zero.sum()), PointMarginal(0.0), PointMarginal(0.0)
    assert tau is not None
    logs = each_at_zero(built, tau).sum(axis=0) + model.tau.logpdf(tau.x) + tau.log_weights
    log_evidence = float(np.logaddexp.reduce(logs))
    return log_evidence, GridMarginal(tau, logs), new_study(built, tau, logs)


def each_at_zero(built: Surface, tau: Axis) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Log likelihood of every study at mu = 0 for every tau node, (K, tau)."""
    theta = built.axes.theta
    point = Axis("identity", 0.0, 1.0, 0.0, 1.0, 1)
    if built.mixed is not None:
        at_zero = smooth_robust(built.log_curves, (theta, point, tau), built.mixed)[:, 0]
    else:
        at_zero = smooth(built.log_curves[None], theta, np.zeros(1), tau.x, tails=True)[:, :, 0].T
    return np.asarray(divided(at_zero[:, None], _shares(built))[:, 0])


def _shares(built: Surface) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None:
    """Log probability of the limits of effects at mu = 0 for every tau node, (1, tau)."""
    return log_shares(built.axes, built.mixed, np.zeros(1))


def new_study(built: Surface, tau: Axis, logs: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Marginal:
    """Marginal of theta_new: zero-mean normals (or Student-t) of every tau,
    on an axis that is finest at 0.
    """
    factors = built.mixed.factors if built.mixed else np.ones(1)
    weights = built.mixed.log_weights if built.mixed else np.zeros(1)
    widest = float(tau.x[logs > logs.max() - 30].max() * factors.max())
    limits, inside = limits_of(built.axes), _shares(built)
    axis = (
        Axis.spanning("identity", (0.0, 1e-4), (-12 * widest, 12 * widest), 0.1)
        if limits is None
        else Axis.spanning("identity", (0.0, 1e-4), grids.EFFECTS, 0.1).between(*limits)
    )
    logs = logs if inside is None else logs - inside[0]
    sds = np.multiply.outer(tau.x, factors).reshape(-1)
    shares = (logs[:, None] + weights).reshape(-1)
    z = axis.x[:, None] / sds
    density = np.logaddexp.reduce(shares - 0.5 * z * z - np.log(sds) - 0.5 * math.log(2 * math.pi), axis=1)
    return GridMarginal(axis, density + axis.log_slope(axis.u))
