"""Log likelihood curves of a log rate ratio: two Poisson counts in person-time, a baseline log rate
integrated against its prior, or the treatment arm's events given those of both arms.

Arrays in, arrays out, as in ``formulas.likelihood``; the totals of ``Counts`` are person-time here.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.likelihood import REACH, Baseline, Counts, log_choose
from bayes_ivig.formulas.scales.modes import mode_and_spread
from bayes_ivig.formulas.scales.two_risks import PRIOR_REACH, Table
from bayes_ivig.formulas.shaking import shaken

type Array = NDArray[np.float64]

LEAST_TIME = 1e-300


def conditional(counts: Counts, theta: Array) -> Array:
    """Return log P(r1 | r1 + r0; theta), (K, J), to the power 1 / design effect: binomial of all events with
    probability T1 e^theta / (T1 e^theta + T0).
    """
    r1, t1, r0, t0 = _columns(counts)
    at = np.log(t1) + theta
    logs = r1 * at + r0 * np.log(t0) - (r1 + r0) * np.logaddexp(at, np.log(t0)) + log_choose(r1 + r0, r1)
    return shaken(logs / np.reshape(counts.design_effect, (-1, 1)))


def poisson_twice(counts: Counts, theta: Array, baseline: Baseline, nodes: int) -> tuple[Array, Array]:
    """Return log L_i(theta), (K, J), and the same from every second node of the baseline;
    events and person-time are divided by their design effects first.

    The baseline log rate a enters by what is expected in both arms together alone: S e^a with
    S = T1 e^(theta (1 - share)) + T0 e^(-theta share).
    """
    r1, t1, r0, t0 = _columns(counts.effective())
    theta = np.broadcast_to(theta, (r1.shape[0], theta.shape[-1]))
    up, down = (1 - baseline.share) * theta, -baseline.share * theta
    events, log_people = r1 + r0, np.logaddexp(np.log(t1) + up, np.log(t0) + down)
    terms = tabulated(events + np.zeros_like(theta), log_people, baseline, nodes | 1).logs
    top = terms.max(axis=-1)
    shares = np.exp(np.maximum(terms - top[..., None], -700.0))
    constant = r1 * (np.log(t1) + up) + r0 * (np.log(t0) + down)
    constant = constant - special.gammaln(r1 + 1) - special.gammaln(r0 + 1) + np.log(2 / ((nodes | 1) - 1))
    fine = np.log(shares.sum(axis=-1)) + top + constant
    return shaken(fine), shaken(np.log(2 * shares[..., ::2].sum(axis=-1)) + top + constant)


def _columns(counts: Counts) -> tuple[Array, Array, Array, Array]:
    """Return events and person-time, (K, 1); no time at all, of a study that is to say nothing, is next to
    none.
    """
    r1, t1, r0, t0 = (each[:, None] for each in counts[:4])
    return r1, np.maximum(t1, LEAST_TIME), r0, np.maximum(t0, LEAST_TIME)


def tabulated(events: Array, log_people: Array, baseline: Baseline, nodes: int) -> Table:
    """Return events * a - S e^a and the log prior of a on nodes around their mode; see ``Table``."""
    mode, spread = _mode(events, log_people, baseline)
    far = np.abs(mode - baseline.centre) + PRIOR_REACH * baseline.reach * baseline.spread
    limit = np.arcsinh(np.maximum(baseline.reach, far / spread))
    u = limit[..., None] * np.linspace(-1.0, 1.0, nodes)
    a = mode[..., None] + spread[..., None] * np.sinh(u)
    expected = np.exp(np.minimum(a + log_people[..., None], 700.0))
    logs = events[..., None] * a - expected + baseline.logpdf(a)
    return Table(mode, spread, limit, logs + np.log(np.cosh(u)) + np.log(limit * spread)[..., None])


def _mode(events: Array, log_people: Array, baseline: Baseline) -> tuple[Array, Array]:
    """Mode and local SD of the integrand, (K, J)."""

    def derivatives(at: Array) -> tuple[Array, Array]:
        expected = np.exp(np.minimum(at + log_people, 700.0))
        return events - expected, expected

    slack = 3 + REACH * baseline.spread + baseline.spread**2
    return mode_and_spread(np.log(events + 0.5) - log_people, baseline, slack, derivatives)
