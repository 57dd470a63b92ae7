"""A case as a counts CSV of ours and its sidecar: bytes that are read back as what they were made of."""

from collections.abc import Mapping, Sequence
from typing import Any

from bayes_ivig.errors import DataError, escaped
from bayes_ivig.files.documents import parse_toml
from bayes_ivig.files.rows import csv_bytes
from bayes_ivig.files.toml_text import toml_text
from bayes_ivig.inputs.counts.case import Case
from bayes_ivig.inputs.counts.dataset import Dataset, dataset_of
from bayes_ivig.inputs.counts.description import FILE_KEYS, Sidecar, checked_sidecar
from bayes_ivig.inputs.counts.table import Table, parse_csv, rename
from bayes_ivig.inputs.foreign.as_ours import MADE
from bayes_ivig.inputs.foreign.notes import arms_line
from bayes_ivig.version import __version__

# keys about the files that stand beside a table, not about its trials
_OF_FILES = ("sha256", "source_sha256", "source", "claims", "evidence", "columns", "extracted_by")
MOST_LINES = 200  # of comments


def written(case: Case, datasets: Mapping[str, Dataset]) -> tuple[bytes, bytes]:
    """Return the CSV and the TOML of these outcomes of a case; raises ``DataError`` where they would not be
    read back as they are.
    """
    sidecar = case.described
    counted = [sidecar.outcomes.get(name, {}).get("complement_of", name) for name in datasets]
    table = _rows(rename(case.counts()), counted)
    csv = csv_bytes([table.columns, *table.rows])
    document = _document(case, sidecar, (*datasets, *counted))
    toml = (_comments(case, tuple(datasets)) + toml_text(document)).encode()
    again, described = parse_csv(csv, "trials.csv"), checked_sidecar(parse_toml(toml), "trials.toml")
    for outcome, dataset in datasets.items():
        if dataset_of(again, described, dataset.name, outcome or None) != dataset:
            raise DataError(
                f"{case}: {outcome or 'its table'} cannot be written so that it is read back as it is; this "
                "is a fault of the program"
            )
    return csv, toml


def _rows(table: Table, outcomes: Sequence[str]) -> Table:
    """Return the rows of some outcomes, without the columns that only others fill."""
    if "outcome" not in table.columns:
        return table
    rows = table.where([cell in outcomes for cell in table.column("outcome")])
    if len(rows.rows) == len(table.rows):
        return table
    filled = [any(rows.column(name)) or not any(table.column(name)) for name in table.columns]
    return rows.select(filled)


def _document(case: Case, sidecar: Sidecar, outcomes: Sequence[str]) -> dict[str, Any]:
    """Return the sidecar: what is known of the trials, and where they come from."""
    shared = {
        key: value for key, value in sidecar.shared.items() if key in FILE_KEYS and key not in _OF_FILES
    }
    own = {key: keys for key, keys in sidecar.outcomes.items() if key in outcomes and keys}
    columns = _columns(case, outcomes)
    return (
        shared
        | {"source": escaped(case.path.name), "source_sha256": case.sha256}
        | {"extracted_by": f"{MADE}, version {__version__}"}
        | ({"columns": columns} if columns else {})
        | ({"outcomes": own} if own else {})
    )


def _columns(case: Case, outcomes: Sequence[str]) -> dict[str, str]:
    """Return what every column of ours was read from, where it was the same for all outcomes."""
    if case.foreign is None:
        return {}
    found: dict[str, dict[str, None]] = {}
    for key, table in case.foreign.tables:
        if key in outcomes:
            for each in table.mapping:
                found.setdefault(each.ours, {})[each.theirs] = None
    return {ours: "; ".join(list(theirs)[:5]) for ours, theirs in found.items()}


def _comments(case: Case, outcomes: Sequence[str]) -> str:
    """Return comments that say how the file was read: arms, and what was left out."""
    if case.foreign is None:
        return ""
    lines = [f"Made of {case.path.name} by {MADE}; the numbers stand in the CSV of the same name."]
    for key, table in case.foreign.tables:
        if key in outcomes:
            label = f"{key}: " if key else ""
            lines += [f"{label}{arms_line(table)}"]
            lines += [f"{label}left out: {each.where}: {each.what}: {each.why}" for each in table.left_out]
    more = [f"and {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else []
    return "".join(f"# {escaped(line, keep='')}\n" for line in [*lines[:MOST_LINES], *more]) + "\n"
