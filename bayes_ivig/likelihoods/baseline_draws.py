"""Draws of every study's baseline log odds given its effect, events being binomial:
what integration took out, put back.

Given theta_i the baseline's density is its prior times two binomials. It is tabulated on nodes around its
mode, as stretched as those that integrate it (formulas.likelihood), and inverted; a mixture prior is drawn
from part by part.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.inversion import invert, parts_of
from bayes_ivig.likelihoods.baselines import T_REACH, Baselines
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior
from bayes_ivig.priors.families import StudentT

type Array = NDArray[np.float64]

NEWTON_STEPS = 60
CLOSE = 1e-3  # of a local SD, for the mode that nodes are placed around
REACH = 40.0  # local SDs to either side
STEP = 0.08  # between nodes, in the stretched coordinate: about so many local SDs near the mode
NORMAL_REACH = 0.15865525393145707  # probability below minus one SD


class Arms(NamedTuple):
    """Counts of one study, and how far each arm's log odds lie from its baseline at every draw,
    shape (S,).
    """

    counts: tuple[float, float, float, float]  # treatment events and total, control events and total
    shift1: Array
    shift0: Array


def draw_baselines(baselines: Baselines, counts: Array, theta: Array, rng: np.random.Generator) -> Array:
    """Return one draw of each study's alpha for each draw of its theta, both (S, K);
    ``counts`` has shape (K, 4).
    """
    share = baselines.place.share
    leaves = _leaves(baselines.prior)
    drawn = np.empty_like(theta)
    for i, row in enumerate(counts):
        which, shares = rng.random(len(theta)), rng.random(len(theta))
        for part in parts_of(len(theta)):
            effect = theta[part, i]
            arms = Arms((row[0], row[1], row[2], row[3]), (1 - share) * effect, -share * effect)
            drawn[part, i] = _draw(arms, leaves, which[part], shares[part])
    return drawn


def _leaves(prior: Prior, weight: float = 1.0) -> list[tuple[float, Prior]]:
    """Return a baseline prior as weighted parts with one mode each."""
    match prior:
        case LibraryPrior(prior=inner):
            return _leaves(inner, weight)
        case Mixture(weights=weights, parts=parts):
            return [
                leaf for w, part in zip(weights, parts, strict=True) for leaf in _leaves(part, weight * w)
            ]
        case _:
            return [(weight, prior)]


def _draw(arms: Arms, leaves: list[tuple[float, Prior]], which: Array, shares: Array) -> Array:
    """Draw one baseline for each draw of the effect."""
    tables = [_table(arms, prior) for _, prior in leaves]
    sizes = np.stack(
        [
            math.log(w) + np.logaddexp.reduce(logs, axis=1)
            for (w, _), (_, _, logs) in zip(leaves, tables, strict=True)
        ]
    )
    below = np.cumsum(np.exp(sizes - np.logaddexp.reduce(sizes, axis=0)), axis=0)
    chosen = np.minimum((below <= which * below[-1]).sum(axis=0), len(leaves) - 1)
    drawn = np.empty_like(shares)
    for leaf, (mode, scale, logs) in enumerate(tables):
        rows = np.flatnonzero(chosen == leaf)
        if rows.size:
            nodes = (logs.shape[1] - 1) / 2
            u = STEP * (invert(logs[rows], shares[rows]) - nodes)
            drawn[rows] = mode[rows] + scale[rows] * np.sinh(u)
    return drawn


def _table(arms: Arms, prior: Prior) -> tuple[Array, Array, Array]:
    """Return mode and local SD, (S,), and log densities per step of u at nodes alpha = mode + SD sinh(u),
    (S, nodes).
    """
    mode, scale = _mode(arms, prior)
    half = math.ceil(math.asinh(T_REACH if isinstance(prior, StudentT) else REACH) / STEP)
    u = STEP * np.arange(-half, half + 1)
    alpha = mode[:, None] + scale[:, None] * np.sinh(u)
    r1, n1, r0, n0 = arms.counts
    eta1, eta0 = alpha + arms.shift1[:, None], alpha + arms.shift0[:, None]
    logs = (
        r1 * eta1 - n1 * np.logaddexp(0, eta1) + r0 * eta0 - n0 * np.logaddexp(0, eta0) + prior.logpdf(alpha)
    )
    return mode, scale, logs + np.log(np.cosh(u)) + np.log(scale)[:, None]


def _mode(arms: Arms, prior: Prior) -> tuple[Array, Array]:
    """Return mode and local SD, a normal standing in for the prior: Newton inside a bracket that bisects."""
    r1, n1, r0, n0 = arms.counts
    low_p, centre, high_p = (
        float(x) for x in prior.quantile(np.array([NORMAL_REACH, 0.5, 1 - NORMAL_REACH]))
    )
    spread = (high_p - low_p) / 2
    peaks = (
        math.log((r1 + 0.5) / (n1 - r1 + 0.5)) - arms.shift1,
        math.log((r0 + 0.5) / (n0 - r0 + 0.5)) - arms.shift0,
    )
    slack = 3 + REACH * spread + spread**2
    low, high = np.minimum(np.minimum(*peaks), centre) - slack, np.maximum(np.maximum(*peaks), centre) + slack
    at, curvature = np.clip(sum(peaks) / 2, low, high), np.ones_like(low)
    for _ in range(NEWTON_STEPS):
        p1, p0 = _expit(at + arms.shift1), _expit(at + arms.shift0)
        slope = r1 - n1 * p1 + r0 - n0 * p0 - (at - centre) / spread**2
        curvature = n1 * p1 * (1 - p1) + n0 * p0 * (1 - p0) + spread**-2
        low, high = np.where(slope > 0, at, low), np.where(slope < 0, at, high)
        target = at + slope / curvature
        at = np.where((target >= low) & (target <= high), target, (low + high) / 2)
        if np.all(np.abs(slope) < CLOSE * np.sqrt(curvature)):
            break
    return at, 1 / np.sqrt(curvature)


def _expit(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(x / 2))
