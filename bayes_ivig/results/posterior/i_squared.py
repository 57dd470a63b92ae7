"""The share of variance that is between trials: I squared as a posterior."""

import numpy as np

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.effect_sizes import Array
from bayes_ivig.formulas.heterogeneity import typical_variance, weight_sums
from bayes_ivig.inputs.estimates.arrays import effects_of
from bayes_ivig.results.contract import Fitted
from bayes_ivig.results.marginals.mapped import MappedMarginal
from bayes_ivig.results.marginals.marginal import Marginal


def heterogeneity_fraction(posterior: Fitted) -> Marginal:
    """Return the posterior of tau^2 / (tau^2 + s^2); raises ``ModelError`` for fewer than two studies."""
    if posterior.k < 2:
        raise ModelError("heterogeneity_fraction: needs two studies or more that carry information")
    known = [study for study in posterior.dataset.studies if study.name in posterior.studies]
    effects, errors = effects_of(known, posterior.measure)
    sums = weight_sums(effects, errors**2)
    typical = float(typical_variance(sums, np.asarray(float(posterior.k))))

    def fraction(tau: Array) -> Array:
        return np.asarray(tau**2 / (tau**2 + typical))

    def inverse(share: Array) -> Array:
        share = np.clip(share, 0.0, 1.0)
        with np.errstate(divide="ignore"):
            return np.sqrt(typical * share / np.maximum(1 - share, 0.0))

    return MappedMarginal(posterior["tau"], fraction, inverse)
