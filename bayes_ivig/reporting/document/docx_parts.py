"""What a document of Word is made of beside its text: styles, bullets and settings of our own in the place of
those of the template that the library begins with, and nothing of the template's makers.
"""

import re

from bayes_ivig import resources
from bayes_ivig.files.archives import unpacked
from bayes_ivig.files.office import office_file
from bayes_ivig.files.reading import content

OWN = {
    f"word/{name}.xml": f"reporting/templates/docx_{name}.xml" for name in ("styles", "numbering", "settings")
}
DROPPED = (
    "docProps/app.xml", "docProps/thumbnail.jpeg", "customXml/", "word/theme/", "word/fontTable.xml",
    "word/webSettings.xml", "word/stylesWithEffects.xml",
)  # fmt: skip
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


def _is_dropped(target: str) -> bool:
    """Whether what a pointer leads to is left out; it is given from the root, or from the folder word."""
    place = target.removeprefix("../").removeprefix("/")
    return place.startswith(DROPPED) or f"word/{place}".startswith(DROPPED)
