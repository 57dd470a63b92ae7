"""How wide a text is at most, and how much of it goes into a given room,
whatever sans-serif font it is drawn in.

A drawing is made before anybody knows the fonts of the machine that shows it, so that every text is measured
for a wide one: the advance widths are those of DejaVu Sans, which a plain Linux has, is a sixth wider than
Arial and as wide as Verdana. What is laid out for it has room in any usual font. Widths are pixels at the
size of text in
charts unless they are named otherwise.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache

from bayes_ivig.reporting.wording import phrases

FONT_SIZE = 12
FIRST = 32  # code point of the first of these widths, thousandths of an em
REGULAR = """
318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636
636 337 337 838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787
695 635 611 732 684 989 685 611 685 390 337 390 838 500 500 613 635 550 635 615 352 635 634 278 278
579 278 974 634 612 635 635 411 521 392 634 592 818 592 592 525 636 337 636 838
"""
BOLD = """
348 456 521 838 696 1002 872 306 457 457 523 838 380 415 380 365 696 696 696 696 696 696 696 696 696
696 400 400 838 838 838 580 1000 774 762 734 830 683 683 821 837 372 372 775 637 995 837 850 733 850
770 720 682 812 774 1103 771 724 725 457 365 457 838 500 500 675 716 593 716 678 435 716 712 343 343
665 343 1042 712 687 716 716 493 595 478 712 652 924 645 652 582 712 365 712 838
"""
ELLIPSIS = "…"
OTHERS = {
    ELLIPSIS: 1000, "\N{EM DASH}": 1000, "\N{EN DASH}": 500, "\N{LEFT SINGLE QUOTATION MARK}": 380,
    "\N{RIGHT SINGLE QUOTATION MARK}": 380, "\N{FIGURE SPACE}": 696, "²": 440, "³": 440, "æ": 1050, "Æ": 1085,
    "½": 1035,
}  # fmt: skip
IDEOGRAPH = 1000
UNKNOWN = 870  # as wide as the widest of Greek and most of Cyrillic


def ems(text: str, *, bold: bool = False) -> float:
    """Return the width of a text as a multiple of its font size."""
    return sum(_advances(text, bold)) / 1000


def extent(text: str, *, bold: bool = False) -> float:
    """Return the width of a text in a chart; letters that a screen without subpixels would round up are."""
    exact = [FONT_SIZE * each / 1000 for each in _advances(text, bold)]
    return sum(max(each, round(each)) for each in exact)


def fitted(text: str, room: float, *, bold: bool = False) -> str:
    """Return the text, or where it is wider than ``room`` as much of its beginning
    as goes with an ellipsis.
    """
    if extent(text, bold=bold) <= room:
        return phrases.name(text)
    # no letter is narrower than nothing, so that a longer beginning is never the narrower one
    size = bisect_right(range(1, len(text) + 1), room, key=lambda n: _cut_extent(text[:n], bold))
    return phrases.name(text[:size].rstrip() + ELLIPSIS)


def _cut_extent(beginning: str, bold: bool) -> float:
    return extent(beginning.rstrip() + ELLIPSIS, bold=bold)


def wrapped(text: str, room: float, most: int = 3, *, bold: bool = False) -> list[str]:
    """Return the text in at most so many lines, words wider than ``room`` broken,
    and an ellipsis where lines are left over.
    """
    lines: list[str] = []
    for word in text.split():
        line = f"{lines[-1]} {word}" if lines else word
        if lines and extent(line, bold=bold) <= room:
            lines[-1] = line
            continue
        lines += _broken(word, room, bold)
    if len(lines) > most:
        lines = [*lines[: most - 1], fitted(f"{lines[most - 1]} {ELLIPSIS}", room, bold=bold)]
    return [phrases.name(line) for line in lines]


def edges(columns: Sequence[Iterable[str]], usual: Sequence[float], apart: float = 12.0) -> list[float]:
    """Return the right edges of columns of text: their usual ones,
    each moved right where a column would touch the one before.

    The first column begins at 0. All is measured in bold, the wider.
    """
    placed: list[float] = []
    for texts, place in zip(columns, usual, strict=True):
        start = placed[-1] + apart if placed else 0.0
        placed.append(max(place, start + max((extent(text, bold=True) for text in texts), default=0.0)))
    return placed


def _broken(word: str, room: float, bold: bool) -> list[str]:
    """Return a word in pieces that go into the room."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and extent(pieces[-1] + letter, bold=bold) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _advances(text: str, bold: bool) -> list[int]:
    table = _table(bold)
    return [table[letter] if letter in table else _other(letter, table) for letter in text]


@cache
def _table(bold: bool) -> dict[str, int]:
    widths = map(int, (BOLD if bold else REGULAR).split())
    return {chr(FIRST + place): each for place, each in enumerate(widths)} | OTHERS


def _other(letter: str, table: dict[str, int]) -> int:
    """Return the width of a letter without an entry: none for a mark above another,
    that of its base for an accented one.
    """
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return IDEOGRAPH
    return table.get(unicodedata.normalize("NFKD", letter)[0], UNKNOWN)
