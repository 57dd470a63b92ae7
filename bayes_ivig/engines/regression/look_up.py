"""The likelihood of a regression, read off a likelihood surface: log L(beta, tau) = sum_i log L_i(x_i'beta,
tau).

Reading eight nodes around every linear predictor, and adding up over the studies, is one product with a
sparse matrix, whatever the number of coefficients; tau comes along as columns.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bayes_ivig.formulas.interpolation import POINTS, stencil
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

AT_ONCE = 400_000  # linear predictors whose nodes are held together: 40 MB


def look_up(values: Array, axis: Axis, predictors: Array) -> Array:
    """Return sums over studies of log likelihoods at linear predictors, shape (N, T).

    ``values`` (K, M, T) are those of every study on the M nodes of ``axis`` and at each tau, as
    ``Surface.each`` has them; ``predictors`` (N, K) what each of N sets of coefficients foretells of every
    study. Beyond the axis values are those of its ends.
    """
    k, nodes, taus = values.shape
    stacked = np.ascontiguousarray(values).reshape(k * nodes, taus)
    out = np.empty((len(predictors), taus))
    rows = max(1, AT_ONCE // k)
    for start in range(0, len(predictors), rows):
        part = slice(start, start + rows)
        out[part] = _reading(axis, predictors[part], nodes) @ stacked
    return shaken(out)


def _reading(axis: Axis, predictors: Array, nodes: int) -> "sparse.csr_array":
    """Return the matrix (N, K M) whose rows read each study at its own predictor and add up."""
    count, k = predictors.shape
    first, (weights,) = stencil((axis.u_of(predictors) - axis.start) / axis.step, nodes)
    columns = (first + nodes * np.arange(k))[..., None] + np.arange(POINTS)
    ends = np.arange(count + 1) * (k * POINTS)
    return sparse.csr_array(
        (weights.reshape(-1), columns.reshape(-1), ends), shape=(count, k * nodes), copy=False
    )
