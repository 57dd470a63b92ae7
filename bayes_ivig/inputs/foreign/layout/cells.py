"""What a cell says: counts with and without their total, percentages, numbers, marks for what is missing."""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from bayes_ivig.errors import listed, quoted
from bayes_ivig.inputs.counts.study import LARGEST

NOT_KNOWN = (
    "|-|--|na|n/a|n.a.|n.a|nan|.|..|...|nr|n.r.|not reported|null|none|?|nd|not available|missing|unknown|*|"
    "#n/a|<na>|nat|not estimable"
)
MISSING = frozenset(NOT_KNOWN.split("|"))
MARKS = re.compile(r"(?:\s?(?:[*†‡§¶#°]|\^\w{1,2}|\[\w\]|[\u00b9\u00b2\u00b3\u2070-\u209f]))+$")
LONGEST_MARK = 12  # characters behind a cell that may be marks of footnotes
DIGITS = r"\d{1,3}(?:[,' ]\d{3})+|\d+"
NUMBER = rf"[-+]?(?:{DIGITS}|(?=\.\d))(?:\.\d*)?(?:[eE][-+]?\d+)?"
WHOLE = re.compile(rf"({DIGITS})(?:\.0*)?")
EVENTS = re.compile(
    rf"(?P<events>{DIGITS})(?:\.0*)?"
    rf"(?:\s*(?:/|of|out of)\s*(?P<total>{DIGITS})(?:\.0*)?)?"
    r"(?:\s*[\[(]\s*(?P<percent>\d+(?:\.\d+)?)\s*%?\s*[\])])?"
    rf"(?:\s*(?:/|of|out of)\s*(?P<later>{DIGITS})(?:\.0*)?)?",
    re.IGNORECASE,
)
PERCENT = re.compile(r"(\d+(?:\.(\d+))?)\s*(%?)")
WITH_SPREAD = re.compile(rf"({NUMBER})\s*(?:\(\s*({NUMBER})\s*\)|(?:±|\+/-|\+-)\s*({NUMBER}))")
LIMITS = rf"({NUMBER})\s*(?:,|;|to|\u2013|\u2014|-|\.\.)\s*({NUMBER})"
INTERVAL = re.compile(rf"[\[(]?\s*{LIMITS}\s*[\])]?", re.IGNORECASE)
WITH_INTERVAL = re.compile(
    rf"({NUMBER})\s*[\[(,;]\s*(?:95\s*%\s*(?:ci)?[:,]?\s*)?{LIMITS}\s*[\])]?", re.IGNORECASE
)
MOST_LISTED = 6  # counts that one percentage fits, in a message
LONGEST = 60  # characters of a cell that may hold a number


class UnreadableError(ValueError):
    """A cell that does not hold what its column holds; its text says what it holds instead."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Events as a cell gives them: with their total and their percentage where they stand beside them."""

    events: int
    total: int | None = None
    percent: str = ""


def missing(cell: str) -> bool:
    """Whether a cell is blank or holds a mark for what is not known."""
    return cell.strip().casefold() in MISSING


def bare(cell: str) -> str:
    """Return a cell without marks of footnotes behind it, its spaces and minus signs plain."""
    text = cell.replace("\u2212", "-").replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ")
    text = unmarked(text)
    return text if text.isascii() else unicodedata.normalize("NFKC", text) if text.isnumeric() else text


def unmarked(text: str) -> str:
    """Return a text without marks of footnotes behind it; one of marks only stays as it is."""
    text = text.strip()
    head, tail = text[:-LONGEST_MARK], text[-LONGEST_MARK:]
    return (head + MARKS.sub("", tail)).strip() or text


def counted(cell: str) -> Counted:
    """Return the events of a cell: ``12``, ``12/45``, ``12 (27%)``, ``12 (27%) of 45``; raises
    ``UnreadableError``.
    """
    text = bare(cell)
    found = EVENTS.fullmatch(text) if len(text) <= LONGEST and text.isascii() else None
    if not found or (found["total"] and found["later"]):
        raise UnreadableError(f"found {quoted(cell)}; a count is a whole number of 0 or more")
    total = found["total"] or found["later"]
    return Counted(_whole(found["events"]), _whole(total) if total else None, found["percent"] or "")


