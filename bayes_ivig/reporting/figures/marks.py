"""Marks of effects on axes: intervals, squares, circles, diamonds, and arrows where an interval goes on
beyond the ends. Sizes are in points, places on the vertical axis in its own numbers.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bayes_ivig.reporting.figures.axis import EffectAxis
from bayes_ivig.results.pooled import Ratio

if TYPE_CHECKING:
    from matplotlib.axes import Axes

type Shape = Literal["square", "circle", "none"]

SHAPES = {"square": "s", "circle": "o"}


@dataclass(frozen=True)
class Pen:
    """What marks are drawn on and with: axes, the ends of their effects, and how much all is shrunk."""

    axes: "Axes"
    axis: EffectAxis
    scale: float = 1.0

    def interval(self, y: float, effect: Ratio, colour: str, width: float = 1.0) -> None:
        """Draw the line of an interval, as far as the axis goes, with arrows where it goes on."""
        if effect.lower is None or effect.upper is None:
            return
        ends = [self.axis.inside(effect.lower), self.axis.inside(effect.upper)]
        if ends[0] < ends[1]:
            self.axes.plot(ends, [y, y], color=colour, lw=width * self.scale, solid_capstyle="butt", zorder=3)
        if effect.lower < self.axis.lower:
            self._arrow(y, self.axis.lower, "<", colour)
        if effect.upper > self.axis.upper:
            self._arrow(y, self.axis.upper, ">", colour)

    def _arrow(self, y: float, x: float, marker: str, colour: str) -> None:
        self.axes.plot(
            [x], [y], marker=marker, color=colour, ms=3.6 * self.scale, mew=0, ls="none", clip_on=False,
            zorder=4,
        )  # fmt: skip

    def point(self, y: float, effect: Ratio, colour: str, shape: Shape, size: float) -> None:
        """Draw the mark of an estimate, where it lies between the ends."""
        value = effect.estimate
        if value is None or shape == "none" or not self.axis.lower <= value <= self.axis.upper:
            return
        self.axes.plot(
            [value], [y], marker=SHAPES[shape], color=colour, ms=size * self.scale, ls="none", zorder=5,
            clip_on=False, mew=0,
        )  # fmt: skip

    def capped(self, y: float, effect: Ratio, colour: str, height: float, width: float = 1.4) -> None:
        """Draw an interval with upright ends, as of a prediction."""
        self.interval(y, effect, colour, width)
        for end in (effect.lower, effect.upper):
            if end is not None and self.axis.lower <= end <= self.axis.upper:
                sides = [y - height / 2, y + height / 2]
                self.axes.plot(
                    [end, end], sides, color=colour, lw=width * self.scale, zorder=3, clip_on=False
                )

    def diamond(self, y: float, effect: Ratio, height: float, colours: tuple[str, str]) -> None:
        """Draw a diamond from limit to limit, filled and edged by two colours."""
        from matplotlib.patches import Polygon

        if effect.estimate is None or effect.lower is None or effect.upper is None:
            return
        corners = (
            (effect.lower, y), (effect.estimate, y - height / 2), (effect.upper, y),
            (effect.estimate, y + height / 2),
        )  # fmt: skip
        fill, edge = colours
        drawn = Polygon(corners, closed=True, fc=fill, ec=edge, lw=0.8 * self.scale, zorder=4)
        self.axes.add_patch(drawn)
        if effect.lower < self.axis.lower:
            self._arrow(y, self.axis.lower, "<", edge)
        if effect.upper > self.axis.upper:
            self._arrow(y, self.axis.upper, ">", edge)
