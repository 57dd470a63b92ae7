"""What models are averaged over, each with its probability before and after the data."""

from typing import TYPE_CHECKING, Any

from bayes_ivig.reporting.drawing.palette import ACCENT, FONT, INK, LINE, MUTED, PAPER
from bayes_ivig.reporting.drawing.places import cut_off
from bayes_ivig.reporting.other_models.average_words import COMPONENTS, bias_label
from bayes_ivig.reporting.wording import numbers, phrases
from bayes_ivig.results.other_models.averaging import ModelAverage

if TYPE_CHECKING:
    import altair as alt

WIDTH, STEP = 320, 22


def plot_average(average: ModelAverage) -> "alt.LayerChart":
    """Return a row for each component and each bias: prior probability hollow, posterior filled."""
    import altair as alt

    rows = _rows(average)
    values = [
        {"models": name, "prior": cut_off(prior), "posterior": cut_off(posterior)}
        for name, prior, posterior in rows
    ]
    base = alt.Chart(alt.Data(values=values)).encode(  # type: ignore[no-untyped-call]
        y=alt.Y("models:N", sort=[name for name, _, _ in rows], title=None)
    )
    axis = alt.Axis(
        grid=False, values=[0, 0.25, 0.5, 0.75, 1], title="probability: prior hollow, posterior filled"
    )
    scale = alt.Scale(domain=[0, 1], nice=False)
    prior, posterior = (alt.X(f"{name}:Q", scale=scale, axis=axis) for name in ("prior", "posterior"))
    chart: alt.LayerChart = alt.layer(
        base.mark_rule(color=MUTED, strokeWidth=1).encode(x=prior, x2="posterior:Q"),
        base.mark_point(color=MUTED, fill=PAPER, size=45, opacity=1).encode(x=prior),
        base.mark_point(color=ACCENT, fill=ACCENT, size=45, opacity=1).encode(x=posterior),
        width=WIDTH,
        height=alt.Step(STEP),
        description=average_alternative(average),
    ).configure(
        font=FONT,
        background=PAPER,
        aria=False,
        padding=6,
        axis=alt.AxisConfig(
            labelColor=INK, titleColor=INK, titleFontWeight="normal", domainColor=LINE, tickColor=LINE,
            labelLimit=320,
        ),
        view=alt.ViewConfig(stroke=LINE),
    )  # fmt: skip
    return chart


def _rows(average: ModelAverage) -> list[tuple[str, float, float]]:
    """Return what is averaged over with prior and posterior probability."""
    rows = [
        (
            phrases.first_upper(COMPONENTS[component]),
            sum(each.prior_probability for each in average.weights if each.has(component)),
            average.inclusion_probability(component),
        )
        for component in average.components
    ]
    if "bias" in average.components:
        own: list[dict[Any, Any]] = average.biases().to_dict("records")
        rows += [
            (
                phrases.first_upper(bias_label(each["bias"], dict(average.rules))),
                each["prior_probability"],
                each["posterior_probability"],
            )
            for each in own
        ]
    return rows


def average_alternative(average: ModelAverage) -> str:
    """Return what the chart shows, for those who cannot see it."""
    shown = [
        f"{name} {numbers.probability(prior)} and {numbers.probability(posterior)}"
        for name, prior, posterior in _rows(average)
    ]
    return f"Prior and posterior probabilities of models: {'; '.join(shown)}."
