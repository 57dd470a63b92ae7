"""Axes and channels of the drawings made on a canvas, as Vega-Lite states them.

They are plain dictionaries: the same things made of Altair's objects took most of the time of a report,
in copies.
"""

from dataclasses import dataclass
from typing import Any, Literal

type Spec = dict[str, Any]

RATIO_TICKS = (0.01, 0.1, 1.0, 10.0, 100.0)
RATIO_VALUES = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0)
SCALE_VALUES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
PLAIN = "format(datum.value, '~f')"  # the labels of those


@dataclass(frozen=True)
class Axis:
    """A horizontal axis: ``left`` and ``right`` are pixels, ``ticks`` the labelled values,
    log unless ``linear``.
    """

    left: float
    right: float
    lower: float = 0.01
    upper: float = 100.0
    ticks: tuple[float, ...] = RATIO_TICKS
    linear: bool = False
    null: float = 1.0

    def inside(self, value: float) -> float:
        """Return the value, or the end of the axis nearest to it."""
        return min(max(value, self.lower), self.upper)


def as_it_is(name: str, kind: Literal["nominal", "quantitative"] = "nominal") -> Spec:
    """Return a channel whose field holds what is drawn: a colour, a shape, a width."""
    return {"field": name, "legend": None, "scale": None, "type": kind}


def x_values(axis: Axis, below: float) -> Spec:
    """Return the horizontal channel of values, whose axis stands ``below`` pixels above the foot
    of the chart.
    """
    labels: Spec = {
        "grid": False,
        "labelExpr": "format(datum.value, ',~f')",
        "labelFlush": False,
        "offset": -below,
    }
    scale: Spec = {
        "clamp": False,
        "domain": [axis.lower, axis.upper],
        "nice": False,
        "range": [axis.left, axis.right],
    }
    scale |= {"type": "linear" if axis.linear else "log", "zero": False}
    return {
        "axis": labels | {"values": list(axis.ticks)},
        "field": "x",
        "scale": scale,
        "title": None,
        "type": "quantitative",
    }


def x_pixels(width: float) -> Spec:
    """Return the horizontal channel of what is placed in pixels."""
    return _pixels("x", width)


def y_pixels(height: float) -> Spec:
    """Return the vertical channel; rows are placed in pixels from the top."""
    return _pixels("y", height)


def _pixels(field: str, end: float) -> Spec:
    scale = {"domain": [0, end], "nice": False, "range": [0, end]}
    return {"axis": None, "field": field, "scale": scale, "type": "quantitative"}
