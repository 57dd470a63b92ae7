"""A report as a folder, each file put in place only when all of them are complete."""

import os
from pathlib import Path

from bayes_ivig.errors import BayesIvigError
from bayes_ivig.files.writing import folder_of
from bayes_ivig.reporting.document.blocks import Page
from bayes_ivig.reporting.document.csv import csv_files
from bayes_ivig.reporting.document.html import html_of
from bayes_ivig.reporting.document.markdown import CHARTS, markdown_of
from bayes_ivig.reporting.document.pdf import find_browser, print_page
from bayes_ivig.reporting.report.results_json import results_json
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

PAGE, PRINT = "report.html", "report.pdf"
PIXELS = 2  # of a PNG, for each of the drawing's own


def write_report(
    reanalysis: Reanalysis, folder: str | Path, *, png: bool = False, pdf: bool = False
) -> tuple[Path, ...]:
    """Write report.html, report.md, results.json, the charts as SVG and the tables as CSV; return the paths.

    ``png`` adds every chart as a PNG of twice its size, ``pdf`` the printed page, for which a Chromium must
    be there. Files of these names are replaced, others left alone. The same reanalysis gives the same bytes,
    PDF apart. Raises ``BayesIvigError`` where the folder cannot be written, or the page not be printed; then
    nothing is replaced.
    """
    folder = Path(folder)
    browser = find_browser() if pdf else None
    page = page_of(reanalysis)
    files: dict[str, str | bytes] = {f"{CHARTS}/{figure.name}.svg": figure.svg for figure in page.figures}
    files |= _pngs(page) if png else {}
    files |= csv_files(page)
    files |= {"results.json": results_json(reanalysis), "report.md": markdown_of(page), PAGE: html_of(page)}
    try:
        return _written(files, folder, browser)
    except OSError as error:
        raise BayesIvigError(
            f"{folder}: the report cannot be written: {error.strerror}; give another folder"
        ) from None


def require_folder(folder: Path) -> None:
    """Raise ``BayesIvigError`` where it is plain beforehand that a report cannot be written to a folder."""
    there = next((path for path in (folder, *folder.parents) if path.exists()), Path())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        why = f"nothing may be put into {there}" if there.is_dir() else f"{there} is not a folder"
        raise BayesIvigError(f"{folder}: the report cannot be written: {why}; give another folder")


def _pngs(page: Page) -> dict[str, str | bytes]:
    import vl_convert

    return {
        f"{CHARTS}/{figure.name}.png": vl_convert.svg_to_png(figure.svg, scale=PIXELS)
        for figure in page.figures
    }


def _written(files: dict[str, str | bytes], folder: Path, browser: Path | None) -> tuple[Path, ...]:
    """Write all files, and print the page where there is a browser for it; return the paths."""
    with folder_of(files, folder) as made:
        if browser is not None:
            print_page(made / PAGE, made / PRINT, browser)
    return tuple(folder / name for name in (*files, *((PRINT,) if browser is not None else ())))
