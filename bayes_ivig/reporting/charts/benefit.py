"""The probability of an effect beyond every odds ratio, and how much of it lies below, inside and above a zone."""

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bayes_ivig.inputs.about import Event
from bayes_ivig.reporting import words
from bayes_ivig.reporting.charts.canvas import Records, Values, figures, look
from bayes_ivig.reporting.charts.palette import ACCENT, INK, LINE, MUTED, PAPER
from bayes_ivig.reporting.fit_text import probability
from bayes_ivig.results.benefit import Benefit, Masses, Zone, beyond, masses_of, usual_zone
from bayes_ivig.results.marginal import Marginal
from bayes_ivig.results.posterior import Posterior

if TYPE_CHECKING:
    import altair as alt

type Found = Posterior | Benefit
type Shown = Found | Mapping[str, Posterior] | Mapping[str, Benefit]
type Curve = list[tuple[float, float]]

LOWEST, HIGHEST = 0.1, 10.0
TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
THRESHOLDS = np.exp(np.linspace(math.log(LOWEST), math.log(HIGHEST), 161))
PLAIN = "format(datum.value, '~f')"  # a format alone would round the ticks to their step: 0.25 as 0.3
WIDTH, HEIGHT = 640, 230
THIN = 0.1  # pixels that a curve may be off by
SHADES = (ACCENT, INK, MUTED)
DASHES = ([1, 0], [7, 3], [2, 3], [9, 3, 2, 3])
MOST = len(SHADES) * len(DASHES)
LABEL_CHARACTERS, LINE_HEIGHT, ROW_GAP, HEADING = 36, 15, 10, 22
KEY, LABEL, BAR, BAR_END = 24.0, 32.0, 252.0, 390.0
COLUMNS = (448.0, 526.0, 590.0, 640.0)  # right edges of the probabilities below, inside, above, and beyond 1


@dataclass(frozen=True)
class Drawn:
    """One curve with its row: how it is drawn, and the probabilities printed beside it."""

    lines: tuple[str, ...]
    curve: Curve
    masses: Masses
    at_one: float
    colour: str
    dash: list[int]


def plot_benefit(posteriors: Shown) -> "alt.VConcatChart":
    """Return curves of P(OR > x), or P(OR < x) where an event is bad, and below them the masses around a zone, row by row.

    ``posteriors`` is what ``fit`` or ``benefit`` returns, or several by label. One ``benefit`` is drawn for the pooled odds ratio
    and for that of a new setting; of several the pooled ones are. The zone is that of the first ``benefit``, else the dataset's
    own, and the direction that of the first dataset's description. Of more than twelve the first twelve are drawn.
    """
    import altair as alt

    marginals, zone, event = _shown(posteriors)
    drawn = [_drawn(label, marginal, (zone, event), i) for i, (label, marginal) in enumerate(list(marginals.items())[:MOST])]
    values = Values()
    curves = alt.layer(*_curve_layers(values, drawn, zone, event), width=WIDTH, height=HEIGHT)
    rows, height = _row_layers(values, drawn, zone, event)
    strip = alt.layer(*rows, width=COLUMNS[-1], height=height)
    told = benefit_alternative(posteriors)
    return alt.vconcat(curves, strip, spacing=52, bounds="flush", description=told, **look(values))


def benefit_alternative(posteriors: Shown) -> str:
    """Return the probabilities beyond an odds ratio of 1 and around the zone, for those who cannot see the curves."""
    marginals, zone, event = _shown(posteriors)
    low, high = (words.threshold(limit) for limit in zone)
    stated = []
    for label, marginal in list(marginals.items())[:MOST]:
        mass = masses_of(marginal, zone)
        below, inside, above = (probability(p) for p in (mass.below, mass.inside, mass.above))
        stated.append(
            f"{label}: {chance_at_one(marginal, event)}; below {low}, up to {high} and above: {below}, {inside}, {above}"
        )
    return f"Probability of an effect beyond each odds ratio. {'. '.join(stated)}."


