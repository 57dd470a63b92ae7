"""The posterior of one quantity, which answers questions: the protocol, posterior draws, and a single point.

All probabilities and intervals are posterior ones (credible intervals).
Methods take a scalar or an array and return the same.
"""

import math
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, overload, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level, Numbers, Probability, Scalar, Several, Values
from bayes_ivig.results.shown import Result, Shown, checked_level, limited

if TYPE_CHECKING:
    import pandas as pd

type Array = NDArray[np.float64]
type Answer = float | Array


@runtime_checkable
class Marginal(Result, Protocol):
    """What every posterior of one quantity can answer, on that quantity's own scale.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("my.csv"))
    >>> log_odds_ratio, odds_ratio = post["mu"], post.odds_ratio
    >>> round(log_odds_ratio.median, 2), round(odds_ratio.median, 2)
    (-0.98, 0.38)
    >>> [round(limit, 2) for limit in odds_ratio.interval(0.9)], round(odds_ratio.prob_below(0.8), 2)
    ([0.2, 0.66], 0.98)
    """

    @property
    def mean(self) -> float | None:
        """Posterior mean, or None where it does not exist."""

    @property
    def sd(self) -> float | None:
        """Posterior standard deviation, or None where it does not exist."""

    @property
    def median(self) -> float:
        """Posterior median."""

    @overload
    def quantile(self, p: Scalar) -> float: ...
    @overload
    def quantile(self, p: Several) -> Array: ...
    @overload
    def quantile(self, p: Numbers) -> Answer: ...
    def quantile(self, p: Probability) -> Answer:
        """Return the value with posterior probability ``p`` below it."""

    def interval(self, level: Level = 0.95) -> tuple[float, float]:
        """Return the central credible interval."""

    def shortest_interval(self, level: Level = 0.95) -> tuple[float, float]:
        """Return the shortest credible interval."""

    @overload
    def prob_above(self, x: Scalar) -> float: ...
    @overload
    def prob_above(self, x: Several) -> Array: ...
    @overload
    def prob_above(self, x: Numbers) -> Answer: ...
    def prob_above(self, x: Values) -> Answer:
        """Return the posterior probability above ``x``."""

    @overload
    def prob_below(self, x: Scalar) -> float: ...
    @overload
    def prob_below(self, x: Several) -> Array: ...
    @overload
    def prob_below(self, x: Numbers) -> Answer: ...
    def prob_below(self, x: Values) -> Answer:
        """Return the posterior probability below ``x``."""

    @overload
    def prob_between(self, a: Scalar, b: Scalar) -> float: ...
    @overload
    def prob_between(self, a: Several, b: Several) -> Array: ...
    @overload
    def prob_between(self, a: Numbers, b: Numbers) -> Answer: ...
    def prob_between(self, a: Values, b: Values) -> Answer:
        """Return the posterior probability between ``a`` and ``b``.

        >>> import bayes_ivig as bi
        >>> odds_ratio = bi.fit(bi.load_dataset("my.csv")).odds_ratio
        >>> round(odds_ratio.prob_between(0.8, 1.25), 3)
        0.016
        """

    @overload
    def density(self, x: Scalar) -> float: ...
    @overload
    def density(self, x: Several) -> Array: ...
    @overload
    def density(self, x: Numbers) -> Answer: ...
    def density(self, x: Values) -> Answer:
        """Return the posterior density at ``x``."""


