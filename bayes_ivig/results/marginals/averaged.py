"""A function of two independent quantities, increasing in the first:
probabilities averaged over the second.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Numbers
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.marginals.marginal import Answer, Array, Marginal, Tabled, like
from bayes_ivig.results.marginals.quantile_quadrature import mean_and_sd, probabilities

HALVINGS = 60
FINEST = 64  # nodes put between two of an axis at most
STEP = 0.25  # of the first quantity's SD: over a longer step its probabilities would not be smooth
FAINT = 1e-13
LEAST = 1e-15  # probability; the smallest and largest values are the function's limits


@checked_methods
@dataclass(frozen=True, eq=False)
class AveragedMarginal(Tabled):
    """Posterior of ``forward(x, a)``, x with the marginal ``base``, a at the nodes ``at`` (J,) with
    probabilities ``share`` (J,).

    ``forward`` increases in x, ``inverse(y, a)`` undoes it; both broadcast.
    ``moments`` says whether mean and SD exist.
    """

    base: Marginal
    at: Array
    share: Array
    forward: Callable[[Array, Array], Array]
    inverse: Callable[[Array, Array], Array]
    moments: bool = True

    def _average(self, ask: Callable[[Array], Answer], y: ArrayLike) -> Array:
        return np.asarray(ask(self.inverse(np.asarray(y, float)[..., None], self.at)) @ self.share)

    @cached_property
    def _moments(self) -> tuple[float, float] | None:
        """Mean and SD, integrated over the quantiles of x."""
        if not self.moments:
            return None
        p, shares = probabilities()
        values = self.forward(np.asarray(self.base.quantile(p))[:, None], self.at)
        return mean_and_sd(values, shares[:, None] * self.share)

    @property
    def mean(self) -> float | None:
        """Posterior mean, None where it need not exist."""
        return None if self._moments is None else self._moments[0]

    @property
    def sd(self) -> float | None:
        """Posterior standard deviation, None where it need not exist."""
        return None if self._moments is None else self._moments[1]

    def _quantile(self, p: Numbers) -> Answer:
        """Return the value with posterior probability ``p`` below it,
        by bisection between those for single nodes.
        """
        p = np.asarray(p, float)
        ends = self.forward(np.asarray(self.base.quantile(np.clip(p, LEAST, 1 - LEAST)))[..., None], self.at)
        low, high = ends.min(axis=-1), ends.max(axis=-1)
        for _ in range(HALVINGS):
            middle = low + (high - low) / 2
            below = self._average(self.base.prob_below, middle) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        limits = self.forward(np.array([[-np.inf], [np.inf]]), self.at)
        quantiles = np.where(
            p <= 0, limits[0].min(), np.where(p >= 1, limits[1].max(), low + (high - low) / 2)
        )
        return like(p, quantiles)

    def _above(self, x: Numbers) -> Answer:
        """Return the posterior probability above ``x``."""
        return like(x, self._average(self.base.prob_above, x))

    def _below(self, x: Numbers) -> Answer:
        """Return the posterior probability below ``x``."""
        return like(x, self._average(self.base.prob_below, x))

    def _density(self, x: Numbers) -> Answer:
        """Return the posterior density at ``x``, the slope of the function taken by central differences."""
        at = self.inverse(np.asarray(x, float)[..., None], self.at)
        inside = np.isfinite(at)
        safe = np.where(inside, at, 0.0)
        h = 1e-5 * np.maximum(np.abs(safe), 1.0)
        slope = np.abs(self.forward(safe + h, self.at) - self.forward(safe - h, self.at)) / (2 * h)
        with np.errstate(divide="ignore", invalid="ignore"):
            densities = np.nan_to_num(np.asarray(self.base.density(safe)) / slope, nan=0.0, posinf=0.0)
        return like(x, np.where(inside, densities, 0.0) @ self.share)


def nodes(marginal: GridMarginal, width: float) -> tuple[Array, Array]:
    """Return nodes and probabilities of a marginal for averages of what changes over a ``width``;
    shape (J,) each.
    """
    axis = marginal.axis
    middle = float(np.exp(axis.log_slope(axis.u_of(float(marginal.quantile(0.5)))))) * axis.step
    fine = axis.refined(int(np.clip(math.ceil(middle / (STEP * max(width, 1e-12))), 1, FINEST)))
    mass = np.asarray(marginal.density(fine.x)) * np.exp(fine.log_weights)
    kept = mass > FAINT * mass.max()
    return fine.x[kept], mass[kept] / mass[kept].sum()
