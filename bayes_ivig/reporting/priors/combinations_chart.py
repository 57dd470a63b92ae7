"""How far the answer depends on the priors: one interval per combination of effect
and heterogeneity prior.
"""

from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.wording import outcomes, phrases
from bayes_ivig.reporting.wording import priors as prior_words
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome

if TYPE_CHECKING:
    import altair as alt


@checked
def plot_priors(outcome: CountsOutcome) -> "alt.LayerChart":
    """Return one row per combination of priors, under a heading for each trial set.

    >>> import bayes_ivig as bi
    >>> (outcome,) = bi.reanalyze(bi.load_dataset("my.csv")).outcomes
    >>> bi.plot.priors(outcome)
    Chart(The outcome: posterior odds ratio under each combination of priors.)
    """
    rows, measure = [], outcome.measure
    for trials in dict.fromkeys(row.trials for row in outcome.sensitivity):
        rows.append(Row(outcomes.set_label(outcome.trial_set(trials), outcome)))
        rows += [
            Row(
                f"μ {prior_words.label(row.mu_prior, measure=measure)};  τ "
                f"{prior_words.label(row.tau_prior, ratio=False)}",
                posterior=Ratio(row.or_median, row.or_lower, row.or_upper),
            )
            for row in outcome.sensitivity
            if row.trials == trials
        ]
    description = f"{outcomes.title(outcome)}: posterior {measure.name} under each combination of priors."
    return row_chart(
        rows,
        headings=("Priors", f"{phrases.first_upper(measure.name)} [95% credible]"),
        sides=outcomes.sides(outcome.about),
        description=description,
        measure=measure,
    )
