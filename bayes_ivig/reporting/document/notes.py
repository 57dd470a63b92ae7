"""Notes that several tables share: each stands once on a page and is named by its letter."""

from collections import Counter
from collections.abc import Iterable

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def letter(index: int) -> str:
    """Return the name of a note by its place: ``a`` to ``z``, then ``aa``, ``ab``, as columns of a sheet."""
    name = ""
    place = index + 1
    while place:
        place, last = divmod(place - 1, len(LETTERS))
        name = LETTERS[last] + name
    return name


def shared(details: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Return the letter of every line that stands under two or more tables,
    in the order of first appearance.
    """
    lines = [line for each in details for line in dict.fromkeys(each)]
    times = Counter(lines)
    repeated = [line for line in dict.fromkeys(lines) if times[line] > 1]
    return {line: letter(i) for i, line in enumerate(repeated)}
