"""The one way to what gzip, bzip2 or xz packed: bounded by what really comes out."""

import bz2
import lzma
import zlib
from typing import Protocol

from bayes_ivig.files.reading import MIB

MOST_DECOMPRESSED = 192 * MIB
MOST_RATIO = 250  # unpacked to packed, of what is larger than ``FREE``
FREE = 16 * MIB
MOST_WORKING = 128 * MIB  # memory that an xz may ask for to be unpacked; R's own ask for 65 at most

_BLOCK = MIB


class _Stream(Protocol):
    """What unpacks one stream, a bounded block at a time."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def more(self, raw: bytes) -> bytes: ...


class _Gzip:
    """One gzip."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def more(self, raw: bytes) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + raw, _BLOCK)


class _Other:
    """One bzip2 or xz."""

    def __init__(self, inner: bz2.BZ2Decompressor | lzma.LZMADecompressor) -> None:
        self._inner = inner

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def more(self, raw: bytes) -> bytes:
        return self._inner.decompress(raw, _BLOCK)


def decompressed(raw: bytes) -> bytes:
    """Return what a gzip, bzip2 or xz file holds; raises ``ValueError`` that says what is the matter."""
    blocks: list[bytes] = []
    size, rest = 0, raw
    most = max(FREE, min(MOST_DECOMPRESSED, MOST_RATIO * len(raw)))
    try:
        while rest:
            stream = _stream(rest)
            block = stream.more(rest)
            while True:
                size += len(block)
                if size > most:
                    raise OverflowError
                blocks.append(block)
                if stream.eof:
                    break
                block = stream.more(b"")
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


def _stream(raw: bytes) -> _Stream:
    if raw.startswith(b"\x1f\x8b"):
        return _Gzip()
    if raw.startswith(b"BZh"):
        return _Other(bz2.BZ2Decompressor())
    if raw.startswith(b"\xfd7zXZ\x00"):
        return _Other(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_WORKING))
    raise ValueError("what follows the first part is no such part")
