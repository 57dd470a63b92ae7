"""What a reader needs to put in a prior and a choice of trials of their own:
likelihood surfaces on shared nodes.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

# how far from 0 a reader's normal prior on mu may be centred: odds ratios of 1/4 to 4
MOST_CENTRE = math.log(4)
SDS = (0.2, 10.0)  # and its SD: the axes resolve the narrowest and hold the widest


@dataclass(frozen=True, eq=False)
class LikelihoodTable:
    """Log likelihoods of K studies under one likelihood, on the axes of its ``ExplorerOutcome``.

    ``informative`` has shape (K,): whether a study enters this likelihood; the others hold zeros. ``common``
    has shape (K, mu), the curves at tau = 0, and ``random`` (K, mu, tau). Constants are kept. ``baseline``
    and ``alpha_prior`` are empty for a likelihood without a baseline.
    """

    likelihood: str
    baseline: str
    alpha_prior: str
    informative: NDArray[np.bool_]
    common: Array
    random: Array


@dataclass(frozen=True, eq=False)
class ExplorerOutcome:
    """One outcome with its studies, its trial sets and the surfaces of every likelihood embedded.

    ``estimates`` are observed log odds ratios and standard errors (0.5 added where a cell is empty), shape
    (K,) each, NaN where there is none. ``mu`` and ``tau`` are the shared axes. ``trial_sets`` maps a name to
    the studies in it. ``left_out`` are the likelihoods, each with the prior and the place of its baseline,
    that would have made the page too large.
    """

    name: str
    studies: tuple[str, ...]
    estimates: tuple[Array, Array]
    trial_sets: tuple[tuple[str, tuple[str, ...]], ...]
    mu: Axis
    tau: Axis
    tables: tuple[LikelihoodTable, ...]
    left_out: tuple[tuple[str, str, str], ...] = ()
