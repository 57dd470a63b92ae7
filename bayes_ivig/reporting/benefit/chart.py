"""The probability of an effect beyond every value, and how much of it lies below,
inside and above a zone.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.description import About, Event
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.measures import OR, Measure
from bayes_ivig.reporting.drawing.axes import Spec, as_it_is, linear_ticks, x_pixels, y_pixels
from bayes_ivig.reporting.drawing.canvas import Records, Values, Whole, figures, look
from bayes_ivig.reporting.drawing.lettering import wrapped
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED, PAPER
from bayes_ivig.reporting.drawing.places import cut_off
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.benefit.benefit import Benefit
from bayes_ivig.results.benefit.zones import Masses, Zone, beyond, masses_of, usual_zone
from bayes_ivig.results.marginals.marginal import Marginal
from bayes_ivig.results.posterior.posterior import Posterior

if TYPE_CHECKING:
    import altair as alt

type Found = Posterior | Benefit
type Shown = Annotated[Found | Mapping[str, Posterior] | Mapping[str, Benefit], NOT_EMPTY]
type Curve = list[tuple[float, float]]

WIDE = 0.999  # of an effect: as far as the axis of differences reaches
LOWEST, HIGHEST = 0.1, 10.0
TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
THRESHOLDS = np.exp(np.linspace(math.log(LOWEST), math.log(HIGHEST), 161))
PLAIN = "format(datum.value, '~f')"  # a format alone would round the ticks to their step: 0.25 as 0.3
WIDTH, HEIGHT = 640, 230
THIN = 0.1  # pixels that a curve may be off by
# in grey print ACCENT and MUTED are alike, so that their dashes differ
STYLES: tuple[tuple[str, list[int]], ...] = (
    (ACCENT, []), (INK, []), (MUTED, [2, 3]), (ACCENT, [7, 3]), (INK, [7, 3]), (MUTED, [9, 3, 2, 3]),
    (ACCENT, [4, 2]), (INK, [2, 3]), (MUTED, [14, 4]), (ACCENT, [9, 3, 2, 3, 2, 3]), (INK, [9, 3, 2, 3]),
    (MUTED, [5, 5, 1, 5]),
)  # fmt: skip
MOST = len(STYLES)
LINE_HEIGHT, ROW_GAP, HEADING = 15, 10, 22
KEY, LABEL, BAR, BAR_END = 24.0, 32.0, 232.0, 352.0
COLUMNS = (424.0, 506.0, 580.0, 640.0)  # right edges of the probabilities below, inside, above, and beyond 1


@dataclass(frozen=True)
class Drawn:
    """One curve with its row: how it is drawn, and the probabilities printed beside it."""

    lines: tuple[str, ...]
    curve: Curve
    masses: Masses
    at_one: float
    colour: str
    dash: list[int]


@dataclass(frozen=True)
class Judged:
    """What effects are judged by: the zone, whether an event is good, the measure; and the axis across."""

    zone: Zone
    about: About
    measure: Measure
    ends: tuple[float, float]
    ticks: tuple[float, ...]

    @classmethod
    def of(cls, zone: Zone, about: About, measure: Measure, marginals: Mapping[str, Marginal]) -> "Judged":
        """Return it with ratios from 0.1 to 10, or differences where any of the marginals lies."""
        if measure.log:
            return cls(zone, about, measure, (LOWEST, HIGHEST), TICKS)
        limits = [limit for each in marginals.values() for limit in each.interval(WIDE)]
        low, high, ticks = linear_ticks([*limits, *zone])
        return cls(zone, about, measure, (low, high), ticks)

    @property
    def event(self) -> Event | None:
        """Whether an event is good or bad, where that is stated."""
        return self.about.event

    @property
    def has_zone(self) -> bool:
        """Whether a zone is stated."""
        return self.zone[0] < self.zone[1]

    @property
    def heads(self) -> tuple[str, str, str, str]:
        """What stands over the probabilities: around the zone, and on the side of benefit;
        a blank head has no column.
        """
        symbol, side = self.measure.symbol, self.measure.below if self.event == "bad" else self.measure.above
        if not self.has_zone:
            return self.measure.below, "", self.measure.above, ""
        low, high = (numbers.threshold(limit) for limit in self.zone)
        return f"{symbol} < {low}", f"{low} to {high}", f"{symbol} > {high}", side


@checked
def plot_benefit(posteriors: Shown) -> "alt.VConcatChart":
    """Return curves of P(OR > x), or P(OR < x) where an event is bad,
    and below them the masses around a zone, row by row.

    ``posteriors`` is what ``fit`` or ``benefit`` returns, or several by label. One ``benefit`` is drawn for
    the pooled odds ratio and for that of a new setting; of several the pooled ones are. The zone is that of
    the first ``benefit``, else the dataset's own, and the direction that of the first dataset's description.
    Of more than twelve the first twelve are drawn.
    """
    import altair as alt

    marginals, judged = judged_marginals(posteriors)
    drawn = [
        _drawn(label, marginal, judged, i)
        for i, (label, marginal) in enumerate(list(marginals.items())[:MOST])
    ]
    values = Values()
    curves = alt.LayerChart(layer=_curve_layers(values, drawn, judged), width=WIDTH, height=HEIGHT)
    rows, height = _row_layers(values, drawn, judged)
    strip = alt.LayerChart(layer=rows, width=COLUMNS[-1], height=height)
    alternative = benefit_alternative(posteriors)
    return alt.VConcatChart(
        vconcat=[curves, strip], spacing=52, bounds="flush", description=alternative, **look(values)
    )


def benefit_alternative(posteriors: Shown) -> str:
    """Return the probabilities beyond no effect and around the zone, for those who cannot see the curves."""
    marginals, judged = judged_marginals(posteriors)
    measure, event = judged.measure, judged.event
    low, high = (numbers.threshold(limit) for limit in judged.zone)
    stated = []
    for label, marginal in list(marginals.items())[:MOST]:
        mass = masses_of(marginal, judged.zone, measure)
        below, inside, above = (numbers.probability(p) for p in (mass.below, mass.inside, mass.above))
        around = f"; below {low}, up to {high} and above: {below}, {inside}, {above}"
        at_null = chance_at_one(marginal, event, measure)
        stated.append(f"{label}: {at_null}{around if judged.has_zone else ''}")
    return f"Probability of an effect beyond each {measure.name}. {'. '.join(stated)}."


def benefit_caption(posteriors: Shown) -> str:
    """Return what the drawing shows: curves, band and bars."""
    marginals, judged = judged_marginals(posteriors)
    event, measure = judged.event, judged.measure
    low, high = (numbers.threshold(limit) for limit in judged.zone)
    side = "<" if event == "bad" else ">"
    meaning = "a benefit beyond" if event else f"{measure.one} above"
    band = (
        f"Grey band: the zone of practical equivalence, {low} to {high}. Bars: the probabilities below, "
        f"inside (grey) and above that zone; "
        if judged.has_zone
        else f"Bars: the probabilities below and above {numbers.stated(measure.null)}; "
    )
    ends = "benefit filled, harm empty" if event else "above filled, below empty"
    more = f" The first {MOST} of {len(marginals)} are drawn." if len(marginals) > MOST else ""
    return (
        f"P({measure.symbol} {side} x), the probability of {meaning} each {measure.name} x, with a dot at "
        f"{measure.one} of {numbers.stated(measure.null)}. {band}{ends}."
        f"{more}"
    )


def chance_at_one(mu: Marginal, event: Event | None, measure: Measure = OR) -> str:
    """Return ``P(OR > 1) = ...`` on the side of benefit, above no effect where no direction is stated."""
    mass = beyond(mu, 1.0)
    if event == "bad":
        return numbers.chance(measure.below, mass.below)
    return numbers.chance(measure.above, mass.above)


def thinned(curve: Curve, tolerance: float = THIN, *, log: bool = True) -> Curve:
    """Return the points without which a curve would move by more than ``tolerance`` pixels
    in height (Douglas & Peucker 1973).
    """
    x = np.array([math.log(point[0]) if log else point[0] for point in curve])
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


def judged_marginals(posteriors: Shown) -> tuple[dict[str, Marginal], Judged]:
    """Return the marginals to draw by label, and what they are judged by;
    raises ``ModelError`` for posteriors of several measures.
    """
    if isinstance(posteriors, Benefit):
        posterior, measure = posteriors.posterior, posteriors.measure
        named = {f"Pooled {measure.name}": posterior["mu"], "A new setting": posterior["theta_new"]}
        return named, Judged.of(posteriors.zone, posterior.dataset.about, measure, named)
    if isinstance(posteriors, Posterior):
        about, measure = posteriors.dataset.about, posteriors.measure
        named = {f"Pooled {measure.name}": posteriors["mu"]}
        return named, Judged.of(usual_zone(about, measure), about, measure, named)
    found: dict[str, Found] = dict(posteriors)
    own = {label: each.posterior if isinstance(each, Benefit) else each for label, each in found.items()}
    first, about = next(iter(found.values())), next(iter(own.values())).dataset.about
    codes = list(dict.fromkeys(each.measure.code for each in own.values()))
    if len(codes) > 1:
        raise ModelError(
            f"plot.benefit: found posteriors of {' and '.join(codes)}; give those of one measure"
        )
    zone = first.zone if isinstance(first, Benefit) else usual_zone(about, first.measure)
    marginals = {label: each["mu"] for label, each in own.items()}
    return marginals, Judged.of(zone, about, first.measure, marginals)


def _drawn(label: str, marginal: Marginal, judged: Judged, place: int) -> Drawn:
    lines = wrapped(label, BAR - LABEL - 10, 2) or [numbers.NONE]
    one = beyond(marginal, 1.0)
    at_one = one.below if judged.event == "bad" else one.above
    curve = thinned(_curve(marginal, judged), log=judged.measure.log)
    masses = masses_of(marginal, judged.zone, judged.measure)
    return Drawn(tuple(lines), curve, masses, at_one, *STYLES[place])


def _curve(mu: Marginal, judged: Judged) -> Curve:
    low, high = judged.ends
    x = THRESHOLDS if judged.measure.log else np.linspace(low, high, len(THRESHOLDS))
    at = np.log(x) if judged.measure.log else x
    chances = np.asarray(mu.prob_below(at) if judged.event == "bad" else mu.prob_above(at))
    return [(figures(float(x), 4), cut_off(p)) for x, p in zip(x, chances, strict=True)]


def _curve_layers(values: Values, drawn: Sequence[Drawn], judged: Judged) -> "list[alt.Chart]":
    zone, event, measure = judged.zone, judged.event, judged.measure
    lowest, highest = judged.ends
    side = "<" if event == "bad" else ">"
    beyond_x = f"P({measure.symbol} {side} x)"
    y_title = beyond_x if event is None else f"{beyond_x}, benefit"
    ticks = {"values": list(judged.ticks), "labelFlush": False, "title": f"{measure.name} x"}
    x = _across("x", [lowest, highest], ticks, "log" if measure.log else "linear")
    y = _across("p", [0, 1], {"values": [0, 0.25, 0.5, 0.75, 1], "title": y_title}, "linear")
    low, high = (min(max(limit, lowest), highest) for limit in zone)
    band: Records = [{"x": figures(low), "x2": figures(high)}]
    layers = [
        _layer(values, band, {"type": "rect", "color": LINE, "opacity": 0.4}, x=x, x2={"field": "x2"}),
        _layer(values, [{"x": measure.null}], {"type": "rule", "color": MUTED, "strokeWidth": 1}, x=x),
    ]
    for i, each in reversed(list(enumerate(drawn))):
        points: Records = [{"x": at, "p": p} for at, p in each.curve]
        layers.append(
            _layer(
                values,
                points,
                {"type": "line", "strokeWidth": 2.4 if i == 0 else 1.6, **_style(each)},
                x=x,
                y=y,
            )
        )
    dots: Records = [
        {"x": measure.null, "p": cut_off(each.at_one), "colour": each.colour} for each in reversed(drawn)
    ]
    point: Spec = {"type": "point", "filled": True, "size": 45, "opacity": 1}
    return [*layers, _layer(values, dots, point, x=x, y=y, color=as_it_is("colour"))]


def _row_layers(values: Values, drawn: Sequence[Drawn], judged: Judged) -> "tuple[list[alt.Chart], float]":
    """Return the rows under the curves, placed in pixels, and their height:
    key, label, bar of masses, probabilities.
    """
    event, heads = judged.event, judged.heads
    texts: dict[tuple[str, str], Records] = {("left", "normal"): [], ("right", "normal"): []}
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
        lines = enumerate(each.lines)
        texts["left", "normal"] += [
            {"x": LABEL, "y": first + LINE_HEIGHT * i, "text": line} for i, line in lines
        ]
        chances = (each.masses.below, each.masses.inside, each.masses.above, each.at_one)
        shown = zip(COLUMNS, chances, heads, strict=True)
        cells = [(x, numbers.probability(chance)) for x, chance, head in shown if head]
        texts["right", "normal"] += [{"x": x, "y": middle, "text": text} for x, text in cells]
        bars += _bar(each.masses, middle, event)
        top += height + ROW_GAP
    place = {"x": x_pixels(COLUMNS[-1]), "y": y_pixels(top)}
    ends = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    outlined: Spec = {"type": "rect", "stroke": INK, "strokeWidth": 1, "opacity": 1}
    layers = [_layer(values, bars, outlined, **place, **ends, fill=as_it_is("fill"))]
    for record, each in keys:
        layers.append(
            _layer(values, record, {"type": "rule", "strokeWidth": 2, **_style(each)}, **place, x2=ends["x2"])
        )
    for (align, weight), records in texts.items():
        mark: Spec = {"type": "text", "align": align, "baseline": "middle", "fontWeight": weight}
        layers.append(_layer(values, records, mark, **place, text={"field": "text", "type": "nominal"}))
    return layers, top


def _layer(values: Values, records: Records, mark: Spec, **encoding: Spec) -> "alt.Chart":
    """Return a layer that draws these records."""
    import altair as alt
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):  # which would hold every channel of every layer to the schema
        channels = alt.FacetedEncoding(**{name: Whole(channel) for name, channel in encoding.items()})  # type: ignore[arg-type]
    return values.chart(records, mark=Whole(mark), encoding=channels)


def _across(field: str, domain: list[float], axis: Spec, kind: str) -> Spec:
    """Return a channel of values with its axis."""
    scale: Spec = {"type": kind, "domain": domain, "nice": False}
    return {
        "field": field,
        "type": "quantitative",
        "scale": scale,
        "axis": {"grid": False, "labelExpr": PLAIN, **axis},
    }


def _style(each: Drawn) -> Spec:
    """Return how a curve and its key are drawn."""
    return {"color": each.colour} | ({"strokeDash": each.dash} if each.dash else {})


def _bar(masses: Masses, middle: float, event: Event | None) -> Records:
    """Return the three parts of a bar: what favours the treatment filled, what harms empty,
    between them grey.
    """
    ends = (ACCENT, PAPER) if event == "bad" else (PAPER, ACCENT)
    edges = [0.0, masses.below, masses.below + masses.inside, 1.0]
    places = [figures(BAR + (BAR_END - BAR) * edge, 5) for edge in edges]
    fills = (ends[0], LINE, ends[1])
    return [
        {"x": left, "x2": right, "y": middle - 6, "y2": middle + 6, "fill": fill}
        for left, right, fill in zip(places, places[1:], fills, strict=False)
        if right > left
    ]
