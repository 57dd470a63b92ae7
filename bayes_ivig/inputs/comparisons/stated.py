"""The table ``[comparisons]`` of a sidecar: which column says what the treatment was compared with, which of
its values ask one question together, and which groups are set against which.

[comparisons]
column = "comparison"                              # the column of that name unless given
table = "mine/characteristics.csv"                 # where it stands, if not in the table of counts
none = ["no comparison"]                           # values of trials that compare nothing

[comparisons.groups.instead_of_a_steroid]          # a set of trials of this name
title = "instead of a steroid"                     # continues the name of the treatment; made of the values
values = ["instead of prednisone", "instead of prednisolone"]
people = "antibody-positive women"                 # the people of the case unless given
note = "Not randomised."

[comparisons.contrasts.steroid]                    # under one between-study SD
title = "instead of a steroid, against placebo"
of = ["instead_of_a_steroid"]
against = ["placebo"]
without = [["Adams 2011"]]                         # once more without these trials

Every part may be left out. A value that no group names, and that is none of ``none``, is a group of its own.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bayes_ivig.errors import quoted, suggestion

COLUMN = "comparison"
KEYS = ("column", "table", "none", "groups", "contrasts")
OF_GROUP = {"title": "text", "values": "texts", "people": "text", "note": "text"}
OF_CONTRAST = {"title": "text", "of": "texts", "against": "texts", "without": "lists"}
NEEDED = ("values", "of", "against")


@dataclass(frozen=True, slots=True)
class StatedGroup:
    """Values of the column that ask one question together; an empty text is made from the values."""

    key: str
    values: tuple[str, ...]
    title: str = ""
    people: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StatedContrast:
    """Groups set against other groups, by their keys, and the trials without which it is asked again."""

    key: str
    of: tuple[str, ...]
    against: tuple[str, ...]
    title: str = ""
    without: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Comparisons:
    """What a sidecar states of comparisons; nothing at all where it has no such table.

    ``cells`` are the values of the column by trial where they stand in the table of characteristics that goes
    with the counts, and not in the table of counts itself.
    """

    column: str = ""
    groups: tuple[StatedGroup, ...] = ()
    contrasts: tuple[StatedContrast, ...] = ()
    none: tuple[str, ...] = ()
    cells: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The column, as stated or by its usual name."""
        return self.column or COLUMN


def stated_comparisons(value: Mapping[str, Any], cells: tuple[tuple[str, str], ...] = ()) -> Comparisons:
    """Return what a table states, once ``comparison_problems`` finds nothing wrong with it."""
    groups = tuple(
        StatedGroup(key, **(own | {"values": tuple(own["values"])}))
        for key, own in value.get("groups", {}).items()
    )
    contrasts = tuple(
        StatedContrast(
            key,
            tuple(own["of"]),
            tuple(own["against"]),
            own.get("title", ""),
            tuple(tuple(names) for names in own.get("without", ())),
        )
        for key, own in value.get("contrasts", {}).items()
    )
    column = value.get("column", COLUMN if value else "")
    return Comparisons(column, groups, contrasts, tuple(value.get("none", ())), cells)


def comparison_problems(value: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the table by itself, each line beginning with the key it is about."""
    found = [
        f".{key}: unknown key{suggestion(key, KEYS)}; allowed are {', '.join(KEYS)}"
        for key in value
        if key not in KEYS
    ]
    for key, kind in (("column", "text"), ("table", "text"), ("none", "texts")):
        if key in value:
            found += [f".{key}{problem}" for problem in _kind_problems(value[key], kind)]
    found += _tables(value, "groups", OF_GROUP) + _tables(value, "contrasts", OF_CONTRAST)
    return found or [*_twice(value), *_contrast_problems(value.get("contrasts", {}))]


def _tables(value: Mapping[str, Any], name: str, keys: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a table of tables that have these keys."""
    tables = value.get(name, {})
    if not isinstance(tables, dict):
        return [f".{name}: found {quoted(tables)}; must be a table for each"]
    found = [".groups.all: all is every study of the table; give the group another name"]
    found = found if name == "groups" and "all" in tables else []
    for key, own in tables.items():
        where = f".{name}.{key}"
        if not isinstance(own, dict):
            found.append(f"{where}: found {quoted(own)}; must be a table of keys")
            continue
        found += [
            f"{where}.{each}: unknown key{suggestion(each, keys)}; allowed are {', '.join(keys)}"
            for each in own
            if each not in keys
        ]
        found += [
            f"{where}.{each}{problem}"
            for each, kind in keys.items()
            if each in own or each in NEEDED
            for problem in _kind_problems(own.get(each), kind)
        ]
    return found


def _kind_problems(value: object, kind: str) -> list[str]:
    if kind == "text":
        return [] if _text(value) else [f": found {quoted(value)}; must be text"]
    if kind == "texts":
        right = isinstance(value, list) and bool(value) and all(_text(each) for each in value)
        return [] if right else [f": found {quoted(value)}; must be a list of one or more texts"]
    lists = isinstance(value, list) and all(
        isinstance(names, list) and names and all(_text(each) for each in names) for names in value
    )
    return [] if lists else [f": found {quoted(value)}; must be a list of lists of study names"]


def _twice(value: Mapping[str, Any]) -> Iterator[str]:
    """Give a line for every value that stands in two places: its trials would be in two groups."""
    places = {"none": value.get("none", [])}
    places |= {f"groups.{key}.values": own["values"] for key, own in value.get("groups", {}).items()}
    times = Counter(each for values in places.values() for each in dict.fromkeys(values))
    for each, number in times.items():
        if number > 1:
            where = [place for place, values in places.items() if each in values]
            yield f".{where[1]}: {quoted(each)} stands in {where[0]} too; a trial belongs to one group"


def _contrast_problems(contrasts: Mapping[str, Any]) -> Iterator[str]:
    for key, own in contrasts.items():
        both = [name for name in own["of"] if name in own["against"]]
        if both:
            yield (
                f".contrasts.{key}.against: {', '.join(map(quoted, both))} stands in of too; give each side "
                "groups of its own"
            )


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
