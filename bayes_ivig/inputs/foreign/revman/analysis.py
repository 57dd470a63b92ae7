"""One outcome of one comparison as RevMan holds it, whichever of its files it came from.

The first group is the experimental one. Texts are the file's, white space made plain; numbers of single
studies stay texts until a table is made of them.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from bayes_ivig.inputs.foreign.found import LeftOut

Kind = Literal["dichotomous", "continuous", "inverse variance", "o-e"]

# what a row of each kind needs, under the names that all of RevMan's files share here
PARTS: dict[Kind, tuple[str, ...]] = {
    "dichotomous": ("events_1", "total_1", "events_2", "total_2"),
    "continuous": ("mean_1", "sd_1", "total_1", "mean_2", "sd_2", "total_2"),
    "inverse variance": ("estimate", "se"),
    "o-e": ("o_minus_e", "variance"),
}
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


@dataclass(frozen=True, slots=True)
class Row:
    """One study in one outcome. ``key`` identifies the study in its file, ``values`` has ``PARTS`` of its
    kind.

    ``stored`` are the numbers that RevMan computed for it: ``estimate``, ``ci_lower``, ``ci_upper`` as it
    shows them, ``standard_error``, ``weight`` in percent. ``more`` are further columns.
    """

    study: str
    key: str
    values: Mapping[str, str]
    place: str
    subgroup: str = ""
    stored: Mapping[str, float] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Total:
    """A pooled result as RevMan shows it, of a subgroup or, where ``group`` is blank, of all rows."""

    group: str
    values: Mapping[str, float]
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Analysis:
    """An outcome with its settings.

    ``number`` is ``1.2``: the second outcome of the first comparison. Where ``ratios`` is true, effects are
    shown as ratios and computed on their log. ``swap`` says that the effect is one of non-events.
    ``levels`` are those of limits of studies and of totals, ``graph`` the labels left and right of no
    effect. ``theirs`` names what each of ``PARTS`` is called in the file.
    """

    number: str
    comparison: str
    outcome: str
    kind: Kind
    measure: str
    ratios: bool
    rows: tuple[Row, ...]
    theirs: Mapping[str, str]
    totals: tuple[Total, ...] = ()
    method: str = "IV"
    random: bool = False
    estimator: str = "DL"
    hartung_knapp: bool = False
    rules: str = "revman5"
    levels: tuple[float, float] = (0.95, 0.95)
    labels: tuple[str, str] = ("", "")
    graph: tuple[str, str] = ("", "")
    swap: bool = False
    weights_of_groups: bool = False
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Held(NamedTuple):
    """What a file holds: outcomes that compare two groups, what else there is, and its title."""

    analyses: tuple[Analysis, ...]
    left_out: tuple[LeftOut, ...] = ()
    title: str = ""


def plain(text: str | None) -> str:
    """Return a text with every run of white space, hard spaces too, as one space."""
    return " ".join((text or "").split())


def number(text: str | None) -> float | None:
    """Return the finite number that a cell holds, None for anything else: blank, ``NaN``, ``-Infinity``."""
    cell = plain(text).removesuffix("%").strip()
    if _THOUSANDS.fullmatch(cell):
        cell = cell.replace(",", "")
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None


def cell_of(text: str | None) -> str:
    """Return a cell as our tables hold it: whole numbers without a point, numbers that are none blank."""
    value = number(text)
    if value is None:
        return "" if plain(text).lower().lstrip("+-") in ("nan", "infinity", "inf") else plain(text)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def numbers(pairs: Iterable[tuple[str, str | None]]) -> dict[str, float]:
    """Return what has a number, by name."""
    read = ((name, number(text)) for name, text in pairs)
    return {name: value for name, value in read if value is not None}


def yes(text: str | None) -> bool:
    """Whether a cell says yes, as any of RevMan's files does."""
    return plain(text).lower() in ("yes", "true", "1")


def level_of(text: str | None, default: float = 0.95) -> float:
    """Return the level of limits: ``95``, ``95%`` or ``0.95``."""
    value = number(text)
    if value is None:
        return default
    share = value / 100 if value > 1 else value
    return share if 0 < share < 1 else default


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return names with ``(2)`` and so on behind those that were there before."""
    seen: Counter[str] = Counter()
    made: list[str] = []
    taken = set(names := tuple(names))
    for name in names:
        seen[name] += 1
        again = name
        while seen[name] > 1 and again in (taken | set(made)):
            again = f"{name} ({seen[name]})"
            if again in (taken | set(made)):
                seen[name] += 1
        made.append(again)
    return tuple(made)
