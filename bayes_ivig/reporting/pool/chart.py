"""A classical estimate as a drawing: every study's effect, and the pooled one below."""

from typing import TYPE_CHECKING

from bayes_ivig.measures import measure_of
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.results.pooled import PooledEstimate, Ratio

if TYPE_CHECKING:
    import altair as alt

MOST = 200  # studies that are drawn


def plot_pooled(estimate: PooledEstimate) -> "alt.LayerChart":
    """Return one row per study, then the pooled effect and its prediction interval where there is one;
    of more than 200 studies the 200 of most weight.
    """
    measure = measure_of(estimate.measure)
    ranked = sorted(range(len(estimate.studies)), key=lambda at: -(estimate.studies[at].weight or 0.0))
    kept = [estimate.studies[at] for at in sorted(ranked[:MOST])]
    rows = [_row(phrases.name(study.study), study.own(measure)) for study in kept]
    rows.append(_row(f"Pooled ({estimate.method})", estimate.own))
    if _is_whole(estimate.own_prediction):
        rows.append(Row("In a new trial", estimate.own_prediction))
    first = "Study" if len(kept) == len(estimate.studies) else f"Study ({len(kept)} of most weight)"
    level = numbers.level(estimate.level)
    return row_chart(
        rows,
        headings=(first, f"{phrases.first_upper(measure.name)} [{level} interval]"),
        sides=None if estimate.dataset is None else outcomes.sides(estimate.dataset.about),
        description=pooled_alternative(estimate),
        observed=f"{level} confidence interval",
        measure=measure,
    )


def pooled_alternative(estimate: PooledEstimate) -> str:
    """Return what the rows show, for those who cannot see them."""
    measure = measure_of(estimate.measure)
    whole = _is_whole(estimate.own)
    pooled = effects.bracketed(measure, estimate.own) if whole else "not estimable"
    k = len(estimate.studies)
    return (
        f"{phrases.first_upper(measure.plural)} of {numbers.count(k)} {'study' if k == 1 else 'studies'}, "
        f"pooled by {estimate.method} {pooled}."
    )


def _row(label: str, effect: Ratio) -> Row:
    return Row(label, effect) if _is_whole(effect) else Row(label, missing="Not estimable")


def _is_whole(effect: Ratio) -> bool:
    return None not in effect
