"""Posteriors with a component raised to a power, on the same grid, and how far they move; no importance weights are needed."""

import math

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.quadrature import GridAnswers
from bayes_ivig.inputs.model import Model
from bayes_ivig.results.marginal import Marginal
from bayes_ivig.results.power_scaling import PowerScaling, Sensitivity

type Array = NDArray[np.float64]

QUANTITIES = ("mu", "tau", "theta_new")
POWERS = (0.99, 1.01)
ENDS = 1 / 4000  # probability beyond either end of the range: where the outermost of 4000 draws lie
POINTS = 4001


def power_scaling(answers: GridAnswers, model: Model, quantities: tuple[str, ...] = QUANTITIES) -> PowerScaling:
    """Return sensitivities of some of mu, tau and theta_new to the priors of mu and tau and to the likelihood.

    The distribution of study effects around mu belongs to the model, and is not scaled.
    """
    _, mu, tau = answers.surface.axes
    log_mu = model.mu.logpdf(mu.x)[:, None]
    components = {"prior_mu": log_mu}
    log_tau = np.zeros((1, 1))
    if tau is not None:
        log_tau = model.tau.logpdf(tau.x)[None, :]
        components["prior_tau"] = log_tau
    weights = 0.0 if tau is None else tau.log_weights
    components |= {"prior": log_mu + log_tau, "likelihood": answers.log_joint - log_mu - log_tau - weights}
    names = tuple(name for name in QUANTITIES if name in quantities and not (tau is None and name == "tau"))
    slopes = {part: _slopes(answers, logs, names) for part, logs in components.items()}
    rows = [
        Sensitivity(
            quantity=name,
            prior=slopes["prior"][name],
            prior_mu=slopes["prior_mu"][name],
            prior_tau=slopes["prior_tau"][name] if tau is not None else None,
            likelihood=slopes["likelihood"][name],
        )
        for name in names
    ]
    return PowerScaling(tuple(rows), POWERS)


def _slopes(answers: GridAnswers, logs: Array, names: tuple[str, ...]) -> dict[str, float]:
    """Return each quantity's mean distance per doubling of a component's power."""
    logs = np.where(np.isfinite(logs), logs, 0.0)  # a prior's zeros stay zeros
    moved = [GridAnswers(answers.surface, answers.log_joint + (power - 1) * logs) for power in POWERS]
    found = {}
    for name in names:
        base = answers.marginal(name)
        distances = [distance(base, other.marginal(name)) for other in moved]
        found[name] = sum(d / abs(math.log2(power)) for d, power in zip(distances, POWERS, strict=True)) / len(POWERS)
    return found


def distance(one: Marginal, other: Marginal) -> float:
    """Return the cumulative Jensen-Shannon distance of two posteriors of a quantity, between 0 and 1.

    CJS(P, Q) = integral of P log2(P / M) + (1 / (2 ln 2)) integral of (Q - P), M the mean of both (Nguyen & Vreeken 2015);
    the distance is sqrt((CJS(P, Q) + CJS(Q, P)) / integral of (P + Q)), the larger of that and the same for upper tails.
    """
    shares = 0.5 * (1 - np.cos(np.linspace(0, math.pi, POINTS)))
    x = np.asarray(one.quantile(ENDS + (1 - 2 * ENDS) * shares))
    below = [np.asarray(each.prob_below(x)) for each in (one, other)]
    above = [np.asarray(each.prob_above(x)) for each in (one, other)]
    return max(_cjs(x, *below), _cjs(x, *above))


def _cjs(x: Array, p: Array, q: Array) -> float:
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.nan_to_num(p * np.log2(p / middle)) + np.nan_to_num(q * np.log2(q / middle))
    total = float(np.trapezoid(terms, x))
    bound = float(np.trapezoid(p + q, x))
    return math.sqrt(max(total, 0.0) / bound) if bound > 0 else 0.0
