"""The brief's bar of benefit against harm: what becomes of 100 people, with control and with treatment."""

from functools import partial
from typing import TYPE_CHECKING

from bayes_ivig.reporting.document.blocks import Figure
from bayes_ivig.reporting.drawing.lettering import extent, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, PAPER, SOFT
from bayes_ivig.reporting.drawing.shapes import Shapes
from bayes_ivig.reporting.weighing.chart import people_alternative
from bayes_ivig.reporting.weighing.words import among_words, state_names
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.reanalysis.harm_readings import HarmReading
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis
from bayes_ivig.results.weighing.setting import Setting

if TYPE_CHECKING:
    import altair as alt

WIDTH = 340.0
LINE, BAR, GAP = 16.0, 22.0, 8.0
KEY = 14.0
FILLS = {"unharmed": (ACCENT, PAPER), "with": (ACCENT, PAPER), "harmed": (SOFT, INK), "without": (PAPER, INK)}


def harm_figure(reanalysis: Reanalysis) -> Figure | None:
    """Return the figure, None where no benefit and harm of the same people are weighed."""
    if reanalysis.harm is None:
        return None
    reading, about = reanalysis.harm.readings[0], reanalysis.about
    arms, setting = (about.control, about.treatment), reading.weighed.setting
    words = people_alternative((reading,), about.treatment, about.control)
    people = phrases.name(setting.people)
    caption = (
        f"What is expected of 100 {people} (posterior means), with {phrases.name(arms[0])} and with "
        f"{phrases.name(arms[1])}.{_among(setting)}"
    )
    return Figure("brief_harm", caption, words, partial(plot_bar, reading, arms, words))


def _among(setting: Setting) -> str:
    """Return that the harm is counted among others here than in the table, where it is."""
    if setting.among == "all":
        return ""
    harm = phrases.name(phrases.first_upper(phrases.lower_first(setting.harm_title)))
    return (
        f" {harm} is counted here among all {phrases.name(setting.people)}, in the table among "
        f"{among_words(setting)} only."
    )


def plot_bar(reading: HarmReading, arms: tuple[str, str], description: str) -> "alt.LayerChart":
    """Return the bars, stacked to 100 where nobody can have the harm without the benefit,
    else one for each of the two.
    """
    weighed = reading.weighed
    names = state_names(weighed.setting)
    rows = [
        (f"With {arms[0]}", [(name, before) for name, before, _ in weighed.states]),
        (f"With {arms[1]}", [(name, got.mean) for name, _, got in weighed.states]),
    ]
    lanes = 1 if weighed.setting.chained else len(weighed.states)
    depth = LINE + lanes * (BAR + 2) + GAP
    shapes = Shapes(WIDTH, 2 * depth + LINE * len(names) + 6)
    top = 0.0
    for label, states in rows:
        shapes.text((0, top + LINE / 2), fitted(label, WIDTH))
        _bar(shapes, top + LINE, states, chained=weighed.setting.chained)
        top += depth
    for name, *_ in weighed.states:
        shapes.box((0.0, top + 1, KEY, top + KEY - 1), FILLS[name][0], INK)
        shapes.text((KEY + 6, top + KEY / 2), fitted(names[name], WIDTH - KEY - 6))
        top += LINE
    return shapes.chart(description)


def _bar(shapes: Shapes, top: float, states: list[tuple[str, float]], *, chained: bool) -> None:
    """Draw the parts of one row, each with its number where that has room in it."""
    start = 0.0
    for name, people in states:
        fill, ink = FILLS[name]
        end = min(start + max(people, 0.0), 100.0)
        left, right = (WIDTH * place / 100 for place in (start, end))
        shapes.box((left, top, right, top + BAR), fill, INK)
        text = numbers.of_100(people)
        if right - left >= extent(text) + 6:
            shapes.text(((left + right) / 2, top + BAR / 2), text, "center", colour=ink)
        elif not chained:
            shapes.text((right + 6, top + BAR / 2), text)
        if chained:
            start = end
        else:
            top += BAR + 2
