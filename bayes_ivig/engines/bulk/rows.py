"""Posterior densities of many cases on the nodes of one axis, and the answers of all of them at once.

The same interpolation as ``results.marginals.grid.GridMarginal``, row by row: the log density is interpolated
between the nodes, its exponential integrated on the finer nodes, and the integral inverted by the cubic that
matches values and slopes.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.interpolation import POINTS, cumulative, stencil, upsampling
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]

FINER = 4  # nodes of the fine grid per node of the axis
NEWTON_STEPS = 4
# how far a log density may rise above the higher end of a cell, a mode between nodes included
OVERSHOOT = 1.0
# log relative to the mode that counts as zero; far less and products of it would be slow to compute with
FLOOR = -600.0
# share of an integral beyond which its end nodes must fall, and by what factor over four nodes
GROWING = (1e-7, 0.98)
PROBABILITIES = np.array([0.025, 0.5, 0.975])  # of the quantiles that errors are stated for


@dataclass(frozen=True, eq=False)
class Rows:
    """N densities on one axis: ``logs`` has shape (N, axis.size),
    log densities with respect to u up to a constant per row.
    """

    axis: Axis
    logs: Array

    @cached_property
    def _relative(self) -> Array:
        return _relative(self.logs)

    @cached_property
    def fine_axis(self) -> Axis:
        """The axis of ``below`` and ``density``."""
        return self.axis.refined(FINER)

    @cached_property
    def _tables(self) -> tuple[Array, Array]:
        f = denser(self._relative, FINER)
        np.exp(np.maximum(f, FLOOR, out=f), out=f)
        below = cumulative(f, self.fine_axis.step)
        total = below[:, -1:].copy()
        f /= total
        below /= total
        return f, np.clip(below, 0.0, 1.0, out=below)

    @property
    def density(self) -> Array:
        """Densities per u on the fine axis, shape (N, fine_axis.size)."""
        return self._tables[0]

    @property
    def below(self) -> Array:
        """Probabilities below the nodes of the fine axis, shape (N, fine_axis.size)."""
        return self._tables[1]

    @cached_property
    def _sums(self) -> tuple[Array, Array]:
        return _shares(self._relative)

    @property
    def _weights(self) -> Array:
        """Probability of every node of the axis, for sums."""
        return self._sums[0]

    @cached_property
    def log_total(self) -> Array:
        """Log integral of each density, shape (N,)."""
        return np.asarray(self.logs.max(axis=1) + np.log(self._sums[1] * self.axis.step))

    @cached_property
    def mean(self) -> Array:
        """Means, shape (N,); NaN where the integral still grows at the ends of the axis."""
        return self._moment(self.axis.x)

    @cached_property
    def sd(self) -> Array:
        """Standard deviations, shape (N,); NaN where they do not exist."""
        x = self.axis.x
        middle = np.nan_to_num(self._weights @ x)
        with np.errstate(over="ignore", invalid="ignore"):
            shift = float(np.median(middle))  # keeps the squares small, so that their difference is exact
            variance = self._moment((x - shift) ** 2) - (middle - shift) ** 2
            return np.sqrt(np.where(np.isnan(self.mean), np.nan, np.maximum(variance, 0.0)))

    def _moment(self, power: Array) -> Array:
        """Integrate powers of x, shape (axis.size,), unless their sums still grow, per decade of x,
        at an end of the axis.
        """
        w, sizes = self._weights, np.abs(power)
        share, factor = GROWING
        least = share * (w @ sizes)
        grows = np.zeros(len(w), bool)
        for end, inner in ((0, 3), (-1, -4)):
            outermost = w[:, end] * sizes[end]
            grows |= (outermost > least) & (outermost > factor * w[:, inner] * sizes[inner])
        return np.where(grows, np.nan, w @ power)

    def quantile(self, p: Array) -> Array:
        """Return the values with probabilities ``p`` (P,) below them, shape (N, P),
        on the parameter's own scale.
        """
        return self.axis.x_of(self._u_below(p))

    def _u_below(self, p: Array) -> Array:
        f, below = self._tables
        cell = _cells(below, p)
        ends = (_at(below, cell), _at(below, cell + 1), _at(f, cell), _at(f, cell + 1))
        axis = self.fine_axis
        return axis.start + axis.step * (cell + _crossing(p, ends, axis.step))

    def above(self, x: Array) -> Array:
        """Return the probabilities above the values ``x`` (X,), shape (N, X)."""
        f, below = self._tables
        axis = self.fine_axis
        position = (self.axis.u_of(x) - axis.start) / axis.step
        inside = np.clip(position, 0.0, axis.size - 1.0)
        cell = np.minimum(inside.astype(np.intp), axis.size - 2)
        ends = (below[:, cell], below[:, cell + 1], f[:, cell] * axis.step, f[:, cell + 1] * axis.step)
        chances = 1.0 - np.clip(_cubic(inside - cell, ends), 0.0, 1.0)
        return np.where(position < 0, 1.0, np.where(position > axis.size - 1, 0.0, chances))

    @cached_property
    def unit(self) -> Array:
        """What errors are measured in, shape (N,): the SD, or a quarter of the central 95% interval
        where there is none.
        """
        unit = self.sd
        if np.isnan(unit).any():
            ends = self.quantile(PROBABILITIES[[0, 2]])
            unit = np.where(np.isnan(unit), (ends[:, 1] - ends[:, 0]) / 4, unit)
        return np.where(unit > 0, unit, 1.0)

    def ends_share(self) -> Array:
        """Return the share of each density on the outermost nodes, shape (N,):
        about what lies beyond the axis.
        """
        return np.asarray(self._weights[:, [0, -1]].sum(axis=1))

    def thinned(self) -> "Rows":
        """Return the densities on every second node."""
        return Rows(self.axis.halved(), self.logs[:, ::2])

    @cached_property
    def _checked(self) -> tuple[Index, Array]:
        """Cells of the axis in which the checked quantiles lie, and density over slope there:
        what turns gaps into distances.
        """
        cell = _cells(np.cumsum(self._weights, axis=1), PROBABILITIES)
        slope = np.exp(self.axis.log_slope(self.axis.u[cell]))
        least = np.maximum(_at(self._weights, cell), _at(self._weights, cell + 1)) / self.axis.step
        return cell, np.asarray(np.maximum(least, 1e-300) / slope * self.unit[:, None])

    def moved(self, other: "Rows") -> Array:
        """Return how far the checked numbers lie from those of another computation on the same nodes
        or on every second.

        Quantiles and moments in units of ``unit``, probabilities as they are; the largest of all, shape (N,).
        NaN where the other has too few nodes to tell.
        """
        same = other.axis.step == self.axis.step
        theirs = other._weights if same else _shares(_relative(denser(other._relative, 2)))[0]
        size = min(theirs.shape[1], self.axis.size)  # an axis of even size loses its last node when halved
        gap = np.abs(np.cumsum(self._weights[:, :size] - theirs[:, :size], axis=1))
        cell, per_unit = self._checked
        cell = np.minimum(cell, size - 2)
        quantiles = (np.maximum(_at(gap, cell), _at(gap, cell + 1)) / per_unit).max(axis=1)
        # NaN: do not exist
        moments = np.fmax(np.abs(other.mean - self.mean), np.abs(other.sd - self.sd)) / self.unit
        return np.asarray(np.maximum(np.maximum(quantiles, gap.max(axis=1)), np.nan_to_num(moments)))


def denser(logs: Array, factor: int) -> Array:
    """Return log densities (N, n) with ``factor`` nodes in place of one;
    NaN where there are too few to interpolate.
    """
    size = logs.shape[1]
    if size < POINTS:
        return np.full((len(logs), (size - 1) * factor + 1), np.nan)
    fine = logs @ upsampling(size, factor)
    cells = np.maximum(logs[:, :-1], logs[:, 1:]) + OVERSHOOT
    inner = fine[:, :-1].reshape(*cells.shape, factor)
    np.minimum(inner, cells[:, :, None], out=inner)  # far tails fall too steeply for a polynomial
    return np.asarray(fine)


def _relative(logs: Array) -> Array:
    """Log densities relative to each row's mode, what is zero replaced by the row's lowest value:
    no kink to interpolate.
    """
    with np.errstate(invalid="ignore"):
        logs = logs - logs.max(axis=1, keepdims=True)
    if not np.isfinite(logs.sum()):
        empty = ~np.isfinite(logs)
        lowest = np.where(empty, np.inf, logs).min(axis=1, keepdims=True)
        logs = np.where(empty, np.where(np.isfinite(lowest), lowest, np.nan), logs)
    return np.asarray(logs)


def _shares(relative: Array) -> tuple[Array, Array]:
    """Return each node's share of its row, shape (N, n), and the rows' sums, shape (N,)."""
    weights = np.exp(np.maximum(relative, FLOOR))
    total = weights.sum(axis=1)
    weights /= total[:, None]
    return weights, total


def invert(below: Array, axis: Axis, p: Array) -> Array:
    """Return the values where cumulative probabilities (N, axis.size), known at the nodes alone,
    reach ``p`` (P,): (N, P).

    Eight-point interpolation and Newton's steps inside the cell; NaN where the nodes do not reach as far.
    """
    cell = _cells(below, p)
    rows = np.arange(len(below))[:, None]
    low, high = cell.astype(float), cell + 1.0
    at = low + 0.5
    for _ in range(2 * NEWTON_STEPS):
        first, (weights, slopes) = stencil(at, axis.size, derivatives=1)
        near = below[rows[..., None], first[..., None] + np.arange(weights.shape[-1])]
        excess, slope = (near * weights).sum(axis=-1) - p, (near * slopes).sum(axis=-1)
        low, high = np.where(excess < 0, at, low), np.where(excess < 0, high, at)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = at - excess / slope
        at = np.where((step >= low) & (step <= high), step, (low + high) / 2)
    reached = (below[:, :1] <= p) & (below[:, -1:] >= p)
    return np.where(reached, axis.x_of(axis.start + axis.step * at), np.nan)


def _cells(below: Array, p: Array) -> Index:
    """Return the cell of each row in which each probability is reached, shape (N, P)."""
    counts = np.empty((len(below), p.size), np.intp)
    for i, one in enumerate(p):
        counts[:, i] = np.count_nonzero(below <= one, axis=1)
    return np.asarray(np.clip(counts - 1, 0, below.shape[1] - 2))


def _at(rows: Array, cell: Index) -> Array:
    return np.take_along_axis(rows, cell, axis=1)


def _crossing(p: Array, ends: tuple[Array, Array, Array, Array], step: float) -> Array:
    """Return where in its cell, from 0 to 1, the cubic through two values with two slopes reaches ``p``."""
    f0, f1, d0, d1 = ends[0], ends[1], ends[2] * step, ends[3] * step
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.clip(np.nan_to_num((p - f0) / (f1 - f0)), 0.0, 1.0)
    for _ in range(NEWTON_STEPS):
        slope = np.maximum(d0 + (d1 - d0) * s, 1e-300)
        s = np.clip(s - (_cubic(s, (f0, f1, d0, d1)) - p) / slope, 0.0, 1.0)
    return s


def _cubic(s: Array, ends: tuple[Array, Array, Array, Array]) -> Array:
    """Cubic on [0, 1] through two values with two slopes."""
    f0, f1, d0, d1 = ends
    rise = f1 - f0
    return np.asarray(f0 + s * (d0 + s * (3 * rise - 2 * d0 - d1 + s * (d0 + d1 - 2 * rise))))
