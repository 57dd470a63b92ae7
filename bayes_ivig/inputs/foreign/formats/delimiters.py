"""How the cells of a text are parted: by what makes most of its lines rows of one length."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bayes_ivig.files.rows import COMMAS, Dialect, Row, cells_between_blanks, cells_of

SAMPLE = 400  # lines that are looked at
LONGEST_SAMPLE = 400_000  # characters
# in the order in which they are believed where several fit alike: a comma may be a decimal one or stand in a
# text, blanks stand in every text
NAMES = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas"}
WIDE, BLANKS = "two or more blanks", "blanks"
ALIKE = 0.15  # difference of the shares of rows of one length that decides nothing
SEVERAL = re.compile(r"[-+]?[0-9.]+(?: [-+]?[0-9.]+)+")  # numbers in one cell
OTHER_QUOTES = re.compile(r"(?:^|[,;\t|])\s*'(?:[^']|'')*'\s*(?=[,;\t|]|$)")


@dataclass(frozen=True, slots=True)
class Parting:
    """A way to part cells, and how well it fits: the length of most rows, and their share of all rows."""

    delimiter: str  # a character, or the name of blanks
    quote: str = '"'
    width: int = 1
    share: float = 0.0
    problem: str = ""  # why not even a few rows can be parted so

    @property
    def words(self) -> str:
        """What stands between cells, for a note."""
        return NAMES.get(self.delimiter, self.delimiter)

    @property
    def by_blanks(self) -> bool:
        """Whether blanks part cells."""
        return self.delimiter in (WIDE, BLANKS)

    def rows(self, lines: Iterator[str]) -> list[Row]:
        """Return the rows of lines, blank ones too; raises ``ValueError``."""
        if self.by_blanks:
            return cells_between_blanks(lines, 2 if self.delimiter == WIDE else 1)
        return cells_of(lines, Dialect(self.delimiter or ",", self.quote, blank_too=True))


def told(lines: Sequence[str]) -> Parting:
    """Return how the cells of a text are parted; one of a single column by commas.

    Raises ``ValueError`` for more columns than are read.
    """
    sample = _sample(lines)
    quote = _quote(sample)
    strong = [_fit(Parting(mark, quote), sample) for mark in NAMES]
    _require_narrow(strong)
    best = max(strong, key=lambda each: each.share)
    likely = next(each for each in strong if each.share >= best.share - ALIKE)
    if best.share > 0 and likely.share == 0:
        likely = best
    if likely.share >= 0.5:
        return likely
    by_blanks = [_fit(Parting(name), sample) for name in (WIDE, BLANKS)]
    looser = max(by_blanks, key=lambda each: each.share)
    if not likely.share and not looser.share:
        _require_narrow(by_blanks)
    if looser.share > max(likely.share, 0.3) + ALIKE:
        return looser
    return likely if likely.share else Parting(COMMAS.delimiter, quote)


def _require_narrow(partings: Sequence[Parting]) -> None:
    """Raise ``ValueError`` where a way to part cells gives more columns than are read."""
    if wide := next((each.problem for each in partings if "columns" in each.problem), ""):
        raise ValueError(wide)


def _sample(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    size = 0
    for line in lines:
        if line.strip():
            kept.append(line)
            size += len(line)
        if len(kept) >= SAMPLE or size > LONGEST_SAMPLE:
            break
    return kept


def _quote(sample: Sequence[str]) -> str:
    """Return the quotes around cells: the plain ones unless only the others are in use."""
    double = sum('"' in line for line in sample)
    single = sum(len(OTHER_QUOTES.findall(line)) > 0 for line in sample)
    return "'" if single > len(sample) / 4 and single > double else '"'


def _fit(parting: Parting, sample: Sequence[str]) -> Parting:
    """Return a parting with the length of most rows of more than one cell, and their share of all rows."""
    rows, problem = None, ""
    for dropped in range(min(3, len(sample))):  # a sample may end within quotes
        try:
            rows = parting.rows(iter(sample[: len(sample) - dropped]))
            break
        except ValueError as error:
            problem = str(error)
    if not rows:
        return replace(parting, problem=problem)
    widths = Counter(len(row) for _, row in rows if len(row) > 1)
    if not widths:
        return parting
    width, number = max(widths.items(), key=lambda each: (each[1], each[0]))
    if parting.delimiter == WIDE and any(SEVERAL.fullmatch(cell) for _, row in rows for cell in row):
        return parting  # one blank parts numbers, too
    if parting.by_blanks:  # where the header lacks the name of the first column
        number += widths[width - 1] == 1
    return Parting(parting.delimiter, parting.quote, width, number / len(rows))
