"""Which folder a report may be written to, and which of the files there an earlier report made.

A folder is a report's if it holds a results.json of our form. What such a report consists of is told by its
own files: its tables by their index, its charts by report.md and brief.md; so that no list beside them can go
wrong.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bayes_ivig.errors import BayesIvigError, named
from bayes_ivig.files import places
from bayes_ivig.files.documents import parse_json
from bayes_ivig.files.reading import content
from bayes_ivig.files.replacing import sweep
from bayes_ivig.files.rows import parse_csv
from bayes_ivig.reporting.document.csv import INDEX, TABLES
from bayes_ivig.reporting.document.markdown import CHARTS
from bayes_ivig.reporting.document.xlsx import WORKBOOK
from bayes_ivig.reporting.report.results_json import FORM

PAGE, PRINT, TEXT, RESULTS = "report.html", "report.pdf", "report.md", "results.json"
BRIEF_PAGE, BRIEF_PRINT, BRIEF_TEXT = "brief.html", "brief.pdf", "brief.md"
BRIEF_WORD = "brief.docx"
PRINTED = {PAGE: PRINT, BRIEF_PAGE: BRIEF_PRINT}
FILES = (PAGE, PRINT, TEXT, RESULTS, BRIEF_PAGE, BRIEF_PRINT, BRIEF_TEXT, BRIEF_WORD, WORKBOOK)
KINDS = {CHARTS: (".svg", ".png"), TABLES: (".csv",)}  # of files in the folders of a report
CHART = re.compile(rf"^!\[.*\]\({CHARTS}/([\w.-]+)\.svg\)$", re.MULTILINE)
PLAIN = re.compile(r"[\w.-]+\.csv")
SHOWN = 3


def require_folder(folder: str | Path, *, force: bool = False, read: Iterable[Path] = ()) -> None:
    """Raise ``BayesIvigError`` where it is plain beforehand that a report cannot, or should not, be written
    to a folder; what a killed run was about to put there is finished first.

    A folder that holds other things than a report is refused unless ``force`` is given, and always one where
    something else stands in the place of a file, or which holds a file that is ``read``.
    """
    folder = Path(folder)
    why = places.why_no_chart() or places.why_no_folder(folder, make=True)
    try:
        if why is None and folder.is_dir():
            sweep(folder)
            why = _why_not_ours(folder, force) or next(_in_the_way(folder, tuple(read)), None)
    except OSError as error:
        why = places.why(error, folder)
    if why is not None:
        raise refused(folder, why)


def refused(folder: Path, why: str) -> BayesIvigError:
    """Return the error that says why a report is not written."""
    return BayesIvigError(
        f"{named(folder)}: the report cannot be written: {why.removeprefix('cannot be written: ')}"
    )


def earlier_files(folder: Path) -> tuple[str, ...]:
    """Return the tables and charts that the report in a folder consists of, by path from there;
    none where there is no report of ours.
    """
    if not is_report(folder):
        return ()
    try:
        index = parse_csv(_content(folder / INDEX))
    except ValueError:
        index = []
    tables = [cells[0] for _, cells in index if PLAIN.fullmatch(cells[0])]
    charts = dict.fromkeys(
        chart
        for text in (TEXT, BRIEF_TEXT)
        for chart in CHART.findall(_content(folder / text).decode("utf-8", "replace"))
    )
    names = [INDEX, *(f"{TABLES}/{name}" for name in tables)]
    names += [f"{CHARTS}/{name}{suffix}" for name in charts for suffix in KINDS[CHARTS]]
    return tuple(name for name in names if (folder / name).is_file() and not (folder / name).is_symlink())


def _why_not_ours(folder: Path, force: bool) -> str | None:
    """Return why a folder is somebody else's; hidden files, such as a file manager's, do not make it so."""
    if force or is_report(folder):
        return None
    others = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    if not others:
        return None
    more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
    return (
        f"it holds what no report of this program made ({', '.join(others[:SHOWN])}{more}); give another "
        "folder, or --force (force=True in Python) to write among these (a file that is called as one of the "
        "report's is replaced)"
    )


def _in_the_way(folder: Path, read: tuple[Path, ...]) -> Iterator[str]:
    """Yield what stands where a file or a folder of a report goes and must not be replaced."""
    for name in FILES:
        yield from _not_a_file(folder / name, read)
    for name, kinds in KINDS.items():
        inner = folder / name
        if inner.is_symlink() or (inner.exists() and not inner.is_dir()):
            yield f"{inner} is not a folder, and one of that name belongs to a report; {places.ANOTHER}"
        elif inner.is_dir():
            if not os.access(inner, os.W_OK | os.X_OK):
                yield f"nothing may be put into {inner}; {places.ANOTHER}"
            for path in sorted(inner.iterdir()):
                if path.suffix.lower() in kinds:
                    yield from _not_a_file(path, read)


def _not_a_file(path: Path, read: tuple[Path, ...]) -> Iterator[str]:
    if path.is_symlink() or (path.exists() and not path.is_file()):
        yield f"{path} is not a file, and one of that name belongs to a report; {places.ANOTHER}"
    elif path.is_file() and not os.access(path, os.W_OK):
        yield f"{path} may not be changed (it is read-only); {places.ANOTHER}"
    elif any(places.is_same(path, each) for each in read):
        yield f"{path} is read by this command, and could be overwritten; {places.ANOTHER}"


def is_report(folder: Path) -> bool:
    """Whether a folder holds a report of ours."""
    try:
        document = parse_json(_content(folder / RESULTS))
    except ValueError:
        return False
    return isinstance(document, dict) and document.get("schema") == FORM


def _content(path: Path) -> bytes:
    """Return what a file of an earlier report holds; nothing where there is no such file."""
    try:
        return content(path) if path.is_file() else b""
    except OSError:
        return b""
