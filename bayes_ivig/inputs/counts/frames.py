"""Frames of any library (pandas, polars, pyarrow and what narwhals reads) as tables of text."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from bayes_ivig.errors import DataError, quoted
from bayes_ivig.inputs.counts.table import Table

if TYPE_CHECKING:
    import pandas as pd

WORD = 64  # bits of a whole number that every other program writes too
MOST_CELLS = 10_000_000  # of a frame; far above any table of trials


class Streamed(Protocol):
    """A frame that hands its columns on in Arrow's way, as polars, pyarrow, duckdb and others do."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the columns as a stream of Arrow."""


FRAMES = "a pandas DataFrame, or one of polars, pyarrow and the like"


def dataframe_table(df: object, columns: Mapping[str, str]) -> Table:
    """Turn a frame into a table of text; studies named by the index of a pandas frame count as a column."""
    import pandas as pd

    if isinstance(df, pd.DataFrame):
        return _of_pandas(df, columns)
    if isinstance(df, type) or not hasattr(df, "__arrow_c_stream__"):
        raise DataError(
            f"found a {type(df).__name__}; must be a pandas DataFrame with one row per study, or a frame of "
            "polars, pyarrow and the like"
        )
    header, rows = _read(df)
    cells = tuple(tuple(_cell(value) for value in row) for row in rows)
    labels = tuple(f"row {i} (counting from 0)" for i in range(len(cells)))
    return Table("DataFrame", header, cells, tuple(range(len(cells))), labels)


def _of_pandas(df: "pd.DataFrame", columns: Mapping[str, str]) -> Table:
    """Turn a pandas frame into a table of text, its rows named by their index too."""
    import pandas as pd

    wanted = columns.get("study", "study")
    index = [None if isinstance(df.index, pd.RangeIndex) else name for name in df.index]
    if wanted not in df.columns and df.index.name == wanted:
        df, index = df.reset_index(), [None] * len(df)
    header = tuple(str(column) for column in df.columns)
    empty = df.isna().to_numpy()
    cells = tuple(
        tuple("" if empty[i, j] else _cell(value) for j, value in enumerate(row))
        for i, row in enumerate(df.to_numpy(dtype=object))
    )
    labels = tuple(
        f"row {i} (counting from 0{'' if name is None else f', index {quoted(name)}'})"
        for i, name in enumerate(index)
    )
    return Table("DataFrame", header, cells, tuple(range(len(cells))), labels)


def _read(df: Any) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Return names and rows of a frame that is not of pandas; raises ``DataError`` for one that cannot be
    read.
    """
    import narwhals as nw

    try:
        frame = nw.from_native(df, eager_only=True, pass_through=True)
        if not isinstance(frame, nw.DataFrame):
            frame = nw.DataFrame.from_arrow(df, backend="pyarrow")
        size = frame.shape[0] * frame.shape[1]
        if size > MOST_CELLS:
            raise DataError(
                f"found a frame of {size:,} cells; at most {MOST_CELLS:,}: give one row per study"
            )
        return tuple(str(name) for name in frame.columns), frame.rows()
    except DataError:
        raise
    except Exception as error:  # each library has errors of its own
        raise DataError(
            f"found a {type(df).__module__.partition('.')[0]} {type(df).__name__} that cannot be read "
            f"({quoted(str(error))}); turn it into a pandas DataFrame"
        ) from None


def _cell(value: object) -> str:
    """Return a value as a file would hold it, also a whole number of more digits than Python writes; what is
    no value is blank.
    """
    if value is None or (isinstance(value, float | Decimal) and math.isnan(value)):
        return ""
    return f"{Decimal(value):f}" if isinstance(value, int) and value.bit_length() > WORD else str(value)
