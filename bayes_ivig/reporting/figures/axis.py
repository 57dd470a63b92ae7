"""Axes of effects as their values ask for: ends that hold the content and little more, ticks that are tidy
and few enough for the room.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from bayes_ivig.errors import ModelError
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.measures import Measure
from bayes_ivig.reporting.figures.measuring import width
from bayes_ivig.reporting.figures.paper import SIZE
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.digits import significant

if TYPE_CHECKING:
    from matplotlib.axes import Axes

type Limits = Annotated[tuple[float, float], "a lower and an upper limit, such as (0.1, 10)"]
type Colours = Annotated[Sequence[str], "a list of colours such as '#1f5fa8'", NOT_EMPTY]

ROOM = 1e-9  # relative: a limit so near a tick is on it
STEPS = ((1, 2, 5), (1, 3), (1,))  # of ticks within a power of ten, as many as there is room for
FEWER = (7, 5, 3, 2)  # about how many steps an axis of differences has, as many as there is room for
APART = 5.0  # points between two labels at least
NARROW = 2.5  # a ratio of the ends of an axis of ratios below which its steps are those of differences
BESIDE = 0.05  # how far an axis goes to both sides of no effect at least, of all it holds


@dataclass(frozen=True)
class EffectAxis:
    """Ends, labelled ticks and kind of an axis, on the measure's own scale."""

    lower: float
    upper: float
    ticks: tuple[float, ...]
    log: bool

    def place(self, value: float) -> float:
        """Return where a value lies on the axis, in units of its own."""
        return math.log(value) if self.log else value

    def inside(self, value: float) -> float:
        """Return the value, or the end nearest to it."""
        return min(max(value, self.lower), self.upper)

    def apply(self, axes: "Axes", which: str = "x") -> None:
        """Set scale, ends and ticks of an axis of Matplotlib."""
        scale = "log" if self.log else "linear"
        axis = axes.xaxis if which == "x" else axes.yaxis
        if which == "x":
            axes.set_xscale(scale)
            axes.set_xlim(self.lower, self.upper)
        else:
            axes.set_yscale(scale)
            axes.set_ylim(self.lower, self.upper)
        axis.set_ticks(list(self.ticks), labels=[tick_label(tick) for tick in self.ticks])
        axis.set_ticks([], minor=True)


def tick_label(value: float) -> str:
    """Return the label of a tick, with a true minus sign."""
    return numbers.stated(value).replace("-", numbers.MINUS)


def effect_axis(values: Sequence[float], measure: Measure, room: float = 150.0) -> EffectAxis:
    """Return an axis that holds all values of a measure, and something to both sides of no effect; its ticks
    go into ``room`` points.
    """
    kept = [value for value in values if math.isfinite(value) and (value > 0 or not measure.log)]
    low, high = min([*kept, measure.null]), max([*kept, measure.null])
    return _ratios(low, high, room) if measure.log else _differences(low, high, room)


def chosen_limits(where: str, limits: Limits, measure: Measure) -> Limits:
    """Return the ends of an axis that somebody chose; raises ``ModelError`` for what cannot be ends."""
    lower, upper = limits
    if lower < upper and measure.holds(lower) and measure.holds(upper):
        return limits
    allowed = (
        "numbers above 0, as ratios are, such as (0.1, 10)" if measure.log else "numbers, such as (-1, 1)"
    )
    raise ModelError(f"plot.{where}: limits are {limits!r}; they must be two {allowed}, the lower first")


def limited_axis(limits: tuple[float, float], measure: Measure, room: float = 150.0) -> EffectAxis:
    """Return an axis with ends that somebody chose."""
    lower, upper = limits
    if measure.log and upper / lower >= NARROW:
        sets = _ratio_ticks(lower, upper)
    else:
        sets = [_steps(lower, upper, most, inside=True) for most in FEWER]
    return _fitting(EffectAxis(lower, upper, (), measure.log), sets, room)


def _ratios(low: float, high: float, room: float) -> EffectAxis:
    if high / low < NARROW:  # steps as of differences, which are finer
        margin = BESIDE * (high - low) or BESIDE
        low, high = min(low, 1 - margin), max(high, 1 + margin)
        found = [_steps(low, high, most) for most in FEWER]
        found = [ticks for ticks in found if ticks[0] > 0]
        if found:
            return _fitting(EffectAxis(found[0][0], found[0][-1], (), log=True), found, room)
    places = _scale(low / 10, high * 10, STEPS[0])
    lower = max(each for each in places if each <= low * (1 + ROOM) and each < 1)
    upper = min(each for each in places if each >= high * (1 - ROOM) and each > 1)
    return _fitting(EffectAxis(lower, upper, (), log=True), _ratio_ticks(lower, upper), room)


def _ratio_ticks(lower: float, upper: float) -> list[list[float]]:
    """Return sets of ticks between two ends, from many to few."""
    found = [_scale(lower, upper, steps) for steps in STEPS]
    tens = found[-1]
    found += [[each for each in tens if round(math.log10(each)) % step == 0] for step in (2, 3, 4)]
    return [ticks for ticks in found if ticks]


def _scale(lower: float, upper: float, steps: Sequence[int]) -> list[float]:
    powers = range(math.floor(math.log10(lower) - ROOM), math.ceil(math.log10(upper) + ROOM) + 1)
    every = [significant(step * 10.0**power, 6) for power in powers for step in steps]
    return [each for each in every if lower * (1 - ROOM) <= each <= upper * (1 + ROOM)]


def _differences(low: float, high: float, room: float) -> EffectAxis:
    margin = BESIDE * (high - low) or 1.0
    sets = [_steps(min(low, -margin), max(high, margin), most) for most in FEWER]
    return next(
        (made for ticks in sets if (made := _with_ends(ticks, room)).ticks == tuple(ticks)),
        _with_ends(sets[-1], room),
    )


def _with_ends(ticks: Sequence[float], room: float) -> EffectAxis:
    """Return an axis that ends at its first and its last tick."""
    return _fitting(EffectAxis(ticks[0], ticks[-1], (), log=False), [ticks, ticks[:: len(ticks) - 1]], room)


def _steps(low: float, high: float, most: int, *, inside: bool = False) -> list[float]:
    """Return ticks at steps of 1, 2 or 5 times a power of ten, about ``most`` of them, that reach to both
    ends or beyond, or stay ``inside``.
    """
    size = (high - low) / most
    power = 10.0 ** math.floor(math.log10(size) + ROOM)
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= size * (1 - ROOM))
    first, last = math.floor(low / step + ROOM), math.ceil(high / step - ROOM)
    if inside:
        first, last = math.ceil(low / step - ROOM), math.floor(high / step + ROOM)
    return [significant(step * i, 6) for i in range(first, last + 1)]


def _fitting(axis: EffectAxis, sets: Sequence[Sequence[float]], room: float) -> EffectAxis:
    """Return the axis with the first set of ticks whose labels do not touch each other."""
    low, high = axis.place(axis.lower), axis.place(axis.upper)
    for ticks in sets:
        centres = [room * (axis.place(tick) - low) / (high - low) for tick in ticks]
        sizes = [width(tick_label(tick), SIZE - 1) for tick in ticks]
        gaps = [b - a - (v + w) / 2 for (a, v), (b, w) in pairwise(zip(centres, sizes, strict=True))]
        if all(gap >= APART for gap in gaps):
            return replace(axis, ticks=tuple(ticks))
    return replace(axis, ticks=tuple(sets[-1]) if sets else ())
