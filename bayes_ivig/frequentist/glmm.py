"""Pooling by generalised linear mixed models: exact likelihoods of the counts,
maximum likelihood, nothing added.
"""

import math
from collections.abc import Callable

import numpy as np

from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas import glmm
from bayes_ivig.formulas import heterogeneity as het
from bayes_ivig.formulas.effect_sizes import Array, Cells
from bayes_ivig.formulas.optimum import Optimum, maximise
from bayes_ivig.frequentist.assembly import Pooled, Request
from bayes_ivig.frequentist.tables import Tables
from bayes_ivig.results.pooled import ZeroCells

type Model = Callable[[Cells, Array], Array]

FARTHEST = 12.0  # a log odds ratio beyond this is a likelihood that rises for ever
WIDEST = 6.0  # and so is a tau: most odds ratios would lie beyond 60, or below 1/60
NEGLIGIBLE = 1e-4  # a tau below this is 0 to every digit that is ever printed
STARTS = (0.05, 0.4, 1.0)  # of tau


def unconditional_fixed(cells: Cells, points: Array) -> Array:
    """UM.FS at points (theta, tau)."""
    return glmm.unconditional_fixed(cells, points[:, 0], points[:, 1])


def conditional_approximate(cells: Cells, points: Array) -> Array:
    """CM.AL at points (theta, tau)."""
    return glmm.conditional_approximate(cells, points[:, 0], points[:, 1])


def conditional_exact(cells: Cells, points: Array) -> Array:
    """CM.EL at points (theta, tau)."""
    return glmm.conditional_exact(cells, points[:, 0], points[:, 1])


def unconditional_random(cells: Cells, points: Array) -> Array:
    """UM.RS at points (theta, tau, nu, sigma)."""
    return glmm.unconditional_random(cells, points[:, 2], points[:, 0], points[:, 3], points[:, 1])


def mixed_model(model: Model, *, baselines: bool = False) -> Callable[[Tables, Request], Pooled]:
    """Return the method that fits this model; ``baselines`` says whether it also estimates their mean
    and spread.
    """

    def compute(tables: Tables, request: Request) -> Pooled:  # noqa: ARG001 - every method has the one signature
        informative = es.informative(tables.raw)
        k = int(informative.sum())
        nothing = Pooled(math.nan, math.nan, k, math.nan, random=True, zero_cells=ZeroCells("nothing added"))
        if k == 0:
            return nothing
        a, b, c, d = (cell[informative] for cell in tables.raw)
        best = _fit(model, (a, b, c, d), baselines=baselines)
        theta, tau = float(best.point[0]), abs(float(best.point[1]))
        if not best.converged or abs(theta) > FARTHEST:
            return nothing._replace(note=f"no maximum found: {_state(best)}")
        tau2 = 0.0 if tau < NEGLIGIBLE or k == 1 else tau**2
        y, v = tables.y[informative], tables.v[informative]
        i2 = float(het.i_squared_from_tau2(tau2, het.weight_sums(y, v), np.array(k))) if k > 1 else math.nan
        variance = _variance(best)
        note = "no Q: the model has no study weights"
        if not math.isfinite(variance):
            note += "; no standard error: the likelihood is flat at its maximum"
        return nothing._replace(estimate=theta, variance=variance, tau2=tau2, i2=i2, note=note)

    return compute


def _fit(model: Model, cells: Cells, *, baselines: bool) -> Optimum:
    """Maximise from several starting values of tau, or with tau 0 for one study, and keep the best."""
    a, b, c, d = cells
    base = np.log((a + c + 0.5) / (b + d + 0.5))
    start = np.log((a.sum() + 0.5) * (d.sum() + 0.5) / (b.sum() + 0.5) / (c.sum() + 0.5))
    extra = [float(base.mean()), float(base.std()) + 0.1] if baselines else []
    if len(a) == 1:
        fixed = np.array([0.0, *extra[:1], *([0.0] if baselines else [])])
        optimum = maximise(lambda p: model(cells, _with_fixed(p, fixed)), np.array([start]))
        return optimum._replace(point=np.array([optimum.point[0], 0.0]))
    limits = np.array([math.inf, WIDEST, *([math.inf] * len(extra))])
    fits = [
        maximise(lambda p: model(cells, p), np.array([start, tau, *extra]), farthest=limits) for tau in STARTS
    ]
    return max(fits, key=lambda fit: (fit.converged or abs(fit.point[1]) > WIDEST, fit.value))


def _with_fixed(theta: Array, fixed: Array) -> Array:
    """Return points (theta, then fixed values)."""
    return np.hstack([theta, np.broadcast_to(fixed, (len(theta), len(fixed)))])


def _variance(best: Optimum) -> float:
    """Variance of theta from the inverse of the whole information;
    tau 0 at the boundary leaves theta's own block.
    """
    if np.linalg.eigvalsh(best.information)[0] > 0:
        return float(np.linalg.inv(best.information)[0, 0])
    return float(1 / best.information[0, 0]) if best.information[0, 0] > 0 else math.nan


def _state(best: Optimum) -> str:
    """Say in what state the search stopped."""
    if abs(best.point[0]) > FARTHEST:
        return "the likelihood rises without end, as with no events in one arm of every study"
    return f"the search stopped at log odds ratio {best.point[0]:.3g}, tau {abs(best.point[1]):.3g}"
