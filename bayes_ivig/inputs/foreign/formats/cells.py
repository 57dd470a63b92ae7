"""Cells of any format as text, and grids of them: what every reader of a format ends in."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain

from bayes_ivig.files.rows import MOST_CELLS, MOST_COLUMNS, MOST_IN_CELL, MOST_ROWS
from bayes_ivig.inputs.foreign.found import Sheet

LOOK = "look at: "  # before a note about something that may be wrong
MOST_PLACES = 5  # cells that a note lists
SPACES = "\u00a0\u2007\u2009\u202f"  # that keep the parts of a number together
KEEPS = re.compile(f"[{SPACES}]")
WHOLE = 2**53  # up to which a number with a fraction holds every whole number


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells with their numbers in the file, and what is to be said of how they were read."""

    rows: Sequence[tuple[str, ...]]
    numbers: Sequence[int]
    notes: list[str] = field(default_factory=list)


def text_of(value: object) -> str:  # noqa: C901, PLR0911 - kinds, a line each
    """Return a value as the text of a cell: the shortest that gives a number back, dates as in ISO 8601,
    nothing for what is missing.
    """
    match value:
        case None:
            return ""
        case str():
            return gentle(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value) if abs(value) < 10**400 else "(a number too long to be read)"
        case float():
            return number_text(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case bytes():
            return tidy(value.decode("utf-8", "replace"))
    return tidy(str(value))


def number_text(value: float) -> str:
    """Return the shortest text that gives a number back, a whole one without a point; none for NaN."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == int(value) and abs(value) < WHOLE:
        return str(int(value))
    return repr(float(value))


def tidy(text: str) -> str:
    """Return a text without blanks around it, each run of blanks and line ends in it as one blank."""
    return text if text.isalnum() else " ".join(text.split())


def gentle(text: str) -> str:
    """Return a text as ``tidy`` does, but with the blanks that keep the parts of a number together."""
    return text.strip() if KEEPS.search(text) else tidy(text)


def each_as(make: Callable[[str], str], rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return rows with something made of each cell: once of each text, however many cells hold it."""
    changed = {cell: new for cell in set(chain.from_iterable(rows)) if (new := make(cell)) != cell}
    return [tuple(changed.get(cell, cell) for cell in row) for row in rows] if changed else rows


def sheet_of(grid: Grid, source: str, name: str = "", labels: Sequence[str] = (), *, header: bool) -> Sheet:
    """Return a sheet of equally long rows, without blank rows and columns at its edges.

    Raises ``ValueError`` for one larger than is read.
    """
    width = max((len(row) for row in grid.rows), default=0)
    require_size(len(grid.rows), width)
    filled = [i for i, row in enumerate(grid.rows) if any(row)]
    first, last = (filled[0], filled[-1] + 1) if filled else (0, 0)
    rows = [row + ("",) * (width - len(row)) for row in grid.rows[first:last]]
    end = max((_end(row) for row in rows), default=0)
    start = 0 if header else min((_start(row) for row in rows), default=0)
    rows = each_as(tidy, rows)
    return Sheet(
        source,
        tuple(row[start:end] for row in rows) if start or end < width else tuple(rows),
        tuple(grid.numbers[first:last]),
        name=name,
        header=header,
        labels=tuple(labels)[:end] if any(labels) else (),
        notes=tuple(grid.notes),
    )


def require_size(rows: int, columns: int) -> None:
    """Raise ``ValueError`` for a grid larger than is read."""
    if rows > MOST_ROWS:
        raise ValueError(f"{rows:,} rows; at most {MOST_ROWS:,} are read; keep what is needed")
    if columns > MOST_COLUMNS:
        raise ValueError(f"{columns:,} columns; at most {MOST_COLUMNS:,} are read; keep what is needed")
    if rows * columns > MOST_CELLS:
        raise ValueError(f"{rows * columns:,} cells; at most {MOST_CELLS:,} are read; keep what is needed")


def require_short(text: str, where: str) -> None:
    """Raise ``ValueError`` for a cell of more characters than are read."""
    if len(text) > MOST_IN_CELL:
        raise ValueError(f"{where}: a cell of {len(text):,} characters; at most {MOST_IN_CELL:,} are read")


def place(row: int, column: int) -> str:
    """Return where a cell stands, counted from 0, as spreadsheets name it: ``B12``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def places(cells: Iterable[tuple[int, int]]) -> str:
    """Return a list of cells for a note, the first few and how many more."""
    every = list(cells)
    more = f" and {len(every) - MOST_PLACES:,} more" if len(every) > MOST_PLACES else ""
    return ", ".join(place(*each) for each in every[:MOST_PLACES]) + more


def _start(row: Sequence[str]) -> int:
    """Return the number of blank cells before the first that is not."""
    return next((j for j, cell in enumerate(row) if cell), len(row))


def _end(row: Sequence[str]) -> int:
    """Return the number of cells up to the last that is not blank."""
    for end in range(len(row), 0, -1):
        if row[end - 1]:
            return end
    return 0
