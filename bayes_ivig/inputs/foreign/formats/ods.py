"""OpenDocument spreadsheets, read from their XML: repeated cells are counted before they are written out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bayes_ivig.errors import named
from bayes_ivig.files import archives
from bayes_ivig.files.rows import MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from bayes_ivig.files.xml import steps
from bayes_ivig.inputs.foreign.formats.cells import (
    LOOK,
    Grid,
    gentle,
    number_text,
    places,
    require_short,
    sheet_of,
)
from bayes_ivig.inputs.foreign.formats.dates import changed_by_spreadsheets
from bayes_ivig.inputs.foreign.formats.merges import Area, filled
from bayes_ivig.inputs.foreign.formats.plain_numbers import made_plain
from bayes_ivig.inputs.foreign.found import Sheet

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
TABLE, OFFICE, TEXT, STYLE = (_SPACE % name for name in ("table", "office", "text", "style"))
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
ROW, CELL, COVERED = f"{TABLE}table-row", f"{TABLE}table-cell", f"{TABLE}covered-table-cell"
LETTERS = {f"{TEXT}s": " ", f"{TEXT}tab": " ", f"{TEXT}line-break": " "}


@dataclass(slots=True)
class _Table:
    """A sheet as far as it was read."""

    name: str
    style: str
    rows: list[tuple[str, ...]] = field(default_factory=list)
    blank: int = 0  # rows that are only kept if something follows
    areas: list[Area] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    cells: int = 0
    texts: set[str] = field(default_factory=set)


def ods_sheets(raw: bytes, source: str) -> tuple[Sheet, ...]:
    """Return the sheets of an OpenDocument spreadsheet; raises ``ValueError``."""
    if b"encryption-data" in archives.unpacked(raw, lambda name: name == "META-INF/manifest.xml").get(
        "META-INF/manifest.xml", b""
    ):
        raise ValueError("is protected by a password; save it again without one")
    content = archives.unpacked(raw, lambda name: name == "content.xml")["content.xml"]
    hidden: set[str] = set()
    return tuple(_sheet(table, source, hidden) for table in list(_tables(content, hidden)))


def _tables(content: bytes, hidden: set[str]) -> Iterator[_Table]:
    """Yield the tables of a document, and collect the styles that hide one."""
    table: _Table | None = None
    style = ""
    depth = 0  # tables within cells of tables are none of their own
    for step, element in steps(content):
        if element.tag == f"{STYLE}style" and step == "start":
            style = element.get(f"{STYLE}name", "")
        elif element.tag == f"{STYLE}table-properties" and element.get(f"{TABLE}display") == "false":
            hidden.add(style)
        elif element.tag == f"{TABLE}table":
            depth += 1 if step == "start" else -1
            if step == "start" and depth == 1:
                name = element.get(f"{TABLE}name", "")
                table = _Table(name, element.get(f"{TABLE}style-name", ""))
            elif step == "end" and depth == 0 and table is not None:
                yield table
                table = None
                element.clear()
        elif element.tag == ROW and step == "end" and depth == 1 and table is not None:
            _add_row(table, element)
            element.clear()


def _add_row(table: _Table, element: "Element") -> None:
    """Add a row, as often as it is repeated; raises ``ValueError`` for more than is read."""
    top = len(table.rows) + table.blank
    cells: list[str] = []
    blank = 0
    for cell in element:
        if cell.tag not in (CELL, COVERED):
            continue
        times = _number(cell, "number-columns-repeated")
        text = "" if cell.tag == COVERED else _text(cell)
        if not text:
            blank += times
            continue
        if len(cells) + blank + times > MOST_COLUMNS:
            where = f"sheet {named(table.name)}"
            raise ValueError(f"{where}: more than {MOST_COLUMNS:,} columns; keep what is needed")
        cells += [""] * blank
        blank = 0
        _note_cell(table, cell, text, (top, len(cells)))
        cells += [text] * times
    times = _number(element, "number-rows-repeated")
    if not cells:
        table.blank += times
        return
    table.cells += (times + table.blank) * len(cells)
    if top + times > MOST_ROWS or table.cells > MOST_CELLS:
        raise ValueError(f"sheet {named(table.name)}: more rows or cells than are read; keep what is needed")
    table.rows += [()] * table.blank + [tuple(cells)] * times
    table.blank = 0


def _note_cell(table: _Table, cell: "Element", text: str, place: tuple[int, int]) -> None:
    """Note where a cell holds an error, and how far it is merged with others."""
    if cell.get(f"{OFFICE}value-type") in (None, "string"):
        table.texts.add(text)
    if cell.get(f"{CALC}value-type") == "error" or text.startswith("#DIV/0"):
        table.errors.append(place)
    down, across = (_number(cell, f"number-{what}-spanned") for what in ("rows", "columns"))
    if down > 1 or across > 1:
        table.areas.append((place, (place[0] + down - 1, place[1] + across - 1)))


def _number(element: "Element", name: str) -> int:
    """Return how often something is repeated or how far it reaches, once unless said otherwise."""
    text = element.get(f"{TABLE}{name}", "1")
    return max(int(text), 1) if text.isdecimal() and text.isascii() and len(text) < 9 else 1


def _text(cell: "Element") -> str:
    """Return what a cell holds: its value where it has one, else the text that it shows."""
    kind = cell.get(f"{OFFICE}value-type", "")
    value = cell.get(f"{OFFICE}value")
    if value is not None and kind in ("float", "percentage", "currency"):
        try:
            return number_text(float(value))
        except ValueError:
            return gentle(value)
    if kind == "boolean":
        return "TRUE" if cell.get(f"{OFFICE}boolean-value") == "true" else "FALSE"
    if kind == "date":
        return cell.get(f"{OFFICE}date-value", "").removesuffix("T00:00:00").replace("T", " ")
    text = gentle(" ".join(_shown(part) for part in cell if part.tag == f"{TEXT}p"))
    require_short(text, "a cell")
    return text or gentle(cell.get(f"{OFFICE}string-value", ""))


def _shown(element: "Element") -> str:
    """Return the text of a paragraph, without comments that hang on it."""
    parts = [element.text or ""]
    for inner in element:
        if inner.tag in LETTERS:
            parts.append(" ")
        elif not inner.tag.endswith(("}annotation", "}note")):
            parts.append(_shown(inner))
        parts.append(inner.tail or "")
    return "".join(parts)


def _sheet(table: _Table, source: str, hidden: set[str]) -> Sheet:
    rows, notes = filled(table.rows, table.areas)
    grid = made_plain(Grid(rows, range(1, len(rows) + 1), notes), texts=table.texts)
    if table.style in hidden:
        grid.notes.append("the sheet is hidden")
    if table.errors:
        grid.notes.append(f"{LOOK}errors of formulas at {places(table.errors)}")
    grid.notes.extend(changed_by_spreadsheets(grid.rows))
    where = f"{source}: sheet {named(table.name)}" if table.name else source
    return sheet_of(grid, where, table.name, header=False)
