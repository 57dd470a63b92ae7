"""The probability of an effect beyond every value, for a paper: curves, a zone that does not matter, and a
line of probabilities for each curve.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.benefit.chart import Judged, Shown, benefit_alternative, judged_marginals
from bayes_ivig.reporting.figures.axis import (
    Colours,
    EffectAxis,
    Limits,
    chosen_limits,
    effect_axis,
    limited_axis,
)
from bayes_ivig.reporting.figures.colours import checked_colours
from bayes_ivig.reporting.figures.figure import Figure
from bayes_ivig.reporting.figures.measuring import widest, width, wrapped
from bayes_ivig.reporting.figures.paper import LINE, MIDDLE, MM, MUTED, SERIES, SIZE, new_axes, style
from bayes_ivig.reporting.figures.sides import below
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.results.benefit.zones import Masses, beyond, masses_of
from bayes_ivig.results.marginals.marginal import Marginal

if TYPE_CHECKING:
    import matplotlib.axes as mpl
    import pandas as pd

type Array = NDArray[np.float64]
type Dashes = tuple[float, tuple[float, ...]]
type Look = tuple[str, str | Dashes]  # colour and dashes of a curve

POINTS = 401
WIDE = 0.99  # of a posterior: as far as the axis reaches
MOST = 12
STYLES: tuple[str | Dashes, ...] = (
    "-",
    (0, (5, 2)),
    (0, (1, 1.5)),
    (0, (6, 2, 1, 2)),
)  # told apart in grey print
LEFT, RIGHT, HIGH, FOOT, TOP = 14.0, 4.0, 55.0, 17.0, 3.0  # mm around the curves, and their height
EDGE = 4.0  # mm to the left of the rows below
PITCH, KEY, GAP, TEXT = 11.0, 24.0, 10.0, SIZE - 0.5  # points of these


@dataclass(frozen=True)
class _Table:
    """The words below the curves: labels in lines, and columns of probabilities under their heads."""

    labels: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    rooms: tuple[float, ...]  # points of each column with the gap before it

    @classmethod
    def of(cls, marginals: Mapping[str, Marginal], judged: Judged) -> "_Table":
        """Return the table, its labels in as many lines as they need."""
        cells = [_cells(marginal, judged) for marginal in marginals.values()]
        columns = list(zip(filter(None, judged.heads), *cells, strict=True))
        rooms = [GAP + max(width(head, TEXT, bold=True), widest(below, TEXT)) for head, *below in columns]
        room = (MIDDLE - EDGE - RIGHT) * MM - KEY - sum(rooms)
        return cls(tuple(wrapped(label, room, TEXT) for label in marginals), tuple(columns), tuple(rooms))

    @property
    def height(self) -> float:
        """Points that it takes."""
        return PITCH * (1.5 + sum(label.count("\n") + 1 for label in self.labels))

    def write(self, axes: "mpl.Axes", looks: Sequence[Look]) -> None:
        """Write it at the foot of the figure."""
        from matplotlib.lines import Line2D

        figure = axes.get_figure(root=True)
        assert figure is not None
        across, high = (float(inches) * 72 for inches in figure.get_size_inches())
        left, right = EDGE * MM, (MIDDLE - RIGHT) * MM

        def row(y: float, label: str, cells: Sequence[str], weight: str, x: float) -> None:
            figure.text(x / across, y / high, label, size=TEXT, weight=weight, va="center")
            end = right - sum(self.rooms)
            for cell, room in zip(cells, self.rooms, strict=True):
                end += room
                figure.text(end / across, y / high, cell, size=TEXT, weight=weight, ha="right", va="center")

        y = self.height - PITCH / 2
        row(y, "Probability that", [column[0] for column in self.columns], "bold", left)
        for i, (label, (colour, line)) in enumerate(zip(self.labels, looks, strict=True)):
            lines = label.count("\n") + 1
            y -= PITCH * (lines + (1 if i == 0 else len(self.labels[i - 1].split("\n")))) / 2
            row(y, label, [column[i + 1] for column in self.columns], "normal", left + KEY)
            ends = [left / across, (left + KEY - 5) / across]
            figure.add_artist(Line2D(ends, [y / high] * 2, color=colour, ls=line, lw=1.4))


@checked
def benefit(
    posteriors: Shown,
    *,
    limits: Limits | None = None,
    colours: Colours | None = None,
    ax: "mpl.Axes | None" = None,
) -> Figure:
    """Draw curves of P(OR > x), or P(OR < x) where an event is bad, with the zone that does not matter.

    ``posteriors`` is what ``fit`` or ``benefit`` returns, or several by label. One ``benefit`` is drawn for
    the pooled effect and for that of a new setting; of several the pooled ones are. The zone is that of the
    first ``benefit``, else the dataset's own, the direction that of the first dataset's description. Effects
    stand on the measure's own scale, ratios on a log axis with the ends ``limits``. Below the curves are the
    probabilities below, inside and above the zone, row by row; on axes of your own, ``ax``, there is a legend
    in their place. Of more than twelve the first twelve are drawn. The numbers: ``benefit_table``, and
    ``benefit(posterior).zones``. Raises ``ModelError`` for posteriors of several measures.

    **example**

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model())
    >>> bi.plot.benefit({"all": post, "sceptical": post.under(mu="normal(0, 0.4)")}).axes.get_ylabel()
    'P(OR > x), benefit'
    """
    marginals, judged = _chosen(posteriors)
    axis = _axis(marginals, judged, limits)
    shades = checked_colours("benefit", colours or SERIES)
    with style():
        table = _Table.of(marginals, judged)
        foot = FOOT + table.height / MM
        axes = new_axes(MIDDLE, HIGH + foot + TOP, (LEFT, RIGHT, foot, TOP)) if ax is None else ax
        axis.apply(axes)
        looks = [(shades[i % len(shades)], STYLES[i % len(STYLES)]) for i in range(len(marginals))]
        _draw(axes, marginals, judged, axis, looks)
        below(axes, _note(judged), outcomes.sides(judged.about), judged.measure.null)
        if ax is None:
            table.write(axes, looks)
        else:
            axes.legend(loc="best")
    return Figure(axes, benefit_alternative(posteriors))


@checked
def benefit_table(posteriors: Shown, *, limits: Limits | None = None) -> "pd.DataFrame":
    """Return the curves that ``benefit`` draws, a row for each point of them.

    Columns: ``posterior`` (its label), ``x`` (the effect on the measure's own scale, such as the odds ratio)
    and ``probability``, that of an effect above x, or below it where an event is bad. Arguments and errors
    are those of ``plot.benefit``.

    **example**

    >>> import bayes_ivig as bi
    >>> table = bi.plot.benefit_table(bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model()))
    >>> list(table.columns)
    ['posterior', 'x', 'probability']
    """
    import pandas as pd

    marginals, judged = _chosen(posteriors)
    axis = _axis(marginals, judged, limits)
    frames = []
    for label, marginal in marginals.items():
        x, chances = _curve(marginal, judged, axis)
        frames.append(pd.DataFrame({"posterior": label, "x": x, "probability": chances}))
    return pd.concat(frames, ignore_index=True)


def _chosen(posteriors: Shown) -> tuple[Mapping[str, Marginal], Judged]:
    marginals, judged = judged_marginals(posteriors)
    return dict(list(marginals.items())[:MOST]), judged


def _axis(marginals: Mapping[str, Marginal], judged: Judged, limits: Limits | None) -> EffectAxis:
    measure, room = judged.measure, (MIDDLE - LEFT - RIGHT) * MM
    with style():
        if limits is not None:
            return limited_axis(chosen_limits("benefit", limits, measure), measure, room)
        ends = [measure.own(end) for each in marginals.values() for end in each.interval(WIDE)]
        return effect_axis([*ends, *judged.zone], measure, room)


def _curve(marginal: Marginal, judged: Judged, axis: EffectAxis) -> tuple[Array, Array]:
    """Return values on the measure's own scale, and the probabilities of an effect beyond them."""
    measure = judged.measure
    at = np.linspace(measure.modelled(axis.lower), measure.modelled(axis.upper), POINTS)
    chances = marginal.prob_below(at) if judged.event == "bad" else marginal.prob_above(at)
    return measure.own_values(at), np.asarray(chances, float)


