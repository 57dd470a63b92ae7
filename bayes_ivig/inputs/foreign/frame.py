"""A frame of any library as a table under our own names, by the detection that files go through."""

import re
import warnings
from dataclasses import replace
from typing import TypedDict

from bayes_ivig.errors import ArgumentError, DataError, ReadNote, cut, escaped, listed, quoted, suggestion
from bayes_ivig.inputs.counts.description import Event, Sidecar
from bayes_ivig.inputs.counts.frames import dataframe_table
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.inputs.counts.table import OURS, Table, rename
from bayes_ivig.inputs.estimates.row import TELLING
from bayes_ivig.inputs.foreign.found import FoundTable, Sheet, Stated
from bayes_ivig.inputs.foreign.layout.columns import MAPPED
from bayes_ivig.inputs.foreign.layout.tables import tables
from bayes_ivig.inputs.foreign.notes import arms_line
from bayes_ivig.measures import OR

OWN = frozenset((*COUNTS, *TELLING, "treatment_mean", "treatment_time", "o_minus_e"))
OPTION = re.compile(r"--(treatment|control|measure|outcome) ('[^']*'|[^\s,;]+)")
MAPS = re.compile(r"--map [^\s,;]+(?:(?:,? (?:and )?)--map [^\s,;]+)*")
MOST = 300  # characters of a note
LOST = ("total", "repeat", "unreadable", "note")  # rows that a file may hold, and a frame is asked about


class Described(TypedDict, total=False):
    """What else may be said of a frame: whether an event is good or bad, what it is called, and which column
    names the studies.
    """

    event: Event
    title: str
    study: str


def framed(df: object, stated: Stated, described: Described) -> tuple[Table, Sidecar, str | None]:
    """Return a frame as a table under our names, what is known of its arms, and which outcome of it to take.

    A frame that has our names, or those of a program that ``rename`` knows, is taken as it stands; of any
    other its columns and arms are found out, as in a file. A ``ReadNote`` says what was read as what. Raises
    ``DataError`` where they cannot be, and for rows that are no trials, which a frame is better without.
    """
    _require_known(described)
    event, study = described.get("event"), described.get("study")
    columns = dict(stated.columns) | ({"study": study} if study else {})
    try:
        table, sidecar, chosen = _read(df, replace(stated, columns=columns, event=event))
    except DataError as error:
        raise DataError(in_python(str(error))) from None
    shared = {"title": described.get("title", ""), "event": event or ""}
    return table, replace(sidecar, shared=sidecar.shared | {k: v for k, v in shared.items() if v}), chosen


def _require_known(described: Described) -> None:
    """Raise ``ArgumentError`` for a keyword that says nothing of a frame: an event misspelt would be lost."""
    known = tuple(Described.__annotations__)
    for name in described:
        if name not in known:
            near = suggestion(name, (*known, "columns", "outcome", "measure", "treatment", "control"))
            hint = " (title names the data)" if name == "name" else near
            raise ArgumentError(
                f"Dataset.from_dataframe: no argument {quoted(name)}{hint}; beside columns, outcome, "
                f"measure, treatment and control there are {', '.join(known)}"
            )


def in_python(message: str) -> str:
    """Return a message with arguments of Python in the place of options of the command."""

    def columns(match: re.Match[str]) -> str:
        pairs = [each.split("=", 1) for each in re.findall(r"--map ([^\s,;]+)", match[0])]
        return f"columns={{{', '.join(': '.join(repr(part) for part in pair) for pair in pairs)}}}"

    message = MAPS.sub(columns, message)
    return OPTION.sub(lambda match: f"{match[1]}={match[2].strip(chr(39))!r}", message).replace(
        "' control=", "', control="
    )


def _note(pairs: list[tuple[str, str]], arms: str = "", stacklevel: int = 6) -> None:
    """Say with a ``ReadNote`` which columns were read as what, where their names are not ours."""
    if read := [f"{ours} = {theirs}" for ours, theirs in pairs if ours != theirs.casefold()]:
        said = cut(escaped(f"{arms}read: {', '.join(read)}"), MOST)
        warnings.warn(ReadNote(f"DataFrame: {said}"), stacklevel=stacklevel)


def _read(df: object, stated: Stated) -> tuple[Table, Sidecar, str | None]:
    theirs = dataframe_table(df, stated.columns)
    arms = {"treatment": stated.treatment, "control": stated.control}
    table = rename(theirs, stated.columns) if _fits(theirs, stated) else theirs
    if "study" in table.columns and OWN & set(table.columns):
        if not stated.columns:
            _note([pair for pair in zip(table.columns, theirs.columns, strict=True) if pair[0] in OURS])
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
        warnings.warn(f"DataFrame: {note}", UserWarning, stacklevel=6)
    arms = f"{arms_line(found)}; " if found.arms_known in ("numbers", "format") else ""
    _note([(each.ours, each.theirs) for each in found.mapping if each.known != "stated"], arms, 7)
    labels = tuple(theirs.labels[number] for number in found.table.numbers)
    table = replace(found.table, labels=labels)
    name = found.name or stated.outcome
    if name:
        named = tuple((*row, name) for row in table.rows)
        table = replace(table, columns=(*table.columns, "outcome"), rows=named)
    shared = {"treatment": found.treatment, "control": found.control}
    shared |= {"measure": found.measure} if found.measure != OR.code and not stated.measure else {}
    return table, Sidecar({key: value for key, value in shared.items() if value}, {}), None
