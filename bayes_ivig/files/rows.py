"""The one way from a text to the rows of a table: bounded in rows, in columns, in the length of a cell."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bayes_ivig.files.spreadsheets import guarded, unguarded
from bayes_ivig.files.text import decoded

MOST_ROWS = 1_000_000  # lines of a file
MOST_COLUMNS = 1_000
MOST_CELLS = 10_000_000
MOST_IN_CELL = 32_767  # characters, as in a spreadsheet

_QUOTED = r"(?<!\S)\"(?P<double>[^\"\n]*+)\"(?!\S)|(?<!\S)'(?P<single>[^'\n]*+)'(?!\S)"
_TOKEN = re.compile(rf"{_QUOTED}|(?P<bare>\S++)")
_WIDE = re.compile(rf"{_QUOTED}|(?P<bare>\S++(?: \S++)*+)")

type Row = tuple[int, tuple[str, ...]]  # the line it begins at, and its cells


class Dialect(NamedTuple):
    """How the cells of a text are parted and quoted, and whether rows without any are wanted."""

    delimiter: str = ","
    quote: str = '"'
    blank_too: bool = False


COMMAS = Dialect()


def parse_csv(raw: bytes) -> list[Row]:
    """Return the rows of a CSV that are not blank, header included, their cells without spaces around them
    and without the apostrophe that keeps a spreadsheet from running them.

    Raises ``ValueError`` that says where it is no CSV in UTF-8, or larger than is read. A mark of UTF-8 at
    its start (BOM) is passed over.
    """
    _require_text(raw)
    return cells_of(io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8-sig", newline=""))


def cells_of(lines: Iterator[str], how: Dialect = COMMAS) -> list[Row]:
    """Return the rows of a text whose cells a character parts, as ``parse_csv`` does; raises ``ValueError``
    that says where it is none, or larger than is read.
    """
    reader = csv.reader(
        _bounded(lines, how.delimiter), strict=True, delimiter=how.delimiter, quotechar=how.quote
    )
    rows: list[Row] = []
    start, number = 1, 0  # a quoted cell may run over several lines: a row is where it starts
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS:
                raise ValueError(f"row {start}: {len(row):,} columns; at most {MOST_COLUMNS:,} are read")
            cells = tuple(unguarded(cell.strip()).strip() for cell in row)
            if how.blank_too or any(cells):
                _require_short(start, cells)
                rows.append((start, cells))
            number += len(cells)
            if number > MOST_CELLS:
                raise ValueError(
                    f"row {start}: more than {MOST_CELLS:,} cells, which is the most that is read"
                )
            start = reader.line_num + 1
    except csv.Error as error:
        words = (
            f"a cell of more than {MOST_IN_CELL:,} characters, the most that is read"
            if "field larger" in str(error)
            else f"not a CSV file: {error}"
        )
        quotes = "mind the quotes (close each; double one inside a quoted cell)"
        raise ValueError(f"row {start}: {words}; {quotes}") from None
    return rows


def cells_between_blanks(lines: Iterator[str], least: int = 1) -> list[Row]:
    """Return the rows of a text whose cells are parted by blanks, at least so many of them: bounded as
    ``cells_of`` is, blank rows too. A cell in quotes, of either kind, may hold blanks.
    """
    token = _TOKEN if least == 1 else _WIDE
    rows: list[Row] = []
    number = 0
    for start, line in enumerate(_bounded(lines, ""), 1):
        cells = tuple(
            (found["double"] or found["single"] or found["bare"] or "").strip()
            for found in token.finditer(line)
        )
        if len(cells) > MOST_COLUMNS:
            raise ValueError(f"row {start}: {len(cells):,} columns; at most {MOST_COLUMNS:,} are read")
        number += len(cells)
        if number > MOST_CELLS:
            raise ValueError(f"row {start}: more than {MOST_CELLS:,} cells, which is the most that is read")
        _require_short(start, cells)
        rows.append((start, cells))
    return rows


def records(raw: bytes) -> list[dict[str, str]]:
    """Return one ``{column: cell}`` per row under the header; raises ``ValueError`` as ``parse_csv`` does,
    and for rows of another length than the header.
    """
    (_, header), *rows = parse_csv(raw)
    return [dict(zip(header, cells, strict=True)) for _, cells in rows]


def _bounded(lines: Iterator[str], delimiter: str) -> Iterator[str]:
    """Yield lines; raises ``ValueError`` for too many, and for one of far too many columns."""
    what = "commas" if delimiter == "," else "separators"
    for number, line in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise ValueError(f"row {number}: more than {MOST_ROWS:,} rows, which is the most that is read")
        parts = line.count(delimiter or " ") if len(line) > MOST_IN_CELL else 0
        if parts > MOST_COLUMNS + MOST_IN_CELL:
            raise ValueError(f"row {number}: {parts:,} {what}; at most {MOST_COLUMNS:,} columns are read")
        yield line


def _require_short(start: int, cells: tuple[str, ...]) -> None:
    """Raise ``ValueError`` for a cell of more characters than are read."""
    for column, cell in enumerate(cells, 1):
        if len(cell) > MOST_IN_CELL:
            most = f"at most {MOST_IN_CELL:,} are read; is a quote not closed?"
            raise ValueError(f"row {start}: column {column}: a cell of {len(cell):,} characters; {most}")


def _require_text(raw: bytes) -> None:
    """Raise ``ValueError`` unless these are the bytes of a UTF-8 text."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise ValueError("is an Excel workbook or another zip archive; save the table as CSV in UTF-8")
    decoded(raw, "row", "save the table as CSV in UTF-8")
    if b"\x00" in raw:
        raise ValueError("holds NUL bytes, so it is not a CSV file; save the table as CSV in UTF-8")


def csv_bytes(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows as a CSV in UTF-8, so that no spreadsheet runs a cell and ``parse_csv`` gives them back.

    A cell's outer spaces and what no CSV holds (NUL) go, halves of characters are replaced, and what is
    longer than is read is cut.
    """
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerows([guarded(clean(cell)) for cell in row] for row in rows)
    return lines.getvalue().encode()


def clean(cell: str) -> str:
    """Return a cell as it is after it was written and read."""
    whole = cell.encode("utf-8", "replace").decode().replace("\x00", "").strip()
    return whole if len(whole) < MOST_IN_CELL else f"{whole[: MOST_IN_CELL - 5].strip()} ..."