@checked_methods
class Tabled(Shown):
    """Gives a marginal its table."""

    __slots__ = ()
    KIND = "Marginal"

    @property
    def median(self: Marginal) -> float:
        """Posterior median, on the quantity's own scale."""
        return float(self.quantile(0.5))

    @overload
    def quantile(self, p: Scalar) -> float: ...
    @overload
    def quantile(self, p: Several) -> Array: ...
    @overload
    def quantile(self, p: Numbers) -> Answer: ...
    def quantile(self, p: Probability) -> Answer:
        """Return the value with posterior probability ``p`` below it."""
        return self._quantile(p)

    @overload
    def prob_above(self, x: Scalar) -> float: ...
    @overload
    def prob_above(self, x: Several) -> Array: ...
    @overload
    def prob_above(self, x: Numbers) -> Answer: ...
    def prob_above(self, x: Values) -> Answer:
        """Return the posterior probability above ``x``."""
        return self._above(x)

    @overload
    def prob_below(self, x: Scalar) -> float: ...
    @overload
    def prob_below(self, x: Several) -> Array: ...
    @overload
    def prob_below(self, x: Numbers) -> Answer: ...
    def prob_below(self, x: Values) -> Answer:
        """Return the posterior probability below ``x``."""
        return self._below(x)

    @overload
    def prob_between(self, a: Scalar, b: Scalar) -> float: ...
    @overload
    def prob_between(self, a: Several, b: Several) -> Array: ...
    @overload
    def prob_between(self, a: Numbers, b: Numbers) -> Answer: ...
    def prob_between(self, a: Values, b: Values) -> Answer:
        """Return the posterior probability between ``a`` and ``b``."""
        return self._between(a, b)

    @overload
    def density(self, x: Scalar) -> float: ...
    @overload
    def density(self, x: Several) -> Array: ...
    @overload
    def density(self, x: Numbers) -> Answer: ...
    def density(self, x: Values) -> Answer:
        """Return the posterior density at ``x``."""
        return self._density(x)

    def interval(self, level: Level = 0.95) -> tuple[float, float]:
        """Return the central credible interval."""
        lower, upper = self.quantile([(1 - level) / 2, (1 + level) / 2])
        return float(lower), float(upper)

    def shortest_interval(self, level: Level = 0.95) -> tuple[float, float]:
        """Return the shortest credible interval, on this quantity's own scale."""
        return shortest(self.quantile, level)

    @abstractmethod
    def _quantile(self, p: Numbers) -> Answer:
        """Return the value with probability ``p`` below it."""

    @abstractmethod
    def _above(self, x: Numbers) -> Answer:
        """Return the probability above ``x``."""

    @abstractmethod
    def _below(self, x: Numbers) -> Answer:
        """Return the probability below ``x``."""

    def _between(self, a: Numbers, b: Numbers) -> Answer:
        inside = 1 - np.asarray(self._below(a)) - np.asarray(self._above(b))
        return like(np.asarray(a) + np.asarray(b), np.maximum(inside, 0.0))

    @abstractmethod
    def _density(self, x: Numbers) -> Answer:
        """Return the density at ``x``."""

    def table(self: Marginal, level: Level = 0.95) -> "pd.DataFrame":
        """Return mean, SD, median and central limits as one row, on the quantity's own scale."""
        import pandas as pd

        return pd.DataFrame([numbers(self, level)])


