"""Tables written as text: with any character between cells, any encoding, titles above and notes below."""

import io
import re

from bayes_ivig.errors import listed, quoted
from bayes_ivig.files.rows import Row
from bayes_ivig.inputs.foreign.formats import delimiters
from bayes_ivig.inputs.foreign.formats.cells import LOOK, Grid, each_as, gentle, sheet_of
from bayes_ivig.inputs.foreign.formats.dates import changed_by_spreadsheets
from bayes_ivig.inputs.foreign.formats.encodings import decoded
from bayes_ivig.inputs.foreign.formats.plain_numbers import made_plain
from bayes_ivig.inputs.foreign.found import Sheet

NUMBER = re.compile(r"[-+]?[0-9.,]+")


def text_sheets(raw: bytes, source: str, encoding: str = "") -> tuple[Sheet, ...]:
    """Return the table that is written in the bytes of a text; raises ``ValueError`` where there is none."""
    text, note = decoded(raw, encoding)
    lines, comments = _without_comments(list(io.StringIO(text, newline="")))
    del text
    if not any(line.strip() for line in lines):
        raise ValueError("the file is empty; it needs a table")
    stated, lines = _stated_mark(lines)
    parting = stated or delimiters.told(lines)
    rows = parting.rows(iter(lines))
    rows, first = _with_first_name(rows, parting)
    grid = Grid(each_as(gentle, [row for _, row in rows]), [number for number, _ in rows])
    del rows, lines
    if parting.width > 1 or parting.share > 0:
        grid.notes.append(f"{parting.words} between cells")
    grid.notes.extend(each for each in (note, first, comments) if each)
    grid = made_plain(grid, comma_between_cells=parting.delimiter == ",")
    grid.notes.extend(changed_by_spreadsheets(grid.rows))
    return (sheet_of(grid, source, header=False),)


def _without_comments(lines: list[str]) -> tuple[list[str], str]:
    """Return lines with those blank that begin with ``#``, and a note on them.

    Such a line that is the only one above rows of as many cells is a header, and stays without the mark.
    """
    marked = []
    quotes = 0  # an odd number of them means that a cell goes on
    for i, line in enumerate(lines):
        if quotes % 2 == 0 and line.lstrip().startswith("#"):
            marked.append(i)
        else:
            quotes += line.count('"')
    if not marked:
        return lines, ""
    kept = list(lines)
    for i in marked:
        kept[i] = "\n"
    header = _marked_header(lines, kept, marked)
    if header is not None:
        kept[header] = lines[header].lstrip().lstrip("#").lstrip(" ")
        marked.remove(header)
    number = len(marked)
    words = f"{number:,} comment line{'s' if number > 1 else ''} (#) left out" if number else ""
    return kept, words


def _marked_header(lines: list[str], kept: list[str], marked: list[int]) -> int | None:
    """Return which comment is the header of the rows: the last above them, with names for all of their cells,
    where the first of those rows holds a number.
    """
    first = next((i for i, line in enumerate(kept) if line.strip()), None)
    if first is None or first - 1 not in marked:
        return None
    parting = delimiters.told(kept)
    if parting.width < 3:
        return None
    ((_, names),) = parting.rows(iter([lines[first - 1].lstrip().lstrip("#").lstrip(" ")]))
    ((_, cells),) = parting.rows(iter([kept[first]])) or ((0, ()),)
    is_header = len(names) == len(cells) and not any(NUMBER.fullmatch(name) for name in names)
    return first - 1 if is_header and any(NUMBER.fullmatch(cell) for cell in cells) else None


def _stated_mark(lines: list[str]) -> tuple[delimiters.Parting | None, list[str]]:
    """Return what a first line ``sep=;`` says, as spreadsheet programs understand it, and the other lines."""
    found = re.fullmatch(r"sep=(.)\s*", lines[0]) if lines else None
    if found is None or found[1] not in delimiters.NAMES:
        return None, lines
    return delimiters.Parting(found[1], '"', 2, 1.0), ["\n", *lines[1:]]


def _with_first_name(rows: list[Row], parting: delimiters.Parting) -> tuple[list[Row], str]:
    """Return rows whose header has a blank name first, where it is shorter by one than the rows: as R writes
    and reads tables with names of rows.

    Raises ``ValueError`` where the name of another column may be missing instead.
    """
    if parting.width < 3:
        return rows, ""
    several = [i for i, (_, row) in enumerate(rows) if sum(map(bool, row)) > 1]
    if len(several) < 2 or len(rows[several[0]][1]) != parting.width - 1:
        return rows, ""
    number, header = rows[several[0]]
    body = [rows[i][1] for i in several[1:] if len(rows[i][1]) == parting.width]
    if not body or any(map(NUMBER.fullmatch, header)) or not any(map(NUMBER.fullmatch, body[0])):
        return rows, ""
    if all(not row[-1] for row in body):
        return rows, ""  # the mark between cells stands at the end of rows, too
    counted = [row[0] for row in body] == [str(i) for i in range(1, len(body) + 1)]
    if not (counted or parting.by_blanks):
        raise ValueError(
            f"row {number}: {len(header)} names ({listed([quoted(name) for name in header], 6)}) above rows "
            f"of {parting.width} cells, the first {listed([quoted(cell) for cell in body[0]], 6)}; whether "
            "the first or the last column has no name cannot be told: give every column one"
        )
    named = list(rows)
    named[several[0]] = (number, ("", *header))
    words = "the first column has no name (names of rows, as R writes them)"
    return named, words if counted else f"{LOOK}{words}"
