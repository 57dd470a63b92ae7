"""How a table of studies shows itself: one line, and a small table for notebooks."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Protocol

from bayes_ivig.kinds.markup import table
from bayes_ivig.kinds.one_line import cut, printable

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS, MOST_COLUMNS, MOST_OF_NAME, MOST_OF_CELL = 25, 9, 60, 24
UNNAMED = "table"


class Studies(Protocol):
    """What is asked of a table."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def label(self) -> str:
        """Name and outcome."""

    @property
    def selection(self) -> str:
        """The trial set in force."""

    @property
    def about(self) -> Any:
        """Its description."""

    @property
    def studies(self) -> Sequence[Any]:
        """Its studies."""

    @property
    def estimated(self) -> Sequence[str]:
        """Names of the studies that are known by their estimate only."""

    @property
    def measure(self) -> str:
        """The effect measure."""

    def to_dataframe(self) -> "pd.DataFrame":
        """Return one row per study."""


class ShownTable:
    """Gives a table of studies its ``repr``, ``Dataset(BCG, k=13): 357,347 people, BCG against none, OR``,
    and its display in a notebook, every name escaped.
    """

    def __repr__(self: Studies) -> str:
        return cut(f"{type(self).__name__}({', '.join(filter(None, _head(self)))}): {_what(self)}")

    def _repr_html_(self: Studies) -> str:
        """Return the table as a small piece of HTML: its first rows, and a line on what it is."""
        head, *_ = filter(None, _head(self))
        frame = self.to_dataframe().fillna("").astype(str)
        short = [
            str(name) for name in frame if name != "outcome" and frame[name].str.len().max() <= MOST_OF_CELL
        ]
        names = list(dict.fromkeys(["study", *short]))[:MOST_COLUMNS]
        shown = [*map(list, frame[names].head(MOST_ROWS).itertuples(index=False, name=None))]
        rows = table([[name.replace("_", " ") for name in names], *shown])
        left = _left_out(len(frame) - MOST_ROWS, len(frame.columns) - len(names))
        what = f"{len(self.studies):,} studies, {escape(_what(self))}{left}"
        title = f"<p><strong>Dataset: {escape(head)}</strong><br>{what}</p>"
        return f'<div class="bayes-ivig" style="overflow-x:auto">\n{printable(f"{title}{rows}")}\n</div>'


def _left_out(rows: int, columns: int) -> str:
    """Return how many rows and columns are not shown; all of them are in ``to_dataframe``."""
    counted = [f"{rows:,} more rows"] * (rows > 0) + [f"{columns:,} more columns"] * (columns > 0)
    return f"; {' and '.join(counted)} not shown: to_dataframe() has all" if counted else ""


def _head(table: Studies) -> tuple[str, str]:
    """Return what it is called, and how many studies it has."""
    unnamed = table.about.title or table.label.removeprefix(UNNAMED).strip()
    label = unnamed if table.name == UNNAMED else table.label
    chosen = "" if table.selection in ("", "all") else f" ({table.selection})"
    named = f"{label}{chosen}".strip()
    return named if len(named) <= MOST_OF_NAME else f"{named[:MOST_OF_NAME]}...", f"k={len(table.studies)}"


def _what(table: Studies) -> str:
    """Return people, arms and measure."""
    estimated = set(table.estimated)
    people = sum(
        study.treatment_total + study.control_total for study in table.studies if study.name not in estimated
    )
    arms = f"{table.about.treatment} against {table.about.control}"
    return ", ".join([*([f"{people:,.0f} people"] if people else []), arms, table.measure])
