"""A dataset as a workbook: its trials under our column names, and a sheet that says what they are.

The same dataset gives the same bytes. Texts are written as texts, so that nothing in them is run.
"""

import io
import re

from bayes_ivig.files.office import MADE, same_everywhere
from bayes_ivig.files.spreadsheets import guarded
from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.inputs.foreign.own_workbook import ABOUT, HEADER, KEYS, TRIALS

LONGEST = 15  # digits of a number that a workbook keeps
NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?")


def workbook_bytes(trials: Table, about: dict[str, str]) -> bytes:
    """Return the bytes of a workbook of trials; ``about`` has texts by the keys of ``own_workbook``."""
    from xlsxwriter import Workbook

    held = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(held, options) as book:
        book.set_properties({"created": MADE.replace(tzinfo=None), "author": "", "comments": ""})
        bold = book.add_format({"bold": True})
        first, second = book.add_worksheet(TRIALS), book.add_worksheet(ABOUT)
        stated = [(key, about[key], "") for key in KEYS if about.get(key)]
        for sheet, rows in ((first, [trials.columns, *trials.rows]), (second, [HEADER, *stated])):
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if i and j and is_number(cell):
                        sheet.write_number(i, j, float(cell))
                    elif cell:
                        sheet.write_string(i, j, guarded(cell), *((bold,) if not i else ()))
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, 0, 24)
            sheet.set_column(1, max(1, len(rows[0]) - 1), 16)
    return same_everywhere(held.getvalue())


def is_number(cell: str) -> bool:
    """Whether a cell is a number that comes back as it is written here."""
    return bool(NUMBER.fullmatch(cell)) and cell != "-0" and len(cell.strip("-").replace(".", "")) <= LONGEST
