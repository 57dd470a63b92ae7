"""The figure of the brief: an effect and the prediction for a new trial on each row, as narrow as a phone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from bayes_ivig.inputs.counts.description import About
from bayes_ivig.measures import Measure
from bayes_ivig.reporting.brief.chart_rows import Group, Row, groups_of, measure_of_rows
from bayes_ivig.reporting.document.blocks import Figure
from bayes_ivig.reporting.drawing.axes import RATIO_VALUES, Axis, effect_axis
from bayes_ivig.reporting.drawing.canvas import Canvas, Interval, Words
from bayes_ivig.reporting.drawing.lettering import extent, fitted, wrapped
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.digits import significant
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, SummaryOutcome

if TYPE_CHECKING:
    import altair as alt

WIDTH = 440.0
LEFT, RIGHT = 14.0, 426.0
TEXT, BAR, GAP, HEADING = 15.0, 14.0, 10.0, 24.0  # heights
APART = 14.0  # pixels between a label and the numbers beside it
NEAR, FAR = (0.1, 0.05, 0.02, 0.01, 0.001), (10.0, 20.0, 50.0, 100.0, 1000.0)  # where an axis of ratios ends
USUAL = 2  # decades on a side, beyond which an axis goes for an estimate only
DECADES = tuple(10.0**power for power in range(-3, 4))
FINE = 3.0  # decades of an axis that has ticks between the powers of ten
CONTINUED = "..."  # after what labels go on from
SAME = 1e-6  # relative: a limit so near the end of an axis is on it


@dataclass(frozen=True)
class Picture:
    """What is drawn: the rows in groups, the effect measure, whom either side favours;
    ``heading`` stands over the labels, ``title`` says in words what the numbers are.
    """

    groups: tuple[Group, ...]
    measure: Measure
    sides: tuple[str, str] | None
    heading: str
    title: str

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows in order."""
        return tuple(row for group in self.groups for row in group.rows)


def brief_figure(outcome: CountsOutcome | SummaryOutcome) -> Figure | None:
    """Return the figure of an outcome, None where it has no effect to draw."""
    measure, about = measure_of_rows(outcome), outcome.about
    groups, title = groups_of(outcome), _title(outcome, about, measure)
    heading = "Comparison" if groups and groups[0].before else "Trials"
    picture = Picture(groups, measure, outcomes.sides(about), heading, title)
    if not any(row.effect for row in picture.rows):
        return None
    words = alternative(picture)
    return Figure("brief", _caption(picture), words, partial(plot_brief, picture, words))


def alternative(picture: Picture) -> str:
    """Return the numbers of the figure, for those who cannot see it."""
    parts = []
    for group in picture.groups:
        for row in group.rows:
            new = f"; new trial {_span(row.new, picture.measure)}" if row.new else ""
            parts.append(f"{group.before}{row.label}: {row.text}{new}")
    return f"{picture.title}. {'. '.join(parts)}."


def plot_brief(picture: Picture, description: str) -> "alt.LayerChart":
    """Return the chart: label and numbers of a row above its intervals."""
    canvas = Canvas(WIDTH, _axis(picture), null=LINE)
    y = top = _header(canvas, picture)
    for group in picture.groups:
        if group.heading or group.before:
            room = WIDTH - 2 * APART
            canvas.words.append(
                Words(
                    0.0,
                    y + HEADING / 2,
                    fitted(group.heading or group.before + CONTINUED, room),
                    colour=MUTED,
                )
            )
            y += HEADING
        for row in group.rows:
            y = _row(canvas, y, row, picture.measure)
    bottom = y
    if picture.sides:
        _favours(canvas, bottom + 38, picture.sides)
    return canvas.chart(
        top=top, bottom=bottom, height=bottom + (50 if picture.sides else 28), description=description
    )


def _title(outcome: CountsOutcome | SummaryOutcome, about: About, measure: Measure) -> str:
    """Return what the numbers are: effect, outcome and arms."""
    name, what = phrases.first_upper(measure.name), outcomes.phrase(outcome)
    arms = f"{phrases.name(about.treatment)} against {phrases.name(about.control)}"
    return f"{name} of {what}, {arms}" if what else f"{name}, {arms}"


def _caption(picture: Picture) -> str:
    """Return title and key of the figure, in words."""
    parts = [f"{picture.title}."]
    if any(not row.classical for row in picture.rows):
        parts.append("Circles: posterior medians with 95% credible intervals.")
    if any(row.new for row in picture.rows):
        parts.append("Thin lines: 95% prediction intervals of a new trial, of the same fit.")
    if any(row.classical and row.effect for row in picture.rows):
        parts.append("Squares: classical estimates with their confidence intervals.")
    if more := sum(group.more for group in picture.groups):
        parts.append(f"{numbers.count(more)} more {'stands' if more == 1 else 'stand'} in the report.")
    if any(_clipped(row, _axis(picture)) for row in picture.rows):
        parts.append("An arrow: the interval runs off the axis.")
    return " ".join(parts)


