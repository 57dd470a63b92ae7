"""A foreign file as a counts CSV of ours with its sidecar: what commands then read, and what ``import -o``
writes.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bayes_ivig.errors import DataError, quoted
from bayes_ivig.files.rows import clean
from bayes_ivig.inputs.counts.description import Sidecar
from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.inputs.foreign.found import FoundTable
from bayes_ivig.inputs.foreign.read import ForeignFile

# columns of what is not events of people: there a measure is never taken for granted
ESTIMATES = frozenset(("estimate", "yi", "treatment_mean", "treatment_time", "o_minus_e"))
MADE = "bayes-ivig import"  # the maker of a sidecar, by its key ``extracted_by``


def readable(file: ForeignFile) -> dict[str, FoundTable]:
    """Return the outcomes that are in no doubt, by name."""
    return {key: table for key, table in file.tables if not table.doubt}


def table_of(file: ForeignFile) -> Table:
    """Return the rows of every outcome under our columns: ``outcome`` where they have names, ``dataset``
    where they are of several comparisons.
    """
    tables = readable(file)
    compared = len({table.comparison for table in tables.values()}) > 1
    rows = [
        (_row(record, key, table, compared), number, table.table.place(i))
        for key, table in tables.items()
        for i, (record, number) in enumerate(zip(_records(table.table), table.table.numbers, strict=True))
    ]
    columns = dict.fromkeys(name for row, _, _ in rows for name in row)
    return Table(
        file.source,
        tuple(columns),
        tuple(tuple(row.get(name, "") for name in columns) for row, _, _ in rows),
        tuple(number for _, number, _ in rows),
        tuple(place.removeprefix(f"{file.source}: ") for _, _, place in rows),
    )


def _row(record: Mapping[str, str], key: str, found: FoundTable, compared: bool) -> dict[str, str]:
    """Return a row with its outcome and its comparison after the study."""
    row = {"study": record.get("study", "")}
    row |= {"outcome": key} if key else {}
    row |= {"dataset": found.comparison or "-"} if compared else {}
    return row | {name: cell for name, cell in record.items() if name not in row and name != "outcome"}


def _records(table: Table) -> Iterable[dict[str, str]]:
    """Yield the rows by column, as they are once written and read; columns without a name are left out."""
    names: dict[str, int] = {}
    for i, column in enumerate(table.columns):
        name = clean(column)
        if name:
            names[f"{name} ({i + 1})" if name in names else name] = i
    for row in table.rows:
        yield {name: clean(row[i]) for name, i in names.items()}


def sidecar_of(file: ForeignFile) -> Sidecar:
    """Return what the file itself says of its outcomes, as a sidecar would."""
    tables = readable(file)
    said = {key: _keys(key, table) for key, table in tables.items()}
    if set(said) == {""}:
        return Sidecar(said[""], {})
    shared = {
        name: value
        for name, value in next(iter(said.values()), {}).items()
        if name in ("title", "citation", "note") and all(keys.get(name) == value for keys in said.values())
    }
    return Sidecar(
        shared, {key: {n: v for n, v in keys.items() if n not in shared} for key, keys in said.items()}
    )


def _keys(key: str, found: FoundTable) -> dict[str, Any]:
    title = found.outcome if found.outcome != key else ""
    texts = {
        **{name: found.details.get(name, "") for name in ("title", "citation", "note")},
        "outcome_title": title,
        "treatment": found.treatment,
        "control": found.control,
        "event": found.event or "",
        "measure": found.measure if found.measure != "OR" or ESTIMATES & set(found.table.columns) else "",
    }
    keys: dict[str, Any] = {name: whole for name, text in texts.items() if (whole := clean(text))}
    return keys | ({"classes": [clean(name) for name in found.classes]} if found.classes else {})


def merged(found: Sidecar, own: Sidecar, source: str) -> Sidecar:
    """Return what a file says of itself with what the user's sidecar beside it says in its place; raises
    ``DataError`` where that exchanges the arms.
    """
    if str(own.shared.get("extracted_by", "")).startswith(MADE):  # beside the CSV that was made of the file
        return found
    shared = found.shared | own.shared
    outcomes = {
        key: {n: v for n, v in keys.items() if n not in own.shared} | own.outcomes.get(key, {})
        for key, keys in found.outcomes.items()
    } | {key: keys for key, keys in own.outcomes.items() if key not in found.outcomes}
    for key in found.outcomes or ("",):
        _require_same_arms(found.shared | found.outcomes.get(key, {}), shared | outcomes.get(key, {}), source)
    return Sidecar(shared, outcomes)


def _require_same_arms(found: Mapping[str, Any], stated: Mapping[str, Any], source: str) -> None:
    arms = [str(keys.get(arm, "")) for keys in (found, stated) for arm in ("treatment", "control")]
    theirs, ours = [arm.casefold() for arm in arms[:2]], [arm.casefold() for arm in arms[2:]]
    if theirs[0] != theirs[1] and (
        (theirs[0] and theirs[0] == ours[1]) or (theirs[1] and theirs[1] == ours[0])
    ):
        raise DataError(
            f"{source}: its sidecar calls the treatment {quoted(arms[2])} and the control {quoted(arms[3])}, "
            f"but in the file {quoted(arms[0])} is read as the treatment and {quoted(arms[1])} as the "
            "control; exchange them in the sidecar, or remove them there and state the arms with --treatment "
            "and --control of bayes-ivig import"
        )
