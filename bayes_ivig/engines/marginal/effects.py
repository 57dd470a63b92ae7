"""Effects of studies, drawn from their distribution given what was sampled without them.

Given its mean m and tau, a study's effect has the density of its own curve times Normal(m, tau^2). A draw
takes one of the nodes of a trapezoid rule that a random part of a step has moved, in proportion to the
density there: as the sum over such nodes is the integral wherever they begin, it has this very density.
"""

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.student_t import Mixing
from bayes_ivig.engines.marginal.table import Curve, Table

type Array = NDArray[np.float64]

NODES = 41
REACH = 7.5  # of the nodes on either side of the mode, in taus or, if those are longer, local SDs
BISECTIONS = 30
SMALLEST = 1e-100  # a tau, below which an effect is its mean


def drawn(table: Table, means: Array, tau: Array, mixed: Mixing | None, rng: np.random.Generator) -> Array:
    """Return a draw of every study's effect at each draw of its mean, (S, K), and of tau, (S,).

    ``table`` is that of normal effects. Under Student-t ones, ``mixed``, the normal that an effect came from
    is drawn first, in proportion to what the study's data make of it.
    """
    effects = np.empty(means.shape)
    for study in range(means.shape[1]):
        wide = tau if mixed is None else tau * _widths(table, study, (means[:, study], tau), mixed, rng)
        effects[:, study] = _one(table.curve(study), means[:, study], np.maximum(wide, SMALLEST), rng)
    return effects


def _widths(
    table: Table, study: int, at: tuple[Array, Array], mixed: Mixing, rng: np.random.Generator
) -> Array:
    """Return which factor of tau each draw's effect has, (S,)."""
    means, tau = at
    own = Table(table.coefficients[[study]], table.axes[[study]])
    logs = np.stack([own.at(means[:, None], tau * factor)[:, 0] for factor in mixed.factors], axis=1)
    return np.asarray(mixed.factors[_chosen(logs + mixed.log_weights, rng)])


def _one(curve: Curve, means: Array, tau: Array, rng: np.random.Generator) -> Array:
    """Return draws of one study's effect, (S,)."""
    mode, local = _mode(curve, means, tau)
    reach = np.arcsinh(REACH * np.maximum(tau / local, 1.0) / 2)
    step = 2 * reach / (NODES - 1)
    t = step[:, None] * (np.arange(NODES) - (NODES - 1) / 2 + rng.random(means.shape)[:, None] - 0.5)
    effects = mode[:, None] + 2 * local[:, None] * np.sinh(t)
    away = (effects - means[:, None]) / tau[:, None]
    logs = curve.at(effects) - 0.5 * away**2 + np.log(np.cosh(t))
    return np.asarray(effects[np.arange(means.size), _chosen(logs, rng)])


def _mode(curve: Curve, means: Array, tau: Array) -> tuple[Array, Array]:
    """Return where the density of a study's effect is highest, and its SD there, (S,) each: by halving where
    curve and normal pull to different sides, the curve being unimodal.
    """
    axis, x = curve.axis, curve.inside
    logs = curve.at(x)
    slope = np.gradient(logs, x)
    bend = np.maximum(-np.gradient(slope, x), 0.0)
    top = float(x[int(np.argmax(logs))])
    low, high = axis.u_of(np.minimum(means, top)), axis.u_of(np.maximum(means, top))
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        at = axis.x_of(middle)
        rising = np.interp(at, x, slope) * tau**2 > at - means
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    mode = axis.x_of((low + high) / 2)
    return mode, tau / np.sqrt(1 + tau**2 * np.interp(mode, x, bend))


def _chosen(logs: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return a column of each row, (S,), with probabilities in proportion to their exponentials."""
    shares = np.exp(logs - logs.max(axis=1, keepdims=True)).cumsum(axis=1)
    wanted = rng.random(logs.shape[0]) * shares[:, -1]
    return np.asarray(np.minimum((shares <= wanted[:, None]).sum(axis=1), logs.shape[1] - 1))
