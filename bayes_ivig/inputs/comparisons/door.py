"""What a sidecar states of comparisons, held to the table that it describes."""

from collections.abc import Sequence

from bayes_ivig.errors import listed, quoted, suggestion
from bayes_ivig.inputs.comparisons.groups import UNSTATED, members
from bayes_ivig.inputs.comparisons.stated import Comparisons
from bayes_ivig.inputs.counts.table import Table, report


def require_comparisons(stated: Comparisons, table: Table, sets: Sequence[str]) -> None:
    """Raise ``DataError`` with a line for every column, value, group or trial that is stated and not there.

    ``table`` holds all outcomes, ``sets`` are the names of the trial sets. Nothing stated, nothing wrong.
    """
    report(_problems(stated, table, sets), table.source)


def known_keys(stated: Comparisons, table: Table) -> tuple[str, ...]:
    """Return the keys of all groups: those that are stated, and those that the values of the column make."""
    own = members(stated, _values(stated, table)).values()
    return tuple(dict.fromkeys(group.key for group in (*stated.groups, *own)))


def _values(stated: Comparisons, table: Table) -> tuple[str, ...]:
    """Return what the column of comparisons holds, each value once."""
    own = stated.name in table.columns
    cells = table.column(stated.name) if own else tuple(value for _, value in stated.cells)
    return tuple(dict.fromkeys(cell.strip() for cell in cells if cell.strip().lower() not in UNSTATED))


def _problems(stated: Comparisons, table: Table, sets: Sequence[str]) -> list[str]:
    if not stated.column:
        return []
    own = stated.column in table.columns
    if not own and not stated.cells:
        known = [name for name in table.columns if name]
        return [
            f"{table.source}: comparisons.column: no column {quoted(stated.column)}"
            f"{suggestion(stated.column, known)}; there are {listed(known)}"
        ]
    values = _values(stated, table)
    studies = tuple(name.strip() for name in table.column("study")) if "study" in table.columns else ()
    found = _value_problems(stated, values) + _contrast_problems(stated, values, studies)
    found += [
        f"groups.{group.key}: a trial set has this name too; give the group another"
        for group in stated.groups
        if group.key in sets
    ]
    return [f"{table.source}: comparisons.{problem}" for problem in found]


def _value_problems(stated: Comparisons, values: Sequence[str]) -> list[str]:
    places = [("none", value) for value in stated.none]
    places += [(f"groups.{group.key}.values", value) for group in stated.groups for value in group.values]
    return [
        f"{place}: no trial has {quoted(value)} in column {stated.column}{suggestion(value, values)}; there "
        f"are {listed(values)}"
        for place, value in places
        if value not in values
    ]


def _contrast_problems(stated: Comparisons, values: Sequence[str], studies: Sequence[str]) -> list[str]:
    keys = tuple(dict.fromkeys(group.key for group in (*stated.groups, *members(stated, values).values())))
    found = []
    for contrast in stated.contrasts:
        where = f"contrasts.{contrast.key}"
        found += [
            f"{where}.{side}: no group {quoted(key)}{suggestion(key, keys)}; there are {listed(keys)}"
            for side, named in (("of", contrast.of), ("against", contrast.against))
            for key in named
            if key not in keys
        ]
        found += [
            f"{where}.without: no study {quoted(name)}{suggestion(name, studies)}; there are "
            f"{listed(studies)}"
            for names in contrast.without
            for name in names
            if name not in studies
        ]
    return found