def _draw(
    axes: "mpl.Axes",
    marginals: Mapping[str, Marginal],
    judged: Judged,
    axis: EffectAxis,
    looks: Sequence[Look],
) -> None:
    measure = judged.measure
    if judged.has_zone:
        axes.axvspan(*(axis.inside(end) for end in judged.zone), color=LINE, alpha=0.45, lw=0, zorder=0)
    axes.axvline(measure.null, color=MUTED, lw=0.6, zorder=0.5)
    for i, ((label, marginal), (colour, line)) in enumerate(zip(marginals.items(), looks, strict=True)):
        x, chances = _curve(marginal, judged, axis)
        axes.plot(
            x,
            chances,
            color=colour,
            ls=line,
            lw=1.6 if i == 0 else 1.2,
            label=phrases.name(label),
            clip_on=False,
        )
        axes.plot([measure.null], [_at_null(marginal, judged)], "o", color=colour, ms=3.5, mew=0)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], labels=["0", "0.25", "0.5", "0.75", "1"])
    side = "<" if judged.event == "bad" else ">"
    axes.set_ylabel(f"P({measure.symbol} {side} x){', benefit' if judged.event else ''}")
    axes.set_xlabel(f"{phrases.first_upper(measure.name)} x{' (log scale)' if measure.log else ''}")


def _at_null(marginal: Marginal, judged: Judged) -> float:
    mass = beyond(marginal, 1.0)
    return mass.below if judged.event == "bad" else mass.above


def _note(judged: Judged) -> str:
    dots = f"Dots: at no effect, {numbers.stated(judged.measure.null)}."
    if not judged.has_zone:
        return dots
    low, high = (numbers.threshold(limit) for limit in judged.zone)
    return f"{dots} Grey: zone of practical equivalence, {low} to {high}."


def _cells(marginal: Marginal, judged: Judged) -> list[str]:
    """Return the probabilities of a row, those whose column has a head."""
    mass: Masses = masses_of(marginal, judged.zone, judged.measure)
    chances = (mass.below, mass.inside, mass.above, _at_null(marginal, judged))
    return [numbers.probability(chance) for chance, head in zip(chances, judged.heads, strict=True) if head]
