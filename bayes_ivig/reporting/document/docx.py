"""A page as a document of Word: headings, paragraphs, real tables and pictures, the same bytes everywhere."""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bayes_ivig.files.office import MADE, in_xml
from bayes_ivig.reporting.document.blocks import (
    FIGURE_SPACE,
    Block,
    Code,
    Equations,
    Explorer,
    Figure,
    Items,
    Notes,
    Page,
    Prose,
    References,
    Section,
    Table,
    Text,
    parts_of,
)
from bayes_ivig.reporting.document.citations import listed
from bayes_ivig.reporting.document.docx_parts import add_drawing, with_own_parts
from bayes_ivig.reporting.document.docx_tables import add_table
from bayes_ivig.reporting.document.inline import Link, Part, plain
from bayes_ivig.reporting.drawing.pictures import PIXELS, is_whole, picture

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

STYLES = {"": "Normal", "lead": "Lead", "note": "Note"}  # those of templates/docx_styles.xml
DEEPEST = 3  # levels of headings
LONGEST_TITLE = 255  # characters that the properties of a file take
DOTS = 96  # pixels of a drawing to an inch
WIDTH, HEIGHT, MARGIN = 11906, 16838, 1134  # of a page, A4, in twentieths of a point
ROOM = WIDTH - 2 * MARGIN


def docx_of(page: Page) -> bytes:
    """Return a page as a document of Word (.docx).

    Citations and formulas are text; links lead to sections of the same page, and to works by their DOI. The
    same page gives the same bytes on every machine.
    """
    import docx

    document = docx.Document()
    _Writer(document, page).write()
    held = io.BytesIO()
    document.save(held)
    return with_own_parts(held.getvalue())


