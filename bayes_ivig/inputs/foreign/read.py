"""The one way from the bytes of a foreign file to the outcomes in it: what RevMan writes first, since its
files say themselves what each number is, else the grids of cells of a file, whose meaning is told from
their columns.
"""

from collections import Counter
from dataclasses import dataclass, replace

from bayes_ivig.errors import DataError, listed, named, quoted, suggestion
from bayes_ivig.files.rows import clean
from bayes_ivig.inputs.counts.table import NEEDED
from bayes_ivig.inputs.foreign import own_workbook
from bayes_ivig.inputs.foreign.analyses import with_stored
from bayes_ivig.inputs.foreign.formats.sheets import sheets
from bayes_ivig.inputs.foreign.found import FoundTable, LeftOut, Sheet, Stated
from bayes_ivig.inputs.foreign.layout import tables as layout
from bayes_ivig.inputs.foreign.revman import tables as revman
from bayes_ivig.kinds.one_line import short_repr

PIPED = "standard input"  # what a file that comes through it is called
SUFFIXES = (
    ".tsv", ".tab", ".txt", ".dat", ".rm5", ".zip", ".xlsx", ".xlsm", ".xls", ".ods", ".dta", ".sav",
    ".zsav", ".por", ".rda", ".rdata", ".rds", ".jasp", ".oma",
)  # fmt: skip


@dataclass(frozen=True)
class ForeignFile:
    """What is in a file: outcomes by the name that ``--outcome`` takes, and the sheets that hold none."""

    source: str
    tables: tuple[tuple[str, FoundTable], ...]
    left_out: tuple[LeftOut, ...] = ()

    __repr__ = short_repr

    def key(self, outcome: str | None) -> str | None:
        """Return the name of an outcome, whichever of its names is given; what is none stays."""
        if outcome is None or outcome in dict(self.tables):
            return outcome
        folded = outcome.casefold()
        keys = [
            key
            for key, table in self.tables
            if folded in (key.casefold(), table.name.casefold(), table.outcome.casefold())
        ]
        return keys[0] if len(keys) == 1 else outcome


def read_foreign(raw: bytes, path: str, stated: Stated) -> ForeignFile:
    """Return the outcomes in a file; raises ``DataError`` where it cannot be read, and where an outcome is
    stated that is not there.
    """
    source = named(path)
    found, left_out = _found(raw, path, stated)
    if not found:
        return ForeignFile(source, (), left_out)
    chosen = _chosen(source, found, stated.outcome)
    if stated.event:
        chosen = tuple(replace(table, event=stated.event) for table in chosen)
    keys = _keys(chosen, stated.outcome)
    return ForeignFile(source, tuple(zip(keys, chosen, strict=True)), left_out)


def nothing_in(file: ForeignFile) -> DataError:
    """Return the error about a file without a table of trials."""
    source = "-" if file.source == PIPED else file.source
    sheets = f"; its sheets are {listed([each.where for each in file.left_out])}" if file.left_out else ""
    return DataError(
        f"{file.source}: no table of trials is recognised in it{sheets}; say which column is what, as in "
        f"bayes-ivig import {source} --map treatment_events=THEIRS (once for each of ours: "
        f"{', '.join(NEEDED)})"
    )


def _found(raw: bytes, path: str, stated: Stated) -> tuple[tuple[FoundTable, ...], tuple[LeftOut, ...]]:
    """Return every table of a file, and the sheets without one."""
    if revman.is_revman(raw):
        return revman.tables(raw, path, stated), ()
    grids = sheets(raw, path, stated)
    if own := own_workbook.tables(grids):
        return own, ()
    read = [(grid, _of_sheet(grid, stated, len(grids) > 1)) for grid in grids]
    left_out = tuple(
        LeftOut(grid.name or grid.source, f"{len(grid.rows)} rows", "unused", "no table of trials")
        for grid, tables in read
        if not tables and len(grids) > 1
    )
    return _apart([(grid, table) for grid, tables in read for table in tables]), left_out


def _of_sheet(grid: Sheet, stated: Stated, several: bool) -> tuple[FoundTable, ...]:
    """Return the tables of a sheet; one that cannot be read is not passed over for another one."""
    try:
        if revman.is_revman_csv(grid):
            return revman.csv_tables(grid, stated)
        return with_stored(grid, layout.tables(grid, stated))
    except DataError as error:
        if not several:
            raise
        hint = "the file has other sheets, too; name the one that is meant (sheet, --sheet)"
        raise DataError(f"{error}\n{hint}") from None


def _apart(read: list[tuple[Sheet, FoundTable]]) -> tuple[FoundTable, ...]:
    """Return tables whose names differ: those of one name are told apart by their sheets."""
    times = Counter(table.name for _, table in read)
    return tuple(
        replace(table, name=f"{grid.name}: {table.name}" if table.name else grid.name)
        if times[table.name] > 1 and grid.name
        else table
        for grid, table in read
    )


def _chosen(source: str, found: tuple[FoundTable, ...], outcome: str) -> tuple[FoundTable, ...]:
    """Return the tables of the outcome that is stated, all of them where none is."""
    if not outcome:
        return found
    folded = outcome.casefold()
    for chosen in (
        tuple(table for table in found if table.name == outcome),
        tuple(table for table in found if table.outcome == outcome),
        tuple(t for t in found if folded in (t.name.casefold(), t.outcome.casefold())),
    ):
        if chosen:
            return chosen
    names = [table.name for table in found]
    raise DataError(
        f"{source}: no outcome {quoted(outcome)}{suggestion(outcome, names)}; there are {listed(names)}"
    )


def _keys(found: tuple[FoundTable, ...], outcome: str) -> tuple[str, ...]:
    """Return the names of the outcomes, no two the same: their own words where these differ, else their
    names in the file.
    """
    if len(found) == 1 and outcome in (found[0].name, found[0].outcome):
        return (clean(outcome),) if outcome else (clean(found[0].outcome),)
    times = Counter(clean(table.outcome) for table in found)
    keys = [clean(table.outcome if times[clean(table.outcome)] == 1 else table.name) for table in found]
    plain = len(set(keys)) == len(keys) and (all(keys) or len(keys) == 1)
    return tuple(keys if plain else [f"{i} {key}".strip() for i, key in enumerate(keys, 1)])
