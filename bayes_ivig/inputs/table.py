"""Reading tables of text: a CSV with its rows numbered, and counts out of its cells, every problem reported at once."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bayes_ivig.errors import DataError, report_all, suggestion
from bayes_ivig.inputs.study import COUNTS, Study, count_problems

NEEDED = ("study", *COUNTS)
MOST_SHOWN = 20

# What other programs call our columns (arm 1 is the treatment in all of these). MetaStan's r1, n1, r2, n2 put control
# first and are left out on purpose: they must be mapped by hand.
ALIASES = (
    {"slab": "study", "author": "study", "ai": COUNTS[0], "n1i": COUNTS[1], "ci": COUNTS[2], "n2i": COUNTS[3]},
    {"studlab": "study", "event.e": COUNTS[0], "n.e": COUNTS[1], "event.c": COUNTS[2], "n.c": COUNTS[3]},
    {"study": "study", "event_int": COUNTS[0], "n_int": COUNTS[1], "event_ctrl": COUNTS[2], "n_ctrl": COUNTS[3]},
)


@dataclass(frozen=True, slots=True)
class Table:
    """A rectangular table of text; ``numbers`` are the line numbers of its rows in the file, header being line 1."""

    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]

    def column(self, name: str) -> tuple[str, ...]:
        """Return one column's cells."""
        index = self.columns.index(name)
        return tuple(row[index] for row in self.rows)

    def where(self, keep: list[bool]) -> "Table":
        """Return the rows for which ``keep`` is true."""
        rows = tuple(row for row, kept in zip(self.rows, keep, strict=True) if kept)
        numbers = tuple(number for number, kept in zip(self.numbers, keep, strict=True) if kept)
        return Table(self.source, self.columns, rows, numbers)


def read_csv(path: Path) -> Table:
    """Read a UTF-8, comma-separated file with a header line; raises ``DataError`` with file, row and remedy."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise DataError(f"{path}: is a folder; give the path of a CSV file") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: byte {error.start + 1} is not UTF-8; save the table as CSV in UTF-8") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    if "\x00" in text:
        raise DataError(f"{path}: holds NUL bytes, so it is not a CSV file; save the table as CSV in UTF-8")
    try:
        reader = csv.reader(text.splitlines(keepends=True), strict=True)
        lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise DataError(f"{path}: not a CSV file: {error}") from None
    lines = [(number, row) for number, row in lines if any(row)]
    if not lines:
        raise DataError(f"{path}: the file is empty; it needs a header line {','.join(NEEDED)}")
    return _rectangular(str(path), lines)


def _rectangular(source: str, lines: list[tuple[int, list[str]]]) -> Table:
    """Check separator, header and row lengths."""
    header = lines[0][1]
    if len(header) == 1:
        for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if mark in header[0]:
                raise DataError(f"{source}: the columns seem to be separated by {name}; use commas")
    repeated = [name for name, times in Counter(header).items() if times > 1 and name]
    problems = [f"{source}: column {name!r} stands in the header more than once; keep one" for name in repeated]
    problems += [
        f"{source}: row {number}: {len(row)} cells where the header has {len(header)} columns; "
        "quote a cell that holds a comma"
        for number, row in lines[1:]
        if len(row) != len(header)
    ]
    report_all(problems[:MOST_SHOWN], DataError)
    return Table(source, tuple(header), tuple(tuple(row) for _, row in lines[1:]), tuple(n for n, _ in lines[1:]))


def rename(table: Table, columns: Mapping[str, str] | None = None) -> Table:
    """Return the table under our column names: by ``columns`` (ours to theirs), else by a known program's names."""
    known = dict.fromkeys(table.columns)
    if columns:
        problems = [
            f"{table.source}: column {theirs!r} (given for {ours!r}) is not in the table; found are {', '.join(known)}"
            for ours, theirs in columns.items()
            if theirs not in known
        ]
        problems += [
            f"{table.source}: {ours!r} is not one of our column names{suggestion(ours, (*NEEDED, 'outcome'))} "
            f"they are {', '.join((*NEEDED, 'outcome', 'dataset'))}"
            for ours in columns
            if ours not in (*NEEDED, "outcome", "dataset")
        ]
        report_all(problems, DataError)
        ours_of = {theirs: ours for ours, theirs in columns.items()}
    else:
        fitting = [names for names in ALIASES if set(COUNTS) <= {names.get(c) for c in known}]
        ours_of = fitting[0] if fitting and not set(COUNTS) <= set(known) else {}
    clashing = {ours for theirs, ours in ours_of.items() if theirs in known and theirs != ours}
    renamed = tuple(ours_of.get(c, f"{c} (unused)" if c in clashing else c) for c in table.columns)
    return Table(table.source, renamed, table.rows, table.numbers)


def require_columns(table: Table, needed: tuple[str, ...] = NEEDED) -> None:
    """Raise ``DataError`` unless all ``needed`` columns are there."""
    missing = [name for name in needed if name not in table.columns]
    if missing:
        hints = [f"{name!r}{suggestion(name, [c for c in table.columns if c])}" for name in missing]
        raise DataError(
            f"{table.source}: missing column {'; '.join(hints)} found are {', '.join(c or '(blank)' for c in table.columns)}; "
            f"needed are {', '.join(needed)}"
        )


def studies(table: Table) -> tuple[Study, ...]:
    """Return one ``Study`` per row; raises one ``DataError`` that lists every bad cell with file, row and column."""
    require_columns(table)
    if not table.rows:
        raise DataError(f"{table.source}: no studies; the table needs one row per study under its header")
    index = {name: table.columns.index(name) for name in NEEDED}
    problems: list[str] = []
    found: list[Study] = []
    seen: dict[str, int] = {}
    for number, row in zip(table.numbers, table.rows, strict=True):
        where = f"{table.source}: row {number}"
        name = row[index["study"]].strip()
        if not name:
            problems.append(f"{where}: column study: blank; every row needs a study name")
        elif name in seen:
            problems.append(f"{where}: column study: {name!r} stands in row {seen[name]} too; names must differ")
        seen.setdefault(name, number)
        counts, wrong = _counts({column: row[index[column]] for column in COUNTS})
        problems += [f"{where}: column {column}: {what}" for column, what in wrong]
        if name and not wrong:
            found.append(Study(name, **counts))
    if len(problems) > MOST_SHOWN:
        problems = [*problems[:MOST_SHOWN], f"{table.source}: and {len(problems) - MOST_SHOWN} more problems"]
    report_all(problems, DataError)
    return tuple(found)


def _counts(cells: dict[str, str]) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Turn four cells into whole numbers, and list what is wrong with them."""
    counts: dict[str, int] = {}
    problems: list[tuple[str, str]] = []
    for column, cell in cells.items():
        try:
            counts[column] = whole_number(cell)
        except ValueError as error:
            problems.append((column, str(error)))
    return counts, problems or count_problems(counts)


def whole_number(cell: str) -> int:
    """Return the whole number a cell holds (``"7"``, ``"7.0"``); raises ``ValueError`` saying what it holds instead."""
    text = cell.strip()
    if not text:
        raise ValueError("empty; a count is a whole number of 0 or more")
    try:
        return int(text) if text.isascii() and "_" not in text else _refuse(text)
    except ValueError:
        pass
    try:
        value = float(text)
    except ValueError:
        return _refuse(text)
    if value != value or value in (float("inf"), float("-inf")) or value != int(value) or "_" in text:
        return _refuse(text)
    return int(value)


def _refuse(text: str) -> int:
    raise ValueError(f"found {text!r}; a count is a whole number of 0 or more")
