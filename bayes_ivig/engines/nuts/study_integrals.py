"""Integrals over one study's own parameters at many draws at once: what marginal log likelihoods are made of.

All are trapezoid sums on sinh-stretched nodes around each integrand's mode, in units in which the study-level
normal is standard. The counts' likelihood being log-concave, the integrand falls at least as fast as that
normal on either side of its mode, however one-sided an empty cell makes it: nodes reach ``REACH`` of its SDs.
Arrays broadcast, and are worked off in parts.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.likelihood import Counts, log_choose

type Array = NDArray[np.float64]

REACH = 7.0  # SDs of the study-level normal; beyond lies less than 1e-10 of what is integrated
OUTER, INNER, ALONG = 29, 23, 41  # nodes of the control arm, of the treatment arm given it, and along a curve
CELLS = 1_500_000  # of an integral held at once, 12 MB
NEWTON_STEPS = 100
LONGEST_STEP = 1.0  # in log odds, at which Newton's method cannot overshoot a logistic likelihood
CLOSE = 1e-3  # squared distance to the mode, in local SDs
# shape of a gamma function from which Stirling's series is better than a difference of log gammas
LARGE = 1e4


class ArmPair(NamedTuple):
    """Log odds of both arms as a bivariate normal: control = m0 + w z0, treatment = m1 + a z0 + s z1, z
    standard normal.
    """

    m0: Array
    m1: Array
    w: Array
    a: Array
    s: Array


def arm_pair(counts: Counts, arms: ArmPair) -> Array:
    """Return the log probability of both arms' counts, their log odds integrated out;
    shapes broadcast, constants kept.
    """
    shape = np.broadcast_shapes(*(np.shape(x) for x in (*counts[:4], *arms)))
    flat = [np.broadcast_to(x, shape).reshape(-1) for x in (*counts[:4], *arms)]
    integrals = np.empty(flat[0].size)
    together = CELLS // (OUTER * INNER)
    for start in range(0, integrals.size, together):
        rows = [x[start : start + together] for x in flat]
        integrals[start : start + together] = _arm_pair(
            Counts(rows[0], rows[1], rows[2], rows[3]), ArmPair(*rows[4:])
        )
    ways = log_choose(counts.n1, counts.r1) + log_choose(counts.n0, counts.r0)
    return np.asarray(integrals.reshape(shape) + ways)


def along_curve(curve: Callable[[Array], Array], table: tuple[Array, Array], mean: Array, sd: Array) -> Array:
    """Return the log of a study's likelihood curve integrated against Normal(mean, sd^2), both of shape (S,).

    ``curve`` returns log L(theta) for theta of shape (n,);
    ``table`` holds its nodes and values, from which the mode is found.
    """
    nodes, logs = table
    slope = np.gradient(logs, nodes)
    bend = np.maximum(-np.gradient(slope, nodes), 0.0)
    integrals = np.empty(mean.size)
    for start in range(0, mean.size, CELLS // (8 * ALONG)):
        part = slice(start, start + CELLS // (8 * ALONG))
        m, s = mean[part], sd[part]
        mode = _mode_along(nodes, slope, m, s)
        local = 1 / np.sqrt(1 + s**2 * np.interp(m + s * mode, nodes, bend))
        z, log_weights = _nodes(mode, local, ALONG)
        theta = m[:, None] + s[:, None] * z
        terms = log_weights - 0.5 * z * z + curve(theta.reshape(-1)).reshape(theta.shape)
        integrals[part] = _log_sum(terms)
    return integrals


def beta_binomial(events: Array, totals: Array, mean: tuple[Array, Array], phi: Array) -> Array:
    """Return the log beta-binomial probability of counts, ``mean`` being the mean risk
    and its complement, phi = 1 / (a + b).
    """
    a, b = (np.maximum(share / phi, 1e-300) for share in mean)
    rising = _log_rising(a, events) + _log_rising(b, totals - events) - _log_rising(1 / phi, totals)
    return np.asarray(rising + log_choose(totals, events))


def _log_rising(a: Array, n: Array) -> Array:
    """Log of a (a + 1) ... (a + n - 1), without loss for a large."""
    large = np.maximum(a, LARGE)
    series = (
        (large - 0.5) * np.log1p(n / large) + n * np.log(large + n) - n + (1 / (large + n) - 1 / large) / 12
    )
    small = np.minimum(a, LARGE)
    return np.where(a > LARGE, series, special.gammaln(small + n) - special.gammaln(small))


def _arm_pair(counts: Counts, arms: ArmPair) -> Array:
    """Integrate a few cells, (C,): the control arm on the outside,
    the treatment arm given it on the inside.
    """
    mode, local = _joint_mode(counts, arms)
    z, log_weights = _nodes(mode, local, OUTER, reach_of_tails(counts.r0, counts.n0, arms.w, local))
    eta = arms.m0[:, None] + arms.w[:, None] * z
    terms = _log_binomial(counts.r0[:, None], counts.n0[:, None], eta) - 0.5 * z * z + log_weights
    terms += _one_arm(
        (counts.r1[:, None], counts.n1[:, None]), arms.m1[:, None] + arms.a[:, None] * z, arms.s[:, None]
    )
    return _log_sum(terms)


def _one_arm(arm: tuple[Array, Array], centre: Array, s: Array) -> Array:
    """Return the log of one arm's likelihood integrated over its log odds, Normal(centre, s^2), (C, N)."""
    r, n = arm
    y, precision = _estimate(r, n)
    z = s * precision * (y - centre) / (1 + s**2 * precision)
    for _ in range(NEWTON_STEPS):
        p = special.expit(centre + s * z)
        curvature = 1 + s**2 * n * p * (1 - p)
        step = (s * (r - n * p) - z) / curvature
        z += step / np.maximum(1.0, np.abs(s * step) / LONGEST_STEP)
        if np.all(step * step * curvature < CLOSE):
            break
    local = 1 / np.sqrt(curvature)
    nodes, log_weights = _nodes(z, local, INNER, reach_of_tails(r, n, s, local))
    terms = _log_binomial(r[..., None], n[..., None], centre[..., None] + s[..., None] * nodes)
    return _log_sum(terms - 0.5 * nodes * nodes + log_weights)


