"""How far the cells of an xlsx reach, told from its XML before a library makes a grid of them.

Two cells, one in the first and one in the last place of a sheet, are a grid of 17 thousand million; one text,
kept once and shown by a million cells, is a million texts. Both are counted here, and refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bayes_ivig.errors import named
from bayes_ivig.files.reading import MIB
from bayes_ivig.files.rows import MOST_CELLS
from bayes_ivig.files.xml import parse_xml

MOST_ROWS, MOST_COLUMNS = 2**20, 2**14  # of Excel itself
MOST_TEXT = 128 * MIB  # of all texts, each as often as a cell shows it

_START = rb"<(?:[A-Za-z_][\w.-]*:)?"
CELL = re.compile(_START + rb"c(?=[\s/>])")
PLACED = re.compile(
    _START + rb"c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Za-z]{1,9})([0-9]{1,9})[\"'][^<>]*?(/?)>"
)  # a cell with its place, and whether it is closed without content
ANY_PLACE = re.compile(rb"(?<![\w:.-])r\s*=\s*[\"']\s*([A-Za-z]*)([0-9]*)[^\"']*[\"']")
FORMULA = re.compile(_START + rb"f[\s/>]")
ROW = re.compile(_START + rb"row(?=[\s/>])")
SHARED = re.compile(rb"t\s*=\s*[\"']s[\"'][^<>]*>\s*" + _START + rb"v[^<>]*>\s*([0-9]{1,9})")
SHARED_AT_ALL = re.compile(rb"(?<![\w:.-])t\s*=\s*[\"']s[\"']")
END_OF_TEXT = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?si\s*>|" + _START + rb"si\s*/>")
ERROR = re.compile(
    _START + rb"c\s(?=[^<>]*?(?<![\w:.-])t\s*=\s*[\"']e[\"'])[^<>]*?(?<![\w:.-])r\s*=\s*[\"']([A-Z]+[0-9]+)"
)
NO_VALUE = re.compile(
    _START + rb"c\s(?:[^<>]*?\s)?r\s*=\s*[\"']([A-Z]+[0-9]+)[\"'][^<>]*>\s*" + _START
    + rb"f(?:\s[^<>]*)?(?:/>|>[^<]*</[^<>]*>)\s*(?:</|" + _START + rb"v\s*/>|" + _START + rb"v\s*>\s*</)"
)  # fmt: skip
MOST_NAMED = 100  # cells that are noted by their place


@dataclass(frozen=True, slots=True)
class Marked:
    """Cells of a sheet that no value can be read of: errors, and formulas whose result is not stored."""

    errors: tuple[str, ...]
    without_value: tuple[str, ...]


def require_bounded(parts: Mapping[str, bytes]) -> None:
    """Raise ``ValueError`` where a sheet of a workbook is larger than is read, or its texts are.

    ``parts`` are its members that are XML, by name.
    """
    sheets = [content for content in parts.values() if b"sheetData" in content]
    for content in sheets:
        _require_extent(content)
    _require_text(parts, sheets)


def marked(parts: Mapping[str, bytes]) -> dict[str, Marked]:
    """Return the cells without a value by the name of their sheet."""
    found: dict[str, Marked] = {}
    for name, member in _members(parts).items():
        content = parts.get(member, b"")
        has_errors = b'"e"' in content or b"'e'" in content
        errors = ERROR.findall(content)[:MOST_NAMED] if has_errors else []
        without = NO_VALUE.findall(content)[:MOST_NAMED] if FORMULA.search(content) else []
        if errors or without:
            found[name] = Marked(
                tuple(each.decode("ascii") for each in errors),
                tuple(each.decode("ascii") for each in without),
            )
    return found


def _members(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return the member of each sheet, by the sheet's name."""
    links = {
        each.get("Id", ""): each.get("Target", "")
        for each in parse_xml(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"))
    }
    found: dict[str, str] = {}
    for each in parse_xml(parts["xl/workbook.xml"]).iter():
        if each.tag.endswith("}sheet"):
            link = next((value for key, value in each.attrib.items() if key.endswith("}id")), "")
            target = links.get(link, "").removeprefix("/")
            found[each.get("name", "")] = target if target.startswith("xl/") else f"xl/{target}"
    return found


def _require_extent(content: bytes) -> None:
    rows, columns = {1}, {b"A"}
    number = 0
    for place in PLACED.finditer(content):
        number += 1
        if not place[3]:
            columns.add(place[1])
            rows.add(int(place[2]))
    height, width = max(rows), max(map(_column, columns))
    if number < _most_cells(content):  # cells whose place is not written, or not plainly
        places = ANY_PLACE.findall(content)
        parts = ROW.split(content)
        widest = max(len(CELL.findall(part)) for part in parts)
        height = max([len(parts), height, *(int(row[:9] or b"0") for _, row in places)]) + len(parts)
        width = max([width, *(_column(column) for column, _ in places)]) + widest
    if height > MOST_ROWS * 2 or width > MOST_COLUMNS * 2:
        raise ValueError("names cells beyond the last that a spreadsheet has; it was not made by one")
    if height * width > MOST_CELLS:
        raise ValueError(
            f"a sheet of {height:,} rows and {width:,} columns up to its last cell; at most {MOST_CELLS:,} "
            "cells are read; delete what stands far from the table, and give that"
        )


def _most_cells(content: bytes) -> int:
    """Return how many cells there are at most: what may begin one is counted, whatever it is."""
    ends = (b" ", b"\t", b"\n", b"\r", b"/", b">")
    return sum(content.count(start + end) for start in (b"<c", b":c") for end in ends)


def _column(letters: bytes) -> int:
    """Return the number of a column by its letters, of no more than are needed."""
    number = 0
    for letter in letters[:5].upper():
        number = 26 * number + letter - 64
    return number


def _require_text(parts: Mapping[str, bytes], sheets: list[bytes]) -> None:
    """Raise ``ValueError`` where the texts that cells share are too much once each cell has its own."""
    kept = [content for name, content in parts.items() if name.lower().endswith("sharedstrings.xml")]
    lengths = [len(text) for content in kept for text in END_OF_TEXT.split(content)]
    longest = max(lengths, default=0)
    size = 0
    for content in sheets:
        number = len(SHARED_AT_ALL.findall(content))
        if number * longest <= MOST_TEXT // 4:
            size += number * longest
            continue
        for found in SHARED.finditer(content):
            number -= 1
            size += lengths[int(found[1])] if int(found[1]) < len(lengths) else 0
        size += max(number, 0) * longest
    if size > MOST_TEXT:
        raise ValueError(
            f"texts of {size:,} bytes, counted as often as cells show them; at most {MOST_TEXT:,} are read"
        )


def sentence(cells: tuple[str, ...]) -> str:
    """Return places as a list for a note."""
    more = f" and {len(cells) - 5:,} more" if len(cells) > 5 else ""
    return ", ".join(named(cell, 20) for cell in cells[:5]) + more
