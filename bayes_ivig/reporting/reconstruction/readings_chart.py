"""A published summary that does not fit together: the posterior under each reading of it."""

import math
from typing import TYPE_CHECKING

from bayes_ivig.inputs.paper.claims import RATIOS
from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.drawing.axes import Axis
from bayes_ivig.reporting.drawing.canvas import Canvas, Interval, Words
from bayes_ivig.reporting.drawing.lettering import extent, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK
from bayes_ivig.reporting.drawing.places import steps
from bayes_ivig.reporting.drawing.rows import APART, EFFECT, LEFT, RIGHT, WIDTH, Row, row_chart
from bayes_ivig.reporting.wording import classical, numbers, outcomes, phrases
from bayes_ivig.reporting.wording.readings import READINGS
from bayes_ivig.results.pooled import Ratio, posterior_ratio
from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome

if TYPE_CHECKING:
    import altair as alt

READ = "published summary so read, 95% confidence interval"


@checked
def plot_readings(outcome: SummaryOutcome) -> "alt.LayerChart":
    """Return one row per reading: the summary as read above, the posterior from it below.

    >>> import bayes_ivig as bi
    >>> preterm = bi.reanalyze("ivig").outcome("preterm_birth")  # doctest: +SKIP
    >>> bi.plot.readings(preterm).save("readings.svg")  # doctest: +SKIP
    """
    description = f"{outcomes.title(outcome)}: posterior from the published summary under each reading of it."
    if outcome.claim.measure not in RATIOS:
        return _differences(outcome, description)
    rows = [
        Row(
            READINGS.get(reading.code, reading.code),
            observed=Ratio(*(math.exp(value) for value in (reading.estimate, reading.lower, reading.upper))),
            posterior=posterior_ratio(reading.marginal),
        )
        for reading in outcome.readings
    ]
    heading = f"{phrases.first_upper(classical.MEASURES[outcome.claim.measure])} [95% interval]"
    return row_chart(
        rows,
        headings=("What is taken as right", heading),
        sides=outcomes.sides(outcome.about),
        description=description,
        observed=READ,
    )


def _differences(outcome: SummaryOutcome, description: str) -> "alt.LayerChart":
    """Draw readings of a difference on a linear axis in its own units."""
    limits = [limit for reading in outcome.readings for limit in (reading.lower, reading.upper, 0.0)]
    lower, upper, step = _round_ends(min(limits), max(limits))
    ticks = steps(lower, upper, step)
    canvas = Canvas(WIDTH, Axis(LEFT, RIGHT, lower, upper, ticks, linear=True, null=0.0))
    canvas.key(0, 12, READ, INK, "square")
    canvas.key(32 + extent(READ) + 2 * APART, 12, "posterior, 95% credible interval", ACCENT)
    unit = outcome.about.words.unit(outcome.name)
    measure = phrases.first_upper(classical.MEASURES.get(outcome.claim.measure, outcome.claim.measure))
    canvas.words += [
        Words(0, 38, "What is taken as right", bold=True),
        Words(EFFECT, 38, f"{measure}{f' ({unit})' if unit else ''} [95% interval]", "right", bold=True),
    ]
    canvas.rule(52, 0, RIGHT)
    y = 58.0
    for reading in outcome.readings:
        canvas.words.append(Words(0, y + 24, READINGS.get(reading.code, reading.code)))
        middle, (low, high) = float(reading.marginal.quantile(0.5)), reading.marginal.interval(0.95)
        for offset, effect, colour in (
            (15, (reading.estimate, reading.lower, reading.upper), INK),
            (32, (middle, low, high), ACCENT),
        ):
            text = (
                f"{numbers.amount(effect[0], 1)} [{numbers.amount(effect[1], 1)}, "
                f"{numbers.amount(effect[2], 1)}]"
            )
            canvas.words.append(Words(EFFECT, y + offset, text, "right", colour))
            canvas.intervals.append(
                Interval(y + offset, *effect, colour, "square" if colour == INK else "circle")
            )
        y += 48
    bottom = y + 4
    middle_x = LEFT + (0 - lower) / (upper - lower) * (RIGHT - LEFT)
    canvas.words.append(
        Words(middle_x - 10, bottom + 40, f"Lower with {fitted(outcome.about.treatment, 96)}", "right")
    )
    canvas.words.append(Words(middle_x + 10, bottom + 40, "Higher", "left"))
    return canvas.chart(top=58, bottom=bottom, height=bottom + 54, description=description)


def _round_ends(low: float, high: float) -> tuple[float, float, float]:
    """Return round ends of an axis that holds both numbers, and the step between its ticks."""
    span = high - low or 1.0
    step = 10 ** math.floor(math.log10(span))
    step = next(step * factor for factor in (0.1, 0.2, 0.5, 1.0) if span / (step * factor) <= 7)
    return step * math.floor(low / step), step * math.ceil(high / step), step
