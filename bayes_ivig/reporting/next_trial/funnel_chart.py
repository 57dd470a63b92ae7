"""The extended funnel: what every result that a new trial may have would make of the answer, in bands of the
updated probability, with the trials that there are and results laid on it.
"""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.drawing.axes import Spec
from bayes_ivig.reporting.drawing.canvas import Records, Values, figures, look
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, LINE, MUTED, PAPER, SOFT
from bayes_ivig.reporting.next_trial.funnel_text import laid, name_of, probability_today
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.next_trial.extended_funnel import ExtendedFunnel

if TYPE_CHECKING:
    import altair as alt

WIDTH, HEIGHT = 520, 324  # 8 pixels for each of 40 rows and the half one above them
SQUARE = 340  # about the side of a picture of events
# fill and opacity of the bands, from a harm that is shown to a benefit that is
FILLS = ((MUTED, 0.75), (MUTED, 0.4), (LINE, 0.45), (SOFT, 0.55), (ACCENT, 0.75))
MIDDLE = 0.8  # probability from which a benefit (or a harm) is likely, between even and the line


@checked
def plot_extended_funnel(funnel: ExtendedFunnel) -> "alt.LayerChart":
    """Return bands of the updated probability of a benefit over all that a new trial may find, with the
    trials that there are as dots and new results as crosses.

    ``funnel`` is what ``planning.extended_funnel`` returns.

    >>> import bayes_ivig as bi
    >>> funnel = bi.planning.extended_funnel(bi.fit(bi.load_dataset("my.csv")), results=[(3.0, 0.2)])
    >>> bi.plot.extended_funnel(funnel).save("funnel.svg").name
    'funnel.svg'
    """
    import altair as alt

    values, (x, y) = Values(), _axes(funnel)
    layers: list[Any] = []
    for (fill, opacity), cells in zip(FILLS, _bands(funnel), strict=True):
        mark: Spec = {"color": fill, "opacity": opacity, "stroke": None}
        if cells:
            band = values.chart(cells).mark_rect(**mark)
            layers.append(band.encode(x=x, x2="x2:Q", y=y, y2="y2:Q"))
    null: Records = [{"x": figures(funnel.posterior.measure.own(0.0))}]
    if funnel.arms is None:
        layers.append(values.chart(null).mark_rule(color=INK, strokeDash=[2, 3]).encode(x=x))
    layers += _points(funnel, values, x, y)
    layers += _key(funnel, values)
    width, height = _sides(funnel)
    words = extended_funnel_alternative(funnel)
    return alt.LayerChart(layer=layers, width=width, height=height, description=words, **look(values))


