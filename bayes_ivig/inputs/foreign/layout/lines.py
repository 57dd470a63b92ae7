"""One trial with its treatment and its control told apart, and what rows are no trials: totals and copies."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from bayes_ivig.errors import listed, quoted
from bayes_ivig.inputs.foreign.found import LeftOut
from bayes_ivig.inputs.foreign.layout.rows import Values
from bayes_ivig.inputs.foreign.layout.shape import Kind

TOTAL = re.compile(
    r"(sub|grand|overall|all)?[\s_-]*totals?\b.*|overall\b.*|pooled\b.*|combined\b.*|summary\b.*|sum|all|"
    r"(all|any) (studies|trials|rct'?s)\b.*|(random|fixed|common|equal)[ -]effects?\b.*|"
    r"(re|fe|ce|ee) model\b.*|"
    r"meta-?analysis\b.*|heterogeneity\b.*|tests? for\b.*|total \(.*",
    re.IGNORECASE,
)
YEAR = re.compile(r"\b(19|20)\d\d[a-z]?\b")
COPY_OF = "the same trial and numbers as "  # then the row
MOST_COMPARED = 500  # rows among which sums of neighbours are looked for
MOST_NOTES = 20  # of one kind
MOST_READ = 200  # letters of a name


@dataclass(frozen=True, slots=True)
class Line:
    """A trial: where it stands, its name, the numbers of both arms if known, its estimate if there is one."""

    position: int
    number: int
    study: str
    treatment: Values | None = None
    control: Values | None = None
    estimate: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, str] = ("", "")
    label: str = ""

    @property
    def where(self) -> str:
        """Where it stands, for messages."""
        return f"row {self.number}"


@dataclass(frozen=True, slots=True)
class Sorted:
    """Lines that are trials, what the others are, and what is odd."""

    lines: tuple[Line, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


def sorted_out(lines: Sequence[Line], kind: Kind | None) -> Sorted:
    """Return the lines without totals and copies, and say of each what it is."""
    totals, left_out = _totals(list(lines), kind)
    kept = [line for line in lines if line.position not in totals]
    kept, copies, notes = _copies(kept)
    return Sorted(tuple(kept), (*left_out, *copies), (*_first(notes), *_first(_shared(kept))))


def _first(notes: list[str]) -> list[str]:
    """Return the first of many notes of one kind, and how many more there are."""
    more = len(notes) - MOST_NOTES
    return [*notes[:MOST_NOTES], f"look at: {more:,} more of these"] if more > 0 else notes


def is_total(name: str) -> bool:
    """Whether a row is named for a total, and not for an author who is called so in some year."""
    return len(name) <= MOST_READ and bool(TOTAL.fullmatch(name.strip())) and not YEAR.search(name)


def _totals(lines: list[Line], kind: Kind | None) -> tuple[set[int], list[LeftOut]]:
    """Return the positions of rows that are totals, by name or because they are the sum of others."""
    named = [line for line in lines if is_total(line.study)]
    marked = {line.position for line in named}
    left_out = []
    summed = kind in ("counts", "rates")
    while summed:
        found = next(_sums(lines, marked), None)
        if found is None:
            break
        line, parts = found
        marked.add(line.position)
        left_out.append(
            LeftOut(
                line.where,
                line.study,
                "total",
                f"its counts are the sums of {_parts(parts)}; taken for a total",
            )
        )
    for line in named:
        why = _compared(lines, line, marked) if summed and line.treatment else "by its name"
        left_out.append(LeftOut(line.where, line.study, "total", why))
    return marked, sorted(left_out, key=lambda each: int(each.where.split()[-1]))


def _parts(parts: Sequence[Line]) -> str:
    numbers = [line.number for line in parts]
    return f"the {len(parts)} rows {listed([str(number) for number in numbers], 8)}"


def _numbers(line: Line) -> tuple[Fraction, ...] | None:
    if line.treatment is None or line.control is None:
        return None
    return tuple(Fraction(text) for text in (*line.treatment, *line.control))


def _sums(lines: list[Line], marked: set[int]) -> Iterator[tuple[Line, list[Line]]]:
    """Yield rows that are the sums of others with what they are the sums of: of all others, of rows right
    above or below, of rows of the same trial.
    """
    plain = [line for line in lines if line.position not in marked and _numbers(line) is not None]
    whole = _sum(plain)
    families: dict[str, list[Line]] = defaultdict(list)
    for line in plain:
        families[base(line.study)].append(line)
    for i, line in enumerate(plain):
        own = _numbers(line)
        if own is None or not (own[0] or own[2]):
            continue
        if len(plain) > 2 and whole == tuple(2 * value for value in own):
            yield line, plain[:i] + plain[i + 1 :]
            continue
        family = [each for each in families[base(line.study)] if each is not line]
        near = (
            (_runs(own, plain[:i][::-1]), _runs(own, plain[i + 1 :])) if len(plain) <= MOST_COMPARED else ()
        )
        for run in (family, *(each for runs in near for each in runs)):
            if len(run) > 1 and _sum(run) == own:
                yield line, list(run)
                break


def _runs(own: tuple[Fraction, ...], neighbours: Sequence[Line]) -> "list[Sequence[Line]]":
    """Return the run of neighbours whose people add up to the row's own, if there is one."""
    people = Fraction(0)
    for i, line in enumerate(neighbours):
        numbers = _numbers(line)
        people += numbers[1] + numbers[3] if numbers else 0
        if people >= own[1] + own[3]:
            return [neighbours[: i + 1]]
    return []


