"""Tables that a search found, kept in a CSV: one row per table, one column per unknown number of events."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.partial import ARMS, PartialTable
from bayes_ivig.inputs.estimates.studies import whole_number

type Events = NDArray[np.int64]


def cell_names(table: PartialTable) -> tuple[str, ...]:
    """Return a column name for every unknown number of events: ``mahmoud_2004_control``."""
    return tuple(f"{_plain(study)}_{arm}" for study, arm in table.unknown)


def _plain(name: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in name.lower()).split()
    return "_".join(words)


def feasible_csv(table: PartialTable, events: Events) -> str:
    """Return tables as the text of a CSV; ``events`` has shape (n, K, 2), treatment then control."""
    places = _places(table)
    rows = [",".join(map(str, row)) for row in events[:, places[0], places[1]].tolist()]
    return "\n".join([",".join(cell_names(table)), *rows]) + "\n"


def read_feasible(path: str | Path | tables.Table, table: PartialTable) -> Events:
    """Read tables back, shape (n, K, 2); raises ``DataError`` for other columns,
    and for numbers outside the limits.
    """
    listed, names = tables.read_csv(path), cell_names(table)
    if listed.columns != names:
        raise DataError(
            f"{listed.source}: the columns are not the unknown numbers of events "
            f"of {table.label}: {', '.join(names)}"
        )
    try:
        values = np.array([[whole_number(cell) for cell in row] for row in listed.rows], np.int64).reshape(
            len(listed.rows), len(names)
        )
    except ValueError:
        raise DataError(
            f"{listed.source}: holds something that is not a whole number; every cell is a number of events"
        ) from None
    limits = np.array([[s.treatment, s.control] for s in table.studies], np.int64)
    events = np.repeat(limits[None, :, :, 0], len(values), axis=0)
    events[:, *_places(table)] = values
    outside = ((events < limits[..., 0]) | (events > limits[..., 1])).any(axis=(1, 2))
    if outside.any():
        raise DataError(
            f"{listed.place(int(outside.argmax()))}: a number of events outside the limits of {table.label}"
        )
    return events


def _places(table: PartialTable) -> tuple[list[int], list[int]]:
    """Return study and arm of every unknown cell, as positions."""
    pairs = [(i, ARMS.index(arm)) for i, study in enumerate(table.studies) for arm in study.unknown]
    return [i for i, _ in pairs], [j for _, j in pairs]
