"""Surfaces for many cases: planned for a few priors that stand for all,
or fine enough for every subset of the studies.
"""

import math

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.bulk.in_turn import InTurn
from bayes_ivig.engines.bulk.priors import landmarks, representatives
from bayes_ivig.engines.bulk.sums import Cases, PriorPairs, StudyWeights
from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import curves, surface
from bayes_ivig.engines.grid.axes import Axes, Belief, Far, Fineness
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.ties import narrowest, settled_figures
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

MOST_MU, MOST_TAU = 250, 120  # nodes from which two grids are cheaper than one
TAUS = np.array([0.0, 0.1, 0.3, 1.0])  # at which the posteriors of subsets are looked at
FACTORS = (1.0, 2.0, 4.0, 8.0, 16.0)  # of the finest step, tried for the width of the dense middle
TAU_FINER = 0.75  # a subset's posterior of tau may be narrower than that of all studies


def plan(dataset: Dataset, model: Model, cases: Cases, fineness: Fineness) -> Axes:
    """Return axes fit for all cases; raises ``ModelError`` where no one grid can be,
    ``DataError`` without information.
    """
    counts = counts_of(curves.informative(dataset, model))
    estimates = model.family.estimates(counts)
    reach = curves.reach(counts, model)
    if isinstance(cases, PriorPairs):
        return grids.plan(estimates, _beliefs(cases), reach, fineness)
    assert isinstance(cases, StudyWeights | InTurn)
    return _for_subsets(estimates, cases, reach, fineness)


def build(dataset: Dataset, model: Model, axes: Axes, fineness: Fineness, cases: Cases) -> Surface:
    """Compute the surface of a dataset on these axes."""
    studies = curves.informative(dataset, model)
    counts = counts_of(studies)
    few = isinstance(cases, PriorPairs) and len(cases) <= surface.FEW
    matters = surface.only_for(axes, _beliefs(cases)) if few and isinstance(cases, PriorPairs) else None
    log_curves = curves.log_curves(counts, model, axes.theta.x, fineness)
    mixed = surface.mixing_of(model)
    names = tuple(study.name for study in studies)
    bare = Surface(names, model.family.estimates(counts), axes, log_curves, log_curves, None, mixed)
    return surface.smoothed(bare, matters)


def halves(cases: Cases, axes: Axes | None) -> tuple[Index, Index] | None:
    """Return the cases in two parts that are better served by grids of their own,
    None where one grid may serve all.

    A grid that has to be fine in many places, or over many powers of ten, costs more than two that need not.
    ``axes`` is None where there is no grid for all.
    """
    if isinstance(cases, PriorPairs):
        marks = landmarks(cases.mu)
        if len(cases.mu) > 1 and (axes is None or axes.mu.size > MOST_MU):
            return _cut((marks[:, 3] - marks[:, 1])[cases.which_mu])
        if len(cases.tau) > 1 and (axes is None or (axes.tau is not None and axes.tau.size > MOST_TAU)):
            return _cut(landmarks(cases.tau)[cases.which_tau, 2])
    elif axes is None and len(cases) > 1:
        return _cut(np.arange(len(cases), dtype=float))
    return None


def _cut(values: Array) -> tuple[Index, Index] | None:
    """Cut cases in two at the middle of their different values."""
    values = settled_figures(values)
    different = np.unique(values)
    if different.size < 2:
        return None
    low = values < different[different.size // 2]
    return np.flatnonzero(low), np.flatnonzero(~low)


def _beliefs(cases: PriorPairs) -> list[Belief]:
    """Return all pairs where they are few, else those that stand for all."""
    if len(cases) <= surface.FEW:
        return [Belief(*cases.pair(i)) for i in range(len(cases))]
    return representatives(cases.mu, cases.tau or (None,))


def _for_subsets(
    estimates: tuple[Array, Array], cases: StudyWeights | InTurn, reach: Far, fineness: Fineness
) -> Axes:
    """Return the axes of the whole dataset, that of mu as fine at every subset's own posterior
    as a fit of it would ask.
    """
    y, s = estimates
    prior = cases.tau[0] if cases.tau else None
    whole = grids.plan(
        estimates, [Belief(cases.mu, prior)], reach, fineness._replace(tau=TAU_FINER * fineness.tau)
    )
    if whole.mu.link != "identity":
        return whole
    _, low, centre, high, _ = landmarks([cases.mu])[0]
    sd = (high - low) / 2
    taus = TAUS if prior is not None else TAUS[:1]
    w = 1 / (s * s + taus[:, None] ** 2)  # (tau, K)
    precision = np.maximum(cases.summed(w) + sd**-2, 1e-300)  # (N, tau)
    means = (cases.summed(w * y) + (centre * sd**-2 if math.isfinite(sd) else 0.0)) / precision
    known = precision > 1e-200  # not of rows without any weight under a flat prior
    mu = _stretched(means[known], fineness.mu / np.sqrt(precision[known]), whole.mu, fineness.mu_most)
    return whole._replace(mu=mu)


def _stretched(places: Array, steps: Array, whole: Axis, most: float) -> Axis:
    """Return the shortest axis from end to end of ``whole`` whose step at each place is
    at most the one needed there.
    """
    ends = (float(whole.x[0]), float(whole.x[-1]))
    candidates = [whole]
    for factor in FACTORS:
        scale = factor * float(steps.min()) / most
        centre = float(places[narrowest(steps)])
        step = min(most, float(np.min(steps / np.hypot(scale, places - centre))))
        candidates.append(Axis.spanning("identity", (centre, scale), ends, step))
    fine = [axis for axis in candidates if np.all(axis.spacing(places) <= 1.001 * steps)]
    return min(fine, key=lambda axis: axis.size)
