"""What a posterior with selection is asked: where each trial lies, what fixed weights would give, how many
trials would be missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.selected.answers import SelectedAnswers
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.selection_models import weights as formulas
from bayes_ivig.formulas.ties import NOISE
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal
from bayes_ivig.results.posterior.posterior import Posterior

type Array = NDArray[np.float64]

MISSING = Axis.spanning("softplus", (0.0, 1.0), (-25.0, 1e9), 0.05)  # how many trials are missing
LARGEST = 1e8  # missing trials that are told from more


@dataclass(frozen=True)
class InInterval:
    """One trial of the likelihood: its p-value, its interval, 0 for the most significant, and in which of all
    intervals any of its tables lies.
    """

    study: str
    p: float
    interval: int
    possible: tuple[bool, ...]


def answers_of(posterior: Posterior) -> SelectedAnswers:
    """Return what the engine left behind; raises ``ModelError`` where there was no selection."""
    if not isinstance(posterior.answers, SelectedAnswers):
        raise ModelError(
            f"selection: found the posterior of a model of the family {posterior.model.KIND}; needed is that "
            "of a Selection, as bi.fit(dataset, bi.models.Selection()) returns it"
        )
    return posterior.answers


def in_intervals(posterior: Posterior) -> tuple[InInterval, ...]:
    """Return where the p-value of each trial of the likelihood lies."""
    found = answers_of(posterior).intervals
    rows = zip(found.studies, found.p, found.at, found.possible, strict=True)
    return tuple(
        InInterval(study, float(p), int(at), tuple(bool(each) for each in possible))
        for study, p, at, possible in rows
    )


def at_weights(posterior: Posterior, weights: Sequence[tuple[float, ...]]) -> tuple[Marginal, ...]:
    """Return the marginal of mu under each of several fixed weights of the later intervals, on the surface of
    this posterior; raises ``ModelError``.
    """
    answers = answers_of(posterior)
    return tuple(answers.at_weights((1.0, *own)).marginal("mu") for own in weights)


def missing(posterior: Posterior) -> Marginal:
    """Return how many trials would be missing beside those published, were one of the most significant
    interval published for certain: the sum over trials of 1 / p_i - 1.

    p_i is the probability that a trial with this one's design is published; it is averaged over effects of
    such trials, and over the posterior of mu, tau and the weights. It can be as near 0 as a weight, so that
    the mean does not exist under a prior of the weights.
    """
    answers = answers_of(posterior)
    nodes = answers.nodes()
    at = answers.places
    whole = answers.chances.reshape(*answers.chances.shape[:2], -1)[:, :, at]
    logs, wanted = _mass(answers, nodes, at)
    places, u = np.zeros(MISSING.size), MISSING.u
    values = np.zeros((at.size, nodes.omega.shape[1]))
    for each in whole:
        values += 1 / np.maximum(each.T @ nodes.omega, 1 / LARGEST) - 1
    values, mass = values[wanted], np.exp(logs[wanted] - logs.max())
    spread = values.max() - values.min()
    if spread <= NOISE:
        return PointMarginal(float(values.mean()))
    position = (MISSING.u_of(np.clip(values, MISSING.x[0], MISSING.x[-1])) - u[0]) / MISSING.step
    first = np.clip(np.floor(position).astype(np.intp), 0, MISSING.size - 2)
    over = position - first
    np.add.at(places, first, mass * (1 - over))
    np.add.at(places, first + 1, mass * over)
    with np.errstate(divide="ignore"):
        return GridMarginal(MISSING, np.log(places), 2 if nodes.free == 0 else 0)


def _mass(
    answers: SelectedAnswers, nodes: formulas.Nodes, at: NDArray[np.intp]
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the log posterior of every place of mu and tau with every node of the weights, (P, N), and which
    of them count.
    """
    logs = answers.log_mass[at, None] + (
        formulas.log_terms(answers.flat[:, :, at], answers.counts, nodes)
        if answers.flat.shape[0]
        else nodes.log_weights
    )
    return logs, logs > logs.max() - 30.0