class _Writer:
    """Writes one page into one document."""

    def __init__(self, document: "Document", page: Page) -> None:
        self.document = document
        self.page = page
        parts = (part for block in page.blocks() for part in parts_of(block))
        wanted = {part.target for part in parts if isinstance(part, Link)}
        every = (inner.key for section in page.sections for inner in section.every_section())
        # a name for every section that a link leads to
        found = enumerate((key for key in every if key in wanted), start=1)
        self.targets = {key: f"section{number}" for number, key in found}

    def write(self) -> None:
        """Write everything."""
        self._prepare()
        self._paragraph((self.page.title,), "Title")
        if self.page.subtitle:
            self._paragraph((self.page.subtitle,), "Subtitle")
        for section in self.page.sections:
            self._section(section, 1)
        for line in self.page.foot:
            self._paragraph((line,), "Note")

    def _prepare(self) -> None:
        from docx.shared import Twips

        about = self.document.core_properties
        about.title = in_xml(self.page.title)[:LONGEST_TITLE]
        about.author = about.last_modified_by = about.comments = about.keywords = ""
        about.created = about.modified = MADE.replace(tzinfo=None)
        about.language, about.revision = "en-GB", 1
        sheet = self.document.sections[0]
        sheet._sectPr.attrib.clear()  # numbers of the sessions in which the template was edited
        sheet.page_width, sheet.page_height = Twips(WIDTH), Twips(HEIGHT)
        sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Twips(MARGIN)
        sheet.header_distance = sheet.footer_distance = Twips(MARGIN // 2)
        foot = sheet.footer.paragraphs[0]
        foot.add_run(f"{_cleaned(self.page.title)}\t")
        for before, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
            foot.add_run(before)
            _add_field(foot, field)

    def _section(self, section: Section, level: int) -> None:
        heading = self._paragraph((self.page.heading(section),), f"Heading{min(level, DEEPEST)}")
        if section.key in self.targets:
            _mark(heading, self.targets[section.key])
        for block in section.blocks:
            self._block(block)
        for inner in section.sections:
            self._section(inner, level + 1)

    def _block(self, block: Block) -> None:
        match block:
            case Table():
                self._caption("Table", block)
                add_table(self.document, block, self.page.citations, ROOM)
                self._details(block)
            case Figure():
                self._figure(block)
            case Text(text, style):
                self._paragraph((text,), STYLES[style])
            case Prose(parts, style):
                self._paragraph(parts, STYLES[style])
            case _:
                self._listing(block)

    def _listing(self, block: Items | Code | Equations | References | Notes | Explorer) -> None:
        match block:
            case Items(items):
                for item in items:
                    self._paragraph((item,) if isinstance(item, str) else item, "ListBullet")
            case Code(text):
                self._lines((text,), "Code")
            case Equations(lines):
                self._lines((line.plain for line in lines), "Code")
            case References():
                self._references(block)
            case Notes():
                self._lines((f"{name}  {line}" for line, name in self.page.notes.items()), "Note")
            case Explorer():
                self._lines(("Only in report.html: controls for a prior and a choice of trials.",), "Note")

    def _details(self, table: Table) -> None:
        letters = self.page.letters(table)
        named = (f"Notes: {', '.join(letters)}",) if letters else ()
        # an empty line where there are none: a table has no room of its own below it
        self._lines((*named, *self.page.own_details(table)) or ("",), "Detail")

    def _lines(self, lines: Iterable[str], style: str) -> None:
        for line in lines:
            self._paragraph((line,), style)

    def _paragraph(self, parts: Iterable[Part], style: str) -> "Paragraph":
        paragraph = self._empty(style)
        for part in parts:
            text = _cleaned(plain((part,), self.page.citations))
            if isinstance(part, Link) and part.target in self.targets:
                _add_link(paragraph, text, anchor=self.targets[part.target])
            elif text:
                paragraph.add_run(text)
        return paragraph

    def _empty(self, style: str) -> "Paragraph":
        """Add a paragraph; its style is set by its id, since to look for a name takes milliseconds."""
        paragraph = self.document.add_paragraph()
        paragraph._p.style = style
        return paragraph

    def _caption(self, kind: str, block: Table | Figure) -> None:
        text = block.heading if isinstance(block, Table) else block.caption
        paragraph = self._empty("Caption")
        paragraph.add_run(f"{kind} {self.page.number(block)}. ").bold = True
        paragraph.add_run(_cleaned(text))
        paragraph.paragraph_format.keep_with_next = isinstance(block, Table)

    def _figure(self, figure: Figure) -> None:
        from docx.shared import Inches, Twips

        drawn = picture(figure.svg)
        natural = Inches(int.from_bytes(drawn[16:20], "big") / PIXELS / DOTS)
        paragraph = self._empty("Figure")
        shape = paragraph.add_run().add_picture(io.BytesIO(drawn), width=min(natural, Twips(ROOM)))
        if not is_whole(figure.svg):
            add_drawing(self.document, shape._inline, figure.svg, self.page.number(figure))
        described = shape._inline.docPr
        described.set("descr", in_xml(figure.alternative))
        described.set("name", f"Figure {self.page.number(figure)}")
        self._caption("Figure", figure)

    def _references(self, block: References) -> None:
        for number, text, doi in listed(block.works, self.page.citations):
            paragraph = self._paragraph((f"{number}. {text} ",), "Note")
            if doi:
                _add_link(paragraph, f"doi:{_cleaned(doi)}", address=f"https://doi.org/{_cleaned(doi)}")


def _cleaned(text: str) -> str:
    """Return a text as a document holds it: without padding, and without what XML cannot hold."""
    return in_xml(text.replace(FIGURE_SPACE, ""))


def _add_link(paragraph: "Paragraph", text: str, *, anchor: str = "", address: str = "") -> None:
    """Add a text that leads to a mark in the document, or to an address outside."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    if anchor:
        link.set(qn("w:anchor"), anchor)
    else:
        related = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set(qn("r:id"), related)
    run = paragraph.add_run(text)._r
    run.style = "Hyperlink"
    link.append(run)
    paragraph._p.append(link)


def _add_field(paragraph: "Paragraph", code: str) -> None:
    """Add a number that the program fills in, such as that of the page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(paragraph.add_run("1")._r)
    paragraph._p.append(field)


def _mark(paragraph: "Paragraph", name: str) -> None:
    """Give a paragraph a name that links can lead to."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark = OxmlElement(tag)
        mark.set(qn("w:id"), name.removeprefix("section"))
        if tag == "w:bookmarkStart":
            mark.set(qn("w:name"), name)
        paragraph._p.append(mark)
