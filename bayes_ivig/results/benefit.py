"""Benefit and harm in one place: the curve of P(OR > x), a zone of practical equivalence, and absolute effects."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.results.absolute import PER, AbsoluteEffects
from bayes_ivig.results.control_risk import ControlRisk
from bayes_ivig.results.posterior import Posterior

if TYPE_CHECKING:
    import pandas as pd

type Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Masses:
    """Posterior probabilities of odds ratios below, inside and above a zone; they add up to 1."""

    below: float
    inside: float
    above: float


@dataclass(frozen=True, eq=False)
class Benefit:
    """What a posterior says of benefit and harm, for the pooled odds ratio (``mu``) and for that of a new setting.

    ``odds_ratios`` (N,) with ``above`` by quantity, (N,) each: the curve P(OR > x). ``zone`` is the zone of practical
    equivalence, in odds ratios, with its ``masses`` by quantity. ``effects`` are absolute effects of ``quantity`` by name of the
    control risk: ``low``, ``median`` and ``high`` taken as known, and where control arms were pooled (``control``) those of a
    ``typical study``, with its uncertainty, and of a ``new study``, its own odds ratio at its own control risk. Whether above
    or below 1 is benefit, the dataset's description says: ``event`` good or bad, or None.
    All intervals are central credible intervals of ``level``.
    """

    posterior: Posterior
    zone: tuple[float, float]
    odds_ratios: Array
    above: dict[str, Array]
    masses: dict[str, Masses]
    quantity: str
    control: ControlRisk | None
    effects: dict[str, AbsoluteEffects]
    level: float

    @property
    def event(self) -> str | None:
        """Whether an event is good or bad for the person it happens to, as the dataset states; None where it does not."""
        return self.posterior.dataset.about.event

    def probability(self, quantity: str = "mu", odds_ratio: float = 1.0) -> float | None:
        """Return the probability of a benefit beyond an odds ratio of 1 or more, or its reciprocal where events are bad.

        None where the dataset does not say whether an event is good or bad.
        """
        if self.event is None:
            return None
        marginal, at = self.posterior[quantity], abs(math.log(odds_ratio))
        return float(marginal.prob_above(at) if self.event == "good" else marginal.prob_below(-at))

    @property
    def curve(self) -> "pd.DataFrame":
        """One row per odds ratio x: P(OR > x) of the pooled effect and of a new setting."""
        import pandas as pd

        return pd.DataFrame({"odds_ratio": self.odds_ratios, **self.above}).set_index("odds_ratio")

    @property
    def zones(self) -> "pd.DataFrame":
        """One row per quantity: probabilities below, inside and above the zone of practical equivalence."""
        import pandas as pd

        rows = {name: (mass.below, mass.inside, mass.above) for name, mass in self.masses.items()}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["below", "inside", "above"])

    @property
    def absolute(self) -> "pd.DataFrame":
        """One row per control risk: per 1000 people the events without and with treatment, their difference, numbers needed.

        ``number_needed_lower`` and ``_upper`` are the limits of the difference turned over; with ``through_infinity`` they are
        the near ends of two half-lines that meet at infinity, one of people for one fewer event (negative), one for one more
        (Altman 1998, BMJ 317:1309).
        """
        import pandas as pd

        return pd.DataFrame([{"control_risk": name, **self._row(each)} for name, each in self.effects.items()]).set_index(
            "control_risk"
        )

    def _row(self, effects: AbsoluteEffects) -> dict[str, float | bool | str]:
        needed = effects.number_needed(self.level)
        risk, difference = effects.risk.interval(self.level), effects.per_1000.interval(self.level)
        ratio = effects.risk_ratio.interval(self.level)
        return {
            "baseline": effects.baseline,
            "control_per_1000": PER * effects.baseline_risk,
            "treated_per_1000": PER * float(effects.risk.quantile(0.5)),
            "treated_lower": PER * risk[0],
            "treated_upper": PER * risk[1],
            "difference_per_1000": float(effects.per_1000.quantile(0.5)),
            "difference_lower": difference[0],
            "difference_upper": difference[1],
            "risk_ratio": float(effects.risk_ratio.quantile(0.5)),
            "risk_ratio_lower": ratio[0],
            "risk_ratio_upper": ratio[1],
            "number_needed": needed.median,
            "number_needed_lower": needed.lower,
            "number_needed_upper": needed.upper,
            "through_infinity": needed.through_infinity,
            "prob_more_events": needed.prob_more_events,
        }

    @property
    def summary_of_findings(self) -> "pd.DataFrame":
        """One row as GRADE tables have it: outcome, people and trials, odds ratio, and events per 1000 at the median risk.

        People are those of the trials in the likelihood.
        """
        import pandas as pd

        posterior, dataset = self.posterior, self.posterior.dataset
        kept = [study for study in dataset.studies if study.name in posterior.studies]
        marginal = posterior[self.quantity]
        limits = [math.exp(limit) for limit in marginal.interval(self.level)]
        effects = self._row(self.effects.get("median", next(iter(self.effects.values()))))
        row = {
            "outcome": dataset.about.outcome_title or dataset.outcome or dataset.name,
            "participants": sum(study.treatment_total + study.control_total for study in kept),
            "trials": len(kept),
            "odds_ratio": math.exp(float(marginal.quantile(0.5))),
            "odds_ratio_lower": limits[0],
            "odds_ratio_upper": limits[1],
            **{name: effects[name] for name in ("control_per_1000", "treated_per_1000", "treated_lower", "treated_upper")},
            **{name: effects[name] for name in ("difference_per_1000", "difference_lower", "difference_upper")},
            "prob_or_gt_1": float(marginal.prob_above(0.0)),
            "prob_benefit": self.probability(self.quantity),
        }
        return pd.DataFrame([row])
