"""Posterior of a pooled effect from its published summary alone, when the per-arm counts are not known."""

import numpy as np

from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal

REACH = 40.0  # standard errors to either side
STEP = 0.1


def summary_posterior(estimate: float, standard_error: float, prior: Prior) -> GridMarginal:
    """Return the posterior of the pooled effect given a published estimate,
    taken as normal with its standard error.

    Estimate, error and prior share one scale: log odds ratio, or the natural scale of a mean difference. With
    a normal prior this is the conjugate normal posterior; with a flat one it is the normal around the
    estimate.
    """
    reach = (estimate - REACH * standard_error, estimate + REACH * standard_error)
    if prior.proper:
        ends = prior.quantile(np.array([1e-12, 1 - 1e-12]))
        reach = (min(reach[0], float(ends[0])), max(reach[1], float(ends[1])))
    axis = Axis.spanning("identity", (estimate, 2 * standard_error), reach, STEP)
    z = (axis.x - estimate) / standard_error
    return GridMarginal(axis, -0.5 * z * z + prior.logpdf(axis.x) + axis.log_slope(axis.u))
