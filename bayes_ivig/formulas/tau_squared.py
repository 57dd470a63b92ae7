"""Estimators of the between-study variance tau squared from study effects (review: Veroniki et al. 2016).

Effects ``y`` and variances ``v`` have shape (..., K), results (...); a study left out has ``v = infinity``.
All estimates are truncated at 0, and are 0 for fewer than two studies. Iterative ones are solved to machine
precision.
"""

import numpy as np
from numpy.typing import ArrayLike

from bayes_ivig.formulas.effect_sizes import Array
from bayes_ivig.formulas.heterogeneity import q_statistic, studies, weighted_mean

NEWTON_STEPS = 200  # a doubling a step while far from the root, then quadratic convergence
BISECTIONS = 80
GRID = 48  # starting points of the likelihood maximisation, because it may have several modes


def _moments(y: Array, v: Array) -> tuple[Array, Array, Array]:
    """Return k, the sum of squares of y around its plain mean, and the sum of the variances."""
    taking_part = np.isfinite(v)
    k = studies(v)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(taking_part, y, 0).sum(axis=-1) / k
    squares = np.where(taking_part, (y - mean[..., None]) ** 2, 0).sum(axis=-1)
    return k, np.asarray(squares), np.asarray(np.where(taking_part, v, 0).sum(axis=-1))


def _truncate(tau2: Array, k: Array) -> Array:
    return np.where((k > 1) & (tau2 > 0), tau2, 0.0)


def hedges(y: Array, v: Array) -> Array:
    """Return the sample variance of y less the mean of v (Hedges 1983; Hedges & Olkin 1985)."""
    k, squares, total = _moments(y, v)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _truncate(squares / (k - 1) - total / k, k)


def hunter_schmidt(y: Array, v: Array) -> Array:
    """Return (Q - k) / sum w (Hunter & Schmidt 1990, the form of metafor without small-sample correction)."""
    k = studies(v)
    mean, variance = weighted_mean(y, v)
    with np.errstate(invalid="ignore"):
        return _truncate((q_statistic(y, v, mean) - k) * variance, k)


def sidik_jonkman(y: Array, v: Array) -> Array:
    """Return Sidik & Jonkman's 2005 estimate: start t0 = sum (y - mean)^2/k,
    then t0 times Q at t0 over k - 1.

    It is positive whenever the effects differ at all, however homogeneous they are.
    """
    k, squares, _ = _moments(y, v)
    with np.errstate(divide="ignore", invalid="ignore"):
        start = squares / k
        return _truncate(start * generalised_q(y, v, start) / (k - 1), k)


def generalised_q(y: Array, v: Array, tau2: ArrayLike) -> Array:
    """Return Q at tau2: sum (y - mu)^2/(v + tau2) around the mean
    with the same weights (DerSimonian & Kacker 2007).
    """
    mean, _ = weighted_mean(y, v, tau2)
    return q_statistic(y, v, mean, tau2)


def paule_mandel(y: Array, v: Array) -> Array:
    """Return the tau2 at which the generalised Q equals k - 1 (Paule & Mandel 1982);
    empirical Bayes is the same.
    """
    k = studies(v)
    return _truncate(solve_q(y, v, np.maximum(k - 1, 0)), k)


def solve_q(y: Array, v: Array, target: ArrayLike) -> Array:
    """Return the tau2 >= 0 at which the generalised Q equals ``target``, 0 where Q is below it already at 0.

    Q is convex and decreasing in tau2, so Newton's steps from 0 approach the root from the left and never
    pass it. Infinite where ``target`` is not positive.
    """
    wanted = np.asarray(target, dtype=np.float64)
    tau2 = np.zeros(np.broadcast_shapes(y.shape[:-1], wanted.shape))
    for _ in range(NEWTON_STEPS):
        w = 1 / (v + tau2[..., None])
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = (w * y).sum(axis=-1) / w.sum(axis=-1)
            scaled = w * (y - mean[..., None])
            gap = (scaled * (y - mean[..., None])).sum(axis=-1) - wanted
            step = gap / (scaled**2).sum(axis=-1)
        step = np.where((gap > 0) & np.isfinite(step), step, 0.0)
        tau2 = tau2 + step
        if not (step > 1e-15 * tau2).any():
            break
    return np.where(wanted > 0, tau2, np.inf)


def maximum_likelihood(y: Array, v: Array) -> Array:
    """Return the maximum likelihood estimate of tau2 under normal effects (Hardy & Thompson 1996)."""
    return _maximise(y, v, restricted=False)


def restricted_maximum_likelihood(y: Array, v: Array) -> Array:
    """Return the restricted maximum likelihood estimate of tau2 under normal effects (Viechtbauer 2005)."""
    return _maximise(y, v, restricted=True)


def log_likelihood(y: Array, v: Array, tau2: ArrayLike, *, restricted: bool = False) -> Array:
    """Return the profile (or restricted) log likelihood of tau2, without constants; mu is at its optimum."""
    spread = v + np.asarray(tau2)[..., None]
    with np.errstate(divide="ignore"):
        logs = np.where(np.isfinite(v), np.log(spread), 0.0).sum(axis=-1)
        penalty = np.log((1 / spread).sum(axis=-1)) if restricted else 0.0
    return np.asarray(-0.5 * (logs + generalised_q(y, v, tau2) + penalty))


def score(y: Array, v: Array, tau2: ArrayLike, *, restricted: bool = False) -> Array:
    """Return twice the derivative of ``log_likelihood`` by tau2."""
    w = 1 / (v + np.asarray(tau2)[..., None])
    mean, variance = weighted_mean(y, v, tau2)
    slope = (w**2 * (y - mean[..., None]) ** 2).sum(axis=-1) - w.sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray(slope + (w**2).sum(axis=-1) * variance if restricted else slope)


def _maximise(y: Array, v: Array, *, restricted: bool) -> Array:
    """Take the best of a grid from 0 to well past the spread of the effects,
    then bisect the score around it.
    """
    k, squares, _ = _moments(y, v)
    with np.errstate(invalid="ignore"):
        least = np.min(v, axis=-1)
    top = np.where(k > 1, 4 * squares, 0.0) + 1e-300
    low = np.minimum(1e-4 * np.where(np.isfinite(least), least, 1.0), 1e-3 * top)
    ladder = np.exp(np.linspace(np.log(low), np.log(top), GRID, axis=-1))
    grid = np.concatenate([np.zeros((*ladder.shape[:-1], 1)), ladder], axis=-1)
    height = log_likelihood(y[..., None, :], v[..., None, :], grid, restricted=restricted)
    best = np.asarray(height.argmax(axis=-1))
    lower = np.take_along_axis(grid, np.maximum(best - 1, 0)[..., None], axis=-1)[..., 0]
    upper = np.take_along_axis(grid, np.minimum(best + 1, GRID)[..., None], axis=-1)[..., 0]
    for _ in range(BISECTIONS):
        middle = 0.5 * (lower + upper)
        rising = score(y, v, middle, restricted=restricted) > 0
        lower, upper = np.where(rising, middle, lower), np.where(rising, upper, middle)
    at_zero = (best <= 1) & (score(y, v, np.zeros_like(top), restricted=restricted) <= 0) & (lower <= 0)
    return _truncate(np.where(at_zero, 0.0, 0.5 * (lower + upper)), k)
