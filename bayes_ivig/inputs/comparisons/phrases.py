"""A comparison in words that continue the name of the treatment, made from a value by grammar:
``placebo`` is "against placebo", ``instead of a steroid`` stays as it is.
"""

import re
import unicodedata
from collections.abc import Sequence

BEGINS = (
    "instead of", "added to", "in addition to", "on top of", "against", "compared with", "compared to",
    "with ", "without ", "before ", "after ", "in ", "by ",
)  # fmt: skip
VERSUS = re.compile(r"(?P<first>.*?)\b(?:versus|vs?)\b\.?\s+(?P<second>.+)", re.IGNORECASE)
ABSENT = re.compile(
    r"(?:no comparison|no comparator|no control group|not a control|uncontrolled|single[- ]arm)\b", re.I
)
NOTHING = ("none", "nothing", "no", "nil")
OF_COMPARATORS = re.compile(r"compar|control", re.IGNORECASE)  # names of columns that say what it was against


def compares_nothing(value: str) -> bool:
    """Whether a value says that its trial has no comparison at all."""
    return ABSENT.match(plain(value)) is not None


def phrase(value: str, column: str, heading: str = "") -> str:
    """Return what continues the name of the treatment: "against placebo", "instead of a steroid".

    Of a column that is not about comparators it says where the trials stand: "where region is Europe";
    ``heading`` is what the column is called.
    """
    text = plain(value)
    if text.lower().startswith(BEGINS):
        return text[0].lower() + text[1:]
    if not OF_COMPARATORS.search(column):
        return f"where {plain(heading or column)} is {text}"
    versus = VERSUS.fullmatch(text)
    if versus and not versus["first"].strip():
        return f"against {versus['second']}"
    if versus:
        return f"in trials of {text}"
    return "against nothing" if text.lower() in NOTHING else f"against {text}"


def joined(phrases: Sequence[str]) -> str:
    """Return several comparisons as one: "against placebo or vitamins", where they begin alike."""
    if len(phrases) == 1:
        return phrases[0]
    first, _, _ = phrases[0].partition(" ")
    alike = all(each.startswith(f"{first} ") for each in phrases)
    rest = [each.removeprefix(f"{first} ") for each in phrases[1:]] if alike else list(phrases[1:])
    mark = ";" if any("," in each for each in phrases) else ","
    apart = mark if len(phrases) > 2 or any(each in phrases[0] for each in (",", " or ")) else ""
    return f"{f'{mark} '.join([phrases[0], *rest[:-1]])}{apart} or {rest[-1]}"


def key_of(value: str) -> str:
    """Return the name of the group that a value makes: letters and digits, joined by ``_``."""
    text = unicodedata.normalize("NFC", value).lower()
    return re.sub(r"[^\w]+|_+", "_", text).strip("_") or "group"


def plain(value: str) -> str:
    """Return a value with blanks for underscores, without blanks around it."""
    return " ".join(value.replace("_", " ").split())
