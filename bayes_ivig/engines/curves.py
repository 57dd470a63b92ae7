"""Each study's likelihood curve under a model: which studies carry information, and log L_i(theta) on given nodes."""

import math

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grids import Fineness
from bayes_ivig.errors import DataError
from bayes_ivig.formulas import likelihood
from bayes_ivig.formulas.effect_sizes import corrected_log_odds_ratio, to_cells
from bayes_ivig.formulas.interpolation import POINTS, interpolate
from bayes_ivig.formulas.likelihood import Baseline, Counts
from bayes_ivig.inputs.dataset import Dataset
from bayes_ivig.inputs.model import Model
from bayes_ivig.inputs.study import Study
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior
from bayes_ivig.priors.families import Logistic, Normal, StudentT

type Array = NDArray[np.float64]

OWN_SCALE = 2.0  # of a study's own nodes, in standard errors
T_REACH = 1e4  # a Student-t baseline has tails to integrate that a normal has not


def informative(dataset: Dataset, model: Model) -> tuple[Study, ...]:
    """Return the studies that enter the likelihood; raises ``DataError`` when there is none.

    A study with an empty arm never does. Without events, or with only events, in both arms a study says nothing to the
    hypergeometric and the normal likelihood; the binomial one keeps it, since the baseline prior makes it informative.
    """
    kept = tuple(study for study in dataset.studies if study.estimable)
    if model.likelihood != "binomial":
        kept = tuple(study for study in kept if 0 < study.treatment_events + study.control_events < _size(study))
    if not kept:
        raise DataError(
            f"{dataset.label}: no study carries information under the {model.likelihood} likelihood: every one has an empty arm, "
            "no events at all, or only events; add a study with events and non-events"
        )
    return kept


def _size(study: Study) -> int:
    return study.treatment_total + study.control_total


def counts_of(studies: tuple[Study, ...]) -> Counts:
    """Return the counts as float arrays of shape (K,)."""
    r1, n1, r0, n0 = np.array([study.counts for study in studies], float).T
    return Counts(r1, n1, r0, n0)


def estimates(counts: Counts) -> tuple[Array, Array]:
    """Return log odds ratios and standard errors, 0.5 added to every cell of a study with a zero cell."""
    y, v = corrected_log_odds_ratio(to_cells(*counts))
    return y, np.sqrt(v)


def log_curves(counts: Counts, model: Model, theta: Array, fineness: Fineness) -> Array:
    """Return log L_i(theta), shape (K, theta.size), with all constants.

    Each study is computed on nodes of its own, dense around its estimate and as far-reaching as ``theta``, and interpolated
    from there: a curve is smooth on the scale of its own standard error, however fine the common nodes must be.
    """
    y, s = estimates(counts)
    if model.likelihood == "normal":
        return likelihood.normal(y, s, theta)
    far = float(np.max(np.abs(theta[[0, -1]]))) + float(np.max(np.abs(y)))
    scale = OWN_SCALE * s[:, None]
    limit = math.asinh(far / float(scale.min()))
    u = np.linspace(-limit, limit, max(POINTS, math.ceil(2 * limit / fineness.curve) + 1))
    rows = _exact_curves(counts, model, y[:, None] + scale * np.sinh(u), fineness.nodes)
    position = (np.arcsinh((theta - y[:, None]) / scale) + limit) / (u[1] - u[0])
    return interpolate(rows, position)


def _exact_curves(counts: Counts, model: Model, theta: Array, nodes: int) -> Array:
    """Return log L_i(theta) for nodes theta of shape (J,) or (K, J)."""
    match model.likelihood:
        case "normal":
            return likelihood.normal(*estimates(counts), theta)
        case "hypergeometric":
            return likelihood.hypergeometric(counts, theta)
        case "binomial":
            share = 0.5 if model.baseline == "midpoint" else 0.0
            parts = [
                math.log(weight) + likelihood.binomial(counts, theta, baseline._replace(share=share), nodes)
                for weight, baseline in baselines(model.alpha)
            ]
            return np.asarray(np.logaddexp.reduce(np.stack(parts), axis=0))


def baselines(alpha: Prior) -> list[tuple[float, Baseline]]:
    """Return the baseline prior as weighted parts that can be integrated one by one."""
    match alpha:
        case LibraryPrior(prior=inner):
            return baselines(inner)
        case Mixture(weights=weights, parts=parts):
            return [(w * v, base) for w, part in zip(weights, parts, strict=True) for v, base in baselines(part)]
        case Normal(mean, sd):
            return [(1.0, Baseline(alpha.logpdf, mean, sd))]
        case Logistic(location, scale):
            return [(1.0, Baseline(alpha.logpdf, location, 1.7 * scale))]
        case StudentT(_, location, scale):
            return [(1.0, Baseline(alpha.logpdf, location, 1.3 * scale, T_REACH))]
        case _:
            raise AssertionError(f"{alpha} passed the door of Model as a baseline prior")


def reach(counts: Counts, model: Model) -> float:
    """Return how far from 0 a curve can still change on the log odds ratio scale: beyond it, curves are 0 or flat."""
    y, s = estimates(counts)
    far = float(np.max(np.abs(y) + 12 * s)) + 40.0
    if model.likelihood == "binomial":
        tail = float(np.max(np.abs(model.alpha.quantile(np.array([1e-13, 1 - 1e-13])))))
        far += 2 * min(tail, 1e6)
    return far
