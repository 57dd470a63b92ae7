"""Each trial's result beside the range that the other trials foresee for it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.reporting.drawing.axes import Axis
from bayes_ivig.reporting.drawing.canvas import Canvas, Interval, Words
from bayes_ivig.reporting.drawing.lettering import edges, extent, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.checks.outlook import ForeseenStudy, TrialSetCheck

if TYPE_CHECKING:
    import altair as alt

WIDTH = 700.0
NAME = 180.0  # pixels at most for the name of a trial
USUAL = (NAME, 244.0, 350.0)  # right edges of names, of what was observed and of what was foreseen
# of the axis, and the right edge of the last column, where the others end as usual
LEFT, RIGHT, P = 376.0, 624.0, 700.0
LINE, HEADING, THICK = 20.0, 26.0, 5.0
MOST_TOLD = 12
MOST_DECIMALS = 4
NICE = (1, 2, 5, 10)
RATIO_TICKS = (0.01, 0.1, 1.0, 10.0, 100.0)


@dataclass(frozen=True)
class Group:
    """The trials of one set under their heading."""

    title: str
    check: TrialSetCheck


def plot_foreseen(groups: Sequence[Group], treatment: str) -> "alt.LayerChart":
    """Return observed results (squares) on the ranges the other trials foresee:
    middle half thick, limits thin.
    """
    scale = _scale(groups)
    cells = [_cells(row, scale) for group in groups for row in group.check.rows]
    columns = edges([(), *zip(("Observed", "Foreseen"), *cells, strict=True)], USUAL)
    moved = columns[-1] - USUAL[-1]
    columns.append(P + moved)
    canvas = Canvas(WIDTH + moved, replace(scale.axis, left=LEFT + moved, right=RIGHT + moved))
    canvas.keys.append((6, 12, INK, "square"))
    canvas.words.append(Words(18, 12, "observed"))
    canvas.rule(12, 110, 134, ACCENT)
    level = numbers.level(groups[0].check.level)
    canvas.words.append(
        Words(
            142, 12, f"foreseen from the other trials: {level} limits, the middle half thick", colour=ACCENT
        )
    )
    y = 42.0
    heads = zip(columns[1:], ("Observed", "Foreseen", "P"), strict=True)
    canvas.words += [
        Words(0, y, "Trial", bold=True),
        *(Words(x, y, head, "right", bold=True) for x, head in heads),
    ]
    canvas.rule(y + 14, 0, canvas.width)
    y += 20
    top = y
    for group in groups:
        canvas.words.append(
            Words(0, y + HEADING / 2 + 2, fitted(group.title, canvas.axis.left, bold=True), bold=True)
        )
        y += HEADING
        for row in group.check.rows:
            _row(canvas, y + LINE / 2, row, scale, columns)
            y += LINE
    bottom = y + 6
    label = f"{scale.title} {fitted(treatment, 240 - extent(scale.title))}" if scale.of_arm else scale.title
    canvas.words.append(Words((canvas.axis.left + canvas.axis.right) / 2, bottom + 38, label, "center"))
    return canvas.chart(top=top, bottom=bottom, height=bottom + 52, description=foreseen_alternative(groups))


def foreseen_alternative(groups: Sequence[Group]) -> str:
    """Return the numbers drawn, for those who cannot see them;
    of many trials those that stand out the most.
    """
    scale = _scale(groups)
    sentences = []
    for group in groups:
        rows = sorted(group.check.foreseen, key=lambda row: settled_one(row.p_value or 0.0))[:MOST_TOLD]
        parts = [
            f"{phrases.name(row.study)} {scale.text(row.observed, row)}, "
            f"foreseen {_between(row, scale)}, P {_p(row)}"
            for row in rows
        ]
        rest = (
            ""
            if len(rows) == len(group.check.foreseen)
            else " The other trials stand out less; they are in the table below."
        )
        sentences.append(f"{group.title}: {'; '.join(parts)}.{rest}")
    return f"{phrases.first_upper(scale.title)}, observed and foreseen. {' '.join(sentences)}"


@dataclass(frozen=True)
class _Scale:
    """What the axis shows, and how a result is placed on it and printed."""

    axis: Axis
    title: str
    of_arm: bool
    value: Callable[[float, ForeseenStudy], float]
    text: Callable[[float, ForeseenStudy], str]


def _scale(groups: Sequence[Group]) -> _Scale:
    if groups[0].check.uses_estimates:
        axis = Axis(LEFT, RIGHT, ticks=RATIO_TICKS)
        return _Scale(axis, "odds ratio", False, lambda x, _: _exp(x), lambda x, _: numbers.ratio(_exp(x)))
    rows = [row for group in groups for row in group.check.rows]
    largest = max(
        (_percent(x, row) for row in rows for x in (row.observed, row.upper) if x is not None), default=0.0
    )
    upper, _ = _end(largest)
    axis = Axis(LEFT, RIGHT, 0.0, upper, tuple(upper * part / 4 for part in range(5)), linear=True, null=0.0)
    return _Scale(axis, "% with the event under", True, _percent, _percent_text)


def _end(largest: float) -> tuple[float, int]:
    """Return a round percentage that holds the largest, and how many decimals go with it."""
    if largest <= 0:
        return 100.0, 0
    power = 10.0 ** min(max(math.floor(math.log10(largest)), -4), 1)
    upper = min(next((nice * power for nice in NICE if nice * power >= largest), 10 * power), 100.0)
    return upper, min(max(0, 1 - math.floor(math.log10(upper / 2))), MOST_DECIMALS)


def _percent_text(x: float, row: ForeseenStudy) -> str:
    """Return a percentage with the decimals that its row takes."""
    _, decimals = _end(max(_percent(row.observed, row), _percent(row.upper or 0.0, row)))
    return numbers.percentage(_percent(x, row), decimals)


def _percent(x: float, row: ForeseenStudy) -> float:
    return 100 * x / row.total if row.total else 0.0


def _exp(log_ratio: float) -> float:
    return math.exp(min(max(log_ratio, -700.0), 700.0))


def _cells(row: ForeseenStudy, scale: _Scale) -> tuple[str, str]:
    """Return what was observed and what was foreseen."""
    return scale.text(row.observed, row), _between(row, scale)


def _row(canvas: Canvas, y: float, row: ForeseenStudy, scale: _Scale, columns: Sequence[float]) -> None:
    observed = scale.value(row.observed, row)
    seen, foreseen = _cells(row, scale)
    canvas.words += [
        Words(0, y, fitted(row.study, NAME)),
        Words(columns[1], y, seen, "right"),
        Words(columns[2], y, foreseen, "right", ACCENT),
        Words(columns[3], y, _p(row), "right", bold=row.outside),
    ]
    for lower, upper, width in ((row.lower, row.upper, 1.4), (row.quarter, row.three_quarters, THICK)):
        if lower is not None and upper is not None:
            ends = scale.value(lower, row), scale.value(upper, row)
            canvas.intervals.append(Interval(y, ends[0], *ends, ACCENT, "none", width=width))
    canvas.intervals.append(Interval(y, observed, observed, observed, INK, "square", 40.0))


def _between(row: ForeseenStudy, scale: _Scale) -> str:
    if row.lower is None or row.upper is None:
        return numbers.NONE
    return f"{scale.text(row.lower, row).removesuffix('%')} to {scale.text(row.upper, row)}"


def _p(row: ForeseenStudy) -> str:
    return numbers.p_value(row.p_value)
