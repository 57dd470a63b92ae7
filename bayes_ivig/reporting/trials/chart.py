"""One choice of trials among all of its size, and the answer without each trial and study by study."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import DataError
from bayes_ivig.formulas.ties import settled
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import Columns
from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.reporting.drawing.axes import PLAIN, RATIO_VALUES, linear_ticks
from bayes_ivig.reporting.drawing.canvas import Values, look
from bayes_ivig.reporting.drawing.lettering import extent, fitted
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED, PAPER
from bayes_ivig.reporting.drawing.places import evenly
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.drawing.strokes import Paper
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
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


@checked
def plot_standing(
    frame: "pd.DataFrame", trials: Sequence[str], *, label: str = "published"
) -> "alt.LayerChart":
    """Return the pooled effect of every subset as large as ``trials``, in order,
    with its 95% confidence interval.

    ``frame`` comes from ``subsets``, of all sizes or of that one; the interval of ``trials`` is marked and
    named by ``label``, those with P < 0.05 are set apart. Of more than 200 subsets, 200 are drawn, evenly by
    rank, the marked one among them. Raises ``DataError``.

    >>> import bayes_ivig as bi
    >>> table = bi.trials.subsets(bi.load_dataset("my.csv"))
    >>> chart = bi.plot.standing(table, ("Adams 2011", "Baker 2013"), label="mine")
    >>> chart.save("standing.svg").name
    'standing.svg'
    """
    import altair as alt

    rows, measure = same_size(frame, trials), table_measure(frame.columns)
    drawn = rows.iloc[_evenly(rows)]
    (low, high), values = _limits(drawn), Values()
    paper = Paper(values, WIDTH, TOP + HEIGHT)
    x = (np.arange(len(drawn)) + 0.5) * WIDTH / len(drawn)
    centre, lower, upper = (
        _height(drawn[name].to_numpy(float), low, high, measure) for name in _pooled(frame)
    )
    own, marks = drawn["own"].to_numpy(bool), significant(drawn["pooled_p"])
    thin = max(1.0, min(2.0, 0.4 * WIDTH / len(drawn)))
    layers = [_axis(values, (low, high), measure)]
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
    rows, measure = same_size(frame, trials), table_measure(frame.columns)
    pooled = measure.columns.pooled
    ends = [effects.cell(measure, float(rows[pooled].iloc[i])) for i in (0, -1)]
    own = rows[rows["own"]]
    rank = (
        f", {effects.cell(measure, float(own[pooled].iloc[0]))}, number {1 + int(np.argmax(rows['own']))}"
        if len(own)
        else ""
    )
    found, chances = int(significant(rows["pooled_p"]).sum()), rows[measure.columns.above]
    above, below = int(convincing_above(chances).sum()), int(convincing_below(chances).sum())
    return (
        f"Pooled {measure.plural} of {len(rows)} subsets of {len(set(trials))} trials from {ends[0]} down to "
        f"{ends[1]}, the marked choice among them{rank}; {found} with P below 0.05, {above} with "
        f"P({measure.above}) "
        f"of 0.975 or more, {below} of 0.025 or less."
    )


def same_size(frame: "pd.DataFrame", trials: Sequence[str]) -> "pd.DataFrame":
    """Return the subsets as large as ``trials`` that can be pooled, largest effect first,
    ``own`` true for that one.
    """
    names = frame.attrs.get("studies", ())
    inside = [name for name in names if name in set(trials)]
    if not inside or set(trials) - set(names):
        raise DataError(
            f"plot.standing: {', '.join(trials)}: not a choice of the trials of this table of subsets"
        )
    pooled = _pooled(frame)[0]
    sizes = sum(np.array([f"; {name}; " in f"; {row}; " for row in frame["trials"]], int) for name in names)
    possible = frame[(sizes == len(inside)) & np.isfinite(frame[pooled])]
    rows: pd.DataFrame = possible.sort_values(
        pooled, ascending=False, kind="stable", ignore_index=True, key=settled
    )
    if not len(rows):
        raise DataError(f"plot.standing: no subset of {len(inside)} trials in this table has a pooled effect")
    rows["own"] = rows["trials"] == "; ".join(inside)
    return rows


def _evenly(rows: "pd.DataFrame") -> NDArray[np.intp]:
    """Which rows are drawn: all, or so many evenly by rank and the marked one."""
    return np.unique([*evenly(len(rows), MOST_DRAWN), *np.flatnonzero(rows["own"])])


def _limits(drawn: "pd.DataFrame") -> tuple[float, float]:
    """Return the ends of the axis of effects."""
    _, lower, upper = _pooled(drawn)
    low, high = (float(value) for value in (drawn[lower].min(), drawn[upper].max()))
    if not table_measure(drawn.columns).log:
        return linear_ticks((low, high))[:2]
    return max(min(low, 0.5) / 1.1, 1 / HIGHEST), min(max(high, 2.0) * 1.1, HIGHEST)


def _pooled(frame: "pd.DataFrame") -> tuple[str, str, str]:
    """Return the columns of the pooled effect and its limits."""
    return table_measure(frame.columns).columns.pooled, "pooled_ci_lower", "pooled_ci_upper"


def _height(found: Array, low: float, high: float, measure: Measure) -> Array:
    if not measure.log:
        return np.asarray(TOP + HEIGHT * (1 - (np.clip(found, low, high) - low) / (high - low)))
    share = np.log(np.clip(found, low, high) / low) / math.log(high / low)
    return np.asarray(TOP + HEIGHT * (1 - share))


def _axis(values: Values, limits: tuple[float, float], measure: Measure) -> "alt.Chart":
    """The axis of effects and the line of no effect."""
    import altair as alt

    low, high = limits
    ratios = [tick for tick in RATIO_VALUES if low <= tick <= high]
    ticks = ratios if measure.log else list(linear_ticks(limits)[2])
    y = alt.Y(
        "one:Q",
        scale=alt.Scale(
            type="log" if measure.log else "linear", domain=[low, high], range=[TOP + HEIGHT, TOP], nice=False
        ),
        axis=alt.Axis(
            values=ticks,
            labelExpr=PLAIN,
            grid=False,
            title=f"pooled {measure.name}",
        ),
    )
    x = alt.X("start:Q", scale=alt.Scale(domain=[0, 1], range=[0, WIDTH]), axis=None)
    rule = values.chart([{"one": measure.null, "start": 0, "end": 1}]).mark_rule(color=LINE)
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
    _, lower, upper = _pooled(drawn)
    return bool((drawn[lower] < low).any() or (drawn[upper] > high).any())


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
    """Return the effect without each trial and study by study:
    pooled above, posterior below, one row each.

    ``without`` comes from ``without_each``, ``cumulative`` from ``accumulated``. Of more than 30 rows of
    either, the 15 that move the posterior most, or the last 30, are drawn, and the heading says so. Raises
    ``DataError`` where neither is given.

    >>> import bayes_ivig as bi
    >>> data = bi.load_dataset("my.csv")
    >>> chart = bi.plot.one_by_one(bi.trials.without_each(data), bi.trials.accumulated(data))
    >>> chart.save("one_by_one.svg").name
    'one_by_one.svg'
    """
    rows: list[Row] = []
    measure = table_measure(
        [*(without if without is not None else cumulative if cumulative is not None else ())]
    )
    if without is not None:
        rows += _heading("Without one trial", *_moving(without))
    if cumulative is not None:
        rows += _heading("Study by study", *_last(cumulative))
    if not rows:
        raise DataError("plot.one_by_one: found neither a table of without_each nor one of accumulated")
    description = one_by_one_alternative(without, cumulative)
    return row_chart(
        rows,
        headings=("Trials", f"{phrases.first_upper(measure.name)} [95% interval]"),
        sides=outcomes.sides(about or About()),
        description=description,
        measure=measure,
    )


def _heading(title: str, rows: list[Row], hidden: int) -> list[Row]:
    note = f" ({len(rows)} of {len(rows) + hidden} rows)" if hidden else ""
    return [Row(f"{title}{note}"), *rows]


def _moving(without: "pd.DataFrame") -> tuple[list[Row], int]:
    """All trials, and without each, or without those that move the answer most."""
    first, others = without.iloc[:1], without.iloc[1:]
    shown = others
    if len(others) > MOST_ROWS:
        measure = table_measure(without.columns)
        moved = others[measure.columns.moved].to_numpy(float)
        size = np.abs(np.log(moved) if measure.log else moved)
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
    pooled, posterior = effect_of(record, "pooled"), effect_of(record, "posterior")
    return Row(label, pooled, posterior, "" if pooled else "Not estimable")


def effect_of(record: dict[Any, Any], kind: Literal["pooled", "posterior"]) -> Ratio | None:
    """Return an effect with its limits out of a row of ``subsets``; None where it does not exist."""
    own = table_measure(record).columns
    pooled = (own.pooled, "pooled_ci_lower", "pooled_ci_upper")
    columns = pooled if kind == "pooled" else (own.median, own.lower, own.upper)
    parts = [float(record[column]) for column in columns]
    return Ratio(*parts) if all(map(math.isfinite, parts)) else None


def one_by_one_alternative(without: "pd.DataFrame | None", cumulative: "pd.DataFrame | None") -> str:
    """Return what the chart of rows shows, for those who cannot see it."""
    parts = []
    measure = table_measure(
        [*(without if without is not None else cumulative if cumulative is not None else ())]
    )
    median = measure.columns.median
    if without is not None and len(without) > 1:
        medians = without[median].iloc[1:]
        ends = [effects.cell(measure, float(value)) for value in (medians.min(), medians.max())]
        parts.append(f"without one trial, posterior median {measure.plural} from {ends[0]} to {ends[1]}")
    if cumulative is not None:
        ends = [effects.cell(measure, float(cumulative[median].iloc[i])) for i in (0, -1)]
        parts.append(
            f"study by study, posterior medians from {ends[0]} with the first trial to {ends[1]} with all"
        )
    return f"{phrases.first_upper(measure.plural)} {'; '.join(parts)}."
