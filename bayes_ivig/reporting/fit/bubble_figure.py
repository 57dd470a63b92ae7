"""A bubble plot for a paper: trials by what they have in common and by their own effect, and the regression
through them with its credible band.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypedDict, Unpack

import numpy as np

from bayes_ivig.inputs.model.covariates import Value
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.reporting.figures.axis import (
    Colours,
    EffectAxis,
    Limits,
    chosen_limits,
    limited_axis,
    tick_label,
)
from bayes_ivig.reporting.figures.axis import effect_axis as fitting_axis
from bayes_ivig.reporting.figures.colours import checked_colours, tint
from bayes_ivig.reporting.figures.figure import Figure
from bayes_ivig.reporting.figures.labelling import label_points
from bayes_ivig.reporting.figures.measuring import fitted
from bayes_ivig.reporting.figures.paper import ACCENT, INK, MIDDLE, MM, MUTED, PAPER, SERIES, new_axes, style
from bayes_ivig.reporting.figures.sides import below
from bayes_ivig.reporting.fit.bubble_words import bubble_note, bubble_title, reach
from bayes_ivig.reporting.wording import phrases
from bayes_ivig.results.other_models.bubble import Band, Bubbles, bubbles
from bayes_ivig.results.posterior.posterior import Posterior

if TYPE_CHECKING:
    import matplotlib.axes as mpl
    import pandas as pd

type Labels = Annotated[Mapping[str, str] | bool, "a dict of texts by study, or False for none"]
type At = Annotated[Mapping[str, Value], "values of the other columns, such as {'design': 'x'}"]

HEIGHT, LEFT, FOOT, TOP, EDGE = 92.0, 16.0, 22.0, 4.0, 4.0  # mm
LARGEST, SMALLEST = 9.0, 1.8  # points: radii of the heaviest trial, and at least
ROOM = 0.05  # of what is across, to both sides
HALF = 0.38  # of the way between two classes: half the width of a band
INSIDE, OUTSIDE = 0.28, 0.1  # how strong the colour is in the credible band, and in that of a new trial
NOTHING: dict[str, Value] = {}


class Options(TypedDict, total=False):
    """Options of a bubble plot that are about its looks."""

    labels: Labels
    prediction: bool
    limits: Limits | None
    colours: Colours | None


@checked
def bubble(
    posterior: Posterior,
    by: str,
    *,
    at: At = NOTHING,
    level: Level = 0.95,
    ax: "mpl.Axes | None" = None,
    **options: Unpack[Options],
) -> Figure:
    """Draw a meta-regression: trials by a covariate and by their own effect, the line of the model, its band.

    ``by`` is a covariate of the model: numbers stand on an axis, classes side by side. The area of a bubble
    is the trial's weight, 1 / (s^2 + tau^2) with its own standard error s and the posterior median of tau.
    The line is the posterior median of the effect, the darker band its central credible interval of ``level``
    point by point, the lighter one that of the effect in one new trial. Other covariates are held at their
    references, or at what ``at`` says; where the covariate interacts with classes, each has a line of its
    own. ``ax`` are axes of Matplotlib to draw on in the place of new ones. By keyword: ``labels`` (other
    texts by study, or False for none), ``prediction`` (False leaves the lighter band out), ``limits`` (ends
    of the axis of effects) and ``colours`` (of the lines). The numbers: ``bubble_table``. Raises
    ``ModelError``.

    **example**

    >>> import bayes_ivig as bi
    >>> live = bi.load_dataset("ivig", "live_birth")
    >>> post = bi.fit(live, bi.models.MetaRegression(covariates=("year",)))
    >>> bi.plot.bubble(post, "year").axes.get_xlabel()
    'year'
    """
    found = bubbles(posterior, by, level, at)
    shades = checked_colours(
        "bubble", options.get("colours") or (SERIES if len(found.bands) > 1 else [ACCENT])
    )
    labels, prediction = options.get("labels", True), options.get("prediction", True)
    with style():
        axis = _axis(found, options.get("limits"), prediction=prediction)
        axes = new_axes(MIDDLE, HEIGHT, (LEFT, EDGE, FOOT, TOP)) if ax is None else ax
        axis.apply(axes, "y")
        _across(axes, found)
        _bands(axes, found, axis, shades, prediction=prediction)
        places, radii = _trials(axes, found, axis, shades)
        texts = labels if isinstance(labels, Mapping) else {}
        names = ["" if labels is False else texts.get(each.study, each.study) for each in found.trials]
        # the heaviest first
        points = sorted(zip(radii, places, names, strict=True), key=lambda each: -each[0])
        radii, places, names = map(list, zip(*points, strict=True))
        written = label_points(axes, places, names, radii)
        _words(axes, found, shades)
        below(axes, bubble_note(found, len(list(filter(None, names))) - written, prediction=prediction))
    return Figure(axes, bubble_title(found))


@checked
def bubble_table(posterior: Posterior, by: str, *, at: At = NOTHING, level: Level = 0.95) -> "pd.DataFrame":
    """Return what ``bubble`` draws: a row for each trial, then one for each point of the band.

    Columns: ``kind`` ("trial" or "band"), ``study``, ``line`` (the class that a band is of, where there are
    several), ``x`` (the covariate; of classes their places, with ``class_name``), the effect on the measure's
    own scale as ``or_median, or_lower, or_upper`` with their ``level`` (of a trial its own estimate alone, as
    observed), ``prediction_lower, prediction_upper`` and ``weight`` (as a share of the heaviest trial's).
    Raises as ``bubble``.

    **example**

    >>> import bayes_ivig as bi
    >>> live = bi.load_dataset("ivig", "live_birth")
    >>> post = bi.fit(live, bi.models.MetaRegression(covariates=("year",)))
    >>> bi.plot.bubble_table(post, "year")["kind"].value_counts().to_dict()
    {'band': 17, 'trial': 8}
    """
    import pandas as pd

    found = bubbles(posterior, by, level, at)
    measure, names = found.measure, found.measure.columns
    rows: list[dict[str, object]] = []
    for each in found.trials:
        line = found.bands[each.line].label
        row = {"kind": "trial", "study": each.study, "line": line, "x": each.x, "weight": each.weight}
        rows.append(row | {names.median: measure.own(each.y)})
    for band in found.bands:
        own = [measure.own_values(part) for part in (band.lower, band.median, band.upper)]
        new = [measure.own_values(part) for part in (band.new_lower, band.new_upper)]
        for i, x in enumerate(band.x.tolist()):
            row = {"kind": "band", "study": "", "line": band.label, "x": x}
            row |= names.of(np.array([part[i] for part in own]), level)
            rows.append(row | {"prediction_lower": new[0][i], "prediction_upper": new[1][i]})
    table = pd.DataFrame(rows)
    where = [found.levels[int(x + 0.5)] if found.levels else "" for x in table["x"]]
    table.insert(4, "class_name", where)
    columns = ("kind", "study", "line", "x", "class_name", names.median, names.lower, names.upper, "level")
    return table[[*columns, "prediction_lower", "prediction_upper", "weight"]]


def _axis(found: Bubbles, limits: Limits | None, *, prediction: bool) -> EffectAxis:
    room = (HEIGHT - FOOT - TOP) * MM
    if limits is not None:
        return limited_axis(chosen_limits("bubble", limits, found.measure), found.measure, room)
    low, high = reach(found, prediction=prediction)
    return fitting_axis([found.measure.own(low), found.measure.own(high)], found.measure, room)


def _across(axes: "mpl.Axes", found: Bubbles) -> None:
    """Set the axis of the covariate."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    if found.levels:
        count = len(found.levels)
        axes.set_xlim(-0.5, count - 0.5)
        room = (MIDDLE - LEFT - EDGE) * MM / count - 4
        axes.set_xticks(range(count), labels=[fitted(level, room) for level in found.levels])
        axes.tick_params(axis="x", length=0)
    else:
        places = [each.x for each in found.trials]
        beside = ROOM * (max(places) - min(places))
        axes.set_xlim(min(places) - beside, max(places) + beside)
        axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value)))
    axes.set_xlabel(fitted(found.by, (MIDDLE - LEFT - EDGE) * MM))


