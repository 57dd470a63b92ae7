"""Trapezoid sums of exponentiated log rows times normal densities:
matrix products, as far down as doubles reach.

Logs below ``LEAST`` are raised to it, in rows and in normals, so that no product of the two is too small for
fast arithmetic; sums above ``DEEP`` times the row's maximum do not feel that.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]
type Mask = NDArray[np.bool_]

LEAST = -330.0
DEEP = 1e-130
CELLS = 130_000  # of normals held at once: a megabyte


class Rows(NamedTuple):
    """Nodes x (n,), rows times node weights (T or 1, R, n), and rows at the ends, (T or 1, R, 2),
    where they go on beyond.
    """

    x: Array
    linear: Array
    edges: Array | None

    @classmethod
    def of(cls, logs: Array, axis: Axis, tails: bool) -> "Rows":
        """Return log rows on an axis, relative to their maximum, as sums need them;
        with ``tails`` they go on beyond it.
        """
        linear = np.exp(np.maximum(logs + axis.log_weights, LEAST))
        if not tails:
            return cls(axis.x, linear, None)
        linear[..., [0, -1]] *= 0.5  # beyond the ends the tails take over
        return cls(axis.x, linear, np.exp(logs[..., [0, -1]]))


def sums(rows: Rows, centres: Array, sds: Array) -> Iterator[tuple[slice, Array]]:
    """Yield sums for a few sds at a time, shape (sds, R, C);
    ``rows`` go with all sds, or each sd (T,) has its own.
    """
    heights = (1 / (sds * math.sqrt(2 * math.pi)))[:, None, None]
    shared = rows.linear.shape[0] == 1
    for part, kernel in _kernels(rows.x, centres, sds):
        totals = np.matmul(rows.linear if shared else rows.linear[part], kernel)
        totals *= heights[part]
        if rows.edges is not None:
            totals += (rows.edges if shared else rows.edges[part]) @ _beyond(rows.x, centres, sds[part, None])
        yield part, totals


def single_sums(
    rows: Rows, centres: Array, sds: Array, which: Mask
) -> Iterator[tuple[tuple[Index, Index], Array]]:
    """Yield pairs of sd and centre, a few at a time, where ``which`` says, (T, C),
    and the sums there, shape (R, pairs).
    """
    shared = rows.linear.shape[0] == 1
    chunk = max(1, CELLS // rows.x.size)
    for g in range(rows.linear.shape[0]):
        at, c = np.nonzero(which if shared else which[g : g + 1])
        t = at if shared else at + g
        for start in range(0, t.size, chunk):
            part = slice(start, start + chunk)
            here, sd = centres[c[part]], sds[t[part]]
            kernel = np.subtract.outer(rows.x, here)
            kernel *= kernel
            kernel *= -0.5 / sd**2
            np.exp(np.maximum(kernel, LEAST, out=kernel), out=kernel)
            totals = rows.linear[g] @ kernel / (sd * math.sqrt(2 * math.pi))
            if rows.edges is not None:
                shares = _beyond(rows.x, here, sd)
                totals += rows.edges[g] @ shares
            yield (t[part], c[part]), totals


def mixed_sums(rows: Rows, centres: Array, sds: Array, which: Mask) -> Array:
    """Return sums over the sds too, each sd having its own rows, of what ``which`` marks, (T, C);
    shape (R, C).
    """
    linear = rows.linear * (1 / (sds * math.sqrt(2 * math.pi)))[:, None, None]
    linear = np.ascontiguousarray(np.moveaxis(linear, 0, 1))  # (R, T, n)
    total = np.zeros((linear.shape[0], centres.size))
    for part, kernel in _kernels(rows.x, centres, sds):
        counted = kernel if which[part].all() else kernel * which[part, None, :]
        total += linear[:, part].reshape(total.shape[0], -1) @ counted.reshape(-1, centres.size)
    return total


def few_sums(rows: Rows, centres: Array, sds: Array, which: Mask) -> Array:
    """Return what ``mixed_sums`` does, for few centres of each sd."""
    most = int(which.sum(axis=1).max())
    columns = np.argsort(~which, axis=1, kind="stable")[:, :most]  # the marked first
    marked = np.take_along_axis(which, columns, axis=1)
    total = np.zeros((rows.linear.shape[1], centres.size))
    count = max(1, CELLS // (rows.x.size * most))
    for start in range(0, sds.size, count):
        part = slice(start, start + count)
        sd = sds[part, None, None]
        kernel = rows.x[:, None] - centres[columns[part]][:, None, :]
        kernel *= kernel
        kernel *= -0.5 / sd**2
        np.exp(np.maximum(kernel, LEAST, out=kernel), out=kernel)
        totals = np.matmul(rows.linear[part], kernel)
        totals *= marked[part, None, :] / (sd * math.sqrt(2 * math.pi))
        for c, values in zip(columns[part], totals, strict=True):
            total[:, c] += values
    return total


def _kernels(x: Array, centres: Array, sds: Array) -> Iterator[tuple[slice, Array]]:
    """Yield exp(-(x - centre)^2 / 2 sd^2) for a few sds at a time, shape (sds, x, centres)."""
    half_squares = -0.5 * np.square(np.subtract.outer(x, centres))
    precision = 1 / sds**2
    count = max(1, CELLS // half_squares.size)
    for start in range(0, sds.size, count):
        part = slice(start, start + count)
        kernel = np.multiply.outer(precision[part], half_squares)
        np.maximum(kernel, LEAST, out=kernel)
        yield part, np.exp(kernel, out=kernel)


def _beyond(x: Array, centres: Array, sds: Array) -> Array:
    """Share of each normal below the first and above the last node, shape (..., 2, C)."""
    return np.asarray(special.ndtr(np.stack([(x[0] - centres) / sds, (centres - x[-1]) / sds], axis=-2)))
