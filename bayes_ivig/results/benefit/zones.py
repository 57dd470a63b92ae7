"""Posterior probabilities around a zone of odds ratios, and absolute effects with the probabilities
that go with them.
"""

from dataclasses import dataclass
from typing import Any

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.description import About, Event
from bayes_ivig.measures import OR, Measure
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.absolute import PER, AbsoluteEffects

type Zone = tuple[float, float]

USUAL = 1.25  # odds ratio: the zone where neither the question nor the dataset states one


@dataclass(frozen=True, slots=True)
class Masses:
    """Posterior probabilities below, inside and above a zone; they add up to 1."""

    below: float
    inside: float
    above: float


def usual_zone(about: About, measure: Measure = OR) -> Zone:
    """Return the zone of practical equivalence: what a person entered as the smallest important difference of
    the outcome, else what the dataset states by its first threshold, else 0.8 to 1.25; of a difference none,
    which is a zone from 0 to 0, where none is stated.
    """
    judged = about.judgements.important_difference if about.judgements else None
    own = () if judged is None or judged.relative is None else (judged.relative,)
    if not measure.log:
        wide = next((abs(t) for t in (*own, *about.thresholds) if t != 0), 0.0)
        return 0.0 - wide, wide
    stated = next((max(t, 1 / t) for t in (*own, *about.thresholds) if t != 1), USUAL)
    return 1 / stated, stated


def important_events(about: About, otherwise: float | None = None) -> float | None:
    """Return the smallest important difference of an outcome in events per 1000: None where a person entered
    it as an effect, ``otherwise`` where nobody entered any.
    """
    judged = about.judgements.important_difference if about.judgements else None
    return otherwise if judged is None else judged.per_1000


def masses_of(marginal: Marginal, zone: Zone, measure: Measure = OR) -> Masses:
    """Return the probabilities below, inside and above a zone, of an effect on the scale of the model;
    the zone is on the measure's own.
    """
    low, high = (measure.modelled(limit) for limit in zone)
    return _masses(marginal, low, high)


def beyond(marginal: Marginal, odds_ratio: float, measure: Measure = OR) -> Masses:
    """Return the probabilities beyond an odds ratio on either side, 1 / OR to OR between them, or beyond a
    value of another measure; raises ``ModelError``.
    """
    if not measure.holds(odds_ratio):
        what = "odds_ratio" if measure is OR else measure.name
        allowed = "a number above 0, such as 1.25" if measure.log else "a finite number, such as 2"
        raise ModelError(f"benefit: {what} is {odds_ratio!r}; it must be {allowed}")
    at = abs(measure.modelled(odds_ratio))
    return _masses(marginal, -at, at)


def sided(masses: Masses, event: Event | None) -> tuple[float | None, float | None]:
    """Return the probabilities of benefit and of harm beyond a zone;
    None where the direction is not stated.
    """
    match event:
        case "good":
            return masses.above, masses.below
        case "bad":
            return masses.below, masses.above
        case None:
            return None, None


def absolute_row(
    effects: AbsoluteEffects, level: float, important: float | None, event: Event | None
) -> dict[str, Any]:
    """Return absolute effects at one control risk as plain values, by the columns of ``Benefit.absolute``."""
    needed = effects.number_needed(level)
    risk, difference = effects.risk.interval(level), effects.per_1000.interval(level)
    ratio = effects.risk_ratio.interval(level)
    good, bad = sided(_masses(effects.per_1000, 0.0, 0.0), event)
    row: dict[str, Any] = {
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
        "prob_benefit": good,
        "prob_harm": bad,
    }
    if important is None:
        return row
    mass = _masses(effects.per_1000, -important, important)
    good, bad = sided(mass, event)
    row |= {
        "prob_important_fewer": mass.below,
        "prob_no_important": mass.inside,
        "prob_important_more": mass.above,
    }
    return row | {"prob_important_benefit": good, "prob_important_harm": bad}


def _masses(marginal: Marginal, low: float, high: float) -> Masses:
    below, above = float(marginal.prob_below(low)), float(marginal.prob_above(high))
    return Masses(below, max(0.0, 1 - below - above), above)
