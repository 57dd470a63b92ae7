"""The specification curve: medians with intervals above, and below them which choices each of them has."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.drawing.axes import PLAIN, RATIO_VALUES, linear_ticks
from bayes_ivig.reporting.drawing.canvas import Values, look
from bayes_ivig.reporting.drawing.lettering import extent, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED, SOFT
from bayes_ivig.reporting.drawing.places import evenly
from bayes_ivig.reporting.drawing.strokes import Paper
from bayes_ivig.reporting.specification import words
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.specification.curve import CHOICES, Choice, Specification, SpecificationCurve

if TYPE_CHECKING:
    import altair as alt

WIDTH, LEFT = 940.0, 316.0  # pixels; the curve begins at LEFT
TOP, HEIGHT = 74.0, 220.0  # of the curve
HEADED, UNDER = 30.0, 54.0  # pixels for the headings of panels, and the line under them
BETWEEN = 12.0  # pixels between two questions
LEAST = 56.0  # pixels that a question takes at least
LINE_HEIGHT, HEADING = 15.0, 21.0
GAP = 26.0  # between the curve and the choices
MOST = 420  # specifications; more are drawn evenly by rank
HIGHEST = 1000.0
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class _Panel:
    """The specifications of one question that are drawn, and where: from ``left``, ``step`` pixels each."""

    question: str
    rows: tuple[Specification, ...]
    left: float
    step: float

    @property
    def right(self) -> float:
        return self.left + self.step * len(self.rows)

    def x(self, at: int) -> float:
        """Return the middle of a specification."""
        return self.left + self.step * (at + 0.5)


@checked
def plot_specifications(curve: SpecificationCurve) -> "alt.LayerChart":
    """Return the specification curve, a panel for every question that trial sets ask.

    Medians with 95% credible intervals stand above, sorted within a panel; below them a row for every option
    of every choice has a mark under each specification that has it. Of more than 420 specifications so many
    are drawn, evenly by rank.

    >>> import bayes_ivig as bi
    >>> curve = bi.trials.specification_curve(bi.load_dataset("my.csv"), models=[bi.Model()])
    >>> bi.plot.specifications(curve).save("specifications.svg").name
    'specifications.svg'
    """
    import altair as alt

    values = Values()
    panels, lines = _panels(curve), _lines(curve)
    height = (
        _top(curve) + HEIGHT + GAP + sum(HEADING if line[1] is None else LINE_HEIGHT for line in lines) + 6
    )
    paper = Paper(values, WIDTH, height)
    layers = [
        _axis(values, curve, panels),
        *_intervals(paper, curve, panels),
        *_choices(paper, curve, panels, lines),
    ]
    layers += [*_heads(paper, curve, panels), *_named(paper, curve, panels), *_key(paper, curve)]
    drawn: alt.LayerChart = alt.LayerChart(
        layer=layers,
        width=WIDTH,
        height=height,
        description=specifications_alternative(curve),
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="independent", y="independent")),
        **look(values),
    )
    return drawn


def specifications_alternative(curve: SpecificationCurve) -> str:
    """Return what the picture shows, for those who cannot see it."""
    spreads = "; ".join(words.spread(curve, question) for question in curve.questions)
    return f"{words.count_sentence(curve)} Posterior medians: {spreads}."


def letter(curve: SpecificationCurve, question: str) -> str:
    """Return the letter of a question's panel; empty where there is one question only."""
    questions = curve.questions
    at = questions.index(question)
    return LETTERS[at] if 1 < len(questions) <= len(LETTERS) else ""


def cut_off(curve: SpecificationCurve) -> bool:
    """Whether a limit of an interval lies beyond the axis."""
    low, high = _limits(curve)
    return any(row.lower < low or row.upper > high for row in curve.rows)


