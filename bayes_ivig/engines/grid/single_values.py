"""Single values of smoothed log curves, in logs throughout:
for what sums would lose to underflow, or an expansion to a bend.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.interpolation import POINTS, stencil
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

HERMITE_NODES, HERMITE_WEIGHTS = np.polynomial.hermite.hermgauss(7)
OUTSIDE = -1e9  # log density beyond the limits of a bounded axis
# how far an interpolated log may lie above the highest node it comes from, a mode between nodes included
OVERSHOOT = 1.0
NEWTON_STEPS = 60
CLOSE = 0.1  # of the product's own SD: Gauss-Hermite needs its mode no better
CELLS = 130_000  # of terms held at once


def summed(rows: Array, axis: Axis, row_id: Index, normals: tuple[Array, Array], tails: bool) -> Array:
    """Sum rows (R, n) times normals (centres, sds) over the nodes, where these resolve the normals,
    at any depth; (N,).

    ``row_id`` (N,) says which row goes with which normal;
    with ``tails`` rows go on at their edge values beyond the axis.
    """
    centres, sds = normals
    x, weighted = axis.x, rows + axis.log_weights
    if tails:
        weighted[:, [0, -1]] -= math.log(2.0)
    out = np.empty(centres.size)
    chunk = max(1, CELLS // axis.size)
    for start in range(0, centres.size, chunk):
        part = slice(start, start + chunk)
        terms = np.subtract.outer(centres[part], x)
        terms /= sds[part, None]
        np.square(terms, out=terms)
        terms *= -0.5
        terms += weighted[row_id[part]]
        top = terms.max(axis=1)
        terms -= top[:, None]
        np.exp(np.maximum(terms, -700.0, out=terms), out=terms)
        out[part] = np.log(terms.sum(axis=1)) + top
    out -= np.log(sds) + 0.5 * math.log(2 * math.pi)
    if tails:
        for end, sign in ((0, 1.0), (-1, -1.0)):
            out = np.logaddexp(out, rows[row_id, end] + special.log_ndtr(sign * (x[end] - centres) / sds))
    return out


def laplace(rows: Array, axis: Axis, row_id: Index, normals: tuple[Array, Array]) -> Array:
    """Smooth single values: Gauss-Hermite nodes placed and scaled at the mode of each product; shape (N,).

    Rows, ``row_id`` and normals are those of ``summed``.
    For a row quadratic over the width of the product it is exact.
    """
    centres, sds = normals
    precision = 1 / sds**2
    at, total = _product_modes(rows, axis, row_id, (centres, precision))
    scale = 1 / np.sqrt(total)
    nodes = at[:, None] + math.sqrt(2) * scale[:, None] * HERMITE_NODES
    position = (np.clip(axis.u_of(nodes), *axis.u[[0, -1]]) - axis.start) / axis.step
    first, (weights,) = stencil(position, axis.size)
    values = _take_below(rows, row_id[:, None], first, weights)
    values = np.where((nodes < axis.lower) | (nodes > axis.upper), OUTSIDE, values)
    terms = (
        values
        - 0.5 * precision[:, None] * (nodes - centres[:, None]) ** 2
        + HERMITE_NODES**2
        + np.log(HERMITE_WEIGHTS)
    )
    top = terms.max(axis=1)
    return np.asarray(
        top + np.log(np.exp(terms - top[:, None]).sum(axis=1)) + np.log(scale / sds) - 0.5 * math.log(math.pi)
    )


def _product_modes(
    rows: Array, axis: Axis, row_id: Index, normal: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Mode of each row times its normal (centre, precision), and the curvature there.

    Newton's steps from the centre, kept between the centre and the row's own mode, where the product's mode
    of a log-concave row must lie; a step that would leave the bracket halves it instead.
    """
    centres, precision = normal
    own = axis.x[rows.argmax(axis=1)][row_id]
    low, high = np.minimum(centres, own), np.maximum(centres, own)
    u = np.clip(axis.u_of(own), *axis.u[[0, -1]])  # that of a limit itself is infinite
    spare = 1e-9 + 2 * np.exp(axis.log_slope(u)) * axis.step
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
        # a halved bracket is short beside the product's width in a far tail, and yet far from a sharp peak
        left = np.abs(np.where(outside, target, at[active]) - x)
        active = active[left * np.sqrt(total[active]) > CLOSE]
        if not active.size:
            break
    return at, total


def _derivatives(rows: Array, axis: Axis, row_id: Index, x: Array) -> tuple[Array, Array]:
    """First and second derivative in x of each value's row;
    0 beyond the axis, where rows are taken as flat.
    """
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
    """Interpolate each value in its own row, never far above the nodes used:
    far tails fall too steeply for a polynomial.
    """
    flat, start = rows.reshape(-1), row_id * rows.shape[1] + first
    node = flat[start]
    result, highest = weights[..., 0] * node, node
    for k in range(1, POINTS):
        node = flat[start + k]
        result += weights[..., k] * node
        highest = np.maximum(highest, node)
    return np.asarray(np.minimum(result, highest + OVERSHOOT))
