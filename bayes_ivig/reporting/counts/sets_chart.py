"""All trial sets of an outcome side by side: the pooled and the posterior odds ratio of each."""

from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.wording import outcomes
from bayes_ivig.results.pooled import posterior_ratio
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

if TYPE_CHECKING:
    import altair as alt


@checked
def plot_trial_sets(outcome: CountsOutcome) -> "alt.LayerChart":
    """Return one row per trial set: odds ratio with confidence interval above,
    with credible interval below.
    """
    rows = []
    for result in outcomes.ordered_sets(outcome):
        known = result.pooled.estimate is not None
        rows.append(
            Row(
                outcomes.set_label(result, outcome),
                observed=result.pooled.ratio if known else None,
                posterior=posterior_ratio(result.posterior["mu"]),
                missing="" if known else "Not estimable",
            )
        )
    description = f"{outcomes.title(outcome)}: odds ratio of every trial set, pooled again and posterior."
    return row_chart(
        rows,
        headings=("Trials", "Odds ratio [95% interval]"),
        sides=outcomes.sides(outcome.about),
        description=description,
    )
