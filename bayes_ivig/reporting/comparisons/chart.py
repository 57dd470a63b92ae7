"""Comparisons under each other: pooled again, the mean of such trials, and a new trial of the same fit."""

from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.comparisons.words import comparison_phrase
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.wording import effects, outcomes, phrases
from bayes_ivig.results.comparisons.by_comparison import ByComparison, ComparisonResult
from bayes_ivig.results.pooled import posterior_effect

if TYPE_CHECKING:
    import altair as alt


@checked
def plot_comparisons(found: ByComparison) -> "alt.LayerChart":
    """Return one row per comparison: what was pooled again above, the mean below it, then a new trial."""
    rows = [_row(group, found) for group in found.groups]
    headings = ("Comparison", f"{phrases.first_upper(found.measure.name)} [95% interval]")
    return row_chart(
        rows,
        headings=headings,
        sides=outcomes.sides(found.dataset.about),
        description=comparisons_alternative(found),
        measure=found.measure,
    )


def _row(group: ComparisonResult, found: ByComparison) -> Row:
    pooled, posterior = group.result.pooled, group.result.posterior
    known = pooled.estimate is not None
    return Row(
        f"{phrases.first_upper(group.phrase)}, {group.people}",
        pooled.own if known else None,
        posterior_effect(posterior["mu"], found.measure),
        "" if known else "Not estimable",
        posterior_effect(posterior["theta_new"], found.measure) if posterior.model.heterogeneous else None,
    )


def comparisons_alternative(found: ByComparison) -> str:
    """Return what the chart shows, for those who cannot see it."""
    about = found.dataset.about
    shown = []
    for group in found.groups:
        mean = posterior_effect(group.result.posterior["mu"], found.measure)
        limits = effects.limits(found.measure, mean.lower, mean.upper)
        shown.append(
            f"{comparison_phrase(group, about)} {effects.cell(found.measure, mean.estimate)} ({limits})"
        )
    return f"Posterior median {found.measure.plural} with 95% credible intervals: {'; '.join(shown)}."