def whole(cell: str) -> int:
    """Return the whole number of a cell, also with commas between thousands; raises
    ``UnreadableError``.
    """
    text = bare(cell)
    found = WHOLE.fullmatch(text) if len(text) <= LONGEST and text.isascii() else None
    if not found:
        raise UnreadableError(f"found {quoted(cell)}; a count is a whole number of 0 or more")
    return _whole(found[1])


def _whole(digits: str) -> int:
    value = int(re.sub(r"\D", "", digits))
    if value > LARGEST:
        raise UnreadableError(f"found {quoted(digits)}; a count is at most {LARGEST:,}")
    return value


def number(cell: str) -> str:
    """Return the number of a cell as a text with a decimal point; raises ``UnreadableError``."""
    text = bare(cell)
    if len(text) > LONGEST or not text.isascii() or not re.fullmatch(NUMBER, text) or not _finite(text):
        raise UnreadableError(f"found {quoted(cell)}; must be a number")
    return _plain(text)


def _plain(text: str) -> str:
    return re.sub(r"[,' ]", "", text).removeprefix("+")


def _finite(text: str) -> bool:
    return abs(float(_plain(text))) < float("inf")


def spread(cell: str) -> tuple[str, str]:
    """Return mean and standard deviation of ``5.2 (1.1)`` or ``5.2 ± 1.1``; raises ``UnreadableError``."""
    text = bare(cell)
    found = WITH_SPREAD.fullmatch(text) if len(text) <= 2 * LONGEST else None
    if not found:
        raise UnreadableError(f"found {quoted(cell)}; must be a mean with its SD, as 5.2 (1.1)")
    return number(found[1]), number(found[2] or found[3])


def interval(cell: str) -> tuple[str, str]:
    """Return the limits of ``0.30 to 1.02``, ``[0.30, 1.02]``; raises ``UnreadableError``."""
    text = bare(cell)
    found = INTERVAL.fullmatch(text) if len(text) <= 2 * LONGEST else None
    if not found:
        raise UnreadableError(f"found {quoted(cell)}; must be two limits, as 0.30 to 1.02")
    return number(found[1]), number(found[2])


def with_interval(cell: str) -> tuple[str, str, str]:
    """Return estimate and limits of ``0.55 (0.30 to 1.02)``; raises ``UnreadableError``."""
    text = bare(cell)
    found = WITH_INTERVAL.fullmatch(text) if len(text) <= 2 * LONGEST else None
    if not found:
        raise UnreadableError(
            f"found {quoted(cell)}; must be an estimate with limits, as 0.55 (0.30 to 1.02)"
        )
    return number(found[1]), number(found[2]), number(found[3])


def share(cell: str, *, of_one: bool = False) -> tuple[Fraction, Fraction]:
    """Return a percentage as a share of 1, and half a unit of its last digit; raises ``UnreadableError``.

    With ``of_one`` the numbers are proportions already.
    """
    text = bare(cell)
    found = PERCENT.fullmatch(text) if len(text) <= LONGEST and text.isascii() else None
    if not found:
        raise UnreadableError(f"found {quoted(cell)}; must be a percentage")
    scale = 1 if of_one and not found[3] else 100
    value = Fraction(found[1]) / scale
    if value > 1:
        raise UnreadableError(f"found {quoted(cell)}; a percentage is at most 100")
    return value, Fraction(1, 2 * scale * 10 ** len(found[2] or ""))


def count_of_share(cell: str, total: int, *, of_one: bool = False) -> int:
    """Return the one count of ``total`` people that is the percentage of a cell as it is rounded; raises
    ``UnreadableError`` where none is, or several are, and names those.
    """
    value, half = share(cell, of_one=of_one)
    first = max(0, -((-(value - half) * total).__floor__()))
    last = min(total, ((value + half) * total).__floor__())
    if first == last:
        return first
    if first > last:
        raise UnreadableError(
            f"found {quoted(cell)} of {total:,}, which is the percentage of no whole number"
        )
    fits = [str(count) for count in range(first, min(last, first + MOST_LISTED) + 1)]
    if last - first + 1 > len(fits):
        fits.append(f"... {last}")
    raise UnreadableError(
        f"found {quoted(cell)} of {total:,}, which {listed(fits)} events all round to; give the counts "
        "themselves"
    )


def fits_share(events: int, total: int, cell: str) -> bool:
    """Whether a percentage beside a count is that count's, give or take one unit of its last digit."""
    value, half = share(cell)
    return total > 0 and abs(Fraction(events, total) - value) <= 2 * half
