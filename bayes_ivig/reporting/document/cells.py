"""Cells that several tables share."""

import re
from collections.abc import Iterable

from bayes_ivig.measures import OR, Measure
from bayes_ivig.reporting.document.blocks import Cell
from bayes_ivig.reporting.wording import effects, numbers
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome, benefit

type Row = tuple[Cell | str, ...]

STATUSES = {
    "reported": "Reported: printed by the trial, or by trial and review together.",
    "derived": "Derived: arithmetic with printed numbers leaves one possibility.",
    "imputed": "Imputed: an assumption stands in the place of a number.",
    "reconstructed": (
        "Reconstructed: not printed anywhere; of all tables that the known numbers allow, the only one that "
        "gives the published result. Whoever has the printed counts should check these first."
    ),
}

CONFIDENCE, CREDIBLE = "95% confidence interval", "95% credible interval"
OR_ABOVE = "P(OR > 1)"


def status_meanings(statuses: Iterable[str]) -> tuple[str, ...]:
    """Return what the words for how counts are known mean, those that occur."""
    named = set(re.split(r"[\s/;]+", " ".join(statuses)))
    return tuple(text for key, text in STATUSES.items() if key in named)


def ratio_cells(ratio: Ratio) -> tuple[str, str]:
    """Return a ratio and its limits as two cells."""
    return effect_cells(OR, ratio)


def effect_cells(measure: Measure, effect: Ratio) -> tuple[str, str]:
    """Return an effect and its limits as two cells."""
    if effect.estimate is None and effect.lower is None:
        return "not estimable", numbers.NONE
    return effects.cell(measure, effect.estimate), effects.limits(measure, effect.lower, effect.upper)


def direction(measure: Measure = OR) -> str:
    """Return what the probability of benefit is."""
    what = "the event" if measure.of_events else "more"
    return (
        f"P(benefit) is P({measure.above}) where {what} is good and P({measure.below}) where it is "
        "bad, as the "
        "description of the data says; it is left out where the description does not say which."
    )


def above_one(mu: Marginal) -> str:
    """Return P(OR > 1) as a cell."""
    return numbers.probability(float(mu.prob_above(0.0)))


def benefit_cell(mu: Marginal, outcome: CountsOutcome | SummaryOutcome) -> str:
    """Return the probability of benefit as a cell, empty where the direction is not stated."""
    value = benefit(mu, outcome.about)
    return numbers.NONE if value is None else numbers.probability(value)
