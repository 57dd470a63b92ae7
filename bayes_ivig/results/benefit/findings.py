"""A summary of findings: per outcome and trial set the odds ratio,
events per 1000, and how probable which benefit is.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.benefit.zones import Masses, Zone, absolute_row, masses_of, sided
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.pooled import Ratio, exp
from bayes_ivig.results.posterior.absolute import AbsoluteEffects
from bayes_ivig.results.posterior.control_risk import ControlRisk

type KnownFrom = Literal["counts", "reconstructed counts", "published summary"]
type ControlSource = Literal[
    "control arms", "known control arms", "reconstructed control arms", "stated", "unknown"
]


@dataclass(frozen=True, eq=False)
class Finding:
    """One row of a summary of findings: a posterior of the pooled log odds ratio,
    and what it means per 1000 people.

    ``trials`` is the trial set of ``counts``, ``reading`` which printed numbers are taken as right where they
    are not known; ``studies`` and ``people`` those of the likelihood, None where the paper does not say.
    ``effects`` are absolute effects by name of a known control risk, empty where ``control`` is
    ``"unknown"``. ``zone`` is in odds ratios, ``important_difference`` in events per 1000 or None; intervals
    are central credible ones of ``level``. ``problems`` are what the checks of the pooled control arms found;
    ``arms`` are these, None where control risks are stated or not known.
    """

    outcome: str
    about: About
    known_from: KnownFrom
    trials: str
    reading: str
    studies: int | None
    people: int | None
    marginal: Marginal = field(repr=False)
    control: ControlSource
    effects: dict[str, AbsoluteEffects] = field(repr=False)
    zone: Zone
    important_difference: float | None
    level: float
    problems: tuple[str, ...] = ()
    arms: ControlRisk | None = field(default=None, repr=False)

    __repr__ = short_repr

    @property
    def odds_ratio(self) -> Ratio:
        """Posterior median and limits of the odds ratio; None beyond the range of floats."""
        tail = (1 - self.level) / 2
        lower, median, upper = (float(x) for x in np.asarray(self.marginal.quantile([tail, 0.5, 1 - tail])))
        return Ratio(exp(median), exp(lower), exp(upper))

    @property
    def main(self) -> str | None:
        """Name of the control risk that the summary states: the median, else the first;
        None where none is known.
        """
        return "median" if "median" in self.effects else next(iter(self.effects), None)

    @property
    def _range(self) -> list[float] | None:
        """The median control risk's least and most as the scales of its priors are halved and doubled."""
        moved = self.arms.moved.get("median") if self.arms else None
        return None if moved is None else [moved.least, moved.most]

    def row(self, name: str) -> dict[str, Any]:
        """Return absolute effects at one control risk, by the columns of ``Benefit.absolute``."""
        return absolute_row(self.effects[name], self.level, self.important_difference, self.about.event)

    @property
    def prob_or_gt_1(self) -> float:
        """P(OR > 1)."""
        return float(self.marginal.prob_above(0.0))

    @property
    def sides(self) -> tuple[float | None, float | None]:
        """Probabilities of benefit and of harm; None where the direction is not stated."""
        return sided(masses_of(self.marginal, (1.0, 1.0)), self.about.event)

    @property
    def important(self) -> Masses:
        """Probabilities of fewer events, neither, and more events, beyond what matters.

        Beyond the important difference at the main control risk, or beyond the zone of odds ratios where no
        difference is stated or no control risk is known.
        """
        if self.important_difference is None or self.main is None:
            return masses_of(self.marginal, self.zone)
        row = self.row(self.main)
        return Masses(row["prob_important_fewer"], row["prob_no_important"], row["prob_important_more"])

    @property
    def important_sides(self) -> tuple[float | None, float | None]:
        """Probabilities of a benefit and of a harm beyond what matters;
        None where the direction is not stated.
        """
        return sided(self.important, self.about.event)

    def to_dict(self) -> dict[str, Any]:
        """Return the row as plain values: odds ratios, events per 1000, probabilities."""
        benefit, harm = self.sides
        good, bad = self.important_sides
        mass = self.important
        absolute = self.important_difference is not None and self.main is not None
        return {
            "outcome": self.outcome,
            "known_from": self.known_from,
            "trials": self.trials or None,
            "reading": self.reading or None,
            "studies": self.studies,
            "people": self.people,
            "odds_ratio": dict(zip(("median", "lower", "upper"), self.odds_ratio, strict=True)),
            "level": self.level,
            "prob_or_gt_1": self.prob_or_gt_1,
            "prob_benefit": benefit,
            "prob_harm": harm,
            "important": {
                "scale": "events per 1000" if absolute else "odds ratio",
                "difference": self.important_difference if absolute else None,
                "zone": None if absolute else list(self.zone),
                "prob_fewer": mass.below,
                "prob_neither": mass.inside,
                "prob_more": mass.above,
                "prob_benefit": good,
                "prob_harm": bad,
            },
            "control_risks_from": self.control,
            "control_risk_problems": list(self.problems),
            "control_risk_priors": self.arms and [str(prior) for prior in self.arms.priors],
            "control_risk_range": self._range,
            "control_risk_not_carried": self.arms.not_carried.to_dict()
            if self.arms and self.arms.not_carried
            else None,
            "absolute": [{"control_risk": name, **self.row(name)} for name in self.effects],
        }
