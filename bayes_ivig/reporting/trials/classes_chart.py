"""Classes of trials side by side: each by itself, and its ratio with the largest."""

from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.trials.chart import effect_of
from bayes_ivig.reporting.wording import classes, effects, phrases
from bayes_ivig.reporting.wording.information import marked
from bayes_ivig.results.pooled import posterior_effect
from bayes_ivig.results.posterior.contrast import ByClass

if TYPE_CHECKING:
    import altair as alt


@checked
def plot_classes(found: ByClass) -> "alt.LayerChart":
    """Return one row per class with its pooled and its posterior odds ratio,
    then the ratios of odds ratios with the largest class.

    ``found`` comes from ``by_class``; ratios are those under one tau for all classes.

    >>> import bayes_ivig as bi
    >>> frame = bi.load_dataset("my.csv").to_dataframe().assign(drug=["A", "A", "B", "B"])
    >>> found = bi.trials.by_class(bi.Dataset.from_dataframe(frame), "drug")
    >>> bi.plot.classes(found).title
    'Drug: posterior median odds ratios A 0.25, B 0.55; ratios of odds ratios A over B 0.71.'
    """
    rows = [Row(f"{classes.label(found)}: each class by itself")]
    for value, record in zip(found.contrast.groups, found.alone.to_dict("records"), strict=True):
        pooled, posterior = (effect_of(record, kind) for kind in ("pooled", "posterior"))
        k = int(record["k"])
        label = marked(
            f"{classes.of(found, value)} ({k} trial{'' if k == 1 else 's'})", record["k_informative"]
        )
        rows.append(Row(label, pooled, posterior, "" if pooled else "Not estimable"))
    measure = found.contrast.measure
    rows.append(Row(f"{phrases.first_upper(measure.contrast)}, one τ for all"))
    for name, base, marginal in found.with_largest():
        label = f"{classes.of(found, name)} {measure.against} {classes.of(found, base)}"
        label = marked(label, found.contrast.fewest_informative(name, base))
        rows.append(Row(label, posterior=posterior_effect(marginal, measure)))
    headings = ("Classes of trials", f"{'Ratio' if measure.log else 'Difference'} [95% interval]")
    # a ratio favours nobody
    return row_chart(
        rows, headings=headings, sides=None, description=classes_alternative(found), measure=measure
    )


def classes_alternative(by_class: ByClass) -> str:
    """Return what the chart shows, for those who cannot see it."""
    measure = by_class.contrast.measure
    own = [
        f"{marked(classes.of(by_class, value), record['k_informative'])} "
        f"{effects.cell(measure, float(record[measure.columns.median]))}"
        for value, record in zip(by_class.contrast.groups, by_class.alone.to_dict("records"), strict=True)
    ]
    ratios = []
    for name, base, marginal in by_class.with_largest():
        pair = (
            f"{classes.of(by_class, name)} {'over' if measure.log else 'minus'} {classes.of(by_class, base)}"
        )
        pair = marked(pair, by_class.contrast.fewest_informative(name, base))
        ratios.append(f"{pair} {effects.cell(measure, posterior_effect(marginal, measure).estimate)}")
    return (
        f"{classes.label(by_class)}: posterior median {measure.plural} {', '.join(own)}; "
        f"{'ratios' if measure.log else 'differences'} of {measure.plural} {', '.join(ratios)}."
    )
