"""Log likelihood curves of a log risk ratio or a risk difference: two binomials,
the mean of the arms' log odds integrated against its prior.

Arrays in, arrays out, as in ``formulas.likelihood``, whose curves these are on the odds ratio scale.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.likelihood import CELLS, REACH, Baseline, Counts, log_choose
from bayes_ivig.formulas.scales.modes import mode_and_spread
from bayes_ivig.formulas.scales.odds_product import HalfDistance
from bayes_ivig.formulas.shaking import shaken

type Array = NDArray[np.float64]

# of a prior's reach, in its spreads, that nodes follow it to: without events, or with only events, in an arm
# the integrand has a plateau that the prior alone bounds
PRIOR_REACH = 1 / 3


def two_risks_twice(
    counts: Counts, theta: Array, baseline: Baseline, nodes: int, half: HalfDistance
) -> tuple[Array, Array]:
    """Return log L_i(theta), (K, J), and the same from every second node of the baseline.

    ``half`` says how far the arms' log odds lie from their mean; counts are divided by their design effects
    first. The sum is that of ``formulas.likelihood.binomial``.
    """
    counts = counts.effective()
    theta = np.broadcast_to(theta, (counts.r1.size, theta.shape[-1]))
    fine, rough = np.empty(theta.shape), np.empty(theta.shape)
    nodes |= 1
    chunk = max(1, CELLS // (theta.shape[1] * nodes))
    for start in range(0, counts.r1.size, chunk):
        part = slice(start, start + chunk)
        few = Counts(counts.r1[part], counts.n1[part], counts.r0[part], counts.n0[part])
        fine[part], rough[part] = _integrated(few, theta[part], (baseline, half), nodes)
    return shaken(fine), shaken(rough)


class Table(NamedTuple):
    """The integrand on nodes alpha = mode + spread sinh(u), u in equal steps from -limit to limit.

    ``mode``, ``spread`` and ``limit`` have shape (K, J), ``logs`` (K, J, nodes): the log density of both
    arms' events and of alpha per unit of u over limit, up to the binomial coefficients.
    """

    mode: Array
    spread: Array
    limit: Array
    logs: Array


def tabulated(counts: Counts, theta: Array, how: tuple[Baseline, HalfDistance], nodes: int) -> Table:
    """Return the integrand in alpha for a few studies at once, ``theta`` (K, J)."""
    baseline, half = how
    mode, spread = _mode(counts, theta, baseline, half)
    far = np.abs(mode - baseline.centre) + PRIOR_REACH * baseline.reach * baseline.spread
    limit = np.arcsinh(np.maximum(baseline.reach, far / spread))
    u = limit[..., None] * np.linspace(-1.0, 1.0, nodes)
    alpha = mode[..., None] + spread[..., None] * np.sinh(u)
    w, _ = half(theta[..., None], alpha)
    logs = baseline.logpdf(alpha) + np.log(np.cosh(u)) + np.log(limit * spread)[..., None]
    for r, n, log_odds in ((counts.r1, counts.n1, alpha + w), (counts.r0, counts.n0, alpha - w)):
        logs += r[:, None, None] * log_odds - n[:, None, None] * np.logaddexp(0, log_odds)
    return Table(mode, spread, limit, logs)


def _integrated(
    counts: Counts, theta: Array, how: tuple[Baseline, HalfDistance], nodes: int
) -> tuple[Array, Array]:
    """Integrate a few studies at once, on an odd number of nodes and on every second of them."""
    terms = tabulated(counts, theta, how, nodes).logs
    top = terms.max(axis=-1)
    shares = np.exp(np.maximum(terms - top[..., None], -700.0))
    top += (log_choose(counts.n1, counts.r1) + log_choose(counts.n0, counts.r0))[:, None]
    top += np.log(2 / (nodes - 1))
    return np.log(shares.sum(axis=-1)) + top, np.log(2 * shares[..., ::2].sum(axis=-1)) + top


def _mode(counts: Counts, theta: Array, baseline: Baseline, half: HalfDistance) -> tuple[Array, Array]:
    """Mode and local SD of the integrand in alpha, (K, J), by the expected information."""
    r1, n1, r0, n0 = counts.r1[:, None], counts.n1[:, None], counts.r0[:, None], counts.n0[:, None]

    def derivatives(at: Array) -> tuple[Array, Array]:
        w, turn = half(theta, at)
        p1, p0 = special.expit(at + w), special.expit(at - w)
        slope = (r1 - n1 * p1) * (1 + turn) + (r0 - n0 * p0) * (1 - turn)
        return slope, n1 * p1 * (1 - p1) * (1 + turn) ** 2 + n0 * p0 * (1 - p0) * (1 - turn) ** 2

    at = (_log_odds(r1, n1) + _log_odds(r0, n0)) / 2 + np.zeros_like(theta)
    slack = 3 + np.abs(theta) / 2 + REACH * baseline.spread + baseline.spread**2
    return mode_and_spread(at, baseline, slack, derivatives)


def _log_odds(events: Array, total: Array) -> Array:
    return np.log(events + 0.5) - np.log(total - events + 0.5)
