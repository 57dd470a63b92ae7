"""Names beside points, where they cover neither each other nor a point; those without room are left out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.reporting.figures.measuring import fitted, width
from bayes_ivig.reporting.figures.paper import INK, PAPER, SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

type Array = NDArray[np.float64]
type Box = tuple[float, float, float, float]  # left, bottom, right, top in points

TEXT = SIZE - 1.5
HEIGHT = 1.25 * TEXT
NEAR = 3.0  # points from a mark to its name
WIDEST = 130.0  # points of a name
# steps to the right and up: what is tried first
WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))


def label_points(
    axes: "Axes", places: Sequence[tuple[float, float]], names: Sequence[str], radii: Sequence[float]
) -> int:
    """Write names beside their points, the first of them first; return how many found room.

    ``places`` are in the units of the axes, ``radii`` of the marks in points. An empty name is a mark to
    keep clear of.
    """
    from matplotlib.patheffects import withStroke

    figure = axes.get_figure(root=True)
    assert figure is not None
    scale = 72 / figure.dpi
    frame = axes.get_window_extent()
    limits = (frame.x0 * scale, frame.y0 * scale, frame.x1 * scale, frame.y1 * scale)
    at = np.asarray(axes.transData.transform(np.asarray(places, float).reshape(-1, 2)), float) * scale
    marks = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(at, radii, strict=True)]
    taken: list[Box] = []
    for place, name, radius, (x, y) in zip(places, names, radii, at, strict=True):
        if not name:
            continue
        text = fitted(name, WIDEST, TEXT)
        size = (width(text, TEXT), HEIGHT)
        box, align = room_beside((float(x), float(y)), radius, size, limits, [*marks, *taken])
        if box is None:
            continue
        taken.append(box)
        anchor = {"left": box[0], "right": box[2], "center": (box[0] + box[2]) / 2}[align]
        moved = (anchor - x, (box[1] + box[3]) / 2 - y)
        written = axes.annotate(
            text, place, moved, textcoords="offset points", ha=align, va="center", size=TEXT, color=INK
        )
        written.set_path_effects([withStroke(linewidth=1.6, foreground=PAPER, alpha=0.85)])
    return len(taken)


def room_beside(
    at: tuple[float, float], radius: float, size: tuple[float, float], limits: Box, others: Sequence[Box]
) -> tuple[Box | None, str]:
    """Return the first box of a width and height beside a mark that lies within the limits and covers
    nothing, and how the text is aligned in it.
    """
    wide, high = size
    for across, up in WAYS:
        near = radius + NEAR if not (across and up) else 0.75 * radius + NEAR
        x, y = at[0] + across * near, at[1] + up * (near + (high / 2 if not across else high / 3))
        left = x if across > 0 else x - wide if across < 0 else x - wide / 2
        box = (left, y - high / 2, left + wide, y + high / 2)
        inside = limits[0] <= box[0] and limits[1] <= box[1] and box[2] <= limits[2] and box[3] <= limits[3]
        if inside and not any(_overlap(box, other) for other in others):
            return box, {1: "left", -1: "right", 0: "center"}[across]
    return None, ""


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
