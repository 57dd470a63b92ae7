"""Text for a terminal: tables of aligned columns and lists of details, no line wider than it should be."""

import textwrap
from collections.abc import Sequence
from itertools import zip_longest

WIDTH = 80
NARROWEST = 16  # a wrapped column keeps at least this many characters
GAP = "  "
MOST_ROWS, LAST = 1_000, 50  # of a table, and how many of them are its last: totals stand there
MOST_LETTERS = 400  # of a cell


def visible(text: str) -> str:
    """Return a text on one line whose control characters cannot command the terminal:
    each is shown as a question mark.
    """
    return "".join(
        c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def figures(rows: Sequence[Sequence[str]], width: int = WIDTH) -> list[str]:
    """Return rows as lines: names to the left, wrapped where they are too long;
    all other columns to the right.
    """
    return _columns(rows, width, wrapped=0, right=True)


def notes(rows: Sequence[Sequence[str]], width: int = WIDTH) -> list[str]:
    """Return rows as lines, everything to the left and the last column wrapped."""
    return _columns(rows, width, wrapped=len(rows[0]) - 1, right=False)


def dashes(lines: Sequence[str], width: int = WIDTH) -> list[str]:
    """Return each text as a dash and lines under it."""
    return [part for line in lines for part in _wrap(f"- {visible(line)}", width, "  ")]


def paragraph(text: str, width: int = WIDTH, indent: str = "") -> list[str]:
    """Return a text as lines, all but the first indented."""
    return _wrap(visible(text), width, indent)


def _columns(rows: Sequence[Sequence[str]], width: int, *, wrapped: int, right: bool) -> list[str]:
    """Return rows as lines; of thousands the first and the last, and how many are left out between."""
    left_out = max(0, len(rows) - MOST_ROWS)
    if left_out:
        rows = [*rows[: MOST_ROWS - LAST], *rows[-LAST:]]
    cells = [[_shortened(visible(cell)) for cell in row] for row in rows]
    widths = [max(_size(row[i]) for row in cells) for i in range(len(cells[0]))]
    others = sum(size + len(GAP) for i, size in enumerate(widths) if i != wrapped)
    # a column of empty cells has a width too
    widths[wrapped] = max(min(widths[wrapped], max(width - others, NARROWEST)), 1)
    lines: list[str] = []
    for number, row in enumerate(cells):
        if left_out and number == MOST_ROWS - LAST:
            lines.append(f"... {left_out:,} more rows; all of them: --json ...")
        parts = [_wrap(cell, widths[i]) if i == wrapped else [cell] for i, cell in enumerate(row)]
        for pieces in zip_longest(*parts, fillvalue=""):
            padded = [_pad(piece, widths[i], right and i > 0) for i, piece in enumerate(pieces)]
            lines.append(GAP.join(padded).rstrip())
    return lines


def _shortened(cell: str) -> str:
    return cell if len(cell) <= MOST_LETTERS else f"{cell[:MOST_LETTERS]}..."


def _wrap(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _size(text))
    return space + text if right else text + space


def _size(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide letter, none for a combining one."""
    from rich.cells import cell_len

    return cell_len(text)
