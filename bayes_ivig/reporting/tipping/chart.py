"""Contours over the scales of both priors: the probability of a conclusion,
and the limit of the interval that faces it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.contours import outlines, regions, smoother, visible
from bayes_ivig.formulas.ties import most
from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.drawing.axes import PLAIN, linear_ticks, scale_ticks
from bayes_ivig.reporting.drawing.canvas import Records, Values, figures, look
from bayes_ivig.reporting.drawing.palette import ACCENT, INK, MUTED, PAPER, SOFT
from bayes_ivig.reporting.wording import effects, numbers, phrases
from bayes_ivig.results.tipping.points import TippingGrid

if TYPE_CHECKING:
    import altair as alt

type Array = NDArray[np.float64]

WIDTH, HEIGHT = 268, 250
FINER = 3  # nodes per node of the grid
UNSEEN = 0.4  # pixels by which a drawn line may miss the true one
MOST_LINES = 6
LIKELIEST = 1 - 1e-9  # a probability beyond this has no finite normal quantile worth drawing
LARGEST = 50.0  # of a log odds ratio
CHANCES = (
    0.5, 0.9, 0.99, 0.1, 0.8, 0.95, 0.7, 0.6, 0.999, 0.01, 0.2, 0.3, 0.85, 0.975, 0.05, 0.4, 0.75, 0.65,
    0.001, 0.9999,
)  # fmt: skip
LIMITS = (
    1, 2, 0.5, 1.5, 0.8, 1.25, 0.2, 5, 0.7, 3, 0.3, 10, 0.1, 0.9, 1.1, 0.6, 0.4, 0.75, 0.85, 4, 20, 0.05,
    1.75, 100, 0.01,
)  # fmt: skip
EDGE = (18, 9)  # pixels between a name and the edges
APART, CLEAR = 44.0, 15.0  # pixels at best between two names, and between a name and other lines


@dataclass(frozen=True)
class Panel:
    """Values over (log scale of mu, log scale of tau), high where the conclusion holds;
    ``levels`` with what they are called.
    """

    values: Array
    axes: tuple[Array, Array]
    turning: float
    levels: tuple[tuple[float, str], ...]
    title: str
    subtitle: str

    def place(self, points: Array) -> Array:
        """Return points (N, 2) of the axes as pixels from the left and from the bottom."""
        mu, tau = self.axes
        return np.column_stack(
            [
                (points[:, 1] - tau[0]) / (tau[-1] - tau[0]) * WIDTH,
                (points[:, 0] - mu[0]) / (mu[-1] - mu[0]) * HEIGHT,
            ]
        )


@checked
def plot_tipping(grid: TippingGrid) -> "alt.VConcatChart":
    """Return contours of a conclusion's probability, and of the limit that faces it,
    over the scales of both priors.

    The line on which the conclusion turns is strong, the side on which it holds shaded, and the stated priors
    are a dot where they are of these families. ``grid`` comes from ``tipping_grid`` and needs two scales of
    each prior. Raises ``ModelError``.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("my.csv"))
    >>> grid = bi.tipping.tipping_grid(post, mu_scales=(0.2, 1), tau_scales=(0.5, 1))
    >>> bi.plot.tipping(grid).save("tipping.svg").name
    'tipping.svg'
    """
    import altair as alt

    if min(grid.chances.shape) < 2:
        raise ModelError("plot.tipping: needs a grid of two scales or more of each prior")
    values = Values()
    panels = [
        alt.layer(
            *_layers(values, panel, grid, first=i == 0),
            width=WIDTH,
            height=HEIGHT,
            title=alt.TitleParams(panel.title, subtitle=panel.subtitle, frame="group"),
        )
        for i, panel in enumerate((_chance_panel(grid), _limit_panel(grid)))
    ]
    return alt.vconcat(
        alt.hconcat(*panels, spacing=24), description=tipping_alternative(grid), **look(values)
    )


def tipping_alternative(grid: TippingGrid) -> str:
    """Return the probabilities and limits at the corners of the picture, for those who cannot see it."""
    sentences = []
    for i in (0, -1):
        for j in (0, -1):
            where = (
                f"μ {numbers.prior_scale(grid.mu_scales[i])} and τ {numbers.prior_scale(grid.tau_scales[j])}"
            )
            sentences.append(
                f"{where}: {numbers.probability(float(grid.chances[i, j]))}, limit "
                f"{effects.cell(grid.conclusion.of, float(grid.limits[i, j]))}"
            )
    return f"{event_of(grid)} and {limit_of(grid)} at scales of the priors of {'; '.join(sentences)}."


def event_of(grid: TippingGrid) -> str:
    """Return the probability that the conclusion is about, such as ``P(OR > 1)``."""
    side = ">" if grid.conclusion.side == "above" else "<"
    return f"P({effects.beyond_three(grid.conclusion.of, grid.conclusion.value, side)})"


def limit_of(grid: TippingGrid) -> str:
    """Return what the second panel shows."""
    end = "lower" if grid.conclusion.side == "above" else "upper"
    return f"{end} limit of the {numbers.level(grid.level, 4)} credible interval"


def _chance_panel(grid: TippingGrid) -> Panel:
    def scale(chances: Any) -> Array:
        return np.asarray(special.ndtri(np.clip(chances, 1 - LIKELIEST, LIKELIEST)))

    line = grid.conclusion.probability
    known = [(float(scale(p)), numbers.stated(p)) for p in CHANCES if p != line]
    return _panel(
        grid, scale(grid.chances), (float(scale(line)), numbers.stated(line)), known, event_of(grid), "≥"
    )


def _limit_panel(grid: TippingGrid) -> Panel:
    sign = 1.0 if grid.conclusion.side == "above" else -1.0
    measure, line = grid.conclusion.of, grid.conclusion.value
    with np.errstate(divide="ignore"):
        logs = np.clip(np.log(grid.limits), -LARGEST, LARGEST) if measure.log else grid.limits
    lines = LIMITS if measure.log else linear_ticks([float(logs.min()), float(logs.max())])[2]
    known = [(sign * measure.modelled(x), numbers.stated(x)) for x in lines if x != line]
    title = phrases.first_upper(limit_of(grid))
    return _panel(
        grid,
        sign * logs,
        (sign * measure.modelled(line), numbers.stated(line)),
        known,
        title,
        "≥" if sign > 0 else "≤",
    )


def _panel(
    grid: TippingGrid,
    values: Array,
    turning: tuple[float, str],
    known: Sequence[tuple[float, str]],
    title: str,
    sign: str,
) -> Panel:
    fine, axes = smoother(values, (np.log(grid.mu_scales), np.log(grid.tau_scales)), FINER)
    level, name = turning
    inside = [(value, text) for value, text in known if fine.min() < value < fine.max()]
    crosses = fine.min() < level < fine.max()
    levels = ([turning] if crosses else []) + inside[: MOST_LINES - crosses]
    where = "shaded where" if crosses else "everywhere" if fine.min() >= level else "nowhere"
    return Panel(fine, axes, level, tuple(levels), title, f"{where} {sign} {name}")


def _layers(values: Values, panel: Panel, grid: TippingGrid, *, first: bool) -> "list[alt.Chart]":
    import altair as alt

    x = alt.X("x:Q", **_axis(grid.tau_scales, "scale of the half-normal prior of τ"))
    y = alt.Y("y:Q", **_axis(grid.mu_scales, "SD of the normal prior of μ" if first else None))
    colour, part, order = alt.Stroke("colour:N", scale=None, legend=None), "part:N", "order:Q"
    rings = regions(panel.values, panel.axes, panel.turning)
    shaded = [
        p
        for k, (ring, holds) in enumerate(rings)
        for p in _path(panel, ring, part=k, colour=SOFT if holds else PAPER)
    ]
    by_text = {text: outlines(panel.values, panel.axes, level) for level, text in panel.levels}
    named = _labels(panel, by_text, grid)
    drawn: Records = []
    for text, lines in by_text.items():
        turning = (panel.turning, text) in panel.levels
        for line in lines if text in named or turning else ():
            width, shade = (2.8, ACCENT) if turning else (1.0, MUTED)
            drawn += _path(panel, line, part=len(drawn), colour=shade, width=width)
    labels: Records = [
        {"x": figures(math.exp(b)), "y": figures(math.exp(a)), "text": text} for text, (a, b) in named.items()
    ]
    size = alt.StrokeWidth("width:Q", scale=None, legend=None)
    name = values.chart(labels)
    return [
        values.chart(shaded)
        .mark_line(interpolate="linear-closed", strokeWidth=0, fillOpacity=0.45)
        .encode(x=x, y=y, detail=part, order=order, fill=alt.Fill("colour:N", scale=None, legend=None)),
        values.chart(drawn)
        .mark_line()
        .encode(x=x, y=y, detail=part, order=order, stroke=colour, strokeWidth=size),
        name.mark_text(color=PAPER, stroke=PAPER, strokeWidth=4, strokeJoin="round").encode(
            x=x, y=y, text="text:N"
        ),
        name.mark_text(color=INK).encode(x=x, y=y, text="text:N"),
        *_dot(values, grid, x, y),
    ]


def _dot(values: Values, grid: TippingGrid, x: "alt.X", y: "alt.Y") -> "Iterable[alt.Chart]":
    """Mark the stated priors, where they are among those drawn."""
    if grid.reference is not None:
        dot: Records = [{"x": figures(grid.reference[1]), "y": figures(grid.reference[0])}]
        yield values.chart(dot).mark_point(filled=True, color=INK, size=70, opacity=1).encode(x=x, y=y)


def _labels(panel: Panel, found: dict[str, tuple[Array, ...]], grid: TippingGrid) -> dict[str, Array]:
    """Return where each line's name stands: on the line, away from edges, other lines and names;
    no place, no name.
    """
    taken = [panel.place(np.log([grid.reference]))[0]] if grid.reference is not None else []
    named = {}
    points = {text: np.concatenate(lines) for text, lines in found.items() if lines}
    for text, own in points.items():
        at = panel.place(own)
        edges = np.min(
            [at[:, 0] - EDGE[0], WIDTH - EDGE[0] - at[:, 0], at[:, 1] - EDGE[1], HEIGHT - EDGE[1] - at[:, 1]],
            axis=0,
        )
        others = _nearest(at, np.array(taken)) if taken else np.full(len(at), APART)
        lines = [panel.place(theirs) for name, theirs in points.items() if name != text]
        clear = _nearest(at, np.concatenate(lines)) if lines else np.full(len(at), CLEAR)
        middle = np.hypot(at[:, 0] - WIDTH / 2, at[:, 1] - HEIGHT / 2)
        worth = np.minimum(others, APART) + 2 * np.minimum(clear, CLEAR) - middle / 20
        worth = np.where((edges >= 0) & (others >= CLEAR), worth, -np.inf)
        best = most(worth)
        if np.isfinite(worth[best]):
            taken.append(at[best])
            named[text] = own[best]
    return named


def _nearest(points: Array, others: Array) -> Array:
    """Return each point's distance from the nearest of some others."""
    return np.asarray(np.hypot(*(points[:, None, :] - others[None, :, :]).transpose(2, 0, 1)).min(axis=1))


def _path(panel: Panel, line: Array, *, part: int, colour: str, width: float = 0.0) -> Records:
    """Return a line as points in order, no more than can be seen."""
    kept = line[visible(panel.place(line), UNSEEN)]
    return [
        {
            "x": figures(math.exp(b)),
            "y": figures(math.exp(a)),
            "order": k,
            "part": part,
            "colour": colour,
            "width": width,
        }
        for k, (a, b) in enumerate(kept)
    ]


def _axis(scales: Array, title: str | None) -> dict[str, Any]:
    import altair as alt

    low, high = float(scales[0]), float(scales[-1])
    shown = scale_ticks(low * 0.999, high * 1.001)
    axis = alt.Axis(values=shown, labelExpr=PLAIN, labelFlush=False, grid=False, title=title)
    return {"scale": alt.Scale(type="log", domain=[low, high], nice=False), "axis": axis}
