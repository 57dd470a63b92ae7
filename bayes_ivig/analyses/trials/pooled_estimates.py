"""Estimates pooled over many choices of trials at once, by inverse variance with random effects."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.heterogeneity import q_from_sums
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import effects_of
from bayes_ivig.inputs.model.scale import measure_in_force

type Array = NDArray[np.float64]


def z_of(level: float) -> float:
    """Return how many standard errors the limits of a level lie away."""
    return float(special.ndtri(0.975 if level == 0.95 else 0.5 + level / 2))


def pooled_estimates(dataset: Dataset, inside: Array, level: float = 0.95) -> dict[str, Array]:
    """Return the pooled effects of subsets given as rows of 0 and 1, shape (N, studies): of estimates, of
    counts by their usual effect and standard error, tau squared by DerSimonian & Laird 1986.

    Keys are those of ``subsets``; effects and limits are on the measure's own scale, I squared in percent,
    each of shape (N,). NaN where a subset holds no trial with an effect.
    """
    measure = measure_in_force(dataset)
    telling = np.array([study.informative for study in dataset.studies])
    chosen = np.asarray(inside, float)[:, telling]
    y, s = effects_of([study for study in dataset.studies if study.informative], measure)
    w = 1 / s**2
    k, sums = chosen.sum(axis=1), np.stack([chosen @ each for each in (w, w * y, w * y**2, w**2)])
    excess = q_from_sums(sums) - (k - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        tau2 = np.maximum(0.0, excess / (sums[0] - sums[3] / sums[0]))
        weights = chosen / (s**2 + np.where(k > 1, tau2, 0.0)[:, None])
        total = weights.sum(axis=1)
        estimate, error = (weights @ y) / total, 1 / np.sqrt(total)
        i2 = np.where(k > 1, 100 * np.maximum(0.0, excess / (excess + k - 1)), np.nan)
    z = z_of(level)
    limits = (estimate, estimate - z * error, estimate + z * error)
    names = (measure.columns.pooled, "pooled_ci_lower", "pooled_ci_upper")
    found = {name: measure.own_values(each) for name, each in zip(names, limits, strict=True)}
    return found | {"pooled_p": 2 * special.ndtr(-np.abs(estimate / error)), "i2": i2}
