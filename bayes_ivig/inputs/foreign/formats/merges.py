"""Merged cells of spreadsheets: a text stands for all of them, a number for the first, a title for itself."""

from collections.abc import Sequence

from bayes_ivig.errors import quoted
from bayes_ivig.inputs.foreign.formats.cells import LOOK, places

type Area = tuple[tuple[int, int], tuple[int, int]]  # first and last cell, from 0


def filled(rows: Sequence[tuple[str, ...]], areas: Sequence[Area]) -> tuple[list[tuple[str, ...]], list[str]]:
    """Return rows in which a merged text stands in all of its cells, and notes on what was merged.

    What is merged over the whole width is a title and stays once; a number would be counted several times.
    """
    cells = [list(row) for row in rows]
    merged = [area for area in sorted(areas) if _within(cells, area) and cells[area[0][0]][area[0][1]]]
    if not merged:
        return list(rows), []
    width = max((j + 1 for row in rows for j, cell in enumerate(row) if cell), default=0)
    texts: list[tuple[int, int]] = []
    numbers: list[tuple[int, int]] = []
    for (top, left), (bottom, right) in merged:
        value = cells[top][left]
        if left == 0 and right >= width - 1:
            continue
        if _is_number(value):
            numbers.append((top, left))
            continue
        texts.append((top, left))
        for i in range(top, min(bottom + 1, len(cells))):
            row = cells[i]
            row.extend([""] * (min(right + 1, width) - len(row)))
            for j in range(left, min(right + 1, len(row))):
                row[j] = row[j] or value
    notes = [f"merged cells filled with their text at {places(texts)}"] if texts else []
    if numbers:
        (row_of_first, column), *_ = numbers
        notes.append(
            f"{LOOK}a number in merged cells at {places(numbers)} (the first is "
            f"{quoted(cells[row_of_first][column])}) was taken for the first of them only"
        )
    return [tuple(row) for row in cells], notes


def _within(cells: Sequence[list[str]], area: Area) -> bool:
    (top, left), (bottom, right) = area
    return 0 <= top <= bottom and 0 <= left <= right and top < len(cells) and left < len(cells[top])


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
