"""Files of Word and Excel that are the same bytes on every machine and at every time.

Both are zips of XML. Their entries are stored as they are, since what ``zlib`` makes of them differs between
its versions, and carry the first day that a zip can name.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime

from bayes_ivig.files.archives import unpacked

MADE = datetime(2000, 1, 1, tzinfo=UTC)  # a day that says nothing: a file has no clock in it
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
UNIX = 3  # the system that an entry says it was made on
# what XML 1.0 cannot hold, not even as a reference
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(text: str) -> str:
    """Return a text that XML can hold: what it cannot becomes the sign for a letter that is lost."""
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def office_file(entries: Mapping[str, bytes]) -> bytes:
    """Return the bytes of a file by the entries of its zip, in their order."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, content in entries.items():
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.create_system = UNIX
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return held.getvalue()


def same_everywhere(raw: bytes) -> bytes:
    """Return a file as a library wrote it with its entries stored, and without their dates."""
    return office_file(unpacked(raw))
