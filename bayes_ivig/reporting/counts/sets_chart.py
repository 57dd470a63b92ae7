"""All trial sets of an outcome side by side: the pooled and the posterior effect of each."""

from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.wording import outcomes, phrases
from bayes_ivig.results.pooled import posterior_effect
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

if TYPE_CHECKING:
    import altair as alt


@checked
def plot_trial_sets(outcome: CountsOutcome) -> "alt.LayerChart":
    """Return one row per trial set: effect with confidence interval above,
    with credible interval below.

    >>> import bayes_ivig as bi
    >>> (outcome,) = bi.reanalyze(bi.load_dataset("my.csv")).outcomes
    >>> bi.plot.trial_sets(outcome)
    Chart(The outcome: odds ratio of every trial set, pooled again and posterior.)
    """
    rows, measure = [], outcome.measure
    for result in outcomes.ordered_sets(outcome):
        known = result.pooled.estimate is not None
        rows.append(
            Row(
                outcomes.set_label(result, outcome),
                observed=result.pooled.own if known else None,
                posterior=posterior_effect(result.posterior["mu"], measure),
                missing="" if known else "Not estimable",
            )
        )
    description = f"{outcomes.title(outcome)}: {measure.name} of every trial set, pooled again and posterior."
    return row_chart(
        rows,
        headings=("Trials", f"{phrases.first_upper(measure.name)} [95% interval]"),
        sides=outcomes.sides(outcome.about),
        description=description,
        measure=measure,
    )
