"""Every table of a report as a CSV, for spreadsheets and scripts:
numbers as printed, signs and spaces that programs read.
"""

import csv
import io
from collections.abc import Iterator

from bayes_ivig.files.spreadsheets import guarded
from bayes_ivig.reporting.document.blocks import BETWEEN, FIGURE_SPACE, Page, Section, Table, is_number
from bayes_ivig.reporting.wording import numbers

TABLES = "tables"
INDEX = f"{TABLES}/index.csv"
PLAIN = str.maketrans(
    {
        "\N{MINUS SIGN}": "-",
        FIGURE_SPACE: None,
        "\N{NO-BREAK SPACE}": " ",
        "\N{FIRST STRONG ISOLATE}": None,
        "\N{POP DIRECTIONAL ISOLATE}": None,
    }
)

type Lines = list[list[str]]


def csv_files(page: Page) -> dict[str, str]:
    """Return the text of every file by its path: one per table, and an index of them.

    A table is named by the address of its section in the page, with a number from the second of a section on.
    A column of intervals becomes two, ``... lower`` and ``... upper`` (names of rows excepted); a cell that
    has nothing to say is empty.
    """
    files: dict[str, str] = {}
    index = [["file", "table", "section", "caption", "details"]]
    for section in page.sections:
        for inner in _within(section):
            own_tables = [block for block in inner.blocks if isinstance(block, Table)]
            for i, table in enumerate(own_tables, start=1):
                path = f"{TABLES}/{inner.key}{f'-{i}' if i > 1 else ''}.csv"
                files[path] = _text(_lines(table))
                titles = [plain(text) for text in (inner.title, table.caption, " ".join(table.details))]
                index.append([path.removeprefix(f"{TABLES}/"), str(page.number(table)), *titles])
    return files | {INDEX: _text(index)}


def plain(text: str) -> str:
    """Return a cell as programs read it: hyphens for minus signs, no padding,
    empty where it only marks that nothing is there.
    """
    return "" if text == numbers.NONE else text.translate(PLAIN).strip()


def _within(section: Section) -> Iterator[Section]:
    yield section
    for inner in section.sections:
        yield from _within(inner)


def _lines(table: Table) -> Lines:
    """Return heading and rows, intervals split into their limits."""
    header: list[str] = []
    columns: list[list[str]] = []
    for i, column in enumerate(table.columns):
        title, cells = plain(column.title), [row[i].text for row in table.cells]
        if i and _intervals(cells):
            header += [f"{title} lower", f"{title} upper"]
            pairs = [
                [plain(limit) for limit in cell.split(BETWEEN)] if BETWEEN in cell else ["", ""]
                for cell in cells
            ]
            columns += [[pair[end] for pair in pairs] for end in (0, 1)]
        else:
            header.append(title)
            columns.append([plain(cell) for cell in cells])
    return [header, *([column[i] for column in columns] for i in range(len(table.cells)))]


def _intervals(cells: list[str]) -> bool:
    """Whether a column holds intervals and nothing else, cells without a value apart."""
    pairs = [cell.replace(FIGURE_SPACE, "").split(BETWEEN) for cell in cells if cell != numbers.NONE]
    return bool(pairs) and all(len(limits) == 2 and all(map(is_number, limits)) for limits in pairs)


def _text(lines: Lines) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([guarded(cell) for cell in line] for line in lines)
    return written.getvalue()
