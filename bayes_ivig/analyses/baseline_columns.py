"""P(OR > 1) under a tighter baseline prior for many cases at once:
the column that says where the baseline prior decides.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.bulk import over_cases as bulk
from bayes_ivig.engines.bulk.answers import Answers, Questions
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.posterior.baseline_check import TIGHT

type Array = NDArray[np.float64]

MOST = 5_000  # subsets; beyond, checking them all would take as long again as computing them
LARGEST_ERROR = 1e-3  # of a probability; one not known so well is not compared
ASKED = Questions(mu=(), tau=())


def over_subsets(dataset: Dataset, model: Model, inside: Array) -> Array:
    """Return the column for subsets given as rows of 0 and 1, shape (N,);
    NaN without a baseline, and for too many rows.
    """
    if not model.has_baseline or len(inside) > MOST:
        return np.full(len(inside), np.nan)
    return _known(bulk.over_weights(dataset, replace(model, alpha=TIGHT), inside, ASKED))


def over_priors(dataset: Dataset, model: Model, pairs: list[tuple[Prior, Prior]]) -> Array:
    """Return the column for pairs of priors on mu and tau, shape (N,); NaN without a baseline."""
    if not model.has_baseline:
        return np.full(len(pairs), np.nan)
    return _known(bulk.over_priors(dataset, replace(model, alpha=TIGHT), pairs, ASKED))


def _known(answers: Answers) -> Array:
    return np.where(np.maximum(answers.error, answers.beyond) <= LARGEST_ERROR, answers.above[:, 0], np.nan)
