"""The probability of an effect beyond every odds ratio, one panel per trial set."""

import math
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.inputs.about import Event
from bayes_ivig.reporting import words
from bayes_ivig.reporting.charts.canvas import Records, Values, figures, look
from bayes_ivig.reporting.charts.palette import ACCENT, LINE, MUTED
from bayes_ivig.results.marginal import Marginal
from bayes_ivig.results.posterior import Posterior

if TYPE_CHECKING:
    import altair as alt

type Curves = dict[str, list[tuple[float, float]]]

LOWEST, HIGHEST = 0.25, 4.0
TICKS = (0.25, 0.5, 1.0, 2.0, 4.0)
THRESHOLDS = np.exp(np.linspace(math.log(LOWEST), math.log(HIGHEST), 81))
PANELS_IN_A_ROW = 3
PANEL, ALONE = (244, 150), (380, 220)
PLAIN = "format(datum.value, '~f')"  # a format alone would round the ticks to their step: 0.25 as 0.3
TITLE_CHARACTERS = 36


def plot_benefit(posteriors: Mapping[str, Posterior]) -> "alt.VConcatChart":
    """Return curves of P(OR > x), or P(OR < x) where an event is bad, over odds ratios x from 0.25 to 4.

    ``posteriors`` are named by what stands over their panels; each panel shows the others in grey. The direction comes from
    the dataset's description alone.
    """
    import altair as alt

    event = next(iter(posteriors.values())).dataset.about.event
    curves: Curves = {label: _curve(posterior["mu"], event) for label, posterior in posteriors.items()}
    width, height = PANEL if len(curves) > 1 else ALONE
    rows, values = [], Values()
    for start in range(0, len(curves), PANELS_IN_A_ROW):
        labels = list(curves)[start : start + PANELS_IN_A_ROW]
        titles = [textwrap.wrap(words.cut(label, 70), TITLE_CHARACTERS) for label in labels]
        lines = max(len(title) for title in titles)
        panels = [
            alt.layer(
                *_layers(values, label, curves, posteriors[label], first=label == labels[0]),
                width=width,
                height=height,
                title=alt.TitleParams(
                    title + [""] * (lines - len(title)), subtitle=chance_at_one(posteriors[label]), frame="group"
                ),
            )
            for label, title in zip(labels, titles, strict=True)
        ]
        rows.append(alt.hconcat(*panels, spacing=24))
    return alt.vconcat(*rows, spacing=26, description=benefit_alternative(posteriors), **look(values))


def benefit_alternative(posteriors: Mapping[str, Posterior]) -> str:
    """Return the probabilities at an odds ratio of 1, for those who cannot see the curves."""
    stated = [f"{label}: {chance_at_one(posterior)}" for label, posterior in posteriors.items()]
    return f"Probability of an effect beyond each odds ratio. {'; '.join(stated)}."


def chance_at_one(posterior: Posterior) -> str:
    """Return ``P(OR > 1) = ...`` on the side of benefit, above 1 where the direction is not stated."""
    mu, event = posterior["mu"], posterior.dataset.about.event
    if event == "bad":
        return words.chance("OR < 1", float(mu.prob_below(0.0)))
    return words.chance("OR > 1", float(mu.prob_above(0.0)))


def _curve(mu: Marginal, event: Event | None) -> list[tuple[float, float]]:
    at = np.log(THRESHOLDS)
    chances = np.asarray(mu.prob_below(at) if event == "bad" else mu.prob_above(at))
    return [(figures(float(x), 5), round(float(p), 4)) for x, p in zip(THRESHOLDS, chances, strict=True)]


def _layers(values: Values, label: str, curves: Curves, posterior: Posterior, *, first: bool) -> "list[alt.Chart]":
    import altair as alt

    event = posterior.dataset.about.event
    side = "<" if event == "bad" else ">"
    y_title = f"P(OR {side} x)" if event is None else f"P(OR {side} x), benefit"
    x = alt.X(
        "x:Q",
        scale=alt.Scale(type="log", domain=[LOWEST, HIGHEST], nice=False),
        axis=alt.Axis(values=list(TICKS), labelExpr=PLAIN, labelFlush=False, grid=False, title="odds ratio x"),
    )
    y = alt.Y(
        "p:Q",
        scale=alt.Scale(domain=[0, 1], nice=False),
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], labelExpr=PLAIN, grid=False, title=y_title if first else None),
    )

    def points(named: Curves) -> Records:
        return [{"x": x, "p": p, "set": name} for name, curve in named.items() for x, p in curve]

    others = {name: curve for name, curve in curves.items() if name != label}
    at_one: Records = [{"x": 1.0, "p": curves[label][len(THRESHOLDS) // 2][1]}]
    layers = [
        values.chart([{"x": 1.0}]).mark_rule(color=MUTED, strokeWidth=1).encode(x=x),
        values.chart(points(others)).mark_line(color=LINE, strokeWidth=1.2).encode(x=x, y=y, detail="set:N"),
        values.chart(points({label: curves[label]})).mark_line(color=ACCENT, strokeWidth=2.4).encode(x=x, y=y),
        values.chart(at_one).mark_point(filled=True, color=ACCENT, size=60, opacity=1).encode(x=x, y=y),
    ]
    if not others:
        del layers[1]
    return layers
