"""Benefit and harm in one place: the curve of P(OR > x), zones of practical equivalence,
and absolute effects.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError, suggestion, unknown
from bayes_ivig.inputs.counts.description import Event
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import OR, Measure
from bayes_ivig.results.benefit.zones import Masses, Zone, absolute_row, beyond, masses_of, sided
from bayes_ivig.results.pooled import exp
from bayes_ivig.results.posterior.absolute import AbsoluteEffects
from bayes_ivig.results.posterior.control_risk import ControlRisk
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown, checked_level

if TYPE_CHECKING:
    import pandas as pd

type Array = NDArray[np.float64]

OF = ("mu", "theta_new")


@checked_methods
@dataclass(frozen=True, eq=False)
class Benefit(Shown):
    """What a posterior says of benefit and harm, for the pooled odds ratio (``mu``) and for
    that of a new setting.

    Of another measure than odds ratios everything is on its own scale. ``odds_ratios`` (N,) with ``above``
    by quantity, (N,) each: the curve P(OR > x). ``limits`` are zones of practical equivalence in odds
    ratios, at least one; ``zone`` is the first, with its ``masses`` by quantity. ``effects`` are absolute
    effects of ``quantity`` by name of the control risk: ``low``, ``median`` and ``high`` taken as known, and
    where control arms were pooled (``control``) those of a ``typical study``, with its uncertainty, and of a
    ``new study``, its own odds ratio at its own control risk; empty where the arms carry none.
    ``important_difference`` is the smallest difference that matters, in events per 1000, or None. Whether
    above or below 1 is benefit, the dataset's description says: ``event`` good or bad, or None. All
    intervals are central credible intervals of ``level``.

    >>> import bayes_ivig as bi
    >>> found = bi.benefit(bi.fit(bi.load_dataset("ivig", "live_birth")))
    >>> round(found.probability(), 2), round(found.probability(odds_ratio=1.25), 2)
    (0.89, 0.77)
    >>> found.zones.round(2)
               zone_lower  zone_upper  below  inside  above  benefit  harm
    quantity
    mu                0.8        1.25   0.05    0.18   0.77     0.77  0.05
    theta_new         0.8        1.25   0.25    0.13   0.62     0.62  0.25
    """

    posterior: Posterior
    limits: tuple[Zone, ...]
    odds_ratios: Array
    above: dict[str, Array]
    quantity: str
    control: ControlRisk | None
    effects: dict[str, AbsoluteEffects]
    important_difference: float | None
    level: float

    @property
    def event(self) -> Event | None:
        """Whether an event is good or bad for the person it happens to, as the dataset states;
        None where it does not.
        """
        return self.posterior.dataset.about.event

    @property
    def measure(self) -> Measure:
        """The effect measure of the posterior."""
        return self.posterior.measure

    @property
    def zone(self) -> Zone:
        """The first zone of practical equivalence, in odds ratios or in units of the measure;
        of a difference 0 to 0 where none was stated.
        """
        return self.limits[0]

    @property
    def has_zone(self) -> bool:
        """Whether there is a zone: it is wider than no effect alone."""
        return self.zone[0] < self.zone[1]

    @property
    def masses(self) -> dict[str, Masses]:
        """Probabilities below, inside and above the first zone, by quantity."""
        return {name: masses_of(self.posterior[name], self.zone, self.measure) for name in OF}

    def probability(self, quantity: str = "mu", odds_ratio: float = 1.0) -> float | None:
        """Return the probability of a benefit beyond an odds ratio of 1 or more,
        or its reciprocal where events are bad.

        None where the dataset does not say whether an event is good or bad. Raises ``ModelError``.

        >>> import bayes_ivig as bi
        >>> found = bi.benefit(bi.fit(bi.load_dataset("ivig", "live_birth")))
        >>> round(found.probability(odds_ratio=1.25), 2), round(found.probability("theta_new"), 2)
        (0.77, 0.69)
        """
        return sided(beyond(self.posterior[quantity], self._at(odds_ratio), self.measure), self.event)[0]

    def probability_of_harm(self, quantity: str = "mu", odds_ratio: float = 1.0) -> float | None:
        """Return the probability of a harm beyond an odds ratio of 1 or more,
        or its reciprocal where events are good.

        None where the dataset does not say whether an event is good or bad. Raises ``ModelError``.
        """
        return sided(beyond(self.posterior[quantity], self._at(odds_ratio), self.measure), self.event)[1]

    def _at(self, odds_ratio: float) -> float:
        """Return the value that is asked about: no effect where nothing else is."""
        return 0.0 if odds_ratio == 1.0 and not self.measure.log else odds_ratio

    @property
    def curve(self) -> "pd.DataFrame":
        """One row per odds ratio x: P(OR > x) of the pooled effect and of a new setting."""
        import pandas as pd

        name = "odds_ratio" if self.measure is OR else "effect"
        return pd.DataFrame({name: self.odds_ratios, **self.above}).set_index(name)

    @property
    def zones(self) -> "pd.DataFrame":
        """One row per zone and quantity: its limits, the probabilities below, inside and above,
        of benefit and of harm.

        ``benefit`` and ``harm`` are those beyond the zone; None where the direction is not stated.
        """
        import pandas as pd

        rows = []
        for zone in self.limits:
            for name in OF:
                mass = masses_of(self.posterior[name], zone, self.measure)
                good, bad = sided(mass, self.event)
                limits = {"quantity": name, "zone_lower": zone[0], "zone_upper": zone[1]}
                rows.append(
                    limits
                    | {
                        "below": mass.below,
                        "inside": mass.inside,
                        "above": mass.above,
                        "benefit": good,
                        "harm": bad,
                    }
                )
        return pd.DataFrame(rows).set_index("quantity")

    @property
    def absolute(self) -> "pd.DataFrame":
        """One row per control risk: per 1000 people the events without and with treatment,
        their difference, numbers needed.

        ``number_needed_lower`` and ``_upper`` are the limits of the difference turned over; with
        ``through_infinity`` they are the near ends of two half-lines that meet at infinity, one of people for
        one fewer event (negative), one for one more (Altman 1998, BMJ 317:1309). With an important difference
        d, ``prob_important_more`` is P(at least d more events per 1000), ``prob_important_fewer`` P(at least
        d fewer) and ``prob_no_important`` the rest. Probabilities of benefit and harm are None where the
        direction is not stated.
        """
        import pandas as pd

        rows = [{"control_risk": name, **self.row(name), "level": self.level} for name in self.effects]
        return pd.DataFrame(rows, columns=None if rows else ["control_risk"]).set_index("control_risk")

    def row(self, name: str) -> dict[str, Any]:
        """Return what ``absolute`` says at one control risk, as plain values."""
        if name not in self.effects:
            known = ", ".join(self.effects)
            raise ModelError(
                f"benefit: no control risk {name!r}{suggestion(name, self.effects)}; there are {known}"
            )
        return absolute_row(self.effects[name], self.level, self.important_difference, self.event)

    @property
    def main(self) -> str | None:
        """Name of the control risk that a summary of findings states:
        the median, or the first there is, None without any.
        """
        return "median" if "median" in self.effects else next(iter(self.effects), None)

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return ``summary_of_findings``, its limits of ``level``, the answer's own unless given."""
        return (self if level is None else replace(self, level=checked_level(level))).summary_of_findings

    def _own(self, modelled: float) -> float:
        """Return an effect on the measure's own scale, a ratio infinite beyond the range of floats."""
        value = exp(modelled) if self.measure.log else modelled
        return math.inf if value is None else value

    @property
    def summary_of_findings(self) -> "pd.DataFrame":
        """One row as GRADE tables have it: outcome, people and trials, odds ratio,
        and events per 1000 at the median risk.

        People are those of the trials in the likelihood. ``prob_important_benefit`` is beyond the important
        difference at that control risk, or beyond the zone of odds ratios where no difference is stated.

        >>> import bayes_ivig as bi
        >>> found = bi.benefit(bi.fit(bi.load_dataset("ivig", "live_birth")))
        >>> found.summary_of_findings[["control_per_1000", "treated_per_1000"]].round()
           control_per_1000  treated_per_1000
        0             743.0             838.0
        """
        import pandas as pd

        posterior, dataset = self.posterior, self.posterior.dataset
        kept = [study for study in dataset.studies if study.name in posterior.studies]
        marginal = posterior[self.quantity]
        ratio, lower, upper = (
            self._own(x) for x in (float(marginal.quantile(0.5)), *marginal.interval(self.level))
        )
        effects = {} if self.main is None else self.row(self.main)
        good, bad = sided(masses_of(marginal, self.zone, self.measure), self.event)
        if self.important_difference is not None and self.main is not None:
            good, bad = effects["prob_important_benefit"], effects["prob_important_harm"]
        names = self.measure.columns
        events = ("control_per_1000", "treated_per_1000", "treated_lower", "treated_upper")
        row = {
            "outcome": dataset.about.outcome_title or dataset.outcome or dataset.name,
            "participants": None
            if any(study.known_by_estimate for study in kept)
            else sum(study.treatment_seen + study.control_seen for study in kept),
            "trials": len(kept),
            **names.of(np.array([lower, ratio, upper]), self.level),
            **{
                name: effects.get(name)
                for name in (*events, "difference_per_1000", "difference_lower", "difference_upper")
            },
            names.above: float(marginal.prob_above(0.0)),
            "prob_benefit": self.probability(self.quantity),
            "prob_important_benefit": good,
            "prob_important_harm": bad,
        }
        return pd.DataFrame([row])


