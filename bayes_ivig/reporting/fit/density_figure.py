"""Posterior densities for a paper: a row for each posterior, its interval and the side of benefit shaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import NOT_EMPTY
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure
from bayes_ivig.reporting.figures import beside
from bayes_ivig.reporting.figures.axis import (
    Colours,
    EffectAxis,
    Limits,
    chosen_limits,
    effect_axis,
    limited_axis,
)
from bayes_ivig.reporting.figures.colours import checked_colours, tint
from bayes_ivig.reporting.figures.figure import Figure
from bayes_ivig.reporting.figures.measuring import widest, wrapped
from bayes_ivig.reporting.figures.paper import ACCENT, INK, MM, MUTED, PAGE, SIZE, new_axes, style
from bayes_ivig.reporting.figures.sides import below
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.posterior.posterior import Posterior

if TYPE_CHECKING:
    import matplotlib.axes as mpl
    import pandas as pd

type Array = NDArray[np.float64]
type Of = Annotated[
    Posterior | Marginal | Mapping[str, Posterior] | Mapping[str, Marginal],
    "a Posterior, a marginal, or a dict of several by label",
    NOT_EMPTY,
]

POINTS = 401
WIDE = 0.99  # of a posterior: as far as the axis reaches unless told
MOST = 40
NAME = 45.0 * MM  # points for the name of a row
ONE, ROW, LEAST = 40.0, 14.0, 7.0  # mm of the only row, of one of several, of one of many
FOOT, TOP = 20.0, 8.0  # mm below and above
INSIDE, TAIL = (0.75, 0.3), (0.25, 0.1)  # how strong the colour is: on the side of benefit and the other


@dataclass(frozen=True)
class Row:
    """One posterior on the scale it is drawn on."""

    label: str
    marginal: Marginal
    measure: Measure
    about: About
    effect: bool
    size: bool = False  # not below 0

    @property
    def good_below(self) -> bool:
        """Whether the side of benefit, or the side that is asked about, is below no effect."""
        return self.about.event == "bad"

    def ratio(self, level: float) -> Ratio:
        """Median and central credible limits on the measure's own scale."""
        lower, upper = self.marginal.interval(level)
        return Ratio(*(self.measure.own(value) for value in (self.marginal.median, lower, upper)))

    def points(self, axis: EffectAxis, level: float) -> tuple[Array, Array]:
        """Return where the density is drawn, on the measure's own scale, and the density there, that of the
        logarithm of a ratio.
        """
        low, high = (self.measure.modelled(end) for end in (axis.lower, axis.upper))
        edges = [value for value in (0.0, *self.marginal.interval(level)) if low < value < high]
        at = np.unique([*np.linspace(low, high, POINTS), *edges])
        return self.measure.own_values(at), np.asarray(self.marginal.density(at), float)


@checked
def density(
    posteriors: Of,
    *,
    quantity: str = "mu",
    level: Level = 0.95,
    limits: Limits | None = None,
    colours: Colours | None = None,
    ax: "mpl.Axes | None" = None,
) -> Figure:
    """Draw the posterior density of a quantity, a row for each posterior, with median, interval and P.

    ``posteriors`` is what ``fit`` returns, or several by label, or marginals such as ``posterior["tau"]``;
    ``quantity`` is that of posteriors: ``"mu"``, ``"theta_new"``, ``"tau"`` or another of their ``names``.
    Effects stand on the measure's own scale, ratios on a log axis; the height is the density of the effect as
    it is modelled, so that of the log odds ratio, and the area under the curve is probability. The dark part
    is the central credible interval of ``level``, the stronger colour the side that benefits the patient
    (above no effect, where the data do not say whether an event is good or bad). ``limits`` are the ends of
    the axis, ``colours`` those of the rows, ``ax`` axes of Matplotlib to draw on in the place of new ones.
    The numbers: ``density_table``. Raises ``ModelError``, also for posteriors of several measures, and for a
    quantity that is known exactly.

    **example**

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model())
    >>> drawn = bi.plot.density({"all trials": post, "without one": post.without("Yamada 2022")})
    >>> [text.get_text() for text in drawn.axes.get_yticklabels()]
    ['all trials', 'without one']
    """
    rows = _rows(posteriors, quantity)
    axis = _axis(rows, limits)
    with style():
        columns = _columns(rows, level)
        axes = _axes(rows, columns) if ax is None else ax
        axis.apply(axes)
        _draw(axes, rows, axis, level, checked_colours("density", colours or [ACCENT]))
        _words(axes, rows, columns, level)
    return Figure(axes, _title(rows, level))


