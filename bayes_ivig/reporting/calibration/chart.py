"""Is the truth uniform within its posterior: the ECDF of its transforms less the diagonal,
with a simultaneous band.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bayes_ivig.reporting.drawing.palette import ACCENT, FONT, INK, LINE, MUTED, PAPER
from bayes_ivig.reporting.drawing.places import cut_off
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.calibration import Calibration, Uniformity

if TYPE_CHECKING:
    import altair as alt

TITLES = {
    "mu": "μ, mean effect",
    "tau": "τ, between studies",
    "theta_new": "θ, new study",
    "theta_1": "θ, study 1",
    "log_likelihood": "log likelihood",
}
WIDTH, HEIGHT = 150, 96
BAND = "#e6e9ee"
ROOM = 1.15  # of the y axis beyond the band and the curve
PLAIN = "datum.value == 0 || datum.value == 1 ? format(datum.value, '~f') : format(datum.value, '.2~f')"


def plot_calibration(calibrations: Sequence[Calibration]) -> "alt.VConcatChart":
    """Return one row of panels per calibration, one panel per quantity:
    a curve within its band is what is to be expected.
    """
    import altair as alt

    values: dict[str, list[dict[str, Any]]] = {"zero": [{"d": 0}]}
    rows = [_row(calibration, values, last=calibration is calibrations[-1]) for calibration in calibrations]
    chart: alt.VConcatChart = alt.vconcat(
        *rows, spacing=14, description=calibration_alternative(calibrations)
    ).configure(
        font=FONT,
        background=PAPER,
        aria=False,
        padding=6,
        axis=alt.AxisConfig(
            labelColor=INK, titleColor=INK, titleFontWeight="normal", domainColor=LINE, tickColor=LINE
        ),
        title=alt.TitleConfig(
            color=INK, fontSize=11, anchor="start", offset=6, subtitleColor=MUTED, subtitleFontSize=10
        ),
        view=alt.ViewConfig(stroke=LINE),
    )
    chart.datasets = values
    return chart


def plot_one(calibration: Calibration) -> "alt.VConcatChart":
    """Return ``plot_calibration`` of one."""
    return plot_calibration([calibration])


def one_alternative(calibration: Calibration) -> str:
    """Return in words how far its curves go, for those who cannot see them."""
    return calibration_alternative([calibration])


def calibration_alternative(calibrations: Sequence[Calibration]) -> str:
    """Return in words how far each curve goes, for those who cannot see it."""
    sentences = [
        f"{title(calibration)}: {'; '.join(map(_coverage_words, calibration.quantities))}"
        for calibration in calibrations
    ]
    return f"ECDF of where the truth lies in its posterior, less the diagonal. {'. '.join(sentences)}."


def title(calibration: Calibration) -> str:
    """Return likelihood, design and number of simulations in a line."""
    setup = calibration.setup
    counts = " approximation of binomial counts" if setup.from_counts else " likelihood"
    return (
        f"{setup.likelihood.capitalize()}{counts}, {setup.design} design, "
        f"{numbers.count(setup.simulations)} simulations"
    )


def _coverage_words(quantity: Uniformity) -> str:
    return (
        f"{quantity.quantity} at most {numbers.plain(quantity.deviation, 3)}, "
        f"{numbers.percent(quantity.used, 0)} of the band"
    )


def _row(
    calibration: Calibration, values: dict[str, list[dict[str, Any]]], *, last: bool
) -> "alt.HConcatChart":
    import altair as alt

    ends = [
        *calibration.band.lower,
        *calibration.band.upper,
        *(d for q in calibration.quantities for d in q.difference),
    ]
    limit = ROOM * max(map(abs, ends))
    panels = [
        _panel(calibration, quantity, values, (limit, number == 0, last))
        for number, quantity in enumerate(calibration.quantities)
    ]
    name = "not calibrated by construction" if calibration.setup.from_counts else ""
    heading = alt.TitleParams(
        title(calibration) + (f" ({name})" if name else ""), fontSize=12, fontWeight="bold", offset=2
    )
    return alt.hconcat(*panels, spacing=16, bounds="flush", title=heading)


def _panel(
    calibration: Calibration,
    quantity: Uniformity,
    values: dict[str, list[dict[str, Any]]],
    place: tuple[float, bool, bool],
) -> "alt.LayerChart | alt.FacetChart":
    import altair as alt

    limit, band = place[0], calibration.band
    points = (0.0, *band.points, 1.0)
    edges, curve = f"band_{len(values)}", f"curve_{len(values)}"
    values[edges] = [
        {"z": cut_off(z), "low": cut_off(low), "high": cut_off(high)}
        for z, low, high in zip(points, (0.0, *band.lower, 0.0), (0.0, *band.upper, 0.0), strict=True)
    ]
    values[curve] = [
        {"z": cut_off(z), "d": cut_off(d)}
        for z, d in zip(points, (0.0, *quantity.difference, 0.0), strict=True)
    ]
    x, up = _axes(*place)
    scale = alt.Scale(domain=[-limit, limit], nice=False)
    area = alt.Chart(alt.NamedData(name=edges)).mark_area(color=BAND, interpolate="linear")
    line = alt.Chart(alt.NamedData(name=curve)).mark_line(color=ACCENT, strokeWidth=1.6)
    zero = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=MUTED, strokeWidth=0.8)
    return alt.layer(
        area.encode(x=x, y=alt.Y("low:Q", scale=scale, axis=up), y2="high:Q"),
        zero.encode(y=alt.Y("d:Q", scale=scale, axis=up)),
        line.encode(x=x, y=alt.Y("d:Q", scale=scale, axis=up)),
        width=WIDTH,
        height=HEIGHT,
        title=alt.TitleParams(TITLES[quantity.quantity], subtitle=_beside(quantity), frame="group"),
    )


def _axes(limit: float, first: bool, last: bool) -> "tuple[alt.X, alt.Axis]":
    """Return the axes of a panel: labels below the last row and left of the first column alone."""
    import altair as alt

    at = alt.Axis(
        values=[0, 0.5, 1], labelExpr=PLAIN, grid=False, labelFlush=False, labels=last, ticks=last,
        title="posterior probability below the truth" if last and first else None, titleAnchor="start",
    )  # fmt: skip
    title = "ECDF \N{MINUS SIGN} diagonal" if first else None
    up = alt.Axis(grid=False, values=_ticks(limit), labels=first, ticks=first, title=title)
    return alt.X("z:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=at), up


def _beside(quantity: Uniformity) -> str:
    p = numbers.equals("p", numbers.coarse_p_value(quantity.p_value))
    return f"{numbers.percent(quantity.used, 0)} of the band, {p}"


def _ticks(limit: float) -> list[float]:
    """Return 0 and one round value to either side, well within the axis."""
    unit = 10.0 ** math.floor(math.log10(0.8 * limit))
    most = max(factor * unit for factor in (1, 2, 5) if factor * unit <= 0.8 * limit)
    return [-most, 0, most]
