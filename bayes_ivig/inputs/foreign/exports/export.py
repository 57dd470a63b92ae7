"""``export``: a dataset as a file for another program."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from bayes_ivig.errors import DataError, named, quoted
from bayes_ivig.files.places import clashes, why
from bayes_ivig.files.rows import csv_bytes
from bayes_ivig.files.writing import write_bytes
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.frames import dataframe_table
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.row import COLUMNS
from bayes_ivig.inputs.foreign.exports.revman import revman_rows
from bayes_ivig.inputs.foreign.exports.workbook import workbook_bytes
from bayes_ivig.kinds.checked import checked

Form = Literal["metafor", "revman", "xlsx"]
METAFOR = {"study": "slab", **dict(zip(COUNTS, ("ai", "n1i", "ci", "n2i"), strict=True))}


@checked
def export(dataset: Dataset, path: str | Path, form: Form) -> Path:
    """Write a dataset to a file for another program, and return its path.

    ``metafor`` is a CSV with the columns ``slab, ai, n1i, ci, n2i`` of its ``escalc`` (``yi, sei`` where
    estimates are known), ``revman`` the table that RevMan 5 exports, ``xlsx`` a workbook under our column
    names with a sheet of titles and arms; the first and the last hold other columns as well. ``read`` gives
    the same trials back, arms in place. Raises ``DataError`` where the file cannot be written, or a program
    has no place for what is in the dataset.

    >>> import bayes_ivig as bi
    >>> path = bi.export(bi.load_dataset("my.csv"), "theirs.csv", "metafor")
    >>> print(path.read_text(encoding="utf-8").splitlines()[0])
    slab,ai,n1i,ci,n2i
    """
    path = Path(path)
    ending, content = FORMS[form]
    if path.suffix.lower() != ending:
        raise DataError(
            f"{named(path)}: found the ending {quoted(path.suffix)}; of {form} it must be {ending}"
        )
    if problems := clashes({"the file": path}):
        raise DataError(problems[0])
    try:
        write_bytes(path, content(dataset))
    except OSError as error:
        raise DataError(f"{named(path)}: {why(error, path)}") from None
    return path


def _table(dataset: Dataset) -> Table:
    """Return a dataset under our column names, its cells as text."""
    table = dataframe_table(dataset.to_dataframe(), {})
    whole = [name in COUNTS for name in table.columns]  # which a frame with gaps holds as 1.0
    rows = (
        tuple(
            cell.removesuffix(".0") if is_count else cell for cell, is_count in zip(row, whole, strict=True)
        )
        for row in table.rows
    )
    return replace(table, rows=tuple(rows))


def _one_kind(dataset: Dataset, program: str) -> Table:
    """Return a dataset of counts, or one of estimates with their standard errors; raises ``DataError`` for
    one of both, which other programs have no place for.
    """
    table = _table(dataset)
    if not dataset.estimated:
        return table
    if len(dataset.estimated) < len(dataset):
        raise DataError(
            f"{dataset.label}: holds counts and estimates, and {program} takes one kind in a table; export a "
            "part of the trials, or write a CSV of ours (import -o)"
        )
    kept = [name not in (*COLUMNS, *COUNTS) for name in table.columns]
    rest = table.select(kept)
    numbers = [
        (repr(each.y), repr(each.standard_error)) for each in dataset.studies if isinstance(each, Estimate)
    ]
    rows = tuple((*row, *pair) for row, pair in zip(rest.rows, numbers, strict=True))
    return replace(rest, columns=(*rest.columns, "yi", "sei"), rows=rows)


def _metafor(dataset: Dataset) -> bytes:
    table = _renamed(_one_kind(dataset, "metafor"), METAFOR)
    return csv_bytes([table.columns, *table.rows])


def _renamed(table: Table, names: Mapping[str, str]) -> Table:
    """Return a table under the names of a program; other columns that are called so get another name."""
    taken = set(names.values())
    columns = tuple(
        names.get(name, f"{name} (own)" if name in taken and name not in names else name)
        for name in table.columns
    )
    return replace(table, columns=columns)


def _revman(dataset: Dataset) -> bytes:
    return csv_bytes(revman_rows(_one_kind(dataset, "RevMan"), _stated(dataset), dataset.label))


def _xlsx(dataset: Dataset) -> bytes:
    return workbook_bytes(_table(dataset), _stated(dataset))


def _stated(dataset: Dataset) -> dict[str, str]:
    """Return what is known of a dataset besides its trials."""
    about = dataset.about
    return {
        "outcome": dataset.outcome,
        "title": about.title,
        "treatment": about.treatment,
        "control": about.control,
        "event": about.event or "",
        "measure": dataset.measure,
        "citation": about.citation,
        "note": about.note,
    }


FORMS: dict[str, tuple[str, Callable[[Dataset], bytes]]] = {
    "metafor": (".csv", _metafor),
    "revman": (".csv", _revman),
    "xlsx": (".xlsx", _xlsx),
}
