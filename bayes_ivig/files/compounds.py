"""The file system within old office files ([MS-CFB]): what one of its streams holds, and a plain one of one.

What is followed here is bounded: a chain of sectors that leads in a circle is refused.
"""

import struct
from collections.abc import Sequence

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR, _CUTOFF = 4_096, 4_096
_LAST = 0xFFFFFFFA  # numbers of sectors from which on they mean something else
_TABLE, _END, _FREE = 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF


def stream(raw: bytes, *names: str) -> bytes:
    """Return what the first of these streams holds that there is; raises ``ValueError``."""
    try:
        return _stream(raw, names)
    except (struct.error, IndexError, OverflowError):
        raise ValueError("is damaged or cut short; save it again") from None


def compound(name: str, content: bytes) -> bytes:
    """Return a file system of one stream: for a library that wants one, which then follows no chain but this.

    Of version 4, whose sectors of 4,096 bytes leave room for 400 MB without further tables.
    """
    padded = content + bytes(max(_CUTOFF, len(content)) - len(content))
    sectors = _padded(padded)
    number = len(sectors) // _SECTOR
    entries = _SECTOR // 4
    tables = 1
    while tables * entries < number + 2 + tables:
        tables += 1
    if tables > 109:
        raise ValueError("is too large to be read; save it as xlsx")
    # the tables, the directory, a sector for short streams (there are none, but some libraries want it), ours
    chain = [_TABLE] * tables + [_END, _END] + [*range(tables + 3, tables + 2 + number), _END]
    chain += [_FREE] * (tables * entries - len(chain))
    head = MAGIC + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 4, 0xFFFE, 12, 6)
    head += struct.pack("<IIIIIIIII", 1, tables, tables, 0, _CUTOFF, _END, 0, _END, 0)
    head += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    directory = _entry("Root Entry", 5, 1, tables + 1, 64)
    directory += _entry(name, 2, _FREE, tables + 2, len(padded))
    return b"".join(
        (_padded(head), struct.pack(f"<{len(chain)}I", *chain), _padded(directory), bytes(_SECTOR), sectors)
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\x00\x00"
    return struct.pack(
        "<64sHBBIII16sIQQIQ", text, len(text), kind, 1, _FREE, _FREE, child, b"", 0, 0, 0, start, size
    )


def _padded(raw: bytes) -> bytes:
    return raw + bytes(-len(raw) % _SECTOR)


def _stream(raw: bytes, names: Sequence[str]) -> bytes:
    shift, small_shift = struct.unpack_from("<HH", raw, 30)
    if shift not in (9, 12) or small_shift != 6:
        raise ValueError("is damaged: its sectors have no size that there is")
    (directory,) = struct.unpack_from("<I", raw, 48)
    (cutoff, small_table) = struct.unpack_from("<II", raw, 56)
    table = _table(raw, shift)
    entries = _chain(raw, table, directory, shift)
    found: dict[str, tuple[int, int]] = {}
    for at in range(0, len(entries) - 127, 128):
        (length,) = struct.unpack_from("<H", entries, at + 64)
        name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", entries, at + 116)
        found.setdefault(name, (start, size))
    start, size = next((found[name] for name in names if name in found), (_LAST, 0))
    if start >= _LAST:
        raise ValueError(f"holds no {' or '.join(names)}")
    if size >= cutoff:
        return _chain(raw, table, start, shift)[:size]
    root = _chain(raw, table, found["Root Entry"][0], shift) if "Root Entry" in found else b""
    small = _numbers(_chain(raw, table, small_table, shift))
    return _chain(root, small, start, 6, header=0)[:size]


def _table(raw: bytes, shift: int) -> Sequence[int]:
    """Return the table that says which sector follows which."""
    sectors = [each for each in struct.unpack_from("<109I", raw, 76) if each < _LAST]
    (more,) = struct.unpack_from("<I", raw, 68)
    seen = set()
    while more < _LAST and more not in seen:
        seen.add(more)
        part = _numbers(_sector(raw, more, shift))
        sectors += [each for each in part[:-1] if each < _LAST]
        more = part[-1]
    return _numbers(b"".join(_sector(raw, each, shift) for each in sectors))


def _chain(raw: bytes, table: Sequence[int], start: int, shift: int, header: int = 1) -> bytes:
    """Return what stands in a chain of sectors; raises ``ValueError`` for one that leads in a circle."""
    parts: list[bytes] = []
    while start < _LAST:
        if len(parts) > len(table):
            raise ValueError("is damaged: its sectors lead in a circle")
        parts.append(_sector(raw, start, shift, header))
        start = table[start]
    return b"".join(parts)


def _sector(raw: bytes, number: int, shift: int, header: int = 1) -> bytes:
    at = (number + header) << shift
    if at >= len(raw):
        raise IndexError
    return raw[at : at + (1 << shift)]


def _numbers(raw: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
