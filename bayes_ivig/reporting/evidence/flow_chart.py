"""The selection of studies as a flow chart: boxes for what was kept, to their right what was left out."""

from typing import TYPE_CHECKING

from bayes_ivig.inputs.evidence.search import Stage, Step
from bayes_ivig.reporting.drawing.lettering import wrapped
from bayes_ivig.reporting.drawing.palette import INK, MUTED, PAPER
from bayes_ivig.reporting.drawing.shapes import Shapes
from bayes_ivig.reporting.wording import numbers, phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

KEPT, SIDE = (10.0, 330.0), (372.0, 690.0)  # left and right edges of both columns of boxes, in pixels
WIDTH, LINE_HEIGHT, INSET, GAP = 700.0, 17.0, 10.0, 30.0
ROOM = KEPT[1] - KEPT[0] - 24.0  # pixels for the text in a box
MOST_LINES = 4  # of a remark
UNKNOWN = "number not printed"

type Lines = list[tuple[str, bool, bool]]  # text, in bold, in grey


def plot_flow(steps: "Sequence[Stage]") -> "alt.LayerChart":
    """Return the flow chart of a selection; what has no printed number stands in a dashed box."""
    tops, height = _tops(steps)
    drawn = Shapes(WIDTH, height)
    centre = (KEPT[0] + KEPT[1]) / 2
    for position, (stage, top) in enumerate(zip(steps, tops, strict=True)):
        lines = _kept_lines(stage.kept)
        bottom = top + _height(lines)
        _box(drawn, (KEPT[0], top, KEPT[1], bottom), lines, dashed=stage.kept.count is None)
        if position + 1 == len(steps):
            continue
        end = tops[position + 1]
        drawn.arrow((centre, bottom), (centre, end), INK)
        if out := _side_lines(stage):
            middle, half = (bottom + end) / 2, _height(out) / 2
            drawn.arrow((centre, middle), (SIDE[0], middle), INK)
            unknown = not stage.removed or any(step.count is None for step in stage.removed)
            _box(drawn, (SIDE[0], middle - half, SIDE[1], middle + half), out, dashed=unknown)
    return drawn.chart("Search and selection of studies.")


def flow_alternative(steps: "Sequence[Stage]") -> str:
    """Return what the flow chart shows, for those who cannot see it."""
    parts = []
    for stage in steps:
        parts.append(_step_words(stage.kept))
        out = [_step_words(step) for step in stage.removed] + _sums(stage)
        if out:
            parts.append(f"left out after that: {', '.join(out)}")
    return f"Search and selection as a flow chart. {'; '.join(parts)}."


def _step_words(step: Step) -> str:
    return f"{phrases.name(step.name)}: {_number(step)}"


def _number(step: Step) -> str:
    return UNKNOWN if step.count is None else numbers.count(step.count)


def _sums(stage: Stage) -> list[str]:
    """Return what subtraction says about those left out, where the printed reasons do not say it already."""
    if (
        stage.lost is None
        or stage.lost < 0
        or (stage.lost == 0 and not stage.removed)
        or stage.unexplained == 0
    ):
        return []
    together = "together " if len(stage.removed) > 1 else ""
    sums = [f"{together}{numbers.count(stage.lost)} by subtraction"]
    if stage.unexplained:
        many = abs(stage.unexplained)
        sums.append(
            f"{numbers.count(many)} "
            f"{'without a printed reason' if stage.unexplained > 0 else 'more have a printed reason'}"
        )
    return sums


def _kept_lines(step: Step) -> Lines:
    number = UNKNOWN if step.count is None else f"n = {numbers.count(step.count)}"
    head: Lines = [(line, True, False) for line in wrapped(phrases.first_upper(step.name), ROOM, bold=True)]
    return [
        *head,
        (number, False, False),
        *((line, False, True) for line in wrapped(step.note, ROOM, MOST_LINES)),
    ]


def _side_lines(stage: Stage) -> Lines:
    texts = [f"{phrases.first_upper(step.name)}: {_number(step)}" for step in stage.removed]
    sums = [phrases.first_upper(text) for text in _sums(stage)]
    if sums and not texts:
        sums[0] = f"Left out: {sums[0][:1].lower()}{sums[0][1:]}"
    lines: Lines = [(line, False, False) for text in texts for line in wrapped(text, ROOM)]
    return [*lines, *((line, False, True) for text in sums for line in wrapped(text, ROOM))]


def _tops(steps: "Sequence[Stage]") -> tuple[list[float], float]:
    """Return the upper edge of every box of the left column, and the height of the whole."""
    tops, at = [], 6.0
    for stage in steps:
        tops.append(at)
        out = _side_lines(stage)
        at += _height(_kept_lines(stage.kept)) + max(GAP, _height(out) + 12.0 if out else 0.0)
    last = steps[-1]
    gap = max(GAP, _height(_side_lines(last)) + 12.0 if _side_lines(last) else 0.0)
    return tops, at - gap + 6.0


def _height(lines: Lines) -> float:
    return 2 * INSET + LINE_HEIGHT * len(lines) - 4


def _box(drawn: Shapes, corners: tuple[float, float, float, float], lines: Lines, *, dashed: bool) -> None:
    drawn.box(corners, PAPER, MUTED if dashed else INK, dashed=dashed)
    for row, (line, bold, grey) in enumerate(lines):
        at = corners[1] + INSET + LINE_HEIGHT * row + LINE_HEIGHT / 2 - 2
        drawn.text((corners[0] + 12, at), line, bold=bold, colour=MUTED if grey else INK)