def benefit_caption(posteriors: Shown) -> str:
    """Return what the drawing shows: curves, band and bars."""
    marginals, zone, event = _shown(posteriors)
    low, high = (words.threshold(limit) for limit in zone)
    side = "<" if event == "bad" else ">"
    meaning = "a benefit beyond" if event else "an odds ratio above"
    ends = {"good": "benefit dark, harm white", "bad": "benefit dark, harm white"}.get(event or "", "above dark, below white")
    more = f" The first {MOST} of {len(marginals)} are drawn." if len(marginals) > MOST else ""
    return (
        f"P(OR {side} x), the probability of {meaning} each odds ratio x, with a dot at an odds ratio of 1. Grey band: the zone "
        f"of practical equivalence, {low} to {high}. Bars: the probabilities below, inside (grey) and above that zone; {ends}."
        f"{more}"
    )


def chance_at_one(mu: Marginal, event: Event | None) -> str:
    """Return ``P(OR > 1) = ...`` on the side of benefit, above 1 where the direction is not stated."""
    mass = beyond(mu, 1.0)
    return words.chance("OR < 1", mass.below) if event == "bad" else words.chance("OR > 1", mass.above)


def thinned(curve: Curve, tolerance: float = THIN) -> Curve:
    """Return the points without which a curve would move by more than ``tolerance`` pixels in height (Douglas & Peucker 1973)."""
    x = np.array([math.log(point[0]) for point in curve])
    y = np.array([point[1] for point in curve]) * HEIGHT
    kept, open_ends = {0, len(curve) - 1}, [(0, len(curve) - 1)]
    while open_ends:
        first, last = open_ends.pop()
        off = np.abs(np.interp(x[first : last + 1], x[[first, last]], y[[first, last]]) - y[first : last + 1])
        worst = first + int(off.argmax())
        if off[worst - first] > tolerance:
            kept.add(worst)
            open_ends += [(first, worst), (worst, last)]
    return [curve[i] for i in sorted(kept)]


def _shown(posteriors: Shown) -> tuple[dict[str, Marginal], Zone, Event | None]:
    """Return the marginals to draw by label, the zone and the direction."""
    if isinstance(posteriors, Benefit):
        posterior = posteriors.posterior
        named = {"Pooled odds ratio": posterior["mu"], "A new setting": posterior["theta_new"]}
        return named, posteriors.zone, posteriors.event
    if isinstance(posteriors, Posterior):
        about = posteriors.dataset.about
        return {"Pooled odds ratio": posteriors["mu"]}, usual_zone(about), about.event
    found: dict[str, Found] = dict(posteriors)
    own = {label: each.posterior if isinstance(each, Benefit) else each for label, each in found.items()}
    first, about = next(iter(found.values())), next(iter(own.values())).dataset.about
    zone = first.zone if isinstance(first, Benefit) else usual_zone(about)
    return {label: each["mu"] for label, each in own.items()}, zone, about.event


