"""What a document of Word is made of beside its text: styles, bullets and settings of our own in the place of
those of the template that the library begins with, and nothing of the template's makers; and drawings beside
pictures.
"""

import re
from typing import TYPE_CHECKING, Any

from bayes_ivig import resources
from bayes_ivig.files.archives import unpacked
from bayes_ivig.files.office import office_file
from bayes_ivig.files.reading import content

if TYPE_CHECKING:
    from docx.document import Document

OWN = {
    f"word/{name}.xml": f"reporting/templates/docx_{name}.xml" for name in ("styles", "numbering", "settings")
}
DROPPED = (
    "docProps/app.xml", "docProps/thumbnail.jpeg", "customXml/", "word/theme/", "word/fontTable.xml",
    "word/webSettings.xml", "word/stylesWithEffects.xml",
)  # fmt: skip
DRAWING = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}"><asvg:svgBlip '
    'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{related}"/>'
    "</a:ext></a:extLst>"
)
POINTERS = ("[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels")
POINTER = re.compile(rb'<(?:Relationship|Override) [^>]*(?:Target|PartName)="([^"]*)"[^>]*/>')


def with_own_parts(raw: bytes) -> bytes:
    """Return a document as the library wrote it with our parts in it, the same bytes every time."""
    entries = {name: part for name, part in unpacked(raw).items() if not name.startswith(DROPPED)}
    for name in POINTERS:
        entries[name] = POINTER.sub(
            lambda pointer: b"" if _is_dropped(pointer[1].decode()) else pointer[0], entries[name]
        )
    return office_file(entries | {name: content(resources.part(path)) for name, path in OWN.items()})


def add_drawing(document: "Document", inline: Any, svg: str, number: int) -> None:
    """Put a drawing beside the picture that stands for it: Word from 2016 on shows the drawing
    in fonts of the machine, which may have letters that our own has not.
    """
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml
    from docx.oxml.ns import qn

    place = PackURI(f"/word/media/drawing{number}.svg")
    part = Part(place, "image/svg+xml", svg.encode("utf-8"), document.part.package)
    related = document.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    inline.find(f".//{qn('a:blip')}").append(parse_xml(DRAWING.format(related=related)))


def _is_dropped(target: str) -> bool:
    """Whether what a pointer leads to is left out; it is given from the root, or from the folder word."""
    place = target.removeprefix("../").removeprefix("/")
    return place.startswith(DROPPED) or f"word/{place}".startswith(DROPPED)
