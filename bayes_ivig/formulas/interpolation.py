"""Polynomial interpolation and integration on equally spaced nodes, eight points at a time;
arrays in, arrays out.

Meant for logs of smooth densities, which are nearly quadratic: eight-point interpolation of the log keeps the
RELATIVE accuracy of a density far into its tails.
"""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.shaking import shaken

type Array = NDArray[np.float64]

POINTS = 8
ENDS = 4  # nodes at an end from which to see how shares fall there
CELLS = 130_000  # numbers held at once while making rows denser: a megabyte


@cache
def _basis() -> Array:
    """Monomial coefficients of the eight Lagrange polynomials on nodes 0..7, shape (8 powers, 8 nodes)."""
    nodes = np.arange(POINTS, dtype=float) - (POINTS - 1) / 2
    inverse = np.linalg.inv(np.vander(nodes, increasing=True))
    inverse.setflags(write=False)
    return inverse


def stencil(position: Array, size: int, derivatives: int = 0) -> tuple[NDArray[np.intp], list[Array]]:
    """Return where to read and with which weights, to interpolate at fractional node positions.

    ``position`` (any shape) counts in steps from node 0 and is clipped to the grid. Gives the index of the
    first of eight nodes, shape as ``position``, and weights of shape (..., 8) for the value and for each
    derivative per step.
    """
    position = np.clip(position, 0.0, size - 1.0)
    first = np.clip(np.floor(position).astype(np.intp) - (POINTS // 2 - 1), 0, size - POINTS)
    offset = position - first - (POINTS - 1) / 2
    powers = np.empty((*offset.shape, POINTS))
    powers[..., 0] = 1.0
    for k in range(1, POINTS):
        np.multiply(powers[..., k - 1], offset, out=powers[..., k])
    return first, [powers @ basis for basis in _bases(derivatives)]


@cache
def _bases(derivatives: int) -> tuple[Array, ...]:
    """Coefficients of the polynomials and of their derivatives, as matrices (8 powers, 8 nodes)."""
    basis = _basis()
    bases = [basis]
    for order in range(1, derivatives + 1):
        lowered = np.zeros_like(basis)
        falling = np.array([math.perm(power, order) for power in range(order, POINTS)], float)
        lowered[: POINTS - order] = falling[:, None] * basis[order:]
        bases.append(lowered)
    return tuple(bases)


def interpolate(rows: Array, position: Array) -> Array:
    """Interpolate each row, shape (R, n), at its own positions, shape (R, ...) in steps from node 0."""
    first, (weights,) = stencil(position, rows.shape[-1])
    return gather(rows, first, weights)


def gather(rows: Array, first: NDArray[np.intp], weights: Array) -> Array:
    """Apply a stencil row by row: rows (R, n), first (R, ...), weights (R, ..., 8) give (R, ...)."""
    size = rows.shape[-1]
    base = np.arange(rows.shape[0]).reshape(-1, *(1,) * (first.ndim - 1)) * size
    flat = rows.reshape(-1)
    start = first + base
    result: Array = weights[..., 0] * flat[start]
    for k in range(1, POINTS):
        result += weights[..., k] * flat[start + k]
    return result


def upsample(values: Array, factor: int) -> Array:
    """Return values ``factor`` times as dense, last axis: n nodes become (n - 1) * factor + 1."""
    left, inner, right = _between(factor)
    rows, windows = values.reshape(-1, values.shape[-1]), values.shape[-1] - POINTS + 1
    result = np.empty((rows.shape[0], (rows.shape[1] - 1) * factor + 1))
    count = max(1, CELLS // (windows * POINTS))
    for start in range(0, rows.shape[0], count):
        part = slice(start, start + count)
        here = rows[part]
        near = np.empty((here.shape[0], windows, POINTS))
        for k in range(POINTS):
            near[..., k] = here[:, k : k + windows]
        result[part, : left.shape[1]] = here[:, :POINTS] @ left
        result[part, left.shape[1] : -right.shape[1]] = (near.reshape(-1, POINTS) @ inner).reshape(
            here.shape[0], -1
        )
        result[part, -right.shape[1] :] = here[:, -POINTS:] @ right
    return result.reshape(*values.shape[:-1], -1)


@cache
def _between(factor: int) -> tuple[Array, Array, Array]:
    """Weights, (8, positions), of all positions between eight nodes:
    those before the middle cell, in it and after it.
    """
    middle = POINTS // 2 - 1
    position = np.arange((POINTS - 1) * factor + 1) / factor
    weights = np.ascontiguousarray(stencil(position, POINTS)[1][0].T)
    return (
        weights[:, : middle * factor],
        weights[:, middle * factor : (middle + 1) * factor],
        weights[:, (middle + 1) * factor :],
    )


@cache
def upsampling(size: int, factor: int) -> Array:
    """Return ``upsample`` as a matrix, shape (size, (size - 1) * factor + 1),
    for use on axes of moderate size.
    """
    matrix = upsample(np.eye(size), factor)
    matrix.setflags(write=False)
    return matrix


def cumulative(values: Array, step: float) -> Array:
    """Integral from the first node to each node, last axis; sixth-order inside, zero beyond both ends."""
    result = np.zeros(values.shape)
    np.cumsum(integrals(values, step), axis=-1, out=result[..., 1:])
    return result


def integrals(values: Array, step: float) -> Array:
    """Integral over each cell between nodes, last axis; sixth-order inside, values zero beyond both ends."""
    padded = np.zeros((*values.shape[:-1], values.shape[-1] + 4))
    padded[..., 2:-2] = values
    pairs = padded[..., 2:-3] + padded[..., 3:-2]
    pairs *= 802
    pairs -= 93 * (padded[..., 1:-4] + padded[..., 4:-1])
    pairs += 11 * (padded[..., :-5] + padded[..., 5:])
    pairs *= step / 1440
    return pairs


def log_sum(logs: Array, axis: int) -> Array:
    """Return the log of the sum of exponentials along an axis, each by its own largest term;
    minus infinity where all are.
    """
    top = logs.max(axis=axis, keepdims=True)
    top = np.where(np.isneginf(top), 0.0, top)
    with np.errstate(divide="ignore"):
        log_sums: Array = np.log(np.exp(logs - top).sum(axis=axis)) + top.squeeze(axis)
    return shaken(log_sums)


def share_beyond(shares: Array) -> float:
    """Return about how much lies beyond the ends of nodes with these shares, shape (n,),
    and on the end nodes themselves.

    Shares that fall towards an end by a constant factor,
    as those of a power tail on stretched nodes do, go on falling so.
    """
    total = 0.0
    for end, inner in ((shares[0], shares[ENDS - 1]), (shares[-1], shares[-ENDS])):
        if end > 0:
            factor = (end / inner) ** (1 / (ENDS - 1)) if inner > end else 1.0
            total += float(end) / max(1.0 - float(factor), 1e-3)
    return total
