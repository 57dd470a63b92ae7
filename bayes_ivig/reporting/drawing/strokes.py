"""Many small marks as one path: hundreds of points in the room that thirty would take as marks of their own.

Places are pixels from the top left corner, to half a pixel.
A dot is a stroke of half a pixel with round ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayes_ivig.reporting.drawing.axes import Spec, x_pixels, y_pixels
from bayes_ivig.reporting.drawing.canvas import Records, Values, Whole

if TYPE_CHECKING:
    import altair as alt

type Stroke = tuple[float, float, float, float]  # from x, y to x, y
type Point = tuple[float, float]


@dataclass(frozen=True)
class Paper:
    """What the strokes of one drawing share: its data and its size in pixels."""

    values: Values
    width: float
    height: float

    def strokes(
        self, drawn: Iterable[Stroke], colour: str, width: float, *, opacity: float = 1.0, cap: str = "butt"
    ) -> "alt.Chart":
        """Return a layer of straight strokes."""
        records: Records = []
        for x, y, x2, y2 in drawn:
            records += [{"x": half(x), "y": half(y)}, {"x": half(x2), "y": half(y2)}, {"x": None, "y": None}]
        # else they would be joined from left to right
        records = [record | {"i": i} for i, record in enumerate(records)]
        mark: Spec = {
            "type": "line",
            "strokeWidth": width,
            "stroke": colour,
            "strokeCap": cap,
            "opacity": opacity,
        }
        return self._layer(records, mark, order={"field": "i", "type": "quantitative"})

    def dots(self, places: Iterable[Point], colour: str, size: float, *, opacity: float = 1.0) -> "alt.Chart":
        """Return a layer of round dots of so many pixels across."""
        return self.strokes(
            ((half(x), y, half(x) + 0.5, y) for x, y in places), colour, size, opacity=opacity, cap="round"
        )

    def texts(
        self,
        drawn: Iterable[tuple[float, float, str]],
        colour: str,
        *,
        align: str = "left",
        bold: bool = False,
        halo: str = "",
    ) -> "alt.Chart":
        """Return a layer of words; ``halo`` is a colour around the letters."""
        records: Records = [{"x": half(x), "y": half(y), "text": text} for x, y, text in drawn]
        mark: Spec = {
            "type": "text",
            "align": align,
            "baseline": "middle",
            "fontWeight": "bold" if bold else "normal",
        }
        mark |= {"color": colour} | ({"stroke": halo, "strokeWidth": 3, "strokeOpacity": 0.9} if halo else {})
        return self._layer(records, mark, text={"field": "text", "type": "nominal"})

    def ring(self, place: Point, colour: str) -> "alt.Chart":
        """Return a layer of one circle."""
        mark: Spec = {
            "type": "point",
            "filled": False,
            "color": colour,
            "size": 190,
            "strokeWidth": 2.2,
            "opacity": 1,
        }
        return self._layer([{"x": half(place[0]), "y": half(place[1])}], mark)

    def _layer(self, records: Records, mark: Spec, **channels: Spec) -> "alt.Chart":
        import altair as alt
        from altair.utils.schemapi import debug_mode

        both = {"x": x_pixels(self.width), "y": y_pixels(self.height)} | channels
        with debug_mode(False):
            encoding = alt.FacetedEncoding(**{name: Whole(channel) for name, channel in both.items()})  # type: ignore[arg-type]
        return self.values.chart(records, mark=Whole(mark), encoding=encoding)


def half(value: float) -> float:
    """Return a place to half a pixel."""
    return round(value * 2) / 2
