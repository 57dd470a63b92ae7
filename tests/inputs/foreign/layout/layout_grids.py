"""Sheets written as text, and what is read from them."""

import csv
import io
from typing import Any

from bayes_ivig.inputs.foreign.found import FoundTable, Sheet, Stated
from bayes_ivig.inputs.foreign.layout.tables import tables

COUNTS = ("treatment_events", "treatment_total", "control_events", "control_total")


def sheet(text: str, *, header: bool = False) -> Sheet:
    """Return a sheet of a CSV, its rows filled up to one width."""
    rows = list(csv.reader(io.StringIO(text.strip("\n"))))
    return sheet_of(rows, header=header)


def sheet_of(rows: list[list[str]], *, header: bool = False) -> Sheet:
    """Return a sheet of rows."""
    width = max(map(len, rows))
    cells = tuple(tuple(cell.strip() for cell in row) + ("",) * (width - len(row)) for row in rows)
    return Sheet("t.csv", cells, tuple(range(1, len(rows) + 1)), header=header)


def read(text: str, **stated: Any) -> FoundTable:
    """Return the only table in a text."""
    found = tables(sheet(text), Stated(**stated))
    assert len(found) == 1, [each.name for each in found]
    return found[0]


def read_all(text: str, **stated: Any) -> dict[str, FoundTable]:
    """Return all tables in a text by name."""
    return {each.name: each for each in tables(sheet(text), Stated(**stated))}


def cells(table: FoundTable, *columns: str) -> dict[str, tuple[str, ...]]:
    """Return the cells of some columns by study."""
    return {record["study"]: tuple(record[name] for name in columns) for record in table.table.records()}


def counts(table: FoundTable) -> dict[str, tuple[int, ...]]:
    """Return the four counts by study."""
    return {name: tuple(map(int, values)) for name, values in cells(table, *COUNTS).items()}
