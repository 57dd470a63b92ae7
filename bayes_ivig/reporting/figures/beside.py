"""Columns of words beside axes, as wide as they need: a row for each thing that is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bayes_ivig.reporting.figures.measuring import widest
from bayes_ivig.reporting.figures.paper import INK, SIZE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAP = 9.0  # points before each column
ABOVE = 5.0  # points from the axes to the heads of the columns
TEXT = SIZE - 0.5


@dataclass(frozen=True)
class Column:
    """A column of words: its head, and a text for each row, on the right side of its room."""

    head: str
    texts: tuple[str, ...]

    @property
    def room(self) -> float:
        """Points that it takes with the gap before it."""
        return GAP + max(widest(self.texts, TEXT), widest([self.head], TEXT, bold=True))


def room(columns: Sequence[Column]) -> float:
    """Return the points that the columns take."""
    return sum(column.room for column in columns)


def write(axes: "Axes", columns: Sequence[Column], heights: Sequence[float], *, right: bool = True) -> None:
    """Write the columns at the right of the axes, or at their left, a row at each height in the units of the
    axis.
    """
    x = 0.0 if right else -room(columns) - GAP
    for column in columns:
        x += column.room
        align, at = "right", x
        axes.annotate(
            column.head, (right, 1), (at, ABOVE), xycoords="axes fraction", textcoords="offset points",
            ha=align, va="bottom", size=TEXT, weight="bold", annotation_clip=False,
        )  # fmt: skip
        for text, y in zip(column.texts, heights, strict=True):
            axes.annotate(
                text, (right, y), (at, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                ha=align, va="center_baseline", size=TEXT, color=INK, annotation_clip=False,
            )  # fmt: skip