def _sum(lines: Sequence[Line]) -> tuple[Fraction, ...]:
    return tuple(map(sum, zip(*(_numbers(line) or () for line in lines), strict=False)))  # type: ignore[arg-type]


def _compared(lines: list[Line], line: Line, marked: set[int]) -> str:
    """Return why a row that is named a total is one: whether its counts are sums of the rows beside it."""
    own = _numbers(line)
    plain = [each for each in lines if each.position not in marked and _numbers(each) is not None]
    before = [each for each in plain if each.position < line.position][::-1]
    after = [each for each in plain if each.position > line.position]
    if own is None or not plain:
        return "by its name"
    for run in (plain, *_runs(own, before), *_runs(own, after)):
        if _sum(run) == own:
            return f"by its name; its counts are the sums of {_parts(run)}"
    shown = ", ".join(f"{float(value):g}" for value in _sum(plain))
    found = ", ".join(f"{float(value):g}" for value in own)
    return f"by its name; look at it: its counts ({found}) are not the sums of the rows ({shown})"


def base(name: str) -> str:
    """Return what names of parts of one trial share: author and year."""
    text = name[:MOST_READ].casefold().strip()
    year = YEAR.search(text)
    if year:
        return text[: year.start() + 4]
    return re.split(r"\s*[(\[,:;]|\s+-\s+", text)[0]


def _copies(lines: list[Line]) -> tuple[list[Line], list[LeftOut], list[str]]:
    """Return lines without copies of name and numbers, and notes of numbers that stand under two names."""
    seen: dict[object, Line] = {}
    kept, left_out, notes = [], [], []
    for line in lines:
        numbers = (line.treatment, line.control, tuple(line.estimate.items()))
        first = seen.get((line.study.casefold(), numbers))
        if first is not None:
            why = f"{COPY_OF}{first.where}"
            left_out.append(LeftOut(line.where, line.study, "repeat", why))
            continue
        twin = seen.get(numbers)
        if twin is not None and _telling(line):
            notes.append(
                f"look at: {quoted(twin.study)} ({twin.where}) and {quoted(line.study)} ({line.where}) have "
                "the same numbers; one trial twice?"
            )
        seen.setdefault(numbers, line)
        seen[line.study.casefold(), numbers] = line
        kept.append(line)
    return kept, left_out, notes


def _telling(line: Line) -> bool:
    return bool(line.estimate) or (
        line.treatment is not None and any(n.strip("0.") for n in line.treatment[:1])
    )


def _shared(lines: Sequence[Line]) -> list[str]:
    """Return notes of arms that stand in several rows: whoever is in them counts more than once."""
    notes = []
    for side in ("control", "treatment"):
        same: dict[object, list[Line]] = defaultdict(list)
        for line in lines:
            values = getattr(line, side)
            if values is not None and float(values[-1]) > 0:
                same[values, base(line.study)].append(line)
        for (values, _), group in same.items():  # type: ignore[misc]
            if len(group) > 1:
                rows = ", ".join(f"{quoted(line.study)} ({line.where})" for line in group[:8])
                notes.append(
                    f"look at: the {side} arm {'/'.join(values)} stands in {len(group)} rows of one trial: "
                    f"{rows}; its people are counted {len(group)} times: keep one row, or split or combine "
                    "the arms"
                )
    return notes
