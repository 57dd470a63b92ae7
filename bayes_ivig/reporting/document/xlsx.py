"""All tables of a page as one workbook, the same bytes on every machine: a sheet that lists them, then one
each, with the columns of ``columns``, numbers as numbers with the digits that are printed.
"""

import io
import re
from collections.abc import Sequence
from functools import cache
from textwrap import wrap
from typing import Any

from bayes_ivig.files.office import MADE, in_xml, same_everywhere
from bayes_ivig.reporting.document.blocks import Page
from bayes_ivig.reporting.document.columns import Series, plain, series_of
from bayes_ivig.reporting.document.csv import Placed, placed_tables

WORKBOOK = "tables.xlsx"
CONTENTS = "Contents"
LONGEST = 32_767  # letters in a cell
NARROW, WIDE = 9, 46  # letters, of a column
TALL = 20  # lines of a row, at most
LEAST, USUAL = 100, 8  # letters, of what stands across the columns, and of a column that holds nothing
HEAD = 2  # row of the titles of columns; the caption stands above
LISTED = (("Sheet", 33), ("Table", 8), ("Section", 34), ("What it shows", 90))
LINE = 15  # points, the height of a row of one line
A4 = 9  # as workbooks count kinds of paper
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
            sheet.write_number(row, 1, placed.number, self.format(align="center"))
            texts = (placed.section.title, placed.table.caption)
            for place, text in enumerate(texts, start=2):
                self._text(sheet, row, place, text, text_wrap=True)
            sheet.set_row(row, _height(texts, [width for _, width in LISTED[2:]]))
        sheet.freeze_panes(HEAD + 1, 0)
        _set_paper(sheet)

    def table(self, placed: Placed) -> None:
        """Write the sheet of a table."""
        sheet = self.book.add_worksheet(placed.sheet)
        sheet.write_url(1, 0, f"internal:'{CONTENTS}'!A1", self.format(**LINKS), CONTENTS)
        series = series_of(placed.table)
        widths = [_width(each) for each in series]
        self._across(sheet, 0, f"Table {placed.number}. {placed.table.caption}", widths, bold=True)
        for row, cells in enumerate(zip(*([each.title, *each.cells] for each in series), strict=True), HEAD):
            sheet.set_row(row, _height(cells, widths))
        for place, each in enumerate(series):
            sheet.set_column(place, place, widths[place])
            self._text(sheet, HEAD, place, each.title, bold=True, text_wrap=True, bottom=1)
            for row, cell in enumerate(each.cells, start=HEAD + 1):
                if each.numeric and cell:
                    sheet.write_number(row, place, float(cell), self.format(num_format=number_format(cell)))
                elif cell:
                    self._text(sheet, row, place, cell, text_wrap=len(cell) > WIDE, indent=int(place > 0))
        sheet.freeze_panes(HEAD + 1, 1)
        for row, line in enumerate(placed.table.details, start=HEAD + 2 + len(placed.table.rows)):
            self._across(sheet, row, line, widths, font_color="#59636E")
        _set_paper(sheet)

    def _across(self, sheet: Any, row: int, text: str, widths: Sequence[int], **properties: Any) -> None:
        """Write a text as wide as the columns, and at least as wide as a line of words."""
        more = max(0, -(-(LEAST - sum(widths)) // USUAL))
        wrapped = self.format(text_wrap=True, **properties)
        sheet.merge_range(row, 0, row, len(widths) + more - 1, "", wrapped)
        self._text(sheet, row, 0, text, text_wrap=True, **properties)
        sheet.set_row(row, _height((text,), (sum(widths) + USUAL * more,)))

    def _text(self, sheet: Any, row: int, column: int, text: str, **properties: Any) -> None:
        """Write a text, which no program runs in a workbook, whatever it begins with."""
        sheet.write_string(row, column, in_xml(plain(text))[:LONGEST], self.format(**properties))


def number_format(number: str) -> str:
    """Return the format in which a workbook shows a number with the digits that it is printed with."""
    digits, power, _ = number.partition("e")
    decimals = len(digits.partition(".")[2])
    places = f"0.{'0' * decimals}" if decimals else "0"
    return f"{places}E+00" if power else places


def _set_paper(sheet: Any) -> None:
    """Let a sheet be printed as wide as the paper, the titles of its columns on every page."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)


def _height(cells: Sequence[str], widths: Sequence[int]) -> int:
    """Return how high a row is, in points: programs do not all find that out for themselves."""
    lines = (len(wrap(cell, width)) for cell, width in zip(cells, widths, strict=True))
    return LINE * min(max((1, *lines)), TALL)


def _width(series: Series) -> int:
    """Return how wide a column is, in letters: as its cells, and as the longest word of its title."""
    words = max(map(len, re.split(r"[ ,]", series.title)))
    cells = max(map(len, series.cells), default=0)
    return min(max(NARROW, words + 1, len(series.title) // 2, cells + 1), WIDE)
