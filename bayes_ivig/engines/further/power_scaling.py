"""Posteriors with a component raised to a power, on the same grid, and how far they move;
no importance weights are needed.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.results.checks.power_scaling import RANGE, PowerScaling, Sensitivity
from bayes_ivig.results.marginals.marginal import Marginal

type Array = NDArray[np.float64]

QUANTITIES = ("mu", "tau", "theta_new")
POWERS = (0.99, 1.01)
FAR = 25.0  # logit of the probability beyond which a divergence is no longer summed: one in 7e10
POINTS = 4001
# relative difference of two probabilities below which a series takes the place of logs that cancel
LITTLE = 1e-2


def power_scaling(
    answers: GridAnswers, model: Model, quantities: tuple[str, ...] = QUANTITIES
) -> PowerScaling:
    """Return sensitivities of some of mu, tau and theta_new to the priors of mu and tau and
    to the likelihood.

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
    slopes = {}
    for name in names:
        base = answers.marginal(name)
        distances = [distance(base, other.marginal(name)) for other in moved]
        slopes[name] = sum(
            d / abs(math.log2(power)) for d, power in zip(distances, POWERS, strict=True)
        ) / len(POWERS)
    return slopes


def distance(one: Marginal, other: Marginal) -> float:
    """Return the cumulative Jensen-Shannon distance of two posteriors of a quantity;
    about 0 to 1, see ``PowerScaling``.

    CJS(P, Q) = integral of P log2(P / M) + (1 / (2 ln 2)) integral of (Q - P), M the mean of both (Nguyen &
    Vreeken 2015), of the distribution functions P and Q. CJS(P, Q) + CJS(Q, P) is integrated over the whole
    line, on which it converges. Its upper bound, the integral of P + Q, grows without end to the right, so it
    is taken between two quantiles of ``one``, ``RANGE``. The distance is the root of their ratio, the larger
    of that and the same of both quantities' negatives.
    """
    x = np.asarray(one.quantile(special.expit(np.linspace(-FAR, FAR, POINTS))))
    below = [np.asarray(each.prob_below(x)) for each in (one, other)]
    above = [np.asarray(each.prob_above(x)) for each in (one, other)]
    apart = np.where(below[0] < 0.5, below[0] - below[1], above[1] - above[0])
    inside = np.asarray(
        one.quantile(RANGE[0] + (RANGE[1] - RANGE[0]) * 0.5 * (1 - np.cos(np.linspace(0, math.pi, POINTS))))
    )
    largest = 0.0
    for sums, function in ((below[0] + below[1], "prob_below"), (above[0] + above[1], "prob_above")):
        bound = sum(
            float(np.trapezoid(np.asarray(getattr(each, function)(inside)), inside)) for each in (one, other)
        )
        if bound > 0:
            largest = max(largest, float(np.trapezoid(_divergence(sums, apart), x)) / bound)
    return math.sqrt(largest)


def _divergence(sums: Array, apart: Array) -> Array:
    """P log2(P / M) + Q log2(Q / M) from P + Q and P - Q: with d their ratio,
    M ((1 + d) log2(1 + d) + (1 - d) log2(1 - d)).
    """
    d = np.clip(apart / np.maximum(sums, 1e-300), -1.0, 1.0)
    exact = special.xlog1py(1 + d, d) + special.xlog1py(1 - d, -d)
    series = d**2 * (1 + d**2 / 6)
    return np.asarray(sums / 2 * np.where(np.abs(d) < LITTLE, series, exact) / math.log(2))
