"""Classes of trials side by side: each by itself, and its ratio to the largest."""

from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.trials.chart import POOLED, POSTERIOR, ratio_of
from bayes_ivig.reporting.wording import classes, numbers
from bayes_ivig.reporting.wording.information import marked
from bayes_ivig.results.pooled import posterior_ratio
from bayes_ivig.results.posterior.contrast import ByClass

if TYPE_CHECKING:
    import altair as alt


@checked
def plot_classes(found: ByClass) -> "alt.LayerChart":
    """Return one row per class with its pooled and its posterior odds ratio,
    then the ratios of odds ratios to the largest class.

    ``found`` comes from ``by_class``; ratios are those under one tau for all classes.
    """
    rows = [Row(f"{classes.label(found)}: each class by itself")]
    for value, record in zip(found.contrast.groups, found.alone.to_dict("records"), strict=True):
        pooled, posterior = (ratio_of(record, columns) for columns in (POOLED, POSTERIOR))
        k = int(record["k"])
        label = marked(
            f"{classes.of(found, value)} ({k} trial{'' if k == 1 else 's'})", record["k_informative"]
        )
        rows.append(Row(label, pooled, posterior, "" if pooled else "Not estimable"))
    rows.append(Row("Ratio of odds ratios, one τ for all"))
    for name, base, marginal in found.differences():
        label = f"{classes.of(found, name)} / {classes.of(found, base)}"
        label = marked(label, found.contrast.fewest_informative(name, base))
        rows.append(Row(label, posterior=posterior_ratio(marginal)))
    headings = ("Classes of trials", "Ratio [95% interval]")
    # a ratio favours nobody
    return row_chart(rows, headings=headings, sides=None, description=classes_alternative(found))


def classes_alternative(by_class: ByClass) -> str:
    """Return what the chart shows, for those who cannot see it."""
    own = [
        f"{marked(classes.of(by_class, value), record['k_informative'])} "
        f"{numbers.ratio(float(record['or_q50']))}"
        for value, record in zip(by_class.contrast.groups, by_class.alone.to_dict("records"), strict=True)
    ]
    ratios = []
    for name, base, marginal in by_class.differences():
        pair = f"{classes.of(by_class, name)} over {classes.of(by_class, base)}"
        pair = marked(pair, by_class.contrast.fewest_informative(name, base))
        ratios.append(f"{pair} {numbers.ratio(posterior_ratio(marginal).estimate)}")
    return (
        f"{classes.label(by_class)}: posterior median odds ratios {', '.join(own)}; "
        f"ratios of odds ratios {', '.join(ratios)}."
    )
