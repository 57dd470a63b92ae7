"""A posterior density on a grid: exact answers by integration and interpolation of its log."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.interpolation import integrals, interpolate, upsample
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Numbers
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.marginal import Answer, Tabled, like

type Array = NDArray[np.float64]

FINER = 8  # nodes of the fine grid per node of the axis
FEW = 8  # probabilities up to which they are inverted for all densities on an axis together
NEWTON_STEPS = 4  # from the chord, on a cell an eighth of a node wide
# how far the log density may rise above the higher end of a cell, a mode between nodes included
OVERSHOOT = 1.0
TINIEST, LARGEST = 1e-300, 1e150
FLOOR = -745.0  # log of the smallest positive number, relative to the mode


@checked_methods
@dataclass(frozen=True, eq=False)
class GridMarginal(Tabled):
    """A posterior density on the nodes of an axis.

    ``log_density`` has shape (axis.size,): the log density with respect to u, the stretched coordinate, up to
    a constant. ``moments`` is the highest moment known to be able to exist. ``among`` are the densities, and
    the place among them, of marginals on one axis that are integrated together once one is asked.
    """

    axis: Axis
    log_density: Array
    moments: int = 2
    among: "tuple[Densities, int] | None" = None

    @cached_property
    def _logs(self) -> Array:
        """Log density relative to the mode. Never cut off at a floor:
        a kink would spoil interpolation beside it.
        """
        logs: Array = relative(self.log_density[None])[0]
        return logs

    @cached_property
    def _fine(self) -> "Fine":
        return (
            Fine.of(self.axis, self._logs[None])
            if self.among is None
            else self.among[0].fine.row(self.among[1])
        )

    @cached_property
    def mean(self) -> float | None:
        """Posterior mean; None where its integral still grows at the ends of the grid."""
        return self._mean_and_sd[0]

    @cached_property
    def sd(self) -> float | None:
        """Posterior standard deviation; None where it does not exist."""
        return self._mean_and_sd[1]

    @cached_property
    def _mean_and_sd(self) -> tuple[float | None, float | None]:
        mean, sd = (float(each[0]) for each in moments(self.axis, self.log_density[None]))
        exists = self.moments >= 1 and not math.isnan(mean)
        return (mean if exists else None), (
            sd if exists and self.moments >= 2 and not math.isnan(sd) else None
        )

    def _quantile(self, p: Numbers) -> Answer:
        """Return the value with posterior probability ``p`` below it;
        raises ``ModelError`` outside 0 to 1.
        """
        p = np.asarray(p, float)
        if not np.all((p >= 0) & (p <= 1)):
            raise ModelError("quantile: probabilities lie between 0 and 1")
        return like(p, self.axis.x_of(self._u_below(p.reshape(-1))).reshape(p.shape))

    def _u_below(self, p: Array) -> Array:
        if self.among is None or p.size > FEW:
            alone: Array = self._fine.u_below(p)[0]
            return alone
        densities, place = self.among
        together: Array = densities.u_below(p)[place]
        return together

    def _above(self, x: Numbers) -> Answer:
        """Return the posterior probability above ``x``."""
        return like(x, self._fine.above_u(self.axis.u_of(x))[0])

    def _below(self, x: Numbers) -> Answer:
        """Return the posterior probability below ``x``."""
        return like(x, self._fine.below_u(self.axis.u_of(x))[0])

    def _density(self, x: Numbers) -> Answer:
        """Return the posterior density at ``x``, per unit of ``x``."""
        u = np.atleast_1d(self.axis.u_of(x))
        position = (u - self.axis.start) / self.axis.step
        inside = (position >= 0) & (position <= self.axis.size - 1) & np.isfinite(u)
        safe = np.where(inside, position, 0.0)
        value = interpolate(self._logs[None, :], safe[None, :])[0] - self.axis.log_slope(
            np.where(inside, u, self.axis.start)
        )
        norm = math.log(np.exp(self._logs).sum() * self.axis.step)
        return like(x, np.where(inside, np.exp(value - norm), 0.0).reshape(np.shape(x)))


@dataclass(frozen=True, eq=False)
class Densities:
    """Log densities per u of several quantities on one axis, shape (R, axis.size)."""

    axis: Axis
    log_rows: Array

    @cached_property
    def fine(self) -> "Fine":
        """All of them integrated."""
        return Fine.of(self.axis, relative(self.log_rows))

    @cached_property
    def _last(self) -> dict[bytes, Array]:
        return {}

    def u_below(self, p: Array) -> Array:
        """Invert the probability below of all of them, shape (P,) to (R, P):
        what is asked of one is soon asked of the others.
        """
        asked = p.tobytes()
        if asked not in self._last:
            self._last.clear()
            self._last[asked] = self.fine.u_below(p)
        return self._last[asked]

    def marginal(self, place: int, moments: int = 2) -> GridMarginal:
        """Return one of them."""
        return GridMarginal(self.axis, self.log_rows[place], moments, (self, place))


def relative(log_rows: Array) -> Array:
    """Log densities relative to their modes, minus infinity replaced by the lowest finite value."""
    logs: Array = log_rows - log_rows.max(axis=1, keepdims=True)
    if np.isneginf(logs.min()):
        lowest = np.min(logs, axis=1, keepdims=True, where=np.isfinite(logs), initial=0.0)
        logs = np.where(np.isneginf(logs), lowest, logs)
    return logs


def moments(axis: Axis, log_rows: Array) -> tuple[Array, Array]:
    """Return means and SDs of log densities per u, shape (R, n);
    not a number where the integral still grows at an end.
    """
    weights = np.exp(log_rows - log_rows.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    x = np.minimum(np.maximum(axis.x, -LARGEST), LARGEST)
    mean, exists = _unless_growing(weights * x)
    variance, both = _unless_growing(weights * (x - mean[:, None]) ** 2)
    return np.where(exists, mean, np.nan), np.sqrt(np.where(exists & both, variance, np.nan))


def _unless_growing(terms: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Sum rows of terms, and say whether they have stopped growing, per decade of x,
    at both ends of the grid.
    """
    sizes = np.abs(terms)
    ends, inner = sizes[:, [0, -1]], sizes[:, [3, -4]]
    grows = (ends > 1e-7 * sizes.sum(axis=1, keepdims=True)) & (ends > 0.98 * inner)
    return terms.sum(axis=1), ~grows.any(axis=1)


