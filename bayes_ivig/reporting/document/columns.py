"""The columns of a printed table as programs want them: a column holds numbers or texts, never both.

A cell is read by the few forms in which reports print numbers. ``1.80 (0.69 to 5.32)`` becomes three columns,
``7/9`` and ``10 of 4,711`` two; a unit goes into the title, a bound such as that of ``> 0.999`` into a column
beside that of the number, and words in a column of numbers, such as ``not estimable``, into one of their own.
A form that is not known stays a text, as it was printed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from bayes_ivig.reporting.document.blocks import FIGURE_SPACE, Cell, Column, Table
from bayes_ivig.reporting.wording import numbers

PLAIN = str.maketrans(
    {
        "\N{MINUS SIGN}": "-",
        FIGURE_SPACE: None,
        "\N{NO-BREAK SPACE}": " ",
        "\N{FIRST STRONG ISOLATE}": None,
        "\N{POP DIRECTIONAL ISOLATE}": None,
    }
)
MOVED = ("from", "to")  # the ends of what is no interval but moved
BOUND, WORDS = "bound", "in words"  # what stands behind the title of a column beside one of numbers
EVENTS, TOTAL, OF, BRACKETS = "events", "total", "of", "in brackets"
UNKNOWN = "unknown"
JUDGED = ("low", "unclear", "high")  # cells that begin with the sign of their judgement
SIGN = re.compile(r"^[-+?] ")
SPOKEN = {"+ ": "plus ", "- ": "minus "}

_NUMBER = r"(?:[<>] ?)?[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?"
_VALUE = rf"({_NUMBER}(?:%| [^\W\d_]{{1,12}})?)"
_COUNT = r"([\d,]+)"
_LABEL = r"([^=<>,()]+?(?:\([^()]*\))?)"
ITEM = re.compile(rf"{_LABEL}(?: =)? {_VALUE}(?: \({_VALUE} to {_VALUE}\))?(?:, |$)")
PARTS = re.compile(r"(?P<bound>[<>]?) ?(?P<number>[^%\s]*?)(?P<unit>%| [^\W\d_]+)?")
TITLE = re.compile(r"(.*\S) \(([^()]*)\)")


class Value(NamedTuple):
    """A number as programs read it, what it is a bound of (``<``, ``>`` or nothing), and its unit."""

    number: str
    bound: str = ""
    unit: str = ""


class Form(NamedTuple):
    """A form in which numbers are printed, and what each number in it is called."""

    pattern: re.Pattern[str]
    keys: tuple[str, ...]


LIMITS = ("lower", "upper")
FORMS = (
    Form(re.compile(_VALUE), ("",)),
    Form(re.compile(rf"{_VALUE} to {_VALUE}"), LIMITS),
    Form(re.compile(rf"{_VALUE} \({_VALUE} to {_VALUE}\)"), ("", *LIMITS)),
    Form(re.compile(rf"{_COUNT}/{_COUNT}"), (EVENTS, TOTAL)),
    Form(
        re.compile(rf"{_COUNT}/{_COUNT} to {_COUNT}/{_COUNT}"),
        (f"{EVENTS} from", f"{TOTAL} from", f"{EVENTS} to", f"{TOTAL} to"),
    ),
    Form(re.compile(rf"({UNKNOWN}|[\d,]+) of {_COUNT}"), ("", OF)),
    Form(re.compile(rf"{_COUNT} \({_COUNT}\)"), ("", BRACKETS)),
    Form(re.compile(rf"{_COUNT} of {_COUNT} \({_COUNT}\)"), ("", OF, BRACKETS)),
)


@dataclass(frozen=True)
class Series:
    """A column of a file: ``numeric`` where every cell is a number, as ``float`` reads it, or empty."""

    title: str
    cells: tuple[str, ...]
    numeric: bool = False


def series_of(table: Table) -> tuple[Series, ...]:
    """Return the columns of a table for a file, no two with one title."""
    found: list[list[Series]] = []
    unit = ""
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.cells]
        read = _read_column(column, cells, names_rows=place == 0)
        if read is None:
            found.append([Series(plain(column.title), tuple(map(_words, cells)))])
            continue
        limits = not any("" in values for values in read if values)
        own = next((value.unit for values in read for value in (values or {}).values()), "")
        unit = column.unit or own or (unit if limits else "")
        found.append(_expanded(column, cells, read, unit))
    return _unique(table.columns, found)


def plain(text: str) -> str:
    """Return a cell as programs read it: hyphens for minus signs, no padding,
    empty where it only marks that nothing is there.
    """
    return "" if text == numbers.NONE else text.translate(PLAIN).strip()


def _words(cell: Cell) -> str:
    """Return the cell of a column of words: none begins with a sign, which a program might reckon with."""
    text = plain(cell.text)
    if cell.tone in JUDGED:
        return SIGN.sub("", text)
    return SPOKEN[text[:2]] + text[2:] if text[:2] in SPOKEN else text


type Read = dict[str, Value] | None


def _read_column(column: Column, cells: Sequence[Cell], *, names_rows: bool) -> list[Read] | None:
    """Return the numbers in every cell, none where nothing is there, None where there are words;
    or None for a column of words.
    """
    if column.align not in ("number", "short") or (names_rows and column.align != "number"):
        return None
    read = [_read(plain(cell.text)) for cell in cells]
    units = {key: value.unit for values in reversed(read) for key, value in (values or {}).items()}
    read = [values if values is not None and _alike(values, units) else None for values in read]
    if not any(read) or (column.align == "short" and None in read):
        return None
    return read


def _alike(values: dict[str, Value], units: dict[str, str]) -> bool:
    """Whether the units of a cell are those of the first one."""
    return all(value.unit == units[key] for key, value in values.items())


def _read(text: str) -> Read:
    """Return the numbers in a cell by what they are called, or None for one of words."""
    if not text:
        return {}
    for pattern, keys in FORMS:
        if found := pattern.fullmatch(text):
            return _same_unit(dict(zip(keys, map(_value, found.groups()), strict=True)))
    return _labelled(text)


def _labelled(text: str) -> Read:
    """Return the numbers in a list such as ``I² = 52%, P < 0.05, τ = 0.77 (0.09 to 1.50)``."""
    read: dict[str, Value] = {}
    end = 0
    while end < len(text):
        found = ITEM.match(text, end)
        if found is None or not (" = " in found.group() or re.search(r" [<>] ", found.group())):
            return None
        label, *values = found.groups()
        own = zip(("", *(f" {limit}" for limit in LIMITS)), values, strict=True)
        read |= {f": {label}{key}": _value(value) for key, value in own if value is not None}
        end = found.end()
    return read


def _value(text: str) -> Value:
    found = PARTS.fullmatch(text)
    if text == UNKNOWN or found is None:
        return Value("")
    number = found["number"].replace(",", "").removeprefix("+")
    return Value(number, found["bound"], (found["unit"] or "").strip())


def _same_unit(values: dict[str, Value]) -> Read:
    """Return the numbers of a cell with the unit that one of them has, or None where they have two."""
    units = {value.unit for value in values.values() if value.unit}
    unit = next(iter(units), "")
    return {key: value._replace(unit=unit) for key, value in values.items()} if len(units) < 2 else None


def _expanded(column: Column, cells: Sequence[Cell], read: list[Read], unit: str) -> list[Series]:
    """Return the columns of numbers, the bounds beside them, and what stands there in words."""
    title = plain(column.title)
    keys = tuple(dict.fromkeys(chain.from_iterable(values for values in read if values)))
    made: list[Series] = []
    for key in keys:
        own = [(values or {}).get(key, Value("")) for values in read]
        labelled = next((value.unit for value in own if value.unit), "")
        marked = labelled if key.startswith(":") else unit if key not in (OF, BRACKETS) else ""
        head = _titled(title, key, keys, column.ends) + (f", {marked}" if marked else "")
        made.append(Series(head, tuple(value.number for value in own), numeric=True))
        if any(value.bound for value in own):
            made.append(Series(f"{head}, {BOUND}", tuple(value.bound for value in own)))
    if None in read:
        words = tuple(
            _words(cell) if values is None else "" for cell, values in zip(cells, read, strict=True)
        )
        made.append(Series(f"{title}, {WORDS}", words))
    return made


def _titled(title: str, key: str, keys: tuple[str, ...], ends: tuple[str, str]) -> str:
    """Return the title of the column that holds what is called ``key`` in a column of this title."""
    if key.startswith(":"):
        return f"{title}{key}"
    named = dict(zip(LIMITS, ends, strict=True)).get(key, key)
    split = TITLE.fullmatch(title)
    if split and BRACKETS in keys:
        return split[2] if key == BRACKETS else f"{split[1]} {key}".strip()
    if split and set(keys) > set(LIMITS):
        return f"{split[1]}, {split[2]} {named}" if key else split[1]
    if EVENTS in key or TOTAL in key:
        title = title.removesuffix(f"{EVENTS}/{TOTAL}").strip()
        named = named.removeprefix(f"{EVENTS} ") if title.lower() == EVENTS else named
    return f"{title} {named}".strip()


def _unique(columns: Sequence[Column], found: Iterable[list[Series]]) -> tuple[Series, ...]:
    """Return all columns; those whose title occurs again are told apart by the group they stand in, which the
    nearest title before them names that occurs once (``Set: OR``), else by a number.
    """
    titles = [column.title for column in columns]
    used: list[Series] = []
    group = ""
    for title, made in zip(titles, found, strict=True):
        again = titles.count(title) > 1
        if not again:
            group = plain(title.rpartition(": ")[0] or title)
        for each in made:
            name = f"{group}: {each.title}" if again and group else each.title
            known = [one.title for one in used]
            names = chain([name], (f"{name} ({i})" for i in range(2, 2 + len(known))))
            used.append(replace(each, title=next(one for one in names if one not in known)))
    return tuple(used)
