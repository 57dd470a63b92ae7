"""How long a report is: its words, tables and figures, in its body and in all of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bayes_ivig.reporting.document.blocks import Block, Page, Section
from bayes_ivig.reporting.document.inline import plain

WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Length:
    """What was counted; a line under several tables counts once, as it is shown once."""

    words: int
    tables: int
    figures: int


def length(page: Page, *, body: bool) -> Length:
    """Return the length of a page, or of its body: what stands outside of the appendices."""
    sections = [section for section in page.sections if not (body and section.appendix)]
    lines = [line for section in sections for line in _lines(section)]
    tables = [block for section in sections for block in _blocks(section) if block.kind == "table"]
    shared = () if body else tuple(page.notes)  # they stand in an appendix
    notes = (*(line for table in tables for line in page.own_details(table)), *shared)
    words = sum(bool(WORD.search(word)) for line in (*lines, *notes) for word in line.split())
    kinds = [block.kind for section in sections for block in _blocks(section)]
    return Length(words, kinds.count("table"), kinds.count("figure"))


def _blocks(section: Section) -> Iterator[Block]:
    yield from section.blocks
    for inner in section.sections:
        yield from _blocks(inner)


def _lines(section: Section) -> Iterator[str]:
    yield section.title
    for block in section.blocks:
        yield from _said(block)
    for inner in section.sections:
        yield from _lines(inner)


def _said(block: Block) -> Iterator[str]:
    match block.kind:
        case "text" | "code":
            yield block.text
        case "prose":
            yield plain(block.parts, {})
        case "items":
            yield from (item if isinstance(item, str) else plain(item, {}) for item in block.items)
        case "figure":
            yield block.caption
        case "table":
            yield block.heading
            yield from (column.title for column in block.columns)
            yield from (f"{cell.text} {plain(cell.after, {})}" for row in block.shown for cell in row)
        case "equations":
            yield from (line.plain for line in block.lines)
        case "explorer":
            yield from (block.intro, block.back, block.observed, block.nothing)
