"""An import as files: a counts CSV of ours and its sidecar, put in place together."""

from collections.abc import Mapping
from pathlib import Path

from bayes_ivig.errors import DataError, named, quoted, report_all
from bayes_ivig.files.documents import read_toml
from bayes_ivig.files.places import clashes, is_stream, why, why_no_folder
from bayes_ivig.files.writing import folder_of, write_bytes
from bayes_ivig.inputs.counts.case import Case
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.foreign.as_ours import MADE
from bayes_ivig.inputs.foreign.written import written


def save(case: Case, datasets: Mapping[str, Dataset], path: Path, *, make: bool = False) -> tuple[Path, ...]:
    """Write datasets of a case to a CSV and its sidecar and return their paths; a stream gets the CSV alone.
    With ``make`` the folder need not be there. Raises ``DataError``.
    """
    if not datasets:
        raise DataError(f"{case}: no outcome that could be written")
    require_place(case, path, make=make)
    csv, toml = written(case, datasets)
    try:
        if is_stream(path):
            write_bytes(path, csv)
            return (path,)
        place = path.resolve()
        beside = place.with_suffix(".toml")
        with folder_of({place.name: csv, beside.name: toml}, place.parent):
            pass
    except OSError as error:
        raise DataError(f"{named(path)}: {why(error, path)}") from None
    return (path, path.with_suffix(".toml"))


def require_place(case: Case, path: Path, *, make: bool = False) -> None:
    """Raise ``DataError`` where a CSV and its sidecar cannot be written, or what stands there is not to be
    replaced.
    """
    if is_stream(path):
        return
    if path.suffix.lower() != ".csv":
        raise DataError(f"{named(path)}: found the ending {quoted(path.suffix)}; must end in .csv")
    beside = path.with_suffix(".toml")
    if make and (no := why_no_folder(path.parent, make=True)):
        raise DataError(f"{named(path.parent)}: {no}")
    if make and not path.parent.exists():
        return
    report_all(clashes({"the CSV": path, "its sidecar": beside}, (case.path,)), DataError)
    if beside.exists() and not _is_made(beside):
        raise DataError(
            f"{named(beside)}: is there, and was not made by {MADE}; give the CSV another name, or remove it"
        )


def _is_made(path: Path) -> bool:
    try:
        return str(read_toml(path).get("extracted_by", "")).startswith(MADE)
    except DataError:
        return False
