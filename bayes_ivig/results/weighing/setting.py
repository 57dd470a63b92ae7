"""What is weighed against what: two outcomes of the same people, on the scale of people.

With risks p of the benefit's event and q of the harm's event, p0 and q0 without treatment, and e the share of
people among whom the harm is counted (1 for everybody, p for those with the benefit's event, 1 - p for those
without it):

    benefit          p - p0  where the benefit's event is good,  p0 - p  where it is bad
    harm             e q - e0 q0  where the harm's event is bad,  e (1 - q) - e0 (1 - q0)  where it is good
    net(w)           benefit - w harm
    spared           benefit - harm

``spared`` are those on the benefit's good side who are not harmed, known where the harm is counted among the
good side: live births at term, the harm being preterm birth among live births. All are of one person; results
give them per 100.
"""

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.inputs.counts.description import Event
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.marginals.two_risks import Terms

type Among = Literal["all", "events", "nonevents"]

AMONG: tuple[Among, ...] = ("all", "events", "nonevents")


@dataclass(frozen=True, slots=True)
class Setting:
    """What is weighed against what: titles, whether each event is good or bad,
    whom the harm is counted among, control risks.

    ``harm_risk`` is that of the people among whom the harm is counted; ``people`` says who they all are,
    ``states`` what becomes of them (unharmed, harmed, without the benefit) where the case has words for it.
    """

    benefit_title: str
    harm_title: str
    benefit_event: Event
    harm_event: Event
    among: Among
    benefit_risk: float
    harm_risk: float
    people: str = "people"
    states: tuple[str, ...] = field(default=(), repr=False, compare=False)

    __repr__ = short_repr

    @property
    def part(self) -> tuple[float, float]:
        """The share of people among whom the harm is counted, as terms of 1 and of p."""
        return {"all": (1.0, 0.0), "events": (0.0, 1.0), "nonevents": (1.0, -1.0)}[self.among]

    @property
    def chained(self) -> bool:
        """Whether the harm is counted among those on the benefit's good side,
        so that nobody has the one without the other.
        """
        return (self.among, self.benefit_event) in (("events", "good"), ("nonevents", "bad"))

    @property
    def part_before(self) -> float:
        """The share of people among whom the harm is counted, without treatment."""
        fixed, moving = self.part
        return fixed + moving * self.benefit_risk

    @property
    def benefit(self) -> Terms:
        """People with the benefit's good side, more than without treatment."""
        sign = 1.0 if self.benefit_event == "good" else -1.0
        return -sign * self.benefit_risk, sign, 0.0, 0.0

    @property
    def harm(self) -> Terms:
        """People harmed, more than without treatment."""
        (fixed, moving), before = self.part, self.before["harmed"]
        if self.harm_event == "bad":
            return -before, 0.0, fixed, moving
        return fixed - before, moving, -fixed, -moving

    @property
    def relative_harm(self) -> Terms:
        """The harm's risk among those it is counted among, more than without treatment:
        above 0 where its odds ratio is bad.
        """
        sign = 1.0 if self.harm_event == "bad" else -1.0
        return -sign * self.harm_risk, 0.0, sign, 0.0

    def net(self, weight: float) -> Terms:
        """Benefit less ``weight`` times harm."""
        one, other = self.benefit, self.harm
        return one[0] - weight * other[0], one[1] - weight * other[1], -weight * other[2], -weight * other[3]

    @property
    def spared(self) -> Terms:
        """People with the benefit's good side and unharmed, more than without treatment;
        only where ``chained``.
        """
        return self.net(1.0)

    @property
    def before(self) -> dict[str, float]:
        """Shares of all people by what happens to them without treatment.

        Where ``chained``: ``unharmed`` and ``harmed`` on the benefit's good side, and ``without`` it; they
        add up to 1. Otherwise ``with`` the benefit's good side, and ``harmed``, which may happen to the same
        people.
        """
        reached = self.benefit_risk if self.benefit_event == "good" else 1 - self.benefit_risk
        harmed = self.part_before * (self.harm_risk if self.harm_event == "bad" else 1 - self.harm_risk)
        if not self.chained:
            return {"with": reached, "harmed": harmed}
        return {"unharmed": reached - harmed, "harmed": harmed, "without": 1 - reached}


def checked_among(among: str) -> Among:
    """Return whom a harm is counted among; raises ``ModelError`` for anything else."""
    known = next((each for each in AMONG if each == among), None)
    if known is None:
        near = suggestion(str(among), AMONG)
        raise ModelError(
            f"among: found {among!r}{near}; the harm is counted among all, "
            "or the events or nonevents of the benefit"
        )
    return known


def checked_weight(weight: object) -> float:
    """Return a weight of one harm against one benefit; raises ``ModelError``
    unless it is a number of 0 or more.
    """
    if (
        isinstance(weight, bool)
        or not isinstance(weight, int | float | np.floating | np.integer)
        or not 0 <= weight < math.inf
    ):
        raise ModelError(
            f"weight: found {weight!r}; it is a number of 0 or more: how many benefits one harm outweighs"
        )
    return float(weight)


def checked_risk(risk: object, what: str) -> float:
    """Return a control risk; raises ``ModelError`` unless it lies strictly between 0 and 1."""
    if isinstance(risk, bool) or not isinstance(risk, int | float | np.floating) or not 0 < risk < 1:
        raise ModelError(
            f"control risk of the {what}: found {risk!r}; it must lie strictly between 0 and 1, such as 0.4"
        )
    return float(risk)
