"""The effect, and the probability of a benefit, over how often trials with larger p-values were published."""

from typing import TYPE_CHECKING, Any

from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.reporting.drawing.axes import PLAIN, RATIO_VALUES, linear_ticks
from bayes_ivig.reporting.drawing.canvas import Records, Values, figures, look
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED, SOFT
from bayes_ivig.reporting.drawing.places import cut_off
from bayes_ivig.reporting.small_studies.words import first_interval, later
from bayes_ivig.reporting.wording import effects, numbers
from bayes_ivig.results.small_studies.selection import SelectionAnalysis

if TYPE_CHECKING:
    import altair as alt

WIDTH, HEIGHT, LOWER_HEIGHT = 560, 220, 110
LEVEL = 0.95
TICKS = [1, 0.8, 0.6, 0.4, 0.2, 0.05]


@checked
def plot_selection(found: SelectionAnalysis, *, level: Level = LEVEL) -> "alt.VConcatChart":
    """Return the effect with its credible interval of ``level``, and below it the probability of a benefit,
    over the weight with which trials of the later intervals of the p-value were published: 1 is no selection.

    ``found`` is what ``bias.selection`` returns. Dots at the left are the effect without selection.

    >>> import bayes_ivig as bi
    >>> found = bi.bias.selection(bi.load_dataset("ivig", "live_birth"))
    >>> bi.plot.selection(found).save("selection.svg").name
    'selection.svg'
    """
    import altair as alt

    values, records = Values(), _records(found, level)
    upper = alt.layer(*_effects(values, records, found, level), width=WIDTH, height=HEIGHT)
    lower = alt.layer(*_chances(values, records, found), width=WIDTH, height=LOWER_HEIGHT)
    return alt.vconcat(
        upper, lower, spacing=12, description=selection_alternative(found, level=level), **look(values)
    )


def selection_alternative(found: SelectionAnalysis, *, level: float = LEVEL) -> str:
    """Return what the curves show, for those who cannot see them."""
    curve, measure = found.curve, found.measure
    ends = []
    for i in (0, len(curve.weights) // 2, -1):
        mu = curve.effects[i]
        middle = effects.cell(measure, measure.own(float(mu.quantile(0.5))))
        limits = effects.limits(measure, *(measure.own(value) for value in mu.interval(level)))
        chance = numbers.probability(found.chance(mu))
        ends.append(f"{middle} ({limits}), P({found.event}) {chance}, at {numbers.stated(curve.weights[i])}")
    named = f"{measure.name} ({numbers.level(level)} credible interval)"
    return f"Median {named} over the weight of {later(found)}: {'; '.join(ends)}."


def _records(found: SelectionAnalysis, level: float) -> Records:
    own = found.measure.own
    records: Records = []
    for weight, mu in zip(found.curve.weights, found.curve.effects, strict=True):
        lower, upper = mu.interval(level)
        records.append(
            {
                "w": figures(weight),
                "mid": figures(own(float(mu.quantile(0.5))), 5),
                "low": figures(own(lower), 5),
                "high": figures(own(upper), 5),
                "p": cut_off(found.chance(mu)),
            }
        )
    return records


def _across(title: str | None) -> "alt.X":
    """Return the axis of the weight, from 1 at the left, with labels where it has a title."""
    import altair as alt

    scale = alt.Scale(domain=[1, TICKS[-1]], nice=False, zero=False)
    axis = alt.Axis(
        values=TICKS, labelExpr=PLAIN, grid=False, title=title, labels=title is not None, labelFlush=False
    )
    return alt.X("w:Q", scale=scale, axis=axis)


def _up(records: Records, found: SelectionAnalysis, level: float) -> dict[str, Any]:
    """Return scale and axis of the effect: log of ratios, with no effect on it."""
    import altair as alt

    limits = [float(record[key]) for record in records for key in ("low", "high")]
    measure = found.measure
    title = f"{measure.name}, {numbers.level(level)} credible"
    if not measure.log:
        low, high, ticks = linear_ticks(limits)
        scale = alt.Scale(domain=[low, high], nice=False, zero=False)
        axis = alt.Axis(values=list(ticks), labelExpr=PLAIN, title=title, gridColor=LINE)
        return {"scale": scale, "axis": axis}
    low, high = min(*limits, 0.8) / 1.05, max(*limits, 1.25) * 1.05
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    shown = [tick for tick in RATIO_VALUES if low <= tick <= high]
    axis = alt.Axis(values=shown, labelExpr=PLAIN, title=title, gridColor=LINE)
    return {"scale": scale, "axis": axis}


def _effects(values: Values, records: Records, found: SelectionAnalysis, level: float) -> "list[alt.Chart]":
    import altair as alt

    x, y = _across(None), _up(records, found, level)
    null = values.chart([{"null": found.measure.null}])
    curve = values.chart(records)
    first = values.chart(records[:1])
    return [
        null.mark_rule(color=MUTED, strokeDash=[3, 3]).encode(y=alt.Y("null:Q", **y)),
        curve.mark_area(color=SOFT, opacity=0.6).encode(x=x, y=alt.Y("low:Q", **y), y2="high:Q"),
        curve.mark_line(color=ACCENT, strokeWidth=2.4).encode(x=x, y=alt.Y("mid:Q", **y)),
        first.mark_point(color=INK, filled=True, size=60, opacity=1).encode(x=x, y=alt.Y("mid:Q", **y)),
    ]


def _chances(values: Values, records: Records, found: SelectionAnalysis) -> "list[alt.Chart]":
    import altair as alt

    x = _across(f"how often {later(found)} was published, for {first_interval(found)}")
    ticks = [0, 0.25, 0.5, 0.75, 1]
    axis = alt.Axis(values=ticks, labelExpr=PLAIN, title=f"P({found.event})", gridColor=LINE)
    y = alt.Y("p:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)
    return [
        values.chart(records).mark_line(color=INK, strokeWidth=2).encode(x=x, y=y),
        values.chart(records[:1]).mark_point(color=INK, filled=True, size=60, opacity=1).encode(x=x, y=y),
    ]
