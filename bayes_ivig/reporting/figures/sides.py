"""Words below an axis: whom effects favour, and what the marks are."""

from typing import TYPE_CHECKING

from bayes_ivig.reporting.figures.measuring import fitted, width, wrapped
from bayes_ivig.reporting.figures.paper import MUTED, SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DROP, LOWER = 25.5, 38.0  # points below the axis: under its labels and its title, and a line lower
ALONE = 29.0  # where nobody is favoured
EDGE = 12.0  # points from a note to the edge of the figure
APART = 8.0  # points between the two texts
TEXT = SIZE - 1
NOTE = SIZE - 1.5


def below(axes: "Axes", words: str, sides: tuple[str, str] | None = None, null: float = 1.0) -> None:
    """Say below an axis of effects whom its sides favour, where that is known, and below that what the marks
    are.
    """
    if sides is not None:
        _favours(axes, sides, null)
    _note(axes, words, ALONE if sides is None else LOWER)


def _favours(axes: "Axes", sides: tuple[str, str], null: float) -> None:
    """Say whom effects below no effect favour, and whom those above: on both sides of no effect where there
    is room, else at both ends.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    across = axes.get_window_extent().width / figure.dpi * 72
    at = float(axes.transAxes.inverted().transform(axes.transData.transform((null, 0)))[0])
    words = ["← Favours ", " →"]
    half = (across - APART) / 2
    arms = [fitted(arm, half - width(words[0], TEXT), TEXT) for arm in sides]
    texts = (f"{words[0]}{arms[0]}", f"Favours {arms[1]}{words[1]}")
    wide = [width(text, TEXT) + APART / 2 for text in texts]
    straddle = 0 < at < 1 and wide[0] <= at * across and wide[1] <= (1 - at) * across
    places = (
        ((at, -APART / 2, "right"), (at, APART / 2, "left"))
        if straddle
        else ((0, 0, "left"), (1, 0, "right"))
    )
    for text, (x, moved, align) in zip(texts, places, strict=True):
        axes.annotate(
            text, (x, 0), (moved, -DROP), xycoords="axes fraction", textcoords="offset points",
            ha=align, va="top", size=TEXT, color=MUTED, annotation_clip=False,
        )  # fmt: skip


def _note(axes: "Axes", words: str, drop: float) -> None:
    """Say below the axis, so many points from it, what the marks are, in lines as wide as the figure has
    room.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    room = figure.bbox.x1 - axes.get_window_extent().x0
    axes.annotate(
        wrapped(words, room / figure.dpi * 72 - EDGE, NOTE), (0, 0), (0, -drop), xycoords="axes fraction",
        textcoords="offset points", ha="left", va="top", size=NOTE, color=MUTED, annotation_clip=False,
    )  # fmt: skip
