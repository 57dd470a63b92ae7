"""The posterior of one quantity, which answers questions: on a grid (exact), from draws, or a single point.

All probabilities and intervals are posterior ones (credible intervals). Methods take a scalar or an array and return the same.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.interpolation import cumulative, interpolate, upsampling
from bayes_ivig.results.axis import Axis

type Array = NDArray[np.float64]
type Answer = float | Array

FINER = 8  # nodes of the fine grid per node of the axis
NEWTON_STEPS = 4  # from the chord, on a cell an eighth of a node wide
FLOOR = -745.0  # log of the smallest positive number, relative to the mode


@runtime_checkable
class Marginal(Protocol):
    """What every posterior of one quantity can answer, on that quantity's own scale."""

    @property
    def mean(self) -> float | None:
        """Posterior mean, or None where it does not exist."""

    @property
    def sd(self) -> float | None:
        """Posterior standard deviation, or None where it does not exist."""

    def quantile(self, p: ArrayLike) -> Answer:
        """Return the value with posterior probability ``p`` below it."""

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the central credible interval."""

    def shortest_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the shortest credible interval."""

    def prob_above(self, x: ArrayLike) -> Answer:
        """Return the posterior probability above ``x``."""

    def prob_below(self, x: ArrayLike) -> Answer:
        """Return the posterior probability below ``x``."""

    def prob_between(self, a: ArrayLike, b: ArrayLike) -> Answer:
        """Return the posterior probability between ``a`` and ``b``."""

    def density(self, x: ArrayLike) -> Answer:
        """Return the posterior density at ``x``."""


@dataclass(frozen=True, eq=False)
class GridMarginal:
    """A posterior density on the nodes of an axis.

    ``log_density`` has shape (axis.size,): the log density with respect to u, the stretched coordinate, up to a constant.
    """

    axis: Axis
    log_density: Array

    @cached_property
    def _logs(self) -> Array:
        """Log density relative to the mode. Never cut off at a floor: a kink would spoil interpolation beside it."""
        logs = self.log_density - self.log_density.max()
        return np.where(np.isneginf(logs), logs[np.isfinite(logs)].min(), logs)

    @cached_property
    def _fine(self) -> "_Fine":
        axis = self.axis.refined(FINER)
        f = np.exp(np.maximum(self._logs @ upsampling(self.axis.size, FINER), FLOOR))
        f /= f.sum() * axis.step
        below = cumulative(f, axis.step)
        above = cumulative(f[::-1], axis.step)[::-1]
        total = below[-1]
        return _Fine(axis, f / total, np.clip(below / total, 0, 1), np.clip(above / total, 0, 1))

    @cached_property
    def mean(self) -> float | None:
        """Posterior mean; None where its integral still grows at the ends of the grid."""
        return self._moment(lambda x: x)

    @cached_property
    def sd(self) -> float | None:
        """Posterior standard deviation; None where it does not exist."""
        if self.mean is None:
            return None
        variance = self._moment(lambda x: (x - self.mean) ** 2)
        return None if variance is None else math.sqrt(variance)

    def _moment(self, power: "Moment") -> float | None:
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
        return _like(p, self.axis.x_of(self._fine.u_below(np.atleast_1d(p))).reshape(p.shape))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the central credible interval."""
        lower, upper = np.asarray(self.quantile([(1 - level) / 2, (1 + level) / 2]))
        return float(lower), float(upper)

    def shortest_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the shortest credible interval."""
        return shortest(self.quantile, level)

    def prob_above(self, x: ArrayLike) -> Answer:
        """Return the posterior probability above ``x``."""
        return _like(x, self._fine.probability(self.axis.u_of(x), self._fine.above, -1.0))

    def prob_below(self, x: ArrayLike) -> Answer:
        """Return the posterior probability below ``x``."""
        return _like(x, self._fine.probability(self.axis.u_of(x), self._fine.below, 1.0))

    def prob_between(self, a: ArrayLike, b: ArrayLike) -> Answer:
        """Return the posterior probability between ``a`` and ``b``."""
        inside = 1 - np.asarray(self.prob_below(a)) - np.asarray(self.prob_above(b))
        return _like(np.asarray(a) + np.asarray(b), np.maximum(inside, 0.0))

    def density(self, x: ArrayLike) -> Answer:
        """Return the posterior density at ``x``, per unit of ``x``."""
        u = np.atleast_1d(self.axis.u_of(x))
        position = (u - self.axis.start) / self.axis.step
        inside = (position >= 0) & (position <= self.axis.size - 1) & np.isfinite(u)
        safe = np.where(inside, position, 0.0)
        value = interpolate(self._logs[None, :], safe[None, :])[0] - self.axis.log_slope(np.where(inside, u, self.axis.start))
        norm = math.log(np.exp(self._logs).sum() * self.axis.step)
        return _like(x, np.where(inside, np.exp(value - norm), 0.0).reshape(np.shape(x)))


class Moment(Protocol):
    """A function of the parameter to integrate."""

    def __call__(self, x: Array, /) -> Array: ...


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


