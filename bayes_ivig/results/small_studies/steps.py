"""The intervals of a trial's p-value: which trials lie in each, and how often it is published."""

from dataclasses import dataclass

from scipy import special

from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.one_line_repr import brief
from bayes_ivig.results.shown import limited


@brief
@dataclass(frozen=True, eq=False)
class Step:
    """One interval of the p-value, above ``p_from`` and up to ``p_to``; the most significant comes first.

    ``studies`` lie in it. ``reachable`` counts the trials of which some table with the same totals and events
    lies in it: of no other trial can its weight be told. The weight, how often a trial in it is published
    for one in the first interval, is ``stated`` where it is a number (1 of the first), else it has
    the prior Beta(``prior``) and the posterior ``weight``.
    """

    __repr__ = short_repr

    p_from: float
    p_to: float
    studies: tuple[str, ...]
    reachable: int
    stated: float | None = None
    prior: tuple[float, float] | None = None
    weight: Marginal | None = None

    def prior_limits(self, level: float) -> tuple[float, float, float]:
        """Return median, lower and upper limit of the weight before the data."""
        if self.prior is None:
            value = 1.0 if self.stated is None else self.stated
            return value, value, value
        a, b = self.prior
        at = (0.5, (1 - level) / 2, (1 + level) / 2)
        median, lower, upper = (float(special.betaincinv(a, b, p)) for p in at)
        return median, lower, upper

    def limits(self, level: float) -> tuple[float, float, float]:
        """Return the same after the data."""
        if self.weight is None:
            return self.prior_limits(level)
        return float(self.weight.quantile(0.5)), *self.weight.interval(level)

    def row(self, level: float) -> dict[str, object]:
        """Return the interval as a row of a table."""
        return {
            "p_from": self.p_from,
            "p_to": self.p_to,
            "k": len(self.studies),
            "reachable": self.reachable,
            **limited(self.limits(level), level, "weight_"),
            **limited(self.prior_limits(level), level, "prior_"),
            "studies": ", ".join(self.studies),
        }