def _span(effect: Ratio, measure: Measure) -> str:
    return effects.limits(measure, effect.lower, effect.upper)


def _axis(picture: Picture) -> Axis:
    """Return an axis that holds every estimate and, unless they are far off, every limit;
    of ratios its ends are round numbers.
    """
    found = [row.effect for row in picture.rows if row.effect]
    limits = [value for each in found for value in each if value is not None]
    if not picture.measure.log:
        return effect_axis(LEFT, RIGHT, limits, picture.measure)
    positive = [significant(value, 3) for value in limits if value > 0]
    middles = [significant(each.estimate, 3) for each in found if each.estimate]
    low = max(min(positive, default=1.0), min([10.0**-USUAL, *(middle / 2 for middle in middles)]))
    high = min(max(positive, default=1.0), max([10.0**USUAL, *(2 * middle for middle in middles)]))
    lower = next((end for end in NEAR if end <= low * (1 + SAME)), NEAR[-1])
    upper = next((end for end in FAR if end >= high * (1 - SAME)), FAR[-1])
    inside = [value for value in RATIO_VALUES if lower <= value <= upper]
    if math.log10(upper / lower) > FINE - SAME:
        inside = [value for value in inside if value in DECADES]
    return Axis(LEFT, RIGHT, lower, upper, tuple(inside))


def _header(canvas: Canvas, picture: Picture) -> float:
    """Draw the headings over labels and numbers; return where the rows begin."""
    right = f"{phrases.first_upper(picture.measure.name)} (95% interval)"
    room = WIDTH - APART - extent(right, bold=True)
    canvas.words.append(Words(0.0, 9.0, fitted(picture.heading, room, bold=True), bold=True))
    canvas.words.append(Words(WIDTH, 9.0, right, "right", bold=True))
    canvas.rule(21.0, 0.0, WIDTH, LINE)
    return 26.0


def _row(canvas: Canvas, y: float, row: Row, measure: Measure) -> float:
    """Draw one row; return where the next begins."""
    ink = INK if row.classical else ACCENT
    right = [row.text, *([f"new trial {_span(row.new, measure)}"] if row.new else [])]
    room = WIDTH - APART - max(extent(text, bold=True) for text in right)
    left = wrapped(row.label, room, 2)
    for i, line in enumerate(left):
        canvas.words.append(Words(0.0, y + TEXT * (i + 0.5), line))
    for i, text in enumerate(right):
        colour = MUTED if i else ink
        canvas.words.append(Words(WIDTH, y + TEXT * (i + 0.5), text, "right", colour, bold=not i))
    y += TEXT * max(len(left), len(right))
    if row.effect is None:
        return y + GAP
    middle = y + BAR / 2
    for effect, width in ((row.new, 1.0), (row.effect, 3.0)):
        if effect is not None:
            _interval(canvas, middle, effect, ink, width)
    _mark(canvas, middle, row, ink)
    return y + BAR + GAP


def _interval(canvas: Canvas, y: float, effect: Ratio, colour: str, width: float) -> None:
    """Draw limits as far as the axis goes, with an arrow where they go further."""
    axis = canvas.axis
    low, high = _ends(effect, axis)
    for side, x in _clipped_ends(effect, axis):
        canvas.keys.append((x, y, colour, f"triangle-{side}"))
    if low < high:
        canvas.intervals.append(Interval(y, low, low, high, colour, "none", 1.0, width))


def _mark(canvas: Canvas, y: float, row: Row, colour: str) -> None:
    axis, middle = canvas.axis, row.effect.estimate if row.effect else None
    if middle is not None and axis.lower <= middle <= axis.upper:
        shape: Literal["square", "circle"] = "square" if row.classical else "circle"
        canvas.intervals.append(Interval(y, middle, middle, middle, colour, shape, 60.0))


def _ends(effect: Ratio, axis: Axis) -> tuple[float, float]:
    """Return the limits within the axis; one too large to exist lies beyond it."""
    low = axis.lower if effect.lower is None else axis.inside(effect.lower)
    high = axis.upper if effect.upper is None else axis.inside(effect.upper)
    return low, high


def _clipped_ends(effect: Ratio, axis: Axis) -> list[tuple[str, float]]:
    found = []
    if effect.lower is None or effect.lower < axis.lower * (1 - SAME * (axis.lower > 0)):
        found.append(("left", axis.left))
    if effect.upper is None or effect.upper > axis.upper * (1 + SAME):
        found.append(("right", axis.right))
    return found


def _clipped(row: Row, axis: Axis) -> bool:
    return any(_clipped_ends(each, axis) for each in (row.effect, row.new) if each)


def _favours(canvas: Canvas, y: float, sides: Sequence[str]) -> None:
    """Say below the axis whom effects on either side of no effect favour."""
    room = WIDTH / 2 - extent("← favours ") - APART
    canvas.words.append(Words(0.0, y, f"← favours {fitted(sides[0], room)}", colour=MUTED))
    canvas.words.append(Words(WIDTH, y, f"favours {fitted(sides[1], room)} →", "right", MUTED))
