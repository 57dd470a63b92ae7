"""From the body of a report to its appendices: addresses, links,
and what becomes of links that lead nowhere.
"""

from dataclasses import replace

from bayes_ivig.reporting.document.blocks import Block, Items, Prose, Section
from bayes_ivig.reporting.document.inline import Link, Part

MARK = "-appendix"


def appendix_key(key: str) -> str:
    """Return the address of the appendix of a section."""
    return f"{key}{MARK}"


def body_key(key: str) -> str:
    """Return the address in the body that an address in an appendix belongs to: itself, but for the mark."""
    return key.replace(MARK, "", 1)


def as_appendix(section: Section, key: str) -> Section:
    """Return a part of the outcome ``key`` with the address it has in the appendix of that outcome."""
    inner = tuple(as_appendix(each, key) for each in section.sections)
    return replace(section, key=f"{appendix_key(key)}{section.key.removeprefix(key)}", sections=inner)


def pointing(text: str, title: str, target: str) -> Prose:
    """Return a paragraph that ends in a link to an appendix."""
    leads = Link(f"Appendix: {title}.", target, points=True)
    return Prose((f"{text} ", leads) if text else (leads,))


def settled(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """Return the sections of a page with links to what is on it only: of the others those to an appendix
    are left out, and the rest are plain text.
    """
    known = frozenset(inner.key for section in sections for inner in section.every_section())
    return tuple(_settled(section, known) for section in sections)


def _settled(section: Section, known: frozenset[str]) -> Section:
    blocks = tuple(each for block in section.blocks if (each := _block(block, known)) is not None)
    return replace(
        section, blocks=blocks, sections=tuple(_settled(inner, known) for inner in section.sections)
    )


def _block(block: Block, known: frozenset[str]) -> Block | None:
    match block:
        case Prose(parts):
            kept = _parts(parts, known)
            return replace(block, parts=kept) if any(kept) else None
        case Items(items):
            return Items(tuple(item if isinstance(item, str) else _parts(item, known) for item in items))
        case _:
            return block


def _parts(parts: tuple[Part, ...], known: frozenset[str]) -> tuple[Part, ...]:
    shown: list[Part] = []
    for part in parts:
        if not isinstance(part, Link) or part.target in known:
            shown.append(part)
        elif not part.points:
            shown.append(part.text)
    return tuple(shown)
