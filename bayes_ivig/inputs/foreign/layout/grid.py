"""Where in a grid the names of columns stand, and which rows under them are data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.foreign.found import LeftOut, Sheet, Stated
from bayes_ivig.inputs.foreign.layout import cells
from bayes_ivig.inputs.foreign.layout.aliases import KEYS
from bayes_ivig.inputs.foreign.layout.columns import LABELS, PLAIN, STUDY, Column, columns_of
from bayes_ivig.inputs.foreign.layout.estimate_words import estimated
from bayes_ivig.inputs.foreign.layout.shape import readable
from bayes_ivig.inputs.foreign.layout.words import key, meaning

SEARCHED = 30  # rows among which the header is looked for
MOST_NAMES = 3_000  # cells of these rows that are looked at: fewer rows of a very wide table
DEEPEST = 3  # rows of a header: outcome over arm over what is counted
NUMBERS_IN_HEADER = 2
KNOWN = KEYS | LABELS | frozenset(PLAIN) | frozenset(STUDY)  # names that need no reading
MOST_ROWS = 20_000
FEWEST_NAMES = 2  # of columns that are understood, for a row to be a header
QUANTILES = ("2.5", "97.5", "0.025", "0.975")  # limits may be called so


@dataclass(frozen=True, slots=True)
class Grid:
    """Names of columns and the rows under them, with the rows' numbers in the file."""

    source: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    headed: bool = True
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    def place(self, position: int) -> str:
        """Return where a row stands, for messages."""
        return f"{self.source}: row {self.numbers[position]}"


@dataclass(frozen=True, slots=True)
class _Header:
    """A candidate for the header: the first row after it, its names, how well they are understood."""

    end: int
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    score: tuple[int, ...] = field(default=())


def grid_of(sheet: Sheet, stated: Stated) -> Grid | None:
    """Return the grid under the best header of a sheet, None where no row reads like one."""
    best: _Header | None = None
    for header in _candidates(sheet, stated):
        if header.score > (best.score if best else (0, 0, 1)):
            best = header
    if best is None:
        return None
    return _under(sheet, best)


def unheaded(sheet: Sheet, names: Sequence[str], columns: tuple[Column, ...]) -> Grid:
    """Return the grid of a sheet without a header."""
    return _under(sheet, _Header(0, tuple(names), columns), headed=False)


def _under(sheet: Sheet, header: _Header, *, headed: bool = True) -> Grid:
    """Return the rows under a header that are not blank; titles above are notes."""
    notes = [
        LeftOut(f"row {number}", " ".join(filter(None, row)), "note", "above the names of the columns")
        for row, number in zip(sheet.rows[: header.end], sheet.numbers, strict=False)
        if headed and sum(map(bool, row)) == 1 and len(row) > 1
    ]
    kept = [i for i in range(header.end, len(sheet.rows)) if any(sheet.rows[i])]
    if len(kept) > MOST_ROWS:
        raise DataError(
            f"{sheet.source}: {len(kept):,} rows under the names of trials' columns; at most {MOST_ROWS:,} "
            "are read: is this a table of people instead of trials?"
        )
    blank = len(sheet.rows) - header.end - len(kept)
    if blank:
        notes.append(
            LeftOut(f"{blank} blank rows" if blank > 1 else "a blank row", "", "blank", "nothing in it")
        )
    return Grid(
        sheet.source,
        header.names,
        header.columns,
        tuple(sheet.rows[i] for i in kept),
        tuple(sheet.numbers[i] for i in kept),
        headed,
        tuple(notes),
        sheet.notes,
    )


def _candidates(sheet: Sheet, stated: Stated) -> Iterator[_Header]:
    """Yield the rows, one to three together, that may be the header, with how well each is understood."""
    if sheet.header:
        yield _scored(sheet, 1, sheet.rows[0], stated, depth=1)
        if sheet.labels:
            yield _scored(sheet, 1, sheet.labels, stated, depth=2)
        return
    widest = max(map(len, sheet.rows), default=1)
    for start in range(min(SEARCHED, len(sheet.rows), max(2, MOST_NAMES // widest))):
        if _is_data(sheet.rows[start]):
            continue
        for depth in range(1, DEEPEST + 1):
            rows = sheet.rows[start : start + depth]
            if len(rows) < depth or any(_is_data(row) for row in rows) or start + depth >= len(sheet.rows):
                break
            if all(any(row) for row in rows) and _promising(_combined(rows), stated):
                yield _scored(sheet, start + depth, _combined(rows), stated, depth=depth)


def _promising(names: Sequence[str], stated: Stated) -> bool:
    """Whether some names are understood, before their columns are looked at."""
    if stated.columns or stated.treatment or stated.control:
        return True
    found = (
        key(name) in KNOWN or bool(meaning(name).arm or meaning(name).what or estimated(name))
        for name in names
        if name
    )
    return sum(found) >= FEWEST_NAMES


def _scored(sheet: Sheet, end: int, names: Sequence[str], stated: Stated, *, depth: int) -> _Header:
    body = sheet.rows[end:]
    columns = columns_of_or_none(names, body, stated)
    if columns is None:
        return _Header(end, tuple(names), ())
    known = sum(bool(each.what) or each.estimate is not None for each in columns)
    return _Header(end, tuple(names), columns, (*readable(columns), known, -depth, -end))


def columns_of_or_none(
    names: Sequence[str], body: Sequence[Sequence[str]], stated: Stated
) -> tuple[Column, ...] | None:
    """Return what the columns hold, None where one that the user states is not among the names."""
    try:
        return columns_of(names, body, stated)
    except DataError:
        return None


def _is_data(row: Sequence[str]) -> bool:
    """Whether a row holds numbers, as no header does."""
    return sum(_is_number(cell) for cell in row if cell.rstrip("% ") not in QUANTILES) >= NUMBERS_IN_HEADER


def _is_number(cell: str) -> bool:
    try:
        cells.number(cell.rstrip("%"))
    except cells.UnreadableError:
        return bool(cell[:1].isdigit() and cells.EVENTS.fullmatch(cell[: cells.LONGEST]))
    return True


def _combined(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the names of a header of several rows: what stands over several columns goes before each.

    It reaches no further where it stands in each of them already (merged cells), nor to a year and the like,
    which are of a trial.
    """
    if len(rows) == 1:
        return tuple(rows[0])
    parts: list[list[str]] = [[] for _ in rows[0]]
    for level, row in enumerate(rows):
        above = ""
        is_repeated = any(cell and cell == following for cell, following in pairwise(row))
        for place, cell in enumerate(row):
            last = level == len(rows) - 1
            lower = [] if last or is_repeated else [each[place] for each in rows[level + 1 :]]
            spans = any(lower) and not any(key(name) in PLAIN for name in lower)
            above = cell or (above if spans else "")
            shown = cell if last else above
            if shown and shown not in parts[place]:
                parts[place].append(shown)
    return tuple(" ".join(each) for each in parts)
