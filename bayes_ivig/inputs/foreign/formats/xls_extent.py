"""How far the cells of an old Excel workbook reach, told from its records before a library makes a grid.

An .xls is a small file system with the records ([MS-XLS]) of the workbook in one of its streams.
"""

import struct
from collections.abc import Iterator, Sequence

from bayes_ivig.files import compounds
from bayes_ivig.files.reading import MIB
from bayes_ivig.files.rows import MOST_CELLS

MOST_TEXT = 128 * MIB
MOST_COLUMNS = 256  # of such a workbook
BEGIN, CONTINUE, TEXTS, SHOWN, DIMENSIONS = 0x0809, 0x003C, 0x00FC, 0x00FD, 0x0200
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


def bounded(raw: bytes) -> bytes:
    """Return a workbook anew, with what was counted here and no more; raises ``ValueError`` where it is
    larger than is read, or damaged.

    Sizes that it states, for which a library would set memory aside, are made those that it has.
    """
    try:
        stream = bytearray(compounds.stream(raw, "Workbook", "Book"))
        longest, number = _texts(stream)
        _require_extent(stream, longest)
        _state_sizes(stream, number)
    except (struct.error, IndexError, OverflowError):
        raise ValueError(
            "is damaged or cut short; open it in a spreadsheet program and save it as xlsx"
        ) from None
    return compounds.compound("Workbook", bytes(stream))


def _state_sizes(stream: bytearray, number: int) -> None:
    """Write the number of texts that there are, and a size that needs no memory, in place of those stated."""
    for kind, start, end in _records(stream):
        if kind == TEXTS and end - start >= 8:
            struct.pack_into("<II", stream, start, number, number)
        elif kind == DIMENSIONS and end - start >= 10:
            size = "<IIHH" if end - start >= 14 else "<HHHH"
            struct.pack_into(size, stream, start, 0, 1, 0, 1)


def _require_extent(stream: bytes | bytearray, longest: int) -> None:
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


def _records(stream: bytes | bytearray) -> Iterator[tuple[int, int, int]]:
    """Yield the kind of each record, and where its content starts and ends."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, min(at + 4 + size, len(stream))
        at += 4 + size


def _texts(stream: bytes | bytearray) -> tuple[int, int]:
    """Return the number of characters of the longest text that cells share, and how many there are."""
    parts: list[bytes] = []
    for kind, start, end in _records(stream):
        if kind == TEXTS and not parts:
            parts.append(bytes(stream[start + 8 : end]))
        elif parts and kind == CONTINUE:
            parts.append(bytes(stream[start:end]))
        elif parts:
            break
    return _longest_of(parts)


def _longest_of(parts: Sequence[bytes]) -> tuple[int, int]:
    """Return the length of the longest of texts that run on from part to part, and how many there are."""
    longest, number, part, at = 0, 0, 0, 0
    while part < len(parts):
        if at + 3 > len(parts[part]):
            part, at = part + 1, 0
            continue
        left, marks = struct.unpack_from("<HB", parts[part], at)
        longest, number = max(longest, left), number + 1
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
    return longest, number
