"""Log likelihoods of the generalised linear mixed models of metafor's ``rma.glmm`` (Stijnen,
Hamza & Ozdemir 2010).

Study effects are delta ~ Normal(theta, tau^2) on the log odds ratio. Functions take ``cells`` of K studies,
each of shape (K,), and parameter arrays of shape (P,), and return log likelihoods of shape (P,), constants
that depend on the counts only left out. The effect is integrated out by adaptive Gauss-Hermite quadrature,
standardised as delta = theta + tau z.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import special

from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas.effect_sizes import Array, Cells

NODES = 21  # of the quadrature; lme4's 7 agree to about 1e-5 on ordinary tables
NEWTON_STEPS = 40
SUPPORT_IN_FULL = 300  # hypergeometric supports up to this size are summed term by term
LONGEST = 4.0  # no Newton step goes further, in SDs or in log odds
NOWHERE = np.zeros((1, 1, 1))  # where a search starts that nothing is known of


class Curve(NamedTuple):
    """Value, first and second derivative of a log likelihood in delta, each of one shape."""

    value: Array
    slope: Array
    bend: Array


type Likelihood = Callable[[Array], Curve]


def conditional_approximate(cells: Cells, theta: Array, tau: Array) -> Array:
    """Model CM.AL: treatment events are binomial among all events, with odds n1/n0 times exp(delta);
    for rare events.
    """
    a, b, c, d = (x[:, None] for x in cells)
    offset = np.log(a + b) - np.log(c + d)
    return mix(lambda delta: _binomial(a, a + c, offset + delta), theta, tau).sum(axis=-1)


def conditional_exact(cells: Cells, theta: Array, tau: Array) -> Array:
    """Model CM.EL: treatment events are noncentral hypergeometric given the margins."""
    return mix(lambda delta: hypergeometric(cells, delta), theta, tau).sum(axis=-1)


def unconditional_fixed(cells: Cells, theta: Array, tau: Array) -> Array:
    """Model UM.FS: two binomials, a baseline per study at its best value,
    the effect split evenly between the arms.
    """
    a, b, c, d = cells
    alpha = np.log((a + c + 0.5) / (b + d + 0.5)) + np.zeros((len(theta), 1))
    modes = NOWHERE
    for _ in range(NEWTON_STEPS):
        step, modes = _baseline_step(cells, alpha, (theta, tau), modes)
        alpha = alpha + np.clip(step, -LONGEST, LONGEST)
        if np.abs(step).max() < 1e-9:
            break
    return mix(lambda delta: two_binomials(cells, alpha, delta).curve, theta, tau, modes).sum(axis=-1)


def unconditional_random(cells: Cells, nu: Array, theta: Array, sigma: Array, tau: Array) -> Array:
    """Model UM.RS: two binomials, baselines Normal(nu, sigma^2), independent effects split evenly;
    Laplace approximation.

    Laplace, because that is all that lme4, hence metafor, offers for two random effects.
    """
    x, z = np.zeros((len(nu), len(cells[0]))), np.zeros((len(nu), len(cells[0])))
    m, t, s, u = (part[:, None] for part in (nu, theta, sigma, tau))
    for _ in range(NEWTON_STEPS):
        arms = two_binomials(cells, m + s * x, (t + u * z)[..., None])
        gx, gz = s * arms.alpha_slope[..., 0] - x, u * arms.curve.slope[..., 0] - z
        hxx, hzz = 1 - s**2 * arms.alpha_bend[..., 0], 1 - u**2 * arms.curve.bend[..., 0]
        hxz = -s * u * arms.cross[..., 0]
        det = hxx * hzz - hxz**2
        dx, dz = (hzz * gx - hxz * gz) / det, (hxx * gz - hxz * gx) / det
        x, z = x + np.clip(dx, -LONGEST, LONGEST), z + np.clip(dz, -LONGEST, LONGEST)
        if max(np.abs(dx).max(), np.abs(dz).max()) < 1e-10:
            break
    height = two_binomials(cells, m + s * x, (t + u * z)[..., None]).curve.value[..., 0]
    return np.asarray((height - 0.5 * (x**2 + z**2) - 0.5 * np.log(det)).sum(axis=-1))


def mix(likelihood: Likelihood, theta: Array, tau: Array, start: Array = NOWHERE) -> Array:
    """Return log of the integral of exp(likelihood(theta + tau z)) over standard normal z, shape (P, K).

    Its modes in z are looked for from ``start``.
    """
    _, log_terms, _ = _nodes(likelihood, theta, tau, start)
    return np.asarray(special.logsumexp(log_terms, axis=-1))


def _nodes(likelihood: Likelihood, theta: Array, tau: Array, start: Array) -> tuple[Array, Array, Array]:
    """Return quadrature nodes in delta around each study's mode and their log terms, of shape (P, K, NODES),
    and the modes in z, (P, K, 1).
    """
    centre, spread = theta[:, None, None], tau[:, None, None]
    z = _modes(likelihood, centre, spread, start)
    width = 1 / np.sqrt(1 - spread**2 * likelihood(centre + spread * z).bend)
    points, weights = special.roots_hermite(NODES)
    nodes = z + np.sqrt(2) * width * points
    delta = centre + spread * nodes
    terms = (
        likelihood(delta).value
        - 0.5 * nodes**2
        + points**2
        + np.log(weights)
        + np.log(width)
        - 0.5 * np.log(np.pi)
    )
    return delta, terms, z


def _modes(likelihood: Likelihood, centre: Array, spread: Array, start: Array) -> Array:
    """Return where likelihood(centre + spread z) times a standard normal density is largest in z.

    The slope falls all the way, so that every step says on which side the mode lies; where Newton's next one
    would leave what is left, as far out on a likelihood that flattens, half of that is taken instead.
    """
    z = start
    low, high = np.full((1, 1, 1), -np.inf), np.full((1, 1, 1), np.inf)
    for _ in range(NEWTON_STEPS):
        curve = likelihood(centre + spread * z)
        slope = spread * curve.slope - z
        step = slope / (1 - spread**2 * curve.bend)
        low, high = np.where(slope > 0, z, low), np.where(slope > 0, high, z)
        ahead = z + np.clip(step, -LONGEST, LONGEST)
        with np.errstate(invalid="ignore"):  # half of an open side, which is not taken
            beyond = ((step < 0) & (ahead <= low)) | ((step > 0) & (ahead >= high))
            z = np.where(beyond, (low + high) / 2, ahead)
        if np.abs(step).max() < 1e-10:
            break
    return z


class Arms(NamedTuple):
    """Log likelihood of both arms with its derivatives in delta (``curve``) and alpha, and the mixed one."""

    curve: Curve
    alpha_slope: Array
    alpha_bend: Array
    cross: Array


def two_binomials(cells: Cells, alpha: Array, delta: Array) -> Arms:
    """Two binomials with log odds alpha + delta/2 and alpha - delta/2; alpha (P, K), delta (P, K, J)."""
    a, b, c, d = (x[:, None] for x in cells)
    treated = _binomial(a, a + b, alpha[..., None] + delta / 2)
    control = _binomial(c, c + d, alpha[..., None] - delta / 2)
    curve = Curve(
        treated.value + control.value, (treated.slope - control.slope) / 2, (treated.bend + control.bend) / 4
    )
    return Arms(
        curve, treated.slope + control.slope, treated.bend + control.bend, (treated.bend - control.bend) / 2
    )


def _baseline_step(
    cells: Cells, alpha: Array, effects: tuple[Array, Array], modes: Array
) -> tuple[Array, Array]:
    """Return Newton's step towards the best baselines, and the modes of the effects, looked for from
    ``modes``: derivatives of the integral are expectations over delta.
    """
    delta, log_terms, modes = _nodes(lambda x: two_binomials(cells, alpha, x).curve, *effects, modes)
    weight = np.exp(log_terms - special.logsumexp(log_terms, axis=-1, keepdims=True))
    arms = two_binomials(cells, alpha, delta)
    slope = (weight * arms.alpha_slope).sum(axis=-1)
    bend = (weight * (arms.alpha_bend + (arms.alpha_slope - slope[..., None]) ** 2)).sum(axis=-1)
    return np.asarray(-slope / bend), modes


def _binomial(events: Array, total: Array, log_odds: Array) -> Curve:
    """Binomial log likelihood in the log odds, without its coefficient."""
    p = special.expit(log_odds)
    value = events * log_odds - total * np.logaddexp(0, log_odds)
    return Curve(value, events - total * p, -total * p * (1 - p))


def hypergeometric(cells: Cells, delta: Array) -> Curve:
    """Noncentral hypergeometric log likelihood; cells (K,), delta (..., K or 1, J).
    Score a - E[X], bend -Var[X].
    """
    a, b, c, d = (x[:, None] for x in cells)
    n1, n0, t = a + b, c + d, a + c
    x, inside, stride = _support(n1, n0, t, delta)
    logs = _log_ways(n1[..., None], n0[..., None], t[..., None], x) + x * delta[..., None]
    logs = np.where(inside, logs, -np.inf)
    total = special.logsumexp(logs, axis=-1)
    share = np.exp(logs - total[..., None])
    mean = (share * x).sum(axis=-1)
    variance = (share * (x - mean[..., None]) ** 2).sum(axis=-1)
    value = _log_ways(n1, n0, t, a) + a * delta - total - np.log(stride)
    return Curve(np.asarray(value), np.asarray(a - mean), np.asarray(-variance))


def _support(n1: Array, n0: Array, t: Array, delta: Array) -> tuple[Array, es.Mask, Array]:
    """Return the values summed over, which of them are possible, and their spacing.

    Small supports are taken whole. In larger ones the sum runs 12 SDs to either side of the mode; where the
    SD passes 25, so that the ends of the support are as many SDs away, every n-th term is enough, n a fifth
    of an SD: such sums over a bell converge faster than any power of the spacing.
    """
    low, high = np.maximum(0, t - n0), np.minimum(t, n1)
    size = int((high - low).max()) + 1
    if size <= SUPPORT_IN_FULL:
        x, stride = low[..., None] + np.arange(float(size)), np.ones_like(low)
    else:
        mode = np.clip(_hypergeometric_mode(n1, n0, t, delta), low, high)
        sd = 1 / np.sqrt(1 / (mode + 1) + 1 / (n1 - mode + 1) + 1 / (t - mode + 1) + 1 / (n0 - t + mode + 1))
        stride = np.where(sd > 25, np.floor(sd / 5), 1.0)
        reach = int(np.ceil((12 * sd / stride).max())) + 12
        x = np.floor(mode)[..., None] + stride[..., None] * np.arange(-reach, reach + 1.0)
    inside = (x >= low[..., None]) & (x <= high[..., None])
    return np.where(inside, x, np.broadcast_to(low[..., None], x.shape)), inside, stride


def _log_ways(n1: Array, n0: Array, t: Array, x: Array) -> Array:
    """Log of C(n1, x) C(n0, t - x), less the part that does not depend on x."""
    gamma = special.gammaln
    return np.asarray(-(gamma(x + 1) + gamma(n1 - x + 1) + gamma(t - x + 1) + gamma(n0 - t + x + 1)))


def _hypergeometric_mode(n1: Array, n0: Array, t: Array, delta: Array) -> Array:
    """Solve exp(delta) = m (n0 - t + m) / ((n1 - m)(t - m)), a quadratic,
    without cancellation (Liao & Rosen 2001).
    """
    odds = np.exp(np.clip(delta, -500, 500))
    second, first, zeroth = 1 - odds, n0 - t + odds * (n1 + t), -odds * n1 * t
    root = np.sqrt(np.maximum(first**2 - 4 * second * zeroth, 0))
    # cancels where nearly all of an arm has the event: the end is the mode
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(np.asarray(-2 * zeroth / (first + root)), nan=0.0)
