"""Where the nodes of a regression lie: those of its coefficients, and those of the surfaces it reads."""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import curves, tau_axes
from bayes_ivig.engines.grid.axes import Axes, Edges, Fineness
from bayes_ivig.engines.grid.own_densities import beyond, steps_of_mu
from bayes_ivig.engines.grid.surface import Surface, mixing_of, smoothed
from bayes_ivig.engines.regression.nodes import Nodes
from bayes_ivig.engines.regression.rough import Rough, Task
from bayes_ivig.formulas.interpolation import POINTS
from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

PER_SD, MOST = 1.25, 1.4  # steps of coefficients: those of ``Fineness.mu`` and ``mu_most``, times these
FAR = 10.0  # conditional SDs to which a coefficient is followed
TO_SIDE, FARTHEST = 2.0, 6.0  # SDs of the ones before it at which it must be resolved, and be reached
LEAST = 2 * POINTS - 1  # nodes of an axis, so that every second node can be interpolated
PREDICTED = 1.25  # step of linear predictors, per ``Fineness.theta``: log likelihoods bend on a scale of 1
REACHED = 3.0  # SDs of a fitted value within which its steps are kept


def plan_nodes(task: Task, rough: Rough, fineness: Fineness, further: float = 1.0) -> Nodes:
    """Return nodes of the coefficients, ``further`` times as far as usual."""
    d = task.design.shape[1]
    shifts, axes = np.zeros((d, d)), []
    limits = task.limits
    for j, prior in enumerate(task.priors):
        low, high = limits[j]
        free = math.isinf(low) and math.isinf(high)
        alone = not free or bool(steps_of_mu([prior], *rough_of(rough, j))[0].size)
        if j and not alone:
            shifts[j, :j] = _slopes(rough.covariances[rough.middle], j)
        places, sds, reach = _conditionals(task, rough, shifts[j], j, FAR * further)
        at, steps = steps_of_mu([prior], places, sds) if alone else (np.zeros(0), np.zeros(0))
        per_sd, most = PER_SD * fineness.mu, MOST * fineness.mu_most
        if free:
            needs = np.append(places, at), np.append(per_sd * sds, steps)
            axis = grids.stretched(needs, beyond(at, reach), most)
        else:
            ends = max(low, reach[0]), min(high, reach[1])
            axis = grids.bounded((places, sds), _apart(ends, (low, high)), (per_sd, most))
        axes.append(_enough(axis))
    return Nodes(tuple(axes), shifts)


def rough_of(rough: Rough, j: int) -> tuple[Array, Array]:
    """Return means and SDs of one coefficient at the tau looked at."""
    return rough.means[:, j], np.sqrt(rough.covariances[:, j, j])


def _slopes(covariance: Array, j: int) -> Array:
    """Return the regression of coefficient j on the ones before it, (j,)."""
    return np.asarray(np.linalg.solve(covariance[:j, :j], covariance[:j, j]))


def _conditionals(
    task: Task, rough: Rough, shift: Array, j: int, far: float
) -> tuple[Array, Array, tuple[float, float]]:
    """Return where z_j lies given the coefficients before it, in their middle and to either side, with SDs,
    at every tau looked at; and how far it may reach.
    """
    places, sds, ends = [], [], []
    low, high = np.array(task.limits[:j]).reshape(-1, 2).T
    for mean, covariance in zip(rough.means, rough.covariances, strict=True):
        slopes = _slopes(covariance, j) if j else np.zeros(0)
        sd = math.sqrt(max(float(covariance[j, j] - slopes @ covariance[:j, j]), 0.0))
        before = np.sqrt(np.diag(covariance)[:j])
        for to_side in (0.0, TO_SIDE, FARTHEST):
            for step in np.vstack([np.diag(before), -np.diag(before)]) if to_side else np.zeros((1, j)):
                at = np.clip(mean[:j] + to_side * step, low, high)
                place = float(mean[j] + slopes @ (at - mean[:j]) - shift[:j] @ at)
                ends += [place - far * sd, place + far * sd]
                if to_side < FARTHEST:
                    places.append(place)
                    sds.append(sd)
    return np.array(places), np.array(sds), (min(ends), max(ends))


def _apart(ends: tuple[float, float], limits: tuple[float, float]) -> tuple[float, float]:
    """Return ends in their order; those of the limits where the reach lies outside them."""
    low, high = ends
    if low < high:
        return ends
    width = 1.0 if not all(map(math.isfinite, limits)) else limits[1] - limits[0]
    return (low, low + width) if math.isfinite(limits[0]) else (high - width, high)


def _enough(axis: Axis) -> Axis:
    """Return an axis with nodes enough for every second of them to be interpolated."""
    if axis.size >= LEAST:
        return axis
    return replace(axis, step=axis.step * (axis.size - 1) / (LEAST - 1), size=LEAST)


class Trials(NamedTuple):
    """The studies of a likelihood: names, data, and the two-arm model that says what they tell."""

    names: tuple[str, ...]
    counts: Counts
    model: Model


def surfaces(
    trials: Trials, task: Task, rough: Rough, nodes: Nodes, fineness: Fineness
) -> tuple[Surface, Surface]:
    """Return the likelihood surface on an axis of linear predictors, and a rough one: every second node of
    the axes of curves, predictors and tau, and of baselines.
    """
    axes = _plan(trials, task, rough, nodes, fineness)
    far = float(np.max(np.abs(axes.theta.x[[0, -1]])))
    drawn = curves.drawn(trials.counts, trials.model, far, fineness)

    def on(own: Axes, *, roughly: bool) -> Surface:
        drawn_curves = drawn.at(own.theta.x, roughly=roughly)
        mixed = mixing_of(trials.model)
        bare = Surface(trials.names, task.estimates, own, drawn_curves, drawn_curves, None, mixed)
        return smoothed(bare)

    halves = Axes(axes.theta.halved(), axes.mu.halved(), axes.tau.halved() if axes.tau else None)
    return on(axes, roughly=False), on(halves, roughly=True)


def _plan(trials: Trials, task: Task, rough: Rough, nodes: Nodes, fineness: Fineness) -> Axes:
    """Return the axes of curves, of linear predictors and of tau."""
    fitted = rough.means @ task.design.T
    spread = np.sqrt(np.einsum("ki,tij,kj->tk", task.design, rough.covariances, task.design))
    predictors = nodes.predictors(task.design)
    reach = float(predictors.min()), float(predictors.max())
    places = np.array([
        np.min(fitted - REACHED * spread), np.mean(fitted), np.max(fitted + REACHED * spread)
    ])  # fmt: skip
    steps = np.full(3, PREDICTED * fineness.theta)
    mu = _enough(grids.stretched((places, steps), reach, PREDICTED * fineness.theta))
    far = curves.reach(trials.counts, trials.model)
    edges = far if isinstance(far, Edges) else Edges(far)
    needs = grids.curve_needs(task.estimates, fitted.reshape(-1), fineness.theta)
    theta = grids.curve_axis(needs, (float(mu.x[0]), float(mu.x[-1])), edges, fineness.theta_most)
    if task.tau is None or rough.scale is None or rough.seen is None:
        return Axes(theta, mu, None)
    tau = tau_axes.axis(rough.scale, [rough.seen], grids.stretched, fineness.tau, (None, [task.tau]))
    return Axes(theta, mu, _enough(tau))