def _panels(curve: SpecificationCurve) -> list[_Panel]:
    """Place the questions side by side, as wide as they have specifications."""
    shown = [curve.of_question(question) for question in curve.questions]
    total = sum(map(len, shown))
    if total > MOST:
        shares = [max(2, (2 * MOST * len(rows) + total) // (2 * total)) for rows in shown]
        shown = [
            tuple(rows[int(i)] for i in evenly(len(rows), most))
            for rows, most in zip(shown, shares, strict=True)
        ]
        total = sum(map(len, shown))
    room = WIDTH - LEFT - BETWEEN * (len(shown) - 1)
    small = [len(rows) * room / total < LEAST for rows in shown]
    taken = LEAST * sum(small)
    wide = sum(len(rows) for rows, narrow in zip(shown, small, strict=True) if not narrow)
    panels, left = [], LEFT
    for question, rows, narrow in zip(curve.questions, shown, small, strict=True):
        width = min(LEAST, room / len(shown)) if narrow else (room - taken) * len(rows) / wide
        panels.append(_Panel(question, rows, left, width / len(rows)))
        left += width + BETWEEN
    return panels


def _lines(curve: SpecificationCurve) -> list[tuple[Choice, str | None]]:
    """Return the rows of the choices from the top: a heading (None), then its options."""
    lines: list[tuple[Choice, str | None]] = []
    for choice, options in sorted(curve.choices, key=lambda each: CHOICES.index(each[0])):
        lines += [(choice, None), *((choice, option) for option in options)]
    return lines


def _limits(curve: SpecificationCurve) -> tuple[float, float]:
    """Return the ends of the axis of effects."""
    lower, upper = min(row.lower for row in curve.rows), max(row.upper for row in curve.rows)
    if not curve.measure.log:
        return linear_ticks((lower, upper))[:2]
    return max(min(lower, 0.5) / 1.1, 1 / HIGHEST), min(max(upper, 2.0) * 1.1, HIGHEST)


def _top(curve: SpecificationCurve) -> float:
    """Return where the curve begins: below the headings of panels, where there are several."""
    return TOP + (HEADED if len(curve.questions) > 1 else 0.0)


def _height(curve: SpecificationCurve, value: float) -> float:
    low, high = _limits(curve)
    inside = min(max(value, low), high)
    share = (
        math.log(inside / low) / math.log(high / low) if curve.measure.log else (inside - low) / (high - low)
    )
    return _top(curve) + HEIGHT * (1 - share)


def _axis(values: Values, curve: SpecificationCurve, panels: list[_Panel]) -> "alt.Chart":
    """The axis of effects, and the line of no effect."""
    import altair as alt

    low, high = _limits(curve)
    ratios = [tick for tick in RATIO_VALUES if low <= tick <= high and tick not in (0.02, 0.2, 20.0)]
    ticks = ratios if curve.measure.log else list(linear_ticks((low, high))[2])
    y = alt.Y(
        "one:Q",
        scale=alt.Scale(
            type="log" if curve.measure.log else "linear",
            domain=[low, high],
            range=[_top(curve) + HEIGHT, _top(curve)],
            nice=False,
        ),
        axis=alt.Axis(
            values=ticks,
            labelExpr=PLAIN,
            grid=False,
            title=f"posterior {curve.measure.name}",
            offset=10 - LEFT,
        ),
    )
    x = alt.X("start:Q", scale=alt.Scale(domain=[0, WIDTH], range=[0, WIDTH]), axis=None)
    rows = [{"one": curve.measure.null, "start": LEFT, "end": panels[-1].right}]
    rule: alt.Chart = values.chart(rows).mark_rule(color=MUTED).encode(x=x, y=y, x2="end:Q")
    return rule


def _intervals(paper: Paper, curve: SpecificationCurve, panels: list[_Panel]) -> "list[alt.Chart]":
    """Intervals and medians: those stated before in the strong colour, the reference model in ink."""
    layers = []
    placed = [(panel.x(i), row, panel.step) for panel in panels for i, row in enumerate(panel.rows)]
    thin = max(0.8, min(2.4, 0.55 * min(step for _, _, step in placed)))
    kinds = (
        (SOFT, thin, [each for each in placed if not each[1].stated_before and not each[1].reference]),
        (ACCENT, thin + 0.6, [each for each in placed if each[1].stated_before]),
        (INK, thin + 0.6, [each for each in placed if each[1].reference and not each[1].stated_before]),
    )
    for colour, width, chosen in kinds:
        strokes = [(x, _height(curve, row.lower), x, _height(curve, row.upper)) for x, row, _ in chosen]
        layers.append(paper.strokes(strokes, colour, width))
    own = [each for each in placed if each[1].reference]
    middles = (
        (MUTED, max(2.4, 1.6 * thin), kinds[0][2]),
        (ACCENT, 5.0, [each for each in kinds[1][2] if each not in own]),
        (INK, 5.0, own),
    )
    return layers + [
        paper.dots([(x, _height(curve, row.median)) for x, row, _ in chosen], colour, size)
        for colour, size, chosen in middles
    ]


def _choices(
    paper: Paper, curve: SpecificationCurve, panels: list[_Panel], lines: list[tuple[Choice, str | None]]
) -> "list[alt.Chart]":
    """A row for every option, with a mark under each specification that has it."""
    y, labels, heads, guides = _top(curve) + HEIGHT + GAP, [], [], []
    marks: dict[str, list[tuple[float, float, float, float]]] = {MUTED: [], INK: [], ACCENT: []}
    stated = {(choice, option) for choice, options in curve.before for option in options}
    for choice, option in lines:
        if option is None:
            heads.append((0.0, y + HEADING - 8, words.HEADINGS[choice]))
            y += HEADING
            continue
        middle = y + LINE_HEIGHT / 2
        own = _label(curve, choice, option)
        star = " *" if (choice, option) in stated else ""
        labels.append((8.0, middle, fitted(own, LEFT - 18 - extent(star)) + star))
        for panel in panels:
            guides.append((panel.left, middle, panel.right, middle))
            for i, row in enumerate(panel.rows):
                if getattr(row, choice) == option:
                    colour = ACCENT if row.stated_before else INK if row.reference else MUTED
                    marks[colour].append((panel.x(i), middle - 5, panel.x(i), middle + 5))
        y += LINE_HEIGHT
    step = min(panel.step for panel in panels)
    layers = [paper.strokes(guides, LINE, 0.6)]
    layers += [
        paper.strokes(drawn, colour, max(0.9, min(5.0, 0.62 * step)) + (0.5 if colour != MUTED else 0.0))
        for colour, drawn in marks.items()
    ]
    return [*layers, paper.texts(heads, INK, bold=True), paper.texts(labels, INK)]


def _label(curve: SpecificationCurve, choice: Choice, option: str) -> str:
    """Return an option's name; a trial set with the letter of its panel."""
    own = words.option(curve, choice, option)
    if choice != "trials":
        return own
    question = next(each.question for each in curve.sets if each.name == option)
    which = letter(curve, question)
    return f"{which}: {own}" if which else own


def _heads(paper: Paper, curve: SpecificationCurve, panels: list[_Panel]) -> "list[alt.Chart]":
    """The letter of every panel, with words for the first, a line under them, and names of what is marked."""
    texts, rules = [], []
    for panel in panels:
        which = letter(curve, panel.question)
        if not which:
            continue
        rules.append((panel.left, UNDER, panel.right, UNDER))
        room = panel.right - panel.left - extent(f"{which}: ", bold=True)
        name = words.question_name(curve, panel.question)
        texts.append((panel.left, UNDER - 9, f"{which}: {fitted(name, room)}" if room > LEAST else which))
    return [paper.strokes(rules, MUTED, 1.0), paper.texts(texts, INK, bold=True)] if texts else []


def _named(paper: Paper, curve: SpecificationCurve, panels: list[_Panel]) -> "list[alt.Chart]":
    """The names of the reference model on all trials and on those that were published, with lines to them."""
    placed = {
        row.trials: (panel.x(i), _height(curve, row.upper))
        for panel in panels
        for i, row in enumerate(panel.rows)
        if row.reference and row.trials in ("all", curve.published)
    }
    texts, lines, ends = [], [], [-math.inf, -math.inf]
    for name, (x, y) in sorted(placed.items(), key=lambda each: each[1]):
        text = words.set_name(curve, name)
        wide = extent(text)
        start = min(max(x - wide / 2, LEFT), WIDTH - wide)
        tier = next((i for i, end in enumerate(ends) if start > end + 8), 1)
        ends[tier] = start + wide
        at = _top(curve) - 8 - 15 * tier
        texts.append((start, at, text))
        lines.append((x, at + 7, x, y))
    return [paper.strokes(lines, INK, 0.7), paper.texts(texts, INK)] if texts else []


def _key(paper: Paper, curve: SpecificationCurve) -> "list[alt.Chart]":
    """What the tones are."""
    layers = [
        paper.strokes([(8, 4, 8, 18)], INK, 2.4),
        paper.dots([(8, 11)], INK, 5.0),
        paper.texts([(16, 11, "reference model and priors")], INK),
        paper.strokes([(222, 4, 222, 18)], SOFT, 2.4),
        paper.dots([(222, 11)], MUTED, 3.4),
        paper.texts([(230, 11, "other specifications")], MUTED),
    ]
    if curve.source:
        layers += [
            paper.strokes([(392, 4, 392, 18)], ACCENT, 2.4),
            paper.dots([(392, 11)], ACCENT, 5.0),
            paper.texts([(400, 11, "stated before (* every choice that was)")], ACCENT),
        ]
    drawn = sum(len(panel.rows) for panel in _panels(curve))
    all_of = len(curve.rows)
    counted = (
        numbers.count(all_of) if drawn == all_of else f"{numbers.count(drawn)} of {numbers.count(all_of)}"
    )
    return [*layers, paper.texts([(paper.width, 11, f"{counted} specifications")], INK, align="right")]
