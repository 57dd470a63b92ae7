"""Groups of trials side by side, and their ratios, as a drawing."""

from typing import TYPE_CHECKING

from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.wording import effects, numbers, phrases
from bayes_ivig.reporting.wording.information import marked
from bayes_ivig.results.pooled import posterior_effect
from bayes_ivig.results.posterior.contrast import Contrast

if TYPE_CHECKING:
    import altair as alt


def plot_contrast(contrast: Contrast, *, level: float = 0.95) -> "alt.LayerChart":
    """Return one row per group, then one per pair of groups, under one tau for all."""
    measure = contrast.measure
    rows = [Row(f"{phrases.first_upper(measure.plural)}, one τ for all")]
    for name, mean in contrast.mu.items():
        k = len(contrast.groups[name])
        label = f"{phrases.name(name)} ({numbers.count(k)} trial{'' if k == 1 else 's'})"
        label = marked(label, contrast.fewest_informative(name))
        rows.append(Row(label, posterior=posterior_effect(mean, measure, level)))
    rows.append(Row(phrases.first_upper(measure.contrast)))
    for (a, b), difference in contrast.differences.items():
        label = f"{phrases.name(a)} {measure.against} {phrases.name(b)}"
        label = marked(label, contrast.fewest_informative(a, b))
        rows.append(Row(label, posterior=posterior_effect(difference, measure, level)))
    what = "Ratio" if measure.log else "Difference"
    return row_chart(
        rows,
        headings=("Groups of trials", f"{what} [{numbers.level(level)} credible]"),
        sides=None,  # a ratio of two groups favours nobody
        description=contrast_alternative(contrast, level=level),
        measure=measure,
    )


def contrast_alternative(contrast: Contrast, *, level: float = 0.95) -> str:
    """Return what the rows show, for those who cannot see them."""
    measure = contrast.measure
    own = [
        f"{phrases.name(name)} {effects.bracketed(measure, posterior_effect(mean, measure, level))}"
        for name, mean in contrast.mu.items()
    ]
    return f"{phrases.first_upper(measure.plural)} of groups of trials: {'; '.join(own)}."
