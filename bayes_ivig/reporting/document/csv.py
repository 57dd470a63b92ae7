"""Every table of a report as a CSV for programs: UTF-8, a column of numbers or of texts, unique titles."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bayes_ivig.files.spreadsheets import guarded
from bayes_ivig.reporting.document.blocks import Page, Section, Table
from bayes_ivig.reporting.document.columns import plain, series_of

TABLES = "tables"
INDEX = f"{TABLES}/index.csv"
LONGEST_SHEET = 31  # characters of the name of a sheet
RECKONED = ("+", "-", "=", "@")  # how a cell begins that programs may reckon with


@dataclass(frozen=True)
class Placed:
    """A table with its place: its number, the section it stands in, the name of its file and of its sheet."""

    table: Table
    number: int
    section: Section
    file: str

    @property
    def sheet(self) -> str:
        """The name of its sheet: its number first, so that no two are alike when they are cut short."""
        return f"{self.number} {self.file.removesuffix('.csv')}"[:LONGEST_SHEET]


def csv_files(page: Page) -> dict[str, str]:
    """Return the text of every file by its path: one per table, and an index of them.

    A table is named by the address of its section in the page, with a number from the second of a section on.
    Which columns it has, ``columns`` says; a cell that has nothing to say is empty.
    """
    files: dict[str, str] = {}
    index = [["file", "sheet", "table", "section", "caption", "details"]]
    for placed in placed_tables(page):
        series = series_of(placed.table)
        lines = zip(*(each.cells for each in series), strict=True)
        files[f"{TABLES}/{placed.file}"] = _text([[each.title for each in series], *lines])
        texts = (placed.section.title, placed.table.caption, " ".join(placed.table.details))
        index.append([placed.file, placed.sheet, str(placed.number), *map(plain, texts)])
    return files | {INDEX: _text(index)}


def placed_tables(page: Page) -> Iterator[Placed]:
    """Yield every table of a page with its place."""
    for section in page.sections:
        for inner in section.every_section():
            own = [block for block in inner.blocks if isinstance(block, Table)]
            for i, table in enumerate(own, start=1):
                file = f"{inner.key}{f'-{i}' if i > 1 else ''}.csv"
                yield Placed(table, page.number(table), inner, file)


def _text(lines: Sequence[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([_safe(cell) for cell in line] for line in lines)
    return written.getvalue()


def _safe(text: str) -> str:
    """Return a cell that no spreadsheet program takes for more than a text or a number."""
    if not text.startswith(RECKONED):
        return guarded(text)
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