@dataclass(frozen=True, eq=False)
class Fine:
    """Densities per u, and probabilities below and above, on the refined axis they share;
    shape (R, nodes) each.
    """

    axis: Axis
    f: Array
    below: Array
    above: Array

    @classmethod
    def of(cls, axis: Axis, log_rows: Array) -> "Fine":
        """Integrate finite log densities per u, shape (R, n), relative to their maximum."""
        fine = axis.refined(FINER)
        # far tails fall too steeply for a polynomial
        cells = np.maximum(log_rows[:, :-1], log_rows[:, 1:]) + OVERSHOOT
        ceiling = np.concatenate([np.repeat(cells, FINER, axis=1), cells[:, -1:]], axis=1)
        f = np.minimum(upsample(log_rows, FINER), ceiling, out=ceiling)
        np.exp(np.maximum(f, FLOOR, out=f), out=f)
        cells = integrals(f, fine.step)
        total = cells.sum(axis=1, keepdims=True)
        cells /= total
        below, above = np.zeros(f.shape), np.zeros(f.shape)
        np.cumsum(cells, axis=1, out=below[:, 1:])
        np.cumsum(cells[:, ::-1], axis=1, out=above[:, -2::-1])
        return cls(fine, f / total, np.clip(below, 0.0, 1.0), np.clip(above, 0.0, 1.0))

    def row(self, place: int) -> "Fine":
        """Return one row."""
        some = slice(place, place + 1)
        return Fine(self.axis, self.f[some], self.below[some], self.above[some])

    def u_below(self, p: Array) -> Array:
        """Invert the probability below, shape (P,) to (R, P):
        bracket, then Newton on the cubic of values and densities.
        """
        last = self.axis.size - 2
        cell = np.stack([np.minimum(np.searchsorted(row, p, side="right") - 1, last) for row in self.below])
        cell = np.maximum(cell, 0)
        flat = cell + self.axis.size * np.arange(cell.shape[0])[:, None]
        f0, d0 = self.below.take(flat), self.f.take(flat)
        rise, d1 = self.below.take(flat + 1) - f0, self.f.take(flat + 1)
        d0 *= self.axis.step
        d1 *= self.axis.step
        bend, third = d1 - d0, d0 + d1 - 2 * rise
        second, over = rise - d0 - third, p - f0
        s = np.minimum(over / np.maximum(rise, TINIEST), 1.0)
        for _ in range(NEWTON_STEPS):
            step = (s * (d0 + s * (second + s * third)) - over) / np.maximum(d0 + bend * s, TINIEST)
            s = np.minimum(np.maximum(s - step, 0.0), 1.0)
        u: Array = self.axis.start + self.axis.step * (cell + s)
        if p.size and p.min() > 0 and p.max() < 1:
            return u
        return np.where(p <= 0, -np.inf, np.where(p >= 1, np.inf, u))

    def below_u(self, u: ArrayLike) -> Array:
        """Probability below u, shape (R, ...)."""
        return self._probability(u, self.below, 1.0)

    def above_u(self, u: ArrayLike) -> Array:
        """Probability above u, shape (R, ...)."""
        return self._probability(u, self.above, -1.0)

    def _probability(self, u: ArrayLike, table: Array, sign: float) -> Array:
        position = (np.asarray(u, float) - self.axis.start) / self.axis.step
        inside = np.clip(position, 0.0, self.axis.size - 1.0)
        cell = np.minimum(np.floor(inside).astype(int), self.axis.size - 2)
        slope = sign * self.axis.step
        ends = (table[:, cell], table[:, cell + 1], slope * self.f[:, cell], slope * self.f[:, cell + 1])
        value = np.clip(_cubic(inside - cell, ends), 0.0, 1.0)
        beyond = 1.0 if sign > 0 else 0.0
        return np.where(position < 0, 1.0 - beyond, np.where(position > self.axis.size - 1, beyond, value))


def _cubic(s: Array, ends: tuple[Array, Array, Array, Array]) -> Array:
    """Cubic on [0, 1] through two values with two slopes."""
    f0, f1, d0, d1 = ends
    rise = f1 - f0
    return np.asarray(f0 + s * (d0 + s * (3 * rise - 2 * d0 - d1 + s * (d0 + d1 - 2 * rise))))
