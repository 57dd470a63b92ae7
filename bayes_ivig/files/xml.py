"""The one way from the bytes of an XML to its elements: no document type, no entities, nothing fetched,
bounded in size, depth, elements and attributes. All of this raises ``ValueError`` that says what is wrong.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bayes_ivig.errors import named
from bayes_ivig.files.reading import MIB

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_XML = 192 * MIB
MOST_ELEMENTS = 3_000_000
MOST_ATTRIBUTES = 200  # of one element
DEEPEST = 100  # elements within each other

type Step = tuple[str, "Element"]


def parse_xml(raw: bytes) -> "Element":
    """Return the root of an XML document, in the encoding that it declares; raises ``ValueError``."""
    root: Element | None = None
    for step, element in steps(raw):
        if step == "start" and root is None:
            root = element
    if root is None:
        raise ValueError("is an XML file without any element")
    return root


def steps(raw: bytes) -> Iterator[Step]:
    """Yield ``("start", element)`` and ``("end", element)`` as they come, for files too large to be held:
    whoever has done with an element clears it. Raises ``ValueError``.
    """
    from io import BytesIO
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    if len(raw) > MOST_XML:
        raise ValueError(f"holds {len(raw):,} bytes of XML; at most {MOST_XML:,} are read")
    depth = number = 0
    try:
        parser = iterparse(
            BytesIO(raw), ("start", "end"), forbid_dtd=True, forbid_entities=True, forbid_external=True
        )
        for step, element in parser:
            if step == "start":
                depth, number = depth + 1, number + 1
                _require_bounded(element, depth, number)
            else:
                depth -= 1
            yield step, element
    except DefusedXmlException:
        raise ValueError("declares a document type or entities of its own, which are not read") from None
    except ParseError as error:
        raise ValueError(f"is not a whole XML file: {named(str(error), 200)}") from None
    except LookupError as error:  # an encoding that there is not
        raise ValueError(f"declares what is not read: {named(str(error), 200)}") from None


def _require_bounded(element: "Element", depth: int, number: int) -> None:
    if depth > DEEPEST:
        raise ValueError(f"is nested too deep; at most {DEEPEST} levels are read")
    if number > MOST_ELEMENTS:
        raise ValueError(f"holds more than {MOST_ELEMENTS:,} elements, which is the most that is read")
    if len(element.attrib) > MOST_ATTRIBUTES:
        raise ValueError(
            f"holds an element of {len(element.attrib):,} attributes; {MOST_ATTRIBUTES} are read"
        )
