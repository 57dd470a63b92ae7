"""Any table as lines of text, and as rows for JSON."""

import math
from typing import TYPE_CHECKING, Any

from bayes_ivig.reporting.wording import numbers
from bayes_ivig.reporting.wording.digits import PRINTED, cut
from bayes_ivig.reporting.wording.terminal import WIDTH, figures, notes

if TYPE_CHECKING:
    import pandas as pd

WIDE = 10_000  # columns: a table is not wrapped


def in_columns(kind: str, table: "pd.DataFrame", width: int = WIDTH) -> str:
    """Return a table as lines under the name of the kind of result; names of rows come first.

    A table of one row is a list of what it holds, one line for each column.
    """
    named = labelled(table)
    header = ["" if column == "index" else str(column).replace("_", " ") for column in named.columns]
    rows = [
        [_cell(value, column) for value, column in zip(row, named.columns, strict=True)]
        for row in named.itertuples(index=False, name=None)
    ]
    title = "".join(
        f" {letter.lower()}" if letter.isupper() and i else letter for i, letter in enumerate(kind)
    )
    if kind == "DataFrame":
        return "\n".join(figures([header, *rows], WIDE))
    if len(rows) == 1:
        return "\n".join([title, "", *notes(list(zip(header, rows[0], strict=True)), width)])
    return "\n".join([title, "", *figures([header, *rows], WIDE)])


def labelled(table: "pd.DataFrame") -> "pd.DataFrame":
    """Return a table with the names of its rows as columns, where they are more than numbers in order."""
    import pandas as pd

    plain = isinstance(table.index, pd.RangeIndex) and table.index.name is None
    return table if plain else table.reset_index()


def rows_of(table: "pd.DataFrame") -> list[dict[str, Any]]:
    """Return a table as one dictionary for each row, its name among the rest; that of no name is ``row``."""
    names = {"": "row", "index": "row"}
    return [
        {names.get(str(column), str(column)): value for column, value in row.items()}
        for row in labelled(table).to_dict(orient="records")
    ]


def _cell(value: object, column: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    # what would be 0 but for the numerical error is 0
    return numbers.cell(cut(float(value), PRINTED, column)) if isinstance(value, float) else str(value)
