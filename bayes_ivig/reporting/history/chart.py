"""How an answer came about, as rows: what each trial found, the answer after it, and what was foretold."""

from typing import TYPE_CHECKING

from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.history.text import reached
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.results.history.history import Arrival, History, Look
from bayes_ivig.results.pooled import Ratio

if TYPE_CHECKING:
    import altair as alt

FORETOLD = "foretold of it before"
MOST = 60  # trials that are drawn, the last


def plot_history(found: History) -> "alt.LayerChart":
    """Return three intervals for each trial: its own, the answer after its look with P(benefit), and what the
    trials before it foretold of its own; of more than sixty trials the last sixty.
    """
    measure, level = found.posterior.measure, numbers.level(found.level)
    every = [(look, each) for look in found.looks for each in look.added]
    return row_chart(
        [_row(look, each) for look, each in every[-MOST:]],
        headings=(
            "Trial, and P after it",
            f"{phrases.first_upper(measure.name)} [{level}]",
        ),
        sides=outcomes.sides(found.posterior.dataset.about),
        description=history_alternative(found),
        observed=("found by the trial itself", f"posterior, {level} credible interval", FORETOLD),
        measure=measure,
    )


def history_alternative(found: History) -> str:
    """Return what the rows show, for those who cannot see them."""
    parts = [
        f"{phrases.name(look.at)}: {numbers.probability(look.benefit)}"
        for look in found.looks
        if look.benefit is not None
    ]
    return f"{reached(found)} P after each look: {'; '.join(parts[-MOST:])}."


def _row(look: Look, each: Arrival) -> Row:
    shown = "" if look.benefit is None else f", {numbers.equals('P', numbers.probability(look.benefit))}"
    at = "" if look.at in each.trial else f" ({phrases.name(look.at)})"
    intervals = {
        "observed": _ratio(each.observed),
        "posterior": _ratio(look.effect),
        "prediction": _ratio(each.predicted),
    }
    missing = "" if any(intervals.values()) else numbers.NONE
    return Row(f"{phrases.name(each.trial)}{at}{shown}", missing=missing, **intervals)


def _ratio(values: tuple[float, float, float] | None) -> Ratio | None:
    if values is None:
        return None
    lower, middle, upper = values
    return Ratio(middle, lower, upper)
