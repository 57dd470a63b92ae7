"""Spreadsheets written by us: xlsx and xls by libraries that write them, ods by hand."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape, quoteattr

type Rows = Sequence[Sequence[Any]]


def _cells(rows: Rows) -> Iterator[tuple[int, int, Any]]:
    for j, row in enumerate(rows):
        yield from ((j, k, value) for k, value in enumerate(row) if value is not None and value != "")


def xlsx(sheets: Mapping[str, Rows], *, merged: Mapping[str, str] | None = None, hidden: str = "") -> bytes:
    """A workbook; ``merged`` pairs areas (``B1:C1``) of the first sheet with their text."""
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    as_date = book.add_format({"num_format": "d-mmm"})
    for i, (name, rows) in enumerate(sheets.items()):
        sheet = book.add_worksheet(name)
        for j, k, value in _cells(rows):
            if isinstance(value, date):
                sheet.write_datetime(j, k, value, as_date)
            else:
                sheet.write(j, k, value)
        if i == 0:
            for area, text in (merged or {}).items():
                sheet.merge_range(area, text)
        if name == hidden:
            sheet.hide()
    book.close()
    return made.getvalue()


def _within(areas: Iterable[tuple[int, int, int, int]], row: int, column: int) -> bool:
    return any(top <= row <= bottom and left <= column <= right for top, bottom, left, right in areas)


def xls(sheets: Mapping[str, Rows], merged: Mapping[tuple[int, int, int, int], str] | None = None) -> bytes:
    """An old workbook; ``merged`` pairs areas (first and last row, first and last column) with their text."""
    import xlwt

    book = xlwt.Workbook()
    as_date = xlwt.easyxf(num_format_str="D-MMM")
    for i, (name, rows) in enumerate(sheets.items()):
        sheet = book.add_sheet(name)
        for j, k, value in _cells(rows):
            if i > 0 or not _within(merged or (), j, k):
                sheet.write(j, k, value, *([as_date] if isinstance(value, date) else []))
        if i == 0:
            for area, text in (merged or {}).items():
                sheet.write_merge(*area, text)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


NAMES = (
    "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def ods_cell(value: Any, more: str = "") -> str:
    """The XML of a cell."""
    if value is None or value == "":
        return f"<table:table-cell{more}/>"
    if isinstance(value, bool):
        kind = f' office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, int | float):
        kind = f' office:value-type="float" office:value="{value!r}"'
    elif isinstance(value, date):
        kind = f' office:value-type="date" office:date-value="{value.isoformat()}"'
    else:
        kind = ' office:value-type="string"'
    return f"<table:table-cell{kind}{more}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def ods_row(cells: Sequence[Any], more: str = "") -> str:
    """The XML of a row."""
    return f"<table:table-row{more}>{''.join(map(ods_cell, cells))}</table:table-row>"


def ods_of(tables: Mapping[str, str], hidden: str = "") -> bytes:
    """A spreadsheet of tables, the rows of each given as XML."""
    body = "".join(
        f"<table:table table:name={quoteattr(name)} table:style-name={'"no"' if name == hidden else '"ta1"'}>"
        f"<table:table-column/>{rows}</table:table>"
        for name, rows in tables.items()
    )
    styles = (
        '<office:automatic-styles><style:style style:name="no" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{NAMES}>{styles}<office:body>'
        f"<office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return made.getvalue()


def ods(sheets: Mapping[str, Rows], hidden: str = "") -> bytes:
    """A spreadsheet."""
    return ods_of({name: "".join(map(ods_row, rows)) for name, rows in sheets.items()}, hidden)


def changed(raw: bytes, member: str, old: bytes, new: bytes) -> bytes:
    """A zip with a member in which something is written otherwise."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as before,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name)
            if name == member:
                assert old in content, content[:2000]
                content = content.replace(old, new)
            after.writestr(name, content)
    return made.getvalue()
