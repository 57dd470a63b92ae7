"""All trial sets of an outcome side by side: the pooled and the posterior odds ratio of each."""

from typing import TYPE_CHECKING

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.wording import numbers as words
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

if TYPE_CHECKING:
    import altair as alt


def plot_trial_sets(outcome: CountsOutcome) -> "alt.LayerChart":
    """Return one row per trial set: odds ratio with confidence interval above,
    with credible interval below.
    """
    rows = []
    for result in words.ordered_sets(outcome):
        known = result.pooled.estimate is not None
        rows.append(
            Row(
                words.set_label(result, outcome),
                observed=result.pooled.ratio if known else None,
                posterior=words.posterior_ratio(result.posterior["mu"]),
                missing="" if known else "Not estimable",
            )
        )
    description = (
        f"{words.outcome_title(outcome)}: odds ratio of every trial set, pooled again and posterior."
    )
    return row_chart(
        rows,
        headings=("Trials", "Odds ratio [95% interval]"),
        sides=sides(outcome.about),
        description=description,
    )


def sides(about: About) -> tuple[str, str] | None:
    """Return the arms favoured by a ratio below 1 and above 1, from whether an event is good or bad;
    None if not stated.
    """
    match about.event:
        case "good":
            return about.control, about.treatment
        case "bad":
            return about.treatment, about.control
        case None:
            return None
