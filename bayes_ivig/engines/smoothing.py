"""Log curves smoothed by normal densities, each value accurate relative to itself far into the tails.

Used in both directions: a study's likelihood curve smoothed by the between-study distribution gives its surface over
(mu, tau); a posterior of mu smoothed the same way gives the predictive density of a new study's effect.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.interpolation import POINTS, stencil
from bayes_ivig.results.axis import Axis

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]
type Mask = NDArray[np.bool_]
type Matters = Callable[[Array, Mask], Mask]

HERMITE_NODES, HERMITE_WEIGHTS = np.polynomial.hermite.hermgauss(7)
WIDE = 1.2  # from this many local steps on, the trapezoid sum over the nodes is accurate to exp(-2 pi^2 1.2^2)
NARROW = 0.3  # up to this many local steps a second-order expansion is; between the two, Gauss-Hermite at the mode
LITTLE = 0.1  # squared width over squared scale of the row, up to which the expansion is valid
DEEP = 1e-250  # sums below this, relative to the row's maximum, are done again in logs
OUTSIDE = -1e9  # log density beyond the limits of a bounded axis
MANY = 50_000  # values to redo from which it pays to ask whether they matter
OVERSHOOT = 1.0  # how far an interpolated log may lie above the highest node it comes from, a mode between nodes included
FAR = 34.0  # SDs beyond which a normal density, exp(-578) of its peak, is counted as 0
LEAST = -580.0  # logs below which a row is counted as 0 in sums
CENTRES = 24  # centres served at once, so that a narrow normal meets few nodes
KERNEL_CELLS = 2_000_000
NEWTON_STEPS = 60
CLOSE = 0.1  # of the product's own SD: Gauss-Hermite needs its mode no better


def smooth(
    log_rows: Array, axis: Axis, centres: Array, sds: Array, *, tails: bool = False, matters: Matters | None = None
) -> Array:
    """Return log of the integral of exp(row(x)) Normal(x | centre, sd^2) dx, shape (T, R, C).

    ``log_rows`` has shape (T, R, n), or (1, R, n) where the same rows go with every sd, on the nodes of ``axis``;
    ``centres`` (C,), ``sds`` (T,). With ``tails`` a row goes on at its edge value beyond the axis, as a likelihood
    that has reached its plateau does. ``matters`` may spare work: given all values, some of them upper bounds only, and
    where they are bounds, it says at which (sd, centre) the bounds must be replaced by the values.
    """
    groups, rows, _ = log_rows.shape
    top = log_rows.max(axis=-1, keepdims=True)
    log_rows = _finite(log_rows - top)
    ends = axis.u[[0, -1]]
    u = np.clip(axis.u_of(centres), *ends)
    relative = sds[:, None] / (axis.step * np.exp(axis.log_slope(u)))  # (T, C)
    out = np.empty((sds.size, rows, centres.size))
    linear = np.exp(np.maximum(log_rows + axis.log_weights, LEAST))
    linear[linear <= math.exp(LEAST)] = 0.0
    if tails:
        linear[..., [0, -1]] *= 0.5  # beyond the ends the tails take over
    edges = np.exp(log_rows[..., [0, -1]]) if tails else None
    wide, narrow = relative >= WIDE, relative < NARROW
    for t in range(sds.size):
        g = t if groups > 1 else 0
        if wide[t].any():
            out[t][:, wide[t]] = _sum(linear[g], edges if edges is None else edges[g], axis, centres[wide[t]], sds[t])
    redo = np.isneginf(out) & wide[:, None, :]
    part = ~wide.all(axis=1)
    if part.any():
        expanded, valid = _expanded(log_rows if groups == 1 else log_rows[part], axis, u, sds[part])
        out[part] = np.where(wide[part, None, :], out[part], expanded)
        redo[part] |= ~wide[part, None, :] & ~(narrow[part, None, :] & valid)
    if matters is not None and np.count_nonzero(redo) > MANY:
        redo &= matters(np.where(np.isneginf(out), math.log(DEEP), out), redo)[:, None, :]
        out = np.where(np.isneginf(out) & ~redo, math.log(DEEP), out)
    if redo.any():
        at_sd, at_row, at_centre = np.nonzero(redo)
        row_id = at_sd * rows + at_row if groups > 1 else at_row
        flat = log_rows.reshape(groups * rows, -1)
        out[at_sd, at_row, at_centre] = laplace(flat, axis, row_id, centres[at_centre], sds[at_sd])
    return out + top


def _sum(linear: Array, edges: Array | None, axis: Axis, centres: Array, sd: float) -> Array:
    """Trapezoid sums of rows (R, n) times normal densities, in logs; minus infinity where they are about to underflow.

    Only nodes within ``FAR`` SDs of the centres are looked at, and nothing so small that arithmetic on it would be slow.
    """
    x, out = axis.x, np.empty((linear.shape[0], centres.size))
    chunk = max(1, min(CENTRES, KERNEL_CELLS // x.size))
    for start in range(0, centres.size, chunk):
        part = slice(start, start + chunk)
        low, high = np.searchsorted(x, [centres[part].min() - FAR * sd, centres[part].max() + FAR * sd])
        kernel = (x[low:high, None] - centres[part]) / sd
        np.multiply(kernel, kernel, out=kernel)
        near = kernel < FAR * FAR
        np.multiply(kernel, -0.5, out=kernel)
        np.exp(kernel, out=kernel, where=near)
        kernel[~near] = 0.0
        out[:, part] = linear[:, low:high] @ kernel
    out /= sd * math.sqrt(2 * math.pi)
    if edges is not None:
        out += np.outer(edges[:, 0], special.ndtr((x[0] - centres) / sd))
        out += np.outer(edges[:, 1], special.ndtr((centres - x[-1]) / sd))
    with np.errstate(divide="ignore"):
        return np.where(out > DEEP, np.log(np.maximum(out, DEEP)), -np.inf)


def _finite(log_rows: Array) -> Array:
    """Replace minus infinity by the lowest finite value. No other floor: a kink would spoil interpolation beside it."""
    empty = np.isneginf(log_rows)
    return np.where(empty, log_rows[~empty].min(), log_rows) if empty.any() else log_rows


def _expanded(log_rows: Array, axis: Axis, u: Array, sds: Array) -> tuple[Array, Mask]:
    """Rows (T or 1, R, n) smoothed by narrow normals at shared points, and where that is valid; both (T, R, C).

    A row is expanded to second order at each point, which makes the integral closed; the first neglected terms are of
    fourth order in the width over the row's own scale, so it is valid where the row bends little over the width and does
    not pull the product further than a step away. A width of 0 gives the row itself.
    """
    position = (u - axis.start) / axis.step
    first, weights = stencil(position, axis.size, derivatives=2)
    near: Array = log_rows[..., first[:, None] + np.arange(POINTS)]
    value, d1, d2 = ((near * w).sum(axis=-1) for w in weights)
    inside = (position >= 0) & (position <= axis.size - 1)
    u = np.clip(u, axis.start, axis.start + axis.step * (axis.size - 1))
    slope = np.exp(axis.log_slope(u))
    d1, d2 = d1 / axis.step, d2 / axis.step**2
    first_x, second_x = np.where(inside, d1 / slope, 0.0), np.where(inside, (d2 - d1 * axis.bend(u)) / slope**2, 0.0)
    variance = (sds**2)[:, None, None]
    shrink = 1 - variance * second_x
    valid = (np.abs(shrink - 1) < LITTLE) & (variance * np.abs(first_x) < slope * axis.step)
    shrink = np.where(valid, shrink, 1.0)
    expanded = value + 0.5 * variance * first_x**2 / shrink - 0.5 * np.log(shrink)
    return np.minimum(expanded, near.max(axis=-1) + OVERSHOOT), valid


def laplace(rows: Array, axis: Axis, row_id: Index, centres: Array, sds: Array) -> Array:
    """Smooth single values: Gauss-Hermite nodes placed and scaled at the mode of each product; all arrays of shape (N,).

    For a row that is quadratic over the width of the product it is exact.
    """
    precision = 1 / sds**2
    at, total = _product_modes(rows, axis, row_id, (centres, precision))
    scale = 1 / np.sqrt(total)
    nodes = at[:, None] + math.sqrt(2) * scale[:, None] * HERMITE_NODES
    position = (np.clip(axis.u_of(nodes), *axis.u[[0, -1]]) - axis.start) / axis.step
    first, (weights,) = stencil(position, axis.size)
    values = _take_below(rows, row_id[:, None], first, weights)
    values = np.where((nodes < axis.lower) | (nodes > axis.upper), OUTSIDE, values)
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
    position = np.clip((u - axis.start) / axis.step, -1.0, axis.size)
    first, (_, by_u, by_uu) = stencil(position, axis.size, derivatives=2)
    d1 = _take(rows, row_id, first, by_u) / axis.step
    d2 = _take(rows, row_id, first, by_uu) / axis.step**2
    inside = (position >= 0) & (position <= axis.size - 1)
    u = np.clip(u, axis.start, axis.start + axis.step * (axis.size - 1))
    slope = np.exp(axis.log_slope(u))
    return np.where(inside, d1 / slope, 0.0), np.where(inside, (d2 - d1 * axis.bend(u)) / slope**2, 0.0)


def _take(rows: Array, row_id: Index, first: Index, weights: Array) -> Array:
    """Apply a stencil to each value's own row."""
    flat, start = rows.reshape(-1), row_id * rows.shape[1] + first
    result = weights[..., 0] * flat[start]
    for k in range(1, POINTS):
        result += weights[..., k] * flat[start + k]
    return np.asarray(result)


def _take_below(rows: Array, row_id: Index, first: Index, weights: Array) -> Array:
    """Interpolate each value in its own row, never far above the nodes used: far tails fall too steeply for a polynomial."""
    flat, start = rows.reshape(-1), row_id * rows.shape[1] + first
    node = flat[start]
    result, highest = weights[..., 0] * node, node
    for k in range(1, POINTS):
        node = flat[start + k]
        result += weights[..., k] * node
        highest = np.maximum(highest, node)
    return np.asarray(np.minimum(result, highest + OVERSHOOT))
