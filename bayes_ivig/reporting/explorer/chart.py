"""The two charts a reader moves: the density of the odds ratio, and the forest plot of the trials chosen.

They are compiled to Vega when the report is written and get their data from the page's script.
"""

from typing import TYPE_CHECKING, Any

from bayes_ivig.reporting.drawing.canvas import Records
from bayes_ivig.reporting.drawing.lettering import FONT_SIZE
from bayes_ivig.reporting.drawing.palette import ACCENT, FONT, INK, MUTED, VARIABLES
from bayes_ivig.reporting.drawing.render import VEGA_LITE, specification

if TYPE_CHECKING:
    import altair as alt

TICKS = (0.02, 0.1, 0.25, 0.5, 1, 2, 4, 10, 50)
DOMAIN = (0.02, 50.0)
DENSITY_HEIGHT = 190
ROW = 34  # pixels
NAMES = 130  # pixels for the names of studies
SHIFTS = {"observed": -6, "posterior": 6, "alone": 0}  # pixels from the middle of a row


def explorer_charts() -> dict[str, Any]:
    """Return the Vega specifications of both charts, without data: ``density`` and ``forest``."""
    return {"density": _compiled(_density()), "forest": _compiled(_forest())}


def _compiled(chart: "alt.LayerChart") -> dict[str, Any]:
    """Compile to Vega, with the colours left to the page's style sheet."""
    import vl_convert

    compiled: dict[str, Any] = vl_convert.vegalite_to_vega(specification(chart), vl_version=VEGA_LITE)
    coloured = _with_variables(compiled)
    assert isinstance(coloured, dict)
    return coloured


def _with_variables(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_variables(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_variables(inner) for inner in value]
    return VARIABLES.get(value, value) if isinstance(value, str) else value


def _density() -> "alt.LayerChart":
    """Posterior density of the odds ratio, split where the difference begins to matter,
    over the density of the prior.
    """
    import altair as alt

    x = alt.X("or:Q", scale=_scale(), axis=_axis("odds ratio"))
    y = alt.Y("y:Q", axis=None, stack=None, scale=alt.Scale(domainMin=0, nice=False))
    posterior, prior = alt.Chart(alt.NamedData("posterior")), alt.Chart(alt.NamedData("prior"))
    masses = posterior.mark_area(opacity=1).encode(
        x=x, y=y, color=alt.Color("colour:N", scale=None, legend=None), detail="part:N"
    )
    outline = posterior.mark_line(color=ACCENT, strokeWidth=1.6).encode(x=x, y=y)
    before = prior.mark_line(color=MUTED, strokeWidth=1.4, strokeDash=[4, 3]).encode(x=x, y=y)
    null = alt.Chart(alt.NamedData("null")).mark_rule(color=MUTED).encode(x=x)
    return _layered(
        (masses, outline, before, null), DENSITY_HEIGHT, "Density of the pooled odds ratio on the log scale"
    )


def _forest() -> "alt.LayerChart":
    """Observed odds ratios as squares, their posteriors as circles under them;
    a row is a trial to keep or leave out.
    """
    import altair as alt

    x = alt.X("or:Q", scale=_scale(), axis=_axis("odds ratio"))
    labels = alt.Axis(
        labelLimit=NAMES,
        minExtent=NAMES,
        maxExtent=NAMES,
        ticks=False,
        domain=False,
        title=None,
        labelPadding=10,
    )
    y = alt.Y("row:N", sort=None, axis=labels, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    colour = alt.Color("colour:N", scale=None, legend=None)
    shape = alt.Shape("shape:N", scale=None, legend=None)
    band = alt.Chart(alt.NamedData("rows")).mark_rect(cursor="pointer", opacity=0).encode(y=y)
    drawn = []
    for kind, shift in SHIFTS.items():
        chosen = f"datum.kind === '{kind}'"
        intervals = (
            alt.Chart(alt.NamedData("intervals"))
            .transform_filter(chosen)
            .mark_rule(strokeWidth=1.5, yOffset=shift)
        )
        marks = (
            alt.Chart(alt.NamedData("marks"))
            .transform_filter(chosen)
            .mark_point(filled=True, opacity=1, size=48, yOffset=shift)
        )
        drawn += [
            intervals.encode(x=x, x2="upper:Q", y=y, color=colour),
            marks.encode(x=x, y=y, color=colour, shape=shape),
        ]
    null = alt.Chart(alt.NamedData("null")).mark_rule(color=MUTED).encode(x=x)
    return _layered(
        (null, band, *drawn), alt.Step(ROW), "Odds ratio of every trial, observed and as the model sees it"
    )


def _layered(layers: "tuple[alt.Chart, ...]", height: "int | alt.Step", description: str) -> "alt.LayerChart":
    import altair as alt

    axis = alt.AxisConfig(
        domainColor=INK,
        tickColor=INK,
        labelColor=INK,
        titleColor=INK,
        labelFontSize=FONT_SIZE,
        titleFontSize=FONT_SIZE,
        titleFontWeight="normal",
    )
    config = alt.Config(
        font=FONT, background="transparent", padding=2, axis=axis, view=alt.ViewConfig(stroke=None)
    )
    empty: dict[str, Records] = {
        name: [] for name in ("posterior", "prior", "null", "rows", "intervals", "marks")
    }
    return alt.LayerChart(
        layer=list(layers),
        width="container",
        height=height,
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        description=description,
        config=config,
        datasets=empty,
    )


def _scale() -> "alt.Scale":
    import altair as alt

    return alt.Scale(type="log", domain=list(DOMAIN), nice=False, clamp=True)


def _axis(title: str) -> "alt.Axis":
    import altair as alt

    return alt.Axis(
        values=list(TICKS),
        labelExpr="format(datum.value, '~f')",
        grid=False,
        title=title,
        labelOverlap="greedy",
    )
