"""The posterior over all tables that agree with a published result:
averaged, and how far it moves between tables.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.reporting.drawing.axes import Axis
from bayes_ivig.reporting.drawing.canvas import Canvas, Interval, Words
from bayes_ivig.reporting.drawing.lettering import extent, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, SOFT
from bayes_ivig.reporting.drawing.rows import APART, EFFECT, LEFT, RIGHT, WIDTH, favours
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.reporting.wording.readings import READINGS
from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome
from bayes_ivig.results.reconstruction.posterior import ReconstructedReading, ReconstructionPosterior

if TYPE_CHECKING:
    import altair as alt

NARROWED = {
    "heterogeneity_p": "and the P of heterogeneity",
    "heterogeneity_p and fixed estimate": "the P of heterogeneity, and the estimate as a fixed-effect one",
}
LINE = 20.0
HEADING = 26.0
BAR = 9.0  # pixels of the pale bar
INDENT = 12.0


def plot_reconstruction(outcome: SummaryOutcome) -> "alt.LayerChart":
    """Return a heading per reading, and under it a row for each way to count the denominators."""
    pairs = [(reading, each) for reading in outcome.reconstructed for each in reading.posteriors]
    ends = [math.exp(x) for _, each in pairs for x in each.averaged().interval(0.95)]
    narrow = min(ends) >= 0.1 and max(ends) <= 10
    axis = Axis(LEFT, RIGHT, 0.1, 10.0, (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)) if narrow else Axis(LEFT, RIGHT)
    canvas = Canvas(WIDTH, axis)
    canvas.key(0, 12, "over all tables, 95% credible interval", ACCENT)
    for rise in range(-4, 5):
        canvas.rule(12 + rise, 380, 404, SOFT)
    canvas.words.append(Words(412, 12, "posterior median, least to most over tables"))
    canvas.words += [
        Words(0, 40, "What is taken as right, and whom the arms count", bold=True),
        Words(EFFECT, 40, "Odds ratio [95% interval]", "right", bold=True),
    ]
    canvas.rule(54, 0, RIGHT)
    y = 60.0
    for reading in outcome.reconstructed:
        canvas.words.append(Words(0, y + HEADING / 2 + 3, _heading(reading), bold=True))
        y += HEADING
        for each in reading.posteriors:
            _row(canvas, y + LINE / 2, each)
            y += LINE
    bottom = y + 6
    if favoured := outcomes.sides(outcome.about):
        favours(canvas, bottom + 40, favoured)
    description = (
        f"{outcomes.title(outcome)}: posterior odds ratio over all reconstructed tables, by reading."
    )
    return canvas.chart(
        top=60, bottom=bottom, height=bottom + (54 if favoured else 32), description=description
    )


def _heading(reading: ReconstructedReading) -> str:
    text = READINGS.get(reading.code, reading.code)
    more = narrowing(reading.narrowed)
    tables = f"{numbers.count(reading.tables)} table{'s' if reading.tables != 1 else ''}"
    room = (LEFT + RIGHT) / 2 - APART - extent(f" ({tables})", bold=True)
    return f"{fitted(f'{text}, {more}' if more else text, room, bold=True)} ({tables})"


def narrowing(narrowed: str) -> str:
    """Return what is asked beyond a reading, in words to follow it; empty for nothing."""
    return NARROWED.get(narrowed, f"and {phrases.name(narrowed)}") if narrowed else ""


def _row(canvas: Canvas, y: float, each: ReconstructionPosterior) -> None:
    lower, middle, upper = (
        math.exp(x) for x in np.asarray(each.averaged().quantile([0.025, 0.5, 0.975])).tolist()
    )
    least, most = (math.exp(each.over_tables("median", p)) for p in (0.0, 1.0))
    text = f"{numbers.ratio(middle)} [{numbers.ratio(lower)}, {numbers.ratio(upper)}]"
    room = EFFECT - extent(text) - APART - INDENT
    canvas.words.append(Words(INDENT, y, fitted(each.denominators or "as in the table", room)))
    canvas.words.append(Words(EFFECT, y, text, "right", ACCENT))
    canvas.intervals.append(Interval(y, middle, least, most, SOFT, "none", width=BAR))
    canvas.intervals.append(Interval(y, middle, lower, upper, ACCENT))
