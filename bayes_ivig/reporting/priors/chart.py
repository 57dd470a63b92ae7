"""Priors side by side: an interval for each combination, and the estimate against the width of one prior."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from bayes_ivig.formulas.ties import settled
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import Columns
from bayes_ivig.measures import OR, Measure, table_measure
from bayes_ivig.reporting.drawing.axes import PLAIN, RATIO_VALUES, SCALE_VALUES, linear_ticks
from bayes_ivig.reporting.drawing.canvas import Records, Values, figures, look
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED, SOFT
from bayes_ivig.reporting.drawing.places import cut_off, evenly
from bayes_ivig.reporting.drawing.rows import Row, row_chart
from bayes_ivig.reporting.wording import effects, numbers, outcomes, phrases
from bayes_ivig.results.pooled import Ratio
from bayes_ivig.results.posterior_tables import PriorComparison

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

CHOICES = {"likelihood": "", "mu_prior": "μ ~ ", "tau_prior": "τ ~ ", "alpha_prior": "alpha ~ ", "trials": ""}
NAMES = {"mu_prior": "mu_name", "tau_prior": "tau_name"}  # of priors that the user named
MOST_ROWS = 60
WIDTH, HEIGHT, LOWER_HEIGHT = 560, 260, 110


@checked
def plot_comparison(
    frame: Annotated["pd.DataFrame", Columns(("mu_prior", "tau_prior", "tau_median"))],
    about: About | None = None,
) -> "alt.LayerChart":
    """Return one row per combination of a ``priors.compare`` table, by posterior median,
    the largest effect first.

    Only what differs between rows is named. Of more than 60 rows, 60 are drawn, evenly spaced by rank, first
    and last among them; the heading says so. Rows without a posterior are left out.
    """
    about, measure = about or About(), table_measure(frame.columns)
    median, lower, upper = measure.columns[:3]
    level = float(frame["level"].iloc[0])
    frame = frame[np.isfinite(frame[median])]
    ordered = frame.sort_values(median, ascending=False, kind="stable", key=settled)
    drawn = ordered.iloc[evenly(len(ordered), MOST_ROWS)]
    rows = [
        Row(label, posterior=Ratio(*(float(row[key]) for key in (median, lower, upper))))
        for label, row in zip(labels(drawn), drawn.to_dict("records"), strict=True)
    ]
    heading = (
        "Priors"
        if len(drawn) == len(frame)
        else f"Priors ({len(drawn)} of {numbers.count(len(frame))} rows, evenly by rank)"
    )
    return row_chart(
        rows,
        headings=(heading, f"{phrases.first_upper(measure.name)} [{numbers.level(level)} credible]"),
        sides=outcomes.sides(about),
        description=comparison_alternative(frame),
        measure=measure,
    )


def comparison_alternative(frame: "pd.DataFrame") -> str:
    """Return what the chart of a comparison shows, for those who cannot see it."""
    measure = table_measure(frame.columns)
    medians, above = frame[measure.columns.median], frame[measure.columns.above]
    low, high = (effects.cell(measure, float(value)) for value in (medians.min(), medians.max()))
    chances = [numbers.bare_probability(float(value)) for value in (above.min(), above.max())]
    return (
        f"Posterior {measure.name} under {numbers.count(len(frame))} combinations of priors: medians from "
        f"{low} "
        f"to {high}, P({measure.above}) from {chances[0]} to {chances[1]}."
    )


def plot_compared(found: PriorComparison) -> "alt.LayerChart":
    """Return ``plot_comparison`` of a table that knows its dataset."""
    return plot_comparison(found.frame, found.dataset.about)


def compared_alternative(found: PriorComparison) -> str:
    """Return what that chart shows, for those who cannot see it."""
    return comparison_alternative(found.frame)


def plot_one_width(found: PriorComparison) -> "alt.VConcatChart":
    """Return ``plot_prior_width`` of a table that knows its dataset."""
    return plot_prior_width(found.frame)


def one_width_alternative(found: PriorComparison) -> str:
    """Return what that curve shows, for those who cannot see it."""
    return width_alternative(found.frame)


def labels(frame: "pd.DataFrame") -> list[str]:
    """Return for every row the choices that differ between rows; everything where none does."""
    differ = [column for column in CHOICES if frame[column].nunique() > 1] or ["mu_prior", "tau_prior"]
    return [
        ",  ".join(f"{CHOICES[column]}{row.get(NAMES.get(column, ''), row[column])}" for column in differ)
        for row in frame.to_dict("records")
    ]


@checked
def plot_prior_width(frame: Annotated["pd.DataFrame", Columns(("prior_width",))]) -> "alt.VConcatChart":
    """Return the effect with its 95% credible interval, and below it the probability above no effect,
    against the width of one prior.

    ``frame`` comes from ``prior_width_curve``.

    >>> import bayes_ivig as bi
    >>> curve = bi.priors.prior_width_curve(bi.load_dataset("my.csv"), widths=(0.2, 1, 5))
    >>> bi.plot.prior_width(curve).save("prior_width.svg").name
    'prior_width.svg'
    """
    import altair as alt

    values = Values()
    measure = table_measure(frame.columns)
    records: Records = [
        {"w": figures(float(row["prior_width"])), "p": cut_off(row[measure.columns.above])}
        | {
            key: figures(float(row[column]), 5)
            for key, column in zip(("mid", "low", "high"), measure.columns[:3], strict=True)
        }
        for row in frame.to_dict("records")
    ]
    widths = [record["w"] for record in records]
    upper, lower = width_axes(widths, _width_title(frame))
    y = effect_axis([record[key] for record in records for key in ("low", "high")], measure)
    top = alt.layer(
        values.chart([{"one": measure.null}])
        .mark_rule(color=MUTED, strokeDash=[3, 3])
        .encode(y=alt.Y("one:Q", **y)),
        values.chart(records)
        .mark_area(color=SOFT, opacity=0.6)
        .encode(x=upper, y=alt.Y("low:Q", **y), y2="high:Q"),
        values.chart(records).mark_line(color=ACCENT, strokeWidth=2.4).encode(x=upper, y=alt.Y("mid:Q", **y)),
        width=WIDTH,
        height=HEIGHT,
    )
    below = values.chart(records).mark_line(color=INK, strokeWidth=2).encode(x=lower, y=chance_axis(measure))
    return alt.vconcat(
        top,
        below.properties(width=WIDTH, height=LOWER_HEIGHT),
        spacing=10,
        description=width_alternative(frame),
        **look(values),
    )


def width_alternative(frame: "pd.DataFrame") -> str:
    """Return what the curve shows, for those who cannot see it."""
    first, last, measure = frame.iloc[0], frame.iloc[-1], table_measure(frame.columns)
    columns = measure.columns
    points = [
        f"{effects.cell(measure, float(row[columns.median]))} at {numbers.stated(float(row['prior_width']))} "
        f"(P({measure.above}) {numbers.bare_probability(float(row[columns.above]))})"
        for row in (first, last)
    ]
    return f"Posterior median {measure.name} against {_width_title(frame)}: {points[0]}, {points[1]}."


def _width_title(frame: "pd.DataFrame") -> str:
    of_mu = frame["mu_prior"].nunique() > 1
    scale = table_measure(frame.columns).scale
    return f"SD of the normal prior on μ, the {scale}" if of_mu else "scale of the half-normal prior on τ"


def ratio_axis(limits: Sequence[float], title: str = "odds ratio") -> dict[str, Any]:
    """Return scale and axis for ratios up to these limits."""
    import altair as alt

    low, high = min(*limits, 0.5), max(*limits, 2.0)
    scale = alt.Scale(type="log", domain=[low / 1.05, high * 1.05], nice=False)
    axis = alt.Axis(
        values=within(RATIO_VALUES, low / 1.05, high * 1.05),
        labelExpr=PLAIN,
        title=title,
        gridColor=LINE,
    )
    return {"scale": scale, "axis": axis}


def width_axes(widths: Sequence[float], title: str) -> "tuple[alt.X, alt.X]":
    """Return the axis of a prior's width twice: bare, for the upper of two drawings,
    and with labels and its title.
    """
    import altair as alt

    across = alt.Scale(type="log", domain=[min(widths), max(widths)], nice=False)
    ticks = within(SCALE_VALUES, min(widths), max(widths))
    bare = alt.Axis(values=ticks, labelExpr=PLAIN, grid=False, title=None, labels=False)
    titled = alt.Axis(values=ticks, labelExpr=PLAIN, grid=False, title=title)
    return alt.X("w:Q", scale=across, axis=bare), alt.X("w:Q", scale=across, axis=titled)


def effect_axis(limits: Sequence[float], measure: Measure) -> dict[str, Any]:
    """Return scale and axis for effects up to these limits: as ``ratio_axis``, linear for differences."""
    import altair as alt

    if measure.log:
        return ratio_axis(limits, measure.name)
    low, high, ticks = linear_ticks(limits)
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    axis = alt.Axis(values=list(ticks), labelExpr=PLAIN, title=measure.name, gridColor=LINE)
    return {"scale": scale, "axis": axis}


def chance_axis(measure: Measure = OR) -> "alt.Y":
    """Return the axis of the probability above no effect, from 0 to 1."""
    import altair as alt

    axis = alt.Axis(
        values=[0, 0.25, 0.5, 0.75, 1], labelExpr=PLAIN, title=f"P({measure.above})", gridColor=LINE
    )
    return alt.Y("p:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis)


def within(ticks: Sequence[float], low: float, high: float) -> list[float]:
    """Return the ticks between two values, powers of ten alone where there would be many."""
    inside = [tick for tick in ticks if low <= tick <= high]
    if len(inside) > 9:
        inside = [tick for tick in inside if math.log10(tick) % 1 < 1e-9 or math.log10(tick) % 1 > 1 - 1e-9]
    return inside
