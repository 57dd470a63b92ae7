"""The map of all subsets of the trials: odds ratio against heterogeneity,
coloured by one trial (a Bayesian GOSH plot).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import DataError, suggestion
from bayes_ivig.formulas.ties import most
from bayes_ivig.kinds.checked import checked
from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.reporting.drawing.axes import PLAIN, RATIO_VALUES, linear_ticks
from bayes_ivig.reporting.drawing.canvas import Values, figures, look
from bayes_ivig.reporting.drawing.lettering import extent, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED, PAPER
from bayes_ivig.reporting.drawing.places import cut_off, evenly
from bayes_ivig.reporting.drawing.strokes import Paper, Stroke
from bayes_ivig.reporting.wording import effects, numbers, phrases

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

type Against = Literal["tau", "i2"]
type Array = NDArray[np.float64]
type Truths = NDArray[np.bool_]

WIDTH, HEIGHT = 540, 330  # of the map itself
ABOVE, BESIDE, KEY = 56, 56, 26  # pixels of the histograms and of the key over them
NAME = 140.0  # pixels for the name of a trial in the key
BINS = 54, 33
MOST_POINTS = 5000
RING = 8.0  # pixels from its middle
# pixels up or down to words at a ring
AWAY = (0, -16, 16, -26, 26, -40, 40, -56, 56, -76, 76, -100, 100, -130, 130)
HEIGHTS = {"tau": ("tau_median", "median of τ"), "i2": ("i2", "I² (%)")}


@checked
def plot_subsets(
    frame: "pd.DataFrame",
    *,
    colour_by: str | None = None,
    against: Against = "tau",
    marked: Sequence[str] = (),
    label: str = "published",
) -> "alt.LayerChart":
    """Return one point per subset of a ``subsets`` table, with histograms of both directions at the edges.

    ``against="tau"`` draws posterior medians of the effect and of tau, ``"i2"`` the classical effect
    and I squared. ``colour_by`` names the trial whose subsets are dots, the others' dashes; by default the
    one that divides the effects most. ``marked`` is one choice of trials to mark, ``label`` what it is
    called. Of more than 5,000 subsets, 5,000 are drawn, evenly spaced in the order of the table, and the key
    says so. Raises ``DataError``.
    """
    import altair as alt

    if against not in HEIGHTS:
        raise DataError(f"plot.subsets: found against = {against!r}; must be 'tau' or 'i2'")
    trial, names = known_trial(frame, colour_by), frame.attrs.get("studies", ())
    measure, (up, title) = table_measure(frame.columns), HEIGHTS[against]
    across = measure.columns.median if against == "tau" else measure.columns.pooled
    possible = frame[across] > 0 if measure.log else True
    known = frame[np.isfinite(frame[across]) & np.isfinite(frame[up]) & possible]
    drawn = known.iloc[evenly(len(known), MOST_POINTS)]
    place = _Place.of(drawn[across].to_numpy(float), drawn[up].to_numpy(float), measure)
    values = Values()
    paper = Paper(values, WIDTH + BESIDE, KEY + ABOVE + HEIGHT)
    inside = holds(drawn, trial)
    chosen = known[known["trials"] == "; ".join(n for n in names if n in set(marked))]
    both = ((place.x(each[across]), place.y(each[up])) for each in (chosen, drawn))
    layers = [
        *_frame(values, place, (across_title(against, measure), title)),
        *_points(paper, place.x(drawn[across]), place.y(drawn[up]), inside),
        *_edges(paper, place.x(drawn[across]), place.y(drawn[up]), inside),
        *_key(
            paper, fitted(trial, NAME), f"{numbers.count(len(drawn))} of {numbers.count(len(frame))} subsets"
        ),
        *_mark(paper, f"{fitted(label, 110, bold=True)} choice", *both),
    ]
    return alt.LayerChart(
        layer=layers,
        width=paper.width,
        height=paper.height,
        description=subsets_alternative(frame, trial),
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="independent", y="independent")),
        **look(values),
    )


def across_title(against: Against, measure: Measure) -> str:
    """Return what runs across."""
    if against == "tau":
        return f"posterior median {measure.name}"
    by = "Review Manager, random effects" if measure.code == "OR" else "random effects"
    return f"pooled {measure.name} ({by})"


def known_trial(frame: "pd.DataFrame", colour_by: str | None) -> str:
    """Return the trial whose subsets are dots; raises ``DataError`` for one that the table has not."""
    trial, names = colour_by or dividing_trial(frame), frame.attrs.get("studies", ())
    if trial not in names:
        raise DataError(
            f"plot.subsets: no trial {trial!r}{suggestion(trial, names)}; trials are {', '.join(names)}"
        )
    return trial


def subsets_alternative(frame: "pd.DataFrame", trial: str) -> str:
    """Return what the map shows, for those who cannot see it."""
    inside, measure = holds(frame, trial), table_measure(frame.columns)
    parts = []
    for side, which in ((f"with {phrases.name(trial)}", inside), (f"without {phrases.name(trial)}", ~inside)):
        medians = frame[measure.columns.median][which].dropna()
        if len(medians):
            low, middle, high = (effects.cell(measure, float(medians.quantile(p))) for p in (0.0, 0.5, 1.0))
            parts.append(
                f"{side}, {numbers.count(len(medians))} subsets, "
                f"posterior median {measure.plural} from {low} to {high}, half above {middle}"
            )
    what = phrases.first_upper(measure.name)
    return f"{what} against heterogeneity for every subset of the trials: {'; '.join(parts)}."


def holds(frame: "pd.DataFrame", trial: str) -> Truths:
    """Return which rows of a ``subsets`` table hold a trial."""
    return np.array([f"; {trial}; " in f"; {row}; " for row in frame["trials"]], bool)


def dividing_trial(frame: "pd.DataFrame") -> str:
    """Return the trial whose presence moves the median effect most;
    the first where the table does not say which.
    """
    names = frame.attrs.get("studies", ())
    if not names:
        raise DataError("this table does not come from subsets(...): it does not say which trials there are")
    measure = table_measure(frame.columns)
    medians = frame[measure.columns.median].to_numpy(float)
    logs = np.log(medians) if measure.log else medians
    apart = []
    for name in names:
        inside = holds(frame, name)
        both = [logs[which & np.isfinite(logs)] for which in (inside, ~inside)]
        apart.append(
            abs(float(np.median(both[0]) - np.median(both[1]))) if all(part.size for part in both) else 0.0
        )
    return str(names[most(apart)])


@dataclass(frozen=True)
class _Place:
    """Where numbers lie on the map: effects from ``low`` to ``high``, on a log axis where they are ratios,
    the other from 0 to ``top``.
    """

    low: float
    high: float
    top: float
    measure: Measure

    @classmethod
    def of(cls, across: Array, up: Array, measure: Measure) -> "_Place":
        """Return a place that holds all effects, ratios from 0.5 to 2 at least, and all widths."""
        top = figures(1.06 * max([*up.tolist(), 0.1]), 5)
        if not measure.log:
            low, high, _ = linear_ticks(across.tolist())
            return cls(low, high, top, measure)
        low, high = min([*across.tolist(), 0.5]) / 1.08, max([*across.tolist(), 2.0]) * 1.08
        return cls(figures(low, 5), figures(high, 5), top, measure)

    def x(self, found: Any) -> Array:
        """Return where effects lie across, in pixels."""
        if not self.measure.log:
            return np.asarray(WIDTH * (np.asarray(found, float) - self.low) / (self.high - self.low))
        span = math.log(self.high / self.low)
        return np.asarray(WIDTH * np.log(np.asarray(found, float) / self.low) / span)

    def y(self, found: Any) -> Array:
        """Return where heights lie, in pixels from the top."""
        return np.asarray(KEY + ABOVE + HEIGHT * (1 - np.asarray(found, float) / self.top))

    @property
    def ticks(self) -> list[float]:
        """Where the marks of the axis across stand."""
        if not self.measure.log:
            return list(linear_ticks((self.low, self.high))[2])
        return [tick for tick in RATIO_VALUES if self.low <= tick <= self.high]

    @property
    def heights(self) -> list[float]:
        """Where the marks of the upright axis stand: at most seven steps of 1, 2 or 5."""
        step = 10 ** math.floor(math.log10(self.top))
        step = next(step * factor for factor in (0.1, 0.2, 0.5, 1.0, 2.0) if self.top / (step * factor) <= 7)
        return [cut_off(step * i, 6) for i in range(int(self.top / step) + 1)]


def _frame(values: Values, place: _Place, titles: tuple[str, str]) -> "list[alt.Chart]":
    """The axes and the line of no effect, in the units of the numbers."""
    import altair as alt

    x = alt.X(
        "one:Q",
        scale=alt.Scale(
            type="log" if place.measure.log else "linear",
            domain=[place.low, place.high],
            range=[0, WIDTH],
            nice=False,
        ),
        axis=alt.Axis(
            values=place.ticks,
            labelExpr=PLAIN,
            grid=False,
            title=titles[0],
        ),
    )
    y = alt.Y(
        "low:Q",
        scale=alt.Scale(domain=[0, place.top], range=[KEY + ABOVE + HEIGHT, KEY + ABOVE], nice=False),
        axis=alt.Axis(values=place.heights, labelExpr=PLAIN, grid=False, title=titles[1]),
    )
    line = values.chart([{"one": place.measure.null, "low": 0.0, "high": place.top}])
    return [line.mark_rule(color=MUTED, strokeDash=[3, 3]).encode(x=x, y=y, y2="high:Q")]


def _points(paper: Paper, x: Array, y: Array, inside: Truths) -> "list[alt.Chart]":
    """Subsets with the trial as dots, those without it as dashes."""
    few = len(x) <= 1100
    without = [(a, b - 3, a, b + 3) for a, b in zip(x[~inside], y[~inside], strict=True)]
    return [
        paper.strokes(without, MUTED, 1.5 if few else 1, opacity=0.9),
        paper.dots(zip(x[inside], y[inside], strict=True), ACCENT, 5 if few else 3.5, opacity=0.75),
    ]


def _edges(paper: Paper, x: Array, y: Array, inside: Truths) -> "list[alt.Chart]":
    """Histograms of both groups, above and beside the map, one outline each."""
    top, right = KEY + ABOVE - 6, WIDTH + 6
    layers = [
        paper.strokes([(0, top, WIDTH, top), (right, KEY + ABOVE, right, KEY + ABOVE + HEIGHT)], LINE, 1)
    ]
    ends = [np.linspace(0, WIDTH, BINS[0] + 1), np.linspace(KEY + ABOVE, KEY + ABOVE + HEIGHT, BINS[1] + 1)]
    counts = [
        np.array([np.histogram(place[which], end)[0] for which in (~inside, inside)], float)
        for place, end in zip((x, y), ends, strict=True)
    ]
    for group, colour in enumerate((MUTED, ACCENT)):
        across = (ABOVE - 10) * counts[0][group] / max(1.0, float(counts[0].max()))
        up = (BESIDE - 8) * counts[1][group] / max(1.0, float(counts[1].max()))
        outline = [
            (a, top - high, b, top - high)
            for a, b, high in zip(ends[0], ends[0][1:], across, strict=False)
            if high
        ]
        outline += [
            (right + wide, a, right + wide, b)
            for a, b, wide in zip(ends[1], ends[1][1:], up, strict=False)
            if wide
        ]
        beside = [(b, a, d, c) for a, b, c, d in _risers(ends[1], -up, right)]  # turned by a right angle
        layers.append(paper.strokes([*outline, *_risers(ends[0], across, top), *beside], colour, 1.5))
    return layers


def _risers(ends: Array, heights: Array, base: float) -> list[Stroke]:
    """Return the upright lines between bars of different height."""
    both = np.concatenate([[0.0], heights, [0.0]])
    return [(at, base - a, at, base - b) for at, a, b in zip(ends, both, both[1:], strict=False) if a != b]


def _key(paper: Paper, trial: str, number: str) -> "list[alt.Chart]":
    """What dots and dashes are, and how many subsets there are."""
    y = 8.0
    return [
        paper.dots([(6, y)], ACCENT, 6),
        paper.strokes([(210, y - 4, 210, y + 4)], MUTED, 2),
        paper.texts([(16, y, f"with {trial}")], ACCENT),
        paper.texts([(218, y, f"without {trial}")], MUTED),
        paper.texts([(paper.width, y, number)], INK, align="right"),
    ]


def _mark(
    paper: Paper, label: str, chosen: tuple[Array, Array], points: tuple[Array, Array]
) -> "list[alt.Chart]":
    """Mark the chosen subset with a ring, and with words where they cover the fewest points,
    if it is in the map.
    """
    if not len(chosen[0]):
        return []
    at, height = float(chosen[0][0]), float(chosen[1][0])
    align, x, y = clearest((at, height), extent(label, bold=True), points)
    line = (
        [(at, height + math.copysign(RING, y - height), x, y - math.copysign(7, y - height))]
        if abs(y - height) > RING
        else []
    )
    return [
        paper.ring((at, height), INK),
        paper.strokes(line, INK, 1),
        paper.texts([(x, y, label)], INK, align=align, bold=True, halo=PAPER),
        paper.texts([(x, y, label)], INK, align=align, bold=True),
    ]


def clearest(
    place: tuple[float, float], wide: float, points: tuple[Array, Array]
) -> tuple[str, float, float]:
    """Return how words so wide are set beside a place, and where:
    inside the map, over as few points as can be.
    """
    at, height = place
    best, fewest = ("left", at + 12, height), math.inf
    for away in AWAY:
        for align, x in (
            (("left", at + 12), ("right", at - 12)) if abs(away) <= RING else (("left", at), ("right", at))
        ):
            start, y = (x if align == "left" else x - wide), height + away
            if start < 2 or start + wide > WIDTH - 2 or not KEY + ABOVE + 8 < y < KEY + ABOVE + HEIGHT - 8:
                continue
            covered = (points[0] > start - 3) & (points[0] < start + wide + 3) & (np.abs(points[1] - y) < 9)
            if (count := int(covered.sum())) < fewest:
                best, fewest = (align, x, y), count
    return best
