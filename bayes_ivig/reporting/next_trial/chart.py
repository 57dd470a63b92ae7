"""What trials of every size are expected to do, as curves against the size."""

from typing import TYPE_CHECKING, Any

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.drawing.canvas import Records, Values, figures, look
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED
from bayes_ivig.reporting.drawing.places import cut_off
from bayes_ivig.reporting.next_trial.text import size_of, today
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.next_trial.next_trial import AfterTrial, NextTrial

if TYPE_CHECKING:
    import altair as alt

WIDTH, HEIGHT = 560, 260
ROW = 18
DRAWN = 5e-5  # a curve whose probabilities are all below it would lie on the axis
# what is drawn, in words, with its colour and dashes
CURVES: tuple[tuple[str, str, str, list[int]], ...] = (
    ("reached", "a benefit is shown", ACCENT, []),
    ("harm", "a harm is shown", INK, [7, 3]),
    ("misleading", "a line is reached on the wrong side", MUTED, [2, 3]),
    ("significant", "the trial alone is significant", INK, [2, 3]),
)


@checked
def plot_assurance(plan: NextTrial) -> "alt.LayerChart":
    """Return the probability, over what a trial may find, of each thing that it may do, against its size.

    ``plan`` is what ``next_trial`` returns.

    >>> import bayes_ivig as bi
    >>> plan = bi.next_trial(bi.fit(bi.load_dataset("my.csv")), per_arm=[20, 50], control_risk=0.1)
    >>> bi.plot.assurance(plan).save("assurance.svg").name
    'assurance.svg'
    """
    import altair as alt

    values = Values()
    x, y = _axes(plan)
    layers: list[Any] = []
    kept = [curve for curve in CURVES if _varies(plan, curve[0])]
    for name, _, colour, dash in kept:
        records = [_record(each, name) for each in _drawn(plan)]
        line = values.chart(records).mark_line(color=colour, strokeWidth=2, strokeDash=dash or [1, 0])
        dots = values.chart(records).mark_point(color=colour, filled=True, size=30)
        layers += [line.encode(x=x, y=y), dots.encode(x=x, y=y)]
    most: Records = [{"p": cut_off(plan.endless.value["reached"])}]
    layers.append(values.chart(most).mark_rule(color=ACCENT, strokeDash=[3, 3]).encode(y=y))
    layers += _legend(values, kept, plan)
    words = assurance_alternative(plan)
    return alt.LayerChart(layer=layers, width=WIDTH, height=HEIGHT, description=words, **look(values))


def assurance_alternative(plan: NextTrial) -> str:
    """Return what the curves show, for those who cannot see them."""
    parts = [f"{size_of(each)}: {numbers.probability(each.value['reached'])}" for each in plan.sizes]
    return (
        f"{today(plan)} Probability that a trial takes it to {numbers.stated(plan.line)} by size: "
        f"{'; '.join(parts)}."
    )


def _drawn(plan: NextTrial) -> list[AfterTrial]:
    """Return the sizes of one trial, or those of most trials where none is of one, in rising order."""
    fewest = min(each.trials for each in plan.sizes)
    return sorted((each for each in plan.sizes if each.trials == fewest), key=_size)


def _size(after: AfterTrial) -> float:
    return float(after.standard_error if after.standard_error is not None else after.control or 0)


def _varies(plan: NextTrial, name: str) -> bool:
    return any(each.value.get(name, 0.0) >= DRAWN for each in _drawn(plan))


def _record(after: AfterTrial, name: str) -> dict[str, Any]:
    return {"n": figures(_size(after)), "p": cut_off(after.value[name])}


def _axes(plan: NextTrial) -> "tuple[alt.X, alt.Y]":
    import altair as alt

    of_estimate = plan.sizes[0].standard_error is not None
    title = (
        "Standard error of the trial (log scale)" if of_estimate else "People in the control arm (log scale)"
    )
    sizes = [figures(_size(each)) for each in _drawn(plan)]
    x = alt.X(
        "n:Q",
        title=title,
        scale=alt.Scale(type="log", nice=False, padding=12, reverse=of_estimate),
        axis=alt.Axis(values=sizes, grid=False, domainColor=LINE, tickColor=LINE),
    )
    y = alt.Y(
        "p:Q",
        title="Probability over what it may find",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], gridColor=LINE, domain=False, ticks=False),
    )
    return x, y


def _legend(values: Values, kept: list[tuple[str, str, str, list[int]]], plan: NextTrial) -> list[Any]:
    """Return the key to the lines below the curves' right end, one row each."""
    import altair as alt

    rows = [(words, colour, dash) for _, words, colour, dash in kept]
    rows.append((f"a benefit, by a trial {size_of(plan.endless)}", ACCENT, [3, 3]))
    layers: list[Any] = []
    for i, (words, colour, dash) in enumerate(rows):
        line: Records = [{"text": words}]
        y = alt.value(10 + ROW * i)
        rule = values.chart(line).mark_rule(color=colour, strokeWidth=2, strokeDash=dash or [1, 0])
        layers.append(rule.encode(x=alt.value(8), x2=alt.value(34), y=y))
        text = values.chart(line).mark_text(align="left", color=INK)
        layers.append(text.encode(x=alt.value(40), y=y, text="text:N"))
    return layers
