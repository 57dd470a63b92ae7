"""A marginal seen through a monotone map: the same posterior on another scale,
with no approximation added.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Numbers
from bayes_ivig.results.marginals.marginal import Answer, Array, Marginal, Tabled, like
from bayes_ivig.results.marginals.quantile_quadrature import mean_and_sd, probabilities

BEYOND = 1e-3  # of a value that comes back from the map and its inverse


@checked_methods
@dataclass(frozen=True, eq=False)
class MappedMarginal(Tabled):
    """Posterior of ``forward(x)`` where x has the marginal ``base``;
    ``inverse`` undoes it, ``increasing`` is its direction.

    Both functions take and give arrays. Probabilities and quantiles are those of ``base``; mean and SD
    integrate over its quantiles. ``moments`` is the highest moment known to exist: 2 for whatever is bounded,
    0 where even a mean need not. ``slope`` is the derivative of ``forward``, by central differences unless
    given.
    """

    base: Marginal
    forward: Callable[[Array], Array]
    inverse: Callable[[Array], Array]
    increasing: bool = True
    moments: int = 2
    slope: Callable[[Array], Array] | None = None

    @cached_property
    def _mean_and_sd(self) -> tuple[float, float]:
        """Mean and SD, integrated over the quantiles of ``base``."""
        p, shares = probabilities()
        return mean_and_sd(self.forward(np.asarray(self.base.quantile(p))), shares)

    @property
    def mean(self) -> float | None:
        """Posterior mean; None where it need not exist."""
        return self._mean_and_sd[0] if self.moments >= 1 else None

    @property
    def sd(self) -> float | None:
        """Posterior standard deviation; None where it need not exist."""
        return self._mean_and_sd[1] if self.moments >= 2 else None

    def _quantile(self, p: Numbers) -> Answer:
        """Return the value with posterior probability ``p`` below it."""
        p = np.asarray(p, float)
        return like(p, self.forward(np.asarray(self.base.quantile(p if self.increasing else 1 - p))))

    def _above(self, x: Numbers) -> Answer:
        """Return the posterior probability above ``x``."""
        at = self.inverse(np.asarray(x, float))
        return like(x, self.base.prob_above(at) if self.increasing else self.base.prob_below(at))

    def _below(self, x: Numbers) -> Answer:
        """Return the posterior probability below ``x``."""
        at = self.inverse(np.asarray(x, float))
        return like(x, self.base.prob_below(at) if self.increasing else self.base.prob_above(at))

    def _density(self, x: Numbers) -> Answer:
        """Return the posterior density at ``x``, per unit of ``x``: that of ``base`` over the slope of the
        map.
        """
        x = np.asarray(x, float)
        at = self.inverse(x)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            slope = np.abs(self._slope(at) if self.slope is None else self.slope(at))
            beyond = np.abs(self.forward(at) - x) > BEYOND * (1 + np.abs(x))  # what the map does not reach
            values = np.nan_to_num(np.asarray(self.base.density(at)) / slope, nan=0.0, posinf=0.0)
        return like(x, np.where(beyond, 0.0, values))

    def _slope(self, at: Array) -> Array:
        h = 1e-5 * np.maximum(np.abs(at), 1.0)
        return (self.forward(at + h) - self.forward(at - h)) / (2 * h)