@checked_methods
@dataclass(frozen=True, eq=False)
class Benefits(Mapping[str, Benefit], Shown):
    """The answers of several posteriors to the same question, by label;
    every table has a first column ``posterior``.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"))
    >>> both = bi.benefit({"stated": post, "sceptical": post.under(mu="normal(0, 0.4)")})
    >>> both.zones.iloc[:, :5].round(2)
       posterior   quantity  zone_lower  zone_upper  below
    0     stated         mu         0.8        1.25   0.05
    1     stated  theta_new         0.8        1.25   0.25
    2  sceptical         mu         0.8        1.25   0.07
    3  sceptical  theta_new         0.8        1.25   0.34
    """

    found: dict[str, Benefit]

    def __getitem__(self, label: str) -> Benefit:
        """Return the answer of one posterior; raises ``UnknownNameError`` for a label that is not there."""
        if label not in self.found:
            raise unknown("benefits: no posterior", label, self.found)
        return self.found[label]

    def _ipython_key_completions_(self) -> list[str]:
        """Return the keys that a notebook offers between brackets."""
        return list(self)

    def __iter__(self) -> Iterator[str]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    @property
    def curve(self) -> "pd.DataFrame":
        """One row per posterior and odds ratio x: P(OR > x) of the pooled effect and of a new setting."""
        return self._together({label: each.curve.reset_index() for label, each in self.found.items()})

    @property
    def zones(self) -> "pd.DataFrame":
        """One row per posterior, zone and quantity; columns as in ``Benefit.zones``."""
        return self._together({label: each.zones.reset_index() for label, each in self.found.items()})

    @property
    def absolute(self) -> "pd.DataFrame":
        """One row per posterior and control risk; columns as in ``Benefit.absolute``."""
        return self._together({label: each.absolute.reset_index() for label, each in self.found.items()})

    @property
    def summary_of_findings(self) -> "pd.DataFrame":
        """One row per posterior; columns as in ``Benefit.summary_of_findings``."""
        return self._together({label: each.summary_of_findings for label, each in self.found.items()})

    def table(self, level: Level | None = None) -> "pd.DataFrame":
        """Return one row per posterior; columns as in ``Benefit.summary_of_findings``,
        limits of ``level`` or each one's own.
        """
        return self._together({label: each.table(level) for label, each in self.found.items()})

    @staticmethod
    def _together(tables: "dict[str, pd.DataFrame]") -> "pd.DataFrame":
        import pandas as pd

        for label, table in tables.items():
            table.insert(0, "posterior", label)
        rows = [row for table in tables.values() for row in table.to_dict("records")]
        return pd.DataFrame(rows, columns=list(next(iter(tables.values())).columns))
