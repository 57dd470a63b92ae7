"""Log curves smoothed by normal densities, each value accurate relative to itself far into the tails.

Used in both directions: a study's likelihood curve smoothed by the between-study distribution gives its surface over
(mu, tau); a posterior of mu smoothed the same way gives the predictive density of a new study's effect.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.interpolation import POINTS, stencil
from bayes_ivig.results.axis import Axis

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

HERMITE_NODES, HERMITE_WEIGHTS = np.polynomial.hermite.hermgauss(7)
WIDE = 1.2  # from this many local steps on, the trapezoid sum over the nodes is accurate to exp(-2 pi^2 1.2^2)
TINY = 1e-3  # below this many local steps the smoothed curve is the curve itself
FLOOR = -1e5  # logs are kept above this, relative to their row's maximum, so that interpolation stays finite
DEEP = 1e-250  # sums below this, relative to the row's maximum, are done again in logs
KERNEL_CELLS = 2_000_000
NEWTON_STEPS = 60
CLOSE = 0.1  # of the product's own SD: Gauss-Hermite needs its mode no better


def smooth(log_rows: Array, axis: Axis, centres: Array, sds: Array, *, tails: bool = False) -> Array:
    """Return log of the integral of exp(row(x)) Normal(x | centre, sd^2) dx, shape (T, R, C).

    ``log_rows`` has shape (T, R, n), or (1, R, n) where the same rows go with every sd, on the nodes of ``axis``;
    ``centres`` (C,), ``sds`` (T,). With ``tails`` a row goes on at its edge value beyond the axis, as a likelihood
    that has reached its plateau does.
    """
    groups, rows, _ = log_rows.shape
    top = log_rows.max(axis=-1, keepdims=True)
    log_rows = np.maximum(log_rows - top, FLOOR)
    u = axis.u_of(centres)
    relative = sds[:, None] / (axis.step * np.exp(axis.log_slope(u)))  # (T, C)
    out = np.empty((sds.size, rows, centres.size))
    linear = np.exp(log_rows + axis.log_weights)
    edges = np.exp(log_rows[..., [0, -1]]) if tails else None
    wide, tiny = relative >= WIDE, relative < TINY
    for t in range(sds.size):
        g = t if groups > 1 else 0
        if wide[t].any():
            out[t][:, wide[t]] = _sum(linear[g], edges if edges is None else edges[g], axis, centres[wide[t]], sds[t])
    if tiny.any():
        shared = _interpolate(log_rows, axis, u)
        out = np.where(tiny[:, None, :], shared, out)
    redo = np.isneginf(out) & wide[:, None, :] | ~(wide | tiny)[:, None, :]
    if redo.any():
        t, r, c = np.nonzero(redo)
        flat = log_rows.reshape(groups * rows, -1)
        row_id = (t if groups > 1 else 0) * rows + r
        out[t, r, c] = laplace(flat, axis, row_id, centres[c], sds[t])
    return out + top


def _sum(linear: Array, edges: Array | None, axis: Axis, centres: Array, sd: float) -> Array:
    """Trapezoid sums of rows (R, n) times normal densities, in logs; minus infinity where they are about to underflow."""
    x, out = axis.x, np.empty((linear.shape[0], centres.size))
    chunk = max(1, KERNEL_CELLS // x.size)
    for start in range(0, centres.size, chunk):
        part = slice(start, start + chunk)
        kernel = (x[:, None] - centres[part]) / sd
        out[:, part] = linear @ np.exp(-0.5 * kernel * kernel)
    out /= sd * math.sqrt(2 * math.pi)
    if edges is not None:
        out += np.outer(edges[:, 0], special.ndtr((x[0] - centres) / sd))
        out += np.outer(edges[:, 1], special.ndtr((centres - x[-1]) / sd))
    with np.errstate(divide="ignore"):
        return np.where(out > DEEP, np.log(np.maximum(out, DEEP)), -np.inf)


def _interpolate(log_rows: Array, axis: Axis, u: Array) -> Array:
    """Rows (T or 1, R, n) at shared points, giving (T or 1, R, C)."""
    first, (weights,) = stencil((u - axis.start) / axis.step, axis.size)
    result = weights[:, 0] * log_rows[..., first]
    for k in range(1, POINTS):
        result = result + weights[:, k] * log_rows[..., first + k]
    return np.asarray(result)


def laplace(rows: Array, axis: Axis, row_id: Index, centres: Array, sds: Array) -> Array:
    """Smooth single values: Gauss-Hermite nodes placed and scaled at the mode of each product; all arrays of shape (N,).

    For a row that is quadratic over the width of the product it is exact.
    """
    precision = 1 / sds**2
    at, total = _product_modes(rows, axis, row_id, (centres, precision))
    scale = 1 / np.sqrt(total)
    nodes = at[:, None] + math.sqrt(2) * scale[:, None] * HERMITE_NODES
    position = (axis.u_of(nodes) - axis.start) / axis.step
    first, (weights,) = stencil(position, axis.size)
    values = _take(rows, row_id[:, None], first, weights)
    terms = values - 0.5 * precision[:, None] * (nodes - centres[:, None]) ** 2 + HERMITE_NODES**2 + np.log(HERMITE_WEIGHTS)
    top = terms.max(axis=1)
    return np.asarray(top + np.log(np.exp(terms - top[:, None]).sum(axis=1)) + np.log(scale / sds) - 0.5 * math.log(math.pi))


def _product_modes(rows: Array, axis: Axis, row_id: Index, normal: tuple[Array, Array]) -> tuple[Array, Array]:
    """Mode of each row times its normal (centre, precision), and the curvature there.

    Newton's steps from the centre, kept between the centre and the row's own mode, where the product's mode of a
    log-concave row must lie; a step that would leave the bracket halves it instead.
    """
    centres, precision = normal
    own = axis.x[rows.argmax(axis=1)][row_id]
    low, high = np.minimum(centres, own), np.maximum(centres, own)
    spare = 1e-9 + 2 * np.exp(axis.log_slope(axis.u_of(own))) * axis.step
    low, high = low - spare, high + spare
    at, total = centres.copy(), precision.copy()
    active = np.arange(centres.size)
    for _ in range(NEWTON_STEPS):
        x, p = at[active], precision[active]
        slope, curvature = _derivatives(rows, axis, row_id[active], x)
        force = slope - p * (x - centres[active])
        low[active] = np.where(force > 0, x, low[active])
        high[active] = np.where(force < 0, x, high[active])
        total[active] = np.maximum(p - curvature, 0.3 * p)
        target = x + force / total[active]
        outside = (target < low[active]) | (target > high[active])
        at[active] = np.where(outside, (low[active] + high[active]) / 2, target)
        active = active[np.abs(at[active] - x) * np.sqrt(total[active]) > CLOSE]
        if not active.size:
            break
    return at, total


def _derivatives(rows: Array, axis: Axis, row_id: Index, x: Array) -> tuple[Array, Array]:
    """First and second derivative in x of each value's row; 0 beyond the axis, where rows are taken as flat."""
    u = axis.u_of(x)
    position = (u - axis.start) / axis.step
    first, (_, by_u, by_uu) = stencil(position, axis.size, derivatives=2)
    d1 = _take(rows, row_id, first, by_u) / axis.step
    d2 = _take(rows, row_id, first, by_uu) / axis.step**2
    inside = (position >= 0) & (position <= axis.size - 1)
    u = np.clip(u, axis.start, axis.start + axis.step * (axis.size - 1))
    slope = np.exp(axis.log_slope(u))
    return np.where(inside, d1 / slope, 0.0), np.where(inside, (d2 - d1 * axis.bend(u)) / slope**2, 0.0)


def _take(rows: Array, row_id: Index, first: Index, weights: Array) -> Array:
    flat, start = rows.reshape(-1), row_id * rows.shape[1] + first
    result = weights[..., 0] * flat[start]
    for k in range(1, POINTS):
        result += weights[..., k] * flat[start + k]
    return np.asarray(result)