@dataclass(frozen=True, eq=False)
class DrawsMarginal:
    """Posterior draws of one quantity, shape (chains, draws)."""

    draws: Array

    @cached_property
    def _sorted(self) -> Array:
        return np.sort(self.draws, axis=None)

    @property
    def mean(self) -> float | None:
        """Mean of the draws."""
        return float(self.draws.mean())

    @property
    def sd(self) -> float | None:
        """Standard deviation of the draws."""
        return float(self.draws.std(ddof=1))

    def quantile(self, p: ArrayLike) -> Answer:
        """Return quantiles of the draws."""
        return _like(p, np.quantile(self._sorted, p))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the central credible interval."""
        lower, upper = np.quantile(self._sorted, [(1 - level) / 2, (1 + level) / 2])
        return float(lower), float(upper)

    def shortest_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the shortest interval that holds ``level`` of the draws."""
        held = math.ceil(level * self._sorted.size)
        widths = self._sorted[held - 1 :] - self._sorted[: self._sorted.size - held + 1]
        first = int(np.argmin(widths))
        return float(self._sorted[first]), float(self._sorted[first + held - 1])

    def prob_above(self, x: ArrayLike) -> Answer:
        """Return the share of draws above ``x``."""
        return _like(x, 1 - np.searchsorted(self._sorted, x, side="right") / self._sorted.size)

    def prob_below(self, x: ArrayLike) -> Answer:
        """Return the share of draws below ``x``."""
        return _like(x, np.searchsorted(self._sorted, x, side="left") / self._sorted.size)

    def prob_between(self, a: ArrayLike, b: ArrayLike) -> Answer:
        """Return the share of draws between ``a`` and ``b``."""
        inside = np.asarray(self.prob_above(a)) - np.asarray(self.prob_above(b))
        return _like(np.asarray(a) + np.asarray(b), np.maximum(inside, 0.0))

    def density(self, x: ArrayLike) -> Answer:
        """Return a Gaussian kernel estimate with Silverman's bandwidth."""
        spread = min(float(self.draws.std()), float(np.subtract(*np.quantile(self._sorted, [0.75, 0.25]))) / 1.34)
        width = 0.9 * max(spread, 1e-12) * self._sorted.size ** (-0.2)
        z = (np.atleast_1d(np.asarray(x, float))[..., None] - self._sorted[:: max(1, self._sorted.size // 2000)]) / width
        return _like(x, (np.exp(-0.5 * z * z).mean(axis=-1) / (width * math.sqrt(2 * math.pi))).reshape(np.shape(x)))


@dataclass(frozen=True)
class PointMarginal:
    """A quantity known exactly: tau under a common-effect model."""

    value: float

    @property
    def mean(self) -> float | None:
        """The value."""
        return self.value

    @property
    def sd(self) -> float | None:
        """Zero."""
        return 0.0

    def quantile(self, p: ArrayLike) -> Answer:
        """Return the value."""
        return _like(p, np.full(np.shape(p), self.value))

    def interval(self, level: float = 0.95) -> tuple[float, float]:  # noqa: ARG002 - the same at every level
        """Return the value twice."""
        return self.value, self.value

    def shortest_interval(self, level: float = 0.95) -> tuple[float, float]:  # noqa: ARG002
        """Return the value twice."""
        return self.value, self.value

    def prob_above(self, x: ArrayLike) -> Answer:
        """Return 1 where ``x`` is below the value."""
        return _like(x, (self.value > np.asarray(x, float)).astype(float))

    def prob_below(self, x: ArrayLike) -> Answer:
        """Return 1 where ``x`` is above the value."""
        return _like(x, (self.value < np.asarray(x, float)).astype(float))

    def prob_between(self, a: ArrayLike, b: ArrayLike) -> Answer:
        """Return 1 where the value lies between."""
        return _like(np.asarray(a) + np.asarray(b), ((np.asarray(a) < self.value) & (self.value < np.asarray(b))) * 1.0)

    def density(self, x: ArrayLike) -> Answer:
        """Return infinity at the value and 0 elsewhere."""
        return _like(x, np.where(np.asarray(x, float) == self.value, np.inf, 0.0))


class _Quantile(Protocol):
    def __call__(self, p: ArrayLike, /) -> Answer: ...


def shortest(quantile: _Quantile, level: float) -> tuple[float, float]:
    """Return the shortest of all intervals that hold ``level``: a scan over the probability below, refined four times."""
    low, high = 0.0, 1 - level
    best = 0.0
    for _ in range(4):
        below = np.linspace(low, high, 201)
        with np.errstate(invalid="ignore"):
            widths = np.asarray(quantile(np.minimum(below + level, 1.0))) - np.asarray(quantile(below))
        widths = np.where(np.isfinite(widths), widths, np.inf)
        best = float(below[int(np.argmin(widths))])
        step = (high - low) / 200
        low, high = max(0.0, best - step), min(1 - level, best + step)
    lower, upper = np.asarray(quantile([best, min(best + level, 1.0)]))
    return float(lower), float(upper)


def _like(asked: ArrayLike, answer: ArrayLike) -> Answer:
    """Give a float for a scalar question and an array for an array."""
    return float(np.asarray(answer)) if np.ndim(asked) == 0 else np.asarray(answer, float)
