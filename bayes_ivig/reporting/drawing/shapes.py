"""Drawings without a scale: boxes, lines, marks and words placed in pixels, such as a flow chart."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from bayes_ivig.reporting.drawing.canvas import Records, Values, look
from bayes_ivig.reporting.drawing.palette import INK

if TYPE_CHECKING:
    import altair as alt

type Align = Literal["left", "center", "right"]
DIGITS = 2  # of a place in pixels, so that a drawing does not depend on the last bits of a computation


@dataclass
class Shapes:
    """A drawing of ``width`` by ``height`` pixels under construction;
    what is added later lies on top within its kind.
    """

    width: float
    height: float
    boxes: Records = field(default_factory=list)
    lines: Records = field(default_factory=list)
    marks: Records = field(default_factory=list)
    words: Records = field(default_factory=list)

    def box(
        self, corners: tuple[float, float, float, float], fill: str, stroke: str, *, dashed: bool = False
    ) -> None:
        """Add a rectangle from left, top to right, bottom."""
        left, top, right, bottom = (round(each, DIGITS) for each in corners)
        self.boxes.append(
            {"x": left, "y": top, "x2": right, "y2": bottom, "fill": fill, "stroke": stroke, "dashed": dashed}
        )

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
        """Add a straight line."""
        x, y, x2, y2 = (round(each, DIGITS) for each in (*start, *end))
        self.lines.append({"x": x, "y": y, "x2": x2, "y2": y2, "colour": colour})

    def arrow(self, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
        """Add a line with a head at its end, pointing down or to the right."""
        self.line(start, end, colour)
        down = start[0] == end[0]
        tip = (end[0], end[1] - 5) if down else (end[0] - 5, end[1])
        self.mark(tip, "triangle-down" if down else "triangle-right", 60, (colour, colour))

    def mark(self, at: tuple[float, float], shape: str, size: float, paint: tuple[str, str]) -> None:
        """Add a mark of ``size`` square pixels; ``paint`` is its filling and its outline."""
        x, y = (round(each, DIGITS) for each in at)
        self.marks.append(
            {"x": x, "y": y, "shape": shape, "size": size, "fill": paint[0], "stroke": paint[1]}
        )

    def text(
        self,
        at: tuple[float, float],
        text: str,
        align: Align = "left",
        *,
        bold: bool = False,
        colour: str = INK,
    ) -> None:
        """Add one line of text, its middle at the given height."""
        x, y = (round(each, DIGITS) for each in at)
        self.words.append({"x": x, "y": y, "text": text, "align": align, "bold": bold, "colour": colour})

    def chart(self, description: str) -> "alt.LayerChart":
        """Return the drawing."""
        import altair as alt

        values, layers = Values(), []
        x, y = _place(alt.X, "x", self.width), _place(alt.Y, "y", self.height)
        fill, stroke = (
            alt.Fill("fill:N", scale=None, legend=None),
            alt.Stroke("stroke:N", scale=None, legend=None),
        )
        colour = alt.Color("colour:N", scale=None, legend=None)
        for dashed in (False, True):
            if chosen := _without(self.boxes, "dashed", dashed):
                mark = values.chart(chosen).mark_rect(
                    strokeWidth=1.2, strokeDash=[4, 3] if dashed else alt.Undefined
                )
                layers.append(mark.encode(x=x, y=y, x2="x2:Q", y2="y2:Q", fill=fill, stroke=stroke))
        if self.lines:
            layers.append(
                values.chart(self.lines)
                .mark_rule(strokeWidth=1.2)
                .encode(x=x, y=y, x2="x2", y2="y2", color=colour)
            )
        if self.marks:
            size, shape = (
                alt.Size("size:Q", scale=None, legend=None),
                alt.Shape("shape:N", scale=None, legend=None),
            )
            point = values.chart(self.marks).mark_point(opacity=1, strokeWidth=1.2)
            layers.append(point.encode(x=x, y=y, size=size, shape=shape, fill=fill, stroke=stroke))
        for align, bold in sorted({(word["align"], word["bold"]) for word in self.words}):
            chosen = _without(_without(self.words, "align", align), "bold", bold)
            text = values.chart(chosen).mark_text(
                align=align, baseline="middle", fontWeight="bold" if bold else "normal"
            )
            layers.append(text.encode(x=x, y=y, text="text:N", color=colour))
        drawn: alt.LayerChart = alt.LayerChart(
            layer=layers, width=self.width, height=self.height, description=description, **look(values)
        )
        return drawn


def _place(kind: Any, name: str, end: float) -> Any:
    import altair as alt

    return kind(f"{name}:Q", scale=alt.Scale(domain=[0, end], range=[0, end], nice=False), axis=None)


def _without(records: Records, key: str, wanted: object) -> Records:
    """Return the records of one kind, without the key that tells it."""
    return [
        {name: value for name, value in record.items() if name != key}
        for record in records
        if record[key] == wanted
    ]
