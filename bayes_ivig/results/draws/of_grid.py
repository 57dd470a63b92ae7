"""Independent draws from a posterior on a grid: tau, then mu given tau, then every effect given both,
by inverse probabilities.

Each step inverts the probability below on nodes a fraction of the density's own width apart, so that the
error is far below what any number of draws could show.
"""

import math

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.interpolation import interpolate, stencil, upsampling
from bayes_ivig.formulas.inversion import invert, invert_uneven, parts_of
from bayes_ivig.formulas.scales.limited import draw_between
from bayes_ivig.results.contract import Grid, Likelihoods
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

FINER = 2  # nodes per node of an axis, whose own steps are a quarter to a half of an SD
# from this many steps of the effect axis on, nodes of the axis resolve the between-study distribution
WIDE = 1.2
OVERSHOOT = 1.0  # how far a log curve may rise above the higher end of a cell, a mode between nodes included
NEAREST = 4.5  # inverse hyperbolic sine of how many tau around mu a Student-t has nodes of its own, 45
# times the ends of the effect axis: a level curve times a Cauchy reaches so far
FARTHEST = 1.1 ** np.arange(190)
BLOCK = 256  # studies whose values are held at once
NARROW = np.linspace(-12.0, 12.0, 241)  # below it these are added, in units of tau around mu


def draw(grid: Grid, size: int, rng: np.random.Generator, df: float = math.inf) -> dict[str, Array]:
    """Return ``size`` draws of mu and theta_new, (size,), and, where effects differ,
    of tau and of theta, (size, K).

    ``df`` are the degrees of freedom of the study effects' distribution around mu, infinite for a normal one.
    """
    surface = grid.surface
    axis = surface.axes.tau
    if axis is None:
        mu = np.asarray(grid.marginal("mu").quantile(rng.random(size)))
        return {"mu": mu, "theta_new": mu}
    tau = np.asarray(grid.marginal("tau").quantile(rng.random(size)))
    logs = _finite(grid.log_joint - axis.log_weights)
    log_slope = surface.axes.mu.log_slope(surface.axes.mu.u)
    first, (weights,) = stencil(steps_from_start(axis, tau), axis.size)
    shares = rng.random(size)
    mu = np.empty(size)
    for part in parts_of(size):
        rows = np.einsum(
            "mcp,cp->cm", logs[:, first[part, None] + np.arange(weights.shape[-1])], weights[part]
        )
        cell = np.minimum(steps_from_start(axis, tau[part]).astype(np.intp), axis.size - 2)
        rows = np.minimum(rows, np.maximum(logs[:, cell], logs[:, cell + 1]).T + OVERSHOOT)
        mu[part] = on_axis(surface.axes.mu, rows + log_slope, shares[part])
    theta = [
        effect_given(surface.axes.theta, curve, (mu, tau, df), rng.random(size))
        for curve in surface.log_curves
    ]
    new = new_effect((mu, tau, df), surface.axes.theta, rng)
    return {"mu": mu, "tau": tau, "theta": np.stack(theta, axis=-1), "theta_new": new}


def new_effect(around: tuple[Array, Array, float], axis: Axis, rng: np.random.Generator) -> Array:
    """Draw the effect of a new study, between the limits of the axis of effects where it has some."""
    mu, tau, df = around
    if axis.link == "interval":
        return draw_between(mu, tau, (axis.lower, axis.upper), rng.random(mu.size), df)
    z = rng.standard_t(df, mu.size) if math.isfinite(df) else rng.standard_normal(mu.size)
    return np.asarray(mu + tau * z)


def integrated_log_likelihood(surface: Likelihoods, mu: Array, tau: Array | None) -> Array:
    """Return each study's log likelihood at draws of (mu, tau), its own effect integrated out;
    shape (..., K).
    """
    axes = surface.axes
    first, (weights,) = stencil(steps_from_start(axes.mu, mu), axes.mu.size)
    if axes.tau is None or tau is None or surface.random is None:
        return np.stack(
            [interpolate(row[None], steps_from_start(axes.mu, mu)[None])[0] for row in surface.common],
            axis=-1,
        )
    first_tau, (weights_tau,) = stencil(steps_from_start(axes.tau, tau), axes.tau.size)
    total = np.zeros((surface.random.shape[0], *np.shape(mu)))
    for start in range(0, len(total), BLOCK):
        part = slice(start, start + BLOCK)
        values = surface.random[part]
        for i in range(weights.shape[-1]):
            for j in range(weights_tau.shape[-1]):
                total[part] += weights[..., i] * weights_tau[..., j] * values[:, first + i, first_tau + j]
    return np.moveaxis(total, 0, -1)


