"""Marginals of all models with bias together: of each cell over its biases, of a slope over its cells."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.averaged.nodes import CELLS, Cell, Nodes, part
from bayes_ivig.engines.averaged.reading import Reading
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.null_model import new_study
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal

type Array = NDArray[np.float64]
NONE = PointMarginal(0.0)


class Share(NamedTuple):
    """A reading, and the prior and posterior probabilities of its four cells, (4,) each."""

    reading: Reading
    prior: Array
    posterior: Array


def of_cell(nodes: Nodes, shares: list[Share], cell: Cell) -> dict[str, Marginal]:
    """Return mu, tau and theta_new in one cell, averaged over the models of bias."""
    c = CELLS.index(cell)
    with np.errstate(divide="ignore"):
        logs = np.logaddexp.reduce(
            [np.log(each.prior[c]) + part(each.reading.log_likelihood, cell) for each in shares]
        ) + part(nodes.log_prior, cell)
    effect, heterogeneity = cell
    built = nodes.surface
    if not effect and not heterogeneity:
        return {"mu": NONE, "tau": NONE, "theta_new": NONE}
    if not effect:
        tau = built.axes.tau
        assert tau is not None
        return {"mu": NONE, "tau": GridMarginal(tau, logs[0]), "theta_new": new_study(built, tau, logs[0])}
    if not heterogeneity:
        mu = GridMarginal(built.axes.mu, logs[:, 0])
        return {"mu": mu, "tau": NONE, "theta_new": mu}
    answers = GridAnswers(built, logs - built.axes.mu.log_weights[:, None])
    return {name: answers.marginal(name) for name in ("mu", "tau", "theta_new")}


def of_slope(share: Share) -> Marginal:
    """Return the slope of a regression, averaged over its cells, one of which has some probability."""
    axis = share.reading.axis
    assert axis is not None
    with np.errstate(divide="ignore"):
        logs = np.log(share.posterior)[:, None] + np.stack(share.reading.log_shares)
    return GridMarginal(axis, np.logaddexp.reduce(logs, axis=0))


def mean_weights(share: Share) -> Array:
    """Return the mean weight of each interval of a rule, averaged over its cells, (J,)."""
    means = [
        own @ np.exp(logs) for own, logs in zip(share.reading.own, share.reading.log_shares, strict=True)
    ]
    total = float(share.posterior.sum())
    return np.asarray(sum(p * mean for p, mean in zip(share.posterior, means, strict=True)) / total)
