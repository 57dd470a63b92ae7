"""What a regression may be off by: how far its numbers move when every second node is left out."""

import numpy as np

from bayes_ivig.engines.grid.accuracy import EVIDENCE, Numbers, distances, numbers_of
from bayes_ivig.engines.regression.density import RegressionDensity
from bayes_ivig.results.marginals.marginal import Marginal

type Bounds = dict[str, float]


def errors_of(fine: RegressionDensity, rough: RegressionDensity) -> dict[str, Bounds]:
    """Return a bound of each number's error in posterior SDs, by what every second node was left out of: the
    ``"nodes"`` of coefficients, those of ``"tau"``, and curves and surface together, ``"theta"``.

    ``rough`` is the posterior on every second node of everything, as a rough surface has it. A bound is how
    far a number moves, divided by what halving a step is claimed to gain (``engines.grid.accuracy.GAIN``).
    """
    full, thin = _numbers(fine), fine.thinned("nodes")
    bounds = {"nodes": distances(_numbers(thin), full)}
    if fine.tau is not None:
        bounds["tau"] = distances(_numbers(fine.thinned("tau")), full)
        thin = thin.thinned("tau")
    bounds["theta"] = distances(_numbers(rough), _numbers(thin))
    return bounds


def _numbers(density: RegressionDensity) -> Numbers:
    """Return the checked numbers: those of every coefficient and of tau, P(OR > 1) and the evidence."""
    last = len(density.nodes.axes) - 1
    marginals: dict[str, Marginal] = {f"slope {j + 1}": density.coefficient(j) for j in range(last)}
    marginals["mu"] = density.coefficient(last)
    numbers = numbers_of(marginals)
    numbers["prob_or_gt_1"] = np.array([1.0, float(marginals["mu"].prob_above(0.0))])
    if density.tau is not None:
        numbers |= numbers_of({"tau": density.tau_marginal})
    numbers["log_marginal_likelihood"] = np.array([EVIDENCE, density.log_evidence])
    return numbers
