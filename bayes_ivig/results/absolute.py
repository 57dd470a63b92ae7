"""Absolute effects of an odds ratio at a stated baseline risk."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from bayes_ivig.errors import ModelError
from bayes_ivig.results.mapped_marginal import MappedMarginal
from bayes_ivig.results.marginal import Array, Marginal

PER = 1000  # people, for natural frequencies


@dataclass(frozen=True)
class NumberNeeded:
    """Number needed to treat for one more event, from the risk difference d: 1 / d, a fewer-events side where d < 0.

    ``lower`` and ``upper`` are the limits of the risk difference turned over. Where the interval of the difference holds 0 the
    numbers needed form two half-lines, beyond ``upper`` people for one more event and beyond ``lower`` for one fewer, and meet
    at infinity (``through_infinity``; Altman 1998, BMJ 317:1309). A posterior mean does not exist.
    """

    median: float
    lower: float
    upper: float
    through_infinity: bool
    prob_more_events: float


@dataclass(frozen=True, eq=False)
class AbsoluteEffects:
    """Risk with treatment, risk ratio, risk difference and events per 1000, given a baseline risk taken as known."""

    baseline_risk: float
    risk: Marginal
    risk_ratio: Marginal
    risk_difference: Marginal
    per_1000: Marginal

    def number_needed(self, level: float = 0.95) -> NumberNeeded:
        """Return the number needed to treat, its credible limits from those of the risk difference."""
        lower, upper = self.risk_difference.interval(level)
        median = float(self.risk_difference.quantile(0.5))
        turned = [math.copysign(math.inf, x) if x == 0 else 1 / x for x in (median, lower, upper)]
        return NumberNeeded(turned[0], turned[1], turned[2], lower < 0 < upper, float(self.risk_difference.prob_above(0.0)))


def absolute_effects(log_odds_ratio: Marginal, baseline_risk: float) -> AbsoluteEffects:
    """Return absolute effects of a log odds ratio's posterior at ``baseline_risk``, a probability of the event without treatment.

    Risk p1 = expit(logit(p0) + log OR). Raises ``ModelError`` unless the risk lies strictly between 0 and 1.
    """
    if not (isinstance(baseline_risk, int | float) and 0 < baseline_risk < 1):
        raise ModelError(f"baseline_risk: found {baseline_risk!r}; must be a probability strictly between 0 and 1, such as 0.4")
    p0 = float(baseline_risk)
    base = float(special.logit(p0))

    def risk(theta: Array) -> Array:
        return np.asarray(special.expit(base + theta))

    def theta(p1: Array) -> Array:
        with np.errstate(divide="ignore"):
            return np.asarray(special.logit(np.clip(p1, 0.0, 1.0)) - base)

    return AbsoluteEffects(
        baseline_risk=p0,
        risk=MappedMarginal(log_odds_ratio, risk, theta),
        risk_ratio=MappedMarginal(log_odds_ratio, lambda x: risk(x) / p0, lambda y: theta(y * p0)),
        risk_difference=MappedMarginal(log_odds_ratio, lambda x: risk(x) - p0, lambda y: theta(y + p0)),
        per_1000=MappedMarginal(log_odds_ratio, lambda x: PER * (risk(x) - p0), lambda y: theta(y / PER + p0)),
    )
