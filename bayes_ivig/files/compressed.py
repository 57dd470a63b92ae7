"""The one way to what gzip, bzip2 or xz packed: bounded by what really comes out."""

import bz2
import lzma
import zlib
from typing import Any

from bayes_ivig.files.reading import MIB

MOST_DECOMPRESSED = 192 * MIB
MOST_RATIO = 250  # unpacked to packed, of what is larger than ``FREE``
FREE = 16 * MIB
MOST_WORKING = 128 * MIB  # memory that an xz may ask for to be unpacked; R's own ask for 65 at most

_BLOCK = MIB


def decompressed(raw: bytes) -> bytes:
    """Return what a gzip, bzip2 or xz file holds; raises ``ValueError`` that says what is the matter."""
    blocks: list[bytes] = []
    size, rest = 0, raw
    most = max(FREE, min(MOST_DECOMPRESSED, MOST_RATIO * len(raw)))
    try:
        while rest:
            stream = _stream(rest)
            block = _more(stream, rest)
            while True:
                size += len(block)
                if size > most:
                    raise OverflowError
                blocks.append(block)
                if stream.eof:
                    break
                block = _more(stream, b"")
                if not block and not stream.eof:
                    raise EOFError("it is cut short")
            rest = stream.unused_data.lstrip(b"\x00")
    except OverflowError:
        raise ValueError(
            f"holds more than {most:,} bytes when unpacked, which is the most that is read"
        ) from None
    except (zlib.error, OSError, EOFError, lzma.LZMAError, ValueError) as error:
        raise ValueError(
            f"is compressed, and damaged or cut short ({error}); download or save it again"
        ) from None
    return b"".join(blocks)


def _more(stream: Any, raw: bytes) -> bytes:
    """Return the next block, a bounded one; a gzip hands back what it has not looked at yet."""
    return bytes(stream.decompress(getattr(stream, "unconsumed_tail", b"") + raw, _BLOCK))


def _stream(raw: bytes) -> Any:
    """Return what unpacks a stream: all three kinds say ``eof``, and what follows as ``unused_data``."""
    if raw.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(wbits=31)
    if raw.startswith(b"BZh"):
        return bz2.BZ2Decompressor()
    if raw.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_WORKING)
    raise ValueError("what follows the first part is no such part")
