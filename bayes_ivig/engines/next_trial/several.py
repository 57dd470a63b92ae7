"""Several trials of one size at once: each has its own effect, so that they tell of mu and tau together."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.next_trial.foreseen import Foreseen, Nodes, nodes_of
from bayes_ivig.engines.next_trial.outcomes import Averages, Lines, averaged, stated
from bayes_ivig.engines.next_trial.trials import ControlLogOdds, Size, curves, systematic

type Array = NDArray[np.float64]

BLOCK = 250  # sets of trials whose posteriors are held at once


def several(
    answers: GridAnswers,
    ahead: Foreseen,
    asked: tuple[Size, int, ControlLogOdds],
    lines: Lines,
    quantity: str,
    drawn: tuple[int, np.random.Generator],
) -> Averages:
    """Return what a number of equal trials are expected to do: means over sets of trials drawn by chance."""
    (size, number, control), (draws, rng) = asked, drawn
    nodes = nodes_of(answers, ahead)
    at = systematic(nodes.mass, draws, rng)
    theta = nodes.mu[at, None] + nodes.sd[at, None] * rng.standard_normal((draws, number))
    log_odds = control.draw(rng, draws * number).reshape(draws, number)
    r1 = rng.binomial(size.treatment, special.expit(log_odds + theta)).reshape(-1)
    r0 = rng.binomial(size.control, special.expit(log_odds)).reshape(-1)
    tables, which = np.unique(np.stack([r1, r0]).astype(float), axis=1, return_inverse=True)
    logs = _smoothed(curves(ahead, (tables[0], tables[1]), size, control), nodes)
    which = which.reshape(draws, number)
    parts = [
        _updated(nodes, logs[which[start : start + BLOCK]].sum(axis=1), lines, quantity)
        for start in range(0, draws, BLOCK)
    ]
    each = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return averaged(ahead, each, np.full(draws, 1 / draws), (lines, quantity), draws)


def _smoothed(log_curves: Array, nodes: Nodes) -> Array:
    """Return the log likelihood of each table at the nodes of (mu, tau), (U, N)."""
    top = log_curves.max(axis=1, keepdims=True)
    linear = np.exp(np.maximum(log_curves - top, -700.0)) @ nodes.chances
    return np.asarray(np.log(np.maximum(linear, 1e-300)) + top)


def _updated(nodes: Nodes, logs: Array, lines: Lines, quantity: str) -> dict[str, Array]:
    """Return the statements of posteriors, log likelihoods (S, N) being given at the nodes."""
    logs = logs - logs.max(axis=1, keepdims=True)
    weights = np.exp(np.maximum(logs, -700.0)) * nodes.mass
    weights /= weights.sum(axis=1, keepdims=True)
    below = weights @ (nodes.mu_below if quantity == "mu" else nodes.next_below)
    moments = weights @ nodes.mu_moments, weights @ nodes.next_moments
    return stated(nodes.thresholds, below, moments, lines)
