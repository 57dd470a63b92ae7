"""A frame of any library as a table under our own names, by the detection that files go through."""

import warnings
from dataclasses import replace

from bayes_ivig.errors import DataError, listed, quoted
from bayes_ivig.inputs.counts.description import Sidecar
from bayes_ivig.inputs.counts.frames import dataframe_table
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.inputs.counts.table import OURS, Table, rename
from bayes_ivig.inputs.estimates.row import TELLING
from bayes_ivig.inputs.foreign.found import FoundTable, Sheet, Stated
from bayes_ivig.inputs.foreign.layout.columns import MAPPED
from bayes_ivig.inputs.foreign.layout.tables import tables
from bayes_ivig.measures import OR

OWN = frozenset((*COUNTS, *TELLING, "treatment_mean", "treatment_time", "o_minus_e"))
LOST = ("total", "repeat", "unreadable", "note")  # rows that a file may hold, and a frame is asked about


def framed(df: object, stated: Stated) -> tuple[Table, Sidecar, str | None]:
    """Return a frame as a table under our names, what is known of its arms, and which outcome of it to take.

    A frame that has our names, or those of a program that ``rename`` knows, is taken as it stands; of any
    other its columns and arms are found out, as in a file. Raises ``DataError`` where they cannot be, and for
    rows that are no trials, which a frame is better without.
    """
    theirs = dataframe_table(df, stated.columns)
    arms = {"treatment": stated.treatment, "control": stated.control}
    table = rename(theirs, stated.columns) if _fits(theirs, stated) else theirs
    if "study" in table.columns and OWN & set(table.columns):
        return table, Sidecar({key: name for key, name in arms.items() if name}, {}), stated.outcome or None
    found = tables(_sheet(theirs), stated)
    if not found:
        return rename(theirs, stated.columns), Sidecar({}, {}), stated.outcome or None
    if len(found) > 1:
        raise DataError(f"DataFrame: several outcomes; choose one of {listed([each.name for each in found])}")
    return _taken(theirs, found[0], stated)


def _fits(table: Table, stated: Stated) -> bool:
    """Whether ``rename`` takes a map of columns, or answers for its mistakes."""
    theirs, ours = set(stated.columns.values()), set(stated.columns)
    return ours <= set(OURS) or not theirs <= set(table.columns) or not ours <= set(MAPPED)


def _sheet(table: Table) -> Sheet:
    rows = (table.columns, *(tuple(cell.strip() for cell in row) for row in table.rows))
    return Sheet(table.source, rows, (0, *table.numbers), header=True)


def _taken(theirs: Table, found: FoundTable, stated: Stated) -> tuple[Table, Sidecar, str | None]:
    """Return what was found, once it is all of the frame; warns of what is odd in it."""
    lost = [each for each in found.left_out if each.code in LOST and each.where.startswith("row ")]
    if lost:
        rows = "; ".join(f"{each.where} {quoted(each.what)}: {each.why}" for each in lost[:8])
        more = f"; and {len(lost) - 8} more" if len(lost) > 8 else ""
        raise DataError(
            f"DataFrame: rows (counted from 0) that are no trials with all numbers: {rows}{more}; take the "
            "frame without them"
        )
    for note in found.notes:
        warnings.warn(f"DataFrame: {note}", UserWarning, stacklevel=5)
    labels = tuple(theirs.labels[number] for number in found.table.numbers)
    table = replace(found.table, labels=labels)
    name = found.name or stated.outcome
    if name:
        named = tuple((*row, name) for row in table.rows)
        table = replace(table, columns=(*table.columns, "outcome"), rows=named)
    shared = {"treatment": found.treatment, "control": found.control}
    shared |= {"measure": found.measure} if found.measure != OR.code and not stated.measure else {}
    return table, Sidecar({key: value for key, value in shared.items() if value}, {}), None
