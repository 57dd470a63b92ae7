"""The map of all subsets of the trials: odds ratio against heterogeneity, coloured by one trial (a Bayesian GOSH plot)."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from bayes_ivig.errors import DataError, suggestion
from bayes_ivig.reporting import words
from bayes_ivig.reporting.charts.canvas import Records, Values, figures, look
from bayes_ivig.reporting.charts.comparison import PLAIN, RATIOS
from bayes_ivig.reporting.charts.palette import ACCENT, INK, MUTED, PAPER

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

type Against = Literal["tau", "i2"]

WIDTH, HEIGHT = 620, 380
MOST_POINTS = 5000
WITHOUT = "#d08c2e"  # told from the accent by lightness as well as by hue
HEIGHTS = {"tau": ("or_q50", "tau_q50", "median of τ"), "i2": ("pooled_or", "i2", "I² (%)")}
RATIO = {"tau": "posterior median odds ratio", "i2": "pooled odds ratio (Review Manager, random effects)"}


def plot_subsets(
    frame: "pd.DataFrame", *, colour_by: str | None = None, against: Against = "tau", marked: Sequence[str] = ()
) -> "alt.LayerChart":
    """Return one point per subset of a ``subsets`` table.

    ``against="tau"`` draws posterior medians of the odds ratio and of tau, ``"i2"`` the classical odds ratio and I squared.
    ``colour_by`` names the trial whose subsets are told from the others; by default the one that divides the odds ratios most.
    ``marked`` is one choice of trials to mark, such as the published one. Of more than 5,000 subsets, 5,000 are drawn, evenly
    spaced in the order of the table. Raises ``DataError``.
    """
    import altair as alt

    if against not in HEIGHTS:
        raise DataError(f"plot_subsets: found against = {against!r}; must be 'tau' or 'i2'")
    trial = colour_by or dividing_trial(frame)
    names = frame.attrs.get("studies", ())
    if trial not in names:
        raise DataError(f"plot_subsets: no trial {trial!r}{suggestion(trial, names)}; trials are {', '.join(names)}")
    across, up, title = HEIGHTS[against]
    known = frame[np.isfinite(frame[across]) & np.isfinite(frame[up]) & (frame[across] > 0)]
    drawn = known.iloc[np.unique(np.linspace(0, len(known) - 1, MOST_POINTS).round().astype(int))] if len(known) else known
    inside = holds(drawn, trial)
    records: Records = [
        {"x": figures(float(x)), "y": figures(float(y)), "in": bool(yes)}
        for x, y, yes in zip(drawn[across], drawn[up], inside, strict=True)
    ]
    values = Values()
    place = _axes([r["x"] for r in records], [r["y"] for r in records], (RATIO[against], title))
    label = words.cut(trial, 30)
    colour = alt.Color(
        "group:N",
        scale=alt.Scale(domain=[f"with {label}", f"without {label}"], range=[ACCENT, WITHOUT]),
        legend=alt.Legend(title=f"{len(drawn):,} of {len(frame):,} subsets", orient="right", symbolOpacity=1, labelLimit=220),
    )
    named = [record | {"group": f"{'with' if record['in'] else 'without'} {label}"} for record in records]
    points = values.chart(named).mark_point(filled=True, size=_size(len(records)), opacity=0.55)
    layers: list[alt.Chart] = [
        values.chart([{"one": 1.0}]).mark_rule(color=MUTED, strokeDash=[3, 3]).encode(x=_x("one:Q", place)),
        points.encode(x=_x("x:Q", place), y=_y(place), color=colour),
        *_marks(values, known[known["trials"] == "; ".join(n for n in names if n in set(marked))], (across, up), place),
    ]
    description = subsets_alternative(frame, trial)
    return alt.LayerChart(layer=layers, width=WIDTH, height=HEIGHT, description=description, **look(values))


def subsets_alternative(frame: "pd.DataFrame", trial: str) -> str:
    """Return what the map shows, for those who cannot see it."""
    inside = holds(frame, trial)
    parts = []
    for told, which in ((f"with {words.name(trial)}", inside), (f"without {words.name(trial)}", ~inside)):
        medians = frame["or_q50"][which].dropna()
        if len(medians):
            low, middle, high = (words.ratio(float(medians.quantile(p))) for p in (0.0, 0.5, 1.0))
            parts.append(
                f"{told}, {len(medians):,} subsets, posterior median odds ratios from {low} to {high}, half above {middle}"
            )
    return f"Odds ratio against heterogeneity for every subset of the trials: {'; '.join(parts)}."


def holds(frame: "pd.DataFrame", trial: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which rows of a ``subsets`` table hold a trial."""
    return np.array([f"; {trial}; " in f"; {row}; " for row in frame["trials"]], bool)