@checked_methods
@dataclass(frozen=True, eq=False)
class DrawsMarginal(Tabled):
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

    def _quantile(self, p: Numbers) -> Answer:
        """Return quantiles of the draws."""
        return like(p, np.quantile(self._sorted, np.asarray(p, float)))

    def interval(self, level: Level = 0.95) -> tuple[float, float]:
        """Return the central credible interval."""
        lower, upper = np.quantile(self._sorted, [(1 - level) / 2, (1 + level) / 2])
        return float(lower), float(upper)

    def shortest_interval(self, level: Level = 0.95) -> tuple[float, float]:
        """Return the shortest interval that holds ``level`` of the draws."""
        held = math.ceil(level * self._sorted.size)
        widths = self._sorted[held - 1 :] - self._sorted[: self._sorted.size - held + 1]
        first = int(np.argmin(widths))
        return float(self._sorted[first]), float(self._sorted[first + held - 1])

    def _above(self, x: Numbers) -> Answer:
        """Return the share of draws above ``x``."""
        return like(x, 1 - np.searchsorted(self._sorted, x, side="right") / self._sorted.size)

    def _below(self, x: Numbers) -> Answer:
        """Return the share of draws below ``x``."""
        return like(x, np.searchsorted(self._sorted, x, side="left") / self._sorted.size)

    def _between(self, a: Numbers, b: Numbers) -> Answer:
        """Return the share of draws between ``a`` and ``b``."""
        inside = np.asarray(self.prob_above(a)) - np.asarray(self.prob_above(b))
        return like(np.asarray(a) + np.asarray(b), np.maximum(inside, 0.0))

    def _density(self, x: Numbers) -> Answer:
        """Return a Gaussian kernel estimate with Silverman's bandwidth."""
        spread = min(
            float(self.draws.std()), float(np.subtract(*np.quantile(self._sorted, [0.75, 0.25]))) / 1.34
        )
        width = 0.9 * max(spread, 1e-12) * self._sorted.size ** (-0.2)
        z = (
            np.atleast_1d(np.asarray(x, float))[..., None]
            - self._sorted[:: max(1, self._sorted.size // 2000)]
        ) / width
        return like(
            x, (np.exp(-0.5 * z * z).mean(axis=-1) / (width * math.sqrt(2 * math.pi))).reshape(np.shape(x))
        )


@checked_methods
@dataclass(frozen=True)
class PointMarginal(Tabled):
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

    def _quantile(self, p: Numbers) -> Answer:
        """Return the value."""
        return like(p, np.full(np.shape(p), self.value))

    def interval(self, level: Level = 0.95) -> tuple[float, float]:  # noqa: ARG002 - the same at every level
        """Return the value twice."""
        return self.value, self.value

    def shortest_interval(self, level: Level = 0.95) -> tuple[float, float]:  # noqa: ARG002
        """Return the value twice."""
        return self.value, self.value

    def _above(self, x: Numbers) -> Answer:
        """Return 1 where ``x`` is below the value."""
        return like(x, (self.value > np.asarray(x, float)).astype(float))

    def _below(self, x: Numbers) -> Answer:
        """Return 1 where ``x`` is above the value."""
        return like(x, (self.value < np.asarray(x, float)).astype(float))

    def _between(self, a: Numbers, b: Numbers) -> Answer:
        """Return 1 where the value lies between."""
        return like(
            np.asarray(a) + np.asarray(b), ((np.asarray(a) < self.value) & (self.value < np.asarray(b))) * 1.0
        )

    def _density(self, x: Numbers) -> Answer:
        """Return infinity at the value and 0 elsewhere."""
        return like(x, np.where(np.asarray(x, float) == self.value, np.inf, 0.0))


def numbers(marginal: Marginal, level: float) -> dict[str, float | None]:
    """Return mean, SD, median and central credible limits by the names they have in tables."""
    lower, upper = marginal.interval(checked_level(level))
    limits = limited((marginal.median, lower, upper), level)
    return {"mean": marginal.mean, "sd": marginal.sd, **limits}


def shortest(quantile: Callable[[Several], Array], level: float) -> tuple[float, float]:
    """Return the shortest of all intervals that hold ``level``:
    a scan over the probability below, refined four times.
    """
    low, high = 0.0, 1 - level
    best = 0.0
    for _ in range(4):
        below = np.linspace(low, high, 201)
        with np.errstate(invalid="ignore"):
            widths = quantile(np.minimum(below + level, 1.0)) - quantile(below)
        widths = np.where(np.isfinite(widths), widths, np.inf)
        best = float(below[int(np.argmin(widths))])
        step = (high - low) / 200
        low, high = max(0.0, best - step), min(1 - level, best + step)
    lower, upper = quantile([best, min(best + level, 1.0)])
    return float(lower), float(upper)


def like(asked: ArrayLike, answer: ArrayLike) -> Answer:
    """Give a float for a scalar question and an array for an array."""
    return float(np.asarray(answer)) if np.ndim(asked) == 0 else np.asarray(answer, float)
