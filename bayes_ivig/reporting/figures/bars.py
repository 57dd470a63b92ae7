"""An interval with its middle, drawn at a height."""

from typing import TYPE_CHECKING

from bayes_ivig.reporting.figures.axis import EffectAxis
from bayes_ivig.results.pooled import Ratio

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def interval(axes: "Axes", y: float, effect: Ratio, axis: EffectAxis, colour: str) -> None:
    """Draw an interval and its middle at a height; an end beyond the axis is an arrow at its edge."""
    lower = axis.lower if effect.lower is None else effect.lower
    upper = axis.upper if effect.upper is None else effect.upper
    axes.plot([axis.inside(lower), axis.inside(upper)], [y, y], color=colour, lw=1.2, solid_capstyle="butt")
    for beyond, end, mark in ((lower < axis.lower, axis.lower, "<"), (upper > axis.upper, axis.upper, ">")):
        if beyond:
            axes.plot([end], [y], mark, color=colour, ms=4, mew=0, clip_on=False)
    if effect.estimate is not None and axis.lower <= effect.estimate <= axis.upper:
        axes.plot([effect.estimate], [y], "o", color=colour, ms=4, mew=0)
