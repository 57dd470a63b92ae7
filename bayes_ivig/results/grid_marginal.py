"""A posterior density on a grid: exact answers by integration and interpolation of its log."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.interpolation import cumulative, interpolate, upsample
from bayes_ivig.results.axis import Axis
from bayes_ivig.results.marginal import Answer, like, shortest

type Array = NDArray[np.float64]

FINER = 8  # nodes of the fine grid per node of the axis
NEWTON_STEPS = 4  # from the chord, on a cell an eighth of a node wide
OVERSHOOT = 1.0  # how far the log density may rise above the higher end of a cell, a mode between nodes included
FLOOR = -745.0  # log of the smallest positive number, relative to the mode


@dataclass(frozen=True, eq=False)
class GridMarginal:
    """A posterior density on the nodes of an axis.

    ``log_density`` has shape (axis.size,): the log density with respect to u, the stretched coordinate, up to a constant.
    ``moments`` is the highest moment known to be able to exist.
    """

    axis: Axis
    log_density: Array
    moments: int = 2

    @cached_property
    def _logs(self) -> Array:
        """Log density relative to the mode. Never cut off at a floor: a kink would spoil interpolation beside it."""
        logs = self.log_density - self.log_density.max()
        return np.where(np.isneginf(logs), logs[np.isfinite(logs)].min(), logs)

    @cached_property
    def _fine(self) -> "_Fine":
        axis = self.axis.refined(FINER)
        logs = upsample(self._logs, FINER)
        cells = np.maximum(self._logs[:-1], self._logs[1:]) + OVERSHOOT  # far tails fall too steeply for a polynomial
        f = np.exp(np.clip(logs, FLOOR, np.append(np.repeat(cells, FINER), cells[-1])))
        f /= f.sum() * axis.step
        below = cumulative(f, axis.step)
        above = cumulative(f[::-1], axis.step)[::-1]
        total = below[-1]
        return _Fine(axis, f / total, np.clip(below / total, 0, 1), np.clip(above / total, 0, 1))

    @cached_property
    def mean(self) -> float | None:
        """Posterior mean; None where its integral still grows at the ends of the grid."""
        return self._moment(lambda x: x) if self.moments >= 1 else None

    @cached_property
    def sd(self) -> float | None:
        """Posterior standard deviation; None where it does not exist."""
        centre = self.mean
        if centre is None or self.moments < 2:
            return None
        variance = self._moment(lambda x: (x - centre) ** 2)
        return None if variance is None else math.sqrt(variance)

    def _moment(self, power: Callable[[Array], Array]) -> float | None:
        """Integrate a power of x, unless its integrand is still growing, per decade of x, at an end of the grid."""
        weights = np.exp(self.log_density - self.log_density.max())
        with np.errstate(over="ignore", invalid="ignore"):
            terms = weights * np.nan_to_num(power(self.axis.x), posinf=0.0)
        total = float(terms.sum())
        sizes = np.abs(terms)
        for end in (sizes[:4], sizes[:-5:-1]):
            if end[0] > 1e-7 * sizes.sum() and end[0] > 0.98 * end[3]:
                return None
        return total / float(weights.sum())

    def quantile(self, p: ArrayLike) -> Answer:
        """Return the value with posterior probability ``p`` below it; raises ``ModelError`` outside 0 to 1."""
        p = np.asarray(p, float)
        if not np.all((p >= 0) & (p <= 1)):
            raise ModelError("quantile: probabilities lie between 0 and 1")
        return like(p, self.axis.x_of(self._fine.u_below(np.atleast_1d(p))).reshape(p.shape))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the central credible interval."""
        lower, upper = np.asarray(self.quantile([(1 - level) / 2, (1 + level) / 2]))
        return float(lower), float(upper)

    def shortest_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the shortest credible interval."""
        return shortest(self.quantile, level)

    def prob_above(self, x: ArrayLike) -> Answer:
        """Return the posterior probability above ``x``."""
        return like(x, self._fine.probability(self.axis.u_of(x), self._fine.above, -1.0))

    def prob_below(self, x: ArrayLike) -> Answer:
        """Return the posterior probability below ``x``."""
        return like(x, self._fine.probability(self.axis.u_of(x), self._fine.below, 1.0))

    def prob_between(self, a: ArrayLike, b: ArrayLike) -> Answer:
        """Return the posterior probability between ``a`` and ``b``."""
        inside = 1 - np.asarray(self.prob_below(a)) - np.asarray(self.prob_above(b))
        return like(np.asarray(a) + np.asarray(b), np.maximum(inside, 0.0))

    def density(self, x: ArrayLike) -> Answer:
        """Return the posterior density at ``x``, per unit of ``x``."""
        u = np.atleast_1d(self.axis.u_of(x))
        position = (u - self.axis.start) / self.axis.step
        inside = (position >= 0) & (position <= self.axis.size - 1) & np.isfinite(u)
        safe = np.where(inside, position, 0.0)
        value = interpolate(self._logs[None, :], safe[None, :])[0] - self.axis.log_slope(np.where(inside, u, self.axis.start))
        norm = math.log(np.exp(self._logs).sum() * self.axis.step)
        return like(x, np.where(inside, np.exp(value - norm), 0.0).reshape(np.shape(x)))


@dataclass(frozen=True, eq=False)
class _Fine:
    """Density per u, and probability below and above, on the refined axis."""

    axis: Axis
    f: Array
    below: Array
    above: Array

    def u_below(self, p: Array) -> Array:
        """Invert the probability below: bracket on the grid, then Newton on the cubic that matches values and densities."""
        cell = np.clip(np.searchsorted(self.below, p, side="right") - 1, 0, self.axis.size - 2)
        f0, f1 = self.below[cell], self.below[cell + 1]
        d0, d1 = self.f[cell] * self.axis.step, self.f[cell + 1] * self.axis.step
        ends = (f0, f1, d0, d1)
        with np.errstate(divide="ignore", invalid="ignore"):
            s = np.clip(np.nan_to_num((p - f0) / (f1 - f0)), 0.0, 1.0)
            for _ in range(NEWTON_STEPS):
                slope = np.maximum(d0 + (d1 - d0) * s, 1e-300)
                s = np.clip(s - (_cubic(s, ends) - p) / slope, 0.0, 1.0)
        u = self.axis.start + self.axis.step * (cell + s)
        return np.where(p <= 0, -np.inf, np.where(p >= 1, np.inf, u))

    def probability(self, u: ArrayLike, table: Array, sign: float) -> Array:
        """Evaluate one of the two probability tables at u."""
        position = (np.asarray(u, float) - self.axis.start) / self.axis.step
        inside = np.clip(position, 0.0, self.axis.size - 1.0)
        cell = np.minimum(np.floor(inside).astype(int), self.axis.size - 2)
        slopes = sign * self.f[cell] * self.axis.step, sign * self.f[cell + 1] * self.axis.step
        value = np.clip(_cubic(inside - cell, (table[cell], table[cell + 1], *slopes)), 0.0, 1.0)
        beyond = 1.0 if sign > 0 else 0.0
        return np.where(position < 0, 1.0 - beyond, np.where(position > self.axis.size - 1, beyond, value))


def _cubic(s: Array, ends: tuple[Array, Array, Array, Array]) -> Array:
    """Cubic on [0, 1] through two values with two slopes."""
    f0, f1, d0, d1 = ends
    rise = f1 - f0
    return np.asarray(f0 + s * (d0 + s * (3 * rise - 2 * d0 - d1 + s * (d0 + d1 - 2 * rise))))