@checked
def density_table(
    posteriors: Of, *, quantity: str = "mu", level: Level = 0.95, limits: Limits | None = None
) -> "pd.DataFrame":
    """Return the curves that ``density`` draws, a row for each point of them.

    Columns: ``posterior`` (its label), ``x`` (the effect on the measure's own scale, such as the odds ratio),
    ``density`` (per unit of the effect as it is modelled: of the log odds ratio) and ``inside`` (whether x
    lies in the central credible interval of ``level``). Arguments and errors are those of ``density``.

    **example**

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model())
    >>> table = bi.plot.density_table(post, limits=(0.1, 10))
    >>> round(float(table.loc[table["density"].idxmax(), "x"]), 1)
    1.7
    """
    import pandas as pd

    rows = _rows(posteriors, quantity)
    axis = _axis(rows, limits)
    frames = []
    for row in rows:
        x, height = row.points(axis, level)
        lower, upper = (row.measure.own(end) for end in row.marginal.interval(level))
        inside = (lower <= x) & (x <= upper)
        frames.append(pd.DataFrame({"posterior": row.label, "x": x, "density": height, "inside": inside}))
    return pd.concat(frames, ignore_index=True)


def _rows(posteriors: Of, quantity: str) -> list[Row]:
    """Return what is drawn; raises ``ModelError`` for what cannot stand on one axis."""
    named: dict[str, Posterior | Marginal] = {}
    named |= posteriors if isinstance(posteriors, Mapping) else {"": posteriors}
    rows = [_row(label, each, quantity) for label, each in list(named.items())[:MOST]]
    measures = list(dict.fromkeys(row.measure.name for row in rows))
    if len(measures) > 1:
        raise ModelError(f"plot.density: found {' and '.join(measures)}; give posteriors of one measure")
    known = [row.label or quantity for row in rows if isinstance(row.marginal, PointMarginal)]
    if known:
        raise ModelError(f"plot.density: {known[0]!r} is known exactly, so that it has no density")
    return rows


def _row(label: str, found: Posterior | Marginal, quantity: str) -> Row:
    if not isinstance(found, Posterior):
        return Row(label, found, Measure("DIFF", "value", False), About(), effect=False)
    marginal, measure, about = found[quantity], found.measure, found.dataset.about
    if quantity in ("mu", "theta_new"):
        return Row(label, marginal, measure, about, effect=True)
    own = next((each for each in found.quantities if each.name == quantity), None)
    if own is None:
        spread = Measure("DIFF", f"between-trial SD of the {measure.scale}, τ", False)
        return Row(label, marginal, spread, About(), effect=False, size=True)
    shown = Measure("RATIO" if own.shown else "DIFF", own.shown or own.scale, bool(own.shown))
    return Row(label, marginal, shown, About(), effect=False)


def _axis(rows: Sequence[Row], limits: Limits | None) -> EffectAxis:
    measure = rows[0].measure
    if limits is not None:
        with style():
            return limited_axis(chosen_limits("density", limits, measure), measure)
    ends = [measure.own(end) for row in rows for end in row.marginal.interval(WIDE)]
    with style():
        if rows[0].effect or measure.log:
            return effect_axis(ends, measure)
        return limited_axis((0.0 if rows[0].size else min(ends), max(ends)), measure)


def _columns(rows: Sequence[Row], level: float) -> list[beside.Column]:
    measure, first = rows[0].measure, rows[0]
    head = f"{measure.symbol if first.effect else 'Median'} [{numbers.level(level)} CrI]"
    found = [beside.Column(head, tuple(effects.bracketed(measure, row.ratio(level)) for row in rows))]
    if not first.effect:
        return found
    side = measure.below if first.good_below else measure.above
    chances = [
        row.marginal.prob_below(0.0) if first.good_below else row.marginal.prob_above(0.0) for row in rows
    ]
    return [*found, beside.Column(f"P({side})", tuple(numbers.probability(float(each)) for each in chances))]


