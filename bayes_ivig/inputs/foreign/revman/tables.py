"""The door for RevMan's files: a review of RevMan 5, a data package of RevMan Web, tables exported from
either.
"""

from bayes_ivig.errors import DataError, listed, named
from bayes_ivig.files import archives
from bayes_ivig.inputs.foreign.found import FoundTable, Sheet, Stated
from bayes_ivig.inputs.foreign.revman.building import found_tables
from bayes_ivig.inputs.foreign.revman.exports import exported, is_export
from bayes_ivig.inputs.foreign.revman.packages import is_data_rows, lone_rows, read_package
from bayes_ivig.inputs.foreign.revman.review import read_review

REVIEW = ".rm5"
_HEAD = 4_096  # bytes in which a review says that it is one


def is_revman(raw: bytes) -> bool:
    """Whether bytes are a review of RevMan 5 or a data package of RevMan Web, as far as a look tells."""
    if archives.is_zip(raw):
        try:
            return any(_of_package(name) for name in archives.names(raw))
        except ValueError:
            return False
    return b"COCHRANE_REVIEW" in raw[:_HEAD].replace(b"\x00", b"")


def _of_package(name: str) -> bool:
    """Whether a member of a zip is one of a data package, or the zip in which those are."""
    lower = name.lower()
    return lower.endswith(("data-rows.csv", "-data.zip", REVIEW)) or "datapackage" in lower


def _reviews(raw: bytes, path: str) -> dict[str, bytes]:
    """Return the reviews of RevMan 5 that a zip holds by name."""
    try:
        return archives.unpacked(raw, lambda name: name.lower().endswith(REVIEW))
    except ValueError as error:
        raise DataError(f"{named(path)}: {error}") from None


def tables(raw: bytes, path: str, stated: Stated) -> tuple[FoundTable, ...]:
    """Return what a review or a data package holds, one table an outcome.

    Raises ``DataError`` where it holds no outcome of two groups, or is damaged.
    """
    reviews = _reviews(raw, path) if archives.is_zip(raw) else {}
    if len(reviews) > 1:
        raise DataError(
            f"{named(path)}: holds {len(reviews)} reviews ({listed(list(reviews))}); "
            "unpack the one that is meant"
        )
    for held in reviews.values():
        return found_tables(read_review(held, path, stated.measure), named(path), stated)
    if archives.is_zip(raw):
        return found_tables(read_package(raw, path, stated.measure), named(path), stated)
    return found_tables(read_review(raw, path, stated.measure), named(path), stated)


def is_revman_csv(sheet: Sheet) -> bool:
    """Whether a table is one that RevMan 5 exports, or the rows of a data package."""
    return is_export(sheet) or is_data_rows(sheet)


def csv_tables(sheet: Sheet, stated: Stated) -> tuple[FoundTable, ...]:
    """Return what an exported table holds, one table an outcome; totals are left out, and said.

    Raises ``DataError`` where it holds no outcome of two groups.
    """
    if is_export(sheet):
        return found_tables(exported(sheet, stated.measure), sheet.source, stated)
    if is_data_rows(sheet):
        return found_tables(lone_rows(sheet, stated.measure), sheet.source, stated)
    raise DataError(f"{sheet.source}: is no table that RevMan exports")
