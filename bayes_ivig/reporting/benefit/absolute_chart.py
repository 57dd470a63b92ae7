"""Events per 1000 people without and with treatment, at several control risks."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from bayes_ivig.errors import ModelError
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.reporting.drawing.axes import Axis
from bayes_ivig.reporting.drawing.canvas import Canvas, Interval, Words
from bayes_ivig.reporting.drawing.lettering import edges, extent, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK
from bayes_ivig.reporting.wording import numbers, per_thousand, phrases
from bayes_ivig.reporting.wording.per_thousand import AbsoluteRow
from bayes_ivig.results.benefit.benefit import Benefit

if TYPE_CHECKING:
    import altair as alt

WIDTH = 700.0
LABEL = 176.0  # pixels at most for the label of a row
# right edges of the columns: labels, events without and with treatment, difference
USUAL = (LABEL, 222.0, 356.0, 486.0)
LEFT, RIGHT = 510.0, 684.0  # of the axis, where the columns end as usual
LINE, HEADING, HALF = 26.0, 26.0, 4.0
NICE = (1, 2, 5, 10)
MOST_GROUPS = 12


@dataclass(frozen=True)
class Group:
    """Rows under one heading (empty for none), by label, as ``Benefit.absolute`` has them."""

    title: str
    rows: Mapping[str, AbsoluteRow]


@checked
def plot_absolute(found: Annotated[Benefit | Mapping[str, Benefit], NOT_EMPTY]) -> "alt.LayerChart":
    """Return events per 1000 people without (square) and with treatment (circle, credible interval),
    a row per control risk.

    ``found`` is what ``benefit`` returns; several stand under headings of their own, twelve at most.

    >>> import bayes_ivig as bi
    >>> chart = bi.plot.absolute(bi.benefit(bi.fit(bi.load_dataset("my.csv"))))
    >>> chart.save("absolute.svg").name
    'absolute.svg'
    """
    groups, arms, level = _groups(found)
    return absolute_chart(groups, arms, level, absolute_alternative(found))


def absolute_alternative(benefits: Benefit | Mapping[str, Benefit]) -> str:
    """Return the numbers drawn, for those who cannot see them."""
    groups, arms, _ = _groups(benefits)
    return absolute_words(groups, arms)


def absolute_words(groups: Sequence[Group], arms: tuple[str, str]) -> str:
    """Return the numbers of groups of rows in sentences."""
    pieces = []
    for group in groups:
        parts = [
            f"{phrases.name(label)} {per_thousand.events(row['control_per_1000'])} against "
            f"{' ('.join(per_thousand.treated(row))})"
            for label, row in group.rows.items()
        ]
        pieces.append(f"{phrases.name(group.title)}{': ' if group.title else ''}{'; '.join(parts)}.")
    treatment, control = (phrases.name(arm) for arm in arms)
    return f"Events per 1000 people with {control} against {treatment}. {' '.join(pieces)}"


def absolute_chart(
    groups: Sequence[Group], arms: tuple[str, str], level: float, description: str
) -> "alt.LayerChart":
    """Return the drawing of groups of rows; ``arms`` are treatment and control."""
    rows = [row for group in groups for row in group.rows.values()]
    heads = [
        phrases.first_upper(fitted(arm, room, bold=True)) for arm, room in ((arms[1], 94.0), (arms[0], 118.0))
    ] + ["Difference"]
    cells = [_cells(row) for row in rows]
    columns = edges([(), *zip(heads, *cells, strict=True)], USUAL)
    moved = columns[-1] - USUAL[-1]
    canvas = Canvas(WIDTH + moved, _axis(rows, moved))
    treatment, control = (phrases.first_upper(fitted(arm, 220.0)) for arm in arms)
    canvas.keys.append((6, 12, INK, "square"))  # a number without an interval: no line through it
    canvas.words.append(Words(18, 12, control))
    canvas.key(
        max(260.0, 34 + extent(control)), 12, f"{treatment}, {numbers.level(level)} credible interval", ACCENT
    )
    y = 42.0
    canvas.words.append(Words(0, y, "Per 1000 people", bold=True))
    canvas.words += [
        Words(x, y, head, "right", bold=True) for x, head in zip(columns[1:], heads, strict=True)
    ]
    canvas.rule(y + 14, 0, canvas.axis.right)
    y += 20
    top = y
    for group in groups:
        if group.title:
            canvas.words.append(
                Words(0, y + HEADING / 2 + 2, fitted(group.title, columns[-1], bold=True), bold=True)
            )
            y += HEADING
        for label, row in group.rows.items():
            _row(canvas, y + LINE / 2, label, row, columns)
            y += LINE
    bottom = y + 6
    canvas.words.append(
        Words((canvas.axis.left + canvas.axis.right) / 2, bottom + 38, "events per 1000 people", "center")
    )
    return canvas.chart(top=top, bottom=bottom, height=bottom + 52, description=description)


def _groups(benefits: Benefit | Mapping[str, Benefit]) -> tuple[list[Group], tuple[str, str], float]:
    """Return the rows to draw, treatment and control, and the level of the intervals."""
    named = {"": benefits} if isinstance(benefits, Benefit) else dict(list(benefits.items())[:MOST_GROUPS])
    groups = [
        Group(label, per_thousand.distinct({name: each.row(name) for name in each.effects}))
        for label, each in named.items()
    ]
    first = next(iter(named.values()))
    if not any(group.rows for group in groups):
        refused = first.control.not_carried if first.control else None
        why = per_thousand.no_absolute_effect(refused) if refused else "no control risk is known"
        raise ModelError(f"plot.absolute: {why}")
    about = first.posterior.dataset.about
    return groups, (about.treatment, about.control), first.level


def _cells(row: AbsoluteRow) -> tuple[str, str, str]:
    """Return the numbers of a row: without treatment, with it, their difference."""
    middle, limits = per_thousand.treated(row)
    change, between = per_thousand.difference(row)
    return per_thousand.events(row["control_per_1000"]), f"{middle} ({limits})", f"{change} ({between})"


def _row(canvas: Canvas, y: float, label: str, row: AbsoluteRow, columns: Sequence[float]) -> None:
    canvas.words.append(Words(0, y, fitted(label, LABEL)))
    for x, text, colour in zip(columns[1:], _cells(row), (INK, ACCENT, INK), strict=True):
        canvas.words.append(Words(x, y, text, "right", colour))
    control = row["control_per_1000"]
    canvas.intervals.append(Interval(y - HALF, control, control, control, INK, "square", 40.0))
    treated = (row["treated_per_1000"], row["treated_lower"], row["treated_upper"])
    canvas.intervals.append(Interval(y + HALF, *treated, ACCENT, "circle", 45.0, 1.6))


def _axis(rows: Sequence[AbsoluteRow], moved: float) -> Axis:
    """Return an axis from 0 to a round number that holds every limit, 1000 at most."""
    largest = max(max(row["treated_upper"], row["control_per_1000"]) for row in rows)
    power = 10.0 ** min(max(_digits(largest), -3), 2)
    upper = min(next((nice * power for nice in NICE if nice * power >= largest), 10 * power), 1000.0)
    return Axis(
        LEFT + moved,
        RIGHT + moved,
        0.0,
        upper,
        tuple(upper * part / 2 for part in range(3)),
        linear=True,
        null=0.0,
    )


def _digits(value: float) -> int:
    return math.floor(math.log10(value)) if value > 0 else 0
