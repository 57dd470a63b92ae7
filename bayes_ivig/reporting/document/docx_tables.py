"""A table in a document of Word: its heading stands again on every page, numbers stand to the right."""

from typing import TYPE_CHECKING, Any

from bayes_ivig.files.office import in_xml
from bayes_ivig.reporting.document.blocks import FIGURE_SPACE, Cell, Column, Table
from bayes_ivig.reporting.document.inline import plain
from bayes_ivig.reporting.drawing.lettering import ems

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell

MANY = 7  # columns, from which on letters are smaller
LONG = 20.0  # ems, from which on a column is no wider for longer texts
PADDING = 1.2  # ems beside a cell
CELL, SMALL = ("Cell", 9.0), ("SmallCell", 7.5)  # styles and their sizes, those of templates/docx_styles.xml


def add_table(document: "Document", table: Table, citations: dict[str, int], room: int) -> None:
    """Add a table as wide as ``room``, in twentieths of a point."""
    from docx.shared import Twips

    made = document.add_table(rows=1 + len(table.shown), cols=len(table.columns))
    made._tbl.tblStyle_val = "ReportTable"
    made.autofit = True
    style, points = SMALL if len(table.columns) >= MANY else CELL
    widths = _widths(table, room, points)
    _set_width(made._tbl, room, widths)
    headings = tuple(Cell(column.heading, "strong") for column in table.columns)
    for row, cells in zip(made.rows, (headings, *table.shown), strict=True):
        _keep_whole(row._tr, heading=cells is headings)
        for place, (held, cell, column) in enumerate(zip(row.cells, cells, table.columns, strict=True)):
            _fill(held, cell, column, citations)
            held.paragraphs[0]._p.style = style
            held.width = Twips(widths[place])


def _fill(held: "_Cell", cell: Cell, column: Column, citations: dict[str, int]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = held.paragraphs[0]
    text = cell.text + plain(cell.after, citations)
    run = paragraph.add_run(in_xml(text.replace(FIGURE_SPACE, "")))
    if cell.tone == "strong":
        run.bold = True
    if column.align == "number":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _widths(table: Table, room: int, points: float) -> list[int]:
    """Return the widths of the columns, together as wide as the room: each at least what it needs, and more
    the more it wants.
    """
    needs = [_need(*each) for each in zip(table.columns, zip(*table.shown, strict=True), strict=True)]
    ems_of_room = room / (20 * points)
    least, most = (sum(column) for column in zip(*needs, strict=True))
    if least > ems_of_room or most <= least:
        widths = [need for need, _ in needs]
    else:
        share = min(1.0, (ems_of_room - least) / (most - least))
        widths = [need + share * (want - need) for need, want in needs]
    return [int(room * width / sum(widths)) for width in widths]


def _need(column: Column, cells: tuple[Cell, ...]) -> tuple[float, float]:
    """Return how wide a column must be so that no word and no number breaks, and how wide it would like to
    be, in ems.
    """
    texts = [ems(cell.text, bold=True) for cell in cells]
    words = [word for text in (column.heading, *(cell.text for cell in cells)) for word in text.split(" ")]
    least = max(ems(word, bold=True) for word in words)
    widest = max(texts, default=0.0)
    if column.align == "number" and widest <= LONG:
        least = max(least, widest)
    return PADDING + min(least, LONG), PADDING + max(least, min(widest, LONG))


def _set_width(made: Any, room: int, widths: list[int]) -> None:
    """Set how wide a table is as a whole, and its columns by themselves."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = made.tblPr
    for old in properties.findall(qn("w:tblW")):
        properties.remove(old)
    width = OxmlElement("w:tblW")
    width.set(qn("w:w"), str(room))
    width.set(qn("w:type"), "dxa")
    properties.find(qn("w:tblStyle")).addnext(width)
    for column, each in zip(made.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(each))


def _keep_whole(row: Any, *, heading: bool) -> None:
    """Keep a row on one page, and let a heading stand again on every one."""
    from docx.oxml import OxmlElement

    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if heading:
        properties.append(OxmlElement("w:tblHeader"))