def dividing_trial(frame: "pd.DataFrame") -> str:
    """Return the trial whose presence moves the median log odds ratio most; the first where the table does not say which."""
    names = frame.attrs.get("studies", ())
    if not names:
        raise DataError("this table does not come from subsets(...): it does not say which trials there are")
    logs = np.log(frame["or_q50"].to_numpy(float))
    apart = []
    for name in names:
        inside = holds(frame, name)
        both = [logs[which & np.isfinite(logs)] for which in (inside, ~inside)]
        apart.append(abs(float(np.median(both[0]) - np.median(both[1]))) if all(part.size for part in both) else 0.0)
    return str(names[int(np.argmax(apart))])


def _axes(across: list[float], up: list[float], titles: tuple[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return scale and axis of both directions."""
    import altair as alt

    low, high = min([*across, 0.5]) / 1.08, max([*across, 2.0]) * 1.08
    ticks = [tick for tick in RATIOS if low <= tick <= high]
    top = 1.06 * max([*up, 0.1])
    step = 10 ** math.floor(math.log10(top))
    step = next(step * factor for factor in (0.1, 0.2, 0.5, 1.0, 2.0) if top / (step * factor) <= 7)
    heights = [round(step * i, 6) for i in range(int(top / step) + 1)]
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    x = {"scale": scale, "axis": alt.Axis(values=ticks, labelExpr=PLAIN, grid=False, title=titles[0])}
    y_axis = alt.Axis(values=heights, labelExpr=PLAIN, title=titles[1])
    return x, {"scale": alt.Scale(domain=[0, top], nice=False), "axis": y_axis}


def _x(field: str, place: tuple[dict[str, Any], dict[str, Any]]) -> "alt.X":
    import altair as alt

    return alt.X(field, **place[0])


def _y(place: tuple[dict[str, Any], dict[str, Any]]) -> "alt.Y":
    import altair as alt

    return alt.Y("y:Q", **place[1])


def _marks(
    values: Values, chosen: "pd.DataFrame", columns: tuple[str, str], place: tuple[dict[str, Any], dict[str, Any]]
) -> "list[alt.Chart]":
    """Mark the chosen subset with a ring and words, if it is in the map."""
    if not len(chosen):
        return []
    row = chosen.iloc[0]
    record: Records = [{"x": figures(float(row[columns[0]])), "y": figures(float(row[columns[1]])), "text": "published choice"}]
    ring = values.chart(record).mark_point(filled=False, color=INK, size=190, strokeWidth=2.2, opacity=1)
    text = values.chart(record).mark_text(
        align="left", dx=12, dy=-10, fontWeight="bold", color=INK, stroke=PAPER, strokeWidth=3, strokeOpacity=0.9
    )
    over = values.chart(record).mark_text(align="left", dx=12, dy=-10, fontWeight="bold", color=INK)
    x, y = _x("x:Q", place), _y(place)
    return [ring.encode(x=x, y=y), text.encode(x=x, y=y, text="text:N"), over.encode(x=x, y=y, text="text:N")]


def _size(points: int) -> float:
    return 42.0 if points <= 600 else 18.0
