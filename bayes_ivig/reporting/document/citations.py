"""References: works formatted alike, found in free text, and set as a list of those cited."""

import re
from collections.abc import Sequence

from bayes_ivig.inputs.paper.bibliography import Work, bibliography
from bayes_ivig.reporting.document.blocks import References, Section
from bayes_ivig.reporting.wording import phrases

MOST_AUTHORS = 6  # named before "et al.", as medical journals do
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
CLAUSE = re.compile(r";|\bis that of\b|\bthan\b")


def formatted(work: Work) -> str:
    """Return a work as medical journals list it: authors, title, journal, year, volume, pages,
    and what is to be known of it.
    """
    place = _place(work)
    note = work.field("note")
    parts = [
        _authors(work),
        work.field("title").replace("--", "\N{EN DASH}"),
        place or work.field("year"),
        note,
    ]
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def cited_in(text: str, works: Sequence[Work]) -> tuple[str, ...]:
    """Return the keys of the works that a text names by first author and year, in the order of the text.

    Of several works of one author and year, the one whose volume
    and first page the same clause gives (``8:79``).
    """
    keys: list[str] = []
    for clause in CLAUSE.split(text):
        same = [work for work in works if _named(work, clause)]
        exact = [work for work in same if _volume_and_page(work, clause)]
        keys += [work.key for work in (exact or (same if len(same) == 1 else []))]
    return tuple(dict.fromkeys(keys))


def references_section() -> Section:
    """Return the list of what the page cites; the page knows what that is."""
    return Section("references", "References", (References(bibliography()),), appendix=True)


def listed(works: Sequence[Work], numbers: dict[str, int]) -> list[tuple[int, str, str]]:
    """Return number, text and DOI of every work that has a number, in the order of the numbers."""
    entries = [
        (numbers[work.key], formatted(work), work.field("doi")) for work in works if work.key in numbers
    ]
    return sorted(entries)


def _named(work: Work, clause: str) -> bool:
    family = work.authors[0][0]
    return bool(re.search(rf"\b{re.escape(family)}\b", clause)) and work.field("year") in YEAR.findall(clause)


def _volume_and_page(work: Work, clause: str) -> bool:
    volume, first = work.field("volume"), work.field("pages").partition("-")[0]
    return (
        bool(volume and first)
        and re.search(rf"\b{re.escape(volume)}(\(\d+\))?:{re.escape(first)}\b", clause) is not None
    )


def _authors(work: Work) -> str:
    named = [f"{family} {_initials(given)}".strip() for family, given in work.authors if family != "others"]
    shown = named[:MOST_AUTHORS]
    more = len(named) > MOST_AUTHORS or len(named) < len(work.authors)
    return phrases.name(", ".join(shown) + (", et al" if more else ""))


def _initials(given: str) -> str:
    return "".join(part[0].upper() for part in re.split(r"[\s.\-]+", given) if part)


def _place(work: Work) -> str:
    """Return ``PeerJ 2024;12:e18419``."""
    journal, year = work.field("journal"), work.field("year")
    if not journal:
        return ""
    volume = work.field("volume") + (f"({work.field('number')})" if work.field("number") else "")
    pages = work.field("pages").replace("--", "\N{EN DASH}")
    where = f"{volume}:{pages}" if volume and pages else volume or pages
    return f"{journal} {year}{';' if where else ''}{where}"
