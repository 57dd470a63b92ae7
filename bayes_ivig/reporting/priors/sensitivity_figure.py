"""How far the answer depends on the priors, for a paper: a row for each combination of a comparison."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.ties import settled
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import Columns
from bayes_ivig.measures import Measure, table_measure
from bayes_ivig.reporting.drawing.places import evenly
from bayes_ivig.reporting.figures import beside
from bayes_ivig.reporting.figures.axis import EffectAxis, Limits, chosen_limits, effect_axis, limited_axis
from bayes_ivig.reporting.figures.bars import interval
from bayes_ivig.reporting.figures.colours import checked_colours
from bayes_ivig.reporting.figures.figure import Figure
from bayes_ivig.reporting.figures.measuring import widest, wrapped
from bayes_ivig.reporting.figures.paper import ACCENT, LINE, MM, MUTED, PAGE, SIZE, new_axes, style
from bayes_ivig.reporting.figures.sides import below
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.posterior_tables import PriorComparison

if TYPE_CHECKING:
    import matplotlib.axes as mpl
    import pandas as pd

# from the choice that makes headings to the one that makes rows, with what stands before its text
CHOICES = {"trials": "", "likelihood": "", "alpha_prior": "alpha ~ ", "mu_prior": "μ ~ ", "tau_prior": "τ ~ "}
NAMES = {"mu_prior": "mu_name", "tau_prior": "tau_name"}
MOST = 60
NAME = 62.0 * MM  # points for the words of a row
PITCH, GAP, INDENT = 10.5, 3.0, 8.0  # points of a line, between rows, and of rows under a heading
ACROSS, FOOT, TOP, EDGE = 70.0, 20.0, 9.0, 2.0  # mm


@dataclass(frozen=True)
class Row:
    """A combination with its interval, or a heading without one: words in lines."""

    words: str
    effect: Ratio | None = None
    chance: float = float("nan")

    @property
    def height(self) -> float:
        """Points that it takes."""
        return PITCH * (self.words.count("\n") + 1) + GAP + (GAP if self.effect is None else 0.0)


@checked
def prior_sensitivity(
    frame: "Annotated[pd.DataFrame, Columns(('mu_prior', 'tau_prior'))] | PriorComparison",
    about: About | None = None,
    *,
    limits: Limits | None = None,
    colour: str = ACCENT,
    ax: "mpl.Axes | None" = None,
) -> Figure:
    """Draw posterior median and interval under each combination of priors, with P(benefit), row by row.

    ``frame`` is what ``priors.compare`` returns: its rows in their order, under a heading for each prior of
    mu where several priors of both are combined; priors that were given by name are called by it. Limits are
    those of the table, on the measure's own scale. ``about`` (``dataset.about``) says whether an event is
    good or bad, and so which side benefits and whom it favours; without it P is above no effect. ``limits``
    are the ends of the axis, ``ax`` axes of Matplotlib to draw on. Rows without a posterior are left out, and
    of more than 60 rows 60 are drawn, evenly spaced by the size of the effect; the note says so. The numbers
    are those of the frame. Raises ``ModelError``.

    **example**

    >>> import bayes_ivig as bi
    >>> data = bi.load_dataset("ivig", "live_birth")
    >>> table = bi.priors.compare(data, mu=["normal(0, 0.4)", "normal(0, 2.82)"], tau="half_normal(0.5)")
    >>> bi.plot.prior_sensitivity(table, data.about).axes.get_xscale()
    'log'
    """
    if isinstance(frame, PriorComparison):
        frame, about = frame.frame, about or frame.dataset.about
    about, measure = about or About(), table_measure(frame.columns)
    known = frame[np.isfinite(frame[measure.columns.median])]
    drawn, left_out = _drawn(known, measure), len(frame) - len(known)
    level = float(frame["level"].iloc[0]) if "level" in frame else 0.95
    with style():
        rows = _rows(drawn, measure)
        columns = _columns(rows, measure, about, level)
        axis = _axis(rows, measure, limits)
        axes = _axes(rows, columns) if ax is None else ax
        axis.apply(axes)
        _draw(axes, rows, axis, columns, *checked_colours("prior_sensitivity", [colour]))
        axes.set_xlabel(f"{phrases.first_upper(measure.name)}{' (log scale)' if measure.log else ''}")
        words = _note(level, (len(drawn), len(known), left_out), cut=_beyond(rows, axis))
        below(axes, words, outcomes.sides(about), measure.null)
    return Figure(axes, _title(known, measure, level))


def _drawn(frame: "pd.DataFrame", measure: Measure) -> "pd.DataFrame":
    """Return the rows to draw; raises ``ModelError`` where there is none."""
    if not len(frame):
        raise ModelError("plot.prior_sensitivity: no row of the table has a posterior")
    if len(frame) <= MOST:
        return frame
    ordered = frame.sort_values(measure.columns.median, kind="stable", key=settled)
    return ordered.iloc[evenly(len(ordered), MOST)]


def _rows(frame: "pd.DataFrame", measure: Measure) -> list[Row]:
    """Return rows and their headings: what is the same in all of them is not said."""
    differ = [column for column in CHOICES if column in frame and frame[column].nunique() > 1]
    differ = differ or ["mu_prior", "tau_prior"]
    heads, own = (differ[:-1], differ[-1:]) if len(frame) > len(differ) else ([], differ)
    rows: list[Row] = []
    above = ""
    columns = measure.columns
    for record in frame.to_dict("records"):
        heading = ";  ".join(_choice(record, column) for column in heads)
        if heading != above:
            rows.append(Row(wrapped(heading, NAME, bold=True)))
            above = heading
        words = wrapped(";  ".join(_choice(record, column) for column in own), NAME - INDENT)
        effect = Ratio(*(float(record[name]) for name in (columns.median, columns.lower, columns.upper)))
        rows.append(Row(words, effect, float(record[columns.above])))
    return rows


def _choice(record: dict[Any, Any], column: str) -> str:
    """Return a choice in words: its name, where it has one, before the text that makes it."""
    text = numbers.shortened(str(record[column]))
    name = record.get(NAMES.get(column, ""))
    sign = CHOICES[column]
    if isinstance(name, str) and name:
        return f"{sign.replace('~ ', '')}{phrases.name(name)}: {text}"
    return f"{sign}{text}"


def _columns(rows: Sequence[Row], measure: Measure, about: About, level: float) -> list[beside.Column]:
    shown = [row for row in rows if row.effect is not None]
    below = about.event == "bad"
    chances = [1 - row.chance if below else row.chance for row in shown]
    ratios = [effects.bracketed(measure, row.effect) for row in shown if row.effect is not None]
    return [
        beside.Column(f"{measure.symbol} [{numbers.level(level)} CrI]", tuple(ratios)),
        beside.Column(
            f"P({measure.below if below else measure.above})",
            tuple(numbers.probability(chance) for chance in chances),
        ),
    ]


def _axis(rows: Sequence[Row], measure: Measure, limits: Limits | None) -> EffectAxis:
    room = ACROSS * MM
    if limits is not None:
        return limited_axis(chosen_limits("prior_sensitivity", limits, measure), measure, room)
    ends = [end for row in rows if row.effect for end in row.effect if end is not None]
    return effect_axis(ends, measure, room)


def _axes(rows: Sequence[Row], columns: Sequence[beside.Column]) -> "mpl.Axes":
    left = (widest(row.words for row in rows) + INDENT + 6) / MM + EDGE
    right = beside.room(columns) / MM + EDGE
    across = max(45.0, min(ACROSS, PAGE - left - right))
    high = sum(row.height for row in rows) / MM
    return new_axes(left + across + right, high + FOOT + TOP, (left, right, FOOT, TOP))


def _draw(
    axes: "mpl.Axes", rows: Sequence[Row], axis: EffectAxis, columns: Sequence[beside.Column], colour: str
) -> None:
    left = widest(row.words for row in rows) + INDENT + 4
    headed = any(row.effect is None for row in rows)
    y, heights = 0.0, []
    for row in rows:
        middle = y + row.height / 2 + (GAP / 2 if row.effect is None else 0.0)
        heading = row.effect is None
        axes.annotate(
            row.words, (0, middle), (-left + (INDENT if headed and not heading else 0), 0),
            xycoords=axes.get_yaxis_transform(), textcoords="offset points", ha="left",
            va="center" if "\n" in row.words else "center_baseline",
            size=SIZE, weight="bold" if heading else "normal", annotation_clip=False,
        )  # fmt: skip
        if row.effect is not None:
            interval(axes, middle, row.effect, axis, colour)
            heights.append(middle)
        elif y:
            axes.axhline(y, color=LINE, lw=0.4)
        y += row.height
    axes.axvline(1.0 if axis.log else 0.0, color=MUTED, lw=0.6, ls=(0, (4, 2)), zorder=0.5)
    axes.set_ylim(y, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    beside.write(axes, columns, heights)


def _beyond(rows: Sequence[Row], axis: EffectAxis) -> bool:
    """Whether an interval reaches beyond the axis."""
    ends = [end for row in rows if row.effect for end in row.effect if end is not None]
    return bool(min(ends) < axis.lower or max(ends) > axis.upper)


def _note(level: float, counts: tuple[int, int, int], *, cut: bool) -> str:
    """Return what the marks are; ``counts`` are rows drawn, rows with a posterior, and rows without."""
    drawn, known, left_out = counts
    words = f"Dot and line: posterior median and {numbers.level(level)} credible interval (CrI)."
    words += " Arrow: beyond the axis." * cut
    if drawn < known:
        words += f" {numbers.count(drawn)} of {numbers.count(known)} rows, evenly by the size of the effect."
    return words + f" {numbers.count(left_out)} without a posterior left out." * bool(left_out)


def _title(frame: "pd.DataFrame", measure: Measure, level: float) -> str:
    medians = frame[measure.columns.median]
    low, high = (effects.cell(measure, float(value)) for value in (medians.min(), medians.max()))
    return (
        f"Posterior {measure.name} with {numbers.level(level)} credible interval under "
        f"{numbers.count(len(frame))} combinations of priors: medians from {low} to {high}"
    )
