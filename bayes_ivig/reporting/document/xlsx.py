"""All tables of a page as one workbook, the same bytes on every machine: a sheet that lists them, then one
each, with the columns of ``columns``, numbers as numbers with the digits that are printed.
"""

import io
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from bayes_ivig.files.office import MADE, in_xml, same_everywhere
from bayes_ivig.reporting.document.blocks import Page
from bayes_ivig.reporting.document.columns import Series, plain, series_of
from bayes_ivig.reporting.document.csv import Placed, placed_tables

WORKBOOK = "tables.xlsx"
CONTENTS = "Contents"
LONGEST = 32_767  # letters in a cell
NARROW, WIDE = 9, 46  # letters, of a column
HEAD = 2  # row of the titles of columns; the caption stands above
LISTED = (("Sheet", 24), ("Table", 8), ("Section", 34), ("What it shows", 90))
LINKS = {"font_color": "#1F5FA8", "underline": 1}


def xlsx_of(page: Page) -> bytes:
    """Return the workbook; the details of a table stand below it."""
    from xlsxwriter import Workbook

    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(held, options) as book:
        book.set_properties({"title": in_xml(plain(page.title))[:255], "created": MADE.replace(tzinfo=None)})
        writer = _Writer(book)
        tables = tuple(placed_tables(page))
        writer.contents(page, tables)
        for placed in tables:
            writer.table(placed)
    return same_everywhere(held.getvalue())


class _Writer:
    """Writes sheets into one workbook."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.format = cache(lambda **properties: book.add_format({"valign": "top", **properties}))

    def contents(self, page: Page, tables: Sequence[Placed]) -> None:
        """Write the sheet that lists the others."""
        sheet = self.book.add_worksheet(CONTENTS)
        self._text(sheet, 0, 0, page.title, bold=True, font_size=14)
        for place, (title, width) in enumerate(LISTED):
            sheet.set_column(place, place, width)
            self._text(sheet, HEAD, place, title, bold=True, bottom=1)
        for row, placed in enumerate(tables, start=HEAD + 1):
            link = f"internal:'{placed.sheet}'!A1"
            sheet.write_url(row, 0, link, self.format(**LINKS), placed.sheet)
            sheet.write_number(row, 1, placed.number, self.format())
            self._text(sheet, row, 2, placed.section.title, text_wrap=True)
            self._text(sheet, row, 3, placed.table.caption, text_wrap=True)
        sheet.freeze_panes(HEAD + 1, 0)

    def table(self, placed: Placed) -> None:
        """Write the sheet of a table."""
        sheet = self.book.add_worksheet(placed.sheet)
        self._text(sheet, 0, 0, f"Table {placed.number}. {placed.table.caption}", bold=True)
        sheet.write_url(1, 0, f"internal:'{CONTENTS}'!A1", self.format(**LINKS), CONTENTS)
        series = series_of(placed.table)
        for place, each in enumerate(series):
            sheet.set_column(place, place, _width(each))
            self._text(sheet, HEAD, place, each.title, bold=True, text_wrap=True, bottom=1)
            for row, cell in enumerate(each.cells, start=HEAD + 1):
                if each.numeric and cell:
                    sheet.write_number(row, place, float(cell), self.format(num_format=number_format(cell)))
                elif cell:
                    self._text(sheet, row, place, cell, text_wrap=len(cell) > WIDE)
        sheet.freeze_panes(HEAD + 1, 1)
        for row, line in enumerate(placed.table.details, start=HEAD + 2 + len(placed.table.rows)):
            self._text(sheet, row, 0, line, font_color="#59636E", font_size=9)

    def _text(self, sheet: Any, row: int, column: int, text: str, **properties: Any) -> None:
        """Write a text, which no program runs in a workbook, whatever it begins with."""
        sheet.write_string(row, column, in_xml(plain(text))[:LONGEST], self.format(**properties))


def number_format(number: str) -> str:
    """Return the format in which a workbook shows a number with the digits that it is printed with."""
    digits, power, _ = number.partition("e")
    decimals = len(digits.partition(".")[2])
    places = f"0.{'0' * decimals}" if decimals else "0"
    return f"{places}E+00" if power else places


def _width(series: Series) -> int:
    """Return how wide a column is, in letters: as its cells, and as the longest word of its title."""
    words = max(map(len, re.split(r"[ ,]", series.title)))
    cells = max(map(len, series.cells), default=0)
    return min(max(NARROW, words + 1, len(series.title) // 2, cells + 1), WIDE)