def _drawn(label: str, marginal: Marginal, judged: tuple[Zone, Event | None], place: int) -> Drawn:
    zone, event = judged
    lines = textwrap.wrap(words.cut(label, 2 * LABEL_CHARACTERS), LABEL_CHARACTERS)[:2] or [words.NONE]
    one = beyond(marginal, 1.0)
    at_one = one.below if event == "bad" else one.above
    style = SHADES[place % len(SHADES)], DASHES[place // len(SHADES)]
    return Drawn(tuple(lines), thinned(_curve(marginal, event)), masses_of(marginal, zone), at_one, *style)


def _curve(mu: Marginal, event: Event | None) -> Curve:
    at = np.log(THRESHOLDS)
    chances = np.asarray(mu.prob_below(at) if event == "bad" else mu.prob_above(at))
    return [(figures(float(x), 4), round(float(p), 4)) for x, p in zip(THRESHOLDS, chances, strict=True)]


def _curve_layers(values: Values, drawn: Sequence[Drawn], zone: Zone, event: Event | None) -> "list[alt.Chart]":
    import altair as alt

    side = "<" if event == "bad" else ">"
    y_title = f"P(OR {side} x)" if event is None else f"P(OR {side} x), benefit"
    x = alt.X(
        "x:Q",
        scale=alt.Scale(type="log", domain=[LOWEST, HIGHEST], nice=False),
        axis=alt.Axis(values=list(TICKS), labelExpr=PLAIN, labelFlush=False, grid=False, title="odds ratio x"),
    )
    y = alt.Y(
        "p:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr=PLAIN, grid=False, title=y_title),
    )
    low, high = (min(max(limit, LOWEST), HIGHEST) for limit in zone)
    layers = [
        values.chart([{"x": figures(low), "x2": figures(high)}]).mark_rect(color=LINE, opacity=0.4).encode(x=x, x2="x2:Q"),
        values.chart([{"x": 1.0}]).mark_rule(color=MUTED, strokeWidth=1).encode(x=x),
    ]
    for i, each in reversed(list(enumerate(drawn))):
        points: Records = [{"x": at, "p": p} for at, p in each.curve]
        style: dict[str, Any] = {"strokeDash": each.dash} if each.dash[1] else {}
        line = values.chart(points).mark_line(color=each.colour, strokeWidth=2.4 if i == 0 else 1.6, **style)
        layers.append(line.encode(x=x, y=y))
    dots: Records = [{"x": 1.0, "p": round(each.at_one, 4), "colour": each.colour} for each in reversed(drawn)]
    colour = alt.Color("colour:N", scale=None, legend=None)
    return [*layers, values.chart(dots).mark_point(filled=True, size=45, opacity=1).encode(x=x, y=y, color=colour)]


def _row_layers(values: Values, drawn: Sequence[Drawn], zone: Zone, event: Event | None) -> "tuple[list[alt.Chart], float]":
    """Return the rows under the curves, placed in pixels, and their height: key, label, bar of masses, probabilities."""
    import altair as alt

    low, high = (words.threshold(limit) for limit in zone)
    heads = (f"OR < {low}", f"{low} to {high}", f"OR > {high}", "OR < 1" if event == "bad" else "OR > 1")
    texts: dict[tuple[str, str], Records] = {("left", "normal"): [], ("right", "normal"): [], ("right", "bold"): []}
    texts["right", "bold"] = [{"x": x, "y": 8, "text": head} for x, head in zip(COLUMNS, heads, strict=True)]
    texts["left", "bold"] = [{"x": 0, "y": 8, "text": "Probability that"}]
    bars: Records = []
    keys: list[tuple[Records, Drawn]] = []
    top = float(HEADING)
    for each in drawn:
        height = LINE_HEIGHT * len(each.lines)
        middle = top + height / 2
        keys.append(([{"x": 0.0, "x2": KEY, "y": middle}], each))
        first = middle - LINE_HEIGHT * (len(each.lines) - 1) / 2
        texts["left", "normal"] += [{"x": LABEL, "y": first + LINE_HEIGHT * i, "text": line} for i, line in enumerate(each.lines)]
        numbers = (each.masses.below, each.masses.inside, each.masses.above, each.at_one)
        texts["right", "normal"] += [
            {"x": x, "y": middle, "text": probability(number)} for x, number in zip(COLUMNS, numbers, strict=True)
        ]
        bars += _bar(each.masses, middle, event)
        top += height + ROW_GAP
    x = alt.X("x:Q", scale=alt.Scale(domain=[0, COLUMNS[-1]], nice=False), axis=None)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[top, 0], nice=False), axis=None)
    fill = alt.Fill("fill:N", scale=None, legend=None)
    layers = [
        values.chart(bars).mark_rect(stroke=INK, strokeWidth=1, opacity=1).encode(x=x, x2="x2:Q", y=y, y2="y2:Q", fill=fill)
    ]
    for record, each in keys:
        style: dict[str, Any] = {"strokeDash": each.dash} if each.dash[1] else {}
        layers.append(values.chart(record).mark_rule(color=each.colour, strokeWidth=2, **style).encode(x=x, x2="x2:Q", y=y))
    for (align, weight), records in texts.items():
        mark = values.chart(records).mark_text(align=align, baseline="middle", fontWeight=weight)  # type: ignore[arg-type]
        layers.append(mark.encode(x=x, y=y, text="text:N"))
    return layers, top


def _bar(masses: Masses, middle: float, event: Event | None) -> Records:
    """Return the three parts of a bar: what favours the treatment dark, what harms white, between them grey."""
    ends = (ACCENT, PAPER) if event == "bad" else (PAPER, ACCENT)
    edges = [0.0, masses.below, masses.below + masses.inside, 1.0]
    places = [figures(BAR + (BAR_END - BAR) * edge, 5) for edge in edges]
    fills = (ends[0], LINE, ends[1])
    return [
        {"x": left, "x2": right, "y": middle - 6, "y2": middle + 6, "fill": fill}
        for left, right, fill in zip(places, places[1:], fills, strict=False)
        if right > left
    ]
