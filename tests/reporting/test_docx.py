"""A page as a document of Word: all of it is there, nobody else is, and it is the same bytes everywhere."""

import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from unittest.mock import Mock
from xml.etree import ElementTree

import docx
import pytest
from fonts import SETS, only
from hostile_texts import PAYLOADS
from report_cases import BAD_EVENT, THREE, own

from bayes_ivig.files.office import in_xml
from bayes_ivig.inputs.paper.bibliography import bibliography
from bayes_ivig.reporting.document.blocks import (
    Cell,
    Code,
    Column,
    Equations,
    Figure,
    Items,
    Page,
    Prose,
    References,
    Section,
    Table,
    Text,
)
from bayes_ivig.reporting.document.docx import docx_of
from bayes_ivig.reporting.document.inline import Cite, Link
from bayes_ivig.reporting.drawing.pictures import drawable, is_whole, picture
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.reporting.wording.equations import Equation
from bayes_ivig.reporting.wording.formula import Formula

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TABLE = Table(
    "Trials.",
    (Column("Trial", "text"), Column("OR"), Column("95% interval")),
    tuple((f"Trial {i}", Cell("1.80", "strong"), "0.69 to 15.32") for i in range(90)),
    ("A detail.", "Another."),
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="60"><text y="20" font-family="Arial, '
    '\'Liberation Sans\'" font-size="12px">{}</text></svg>'
)


def small_page() -> Page:
    work = bibliography()[0]
    link = Prose(("As ", Link("the last", "last"), " and ", Link("elsewhere", "nowhere"), " say"), "note")
    cited = Prose(("Read ", Cite((work.key,)), " and ", Formula(r"\tau")))
    return Page(
        "A title",
        "a subtitle",
        (
            Section(
                "first", "First", (Text("To quote.", "lead"), link, cited, TABLE), (Section("a-b", "Inner"),)
            ),
            Section(
                "last",
                "Last",
                (
                    Items(("one", ("two ", Link("back", "first")))),
                    Code("bayes-ivig\n  report"),
                    Equations((Equation(Formula("a = b"), "words"),)),
                    References(bibliography()),
                ),
            ),
        ),
        ("Not advice.",),
    )


