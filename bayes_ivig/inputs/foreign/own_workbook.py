"""A workbook that this package wrote: its trials under our column names, and a sheet that says what they
are.
"""

from collections.abc import Sequence
from typing import Any

from bayes_ivig.files.spreadsheets import unguarded
from bayes_ivig.inputs.counts.table import NEEDED, Table
from bayes_ivig.inputs.foreign.found import FoundTable, Reading, Sheet

TRIALS, ABOUT = "trials", "about"  # its sheets
KEYS = ("outcome", "title", "treatment", "control", "event", "measure", "citation", "note")
HEADER = ("key", "value", "written by bayes_ivig")
_WHY = f"written by bayes_ivig: sheet {ABOUT}"


def tables(grids: Sequence[Sheet]) -> tuple[FoundTable, ...]:
    """Return the one table of such a workbook, nothing of any other file."""
    by_name = {grid.name: grid for grid in grids}
    if set(by_name) != {TRIALS, ABOUT} or by_name[ABOUT].rows[:1] != (HEADER,):
        return ()
    trials = by_name[TRIALS]
    about = {row[0]: unguarded(row[1]) for row in by_name[ABOUT].rows[1:] if row[0] in KEYS and row[1]}
    if not trials.rows or not _are_ours(trials.rows[0]) or about.get("event", "bad") not in ("good", "bad"):
        return ()
    columns = tuple(map(unguarded, trials.rows[0]))
    cells = tuple(tuple(map(unguarded, row)) for row in trials.rows[1:])
    table = Table(trials.source, columns, cells, trials.numbers[1:])
    event: Any = about.get("event")
    return (
        FoundTable(
            name=about.get("outcome", ""),
            table=table,
            outcome=about.get("outcome", ""),
            treatment=about.get("treatment", ""),
            control=about.get("control", ""),
            arms_known="format",
            arms_why=_WHY,
            event=event,
            measure=about.get("measure", "OR"),
            mapping=tuple(Reading(name, name, "format", "a column of ours") for name in NEEDED),
            details={key: about[key] for key in ("title", "citation", "note") if key in about},
        ),
    )


def _are_ours(columns: Sequence[str]) -> bool:
    return "study" in columns and len(set(columns)) == len(columns) and all(columns)
