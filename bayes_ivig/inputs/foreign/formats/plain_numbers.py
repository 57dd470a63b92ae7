"""Numbers as people write them, as plain ones: decimal commas, thousands, a middle dot, a long minus.

A mark is changed only where the cells of its column, or else of its file, leave no doubt what it is: "1,5"
and "0,123" have no thousands, and "12.5" beside them is no decimal comma. Where both kinds stand together, or
neither ("1,234" alone), the text stays as it is, so that whoever takes it for a number says so.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import nsmallest
from itertools import chain

from bayes_ivig.errors import quoted
from bayes_ivig.inputs.foreign.formats.cells import LOOK, SPACES, Grid

SIGN = "[+-]?"
POWER = "(?:[eE][+-]?[0-9]+)?"
PLAIN = re.compile(rf"{SIGN}[0-9]+(?:\.[0-9]+)?{POWER}")
MARKED = re.compile(rf"[-+\u2212]?[0-9]*[,.\u00b7' {SPACES}]?[0-9][0-9,.\u00b7' {SPACES}]*{POWER}")
# what shows a mark to be a decimal one: another number of digits than three after it, a zero or more than
# three digits before it, the other mark before it
_DECIMAL = (
    rf"{SIGN}(?:0%s[0-9]+|[0-9]*%s[0-9]{{1,2}}|[0-9]+%s[0-9]{{4,}}|[0-9]{{4,}}%s[0-9]+"
    rf"|[0-9]{{1,3}}(?:%s[0-9]{{3}})+%s[0-9]+){POWER}"
)
SHOWS = {
    ",": re.compile(_DECIMAL % (",", ",", ",", ",", r"\.", ",")),
    ".": re.compile(_DECIMAL % (r"\.", r"\.", r"\.", r"\.", ",", r"\.")),
}
WITH_COMMA = re.compile(rf"{SIGN}(?:[0-9]{{1,3}}(?:\.[0-9]{{3}})+|[0-9]*),[0-9]+{POWER}")
WITH_POINT = re.compile(rf"{SIGN}[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?")
POINTS_OF_THOUSANDS = re.compile(rf"{SIGN}[0-9]{{1,3}}(?:\.[0-9]{{3}})+")
KEPT_TOGETHER = re.compile(rf"{SIGN}[0-9]{{1,3}}(?:[{SPACES}'][0-9]{{3}})+(?:[.,][0-9]+)?")
APART = re.compile(rf"{SIGN}[0-9]{{1,3}}(?: [0-9]{{3}})+")
WHOLE = re.compile("[0-9]{1,15}")
SHOWN = 3  # cells in a note

type Column = Mapping[str, str]  # its cells that may be numbers, and these with plain signs


def made_plain(
    grid: Grid, *, comma_between_cells: bool = False, texts: Collection[str] | None = None
) -> Grid:
    """Return a grid with numbers in their plain form, as far as that is certain, and notes on what was done.

    Where commas stand between cells, none of them is taken for a decimal one. ``texts`` are the cells that
    somebody wrote as texts, where others are numbers already, which say nothing of how people write them.
    """
    distinct = set(chain.from_iterable(grid.rows)) if texts is None else texts
    marked = {cell for cell in distinct if not cell.isalnum() and MARKED.fullmatch(cell)}
    if all(PLAIN.fullmatch(cell) for cell in marked):
        return grid
    width = max(map(len, grid.rows))
    columns: list[Column] = [
        {row[j]: _signs(row[j]) for row in grid.rows if j < len(row) and row[j] in marked}
        for j in range(width)
    ]
    of_file = _decimal(chain.from_iterable(column.values() for column in columns), comma_between_cells)
    changed: list[dict[str, str]] = []
    for j, column in enumerate(columns):
        decimal = _decimal(column.values(), comma_between_cells) or of_file
        apart = _certainly_apart(grid, j, column)
        new = {cell: _plain(plain, decimal, apart) for cell, plain in column.items()}
        changed.append({cell: plain for cell, plain in new.items() if plain != cell})
    grid.notes.extend(_notes(changed, columns))
    if not any(changed):
        return grid
    rows = [
        tuple(changed[j].get(cell, cell) if changed[j] else cell for j, cell in enumerate(row))
        for row in grid.rows
    ]
    return Grid(rows, grid.numbers, grid.notes)


def _signs(cell: str) -> str:
    """Return a number with a plain minus, with a point for a middle dot, its parts together where no-break
    blanks or apostrophes keep them.
    """
    dotted = (
        cell.replace("\u00b7", ".") if cell.count("\u00b7") == 1 and not re.search("[.,]", cell) else cell
    )
    plain = dotted.replace("\u2212", "-")
    return re.sub(f"[{SPACES}']", "", plain) if KEPT_TOGETHER.fullmatch(plain) else plain


def _decimal(cells: Iterable[str], comma_between_cells: bool) -> str:
    """Return the decimal mark of cells, blank where they do not tell or contradict each other."""
    every = list(cells)
    comma, point = (any(map(SHOWS[mark].fullmatch, every)) for mark in ",.")
    if comma and not point and not comma_between_cells:
        return ","
    return "." if point and not comma else ""


def _plain(cell: str, decimal: str, apart: bool) -> str:
    """Return a number in plain form; as it is, where that is not certain."""
    if apart and APART.fullmatch(cell):
        cell = cell.replace(" ", "")
    if decimal == "," and (WITH_COMMA.fullmatch(cell) or POINTS_OF_THOUSANDS.fullmatch(cell)):
        whole, _, rest = cell.replace(".", "").partition(",")
        return f"{whole if whole.strip('+-') else whole + '0'}.{rest}" if rest else whole
    if decimal == "." and WITH_POINT.fullmatch(cell):
        return cell.replace(",", "")
    return cell


def _certainly_apart(grid: Grid, j: int, column: Column) -> bool:
    """Whether "1 234" is one number here: whole numbers without a blank stand beside it, all below 1,000."""
    if not any(map(APART.fullmatch, column.values())):
        return False
    whole = [int(row[j]) for row in grid.rows if j < len(row) and WHOLE.fullmatch(row[j])]
    return bool(whole) and max(whole) < 1000


def _notes(changed: Sequence[Mapping[str, str]], columns: Sequence[Column]) -> list[str]:
    """Return what is to be said of the numbers that were changed, and of those that were not."""
    new = {cell: plain for each in changed for cell, plain in each.items()}
    commas = {cell for cell, plain in new.items() if "," in cell and "." in plain and "," not in plain}
    decimal = {cell for cell in commas if cell.rfind(",") > cell.rfind(".")}
    signs = {cell for cell in new if "\u00b7" in cell or "\u2212" in cell} - decimal
    thousands = set(new) - decimal - signs
    kinds = (("decimal commas", decimal), ("thousands", thousands), ("marks", signs))
    notes = [f"{what}: {_shown(cells, new)}" for what, cells in kinds if cells]
    left = {
        cell
        for column, plain in zip(columns, changed, strict=True)
        for cell in column
        if cell not in plain and "," in cell
    }
    if left:
        notes.append(
            f"{LOOK}{_some(left)}: the comma may be a decimal one or one of thousands; left as it is"
        )
    return notes


def _some(cells: Collection[str]) -> str:
    return _first([quoted(cell) for cell in nsmallest(SHOWN, cells)], len(cells))


def _shown(cells: Collection[str], new: Mapping[str, str]) -> str:
    return _first([f"{quoted(cell)} is {new[cell]}" for cell in nsmallest(SHOWN, cells)], len(cells))


def _first(shown: list[str], number: int) -> str:
    return ", ".join(shown) + (f" and {number - SHOWN:,} more" if number > SHOWN else "")