def _bands(
    axes: "mpl.Axes", found: Bubbles, axis: EffectAxis, shades: Sequence[str], *, prediction: bool
) -> None:
    axes.axhline(found.measure.null, color=MUTED, lw=0.6, ls=(0, (4, 2)), zorder=0.5)
    count = len(found.bands)
    for i, asked in enumerate(found.bands):
        band = asked if found.levels else asked.between()
        shade = shades[i % len(shades)]
        parts = [(band.new_lower, band.new_upper, OUTSIDE)] * prediction
        for lower, upper, strength in (*parts, (band.lower, band.upper, INSIDE)):
            ends = [np.clip(found.measure.own_values(end), axis.lower, axis.upper) for end in (lower, upper)]
            look: dict[str, Any] = {"color": tint(shade, strength), "lw": 0, "zorder": 0.3}
            if count > 1:  # seen through one another
                look |= {"color": shade, "alpha": strength}
            for x, low, high in _stretches(band, found, ends, (i, count)):
                axes.fill_between(x, low, high, **look)
        middle = found.measure.own_values(band.median)
        for x, low, _ in _stretches(band, found, [middle, middle], (i, count)):
            axes.plot(x, low, color=shade, lw=1.6, zorder=1, solid_capstyle="butt")


def _stretches(
    band: Band, found: Bubbles, ends: Sequence[Any], place: tuple[int, int]
) -> list[tuple[Any, Any, Any]]:
    """Return what is drawn of a band: all of it across numbers, a piece for each class, side by side where
    there are several bands.
    """
    if not found.levels:
        return [(band.x, ends[0], ends[1])]
    i, count = place
    wide = 2 * HALF / count
    starts = band.x - HALF + i * wide
    return [
        (np.array([start, start + wide]), np.repeat(low, 2), np.repeat(high, 2))
        for start, low, high in zip(starts, ends[0], ends[1], strict=True)
    ]


