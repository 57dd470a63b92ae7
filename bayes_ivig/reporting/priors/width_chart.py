"""The estimate against the width of its prior, for the trials that were pooled and for all of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bayes_ivig.reporting.drawing.canvas import Records, Values, figures, look
from bayes_ivig.reporting.drawing.lettering import fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, MUTED, SOFT
from bayes_ivig.reporting.drawing.places import cut_off
from bayes_ivig.reporting.priors.chart import HEIGHT, LOWER_HEIGHT, WIDTH, chance_axis, ratio_axis, width_axes
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.reanalysis.prior_families import WidthCurve

if TYPE_CHECKING:
    import altair as alt

TITLE = "SD of the normal prior on μ around no effect"
LEGEND = 24.0


def plot_widths(curves: Sequence[WidthCurve], labels: Sequence[str]) -> "alt.VConcatChart":
    """Return median odds ratio and 95% credible limits above, P(OR > 1) below, against the prior's SD.

    The first curve has its limits as a band, the second, if there is one, as dashed lines.
    """
    import altair as alt

    values = Values()
    drawn = [_records(curve) for curve in curves[:2]]
    widths = [float(width) for width in curves[0].widths]
    hidden, named = width_axes(widths, TITLE)
    y = ratio_axis([float(record[key]) for records in drawn for record in records for key in ("low", "high")])
    top = [
        values.chart([{"one": 1.0}]).mark_rule(color=MUTED, strokeDash=[3, 3]).encode(y=alt.Y("one:Q", **y))
    ]
    top.append(
        values.chart(drawn[0])
        .mark_area(color=SOFT, opacity=0.6)
        .encode(x=hidden, y=alt.Y("low:Q", **y), y2="high:Q")
    )
    below = []
    for i, (records, colour) in enumerate(zip(drawn, (ACCENT, INK), strict=False)):
        for key in ("low", "high") if i else ():
            dashed = values.chart(records).mark_line(color=colour, strokeWidth=1.2, strokeDash=[5, 3])
            top.append(dashed.encode(x=hidden, y=alt.Y(f"{key}:Q", **y)))
        top.append(
            values.chart(records)
            .mark_line(color=colour, strokeWidth=2.2)
            .encode(x=hidden, y=alt.Y("mid:Q", **y))
        )
        below.append(
            values.chart(records).mark_line(color=colour, strokeWidth=2).encode(x=named, y=chance_axis())
        )
    upper = alt.layer(*top, *_legend(values, labels[:2]), width=WIDTH, height=HEIGHT)
    lower = alt.layer(*below, width=WIDTH, height=LOWER_HEIGHT)
    return alt.vconcat(
        upper, lower, spacing=10, description=widths_alternative(curves, labels), **look(values)
    )


def widths_alternative(curves: Sequence[WidthCurve], labels: Sequence[str]) -> str:
    """Return what the curves show, for those who cannot see them."""
    sentences = []
    for curve, label in zip(curves, labels, strict=True):
        ends = [
            f"{numbers.ratio(curve.median[i])} at {numbers.stated(curve.widths[i])} (P(OR > 1) "
            f"{numbers.bare_probability(curve.prob_or_gt_1[i])})"
            for i in (0, -1)
        ]
        sentences.append(f"{label}: {', '.join(ends)}")
    return f"Posterior median odds ratio against the {TITLE}. {'. '.join(sentences)}."


def _records(curve: WidthCurve) -> Records:
    rows = zip(curve.widths, curve.lower, curve.median, curve.upper, curve.prob_or_gt_1, strict=True)
    return [
        {
            "w": figures(w),
            "low": figures(low, 4),
            "mid": figures(mid, 4),
            "high": figures(high, 4),
            "p": cut_off(p),
        }
        for w, low, mid, high, p in rows
    ]


def _legend(values: Values, labels: Sequence[str]) -> list[Any]:
    """Return the key to the lines, in the upper left corner."""
    import altair as alt

    layers: list[Any] = []
    for i, (label, colour) in enumerate(zip(labels, (ACCENT, INK), strict=False)):
        line: Records = [{"text": fitted(label, WIDTH / 2)}]
        x, y = alt.value(10), alt.value(12 + 18 * i)
        rule = values.chart(line).mark_rule(color=colour, strokeWidth=2.2)
        layers.append(rule.encode(x=x, x2=alt.value(10 + LEGEND), y=y))
        text = (
            values.chart(line)
            .mark_text(align="left", color=colour)
            .encode(x=alt.value(16 + LEGEND), y=y, text="text:N")
        )
        layers.append(text)
    return layers
