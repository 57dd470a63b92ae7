"""The answer of a report in one picture: every outcome with its main trial sets,
pooled again and posterior.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bayes_ivig.inputs.paper.claims import RATIOS
from bayes_ivig.measures import OR
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.reporting.wording.readings import READINGS
from bayes_ivig.results.pooled import PooledEstimate, posterior_effect, posterior_ratio
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome, TrialSetResult

if TYPE_CHECKING:
    import altair as alt

type Shown = Sequence[
    tuple[CountsOutcome, Sequence[tuple[TrialSetResult, PooledEstimate]]] | tuple[SummaryOutcome, None]
]


def plot_answer(shown: Shown) -> "alt.LayerChart":
    """Return one row per outcome and trial set, or reading of a published summary,
    under a heading for each outcome.
    """
    rows: list[Row] = []
    for part in shown:
        own = (
            _summary_rows(part[0])
            if part[1] is None
            else [_row(result, pooled, part[0]) for result, pooled in part[1]]
        )
        if own:
            rows += [Row(f"{outcomes.title(part[0])}{_side(part[0])}"), *own]
    measure = next((part[0].measure for part in shown if isinstance(part[0], CountsOutcome)), OR)
    headings = ("Outcome and trials", f"{phrases.first_upper(measure.name)} [95% interval]")
    return row_chart(
        rows,
        headings=headings,
        sides=None,
        description=f"{phrases.first_upper(measure.plural)} of every outcome, pooled again and posterior.",
        measure=measure,
    )


def _side(outcome: CountsOutcome | SummaryOutcome) -> str:
    """Say which side of 1 is good, where the description of the data says it."""
    side = {"good": "above", "bad": "below", None: ""}[outcome.about.event]
    null = numbers.stated(outcome.measure.null) if isinstance(outcome, CountsOutcome) else "1"
    return f" ({side} {null} favours {phrases.cut(outcome.about.treatment, 16)})" if side else ""


def _row(result: TrialSetResult, pooled: PooledEstimate, outcome: CountsOutcome) -> Row:
    known = pooled.estimate is not None
    return Row(
        outcomes.set_label(result, outcome),
        observed=pooled.own if known else None,
        posterior=posterior_effect(result.posterior["mu"], outcome.measure),
        missing="" if known else "Not estimable",
    )


def _summary_rows(outcome: SummaryOutcome) -> list[Row]:
    """Return the reconstructed readings, or where there are none those of the published summary;
    none for a difference.
    """
    if outcome.claim.measure not in RATIOS:
        return []
    found = [
        Row(
            f"Reconstructed: {_reading(each.code)} ({numbers.count(each.tables)} tables)",
            posterior=posterior_ratio(each.posteriors[0].averaged()),
        )
        for each in outcome.reconstructed
        if not each.narrowed
    ]
    return found or [
        Row(f"Published summary: {_reading(each.code)}", posterior=posterior_ratio(each.marginal))
        for each in outcome.readings
    ]


def _reading(code: str) -> str:
    return phrases.lower_first(READINGS.get(code, code)).replace(" are right", " right")