def _sides(funnel: ExtendedFunnel) -> tuple[int, int]:
    """Return width and height, of events whole pixels for each, so that no line shows between bands."""
    if funnel.arms is None:
        return WIDTH, HEIGHT
    across, down = ((people + 1) * max(1, SQUARE // (people + 1)) for people in funnel.arms)
    return across, down


def extended_funnel_alternative(funnel: ExtendedFunnel) -> str:
    """Return what the picture shows, for those who cannot see it."""
    shown = [row for row in funnel.needed if row.benefit or row.harm]
    line = numbers.stated(funnel.line)
    reach = (
        f"Results that take a benefit or a harm to {line} exist in {len(shown)} of its {len(funnel.needed)} "
        "rows."
    )
    return " ".join([probability_today(funnel), reach, *(laid(funnel, each) for each in funnel.results)])


def edges(funnel: ExtendedFunnel) -> tuple[float, ...]:
    """Return the probabilities between the bands, rising."""
    return 1 - funnel.line, 1 - MIDDLE, MIDDLE, funnel.line


def _bands(funnel: ExtendedFunnel) -> list[Records]:
    """Return the cells of every band: in each row the stretches whose probability lies in it."""
    cells: list[Records] = [[] for _ in FILLS]
    rows = _limits(funnel.y, whole=funnel.arms is not None)
    for (top, bottom), chances in zip(pairwise(rows), funnel.prob, strict=True):
        for band, (start, end) in _stretches(funnel, chances):
            ends = (start, end) if funnel.arms else map(funnel.posterior.measure.own, (start, end))
            low, high = (figures(value) for value in ends)
            cells[band].append({"x": low, "x2": high, "y": figures(top), "y2": figures(bottom)})
    return cells


def _limits(nodes: "np.ndarray[Any, np.dtype[np.float64]]", *, whole: bool) -> list[float]:
    """Return the borders of rows or columns around nodes."""
    if whole:
        return [float(nodes[0]) - 0.5, *(nodes + 0.5).tolist()]
    between = ((nodes[1:] + nodes[:-1]) / 2).tolist()
    return [max(0.0, 2 * float(nodes[0]) - between[0]), *between, 2 * float(nodes[-1]) - between[-1]]


def _stretches(
    funnel: ExtendedFunnel, chances: "np.ndarray[Any, np.dtype[np.float64]]"
) -> "list[tuple[int, tuple[float, float]]]":
    """Return band and ends of each stretch of a row, crossings on a straight line between nodes."""
    x, cuts = funnel.x, np.array(edges(funnel))
    band = np.searchsorted(cuts, chances, side="right")
    if funnel.arms:
        borders = _limits(x, whole=True)
        starts = np.flatnonzero(np.diff(band, prepend=-1)).tolist()
        return [(int(band[i]), (borders[i], borders[j])) for i, j in pairwise([*starts, band.size])]
    found: list[tuple[int, tuple[float, float]]] = []
    start = float(x[0])
    for i in range(x.size - 1):
        step = 1 if band[i + 1] > band[i] else -1
        for passed in range(int(band[i]), int(band[i + 1]), step):
            cut = float(cuts[passed if step > 0 else passed - 1])
            at = float(x[i] + (cut - chances[i]) / (chances[i + 1] - chances[i]) * (x[i + 1] - x[i]))
            found.append((passed, (start, at)))
            start = at
    return [*found, (int(band[-1]), (start, float(x[-1])))]


def _axes(funnel: ExtendedFunnel) -> "tuple[alt.X, alt.Y]":
    import altair as alt

    look_of: Spec = {"grid": False, "domainColor": LINE, "tickColor": LINE}
    if funnel.arms:
        ends = [[-0.5, people + 0.5] for people in funnel.arms]
        x = alt.X(
            "x:Q", title="Events under treatment", scale=alt.Scale(domain=ends[0]), axis=alt.Axis(**look_of)
        )
        y = alt.Y(
            "y:Q", title="Events under control", scale=alt.Scale(domain=ends[1]), axis=alt.Axis(**look_of)
        )
        return x, y
    measure = funnel.posterior.measure
    domain = [figures(measure.own(float(end))) for end in funnel.x[[0, -1]]]
    scale = alt.Scale(type="log" if measure.log else "linear", domain=domain, nice=False)
    title = f"{measure.name[:1].upper()}{measure.name[1:]} of the new trial"
    bottom = figures(_limits(funnel.y, whole=False)[-1])
    x = alt.X("x:Q", title=title, scale=scale, axis=alt.Axis(**look_of))
    y = alt.Y(
        "y:Q",
        title="Standard error",
        scale=alt.Scale(domain=[0, bottom], reverse=True, nice=False),
        axis=alt.Axis(**look_of),
    )
    return x, y


def _points(funnel: ExtendedFunnel, values: Values, x: "alt.X", y: "alt.Y") -> list[Any]:
    """Return the trials that there are as dots, and laid results as crosses."""
    own = (lambda value: value) if funnel.arms else funnel.posterior.measure.own
    layers: list[Any] = []
    for results, mark in ((funnel.trials, DOT), (funnel.results, CROSS)):
        records: Records = [{"x": figures(own(each.x)), "y": figures(each.y)} for each in results]
        if records:
            layers.append(values.chart(records).mark_point(**mark).encode(x=x, y=y))
    return layers


DOT: Spec = {"color": INK, "filled": True, "opacity": 1, "size": 36, "stroke": PAPER, "strokeWidth": 1}
CROSS: Spec = {"color": INK, "shape": "cross", "filled": True, "size": 110, "stroke": PAPER, "opacity": 1}
ROW, BOX, APART = 18, 12, 110


def _key(funnel: ExtendedFunnel, values: Values) -> list[Any]:
    """Return the key below the picture: the bands, and what the marks are."""
    import altair as alt

    height = _sides(funnel)[1]
    one, two, three, four = (numbers.stated(figures(edge)) for edge in edges(funnel))
    rows = (f"below {one}", f"{one} to {two}", f"{two} to {three}", f"{three} to {four}", f"{four} or more")
    layers: list[Any] = []
    top = height + 58
    title: Records = [
        {"text": f"{name_of(funnel)} after the trial; today {numbers.probability(funnel.today)}"}
    ]
    text = values.chart(title).mark_text(align="left", color=INK)
    layers.append(text.encode(x=alt.value(0), y=alt.value(top), text="text:N"))
    for i, (words, (fill, opacity)) in enumerate(zip(rows, FILLS, strict=True)):
        line: Records = [{"text": words}]
        left, y = APART * i, top + ROW
        box = values.chart(line).mark_rect(color=fill, opacity=opacity)
        layers.append(
            box.encode(x=alt.value(left), x2=alt.value(left + BOX), y=alt.value(y - 6), y2=alt.value(y + 6))
        )
        text = values.chart(line).mark_text(align="left", color=INK)
        layers.append(text.encode(x=alt.value(left + BOX + 6), y=alt.value(y), text="text:N"))
    return layers
