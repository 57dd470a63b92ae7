"""Data-dependent priors meet their data: the studies' standard errors are filled in,
the rest stays as it was stated.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.model.scale import on_measure
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior, waits
from bayes_ivig.priors.data_dependent import DataDependent


def resolve(dataset: Dataset, model: Model) -> Model:
    """Return the model with its measure, where that is not the odds ratio, and with the standard errors
    of the dataset's studies in its prior on tau; itself where none is needed.

    They are those of effects on the measure's scale, 0.5 added to every cell of a study with a zero cell, of
    the studies that enter the likelihood: the prior of a subset of trials is not that of all. Raises
    ``DataError`` when no study carries information.
    """
    model = on_measure(dataset, model)
    if not waits(model.tau):
        return model
    standard_errors = model.family.estimates(counts_of(informative(dataset, model)))[1]
    return replace(model, tau=filled(model.tau, standard_errors))


def filled(prior: Prior, standard_errors: NDArray[np.float64]) -> Prior:
    """Return the prior for studies with these standard errors, shape (K,), of their log odds ratios."""
    match prior:
        case DataDependent():
            return prior.filled(standard_errors)
        case Mixture(weights=weights, parts=parts):
            return Mixture(weights, tuple(filled(part, standard_errors) for part in parts))
        case LibraryPrior(prior=inner):
            return replace(prior, prior=filled(inner, standard_errors))
        case _:
            return prior
