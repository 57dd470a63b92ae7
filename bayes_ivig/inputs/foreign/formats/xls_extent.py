"""How far the cells of an old Excel workbook reach, told from its records before a library makes a grid.

An .xls is a small file system ([MS-CFB]) with the records ([MS-XLS]) of the workbook in one of its streams.
"""

import struct
from collections.abc import Iterator, Sequence

from bayes_ivig.files.reading import MIB
from bayes_ivig.files.rows import MOST_CELLS

MOST_TEXT = 128 * MIB
MOST_COLUMNS = 256  # of such a workbook
FREE, END = 0xFFFFFFFF, 0xFFFFFFFA  # numbers of sectors from which on they mean something else
BEGIN, CONTINUE, TEXTS, SHOWN = 0x0809, 0x003C, 0x00FC, 0x00FD
# records of one cell, which begin with its row and its column; of the two last, many
CELLS = {
    0x0203,
    0x0204,
    0x0205,
    0x0006,
    0x0206,
    0x0406,
    0x00D6,
    0x00FD,
    0x027E,
    0x0201,
    0x0004,
    0x0003,
    0x0002,
}
SEVERAL = {0x00BD, 0x00BE}


def require_bounded(raw: bytes) -> None:
    """Raise ``ValueError`` where a workbook is larger than is read, or damaged."""
    try:
        stream = _workbook(raw)
        longest = _longest(stream)
        _require_extent(stream, longest)
    except (struct.error, IndexError, OverflowError):
        raise ValueError(
            "is damaged or cut short; open it in a spreadsheet program and save it as xlsx"
        ) from None


def _require_extent(stream: bytes, longest: int) -> None:
    height = width = shown = 0
    for kind, start, end in _records(stream):
        if kind == BEGIN:
            height = width = 0
        elif kind in CELLS or kind in SEVERAL:
            row, column = struct.unpack_from("<HH", stream, start)
            if kind in SEVERAL and end - start >= 6:
                (last,) = struct.unpack_from("<H", stream, end - 2)
                column = max(column, last)
            shown += kind == SHOWN
            height, width = max(height, row + 1), max(width, column + 1)
            if width > MOST_COLUMNS:
                raise ValueError(f"a cell in column {width:,}, and such a workbook has {MOST_COLUMNS}")
            if height * width > MOST_CELLS:
                raise ValueError(
                    f"{height * width:,} cells; at most {MOST_CELLS:,} are read; keep what is needed"
                )
    if shown * longest > MOST_TEXT:
        raise ValueError(
            f"{shown:,} cells with texts of up to {longest:,} characters; at most {MOST_TEXT:,} in all are "
            "read: save it as xlsx"
        )


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield the kind of each record, and where its content starts and ends."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, min(at + 4 + size, len(stream))
        at += 4 + size


def _longest(stream: bytes) -> int:
    """Return the number of characters of the longest text that cells share."""
    parts: list[bytes] = []
    for kind, start, end in _records(stream):
        if kind == TEXTS and not parts:
            parts.append(stream[start + 8 : end])
        elif parts and kind == CONTINUE:
            parts.append(stream[start:end])
        elif parts:
            break
    return _longest_of(parts) if parts else 0


def _longest_of(parts: Sequence[bytes]) -> int:
    """Return the length of the longest of texts that run on from part to part, each with a byte of marks."""
    longest, part, at = 0, 0, 0
    while part < len(parts):
        if at + 3 > len(parts[part]):
            part, at = part + 1, 0
            continue
        left, marks = struct.unpack_from("<HB", parts[part], at)
        longest = max(longest, left)
        at += 3
        extra = 0
        if marks & 8:
            extra += 4 * struct.unpack_from("<H", parts[part], at)[0]
            at += 2
        if marks & 4:
            extra += struct.unpack_from("<I", parts[part], at)[0]
            at += 4
        wide = marks & 1
        while left > 0:
            fit = (len(parts[part]) - at) >> wide
            taken = min(left, fit)
            left -= taken
            at += taken << wide
            if left > 0:
                part, at = part + 1, 1
                wide = parts[part][0] & 1
        at += extra
        while part < len(parts) and at > len(parts[part]):
            at -= len(parts[part])
            part += 1
    return longest


def _workbook(raw: bytes) -> bytes:
    """Return the stream of a workbook; raises ``ValueError`` where there is none."""
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
    start, size = found.get("Workbook") or found.get("Book") or (END, 0)
    if start >= END:
        raise ValueError("holds no workbook")
    if size >= cutoff:
        return _chain(raw, table, start, shift)[:size]
    root = _chain(raw, table, found["Root Entry"][0], shift) if "Root Entry" in found else b""
    small = _numbers(_chain(raw, table, small_table, shift))
    return _chain(root, small, start, 6, header=0)[:size]


def _table(raw: bytes, shift: int) -> Sequence[int]:
    """Return the table that says which sector follows which."""
    sectors = [each for each in struct.unpack_from("<109I", raw, 76) if each < END]
    (more,) = struct.unpack_from("<I", raw, 68)
    seen = set()
    while more < END and more not in seen:
        seen.add(more)
        part = _numbers(_sector(raw, more, shift))
        sectors += [each for each in part[:-1] if each < END]
        more = part[-1]
    return _numbers(b"".join(_sector(raw, each, shift) for each in sectors))


def _chain(raw: bytes, table: Sequence[int], start: int, shift: int, header: int = 1) -> bytes:
    """Return what stands in a chain of sectors; raises ``ValueError`` for one that leads in a circle."""
    parts: list[bytes] = []
    while start < END:
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
