"""A funnel plot for a paper: effects against their standard errors, with contours of significance."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated

import numpy as np

from bayes_ivig.errors import ModelError
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure, measure_of
from bayes_ivig.reporting.figures.axis import (
    EffectAxis,
    Limits,
    chosen_limits,
    effect_axis,
    limited_axis,
    tick_label,
)
from bayes_ivig.reporting.figures.colours import checked_colours
from bayes_ivig.reporting.figures.figure import Figure
from bayes_ivig.reporting.figures.labelling import label_points
from bayes_ivig.reporting.figures.paper import INK, MIDDLE, MM, MUTED, PAPER, new_axes, style
from bayes_ivig.reporting.figures.sides import below
from bayes_ivig.reporting.wording import effects, numbers, phrases
from bayes_ivig.results.classical import Funnel
from bayes_ivig.results.pooled import PooledEstimate, StudyEstimate, own_scale

if TYPE_CHECKING:
    import matplotlib.axes as mpl

type Labels = Annotated[Mapping[str, str] | bool, "a dict of texts by study, or True for all names"]

HEIGHT, LEFT, FOOT, TOP = 88.0, 15.0, 18.0, 4.0  # mm
KEY, EDGE = 26.0, 4.0  # mm to the right: with the key to the contours, and without
SHADES = ("#c9cfd6", "#dde1e6", "#eef0f2", "#f6f7f8")  # from a contour outwards
DOT, ROOM = 2.2, 1.05


def funnel(
    found: Funnel | PooledEstimate,
    *,
    contours: Sequence[Level],
    labels: Labels,
    limits: Limits | None,
    colour: str,
    ax: "mpl.Axes | None",
) -> Figure:
    """Draw a funnel plot of what was pooled, as ``plot.funnel`` describes it."""
    made = _funnel(found)
    studies = [each for each in made.studies if each.estimate is not None and each.standard_error]
    if not studies:
        raise ModelError("plot.funnel: no study has an effect and a standard error of its own")
    measure = measure_of(made.measure)
    shade = checked_colours("funnel", [colour])[0]
    most = ROOM * max(each.standard_error or 0.0 for each in studies)
    with style():
        axis = _axis(made, studies, most, limits)
        margins = (LEFT, KEY if contours else EDGE, FOOT, TOP)
        axes = new_axes(MIDDLE, HEIGHT, margins) if ax is None else ax
        axis.apply(axes)
        _shaded(axes, sorted(contours), measure, axis, most)
        _lines(axes, made, measure, most)
        places = [(measure.own(each.estimate or 0.0), each.standard_error or 0.0) for each in studies]
        axes.plot(*zip(*places, strict=True), "o", color=shade, ms=2 * DOT, mec=PAPER, mew=0.4, zorder=3)
        axes.set_ylim(most, 0.0)
        _axes_words(axes, measure)
        texts = labels if isinstance(labels, Mapping) else {}
        wanted = [each.study for each in studies] if labels is True else list(texts)
        names = [texts.get(each.study, each.study) if each.study in wanted else "" for each in studies]
        unnamed = len(list(filter(None, names))) - label_points(axes, places, names, [DOT] * len(places))
        below(axes, _note(found, made, len(made.studies) - len(studies), unnamed))
    return Figure(axes, _title(made, len(studies)))


def _funnel(found: Funnel | PooledEstimate) -> Funnel:
    if isinstance(found, Funnel):
        return found
    return Funnel(found.measure, found.estimate, found.level, found.studies)


def _axis(made: Funnel, studies: Sequence[StudyEstimate], most: float, limits: Limits | None) -> EffectAxis:
    measure, room = measure_of(made.measure), (MIDDLE - LEFT - KEY) * MM
    if limits is not None:
        return limited_axis(chosen_limits("funnel", limits, measure), measure, room)
    ends = [each.estimate for each in studies] + list(made.limits(most))
    return effect_axis([measure.own(end) for end in ends if end is not None], measure, room)


def _shaded(
    axes: "mpl.Axes", contours: Sequence[float], measure: Measure, axis: EffectAxis, most: float
) -> None:
    """Shade the regions of significance, the outermost first, and say in a key what they are."""
    from matplotlib.patches import Patch

    if not contours:
        return
    shades = [SHADES[min(i, len(SHADES) - 1)] for i in range(len(contours))]
    axes.set_facecolor(shades[-1])
    heights = np.array([0.0, most])
    reaches = [NormalDist().inv_cdf(0.5 + level / 2) for level in contours]
    for reach, colour in reversed(list(zip(reaches, [PAPER, *shades[:-1]], strict=True))):
        both = measure.own_values(reach * heights)
        axes.fill_betweenx(
            heights, measure.own_values(-reach * heights), both, color=colour, lw=0, zorder=0.2
        )
    p = [numbers.stated(float(numbers.figures(1 - level))) for level in contours]
    words = [f"P > {p[0]}", *(f"{b} to {a}" for a, b in pairwise(p)), f"P < {p[-1]}"]
    keys = [
        Patch(facecolor=shade, edgecolor=MUTED, lw=0.4, label=word)
        for shade, word in zip([PAPER, *shades], words, strict=True)
    ]
    axes.legend(
        handles=keys, loc="upper left", bbox_to_anchor=(1.01, 1.0), title="Study's own\nP-value",
        borderaxespad=0, alignment="left", title_fontsize=7, handlelength=1.3,
    )  # fmt: skip
    axes.set_xlim(axis.lower, axis.upper)


def _lines(axes: "mpl.Axes", made: Funnel, measure: Measure, most: float) -> None:
    """No effect, the pooled effect, and the limits around it."""
    axes.axvline(measure.null, color=MUTED, lw=0.5, zorder=0.5)
    if made.centre is None:
        return
    axes.axvline(measure.own(made.centre), color=INK, lw=0.9, zorder=1)
    heights = np.linspace(0.0, most, 2 if not measure.log else 41)
    for side in (1, 2):
        ends = [measure.own(float(made.limits(float(height))[side] or 0.0)) for height in heights]
        axes.plot(ends, heights, color=INK, lw=0.8, ls=(0, (4, 2)), zorder=1)


def _axes_words(axes: "mpl.Axes", measure: Measure) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value)))
    axes.set_xlabel(f"{phrases.first_upper(measure.name)}{' (log scale)' if measure.log else ''}")
    axes.set_ylabel(f"Standard error of the {measure.scale}")


def _note(found: Funnel | PooledEstimate, made: Funnel, left_out: int, unnamed: int) -> str:
    by = f" ({found.method})" if isinstance(found, PooledEstimate) else ""
    words = (
        f"Solid line: pooled effect{by}; dashed: pseudo {numbers.level(made.level)} confidence limits, "
        "if all studies share it."
    )
    words += f" No room for {numbers.count(unnamed)} names." * bool(unnamed)
    return words + f" {numbers.count(left_out)} studies without an effect of their own not drawn." * bool(
        left_out
    )


def _title(made: Funnel, studies: int) -> str:
    measure = measure_of(made.measure)
    centre = own_scale(measure, (made.centre, None, None)).estimate
    return (
        f"Funnel plot of {numbers.count(studies)} studies: {measure.name} against the standard error of the "
        f"{measure.scale}, around {effects.cell(measure, centre)}"
    )
