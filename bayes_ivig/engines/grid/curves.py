"""Each study's likelihood curve under a model: which studies carry information,
and log L_i(theta) on given nodes.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.axes import Fineness
from bayes_ivig.errors import DataError
from bayes_ivig.formulas import likelihood
from bayes_ivig.formulas.effect_sizes import corrected_log_odds_ratio, to_cells
from bayes_ivig.formulas.interpolation import POINTS, interpolate
from bayes_ivig.formulas.likelihood import Baseline, Counts
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.formulas.ties import steps_to_cover
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior
from bayes_ivig.priors.families import Logistic, Normal, StudentT

type Array = NDArray[np.float64]

OWN_SCALE = 2.0  # of a study's own nodes, in standard errors
TOGETHER = 64  # studies whose curves are read at once
T_REACH = 1e4  # a Student-t baseline has tails to integrate that a normal has not


def informative(dataset: Dataset, model: Model) -> tuple[Study, ...]:
    """Return the studies that enter the likelihood; raises ``DataError`` when there is none.

    A study with an empty arm never does. Without events, or with only events, in both arms a study says
    nothing to the hypergeometric and the normal likelihood; the binomial one keeps it, since the baseline
    prior makes it informative.
    """
    kept = tuple(study for study in dataset.studies if study.estimable)
    if model.likelihood != "binomial":
        kept = tuple(study for study in kept if study.informative)
    if not kept:
        raise DataError(
            f"{dataset.label}: no study carries information under the {model.likelihood} likelihood: every "
            "one has an empty arm, no events at all, or only events; add a study with events and non-events"
        )
    return kept


def counts_of(studies: tuple[Study, ...]) -> Counts:
    """Return the counts and design effects as float arrays of shape (K,)."""
    r1, n1, r0, n0 = np.array([study.counts for study in studies], float).T
    return Counts(r1, n1, r0, n0, np.array([study.design_effect for study in studies]))


def estimates(counts: Counts) -> tuple[Array, Array]:
    """Return log odds ratios and standard errors, 0.5 added to every cell of a study with a zero cell.

    A design effect multiplies the standard error by its root.
    """
    y, v = corrected_log_odds_ratio(to_cells(counts.r1, counts.n1, counts.r0, counts.n0))
    return y, np.sqrt(v * counts.design_effect)


class Drawn(NamedTuple):
    """Curves on nodes of their own: a curve is smooth on the scale of its own standard error,
    however fine others must be.

    ``fine`` has shape (K, J): log L_i at y_i + scale_i sinh(u), u in equal steps between -limit_i and
    limit_i. ``rough`` are those of every second node, from every second node of the baseline. Normal curves
    are closed, and drawn directly.
    """

    estimates: tuple[Array, Array]
    scale: Array
    limit: Array
    fine: Array
    rough: Array

    def at(self, theta: Array, *, roughly: bool = False) -> Array:
        """Return log L_i(theta), shape (K, theta.size), with all constants."""
        y, s = self.estimates
        if not self.fine.size:
            return likelihood.normal(y, s, theta)
        rows = self.rough if roughly else self.fine
        curves = np.empty((y.size, theta.size))
        for start in range(0, y.size, TOGETHER):
            part = slice(start, start + TOGETHER)
            position = np.arcsinh((theta - y[part, None]) / self.scale[part]) / self.limit[part] + 1
            curves[part] = interpolate(rows[part], position * ((rows.shape[1] - 1) / 2))
        return shaken(curves)


def log_curves(counts: Counts, model: Model, theta: Array, fineness: Fineness) -> Array:
    """Return log L_i(theta), shape (K, theta.size), with all constants."""
    return drawn(counts, model, float(np.max(np.abs(theta[[0, -1]]))), fineness).at(theta)


def drawn(counts: Counts, model: Model, far: float, fineness: Fineness) -> Drawn:
    """Draw each study's curve, dense around its estimate and as far from 0 as ``far``."""
    y, s = estimates(counts)
    scale = OWN_SCALE * s[:, None]
    if model.likelihood == "normal":
        return Drawn((y, s), scale, np.empty((0, 0)), np.empty((0, 0)), np.empty((0, 0)))
    limit = np.arcsinh((far + np.abs(y[:, None])) / scale)
    half = max(POINTS, steps_to_cover(float(limit.max()), fineness.curve))
    theta = y[:, None] + scale * np.sinh(limit * np.linspace(-1.0, 1.0, 2 * half + 1))
    fine, rough = _exact_curves(counts, model, theta, fineness.nodes)
    return Drawn((y, s), scale, limit, fine, rough[:, ::2])


def _exact_curves(counts: Counts, model: Model, theta: Array, nodes: int) -> tuple[Array, Array]:
    """Return log L_i(theta) for nodes theta of shape (K, J),
    and the same from every second node of any baseline.
    """
    if model.likelihood == "hypergeometric":
        exact = likelihood.hypergeometric(counts, theta)
        return exact, exact
    share = 0.5 if model.baseline == "midpoint" else 0.0
    parts = [
        (math.log(weight), likelihood.binomial_twice(counts, theta, baseline._replace(share=share), nodes))
        for weight, baseline in baselines(model.alpha)
    ]
    if len(parts) == 1:
        return parts[0][1]
    fine, rough = (
        np.logaddexp.reduce(np.stack([log + pair[i] for log, pair in parts]), axis=0) for i in (0, 1)
    )
    return np.asarray(fine), np.asarray(rough)


def baselines(alpha: Prior) -> list[tuple[float, Baseline]]:
    """Return the baseline prior as weighted parts that can be integrated one by one."""
    match alpha:
        case LibraryPrior(prior=inner):
            return baselines(inner)
        case Mixture(weights=weights, parts=parts):
            return [
                (w * v, base) for w, part in zip(weights, parts, strict=True) for v, base in baselines(part)
            ]
        case Normal(mean, sd):
            return [(1.0, Baseline(alpha.logpdf, mean, sd))]
        case Logistic(location, scale):
            return [(1.0, Baseline(alpha.logpdf, location, 1.7 * scale))]
        case StudentT(_, location, scale):
            return [(1.0, Baseline(alpha.logpdf, location, 1.3 * scale, T_REACH))]
        case _:
            raise AssertionError(f"{alpha} passed the door of Model as a baseline prior")


def reach(counts: Counts, model: Model) -> float:
    """Return how far from 0 a curve can still change on the log odds ratio scale:
    beyond it, curves are 0 or flat.
    """
    y, s = estimates(counts)
    far = float(np.max(np.abs(y) + 12 * s)) + 40.0
    if model.likelihood == "binomial":
        tail = float(np.max(np.abs(model.alpha.quantile(np.array([1e-13, 1 - 1e-13])))))
        far += 2 * min(tail, 1e6)
    return far
