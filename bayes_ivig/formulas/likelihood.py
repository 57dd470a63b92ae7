"""Log likelihood curves of one study's log odds ratio theta;
arrays in, arrays out, shape (K studies, J thetas).

``theta`` has shape (J,), the same for all studies, or (K, J).

Counts are float arrays of shape (K,): events ``r1`` of ``n1`` under treatment, ``r0`` of ``n0`` under
control. Binomial coefficients are kept, so that marginal likelihoods can be compared between tables.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.shaking import shaken

type Array = NDArray[np.float64]

REACH = 40.0  # integration over the baseline goes this many local SDs to either side of the mode
CELLS = 100_000  # of the integration held at once, 0.8 MB
NEWTON_STEPS = 60
LARGEST = 300.0  # log odds ratio whose exponential is taken
# squared distance to the mode, in local SDs, from which Newton's last step is as good as the mode
CLOSE = 1e-2
SUPPORT_IN_FULL = 400  # hypergeometric supports up to this size are summed term by term
WINDOW = 52  # terms to either side of the mode for larger ones, a quarter of an SD apart


class Given(NamedTuple):
    """Estimates that are given instead of counts: values, standard errors and degrees of freedom of their
    errors (infinite for normal ones), (K,) each, NaN for studies with counts.
    """

    y: Array
    s: Array
    df: Array

    @property
    def known(self) -> NDArray[np.bool_]:
        """Mark the studies that are known by an estimate."""
        return np.isfinite(self.y)

    def take(self, which: Any) -> "Given":
        """Return those of some studies."""
        return Given(self.y[which], self.s[which], self.df[which])


class Counts(NamedTuple):
    """Events and totals of K studies as float arrays of shape (K,), and their design effects,
    (K,) or 1 for all. Where ``given`` holds an estimate instead, counts are NaN. ``missing`` are people of
    both arms besides, whose outcome was not seen. ``design_sd`` are the SDs of the logs of design effects,
    (K,) or 0 where all are known.
    """

    r1: Array
    n1: Array
    r0: Array
    n0: Array
    design_effect: Array | float = 1.0
    given: Given | None = None
    missing: tuple[Array, Array] | None = None
    design_sd: Array | float = 0.0

    def take(self, which: Any) -> "Counts":
        """Return the counts of some studies, by number, slice or mask."""
        own, sd = (
            each if isinstance(each, float | int) else each[which]
            for each in (self.design_effect, self.design_sd)
        )
        parts = (self.r1[which], self.n1[which], self.r0[which], self.n0[which])
        lost = None if self.missing is None else (self.missing[0][which], self.missing[1][which])
        return Counts(*parts, own, None if self.given is None else self.given.take(which), lost, sd)

    def silent(self) -> "Counts":
        """Return the counts with nobody in the arms of studies that are known by an estimate,
        so that every likelihood of counts is 1 for them.
        """
        if self.given is None:
            return self
        known = self.given.known
        r1, n1, r0, n0 = (np.where(known, 0.0, each) for each in self[:4])
        return Counts(r1, n1, r0, n0, self.design_effect, missing=self.missing, design_sd=self.design_sd)

    def effective(self) -> "Counts":
        """Return events and totals divided by the design effects,
        as of so many people randomised one by one.
        """
        d = self.design_effect
        return Counts(self.r1 / d, self.n1 / d, self.r0 / d, self.n0 / d)


class Baseline(NamedTuple):
    """The baseline prior as integration needs it: log density, and a centre and spread to start from.

    ``share`` places it: 0 on the control arm's log odds, 1/2 midway between the arms' log odds.
    """

    logpdf: Callable[[Array], Array]
    centre: float
    spread: float
    reach: float = REACH
    share: float = 0.0


def log_choose(n: Array, r: Array) -> Array:
    """Log binomial coefficient."""
    return np.asarray(special.gammaln(n + 1) - special.gammaln(r + 1) - special.gammaln(n - r + 1))


def normal(estimate: Array, standard_error: Array, theta: Array) -> Array:
    """Normal likelihood of theta given a log odds ratio and its standard error, both shape (K,)."""
    z = (estimate[:, None] - theta) / standard_error[:, None]
    return shaken(-0.5 * z * z - np.log(standard_error)[:, None] - 0.5 * math.log(2 * math.pi))


def student_t(estimate: Array, standard_error: Array, df: Array, theta: Array) -> Array:
    """Likelihood of theta given an estimate whose error over its standard error is Student-t, all (K,);
    normal where the degrees of freedom are infinite.
    """
    curves = normal(estimate, standard_error, theta)
    finite = np.flatnonzero(np.isfinite(df))
    own, n = np.broadcast_to(theta, curves.shape)[finite], df[finite, None]
    z = (estimate[finite, None] - own) / standard_error[finite, None]
    constant = special.gammaln((n + 1) / 2) - special.gammaln(n / 2) - 0.5 * np.log(n * np.pi)
    logs = constant - (n + 1) / 2 * np.log1p(z * z / n) - np.log(standard_error[finite])[:, None]
    curves[finite] = shaken(logs)
    return curves


def binomial(counts: Counts, theta: Array, baseline: Baseline, nodes: int = 49) -> Array:
    """Two binomials with the baseline log odds integrated against its prior;
    counts are divided by their design effects first.

    The integral is a trapezoid sum on sinh-stretched nodes around the mode in the baseline, found for each
    theta; empty cells make the integrand one-sided with an exponential tail, which the stretch follows. With
    65 nodes the largest error of the log over ordinary and extreme tables is about 4e-6; five in eight serve
    studies with events and non-events.
    """
    return binomial_twice(counts, theta, baseline, nodes)[0]


def binomial_twice(counts: Counts, theta: Array, baseline: Baseline, nodes: int) -> tuple[Array, Array]:
    """Return what ``binomial`` returns, and the same from every second node of the baseline alone."""
    counts = counts.effective()
    events, size = counts.r1 + counts.r0, counts.n1 + counts.n0
    ordinary = (events > 0) & (events < size)
    theta = np.broadcast_to(theta, (counts.r1.size, theta.shape[-1]))
    fine, rough = np.empty(theta.shape), np.empty(theta.shape)
    for kept, enough in ((ordinary, 5 * nodes // 8 | 1), (~ordinary, nodes | 1)):
        which = np.flatnonzero(kept)
        chunk = max(1, CELLS // (theta.shape[1] * enough))
        for start in range(0, which.size, chunk):
            part = which[start : start + chunk]
            fine[part], rough[part] = _binomial(
                Counts(counts.r1[part], counts.n1[part], counts.r0[part], counts.n0[part]),
                theta[part],
                baseline,
                enough,
            )
    return shaken(fine), shaken(rough)


def _binomial(counts: Counts, theta: Array, baseline: Baseline, nodes: int) -> tuple[Array, Array]:
    """Integrate a few studies at once, on an odd number of nodes and on every second of them."""
    shift0, shift1 = -baseline.share * theta, (1 - baseline.share) * theta
    mode, spread = baseline_mode(counts, shift0, shift1, baseline)
    limit = math.asinh(baseline.reach)
    u, step = np.linspace(-limit, limit, nodes, retstep=True)
    alpha = mode[..., None] + spread[..., None] * np.sinh(u)
    terms = baseline.logpdf(alpha)
    terms += np.log(np.cosh(u))
    for r, n, shift in ((counts.r0, counts.n0, shift0), (counts.r1, counts.n1, shift1)):
        eta = alpha + shift[..., None]
        terms += r[:, None, None] * eta
        terms -= n[:, None, None] * _softplus(eta)
    top = terms.max(axis=-1)
    terms -= top[..., None]
    shares = np.exp(np.maximum(terms, -700.0, out=terms), out=terms)
    ways = (log_choose(counts.n1, counts.r1) + log_choose(counts.n0, counts.r0))[:, None]
    top += ways + np.log(step * spread)
    return np.log(shares.sum(axis=-1)) + top, np.log(2 * shares[..., ::2].sum(axis=-1)) + top


def _softplus(x: Array) -> Array:
    """Return log(1 + exp(x)), four times as fast as ``logaddexp``."""
    result = np.abs(x)
    np.negative(result, out=result)
    np.log1p(np.exp(result, out=result), out=result)
    result += np.maximum(x, 0.0)
    return result


def baseline_mode(counts: Counts, shift0: Array, shift1: Array, baseline: Baseline) -> tuple[Array, Array]:
    """Mode and local SD of the integrand in the baseline, shape (K, J):
    Newton, kept inside a bracket that bisects.

    A normal of the prior's centre and spread stands in for the prior here:
    the nodes only need to be about right.
    """
    r1, n1, r0, n0 = counts.r1[:, None], counts.n1[:, None], counts.r0[:, None], counts.n0[:, None]
    precision = 1 / baseline.spread**2
    at = expecting(r1 + r0, n1, n0, shift1 - shift0) - shift0
    p0, p1 = special.expit(at + shift0), special.expit(at + shift1)
    weight = n0 * p0 * (1 - p0) + n1 * p1 * (1 - p1)
    slack = 3 + REACH * baseline.spread + baseline.spread**2
    low, high = np.minimum(at, baseline.centre) - slack, np.maximum(at, baseline.centre) + slack
    at = (weight * at + precision * baseline.centre) / (weight + precision)
    for _ in range(NEWTON_STEPS):
        p0, p1 = special.expit(at + shift0), special.expit(at + shift1)
        slope = r0 - n0 * p0 + r1 - n1 * p1 - precision * (at - baseline.centre)
        curvature = n0 * p0 * (1 - p0) + n1 * p1 * (1 - p1) + precision
        low, high = np.where(slope > 0, at, low), np.where(slope > 0, high, at)
        step = slope / curvature
        target = at + step
        inside = (target >= low) & (target <= high)
        at = np.where(inside, target, (low + high) / 2)
        if np.all(step * step * curvature < CLOSE):
            break
    return at, 1 / np.sqrt(curvature)


def expecting(events: Array, n1: Array, n0: Array, theta: Array) -> Array:
    """Control log odds under which so many events are expected in both arms together, shape of ``theta``.

    With x the control odds and t the odds ratio, n0 x / (1 + x) + n1 x t / (1 + x t) = events is a quadratic
    in x. Half an event and half a person without one are kept; of less than one effective person in all, half
    of each. Beyond ``LARGEST`` log x is a straight line: the arm of the smaller odds has no events while the
    other can hold them, and the other is full where it cannot.
    """
    half = np.minimum(0.5, (n1 + n0) / 2)
    events = np.clip(events, half, n1 + n0 - half)
    near = np.clip(theta, -LARGEST, LARGEST)
    ratio = np.exp(near)
    a, b = ratio * (n1 + n0 - events), n0 - events + (n1 - events) * ratio
    root = np.abs(b) + np.sqrt(b * b + 4 * a * events)
    known = np.where(b > 0, np.log(2 * events) - np.log(root), np.log(root) - np.log(2 * a))
    left = np.where(theta > 0, n1 - events, events - n0)
    return np.asarray(known - (theta - near) * (1 + np.sign(left)) / 2)


def hypergeometric(counts: Counts, theta: Array) -> Array:
    """Fisher's noncentral hypergeometric likelihood, given each study's total number of events;
    to the power 1 / design effect.

    P(r1; theta) = g(r1) exp(theta r1) / sum over x of g(x) exp(theta x), g(x) = C(n1, x) C(n0, t - x) (van
    Houwelingen, Zwinderman & Stijnen 1993). Large supports are summed on every s-th term around the mode, s a
    quarter of the distribution's SD, which for so smooth a sum is as good as all terms.
    """
    r1, n1, r0, n0 = counts[:4]
    total = r1 + r0
    lowest, highest = np.maximum(0, total - n0), np.minimum(n1, total)
    theta = np.broadcast_to(theta, (r1.size, theta.shape[-1]))
    curves = np.zeros(theta.shape)
    for k in range(r1.size):
        args = (n1[k], n0[k], total[k])
        if highest[k] - lowest[k] <= SUPPORT_IN_FULL:
            x = np.arange(lowest[k], highest[k] + 1)
            terms = _log_term(x, *args) + np.multiply.outer(theta[k], x)
            top = terms.max(axis=1)
            normaliser = top + np.log(np.exp(terms - top[:, None]).sum(axis=1))
        else:
            normaliser = _windowed(theta[k], args, lowest[k], highest[k])
        curves[k] = _log_term(r1[k], *args) + theta[k] * r1[k] - normaliser
    return shaken(curves / np.reshape(counts.design_effect, (-1, 1)))


def _log_term(x: Array | float, n1: float, n0: float, total: float) -> Array:
    return log_choose(np.asarray(n1), np.asarray(x)) + log_choose(np.asarray(n0), np.asarray(total - x))


def _windowed(theta: Array, args: tuple[float, float, float], lowest: float, highest: float) -> Array:
    """Log of the normalising sum for a long support: strided terms
    in a window around the mode for each theta.
    """
    n1, n0, total = args
    odds = np.exp(np.clip(theta, -300, 300))
    # The mode solves odds = x (n0 - t + x) / ((n1 - x)(t - x)), a quadratic (Liao & Rosen 2001).
    a, b, c = odds - 1, -((n1 + total) * odds + n0 - total), n1 * total * odds
    root = np.sqrt(np.maximum(b * b - 4 * a * c, 0))
    with np.errstate(divide="ignore", invalid="ignore"):  # each form of the root where nothing cancels in it
        mode = np.where(b > 0, -(b + root) / (2 * a), 2 * c / (root - b))
    mode = np.clip(mode, lowest, highest)
    information = sum(1 / (part + 0.5) for part in (mode, n1 - mode, total - mode, n0 - total + mode))
    stride = np.maximum(1.0, np.floor(1 / np.sqrt(information) / 4))
    x: Array = np.round(mode)[:, None] + stride[:, None] * np.arange(-WINDOW, WINDOW + 1.0)
    inside = (x >= lowest) & (x <= highest)
    x = np.clip(x, lowest, highest)
    terms = np.where(inside, _log_term(x, *args) + theta[:, None] * x, -np.inf)
    top = terms.max(axis=1)
    return np.asarray(top + np.log(np.exp(terms - top[:, None]).sum(axis=1) * stride))
