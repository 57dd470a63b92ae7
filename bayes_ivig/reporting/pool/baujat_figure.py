"""A Baujat plot for a paper: which studies make the heterogeneity, and which of them move the result."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.ties import settled_one
from bayes_ivig.measures import measure_of
from bayes_ivig.reporting.figures.axis import tick_label
from bayes_ivig.reporting.figures.colours import checked_colours
from bayes_ivig.reporting.figures.figure import Figure
from bayes_ivig.reporting.figures.labelling import label_points
from bayes_ivig.reporting.figures.paper import MIDDLE, new_axes, style
from bayes_ivig.reporting.figures.sides import below
from bayes_ivig.reporting.wording import effects, numbers
from bayes_ivig.results.classical import Baujat, BaujatPoint

if TYPE_CHECKING:
    import matplotlib.axes as mpl

type Labels = Annotated[Mapping[str, str] | bool, "a dict of texts by study, or False for none"]

HEIGHT, MARGINS = 84.0, (16.0, 4.0, 18.0, 4.0)  # mm
DOT = 2.4  # points from the middle of a mark to its edge
ROOM = 1.08  # of the largest value: where the axes end


def baujat(found: Baujat, *, labels: Labels, colour: str, ax: "mpl.Axes | None") -> Figure:
    """Draw a Baujat plot, as ``plot.baujat`` describes it."""
    points = [each for each in found.points if each.q_contribution is not None and each.influence is not None]
    if not points:
        raise ModelError("plot.baujat: no study has an influence; it takes two studies with effects, or more")
    points = sorted(points, key=lambda each: -settled_one(_size(each, points)))
    shade = checked_colours("baujat", [colour])[0]
    with style():
        axes = new_axes(MIDDLE, HEIGHT, MARGINS) if ax is None else ax
        places = [(each.q_contribution or 0.0, each.influence or 0.0) for each in points]
        axes.plot(*zip(*places, strict=True), "o", color=shade, ms=2 * DOT, mew=0, alpha=0.85, clip_on=False)
        for ends, values in ((axes.set_xlim, 0), (axes.set_ylim, 1)):
            ends(0, ROOM * max(place[values] for place in places) or 1.0)
        _axes_words(axes, found)
        texts = labels if isinstance(labels, Mapping) else {}
        names = [texts.get(each.study, each.study) if labels is not False else "" for each in points]
        written = label_points(axes, places, names, [DOT] * len(points))
        below(axes, _note(found, written, len(points), named=labels is not False))
    return Figure(axes, _title(found, points))


def _size(point: BaujatPoint, points: list[BaujatPoint]) -> float:
    """Return how far a study lies from the corner, in shares of both axes."""
    most = [max(getattr(each, name) for each in points) or 1.0 for name in ("q_contribution", "influence")]
    return (point.q_contribution or 0.0) / most[0] + (point.influence or 0.0) / most[1]


def _axes_words(axes: "mpl.Axes", found: Baujat) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value)))
    common = found.pooled.method == "fixed"
    axes.set_xlabel(f"Contribution to Cochran's Q{'' if common else ' with τ² (squared Pearson residual)'}")
    axes.set_ylabel(f"Influence on the pooled {measure_of(found.pooled.measure).scale}")


def _note(found: Baujat, written: int, points: int, *, named: bool) -> str:
    words = (
        "Influence: squared change of the pooled effect without the study, over its variance without it "
        f"(method {found.pooled.method})."
    )
    left = len(found.points) - points
    words += f" {numbers.count(written)} of {numbers.count(points)} studies named." * (
        named and written < points
    )
    return words + f" {numbers.count(left)} without an effect of their own not drawn." * bool(left)


def _title(found: Baujat, points: list[BaujatPoint]) -> str:
    measure = measure_of(found.pooled.measure)
    q = "" if found.pooled.q is None else f", Q = {numbers.amount(found.pooled.q)}"
    return (
        f"Baujat plot of {numbers.count(len(points))} studies, pooled {measure.name} "
        f"{effects.bracketed(measure, found.pooled.own)}{q}; farthest out: {points[0].study}"
    )