def _trials(
    axes: "mpl.Axes", found: Bubbles, axis: EffectAxis, shades: Sequence[str]
) -> tuple[list[tuple[float, float]], list[float]]:
    """Draw the trials, the heaviest first; return where they stand and their radii in points."""
    places = [(each.x, axis.inside(found.measure.own(each.y))) for each in found.trials]
    radii = [max(LARGEST * each.weight**0.5, SMALLEST) for each in found.trials]
    for i in sorted(range(len(places)), key=lambda i: -radii[i]):
        x, y = places[i]
        shade = shades[found.trials[i].line % len(shades)]
        axes.scatter(
            [x], [y], s=(2 * radii[i]) ** 2, color=tint(shade, 0.55), edgecolors=PAPER, linewidths=0.6,
            zorder=3, alpha=0.9, clip_on=False,
        )  # fmt: skip
    return places, radii


def _words(axes: "mpl.Axes", found: Bubbles, shades: Sequence[str]) -> None:
    from matplotlib.lines import Line2D

    measure = found.measure
    axes.set_ylabel(f"{phrases.first_upper(measure.name)}{' (log scale)' if measure.log else ''}", color=INK)
    if len(found.bands) > 1:
        room = MIDDLE * MM / 3
        keys = [
            Line2D([], [], color=shades[i % len(shades)], lw=1.6, label=fitted(band.label, room))
            for i, band in enumerate(found.bands)
        ]
        axes.legend(handles=keys, loc="best", handlelength=1.4)
