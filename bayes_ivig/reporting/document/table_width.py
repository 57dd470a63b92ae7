"""Whether a table has room on a page whatever the font, and how it is set where it would not have.

Cells of numbers stay on one line, so that limits stand under each other. A table too wide for that stands
closer and puts intervals in brackets on a line below their estimates (``tight``); one too wide even so breaks
its headings at every space (``tighter``), and if that is not enough its cells too (``tightest``).
"""

import re
from itertools import pairwise
from typing import Literal, NamedTuple

from bayes_ivig.reporting.document.blocks import Cell, Column, Table
from bayes_ivig.reporting.drawing.lettering import ems

type Setting = Literal["", "tight", "tighter", "tightest"]

INTERVAL = re.compile(r"(.+) (\(.+\))")
SLACK = 1.02  # for letters that stand on whole pixels
CITED = 2.5  # ems that a citation takes, at most
TONED = 11.0  # pixels that a mark of judgement takes beside its text
APART = 0.6  # ems before a column of words beside one of numbers, where the table is tight
SENTENCES = ("text", "long")  # columns that wrap at every space


class Medium(NamedTuple):
    """A medium as the style sheet sets it, in CSS pixels; ``least`` are the least widths of columns by their
    kind, in ems, padding and all.
    """

    room: float
    size: float
    padding: tuple[float, float]  # beside a cell: as usual, and where the table is tight
    least: dict[str, float]


SCREEN = Medium(968.0, 14.0, (13.6, 8.0), {"number": 3.66, "long": 9.4, "short": 6.0})
PAPER = Medium(688.0, 10.1334, (8.0, 4.8), {"text": 7.0, "short": 7.0})
PHONE = Medium(358.0, 13.12, (13.6, 8.0), {"number": 3.91, "long": 9.4, "short": 6.0})
# ems at least of a first column of text, which breaks anywhere: as usual, and where the table is tight
FIRST = (8.6, 7.6)


def setting(table: Table) -> Setting:
    """Return how a table is to be set so that nothing of it is cut off on a desktop's screen or on paper."""
    settings: tuple[Setting, ...] = ("", "tight", "tighter")
    fitting = (
        one
        for one in settings
        if all(_width(table, medium, one) <= medium.room for medium in (SCREEN, PAPER))
    )
    return next(fitting, "tightest")


def fits_a_phone(table: Table) -> bool:
    """Whether a table has room on a telephone's screen without being set closer."""
    return _width(table, PHONE, "") <= PHONE.room


def parts(text: str) -> tuple[str, str]:
    """Return an estimate and its interval in brackets; what has none is all estimate."""
    interval = INTERVAL.fullmatch(text)
    return (interval[1], interval[2]) if interval else (text, "")


def _width(table: Table, medium: Medium, how: Setting) -> float:
    """Return the least width that a table can be set in."""
    columns = list(zip(table.columns, zip(*table.shown, strict=True), strict=True))
    widths = [_column(column, cells, medium, how) for column, cells in columns]
    if table.columns[0].align == "text":
        widths[0] = FIRST[how != ""] * medium.size
    meeting = sum(a.align == "number" != b.align for a, b in pairwise(table.columns)) if how else 0
    return SLACK * sum(widths) + medium.padding[how != ""] * len(widths) + APART * medium.size * meeting


def _column(column: Column, cells: tuple[Cell, ...], medium: Medium, how: Setting) -> float:
    heading = column.title if how == "tighter" else column.heading
    head = max(ems(word, bold=True) for word in _words(heading))
    least = max(
        head * medium.size, medium.least.get(column.align, 0.0) * medium.size - medium.padding[how != ""]
    )
    if column.align in ("text", "short") and medium is PAPER:  # break anywhere
        return least
    return max(least, *(_cell(cell, column, medium, how != "") for cell in cells))


def _cell(cell: Cell, column: Column, medium: Medium, tight: bool) -> float:
    lines = [cell.text]
    if column.align in SENTENCES or (tight and column.align == "short"):
        lines = _words(cell.text)
    elif tight and column.align == "number":
        lines = list(parts(cell.text))
    cited, toned = CITED * bool(cell.after), TONED * (cell.tone in ("low", "unclear", "high"))
    return toned + medium.size * (cited + max(ems(line, bold=cell.tone == "strong") for line in lines))


def _words(text: str) -> list[str]:
    """Return a text in the pieces that a browser does not break."""
    return re.split(r"(?<=-)| ", text)