def entries(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_everything_of_a_page_is_there_in_its_order() -> None:
    document = docx.Document(io.BytesIO(docx_of(small_page())))
    said = [
        (paragraph.style.style_id, paragraph.text)
        for paragraph in document.paragraphs
        if paragraph.style is not None
    ]
    reference = said.pop(-2)
    assert reference[0] == "Note"
    assert re.match(r"1\. .+ doi:10\.", reference[1])
    assert said == [
        ("Title", "A title"), ("Subtitle", "a subtitle"), ("Heading1", "First"), ("Lead", "To quote."),
        ("Note", "As the last and elsewhere say"), ("Normal", "Read  [1] and τ"),
        ("Caption", "Table 1. Trials."),
        ("Detail", "A detail."), ("Detail", "Another."), ("Heading2", "Inner"), ("Heading1", "Last"),
        ("ListBullet", "one"), ("ListBullet", "two back"), ("Code", "bayes-ivig\n  report"),
        ("Code", said[-2][1]), ("Note", "Not advice."),
    ]  # fmt: skip
    assert "a = b" in said[-2][1]


def test_a_table_is_a_table_whose_heading_stands_again() -> None:
    table = docx.Document(io.BytesIO(docx_of(small_page()))).tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["Trial", "OR", "95% interval"]
    assert [cell.text for cell in table.rows[90].cells] == ["Trial 89", "1.80", "0.69 to 15.32"]
    assert len(table.rows) == 91
    xml = ElementTree.fromstring(entries(docx_of(small_page()))["word/document.xml"])
    headings = [row for row in xml.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is not None]
    assert len(headings) == 1
    assert [
        cell.find(f"{W}p/{W}pPr/{W}jc") is not None for cell in next(xml.iter(f"{W}tr")).iter(f"{W}tc")
    ] == [False, True, True]
    assert len(list(xml.iter(f"{W}b"))) > 90  # what is strong


def test_links_lead_to_what_is_in_the_document() -> None:
    xml = ElementTree.fromstring(entries(docx_of(small_page()))["word/document.xml"])
    marks = {mark.get(f"{W}name") for mark in xml.iter(f"{W}bookmarkStart")}
    anchors = {link.get(f"{W}anchor") for link in xml.iter(f"{W}hyperlink")} - {None}
    assert len(anchors) == 2
    assert anchors == marks


def test_nothing_of_the_template_and_no_clock_is_left() -> None:
    raw = docx_of(small_page())
    held = entries(raw)
    assert next(iter(held)) == "[Content_Types].xml"
    everything = b"".join(held.values()).lower()
    for theirs in (
        b"python",
        b"macintosh",
        b"rsid",
        b"thumbnail",
        b"customxml",
        b"ja-jp",
        b"2013",
        b"theme/",
    ):
        assert theirs not in everything, theirs
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    about = docx.Document(io.BytesIO(raw)).core_properties
    assert (about.title, about.author, about.language) == ("A title", "", "en-GB")
    assert about.created is not None
    assert about.created.year == 2000


def test_every_part_that_is_pointed_at_is_there() -> None:
    held = entries(docx_of(small_page()))
    named = re.findall(r'(?:PartName|Target)="/?(?!https?:)([^"]+)"', b"".join(held.values()).decode())
    assert len(named) > 6
    assert [name for name in named if name not in held and f"word/{name}" not in held] == []
    used = set(re.findall(r'<w:(?:p|r|tbl)Style w:val="(\w+)"', held["word/document.xml"].decode()))
    styles = held["word/styles.xml"].decode()
    assert [style for style in used if f'w:styleId="{style}"' not in styles] == []


TEXTS = (
    *PAYLOADS, "a\x00b\x08c\x0bd\x1fe\x7f", "\ufffe\uffff", "\ud800 alone", "=1+1", "אב 2010", "n" * 200,
    "line\nline\ttab\rend", "\N{GRINNING FACE} \N{CJK UNIFIED IDEOGRAPH-4E2D}", "  two  blanks  ",
)  # fmt: skip


def hostile_section(text: str, place: int) -> Section:
    table = Table(text, (Column(text, "text"), Column(text)), ((text, Cell(text)),), (text,))
    prose = Prose((text, Link(text, text)), "lead")
    return Section(f"s{place}", text, (Text(text), prose, Items((text,)), Code(text), table))


def test_any_text_is_shown_as_a_text() -> None:
    sections = tuple(hostile_section(text, place) for place, text in enumerate(TEXTS))
    raw = docx_of(Page(TEXTS[0], TEXTS[1], sections, TEXTS))
    document = docx.Document(io.BytesIO(raw))
    said = Counter(paragraph.text for paragraph in document.paragraphs)
    for place, text in enumerate(TEXTS):
        shown = in_xml(text).replace("\r", "\n")
        assert said[shown] == 6 + (place < 2), text
        assert document.tables[place].rows[1].cells[1].text == shown
    parts = entries(raw).items()
    assert not any(b"evil.example" in part for name, part in parts if name.endswith(".rels"))


def test_a_picture_says_what_it_shows_and_its_letters_are_those_of_the_font() -> None:
    usual = "Zoë Öz 1.80 μ τ² ≤ \N{MINUS SIGN}1 → шут"
    assert drawable(usual) == usual
    assert drawable("\u4e2d\u2068a\u2069\U0001f600") == "\N{REPLACEMENT CHARACTER}a\N{REPLACEMENT CHARACTER}"
    drawn = picture(SVG.format("Zoë &lt;&amp;&gt;"))
    assert drawn.startswith(b"\x89PNG")
    assert int.from_bytes(drawn[16:20], "big") == 3 * 240
    assert picture(SVG.format("Zoë &lt;&amp;&gt;")) == drawn
    assert picture(SVG.format("Zoë &lt;&amp;!")) != drawn


class Drawn(Figure):
    """A figure that is drawn already."""

    svg = SVG.format("\N{CJK UNIFIED IDEOGRAPH-738B} 2010")  # type: ignore[assignment]


def test_letters_that_the_font_lacks_are_in_a_drawing_beside_the_picture() -> None:
    figure = Drawn("a", "A chart.", "what it shows", Mock())
    raw = docx_of(Page("T", "s", (Section("a", "A", (figure,)),)))
    held = entries(raw)
    assert held["word/media/drawing1.svg"].decode() == Drawn.svg
    related = re.search(r'<asvg:svgBlip [^>]*r:embed="(\w+)"', held["word/document.xml"].decode())
    assert related is not None
    pointers = held["word/_rels/document.xml.rels"].decode()
    assert re.search(rf'Id="{related[1]}"[^>]*media/drawing1\.svg', pointers)
    assert b"image/svg+xml" in held["[Content_Types].xml"]
    assert len(docx.Document(io.BytesIO(raw)).inline_shapes) == 1
    assert is_whole(SVG.format("Zoë &amp; Öz"))


HASH = """
import hashlib, sys
from bayes_ivig.reporting.drawing.pictures import picture
print(hashlib.sha256(picture(sys.argv[1])).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.parametrize("fonts", [*SETS, "none"])
def test_a_picture_is_the_same_whatever_fonts_there_are(fonts: str, tmp_path: Path) -> None:
    """Every letter that the font is said to have, and some that no font here has."""
    covered = Path(picture.__code__.co_filename).parents[1] / "fonts" / "covered.txt"
    ranges = [[int(end, 16) for end in line.split("-")] for line in covered.read_text().split()]
    letters = "".join(chr(c) for first, last in ranges for c in range(first, last + 1) if chr(c) not in "<&")
    svg = SVG.format(f"{letters}\u4e2d\U0001f600\u2068")
    config = tmp_path / "none" / "fonts.conf"
    if fonts == "none":
        config.parent.mkdir()
        config.write_text("<fontconfig></fontconfig>", encoding="utf-8")
    else:
        config = only(fonts, tmp_path / fonts)
    machine = {**os.environ, "FONTCONFIG_FILE": str(config), "HOME": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", HASH, svg], env=machine, capture_output=True, check=True)
    assert run.stdout.decode().strip() == hashlib.sha256(picture(svg)).hexdigest()


@pytest.mark.slow
def test_a_whole_report_becomes_a_document() -> None:
    page = page_of(own(THREE, BAD_EVENT))
    raw = docx_of(page)
    assert raw == docx_of(page)
    document = docx.Document(io.BytesIO(raw))
    assert len(document.tables) == sum(isinstance(block, Table) for block in page.blocks())
    assert len(document.inline_shapes) == len(page.figures)
    described = re.findall(r'<wp:docPr [^>]*descr="([^"]+)"', entries(raw)["word/document.xml"].decode())
    assert len(described) == len(page.figures)
    assert all(isinstance(block, Figure) for block in page.figures)
