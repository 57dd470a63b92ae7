"""One choice of trials among all of its size, and the answer without each trial and study by study."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import DataError
from bayes_ivig.formulas.ties import settled
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import Columns
from bayes_ivig.reporting.drawing.axes import PLAIN, RATIO_VALUES
from bayes_ivig.reporting.drawing.canvas import Values, look
from bayes_ivig.reporting.drawing.lettering import extent, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED, PAPER
from bayes_ivig.reporting.drawing.places import evenly
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.drawing.strokes import Paper
from bayes_ivig.reporting.wording import numbers, outcomes, phrases
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.thresholds import convincing_above, convincing_below, significant

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

type Array = NDArray[np.float64]

WIDTH, HEIGHT, TOP = 600, 210, 40
MOST_DRAWN = 200  # subsets; more are drawn evenly by rank
MOST_ROWS = 30  # trials of a chart of rows
NAME = 104.0  # pixels at most for what the marked choice is called
HIGHEST = 100.0  # and its inverse: odds ratios at which the axis of a strip ends
POOLED = ("pooled_or", "pooled_ci_lower", "pooled_ci_upper")
POSTERIOR = ("or_q50", "or_q2.5", "or_q97.5")


@checked
def plot_standing(
    frame: "pd.DataFrame", trials: Sequence[str], *, label: str = "published"
) -> "alt.LayerChart":
    """Return the pooled odds ratio of every subset as large as ``trials``, in order,
    with its 95% confidence interval.

    ``frame`` comes from ``subsets``, of all sizes or of that one; the interval of ``trials`` is marked and
    named by ``label``, those with P < 0.05 are set apart. Of more than 200 subsets, 200 are drawn, evenly by
    rank, the marked one among them. Raises ``DataError``.
    """
    import altair as alt

    rows = same_size(frame, trials)
    drawn = rows.iloc[_evenly(rows)]
    low, high = _limits(drawn)
    values = Values()
    paper = Paper(values, WIDTH, TOP + HEIGHT)
    x = (np.arange(len(drawn)) + 0.5) * WIDTH / len(drawn)
    centre, lower, upper = (_height(drawn[name].to_numpy(float), low, high) for name in POOLED)
    own, marks = drawn["own"].to_numpy(bool), significant(drawn["pooled_p"])
    thin = max(1.0, min(2.0, 0.4 * WIDTH / len(drawn)))
    layers = [_axis(values, (low, high))]
    for which, colour, width in (
        (~marks & ~own, MUTED, thin),
        (marks & ~own, INK, thin + 0.8),
        (own, ACCENT, thin + 1.6),
    ):
        layers.append(
            paper.strokes(zip(x[which], lower[which], x[which], upper[which], strict=True), colour, width)
        )
        layers.append(paper.dots(zip(x[which], centre[which], strict=True), colour, max(2 * width, 3.0)))
    return alt.LayerChart(
        layer=[
            *layers,
            *_strip_key(
                paper,
                fitted(label, NAME),
                _free(x, upper, own, extent(label, bold=True)),
                (len(drawn), len(rows)),
            ),
        ],
        width=WIDTH,
        height=TOP + HEIGHT,
        description=standing_alternative(frame, trials),
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(x="independent", y="independent")),
        **look(values),
    )


def standing_alternative(frame: "pd.DataFrame", trials: Sequence[str]) -> str:
    """Return what the strip shows, for those who cannot see it."""
    rows = same_size(frame, trials)
    ends = [numbers.ratio(float(rows["pooled_or"].iloc[i])) for i in (0, -1)]
    own = rows[rows["own"]]
    rank = (
        f", {numbers.ratio(float(own['pooled_or'].iloc[0]))}, number {1 + int(np.argmax(rows['own']))}"
        if len(own)
        else ""
    )
    found, chances = int(significant(rows["pooled_p"]).sum()), rows["prob_or_gt_1"]
    above, below = int(convincing_above(chances).sum()), int(convincing_below(chances).sum())
    return (
        f"Pooled odds ratios of {len(rows)} subsets of {len(set(trials))} trials from {ends[0]} down to "
        f"{ends[1]}, the marked choice among them{rank}; {found} with P below 0.05, {above} with P(OR > 1) "
        f"of 0.975 or more, {below} of 0.025 or less."
    )


def same_size(frame: "pd.DataFrame", trials: Sequence[str]) -> "pd.DataFrame":
    """Return the subsets as large as ``trials`` that can be pooled, largest odds ratio first,
    ``own`` true for that one.
    """
    names = frame.attrs.get("studies", ())
    inside = [name for name in names if name in set(trials)]
    if not inside or set(trials) - set(names):
        raise DataError(
            f"plot.standing: {', '.join(trials)}: not a choice of the trials of this table of subsets"
        )
    sizes = sum(np.array([f"; {name}; " in f"; {row}; " for row in frame["trials"]], int) for name in names)
    possible = frame[(sizes == len(inside)) & np.isfinite(frame["pooled_or"])]
    rows: pd.DataFrame = possible.sort_values(
        "pooled_or", ascending=False, kind="stable", ignore_index=True, key=settled
    )
    if not len(rows):
        raise DataError(
            f"plot.standing: no subset of {len(inside)} trials in this table has a pooled odds ratio"
        )
    rows["own"] = rows["trials"] == "; ".join(inside)
    return rows


def _evenly(rows: "pd.DataFrame") -> NDArray[np.intp]:
    """Which rows are drawn: all, or so many evenly by rank and the marked one."""
    return np.unique([*evenly(len(rows), MOST_DRAWN), *np.flatnonzero(rows["own"])])


def _limits(drawn: "pd.DataFrame") -> tuple[float, float]:
    """Return the ends of the axis of odds ratios."""
    low, high = (float(value) for value in (drawn[POOLED[1]].min(), drawn[POOLED[2]].max()))
    return max(min(low, 0.5) / 1.1, 1 / HIGHEST), min(max(high, 2.0) * 1.1, HIGHEST)


def _height(found: Array, low: float, high: float) -> Array:
    share = np.log(np.clip(found, low, high) / low) / math.log(high / low)
    return np.asarray(TOP + HEIGHT * (1 - share))


def _axis(values: Values, limits: tuple[float, float]) -> "alt.Chart":
    """The axis of odds ratios and the line of no effect."""
    import altair as alt

    low, high = limits
    y = alt.Y(
        "one:Q",
        scale=alt.Scale(type="log", domain=[low, high], range=[TOP + HEIGHT, TOP], nice=False),
        axis=alt.Axis(
            values=[tick for tick in RATIO_VALUES if low <= tick <= high],
            labelExpr=PLAIN,
            grid=False,
            title="pooled odds ratio",
        ),
    )
    x = alt.X("start:Q", scale=alt.Scale(domain=[0, 1], range=[0, WIDTH]), axis=None)
    rule = values.chart([{"one": 1.0, "start": 0, "end": 1}]).mark_rule(color=LINE)
    drawn: alt.Chart = rule.encode(x=x, y=y, x2="end:Q")
    return drawn


def _free(x: Array, upper: Array, own: NDArray[np.bool_], wide: float) -> tuple[Array, Array]:
    """Return where the words at the marked interval stand:
    above it and all those beside it that they would cover.
    """
    if not own.any():
        return x[own], upper[own]
    at = float(x[own][0])
    start = at - wide if at > WIDTH - wide else at
    return x[own], np.array([float(upper[(x >= start - 3) & (x <= start + wide + 3)].min())])


def cut_off(frame: "pd.DataFrame", trials: Sequence[str]) -> bool:
    """Whether a limit of an interval that is drawn lies beyond the axis."""
    rows = same_size(frame, trials)
    drawn = rows.iloc[_evenly(rows)]
    low, high = _limits(drawn)
    return bool((drawn[POOLED[1]] < low).any() or (drawn[POOLED[2]] > high).any())


def _strip_key(
    paper: Paper, label: str, own: tuple[Array, Array], sizes: tuple[int, int]
) -> "list[alt.Chart]":
    """What the tones are, how many subsets there are, and words at the marked one."""
    drawn, there = sizes
    layers = [
        paper.strokes([(6, 3, 6, 15)], ACCENT, 3.2),
        paper.texts([(14, 9, f"{label} choice")], ACCENT),
        paper.strokes([(182, 3, 182, 15)], INK, 2.4),
        paper.texts([(190, 9, "other choices, P < 0.05")], INK),
        paper.strokes([(362, 3, 362, 15)], MUTED, 1.6),
        paper.texts([(370, 9, "P \N{GREATER-THAN OR EQUAL TO} 0.05")], MUTED),
        paper.texts(
            [
                (
                    paper.width,
                    9,
                    f"{numbers.count(there)} subsets"
                    if drawn == there
                    else f"{drawn} of {numbers.count(there)} subsets",
                )
            ],
            INK,
            align="right",
        ),
    ]
    if len(own[0]):
        at = float(own[0][0])
        align = "right" if at > WIDTH - extent(label, bold=True) else "left"
        layers.append(
            paper.texts(
                [(at, max(float(own[1][0]) - 9, 26.0), label)], ACCENT, align=align, bold=True, halo=PAPER
            )
        )
        layers.append(
            paper.texts([(at, max(float(own[1][0]) - 9, 26.0), label)], ACCENT, align=align, bold=True)
        )
    return layers


@checked
def plot_one_by_one(
    without: Annotated["pd.DataFrame", Columns(("left_out",))] | None = None,
    cumulative: Annotated["pd.DataFrame", Columns(("added",))] | None = None,
    about: About | None = None,
) -> "alt.LayerChart":
    """Return the odds ratio without each trial and study by study:
    pooled above, posterior below, one row each.

    ``without`` comes from ``without_each``, ``cumulative`` from ``accumulated``. Of more than 30 rows of
    either, the 15 that move the posterior most, or the last 30, are drawn, and the heading says so. Raises
    ``DataError`` where neither is given.
    """
    rows: list[Row] = []
    if without is not None:
        rows += _heading("Without one trial", *_moving(without))
    if cumulative is not None:
        rows += _heading("Study by study", *_last(cumulative))
    if not rows:
        raise DataError("plot.one_by_one: found neither a table of without_each nor one of accumulated")
    description = one_by_one_alternative(without, cumulative)
    return row_chart(
        rows,
        headings=("Trials", "Odds ratio [95% interval]"),
        sides=outcomes.sides(about or About()),
        description=description,
    )


def _heading(title: str, rows: list[Row], hidden: int) -> list[Row]:
    note = f" ({len(rows)} of {len(rows) + hidden} rows)" if hidden else ""
    return [Row(f"{title}{note}"), *rows]


def _moving(without: "pd.DataFrame") -> tuple[list[Row], int]:
    """All trials, and without each, or without those that move the answer most."""
    first, others = without.iloc[:1], without.iloc[1:]
    shown = others
    if len(others) > MOST_ROWS:
        size = np.abs(np.log(others["or_ratio"].to_numpy(float)))
        order = np.argsort(-settled(np.nan_to_num(size)), kind="stable")[: MOST_ROWS // 2]
        shown = others.iloc[np.sort(order)]
    labels = ["all trials", *(f"without {phrases.name(name)}" for name in shown["left_out"])]
    records = [*first.to_dict("records"), *shown.to_dict("records")]
    return [_row(label, record) for label, record in zip(labels, records, strict=True)], len(others) - len(
        shown
    )


def _last(cumulative: "pd.DataFrame") -> tuple[list[Row], int]:
    shown = cumulative.iloc[-MOST_ROWS:]
    sign = ["" if i == 0 else "+ " for i in range(len(cumulative))][-MOST_ROWS:]
    labels = [f"{plus}{phrases.name(name)}" for plus, name in zip(sign, shown["added"], strict=True)]
    rows = [_row(label, record) for label, record in zip(labels, shown.to_dict("records"), strict=True)]
    return rows, len(cumulative) - len(shown)


def _row(label: str, record: dict[Any, Any]) -> Row:
    pooled, posterior = (ratio_of(record, columns) for columns in (POOLED, POSTERIOR))
    return Row(label, pooled, posterior, "" if pooled else "Not estimable")


def ratio_of(record: dict[Any, Any], columns: tuple[str, str, str]) -> Ratio | None:
    """Return an odds ratio with its limits out of a row of ``subsets``; None where it does not exist."""
    parts = [float(record[column]) for column in columns]
    return Ratio(*parts) if all(map(math.isfinite, parts)) else None


def one_by_one_alternative(without: "pd.DataFrame | None", cumulative: "pd.DataFrame | None") -> str:
    """Return what the chart of rows shows, for those who cannot see it."""
    parts = []
    if without is not None and len(without) > 1:
        medians = without["or_q50"].iloc[1:]
        ends = [numbers.ratio(float(value)) for value in (medians.min(), medians.max())]
        parts.append(f"without one trial, posterior median odds ratios from {ends[0]} to {ends[1]}")
    if cumulative is not None:
        ends = [numbers.ratio(float(cumulative["or_q50"].iloc[i])) for i in (0, -1)]
        parts.append(
            f"study by study, posterior medians from {ends[0]} with the first trial to {ends[1]} with all"
        )
    return f"Odds ratios {'; '.join(parts)}."
