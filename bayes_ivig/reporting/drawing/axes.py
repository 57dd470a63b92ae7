"""Axes and channels of the drawings made on a canvas, as Vega-Lite states them.

They are plain dictionaries: the same things made of Altair's objects took most of the time of a report,
in copies.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bayes_ivig.measures import Measure
from bayes_ivig.reporting.wording.digits import significant

type Spec = dict[str, Any]

ROOM = 1e-9  # relative: a limit so near a tick is on it

RATIO_TICKS = (0.01, 0.1, 1.0, 10.0, 100.0)
RATIO_VALUES = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0)
SCALE_VALUES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
PLAIN = "format(datum.value, '~f')"  # the labels of those


@dataclass(frozen=True)
class Axis:
    """A horizontal axis: ``left`` and ``right`` are pixels, ``ticks`` the labelled values,
    log unless ``linear``. Of ``differences`` limits have a sign and may be 0.
    """

    left: float
    right: float
    lower: float = 0.01
    upper: float = 100.0
    ticks: tuple[float, ...] = RATIO_TICKS
    linear: bool = False
    null: float = 1.0
    differences: bool = False

    def inside(self, value: float) -> float:
        """Return the value, or the end of the axis nearest to it."""
        return min(max(value, self.lower), self.upper)


def scale_ticks(low: float, high: float) -> list[float]:
    """Return the ticks of an axis of scales of priors: 1, 2 and 5 times powers of ten."""
    usual = [tick for tick in SCALE_VALUES if low <= tick <= high]
    if high <= 2 * SCALE_VALUES[-1] and low >= SCALE_VALUES[0] / 2:
        return usual
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = [significant(k * 10.0**power, 6) for power in range(first, last + 1) for k in (1, 2, 5)]
    return [tick for tick in steps if low <= tick <= high]


def linear_ticks(values: Sequence[float], null: float = 0.0) -> tuple[float, float, tuple[float, ...]]:
    """Return ends and ticks of an axis of differences that holds all values and no effect:
    steps of 1, 2 or 5 times a power of ten, about six of them.
    """
    low, high = min(*values, null), max(*values, null)
    size = (high - low) / 6 or 1.0
    power = 10.0 ** math.floor(math.log10(size) + ROOM)
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= size * (1 - ROOM))
    first, last = math.floor(low / step + ROOM), math.ceil(high / step - ROOM)
    first, last = min(first, -1), max(last, 1)
    places = tuple(significant(step * i, 6) for i in range(first, last + 1))
    return places[0], places[-1], places


def effect_axis(
    left: float, right: float, values: Sequence[float], measure: Measure, most: float = math.inf
) -> Axis:
    """Return an axis of differences, wide enough for all values, or of as much as ``most`` on either side;
    of ratios the usual one.
    """
    if measure.log:
        return Axis(left, right)
    kept = [min(max(value, -most), most) for value in values if math.isfinite(value)] or [-1.0, 1.0]
    low, high, ticks = linear_ticks(kept)
    return Axis(left, right, low, high, ticks, linear=True, null=0.0, differences=True)


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
