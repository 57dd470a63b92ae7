"""A part of the report with its appendix, as one section."""

from dataclasses import replace

from bayes_ivig.reporting.document.blocks import Block, Prose, Section, Text
from bayes_ivig.reporting.document.inline import plain


def joined(*parts: Section | None) -> Section | None:
    """Return one section with the blocks and the sections of all parts, links being plain text;
    None where there is no part.
    """
    there = [part for part in parts if part is not None]
    if not there:
        return None
    blocks = tuple(_plain(block) for part in there for block in part.blocks)
    return replace(there[0], blocks=blocks, sections=tuple(each for part in there for each in part.sections))


def _plain(block: Block) -> Block:
    return Text(plain(block.parts, {}), block.style) if isinstance(block, Prose) else block
