"""Drawing rows of intervals beside columns of text: what forest plots
and all interval charts here are made of.

Text is placed in pixels, intervals on the axis; rows are placed in pixels from the top. Numbers are cut to
four figures, so that a drawing does not depend on the last bits of a computation.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from bayes_ivig.reporting.drawing.axes import Axis, Spec, as_it_is, x_pixels, x_values, y_pixels
from bayes_ivig.reporting.drawing.lettering import FONT_SIZE
from bayes_ivig.reporting.drawing.palette import FONT, INK, LINE, MUTED, PAPER
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.digits import significant
from bayes_ivig.results.pooled import Ratio

if TYPE_CHECKING:
    import altair as alt

type Records = list[dict[str, Any]]
type Shape = Literal["square", "circle", "none"]

# pixels between a vertical axis's title and its numbers, of which a wide font takes up to seven
UP_PADDING = 11
ARROW_ROOM = 4  # pixels between an arrow head and the limit printed beside it


@dataclass(frozen=True)
class Words:
    """A text at a pixel position."""

    x: float
    y: float
    text: str
    align: Literal["left", "center", "right"] = "left"
    colour: str = INK
    bold: bool = False


@dataclass(frozen=True)
class Interval:
    """An interval with its centre: a line and a mark on it;
    ``size`` is the area of the mark in square pixels.
    """

    y: float
    centre: float
    lower: float
    upper: float
    colour: str = INK
    shape: Shape = "circle"
    size: float = 45.0
    width: float = 1.4


@dataclass(frozen=True)
class Diamond:
    """A pooled estimate: a diamond from limit to limit, widest at the centre;
    ``hollow`` has an outline only.
    """

    y: float
    centre: float
    lower: float
    upper: float
    colour: str = INK
    hollow: bool = False


@dataclass
class Canvas:
    """A drawing under construction."""

    width: float
    axis: Axis
    words: list[Words] = field(default_factory=list)
    intervals: list[Interval] = field(default_factory=list)
    diamonds: list[Diamond] = field(default_factory=list)
    # y, from x, to x in pixels, colour
    rules: list[tuple[float, float, float, str]] = field(default_factory=list)
    values: "Values" = field(default_factory=lambda: Values())  # noqa: PLW0108 - the class stands further down
    null: str = MUTED  # colour of the line at no effect
    # x, y in pixels, colour and shape of a mark
    keys: list[tuple[float, float, str, str]] = field(default_factory=list)

    def rule(self, y: float, start: float, end: float, colour: str = LINE) -> None:
        """Draw a horizontal line across the columns."""
        self.rules.append((y, start, end, colour))

    def key(self, x: float, y: float, text: str, colour: str, shape: str = "circle") -> None:
        """Explain an interval: a short line with its mark, and words."""
        self.rule(y, x, x + 24, colour)
        if shape != "none":
            self.keys.append((x + 12, y, colour, shape))
        self.words.append(Words(x + 32, y, text, colour=colour))

    def ratio(
        self,
        y: float,
        found: Ratio,
        colour: str,
        mark: tuple[Shape, float] = ("circle", 40.0),
        width: float = 1.4,
    ) -> None:
        """Draw an effect with its limits; a number too large to exist lies beyond the axis,
        and an empty one is not drawn.
        """
        if found.estimate is None and found.lower is None:
            return
        low, beyond = self._beyond()
        centre, upper = (beyond if value is None else value for value in (found.estimate, found.upper))
        lower = (low if found.lower is None else found.lower) if self.axis.differences else found.lower or 0.0
        self.intervals.append(Interval(y, centre, lower, upper, colour, *mark, width))

    def diamond(self, y: float, ratio: Ratio, colour: str, *, hollow: bool = False) -> None:
        """Draw a pooled effect as a diamond."""
        if ratio.estimate is None:
            return
        low, beyond = self._beyond()
        if self.axis.differences:
            lower = low if ratio.lower is None else ratio.lower
            upper = beyond if ratio.upper is None else ratio.upper
        else:
            lower, upper = ratio.lower or low, ratio.upper or beyond
        self.diamonds.append(Diamond(y, ratio.estimate, lower, upper, colour, hollow))

    def _beyond(self) -> tuple[float, float]:
        """Return values far beyond both ends of the axis."""
        if self.axis.differences:
            far = (self.axis.upper - self.axis.lower) * 1e6
            return -far, far
        return 1 / (self.axis.upper * 1e6), self.axis.upper * 1e6

    def chart(self, *, top: float, bottom: float, height: float, description: str) -> "alt.LayerChart":
        """Return the chart: the plot runs from ``top`` to ``bottom``, where its axis stands,
        of ``height`` pixels.
        """
        import altair as alt

        y = y_pixels(height)
        plot = alt.LayerChart(layer=list(self._plot(y, (top, bottom), x_values(self.axis, height - bottom))))
        text = alt.LayerChart(layer=list(self._text(y, x_pixels(self.width))))
        chart: alt.LayerChart = alt.LayerChart(
            layer=[plot, text],
            width=self.width,
            height=height,
            description=description,
            resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="independent")),
            **look(self.values),
        )
        return chart

    def _layer(self, records: Records, mark: Spec, **encoding: Spec) -> "alt.Chart":
        """Return a layer that draws these records."""
        import altair as alt
        from altair.utils.schemapi import debug_mode

        with debug_mode(False):  # which would hold every channel of every layer to the schema
            channels = alt.FacetedEncoding(**{name: Whole(channel) for name, channel in encoding.items()})  # type: ignore[arg-type]
        return self.values.chart(records, mark=Whole(mark), encoding=channels)

    def _plot(self, y: Spec, span: tuple[float, float], x: Spec) -> "Iterable[alt.Chart]":
        axis, colour = self.axis, as_it_is("colour")
        null: Records = [{"x": axis.null, "y": span[0], "y2": span[1], "colour": self.null}]
        yield self._layer(
            null, {"type": "rule", "strokeWidth": 1}, x=x, y=y, y2={"field": "y2"}, color=colour
        )
        drawn = [i for i in self.intervals if max(i.lower, axis.lower) < min(i.upper, axis.upper)]
        lines = [_record(i, x=axis.inside(i.lower), x2=axis.inside(i.upper), width=i.width) for i in drawn]
        thickness = as_it_is("width", "quantitative")
        yield self._layer(
            lines, {"type": "rule"}, x=x, x2={"field": "x2"}, y=y, color=colour, strokeWidth=thickness
        )
        shown = [i for i in self.intervals if i.shape != "none" and axis.lower <= i.centre <= axis.upper]
        marks = [_record(i, x=i.centre, size=i.size, shape=i.shape) for i in shown]
        arrows = [
            _record(i, x=end, shape=f"triangle-{side}", size=50)
            for i in self.intervals
            for end, side in clipped(i, axis)
        ]
        point = {"type": "point", "filled": True, "opacity": 1}
        size, shape = as_it_is("size", "quantitative"), as_it_is("shape")
        for records in (marks, arrows):
            yield self._layer(records, point, x=x, y=y, color=colour, size=size, shape=shape)
        outline = [
            point for number, d in enumerate(self.diamonds) for point in diamond_outline(d, axis, number)
        ]
        line = {"type": "line", "interpolate": "linear-closed", "strokeWidth": 1.4}
        order, detail = {"field": "order", "type": "quantitative"}, {"field": "number", "type": "nominal"}
        yield self._layer(
            outline, line, x=x, y=y, order=order, detail=detail, fill=as_it_is("fill"), stroke=colour
        )

    def _text(self, y: Spec, x: Spec) -> "Iterable[alt.Chart]":
        colour = as_it_is("colour")
        rules: Records = [
            {"x": start, "x2": end, "y": height, "colour": paint} for height, start, end, paint in self.rules
        ]
        yield self._layer(
            rules, {"type": "rule", "strokeWidth": 1.2}, x=x, x2={"field": "x2"}, y=y, color=colour
        )
        keys: Records = [
            {"x": at, "y": height, "colour": paint, "shape": shape} for at, height, paint, shape in self.keys
        ]
        point = {"type": "point", "filled": True, "opacity": 1, "size": 45}
        yield self._layer(keys, point, x=x, y=y, color=colour, shape=as_it_is("shape"))
        words = [*self.words, *self._limits()]
        for align, bold in sorted({(word.align, word.bold) for word in words}):
            chosen = [word for word in words if (word.align, word.bold) == (align, bold)]
            records = [_record(word, x=word.x, text=word.text) for word in chosen]
            mark = {
                "type": "text",
                "align": align,
                "baseline": "middle",
                "fontWeight": "bold" if bold else "normal",
            }
            yield self._layer(
                records, mark, x=x, y=y, text={"field": "text", "type": "nominal"}, color=colour
            )

    def _end(self, value: float) -> str:
        """Return a limit as it stands beside its arrow."""
        if not self.axis.differences:
            return numbers.axis_end(value)
        return numbers.difference(value).replace("-", numbers.MINUS)

    def _limits(self) -> Iterable[Words]:
        """Print the limit beside every arrow, since the line stops short of it."""
        for interval in self.intervals:
            for _, side in clipped(interval, self.axis):
                value, x = (
                    (interval.upper, self.axis.right) if side == "right" else (interval.lower, self.axis.left)
                )
                sign = 1 if side == "right" else -1
                align: Literal["left", "right"] = "left" if side == "right" else "right"
                yield Words(x + sign * (ARROW_ROOM + 3), interval.y, self._end(value), align, interval.colour)


class Values:
    """The data of a chart, kept beside it under names: Altair copies
    what is inside a chart again and again.
    """

    def __init__(self) -> None:
        self.named: dict[str, Whole] = {}

    def chart(self, records: Records, **parts: Any) -> "alt.Chart":
        """Return a chart of these records, with ``mark`` and ``encoding`` where they are at hand."""
        import altair as alt

        name = f"values_{len(self.named)}"
        self.named[name] = Whole(records)
        return alt.Chart(alt.NamedData(name=name), **parts)


@dataclass(frozen=True, eq=False)
class Whole:
    """A part of a chart in a form that Altair passes on as it is,
    where it would copy and search every list and dictionary.
    """

    # by this and the method below Altair knows what passes for one of its own objects
    _schema: ClassVar[Spec] = {}
    part: Records | Spec

    def to_dict(self) -> Records | Spec:
        """Return the part."""
        return self.part


def look(values: Values) -> dict[str, Any]:
    """Return what all charts share: their data, font, colours, no frame, no word of its own for every mark.

    It is given when a chart is made, because every change made to one afterwards copies the whole of it.
    """
    import altair as alt

    axis = alt.AxisConfig(
        labelFontSize=FONT_SIZE,
        titleFontSize=FONT_SIZE,
        labelColor=INK,
        titleColor=INK,
        titleFontWeight="normal",
        domainColor=INK,
        tickColor=INK,
    )
    up = alt.AxisConfig(titlePadding=UP_PADDING)
    title = alt.TitleConfig(
        fontSize=FONT_SIZE,
        color=INK,
        subtitleFontSize=FONT_SIZE,
        subtitleColor=MUTED,
        anchor="start",
        offset=8,
    )
    text = alt.MarkConfig(fontSize=FONT_SIZE, color=INK)
    view = alt.ViewConfig(stroke=None)
    config = alt.Config(
        font=FONT,
        background=PAPER,
        aria=False,
        padding=4,
        axis=axis,
        axisY=up,
        title=title,
        text=text,
        view=view,
    )
    return {"config": config, "datasets": values.named}


def clipped(interval: Interval | Diamond, axis: Axis) -> list[tuple[float, Literal["left", "right"]]]:
    """Return the ends of the axis that an interval runs past."""
    ends: list[tuple[float, Literal["left", "right"]]] = []
    if interval.lower < axis.lower:
        ends.append((axis.lower, "left"))
    if interval.upper > axis.upper:
        ends.append((axis.upper, "right"))
    return ends


def figures(value: float, digits: int = 4) -> float:
    """Return a number cut to so many significant figures."""
    return significant(value, digits)


def _record(item: Any, **values: Any) -> dict[str, Any]:
    rounded = {key: figures(value) if isinstance(value, float) else value for key, value in values.items()}
    return {"y": figures(item.y), "colour": item.colour, **rounded}


def diamond_outline(diamond: Diamond, axis: Axis, number: int) -> Records:
    """Return the corners of a diamond, cut off where the axis ends."""
    scale = float if axis.linear else math.log
    centre = axis.inside(diamond.centre)
    half = 7.0

    def height(at: float, end: float) -> float:
        span = scale(end) - scale(diamond.centre)
        return half * (scale(end) - scale(at)) / span if span else 0.0

    left, right = axis.inside(diamond.lower), axis.inside(diamond.upper)
    low, high = height(left, diamond.lower), height(right, diamond.upper)
    corners = [(left, low), (centre, half), (right, high), (right, -high), (centre, -half), (left, -low)]
    fill = PAPER if diamond.hollow else diamond.colour
    return [
        _record(diamond, x=float(x), order=order, number=number, fill=fill)
        | {"y": figures(diamond.y + rise, 6)}
        for order, (x, rise) in enumerate(corners)
    ]