def conditional_log_likelihood(surface: Likelihoods, theta: Array) -> Array:
    """Return each study's log likelihood at draws of its own effect, shape (..., K),
    any baseline integrated out.
    """
    at = np.moveaxis(steps_from_start(surface.axes.theta, theta), -1, 0)
    return np.asarray(np.moveaxis(interpolate(surface.log_curves, at), 0, -1))


def steps_from_start(axis: Axis, x: Array) -> Array:
    """Return where values lie on an axis, in steps from node 0; values beyond it are put at its ends."""
    return np.clip((axis.u_of(x) - axis.start) / axis.step, 0.0, axis.size - 1.0)


def effect_given(axis: Axis, log_curve: Array, around: tuple[Array, Array, float], shares: Array) -> Array:
    """Draw one study's effect given mu and tau: its density is the curve times Normal(mu,
    tau^2), or a Student-t.
    """
    mu, tau, df = around
    if math.isfinite(df):
        return _robust_effect(axis, log_curve, around, shares)
    step = axis.step * np.exp(axis.log_slope(np.clip(axis.u_of(mu), axis.u[0], axis.u[-1])))
    wide = tau >= WIDE * step
    theta = np.empty_like(mu)
    fine = axis.refined(FINER)
    x, slope, curve = fine.x, fine.log_slope(fine.u), _between(_finite(log_curve), axis, fine.x)
    for part in parts_of(int(wide.sum())):
        at = np.flatnonzero(wide)[part]
        z = (x - mu[at, None]) / tau[at, None]
        theta[at] = fine.x_of(fine.start + fine.step * invert(curve + slope - 0.5 * z * z, shares[at]))
    for part in parts_of(int((~wide).sum())):
        at = np.flatnonzero(~wide)[part]
        near = mu[at, None] + tau[at, None] * NARROW
        nodes = np.sort(np.concatenate([np.broadcast_to(x, (at.size, x.size)), near], axis=1), axis=1)
        z = (nodes - mu[at, None]) / tau[at, None]
        logs = _limited(_between(_finite(log_curve), axis, nodes) - 0.5 * z * z, axis, nodes)
        theta[at] = invert_uneven(nodes, logs, shares[at])
    return theta


def _robust_effect(axis: Axis, log_curve: Array, around: tuple[Array, Array, float], shares: Array) -> Array:
    """Draw one study's effect under Student-t effects: its two modes, at mu and at the data,
    each need nodes of their own.
    """
    mu, tau, df = around
    fine = axis.refined(FINER)
    curve, ends = _finite(log_curve), np.abs(fine.x[[0, -1]]).max() * FARTHEST
    common = np.concatenate([-ends[::-1], fine.x, ends])
    near = np.sinh(np.linspace(-NEAREST, NEAREST, NARROW.size))
    theta = np.empty_like(mu)
    for part in parts_of(mu.size):
        m, t = mu[part, None], tau[part, None]
        x = np.sort(
            np.concatenate([np.broadcast_to(common, (m.size, common.size)), m + t * near], axis=1), axis=1
        )
        logs = _limited(_between(curve, axis, x), axis, x)
        theta[part] = invert_uneven(x, logs - (df + 1) / 2 * np.log1p(((x - m) / t) ** 2 / df), shares[part])
    return theta


def _limited(logs: Array, axis: Axis, x: Array) -> Array:
    """Return log densities that are 0 outside the limits of an axis that has some."""
    if axis.link != "interval":
        return logs
    return np.where((x >= axis.lower) & (x <= axis.upper), logs, -np.inf)


def on_axis(axis: Axis, log_rows: Array, shares: Array) -> Array:
    """Draw one value for each row of log densities per u, shape (C, n)."""
    fine = axis.refined(FINER)
    cells = np.maximum(log_rows[:, :-1], log_rows[:, 1:]) + OVERSHOOT
    highest = np.concatenate([np.repeat(cells, FINER, axis=1), cells[:, -1:]], axis=1)
    logs = np.minimum(log_rows @ upsampling(axis.size, FINER), highest)
    return fine.x_of(fine.start + fine.step * invert(logs, shares))


def _between(log_curve: Array, axis: Axis, x: Array) -> Array:
    """Interpolate a log curve, never far above its nodes: it may fall too steeply between them
    for a polynomial.
    """
    at = steps_from_start(axis, x)
    cell = np.minimum(at.astype(np.intp), axis.size - 2)
    highest = np.maximum(log_curve[cell], log_curve[cell + 1]) + OVERSHOOT
    return np.asarray(np.minimum(interpolate(log_curve[None], at[None])[0], highest))


def _finite(logs: Array) -> Array:
    """Replace minus infinity, which cannot be interpolated, by the smallest finite value."""
    return np.where(np.isneginf(logs), logs[np.isfinite(logs)].min(), logs)
