"""An item of a reporting checklist, and the row that it makes of what is on a page."""

import re
from dataclasses import dataclass

from bayes_ivig.reporting.document.blocks import Cell
from bayes_ivig.reporting.document.inline import Link, Part

MOST_LINKS = 3


@dataclass(frozen=True)
class Item:
    """One item of a checklist: its place, what it asks, and what here answers it.

    ``keys`` are patterns of the sections that do. Where keys are given and none of them is on the page, the
    item is not done, and ``missing`` says why; so it is where nothing but ``missing`` is said. ``partly``
    says what is there where not all of it is; an item that does not apply says why in ``said``.
    """

    place: str
    asks: str
    said: str
    keys: tuple[str, ...] = ()
    missing: str = ""
    applies: bool = True
    partly: str = ""


def item_row(item: Item, known: dict[str, str]) -> tuple[Cell | str, ...]:
    """Return the row of an item; ``known`` are the titles of the sections of the page by their keys."""
    if not item.applies:
        return item.place, item.asks, "does not apply", item.said
    keys = [key for pattern in item.keys for key in known if re.fullmatch(pattern, key)]
    if (item.keys and not keys) or not item.said:
        return item.place, item.asks, Cell("not done", "high"), item.missing
    after = _links(keys, known)
    if item.partly:
        return item.place, item.asks, Cell("in part", "unclear"), Cell(item.partly, after=after)
    return item.place, item.asks, Cell("done", "low"), Cell(item.said, after=after)


def _links(keys: list[str], known: dict[str, str]) -> tuple[Part, ...]:
    """Return links to the first few sections, and how many more there are."""
    distinct = list(dict.fromkeys(keys))
    parts: list[Part] = []
    for key in distinct[:MOST_LINKS]:
        parts += [", " if parts else " See ", Link(known[key], key)]
    if len(distinct) > MOST_LINKS:
        parts.append(f" and {len(distinct) - MOST_LINKS} more of the kind")
    return (*parts, ".") if parts else ()
