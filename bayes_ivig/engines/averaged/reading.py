"""What one model of bias makes of the nodes: a log likelihood with its own parameters integrated out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reading:
    """The log likelihood of all trials at all nodes, (M + 1, T + 1).

    ``rough`` are the log marginal likelihoods of the four cells from every second node of everything, (4,).
    ``own`` are the nodes of the model's own parameters in each cell, (parameters, N), and ``log_shares`` the
    logs of their posterior probabilities there, (N,); ``axis`` is that of a slope.
    """

    log_likelihood: Array
    rough: Array
    own: tuple[Array, ...]
    log_shares: tuple[Array, ...]
    axis: Axis | None = None


def relative(log_masses: Array) -> Array:
    """Return probabilities from log masses, last axis."""
    shares = np.exp(log_masses - log_masses.max(axis=-1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))
