"""Excel workbooks, read by calamine once it is known how large they are."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from bayes_ivig.errors import named
from bayes_ivig.files import archives
from bayes_ivig.files.rows import MOST_CELLS
from bayes_ivig.inputs.foreign.formats import xls_extent, xlsx_extent
from bayes_ivig.inputs.foreign.formats.cells import LOOK, Grid, require_short, sheet_of, text_of
from bayes_ivig.inputs.foreign.formats.dates import changed_by_spreadsheets
from bayes_ivig.inputs.foreign.formats.merges import filled
from bayes_ivig.inputs.foreign.formats.plain_numbers import made_plain
from bayes_ivig.inputs.foreign.found import Sheet


def xlsx_sheets(raw: bytes, source: str) -> tuple[Sheet, ...]:
    """Return the sheets of an xlsx workbook that hold anything; raises ``ValueError``.

    The library is given what was unpacked and counted here, not the file.
    """
    parts = archives.unpacked(raw, lambda name: name.lower().endswith((".xml", ".rels")))
    xlsx_extent.require_bounded(parts)
    marked = xlsx_extent.marked(parts)
    plain = archives.packed(parts)
    del parts
    return _sheets(plain, source, marked)


def xls_sheets(raw: bytes, source: str) -> tuple[Sheet, ...]:
    """Return the sheets of an xls workbook that hold anything; raises ``ValueError``."""
    return _sheets(xls_extent.bounded(raw), source, {})


def _sheets(raw: bytes, source: str, marked: Mapping[str, xlsx_extent.Marked]) -> tuple[Sheet, ...]:
    book = _of_library(lambda library: library.CalamineWorkbook.from_filelike(BytesIO(raw)))
    found: list[Sheet] = []
    left = MOST_CELLS
    for about in book.sheets_metadata:
        if "WorkSheet" not in str(about.typ):
            continue
        sheet = _of_library(lambda _, name=about.name: book.get_sheet_by_name(name))
        if not sheet.height:
            continue
        left -= sheet.total_height * sheet.total_width
        if left < 0:
            raise ValueError(f"more than {MOST_CELLS:,} cells in all; keep what is needed")
        found.append(_sheet(sheet, about, source, marked.get(about.name)))
    return tuple(found)


def _sheet(sheet: Any, about: Any, source: str, marked: xlsx_extent.Marked | None) -> Sheet:
    values = _of_library(lambda _: sheet.to_python(skip_empty_area=False))
    rows = [tuple(map(text_of, row)) for row in values]
    texts = {text_of(cell) for row in values for cell in row if isinstance(cell, str)}
    del values
    for i, row in enumerate(rows, 1):
        if max(map(len, row), default=0) > 1000:
            for cell in row:
                require_short(cell, f"row {i}")
    rows, notes = filled(rows, _of_library(lambda _: sheet.merged_cell_ranges) or ())
    grid = made_plain(Grid(rows, range(1, len(rows) + 1), notes), texts=texts)
    if "Visible" not in str(about.visible).rpartition(".")[2]:
        grid.notes.append("the sheet is hidden")
    if marked and marked.errors:
        places = xlsx_extent.sentence(marked.errors)
        grid.notes.append(f"{LOOK}errors of formulas (such as #DIV/0!) at {places}, read as blank")
    if marked and marked.without_value:
        places = xlsx_extent.sentence(marked.without_value)
        grid.notes.append(
            f"{LOOK}formulas without a stored result at {places}, read as blank: open the file in a "
            "spreadsheet program and save it there"
        )
    grid.notes.extend(changed_by_spreadsheets(grid.rows))
    return sheet_of(grid, f"{source}: sheet {named(about.name)}", about.name, header=False)


def _of_library(ask: Any) -> Any:
    """Return what the library answers; raises ``ValueError`` for whatever it cannot read.

    What is a fault within it comes as an error of its own kind, which is none of Python's usual ones.
    """
    import python_calamine as library

    try:
        return ask(library)
    except library.PasswordError:
        raise ValueError("is protected by a password; save it again without one") from None
    except (library.CalamineError, ValueError, TypeError, OverflowError, OSError) as error:
        raise _damaged(error) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise _damaged(error) from None
        raise


def _damaged(error: BaseException) -> ValueError:
    what = named(str(error) or type(error).__name__, 200)
    return ValueError(
        f"cannot be read as a workbook ({what}); open it in a spreadsheet program and save it as xlsx"
    )
