"""A marginal averaged over models: a weighted mixture of marginals, points among them."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Numbers
from bayes_ivig.results.marginals.marginal import Answer, Array, Marginal, Tabled, like

HALVINGS = 80


@checked_methods
@dataclass(frozen=True, eq=False)
class MixedMarginal(Tabled):
    """Mixture of ``parts`` with ``weights`` that add up to one:
    averaging over models with their posterior probabilities.
    """

    weights: tuple[float, ...]
    parts: tuple[Marginal, ...]

    def _average(self, ask: Callable[[Marginal], ArrayLike]) -> Array:
        return np.asarray(
            sum(w * np.asarray(ask(part), float) for w, part in zip(self.weights, self.parts, strict=True))
        )

    @property
    def mean(self) -> float | None:
        """Mean of the mixture, None where a part has none."""
        means = [part.mean for part in self.parts]
        return (
            None
            if None in means
            else sum(w * m for w, m in zip(self.weights, means, strict=True) if m is not None)
        )

    @property
    def sd(self) -> float | None:
        """Standard deviation of the mixture, None where a part has none."""
        centre, moments = self.mean, [(part.mean, part.sd) for part in self.parts]
        if centre is None or any(sd is None for _, sd in moments):
            return None
        pairs = zip(self.weights, moments, strict=True)
        return math.sqrt(sum(w * ((sd or 0.0) ** 2 + ((m or 0.0) - centre) ** 2) for w, (m, sd) in pairs))

    def _quantile(self, p: Numbers) -> Answer:
        """Return the smallest value with at least probability ``p`` at or below it,
        by bisection between the parts' own.
        """
        p = np.asarray(p, float)
        ends = np.stack([np.asarray(part.quantile(p), float) for part in self.parts])
        low, high = ends.min(axis=0), ends.max(axis=0)
        for _ in range(HALVINGS):
            middle = low + (high - low) / 2
            reached = 1 - self._average(lambda part, x=middle: part.prob_above(x)) >= p  # type: ignore[misc]
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        return like(p, high)

    def _above(self, x: Numbers) -> Answer:
        """Return the probability above ``x``."""
        return like(x, self._average(lambda part: part.prob_above(x)))

    def _below(self, x: Numbers) -> Answer:
        """Return the probability below ``x``; with a point at ``x`` it
        and ``prob_above`` do not add up to one.
        """
        return like(x, self._average(lambda part: part.prob_below(x)))

    def _between(self, a: Numbers, b: Numbers) -> Answer:
        """Return the probability between ``a`` and ``b``."""
        return like(np.asarray(a) + np.asarray(b), self._average(lambda part: part.prob_between(a, b)))

    def _density(self, x: Numbers) -> Answer:
        """Return the density at ``x``; infinite at a point."""
        return like(x, self._average(lambda part: part.density(x)))
