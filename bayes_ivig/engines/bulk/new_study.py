"""Quantiles of the effect in a new study for many pairs of priors, from one surface.

Given tau, the new effect's distribution function is that of mu smoothed by a normal: a sum over the nodes of
mu of normal distribution functions, which one matrix product gives for all priors of mu. Where tau is below
the step of the nodes, the sum is corrected by what it differs from the integral of the sinc interpolant
(Stenger 1993, Numerical Methods Based on Sinc and Analytic Functions), a function of tau over the step and of
the distance in steps alone.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.budget import FLOAT, blocks
from bayes_ivig.engines.bulk.priors import log_densities
from bayes_ivig.engines.bulk.rows import Rows, invert
from bayes_ivig.engines.bulk.sums import PriorPairs
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

CORRECTED, WIDTHS = 1.2, 61  # widths in steps below which sums are corrected, and how many are tabulated
FAR = 5.0  # tau beyond the axis of mu that the new effect is followed for
UPPER = 1e-4  # share of tau left out of that
MOST_ADDED = 150  # nodes at either end
TINY = 1e-250
ROWS = 6  # numbers held of each case for each of the nodes


def predicted(cases: PriorPairs, built: Surface, p: Array, largest: float) -> Array:
    """Return quantiles of the new effect, shape (N, P); NaN where these sums cannot give them.

    ``largest`` is the largest tau that any case gives a share worth following. An axis of mu between limits,
    or Student-t effects, are not for these sums.
    """
    _, mu, tau = built.axes
    out = np.full((len(cases), p.size), np.nan)
    if tau is None or mu.link != "identity" or built.mixed is not None:
        return out
    wide = _wider(mu, FAR * largest)
    for part in blocks(len(cases), ROWS * FLOAT * wide[0].size):
        some = (
            cases if part.stop - part.start == len(cases) else cases.taken(np.arange(part.start, part.stop))
        )
        out[part] = _predicted(some, built, p, wide)
    return out


def _predicted(cases: PriorPairs, built: Surface, p: Array, wider: tuple[Axis, int]) -> Array:
    """Return quantiles as ``predicted`` does, on the axis of mu with nodes added."""
    (wide, offset), n = wider, len(cases)
    _, mu, tau = built.axes
    assert tau is not None
    logs = built.total()
    density = np.exp(logs - logs.max())
    weight_mu = _scaled(log_densities(cases.mu, mu.x) + mu.log_weights)
    weight_tau = _scaled(log_densities(cases.tau, tau.x) + tau.log_weights)
    below, total = np.zeros((n, wide.size)), np.zeros(n)
    for t in np.flatnonzero(weight_tau.max(axis=0) > TINY):
        rows = weight_mu * density[:, t]
        share = weight_tau[cases.which_tau, t]
        below += (rows @ _kernel(wide, mu, offset, float(tau.x[t])).T)[cases.which_mu] * share[:, None]
        total += rows.sum(axis=1)[cases.which_mu] * share
    with np.errstate(divide="ignore", invalid="ignore"):
        below /= np.where(total > TINY, total, np.nan)[:, None]
    return np.where(np.isnan(below).any(axis=1)[:, None], np.nan, invert(np.nan_to_num(below), wide, p))


def largest_tau(tau: Rows) -> float:
    """Return the tau above which no case leaves more than ``UPPER`` of its posterior."""
    return float(tau.quantile(np.array([1 - UPPER])).max())


def _scaled(logs: Array) -> Array:
    return np.asarray(np.exp(logs - logs.max(axis=1, keepdims=True)))


def _wider(mu: Axis, by: float) -> tuple[Axis, int]:
    """Return the axis of mu with nodes added at both ends to reach further,
    and how many there are at its beginning.
    """
    x = mu.x
    added = np.abs(mu.u_of(np.array([x[0] - by, x[-1] + by])) - mu.u[[0, -1]]) / mu.step
    before, after = (int(min(MOST_ADDED, np.ceil(count))) for count in added)
    wide = replace(mu, start=mu.start - before * mu.step, size=mu.size + before + after)
    return wide, before


def _kernel(wide: Axis, mu: Axis, offset: int, tau: float) -> Array:
    """Return P(new effect <= x | mu, tau) for nodes x and mu, shape (x, mu),
    corrected so that sums over mu are integrals.
    """
    kernel = np.asarray(special.ndtr((wide.x[:, None] - mu.x) / tau))
    width = tau / (wide.step * np.exp(wide.log_slope(wide.u)))
    near = np.flatnonzero(width < CORRECTED)
    if near.size:
        position = width[near] / CORRECTED * (WIDTHS - 1)
        low = np.minimum(position.astype(np.intp), WIDTHS - 2)
        share = (position - low)[:, None]
        apart = (near - offset)[:, None] - np.arange(mu.size)
        table = _corrections(wide.size)
        away = np.abs(apart)
        interpolated = (1 - share) * table[low[:, None], away] + share * table[low[:, None] + 1, away]
        kernel[near] += np.sign(apart) * interpolated
    return kernel


@lru_cache(maxsize=8)
def _corrections(size: int) -> Array:
    """Integral of the smoothed sinc up to m steps less the normal distribution function there,
    shape (widths, m < size).
    """
    s, weights = special.roots_legendre(2 * size + 100)
    s, weights = np.pi * (s + 1) / 2, np.pi * weights / 2
    widths = np.linspace(0.0, CORRECTED, WIDTHS)
    m = np.arange(size)
    smooth = (
        (np.exp(-0.5 * np.multiply.outer(widths, s) ** 2) * weights / s)
        @ np.sin(np.multiply.outer(s, m))
        / np.pi
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        normal = special.ndtr(np.where(m == 0, 0.0, m / widths[:, None])) - 0.5
    return np.asarray(smooth - normal)
