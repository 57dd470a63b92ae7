"""Counts that a spreadsheet program took for dates: "12/45" becomes December 1945, and is kept as that."""

import re
from collections.abc import Sequence
from itertools import chain

from bayes_ivig.inputs.foreign.formats.cells import LOOK, places

MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mai|Okt|Dez|Mrz"
# as Excel and LibreOffice show such a date, and as it is stored
DATE = re.compile(
    rf"[0-9]{{1,2}}[-. ]+(?:{MONTHS})\.?|(?:{MONTHS})\.?[- ][0-9]{{2}}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"
)
# what such a column is else made of: numbers, alone or in pairs
NUMBERS = re.compile(r"[0-9][0-9.,]*(?:\s*[/(][0-9 .,%]+\)?)?")


def changed_by_spreadsheets(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return a note on cells that are dates in columns of numbers, none where there is no such cell."""
    dates = {cell for cell in set(chain.from_iterable(rows)) if len(cell) <= 10 and _is_date(cell)}
    if not dates:
        return []
    dated = [(i, j) for i, row in enumerate(rows) for j, cell in enumerate(row) if cell in dates]
    columns = _columns_of_numbers(rows, {j for _, j in dated})
    strange = [(i, j) for i, j in dated if j in columns]
    if not strange:
        return []
    shown = ", ".join(f"{rows[i][j]!r}" for i, j in strange[:3])
    return [
        f"{LOOK}dates ({shown}) among numbers at {places(strange)}: a spreadsheet program may have made "
        "them of counts such as 5/12; write the counts there again, as texts"
    ]


def _is_date(cell: str) -> bool:
    return not cell.isdigit() and DATE.fullmatch(cell) is not None


def _columns_of_numbers(rows: Sequence[tuple[str, ...]], columns: set[int]) -> set[int]:
    """Return those columns in which numbers, or pairs of them, stand beside dates."""
    found = set()
    for j in columns:
        cells = [row[j] for row in rows if j < len(row) and row[j]]
        numbers = sum(NUMBERS.fullmatch(cell) is not None for cell in cells)
        if numbers >= max(1, sum(map(_is_date, cells)) / 3):
            found.add(j)
    return found
