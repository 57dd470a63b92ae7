"""Benefit against harm: the probability of a net benefit over the weight of a harm,
and what happens to 100 people.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.reporting.drawing.canvas import Records, Values, figures, look
from bayes_ivig.reporting.drawing.lettering import extent, fitted, wrapped
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED, PAPER, SOFT
from bayes_ivig.reporting.drawing.places import cut_off
from bayes_ivig.reporting.drawing.shapes import Shapes
from bayes_ivig.reporting.weighing.words import benefit_name, harm_name, short_break_even, state_names
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.reporting.wording.readings import reading_label
from bayes_ivig.results.reanalysis.harm_readings import HarmReading, HarmReadings
from bayes_ivig.results.weighing.benefit_harm import BenefitHarm, Weighed

if TYPE_CHECKING:
    import altair as alt

type Found = Annotated[
    BenefitHarm | Mapping[str, BenefitHarm] | Sequence[HarmReading] | HarmReadings, NOT_EMPTY
]

WIDTH, HEIGHT = 640, 230
SHADES = (ACCENT, INK, MUTED)
DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3])
MOST = len(SHADES) * len(DASHES)
LINE_HEIGHT, ROW_GAP, KEY, LABEL = 15, 8, 24.0, 32.0
COLUMNS = (416.0, 496.0, 640.0)  # right edges of the numbers beside the labels
LABEL_ROOM = 296.0
MOST_CHARACTERS = 120  # of a label
PLAIN = "format(datum.value, '~f')"  # a format alone would round the ticks to their step: 0.25 as 0.3
# of the picture of 100 people: where bars begin and end, and how high they are
BARS, END, BAR = 224.0, 626.0, 20.0
NARROW = 5.0  # people: a part too narrow for its number
FILLS = {"unharmed": (ACCENT, PAPER), "with": (ACCENT, PAPER), "harmed": (SOFT, INK), "without": (PAPER, INK)}


@checked
def plot_net_benefit(found: Found) -> "alt.VConcatChart":
    """Return P(net benefit > 0) over the weight of one harm against one benefit, one line each,
    numbers in rows below.

    ``found`` is what ``benefit_harm`` returns, several of it by label, or readings of a harm; of more than
    twelve the first twelve are drawn.

    >>> import bayes_ivig as bi
    >>> good, bad = bi.fit(bi.load_dataset("ivig", "live_birth")), bi.fit(bi.load_dataset("my.csv"))
    >>> risks, events = (0.5, 0.1), ("good", "bad")
    >>> found = bi.benefit_harm(good, bad, control_risks=risks, among="all", events=events)
    >>> bi.plot.net_benefit(found).save("net_benefit.svg").name
    'net_benefit.svg'
    """
    import altair as alt

    drawn, values = _weighed(found), Values()
    curves = alt.layer(*_curves(values, drawn), width=WIDTH, height=HEIGHT)
    rows, height = _rows(values, drawn)
    strip = alt.layer(*rows, width=WIDTH, height=height)
    return alt.vconcat(
        curves, strip, spacing=52, bounds="flush", description=net_alternative(found), **look(values)
    )


def net_alternative(found: Found) -> str:
    """Return the numbers beside the curves, for those who cannot see them."""
    stated = []
    for label, weighed in _weighed(found).items():
        chances = ", ".join(
            f"{numbers.probability(p)} at weight {numbers.stated(w)}" for w, p in _picked(weighed)
        )
        stated.append(f"{label}: {chances}; break-even weight {short_break_even(weighed.break_even)}")
    return f"Probability of a net benefit by the weight of a harm. {'. '.join(stated)}."


@checked
def plot_people(found: Found, treatment: str = "treatment", control: str = "") -> "alt.LayerChart":
    """Return bars of 100 people by what happens to them, without treatment and with it,
    with 95% credible intervals below.

    Only what counts the harm among the same people as the first does is drawn. Where these are the benefit's
    good side a bar has three parts that add up to 100; otherwise benefit and harm, which may happen to the
    same people, have a bar each. ``treatment`` is its name in the labels, ``control`` that of what it is
    compared with.

    >>> import bayes_ivig as bi
    >>> good, bad = bi.fit(bi.load_dataset("ivig", "live_birth")), bi.fit(bi.load_dataset("my.csv"))
    >>> risks, events = (0.5, 0.1), ("good", "bad")
    >>> found = bi.benefit_harm(good, bad, control_risks=risks, among="all", events=events)
    >>> bi.plot.people(found, "drug", "placebo").save("people.svg").name
    'people.svg'
    """
    drawn = _alike(found)
    first = next(iter(drawn.values()))
    title = f"With {fitted(treatment, 160)}"
    with_treatment = (
        {f"{title}: {phrases.lower_first(label)}": each for label, each in drawn.items()}
        if len(drawn) > 1
        else {title: first}
    )
    rows = [
        (f"With {fitted(control, 160)}" if control else "Without treatment", first, False),
        *((label, each, True) for label, each in with_treatment.items()),
    ]
    labels = [wrapped(label, BARS - 12, 4) for label, *_ in rows]
    deep = [
        max(_depth(each, treated), LINE_HEIGHT * len(lines) + 12)
        for lines, (_, each, treated) in zip(labels, rows, strict=True)
    ]
    top = _key_height(first)
    shapes = Shapes(float(WIDTH), top + sum(deep) + 30 + 18 * len(_line_texts(first)))
    _people_key(shapes, first)
    for lines, (_, each, given), height in zip(labels, rows, deep, strict=True):
        for i, line in enumerate(lines):
            shapes.text((0, top + BAR / 2 + i * LINE_HEIGHT), line)
        _bars(shapes, top, each, given)
        top += height
    for share in (0, 25, 50, 75, 100):
        place = _place(share)
        shapes.line((place, top), (place, top + 5), MUTED)
        shapes.text((place, top + 16), f"{share}", "center")
    shapes.line((BARS, top), (END, top), MUTED)
    _lines_key(shapes, first, top + 40)
    return shapes.chart(people_alternative(found, treatment, control))


def people_alternative(found: Found, treatment: str = "treatment", control: str = "") -> str:
    """Return the expected numbers of 100 people, for those who cannot see the bars."""
    drawn = _alike(found)
    first = next(iter(drawn.values()))
    names = state_names(first.setting)

    def state_words(each: Weighed, treated: bool) -> str:
        return ", ".join(
            f"{names[name].lower()} {numbers.people_of_100(got.mean if treated else before)}"
            for name, before, got in each.states
        )

    stated = [f"{label}: {state_words(each, True)}" for label, each in drawn.items()]
    people = phrases.name(first.setting.people)
    before = f"with {phrases.name(control)}" if control else "without treatment"
    return (
        f"Of 100 {people}, {before}: {state_words(first, False)}. "
        f"With {phrases.name(treatment)}: {'. '.join(stated)}."
    )


def _weighed(found: Found) -> dict[str, Weighed]:
    """Return plain numbers by label."""
    if isinstance(found, BenefitHarm):
        return {"With treatment": found.weighed()}
    if isinstance(found, Mapping):
        return {
            phrases.cut(str(label), MOST_CHARACTERS): each.weighed()
            for label, each in list(found.items())[:MOST]
        }
    readings = found.readings if isinstance(found, HarmReadings) else found
    return {phrases.cut(reading_label(each), MOST_CHARACTERS): each.weighed for each in readings[:MOST]}


def _alike(found: Found) -> dict[str, Weighed]:
    """Return the numbers that count the harm among the same people as the first do,
    so that one key explains all bars.
    """
    drawn = _weighed(found)
    first = next(iter(drawn.values())).setting
    return {label: each for label, each in drawn.items() if each.setting.among == first.among}


def _picked(weighed: Weighed) -> list[tuple[float, float]]:
    return [(net.weight, net.probability) for net in weighed.nets if net.weight in (0.5, 1.0)]


def _curves(values: Values, drawn: Mapping[str, Weighed]) -> "list[alt.Chart]":
    import altair as alt

    setting = next(iter(drawn.values())).setting
    ends = [weight for each in drawn.values() for weight, _ in each.curve]
    title = f"weight of one {harm_name(setting)} against one {benefit_name(setting)}"
    axis = alt.Axis(grid=False, title=fitted(title, WIDTH), labelFlush=False, tickCount=9, labelExpr=PLAIN)
    x = alt.X("x:Q", scale=alt.Scale(domain=[min(ends), max(ends) or 1], nice=False), axis=axis)
    y = alt.Y(
        "p:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(
            values=[0, 0.25, 0.5, 0.75, 1], labelExpr=PLAIN, grid=False, title="P(net benefit > 0)"
        ),
    )
    half: Records = [{"p": 0.5}]
    layers = [values.chart(half).mark_rule(color=LINE, strokeWidth=1).encode(y=y)]
    for i, each in reversed(list(enumerate(drawn.values()))):
        points: Records = [{"x": figures(weight), "p": cut_off(chance)} for weight, chance in each.curve]
        line = values.chart(points).mark_line(
            strokeWidth=2.4 if i == 0 else 1.6, **_style(i), color=SHADES[i % len(SHADES)]
        )
        layers.append(line.encode(x=x, y=y))
    return layers


def _style(place: int) -> dict[str, Any]:
    dash = DASHES[place // len(SHADES)]
    return {"strokeDash": dash} if dash[1] else {}


def _rows(values: Values, drawn: Mapping[str, Weighed]) -> "tuple[list[alt.Chart], float]":
    """Return the rows under the curves, placed in pixels, and their height: key, label, numbers."""
    import altair as alt

    heads = [
        *(f"weight {numbers.stated(weight)}" for weight, _ in _picked(next(iter(drawn.values())))),
        "break-even weight",
    ]
    heads = ["", *heads][-3:]
    bold: Records = [{"x": x, "y": 8, "text": head} for x, head in zip(COLUMNS, heads, strict=True)]
    left: Records = []
    right: Records = []
    keys: list[Records] = []
    top = 24.0
    for label, each in drawn.items():
        lines = wrapped(label, LABEL_ROOM) or [numbers.NONE]
        middle = top + LINE_HEIGHT * len(lines) / 2
        left += [
            {"x": LABEL, "y": top + LINE_HEIGHT * (i + 0.5), "text": line} for i, line in enumerate(lines)
        ]
        cells = [
            "",
            *(numbers.probability(chance) for _, chance in _picked(each)),
            short_break_even(each.break_even),
        ][-3:]
        right += [{"x": x, "y": middle, "text": text} for x, text in zip(COLUMNS, cells, strict=True)]
        keys.append([{"x": 0.0, "x2": KEY, "y": middle}])
        top += LINE_HEIGHT * len(lines) + ROW_GAP
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, WIDTH], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[top, 0], nice=False), axis=None)
    layers = []
    for i, record in enumerate(keys):
        mark = values.chart(record).mark_rule(color=SHADES[i % len(SHADES)], strokeWidth=2, **_style(i))
        layers.append(mark.encode(x=x, x2="x2:Q", y=y))
    for records, align, weight in (
        (bold, "right", "bold"),
        (left, "left", "normal"),
        (right, "right", "normal"),
    ):
        text = values.chart(records).mark_text(align=align, baseline="middle", fontWeight=weight)  # type: ignore[arg-type]
        layers.append(text.encode(x=x, y=y, text="text:N"))
    return layers, top


def _place(people: float) -> float:
    return BARS + (END - BARS) * min(max(people, 0.0), 100.0) / 100


def _depth(weighed: Weighed, treated: bool) -> float:
    """Return how much room the bars of one row take."""
    below = 18.0 if treated else 12.0
    return BAR + below if weighed.setting.chained else 2 * (BAR + below)


def _key_texts(weighed: Weighed) -> list[tuple[str, str]]:
    names = state_names(weighed.setting)
    return [(name, fitted(names[name], WIDTH - 20)) for name, *_ in weighed.states]


def _key_height(weighed: Weighed) -> float:
    """Return the room the key takes: one line, or where that would be too long a line for each part."""
    texts = _key_texts(weighed)
    one = sum(40 + extent(text) for _, text in texts) <= WIDTH
    return 30.0 if one else 10.0 + 20 * len(texts)


def _people_key(shapes: Shapes, weighed: Weighed) -> None:
    """Say above the bars what each filling is."""
    x, y = 0.0, 4.0
    below = _key_height(weighed) > 30
    for name, text in _key_texts(weighed):
        shapes.box((x, y, x + 14, y + 14), FILLS[name][0], INK)
        shapes.text((x + 20, y + 7), text)
        if below:
            y += 20
        else:
            x += 40 + extent(text)


def _line_texts(weighed: Weighed) -> list[tuple[str, str]]:
    """Return the colour of each kind of line below a bar, and what it is."""
    names = state_names(weighed.setting)
    if not weighed.setting.chained:
        return [(ACCENT, "95% credible interval of the bar above")]
    good = phrases.lower_first(benefit_name(weighed.setting))
    return [
        (ACCENT, fitted(f"95% credible interval of {phrases.lower_first(names['unharmed'])}", WIDTH - 28)),
        (INK, fitted(f"95% credible interval of all with {good}", WIDTH - 28)),
    ]


def _lines_key(shapes: Shapes, weighed: Weighed, top: float) -> None:
    """Say below the axis what the lines below the bars are."""
    for i, (colour, text) in enumerate(_line_texts(weighed)):
        shapes.line((0.0, top + 18 * i), (20.0, top + 18 * i), colour)
        shapes.text((28, top + 18 * i), text)


def _bars(shapes: Shapes, top: float, weighed: Weighed, treated: bool) -> None:
    """Draw one row: stacked parts that add up to 100, or a bar each for what may happen
    to the same people.
    """
    start = 0.0
    for name, before, got in weighed.states:
        people = got.mean if treated else before
        if not weighed.setting.chained:
            start = 0.0
        fill, ink = FILLS[name]
        shapes.box((_place(start), top, _place(start + people), top + BAR), fill, INK)
        if people >= NARROW:
            shapes.text(
                ((_place(start) + _place(start + people)) / 2, top + BAR / 2),
                numbers.people_of_100(people),
                "center",
                colour=ink,
            )
        elif not weighed.setting.chained:
            shapes.text((_place(people) + 6, top + BAR / 2), numbers.people_of_100(people))
        if treated and not (weighed.setting.chained and name == "harmed"):
            ends = (got.lower, got.upper) if name != "without" else (100 - got.upper, 100 - got.lower)
            height = top + BAR + (9 if name == "without" else 4)
            shapes.line(
                (_place(ends[0]), height), (_place(ends[1]), height), INK if name == "without" else ACCENT
            )
        start += people
        if not weighed.setting.chained:
            top += BAR + (18 if treated else 12)
