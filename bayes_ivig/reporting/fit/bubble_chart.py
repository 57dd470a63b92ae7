"""The bubble plot of a regression for the report and for ``--plot``: a drawing for each covariate."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.measures import Measure
from bayes_ivig.reporting.drawing.axes import PLAIN, RATIO_VALUES, Spec, linear_ticks, x_pixels, y_pixels
from bayes_ivig.reporting.drawing.canvas import Records, Values, Whole, figures, look
from bayes_ivig.reporting.drawing.lettering import FONT_SIZE, extent, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, MUTED, PAPER, SOFT
from bayes_ivig.reporting.drawing.strokes import Paper, half
from bayes_ivig.reporting.figures.labelling import room_beside
from bayes_ivig.reporting.fit.bubble_words import bubble_alternative, reach
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.results.other_models.bubble import Band, Bubbles, bubbles, covariates_of
from bayes_ivig.results.other_models.regression import Regression

if TYPE_CHECKING:
    import altair as alt

type Array = NDArray[np.float64]

WIDTH, HEIGHT, FOOT = 600.0, 320.0, 40.0
LARGEST, SMALLEST = 13.0, 2.5  # pixels: radii
NAME = 170.0  # pixels at most
MOST = 4  # covariates that are drawn
BESIDE, HALF = 0.05, 0.38
LOG_ROOM = 0.05
COLOURS = (ACCENT, INK, MUTED)


def plot_regression(found: Regression, *, level: float = 0.95) -> "alt.VConcatChart":
    """Return a bubble plot by each covariate of a regression, of many the first four."""
    names = covariates_of(found.posterior)[:MOST]
    return plot_bubbles([bubbles(found.posterior, by, level, {}) for by in names])


def regression_alternative(found: Regression, *, level: float = 0.95) -> str:
    """Return what the drawings show, for those who cannot see them."""
    names = covariates_of(found.posterior)[:MOST]
    return " ".join(bubble_alternative(bubbles(found.posterior, by, level, {})) for by in names)


def plot_bubbles(drawn: Sequence[Bubbles]) -> "alt.VConcatChart":
    """Return bubble plots one below the other."""
    import altair as alt

    values = Values()
    told = " ".join(map(bubble_alternative, drawn))
    charts = [_drawn(values, each) for each in drawn]
    return alt.VConcatChart(vconcat=charts, spacing=24, bounds="flush", description=told, **look(values))


@dataclass(frozen=True)
class Frame:
    """Where values lie in pixels: the ends of both axes, of effects on the scale of the model."""

    left: float
    right: float
    low: float
    high: float

    def x(self, value: float) -> float:
        """Return pixels from the left."""
        return WIDTH * (value - self.left) / (self.right - self.left)

    def y(self, modelled: float) -> float:
        """Return pixels from the top, held inside."""
        share = (modelled - self.low) / (self.high - self.low)
        return HEIGHT * (1 - min(max(share, 0.0), 1.0))


def _frame(found: Bubbles) -> Frame:
    low, high = reach(found, prediction=True)
    low, high = min(low, 0.0), max(high, 0.0)
    room = LOG_ROOM * (high - low)
    if found.levels:
        return Frame(-0.5, len(found.levels) - 0.5, low - room, high + room)
    places = [each.x for each in found.trials]
    beside = BESIDE * (max(places) - min(places))
    return Frame(min(places) - beside, max(places) + beside, low - room, high + room)


def _drawn(values: Values, found: Bubbles) -> "alt.LayerChart":
    """Return one bubble plot."""
    import altair as alt

    frame, paper = _frame(found), Paper(values, WIDTH, HEIGHT + FOOT)
    layers = [_axes(values, found, frame)]
    null = frame.y(0.0)
    count = len(found.bands)
    for i, band in enumerate(found.bands):
        layers += _band_layers(values, paper, frame, band, (found, i, count))
    layers.append(paper.strokes([(0, null, WIDTH, null)], MUTED, 1))
    layers.append(_circles(values, found, frame))
    layers += _names(paper, found, frame)
    if found.levels:
        room = WIDTH / len(found.levels) - 8
        texts = [(frame.x(i), HEIGHT + 14, fitted(each, room)) for i, each in enumerate(found.levels)]
        layers.append(paper.texts(texts, INK, align="center"))
        title = [(WIDTH / 2, HEIGHT + 34, fitted(found.by, WIDTH))]
        layers.append(paper.texts(title, INK, align="center"))
    independent = alt.Resolve(scale=alt.ScaleResolveMap(x="independent", y="independent"))
    return alt.LayerChart(layer=layers, width=WIDTH, height=HEIGHT + FOOT, resolve=independent)


def _axes(values: Values, found: Bubbles, frame: Frame) -> "alt.Chart":
    """Return both axes, on a layer that shows nothing else."""
    measure = found.measure
    ends = [measure.own(frame.low), measure.own(frame.high)]
    ticks = _ticks(measure, *ends)
    kind = "log" if measure.log else "linear"
    up: Spec = {"field": "y", "type": "quantitative"}
    up["scale"] = {"type": kind, "domain": ends, "range": [HEIGHT, 0], "nice": False, "zero": False}
    title = f"{phrases.first_upper(measure.name)}{' (log scale)' if measure.log else ''}"
    up["axis"] = {"values": ticks, "labelExpr": PLAIN, "title": title, "grid": False}
    across: Spec = {"field": "x", "type": "quantitative"}
    across["scale"] = {"domain": [frame.left, frame.right], "range": [0, WIDTH], "nice": False, "zero": False}
    across["axis"] = {"grid": False, "title": fitted(found.by, WIDTH), "offset": -FOOT, "tickCount": 7}
    across["axis"] |= {"labelExpr": "format(datum.value, '~f')"}
    if found.levels:
        across["axis"] |= {"labels": False, "ticks": False, "title": None}
    record: Records = [{"x": frame.left, "y": ends[0]}]
    return _layer(values, record, {"type": "point", "opacity": 0}, x=across, y=up)


def _ticks(measure: Measure, low: float, high: float) -> list[float]:
    if not measure.log:
        return [tick for tick in linear_ticks([low, high])[2] if low <= tick <= high]
    inside = [tick for tick in RATIO_VALUES if low <= tick <= high]
    if len(inside) > 1 and high / low < 1e6:
        return inside
    powers = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    return [10.0**power for power in powers] if len(powers) > 1 else [low, 1.0, high]


def _band_layers(
    values: Values, paper: Paper, frame: Frame, band: Band, which: tuple[Bubbles, int, int]
) -> "list[alt.Chart]":
    """Return the band of a new trial, the credible band and the line."""
    found, i, count = which
    band = band if found.levels else band.between()
    colour = COLOURS[i % len(COLOURS)]
    fill = SOFT if colour == ACCENT else colour
    layers = []
    for lower, upper, opacity in ((band.new_lower, band.new_upper, 0.25), (band.lower, band.upper, 0.6)):
        for pieces in _stretches(band, found, (lower, upper), (i, count)):
            records: Records = [
                {"x": half(frame.x(x)), "y": half(frame.y(low)), "y2": half(frame.y(high))}
                for x, low, high in zip(*pieces, strict=True)
            ]
            mark: Spec = {"type": "area", "color": fill, "opacity": opacity / count**0.5}
            layers.append(_pixels(values, records, mark, y2={"field": "y2"}))
    for x, middle, _ in _stretches(band, found, (band.median, band.median), (i, count)):
        points = [(frame.x(a), frame.y(b)) for a, b in zip(x, middle, strict=True)]
        joined = [(*a, *b) for a, b in pairwise(points)]
        layers.append(paper.strokes(joined, colour, 2.2, cap="round"))
    return layers


def _stretches(
    band: Band, found: Bubbles, ends: tuple[Array, Array], place: tuple[int, int]
) -> list[tuple[list[float], list[float], list[float]]]:
    """Return what is drawn of a band: all of it across numbers, a piece for each class."""
    if not found.levels:
        return [(band.x.tolist(), ends[0].tolist(), ends[1].tolist())]
    i, count = place
    wide, pieces = 2 * HALF / count, []
    for at, low, high in zip(band.x.tolist(), ends[0].tolist(), ends[1].tolist(), strict=True):
        start = at - HALF + i * wide
        pieces.append(([start, start + wide], [low, low], [high, high]))
    return pieces


def _radius(weight: float) -> float:
    return max(LARGEST * math.sqrt(weight), SMALLEST)


def _circles(values: Values, found: Bubbles, frame: Frame) -> "alt.Chart":
    """Return the trials, the heaviest below the others."""
    heaviest = sorted(found.trials, key=lambda each: -_radius(each.weight))
    records: Records = [
        {
            "x": half(frame.x(each.x)),
            "y": half(frame.y(each.y)),
            "size": figures(math.pi * _radius(each.weight) ** 2),
            "colour": COLOURS[each.line % len(COLOURS)],
        }
        for each in heaviest
    ]
    mark: Spec = {"type": "point", "filled": True, "opacity": 0.75, "stroke": PAPER, "strokeWidth": 1}
    size: Spec = {"field": "size", "type": "quantitative", "scale": None, "legend": None}
    colour: Spec = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    return _pixels(values, records, mark, size=size, color=colour)


def _names(paper: Paper, found: Bubbles, frame: Frame) -> "list[alt.Chart]":
    """Return the names of trials that have room beside their circles."""
    marks = [(frame.x(each.x), frame.y(each.y), _radius(each.weight)) for each in found.trials]
    taken = [(x - r, y - r, x + r, y + r) for x, y, r in marks]
    limits = (0.0, 0.0, WIDTH + FOOT, HEIGHT)
    placed: dict[str, list[tuple[float, float, str]]] = {"left": [], "right": [], "center": []}
    for each, (x, y, r) in sorted(zip(found.trials, marks, strict=True), key=lambda pair: -pair[1][2]):
        name = fitted(phrases.name(each.study), NAME)
        box, align = room_beside((x, y), r, (extent(name) + 2, FONT_SIZE + 2.0), limits, taken)
        if box is not None:
            taken.append(box)
            at = {"left": box[0], "right": box[2], "center": (box[0] + box[2]) / 2}[align]
            placed[align].append((at, (box[1] + box[3]) / 2, name))
    layers = []
    for halo in (PAPER, ""):  # first the room around the letters, then these
        layers += [
            paper.texts(texts, INK, align=align, halo=halo) for align, texts in placed.items() if texts
        ]
    for i, band in enumerate(found.bands if len(found.bands) > 1 else ()):
        key = (WIDTH, 8.0 + 17 * i, fitted(phrases.name(band.label), NAME))
        layers.append(paper.texts([key], COLOURS[i % len(COLOURS)], align="right", bold=True))
    return layers


def _pixels(values: Values, records: Records, mark: Spec, **channels: Spec) -> "alt.Chart":
    return _layer(values, records, mark, x=x_pixels(WIDTH), y=y_pixels(HEIGHT + FOOT), **channels)


def _layer(values: Values, records: Records, mark: Spec, **channels: Spec) -> "alt.Chart":
    import altair as alt
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):
        encoding = alt.FacetedEncoding(**{name: Whole(each) for name, each in channels.items()})  # type: ignore[arg-type]
    return values.chart(records, mark=Whole(mark), encoding=encoding)