def _joint_mode(counts: Counts, arms: ArmPair) -> tuple[Array, Array]:
    """Return the mode of z0 and its local SD, z1 free to follow:
    Newton in both from where normal likelihoods would put it.
    """
    r1, n1, r0, n0 = counts[:4]
    (y0, h0), (y1, h1) = _estimate(r0, n0), _estimate(r1, n1)
    w, a, s = arms.w, arms.a, arms.s
    start0, start1 = h0 * (y0 - arms.m0), h1 * (y1 - arms.m1)
    z0, z1, local = _solve(arms, (h0, h1), (w * start0 + a * start1, s * start1))
    for _ in range(NEWTON_STEPS):
        p0, p1 = special.expit(arms.m0 + w * z0), special.expit(arms.m1 + a * z0 + s * z1)
        g0, g1 = r0 - n0 * p0, r1 - n1 * p1
        up = w * g0 + a * g1 - z0, s * g1 - z1
        d0, d1, local = _solve(arms, (n0 * p0 * (1 - p0), n1 * p1 * (1 - p1)), up)
        shorter = np.maximum(1.0, np.maximum(np.abs(w * d0), np.abs(a * d0 + s * d1)) / LONGEST_STEP)
        z0, z1 = z0 + d0 / shorter, z1 + d1 / shorter
        if np.all(up[0] * d0 + up[1] * d1 < CLOSE):
            break
    return z0, local


def _solve(
    arms: ArmPair, information: tuple[Array, Array], up: tuple[Array, Array]
) -> tuple[Array, Array, Array]:
    """Solve the 2 x 2 system of information on z0 and z1; return both steps, and the SD that it leaves z0."""
    h0, h1 = information
    both, own = arms.a * arms.s * h1, 1 + arms.s**2 * h1
    determinant = (1 + arms.w**2 * h0) * own + arms.a**2 * h1  # with its largest terms cancelled on paper
    first = 1 + arms.w**2 * h0 + arms.a**2 * h1
    d0, d1 = (own * up[0] - both * up[1]) / determinant, (first * up[1] - both * up[0]) / determinant
    return d0, d1, np.sqrt(own / determinant)


def _mode_along(nodes: Array, slope: Array, m: Array, s: Array) -> Array:
    """Return the mode in z of curve times standard normal:
    between 0 and s times the curve's slope at 0, by bisection.
    """
    end = s * np.interp(m, nodes, slope)
    low, high = np.minimum(end, 0.0), np.maximum(end, 0.0)
    for _ in range(NEWTON_STEPS):
        middle = (low + high) / 2
        rising = s * np.interp(m + s * middle, nodes, slope) > middle
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return np.asarray((low + high) / 2)


def _nodes(mode: Array, local: Array, size: int, reach: Array | float = REACH) -> tuple[Array, Array]:
    """Return nodes mode + local sinh(u), one more axis, and the logs of their weights,
    the standard normal's constant in them.
    """
    limit = np.arcsinh(reach / local)[..., None]
    u = limit * np.linspace(-1.0, 1.0, size)
    log_weights = (
        np.log(np.cosh(u)) + np.log(limit * (2 / (size - 1)) * local[..., None]) - 0.5 * math.log(2 * math.pi)
    )
    return mode[..., None] + local[..., None] * np.sinh(u), log_weights


def reach_of_tails(r: Array, n: Array, sd: Array, local: Array) -> Array:
    """Return how far nodes must reach where an arm with events and non-events cuts the tails
    of the normal off.

    With x the distance in log odds and m the rarer of the two, a binomial likelihood falls from its peak by
    about m x^2 / 2 at first and by m x later: by more than 30 at the distance used here.
    """
    rarer = np.maximum(np.minimum(r, n - r), 1e-3)
    return np.minimum(REACH, 8 * local + (12 / np.sqrt(rarer) + 40 / rarer) / np.maximum(sd, 1e-300))


def _estimate(r: Array, n: Array) -> tuple[Array, Array]:
    """Return an arm's log odds and its precision, 0.5 added to events and non-events."""
    yes, no = r + 0.5, n - r + 0.5
    return np.log(yes / no), yes * no / (n + 1)


def _log_binomial(r: Array, n: Array, eta: Array) -> Array:
    """Log binomial likelihood without its coefficient."""
    return np.asarray(r * eta - n * (np.maximum(eta, 0.0) + np.log1p(np.exp(-np.abs(eta)))))


def _log_sum(terms: Array) -> Array:
    top = terms.max(axis=-1)
    return np.asarray(np.log(np.exp(terms - top[..., None]).sum(axis=-1)) + top)
