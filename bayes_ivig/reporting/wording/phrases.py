"""Names and phrases inside a sentence: what every text, page and drawing shares."""

import unicodedata
from collections.abc import Iterable, Sequence

SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
TO_SAMPLE = (
    "The option --sampled of bayes-ivig report (in Python: "
    "reanalyze(..., sampled=True)) samples them and keeps the answers."
)
PERSONS = ("Student",)
RIGHT_TO_LEFT = {"R", "AL", "RLE", "RLO", "RLI", "LRO", "LRE"}


def small(number: int) -> str:
    """Return a number up to twelve as a word."""
    return SMALL[number] if 0 <= number < len(SMALL) else str(number)


def every(number: int) -> str:
    """Return that it is all of two or more: ``both``, ``all three``."""
    return "both" if number == 2 else f"all {small(number)}"


def none_of(number: int) -> str:
    """Return that it is none of two or more: ``neither``, ``none of three``."""
    return "neither" if number == 2 else f"none of {small(number)}"


def first_upper(text: str) -> str:
    """Return the text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Return the text with its first letter in lower case, for the middle of a sentence.

    One whose first word has capitals of its own, or is a person's name, stays as it is.
    """
    first = text.partition(" ")[0]
    kept = first.startswith(PERSONS) or any(letter.isupper() for letter in first[1:])
    return text if kept else text[:1].lower() + text[1:]


def with_article(phrase: str) -> str:
    """Return a trial set's name inside a sentence with ``the`` where it takes one."""
    return phrase if phrase.startswith(("all ", "both ", "the ")) else f"the {phrase}"


def series(items: Sequence[str], last: str = "and") -> str:
    """Return ``a, b and c``, or with another word before the ``last``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def name(text: str) -> str:
    """Return a name fit to print: control characters made visible,
    right-to-left letters kept from turning what follows.
    """
    safe = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cs") else c for c in text
    )
    turning = any(unicodedata.bidirectional(c) in RIGHT_TO_LEFT for c in safe)
    return f"\N{FIRST STRONG ISOLATE}{safe}\N{POP DIRECTIONAL ISOLATE}" if turning else safe


def names(studies: Iterable[str]) -> str:
    """Return study names as a list with commas."""
    return ", ".join(name(study) for study in studies)


def cut(text: str, most: int) -> str:
    """Return the text, or its beginning and an ellipsis where it is too long for a drawing."""
    return name(text if len(text) <= most else text[: most - 1].rstrip() + "…")


def whose(by: str, reason: str) -> str:
    """Return in brackets, after a space, who entered something and why; empty where neither is stated."""
    parts = [f"by {name(by)}"] * bool(by) + [name(reason)] * bool(reason)
    return f" ({': '.join(parts)})" if parts else ""
