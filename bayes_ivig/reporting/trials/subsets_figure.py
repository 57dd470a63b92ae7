"""All subsets of the trials for a paper: effect against heterogeneity, a Bayesian GOSH plot."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import DataError
from bayes_ivig.kinds.checked import checked
from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.reporting.drawing.places import evenly
from bayes_ivig.reporting.figures.axis import EffectAxis, effect_axis, tick_label
from bayes_ivig.reporting.figures.figure import Figure
from bayes_ivig.reporting.figures.labelling import label_points
from bayes_ivig.reporting.figures.measuring import fitted
from bayes_ivig.reporting.figures.paper import ACCENT, INK, MIDDLE, MM, MUTED, SIZE, new_axes, style
from bayes_ivig.reporting.figures.sides import below
from bayes_ivig.reporting.trials.map_chart import (
    HEIGHTS,
    Against,
    across_title,
    holds,
    known_trial,
    subsets_alternative,
)
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.posterior_tables import Subsets

if TYPE_CHECKING:
    import matplotlib.axes as mpl
    import pandas as pd

type Array = NDArray[np.float64]
type Truths = NDArray[np.bool_]

MOST = 20_000  # points
SQUARE, LEFT, FOOT, BESIDE = (84.0, 62.0), 16.0, 20.0, 14.0  # mm; the last of the histograms
ABOVE = 6.0  # mm for the key over the upper histogram
BINS = 48
NAME = 88.0  # points for the name of a trial
FEW = 600  # subsets that are drawn as larger marks


@checked
def subsets(
    frame: "pd.DataFrame | Subsets",
    *,
    colour_by: str | None = None,
    against: Against = "tau",
    marked: Sequence[str] = (),
    label: str = "published",
    ax: "mpl.Axes | None" = None,
) -> Figure:
    """Draw one point per subset of the trials: its effect across, its heterogeneity upwards.

    ``frame`` is what ``trials.subsets`` returns, and has the numbers. ``against="tau"`` draws posterior
    medians of the effect and of tau, ``"i2"`` the classical effect and I squared. ``colour_by`` names the
    trial whose subsets are filled dots, the others' rings; by default the one that divides the effects most.
    ``marked`` is one choice of trials to mark, ``label`` what it is called. Histograms of both groups stand
    at the edges, but not on axes of your own, ``ax``. Of more than 20,000 subsets 20,000 are drawn, evenly
    spaced in the order of the table; the note says so. Raises ``DataError``.
    (The graph of all subsets: Olkin, Dahabreh & Trikalinos 2012, Res Synth Methods 3:214.)

    **example**

    >>> import bayes_ivig as bi
    >>> table = bi.trials.subsets(bi.load_dataset("ivig", "live_birth"))
    >>> len(table), bi.plot.subsets(table).axes["map"].get_xlabel()
    (511, 'Posterior median odds ratio (log scale)')
    """
    frame = frame.frame if isinstance(frame, Subsets) else frame
    trial, measure = known_trial(frame, colour_by), table_measure(frame.columns)
    column, title = HEIGHTS[against]
    across = measure.columns.median if against == "tau" else measure.columns.pooled
    known = _known(frame, (across, column), measure)
    drawn = known.iloc[evenly(len(known), MOST)]
    x, y, inside = drawn[across].to_numpy(float), drawn[column].to_numpy(float), holds(drawn, trial)
    with style():
        axis = effect_axis(x.tolist(), measure, SQUARE[0] * MM)
        axes = _axes() if ax is None else ax
        axis.apply(axes)
        axes.axvline(measure.null, color=MUTED, lw=0.6, ls=(0, (4, 2)), zorder=0.5)
        _points(axes, (x, y), inside, fitted(trial, NAME, SIZE - 1))
        _scale(axes, y, (phrases.first_upper(across_title(against, measure)), title), log=measure.log)
        chosen = known[known["trials"] == _choice(frame, marked)]
        _mark(axes, chosen[across].tolist(), chosen[column].tolist(), label)
        below(axes, _note(frame, len(drawn), against))
        places = {"map": axes} | ({} if ax is not None else _histograms(axes, (x, y), inside, axis))
    return Figure(places, subsets_alternative(frame, trial))


def _known(frame: "pd.DataFrame", columns: tuple[str, str], measure: Measure) -> "pd.DataFrame":
    """Return the rows that can be drawn; raises ``DataError`` where there is none."""
    across, up = columns
    possible = frame[across] > 0 if measure.log else True
    known: pd.DataFrame = frame[np.isfinite(frame[across]) & np.isfinite(frame[up]) & possible]
    if not len(known):
        raise DataError("plot.subsets: no subset of the table has an estimate")
    return known


def _choice(frame: "pd.DataFrame", marked: Sequence[str]) -> str:
    """Return a choice of trials as the table writes it."""
    return "; ".join(name for name in frame.attrs.get("studies", ()) if name in set(marked))


def _axes() -> "mpl.Axes":
    margins = (LEFT, MIDDLE - LEFT - SQUARE[0], FOOT, BESIDE + ABOVE + 2)
    return new_axes(MIDDLE, SQUARE[1] + FOOT + margins[3], margins)


def _points(axes: "mpl.Axes", places: tuple[Array, Array], inside: Truths, trial: str) -> None:
    """Draw subsets with the trial as dots, those without it as rings, and say so above."""
    x, y = places
    size = 3.2 if len(x) <= FEW else 1.9
    handles: list[Any] = []
    for which, fill, name in ((~inside, False, "without"), (inside, True, "with")):
        look: dict[str, Any] = (
            {"color": ACCENT, "mew": 0.0} if fill else {"mfc": "none", "mec": INK, "mew": 0.5}
        )
        handles += axes.plot(
            x[which],
            y[which],
            "o",
            ms=size,
            alpha=0.6,
            label=f"{name} {trial}",
            rasterized=len(x) > FEW,
            **look,
        )
    axes.legend(
        handles=handles[::-1], loc="lower left", bbox_to_anchor=(0, 1 + BESIDE / SQUARE[1]), ncols=2,
        borderaxespad=0.3, handletextpad=0.2, columnspacing=1.2, markerscale=4.0 / size,
    )  # fmt: skip


def _scale(axes: "mpl.Axes", y: Array, titles: tuple[str, str], *, log: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_ylim(0, 1.06 * max(float(y.max()), 0.1))
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value)))
    axes.set_xlabel(f"{titles[0]}{' (log scale)' if log else ''}")
    axes.set_ylabel(phrases.first_upper(titles[1]))


def _mark(axes: "mpl.Axes", x: list[float], y: list[float], label: str) -> None:
    """Mark the chosen subset with a ring and its name, if it is in the map."""
    if not x:
        return
    axes.plot(x, y, "o", ms=8, mfc="none", mec=INK, mew=1.2, zorder=4)
    label_points(axes, [(x[0], y[0])], [f"{label} choice"], [4.0])


def _histograms(
    axes: "mpl.Axes", places: tuple[Array, Array], inside: Truths, axis: EffectAxis
) -> "dict[str, mpl.Axes]":
    """Draw how many subsets lie where, above the map and to its right."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    across, high = (float(inches) * 72 / MM for inches in figure.get_size_inches())
    spot = axes.get_position()
    top = figure.add_axes((spot.x0, spot.y1 + 1 / high, spot.width, (BESIDE - 2) / high))
    side = figure.add_axes((spot.x1 + 1 / across, spot.y0, (BESIDE - 2) / across, spot.height))
    ends = (
        np.geomspace(axis.lower, axis.upper, BINS) if axis.log else np.linspace(axis.lower, axis.upper, BINS)
    )
    levels = np.linspace(*axes.get_ylim(), BINS)
    top.set_xscale("log" if axis.log else "linear")
    for which, colour, wide in ((~inside, INK, 0.7), (inside, ACCENT, 1.1)):
        dashes = "-" if colour == ACCENT else (0, (2, 1))
        look: dict[str, Any] = {"histtype": "step", "color": colour, "lw": wide, "ls": dashes}
        if which.any():
            top.hist(places[0][which], bins=ends.tolist(), **look)
            side.hist(places[1][which], bins=levels.tolist(), orientation="horizontal", **look)
    top.set_xlim(axis.lower, axis.upper)
    side.set_ylim(axes.get_ylim())
    for each in (top, side):
        each.set_axis_off()
    return {"above": top, "beside": side}


def _note(frame: "pd.DataFrame", drawn: int, against: Against) -> str:
    which = "posterior medians" if against == "tau" else "classical estimates"
    return (
        f"{numbers.count(drawn)} of {numbers.count(len(frame))} subsets: {which}. Edges: how many lie where."
    )
