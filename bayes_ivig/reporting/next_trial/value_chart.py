"""What trials of every size are worth, and what is left when they are paid for, as curves."""

from typing import TYPE_CHECKING, Any, NamedTuple

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.drawing.canvas import Records, Values, figures, look
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED
from bayes_ivig.reporting.next_trial.value_text import decided, trial_of, unit
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.next_trial.value import TrialValue, ValueOfInformation

if TYPE_CHECKING:
    import altair as alt

WIDTH, HEIGHT, ROW = 560, 260, 18
FARTHEST = 4.0  # times the largest value of a trial, beyond which perfect information is only named


class Curve(NamedTuple):
    """A line against the size, or one for all sizes: its values, in words, its colour and dashes."""

    values: list[float]
    words: str
    colour: str
    dash: list[int]


@checked
def plot_value(value: ValueOfInformation) -> "alt.LayerChart":
    """Return the value of a trial against its size, and less its cost where people are known; perfect
    information as a line.

    ``value`` is what ``planning.value_of_information`` returns.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("my.csv"))
    >>> value = bi.planning.value_of_information(post, per_arm=[20, 50], control_risk=0.1, event="bad")
    >>> bi.plot.value(value).save("value.svg").name
    'value.svg'
    """
    import altair as alt

    values, drawn = Values(), sorted(value.sizes, key=_size)
    x, y = _axes(value, drawn)
    curves = _curves(value, drawn)
    most = max(abs(each) for curve in curves for each in (*curve.values, _of_all(value, value.endless.evsi)))
    levels = _levels(value, FARTHEST * most)
    layers: list[Any] = []
    for curve in curves:
        records: Records = [
            {"n": figures(_size(each)), "v": figures(worth)}
            for each, worth in zip(drawn, curve.values, strict=True)
        ]
        dash = curve.dash or [1, 0]
        line = values.chart(records).mark_line(color=curve.colour, strokeWidth=2, strokeDash=dash)
        dots = values.chart(records).mark_point(color=curve.colour, filled=True, size=30)
        layers += [line.encode(x=x, y=y), dots.encode(x=x, y=y)]
    for level in levels:
        at: Records = [{"v": figures(worth)} for worth in level.values]
        if at:
            rule = values.chart(at).mark_rule(color=level.colour, strokeDash=level.dash)
            layers.append(rule.encode(y=y))
    layers += _legend(values, [*curves, *levels])
    words = value_alternative(value)
    return alt.LayerChart(layer=layers, width=WIDTH, height=HEIGHT, description=words, **look(values))


def value_alternative(value: ValueOfInformation) -> str:
    """Return what the curves show, for those who cannot see them."""
    trials = [(trial_of(each), _of_all(value, each.evsi)) for each in (*value.sizes, value.endless)]
    parts = [f"{size}: {numbers.in_summary(worth)}" for size, worth in trials]
    nets = [
        f"{trial_of(each)}: {numbers.in_summary(each.enbs)}" for each in value.sizes if each.enbs is not None
    ]
    left = f" Less the cost of the trial: {'; '.join(nets)}." if nets else ""
    return f"{decided(value)} Expected value of a trial {_whose(value)} by size: {'; '.join(parts)}.{left}"


def _whose(value: ValueOfInformation) -> str:
    return "for a person" if value.people is None else "for all people"


def _of_all(value: ValueOfInformation, worth: float) -> float:
    return worth if value.people is None else worth * value.people


def _size(trial: TrialValue) -> float:
    return float(trial.standard_error if trial.standard_error is not None else trial.control or 0)


def _curves(value: ValueOfInformation, drawn: list[TrialValue]) -> list[Curve]:
    worths = [_of_all(value, each.evsi) for each in drawn]
    nets = [each.enbs for each in drawn if each.enbs is not None]
    curves = [Curve(worths, "a trial (EVSI)", ACCENT, [])]
    return [*curves, Curve(nets, "less its cost (ENBS)", INK, [7, 3])] if nets else curves


def _levels(value: ValueOfInformation, farthest: float) -> list[Curve]:
    """Return the lines for all sizes; what lies farther than the axis is to reach is named only."""
    endless, known = _of_all(value, value.endless.evsi), _of_all(value, value.evpi)
    beyond = known > farthest
    words = f"perfect information (EVPI{', beyond the axis' if beyond else ''}): {numbers.in_summary(known)}"
    return [
        Curve([endless], f"a trial without end: {numbers.in_summary(endless)}", ACCENT, [3, 3]),
        Curve([] if beyond else [known], words, MUTED, [2, 3]),
    ]


def _axes(value: ValueOfInformation, drawn: list[TrialValue]) -> "tuple[alt.X, alt.Y]":
    import altair as alt

    of_estimate = drawn[0].standard_error is not None
    title = (
        "Standard error of the trial (log scale)" if of_estimate else "People in the control arm (log scale)"
    )
    x = alt.X(
        "n:Q",
        title=title,
        scale=alt.Scale(type="log", nice=False, padding=12, reverse=of_estimate),
        axis=alt.Axis(
            values=[figures(_size(each)) for each in drawn], grid=False, domainColor=LINE, tickColor=LINE
        ),
    )
    y = alt.Y(
        "v:Q",
        title=f"Value {_whose(value)}, {unit(value)}",
        axis=alt.Axis(gridColor=LINE, domain=False, ticks=False, tickCount=6),
    )
    return x, y


def _legend(values: Values, curves: list[Curve]) -> list[Any]:
    """Return the key to the lines, one row each, above the drawing."""
    import altair as alt

    layers: list[Any] = []
    for i, curve in enumerate(curves):
        line: Records = [{"text": curve.words}]
        y = alt.value(-ROW * (len(curves) - i) + 4)
        rule = values.chart(line).mark_rule(
            color=curve.colour, strokeWidth=2, strokeDash=curve.dash or [1, 0]
        )
        layers.append(rule.encode(x=alt.value(8), x2=alt.value(34), y=y))
        text = values.chart(line).mark_text(align="left", color=INK)
        layers.append(text.encode(x=alt.value(40), y=y, text="text:N"))
    return layers
