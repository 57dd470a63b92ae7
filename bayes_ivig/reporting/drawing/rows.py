"""Rows of intervals beside their labels: the drawing that trial sets, priors and readings share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayes_ivig.measures import OR, Measure
from bayes_ivig.reporting.drawing.axes import Axis, effect_axis
from bayes_ivig.reporting.drawing.canvas import Canvas, Words
from bayes_ivig.reporting.drawing.lettering import extent, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, MUTED
from bayes_ivig.reporting.wording import effects
from bayes_ivig.results.pooled import Ratio

if TYPE_CHECKING:
    import altair as alt

WIDTH = 940.0
EFFECT = 548.0  # right edge of the column of odds ratios
LEFT, RIGHT = 618.0, 892.0  # as in the forest plot
FAVOURED = 104.0  # pixels for the name of an arm below the axis
KEY = 380.0  # pixels that a part of the key takes at least
APART = 16.0  # pixels between two texts on a line
LINE = 17.0
GAP = 8.0
HEADING = 32.0
KNOWN, NEW = "posterior, 95% credible interval", "in a new trial"
POOLED = "pooled again, 95% confidence interval"


@dataclass(frozen=True)
class Row:
    """A label with its intervals, the classical one (or None) above the posterior one (or None), and below
    them that of a new trial (or None).

    A row without intervals is a heading. ``missing`` stands where a classical estimate does not exist.
    """

    label: str
    observed: Ratio | None = None
    posterior: Ratio | None = None
    missing: str = ""
    prediction: Ratio | None = None

    @property
    def intervals(self) -> tuple[Ratio, ...]:
        """The intervals that there are, in the order they are drawn."""
        return tuple(each for each in (self.observed, self.posterior, self.prediction) if each)

    @property
    def height(self) -> float:
        """Pixels the row takes."""
        lines = len(self.intervals) + bool(self.missing)
        return HEADING if not lines else GAP + lines * LINE


def row_chart(
    rows: Sequence[Row],
    *,
    headings: tuple[str, str],
    sides: tuple[str, str] | None,
    description: str,
    observed: str | tuple[str, str, str] = POOLED,
    measure: Measure = OR,
) -> "alt.LayerChart":
    """Return the chart; ``headings`` stand over labels and effects,
    ``sides`` name whom each side favours.

    ``observed`` says what the classical intervals are, or one by one what they, the posterior's and those
    below it are; ``measure`` what the numbers of the rows are of.
    """
    axis = fitted_axis(
        [
            limit
            for row in rows
            for ratio in row.intervals
            for limit in ratio
            if limit is not None and (limit or not measure.log)
        ],
        measure,
    )
    canvas = Canvas(WIDTH, axis)
    first, middle, last = (observed, KNOWN, NEW) if isinstance(observed, str) else observed
    both = any(row.observed or row.missing for row in rows)
    new = last if any(row.prediction for row in rows) else ""
    known = middle if any(row.posterior for row in rows) else ""
    y = _header(canvas, headings, (first if both else "", known, new))
    top = y
    for row in rows:
        _row(canvas, y, row, measure)
        y += row.height
    bottom = y + 6
    if sides:
        favours(canvas, bottom + 40, sides)
    return canvas.chart(
        top=top, bottom=bottom, height=bottom + (54 if sides else 32), description=description
    )


def _header(canvas: Canvas, headings: tuple[str, str], key: tuple[str, str, str]) -> float:
    """Column headings, and where both kinds of interval are drawn the key to them;
    return where the rows begin.
    """
    observed, posterior, new = key
    keys = [(observed, INK, "square")] if observed else []
    keys += [(posterior, ACCENT, "circle")] if posterior and (observed or new) else []
    keys += [(new, MUTED, "none")] if new else []
    x = 0.0
    for text, colour, shape in keys:
        canvas.key(x, 12, text, colour, shape)
        x = max(x + KEY, x + 32 + extent(text) + 2 * APART)
    y = 40.0 if keys else 14.0
    canvas.words += [Words(0, y, headings[0], bold=True), Words(EFFECT, y, headings[1], "right", bold=True)]
    canvas.rule(y + 14, 0, RIGHT)
    return y + 20


def _row(canvas: Canvas, y: float, row: Row, measure: Measure) -> None:
    middle = y + row.height / 2
    heading = not row.intervals and not row.missing
    texts = [effects.bracketed(measure, ratio) for ratio in row.intervals]
    texts += [row.missing] * bool(row.missing)
    room = ((LEFT + RIGHT) / 2 if heading else EFFECT - max(map(extent, texts))) - APART
    canvas.words.append(
        Words(0, middle + (4 if heading else 0), fitted(row.label, room, bold=heading), bold=heading)
    )
    line = y + GAP / 2 + LINE / 2
    if row.missing:
        canvas.words.append(Words(EFFECT, line, row.missing, "right", MUTED))
        line += LINE
    for ratio, colour, mark in (
        (row.observed, INK, ("square", 40.0)),
        (row.posterior, ACCENT, ("circle", 45.0)),
        (row.prediction, MUTED, ("none", 0.0)),
    ):
        if ratio is not None:
            canvas.words.append(Words(EFFECT, line, effects.bracketed(measure, ratio), "right", colour))
            canvas.ratio(line, ratio, colour, mark)  # type: ignore[arg-type]
            line += LINE


def favours(canvas: Canvas, y: float, sides: tuple[str, str]) -> None:
    """Say below the axis whom effects below no effect favour, and whom those above."""
    middle = (canvas.axis.left + canvas.axis.right) / 2
    canvas.words.append(Words(middle - 12, y, f"← Favours {fitted(sides[0], FAVOURED)}", "right"))
    canvas.words.append(Words(middle + 12, y, f"Favours {fitted(sides[1], FAVOURED)} →", "left"))


def fitted_axis(limits: Sequence[float], measure: Measure) -> Axis:
    """Return a narrow axis where every limit fits it, else the usual one; a linear one of differences."""
    if not measure.log:
        return effect_axis(LEFT, RIGHT, limits, measure)
    if limits and min(limits) >= 0.1 and max(limits) <= 10:
        return Axis(LEFT, RIGHT, 0.1, 10.0, (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0))
    if limits and min(limits) >= 0.05 and max(limits) <= 20:
        return Axis(LEFT, RIGHT, 0.05, 20.0, (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0))
    return Axis(LEFT, RIGHT)
