"""Reading a table of claims: every row through one function, every problem of the file in one message."""

from collections.abc import Callable
from pathlib import Path

from bayes_ivig.errors import quoted, suggestion
from bayes_ivig.inputs.counts import table as tables

LEAST_LEVEL = 1e-9  # of a printed interval, and the least of what it leaves out

type Fields = tuple[dict[str, object], list[tuple[str, str]]]


def read_rows(
    path: str | Path | tables.Table,
    *,
    needed: tuple[str, ...],
    allowed: tuple[str, ...],
    called: tuple[str, str],
    fields: Callable[[dict[str, str]], Fields],
) -> list[dict[str, object]]:
    """Return the fields of every row of a CSV; raises one ``DataError`` that lists every problem
    with row and column.

    ``fields`` turns the cells of a row into fields and problems, a column and what is wrong there. ``called``
    says, for messages, what the columns belong to and what a row holds.
    """
    table = tables.read_csv(path)
    tables.require_columns(table, needed)
    owner, row = called
    problems = [
        f"{table.source}: column {quoted(name)} is not one of {owner}{suggestion(name, allowed)}; "
        f"allowed are {', '.join(allowed)}"
        for name in table.columns
        if name not in allowed
    ]
    if not table.rows:
        problems.append(f"{table.source}: no claims; the table needs one row per {row} under its header")
    read = [fields(record) for record in table.records()]
    problems += [
        f"{table.place(position)}: column {column}: {what}"
        for position, (_, wrong) in enumerate(read)
        for column, what in wrong
    ]
    tables.report(problems, table.source)
    return [each for each, _ in read]


def one_of(cell: str, allowed: tuple[str, ...]) -> str:
    """Return the cell; raises ``ValueError`` unless it is one of the allowed words."""
    if cell not in allowed:
        raise ValueError(
            f"found {quoted(cell)}{suggestion(cell, allowed)}; must be one of {', '.join(allowed)}"
        )
    return cell


def level(cell: str) -> float:
    """Return the level of an interval; raises ``ValueError`` unless it lies between 0 and 1,
    neither so near that an interval of it would be a point or have no end.
    """
    try:
        share = float(cell)
    except ValueError:
        share = -1.0
    if not LEAST_LEVEL <= share <= 1 - LEAST_LEVEL:
        raise ValueError(
            f"found {quoted(cell)}; a level lies between 0 and 1, for example 0.95, "
            f"and {LEAST_LEVEL:g} or more from both"
        )
    return share
