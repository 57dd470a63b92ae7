"""Reading tables of text: a CSV with its rows numbered, and counts out of its cells,
every problem reported at once.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path

from bayes_ivig.errors import DataError, listed, named, quoted, report_all, suggestion
from bayes_ivig.files import rows
from bayes_ivig.files.reading import read_bytes
from bayes_ivig.inputs.counts.study import COUNTS, TIMES
from bayes_ivig.inputs.estimates.row import COLUMNS as ESTIMATED
from bayes_ivig.inputs.estimates.row import TELLING
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.estimates.studies import EXTRA, study_of
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.measures import OR, measure_of

NEEDED = ("study", *COUNTS)
OURS = (*NEEDED, "outcome", "dataset", "measure", "design_effect", *EXTRA, *ESTIMATED)
BOUNDS = tuple(f"{arm}_events_{end}" for arm in ("treatment", "control") for end in ("min", "max"))
RECONSTRUCT = "bayes-ivig reconstruct searches for counts that agree with what was published"
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}

# What other programs call our columns (arm 1 is the treatment in all of these). MetaStan's r1, n1, r2, n2 put
# control first and are left out on purpose: they must be mapped by hand. Of several names for the study, the
# first wins.
ALIASES = (
    {"study": "study", "slab": "study", "author": "study"}
    | {"ai": COUNTS[0], "n1i": COUNTS[1], "ci": COUNTS[2], "n2i": COUNTS[3]},
    {"study": "study", "studlab": "study"}
    | {"event.e": COUNTS[0], "n.e": COUNTS[1], "event.c": COUNTS[2], "n.c": COUNTS[3]},
    {
        "study": "study",
        "event_int": COUNTS[0],
        "n_int": COUNTS[1],
        "event_ctrl": COUNTS[2],
        "n_ctrl": COUNTS[3],
    },
)


@dataclass(frozen=True, slots=True)
class Table:
    """A rectangular table of text; raises ``DataError`` for repeated column names and rows
    of the wrong length.

    ``numbers`` are the line numbers of its rows in the file, header being line 1. ``labels`` say "row 7" in
    other words where rows are not lines of a file. ``fractional``: whoever reads it takes counts that are no
    whole numbers for effective ones.
    """

    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    labels: tuple[str, ...] = ()
    fractional: bool = False

    __repr__ = short_repr

    def __post_init__(self) -> None:
        """Validate."""
        repeated = [name for name, times in Counter(self.columns).items() if times > 1 and name]
        problems = [
            f"{self.source}: column {quoted(name)} stands in the header more than once; keep one"
            for name in repeated
        ]
        problems += [
            f"{self.place(i)}: {len(row)} cells where the header has {len(self.columns)} columns; "
            "quote a cell that holds a comma"
            for i, row in enumerate(self.rows)
            if len(row) != len(self.columns)
        ]
        report(problems, self.source)

    def place(self, position: int) -> str:
        """Return where a row stands, for messages: ``counts.csv: row 7``."""
        return f"{self.source}: {self.labels[position] if self.labels else f'row {self.numbers[position]}'}"

    def column(self, name: str) -> tuple[str, ...]:
        """Return one column's cells."""
        index = self.columns.index(name)
        return tuple(row[index] for row in self.rows)

    def records(self) -> tuple[dict[str, str], ...]:
        """Return one ``{column: cell}`` per row."""
        return tuple(dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def where(self, keep: Sequence[bool]) -> "Table":
        """Return the rows for which ``keep`` is true."""
        kept = [i for i, wanted in zip(range(len(self.rows)), keep, strict=True) if wanted]
        return replace(
            self,
            rows=tuple(self.rows[i] for i in kept),
            numbers=tuple(self.numbers[i] for i in kept),
            labels=tuple(self.labels[i] for i in kept) if self.labels else (),
        )

    def select(self, keep: Sequence[bool]) -> "Table":
        """Return the columns for which ``keep`` is true."""
        return replace(
            self,
            columns=tuple(compress(self.columns, keep)),
            rows=tuple(tuple(compress(row, keep)) for row in self.rows),
        )


def report(problems: list[str], source: str) -> None:
    """Raise one ``DataError`` that lists the problems of a source, the first of many in full
    and the rest as a number.
    """
    report_all(problems, DataError, source)


def read_csv(path: str | Path | Table) -> Table:
    """Read a UTF-8, comma-separated file with a header line; raises ``DataError`` with file, row and remedy.

    A table that was read already is returned as it is.
    """
    return path if isinstance(path, Table) else parse_csv(read_bytes(path), str(path))


def parse_csv(raw: bytes, path: str) -> Table:
    """Return the table in the bytes of a CSV; ``path`` names it in the ``DataError`` that this raises."""
    source = named(path)
    try:
        lines = rows.parse_csv(raw)
    except ValueError as error:
        raise DataError(f"{source}: {error}") from None
    if not lines:
        raise DataError(
            f"{source}: the file is empty; it needs a header line of column names, and rows under it"
        )
    header = lines[0][1]
    marks = [name for mark, name in SEPARATORS.items() if len(header) == 1 and mark in header[0]]
    if marks:
        raise DataError(
            f"{source}: row {lines[0][0]}: the columns seem to be separated by {marks[0]}; use commas"
        )
    return Table(source, header, tuple(row for _, row in lines[1:]), tuple(number for number, _ in lines[1:]))


def rename(table: Table, columns: Mapping[str, str] | None = None) -> Table:
    """Return the table under our column names: by ``columns`` (ours to theirs),
    else by a known program's names.
    """
    ours_of = _mapped(table, columns) if columns else _recognised(table)
    taken = {ours for theirs, ours in ours_of.items() if theirs != ours}
    renamed = tuple(ours_of.get(c, f"{c} (unused)" if c in taken else c) for c in table.columns)
    return replace(table, columns=renamed)


def _mapped(table: Table, columns: Mapping[str, str]) -> dict[str, str]:
    """Return theirs to ours from a user's map, once it is known to fit the table."""
    header = listed(table.columns)
    problems = [
        f"{table.source}: column {quoted(theirs)} (given for {quoted(ours)}) is not in the table"
        f"{suggestion(str(theirs), table.columns)}; found are {header}"
        for ours, theirs in columns.items()
        if theirs not in table.columns
    ]
    problems += [
        f"{table.source}: {quoted(ours)} is not one of our column names{suggestion(str(ours), OURS)}; "
        f"they are {', '.join(OURS)}"
        for ours in columns
        if ours not in OURS
    ]
    problems += [
        f"{table.source}: column {quoted(theirs)} is given for more than one of our names; each needs its own"
        for theirs, times in Counter(columns.values()).items()
        if times > 1
    ]
    report(problems, table.source)
    return {theirs: ours for ours, theirs in columns.items()}


def _recognised(table: Table) -> dict[str, str]:
    """Return theirs to ours where the columns are those of a known program, else nothing."""
    if set(COUNTS) <= set(table.columns) or {*TELLING, *TIMES} & set(table.columns):
        return {}
    for names in ALIASES:
        present = {theirs: ours for theirs, ours in names.items() if theirs in table.columns}
        if set(COUNTS) <= set(present.values()):
            first = {ours: theirs for theirs, ours in reversed(present.items())}
            return {theirs: ours for ours, theirs in first.items()}
    return {}


def require_columns(table: Table, needed: tuple[str, ...] = NEEDED) -> None:
    """Raise ``DataError`` unless all ``needed`` columns are there."""
    missing = [name for name in needed if name not in table.columns]
    if missing:
        hints = [f"{quoted(name)}{suggestion(name, [c for c in table.columns if c])}" for name in missing]
        header = listed([c or "(blank)" for c in table.columns])
        raise DataError(
            f"{table.source}: missing column {', '.join(hints)}; found in the header are {header}; "
            f"needed are {', '.join(needed)}"
        )


def studies(table: Table, measure: str = OR.code) -> tuple[AnyStudy, ...]:
    """Return one study per row, a ``Study`` with counts or an ``Estimate`` of the measure; raises one
    ``DataError`` that lists every bad cell with file, row and column.
    """
    if set(TIMES) & set(table.columns):
        require_columns(table, ("study", *COUNTS[::2], *TIMES))
    elif not set(TELLING) & set(table.columns):
        require_columns(table)
    require_columns(table, ("study",))
    if not table.rows:
        raise DataError(f"{table.source}: no studies; the table needs one row per study under its header")
    problems: list[str] = []
    rows: list[AnyStudy] = []
    seen: dict[str, str] = {}
    for position, record in enumerate(table.records()):
        where = table.place(position)
        name = record["study"].strip()
        if not name:
            problems.append(f"{where}: column study: blank; every row needs a study name")
        elif name in seen:
            problems.append(
                f"{where}: column study: {quoted(name)} is also the study of {seen[name]}; names must differ"
            )
        seen.setdefault(name, where.removeprefix(f"{table.source}: "))
        study, wrong = study_of(name, record, measure_of(measure), fractional=table.fractional)
        problems += [f"{where}: column {column}: {what}" for column, what in wrong]
        rows += [study] if study is not None and not wrong else []
    if problems and set(BOUNDS) & set(table.columns):
        problems.insert(0, f"{table.source}: a table with unknown counts cannot be fitted; {RECONSTRUCT}")
    report(problems, table.source)
    return tuple(rows)