def _axes(rows: Sequence[Row], columns: Sequence[beside.Column]) -> "mpl.Axes":
    """Return new axes with room for the names at the left and the numbers at the right."""
    names = widest([wrapped(row.label, NAME) for row in rows])
    left = max(names + 8, 14) / MM
    row = ONE if len(rows) == 1 else max(LEAST, min(ROW, 200 / len(rows)))
    margins = (left, beside.room(columns) / MM + 2, FOOT, TOP)
    return new_axes(min(PAGE, left + margins[1] + 80), row * len(rows) + FOOT + TOP, margins)


def _draw(
    axes: "mpl.Axes", rows: Sequence[Row], axis: EffectAxis, level: float, colours: Sequence[str]
) -> None:
    curves = [row.points(axis, level) for row in rows]
    tallest = max(float(height.max()) for _, height in curves) or 1.0
    for i, (row, (x, height)) in enumerate(zip(rows, curves, strict=True)):
        base = len(rows) - 1 - i
        top = base + 0.92 * height / tallest
        colour = colours[i % len(colours)]
        for part, strength in _parts(row, x, level):
            axes.fill_between(x[part], base, top[part], color=tint(colour, strength), lw=0)
        axes.plot(x, top, color=colour, lw=1.0)
        median = row.measure.own(row.marginal.median)
        if axis.lower < median < axis.upper:
            axes.plot([median, median], [base, float(np.interp(median, x, top))], color=INK, lw=0.8)
        axes.axhline(base, color=MUTED, lw=0.4)
    if rows[0].effect:
        axes.axvline(rows[0].measure.null, color=INK, lw=0.6, ls=(0, (4, 2)))
    axes.set_ylim(0, len(rows))


def _parts(row: Row, x: Array, level: float) -> list[tuple[slice, float]]:
    """Return the parts of a curve, by the limits of its interval and no effect, and how strong each is."""
    lower, upper = (row.measure.own(end) for end in row.marginal.interval(level))
    null = row.measure.null
    edges = [lower, upper, null] if row.effect else [lower, upper]
    cuts = sorted(
        {0, len(x) - 1, *(int(np.argmin(np.abs(x - edge))) for edge in edges if x[0] < edge < x[-1])}
    )
    parts = []
    for first, last in pairwise(cuts):
        middle = (x[first] + x[last]) / 2
        good = not row.effect or bool((middle < null) == row.good_below)
        parts.append((slice(first, last + 1), (INSIDE if lower < middle < upper else TAIL)[not good]))
    return parts


def _words(axes: "mpl.Axes", rows: Sequence[Row], columns: Sequence[beside.Column], level: float) -> None:
    measure, several = rows[0].measure, len(rows) > 1
    heights = [len(rows) - 1 - i + (0.35 if several else 0.5) for i in range(len(rows))]
    beside.write(axes, columns, heights)
    if several:
        axes.set_yticks(heights, labels=[wrapped(row.label, NAME) for row in rows])
        axes.tick_params(axis="y", length=0, labelsize=SIZE)
        axes.spines["left"].set_visible(False)
    else:
        axes.set_yticks([])
        axes.set_ylabel(f"Density of the {measure.scale}" if rows[0].effect else "Density")
    axes.set_xlabel(f"{phrases.first_upper(measure.name)}{' (log scale)' if measure.log else ''}")
    arms = outcomes.sides(rows[0].about) if rows[0].effect else None
    below(axes, _note(rows[0], level), arms, measure.null)


def _note(row: Row, level: float) -> str:
    """Return what line and shades are."""
    words = f"Line: median. Dark: {numbers.level(level)} credible interval (CrI)"
    if not row.effect:
        return f"{words}."
    good = " (benefit)" if row.about.event else ""
    return f"{words}; stronger where {row.measure.below if row.good_below else row.measure.above}{good}."


def _title(rows: Sequence[Row], level: float) -> str:
    measure = rows[0].measure
    named = [
        f"{row.label + ': ' if row.label else ''}{effects.bracketed(measure, row.ratio(level))}"
        for row in rows[:6]
    ]
    interval = f"{numbers.level(level)} credible interval"
    return f"Posterior density of the {measure.name}, {interval}: {'; '.join(named)}"
