"""A report as a folder, its files put in place together, when all of them are complete."""

from collections.abc import Iterable
from pathlib import Path

from bayes_ivig.files.places import why
from bayes_ivig.files.writing import folder_of
from bayes_ivig.reporting.brief.page import brief_page
from bayes_ivig.reporting.document.blocks import Figure
from bayes_ivig.reporting.document.csv import csv_files
from bayes_ivig.reporting.document.docx import docx_of
from bayes_ivig.reporting.document.html import html_of
from bayes_ivig.reporting.document.markdown import CHARTS, markdown_of
from bayes_ivig.reporting.document.pdf import find_browser, print_page
from bayes_ivig.reporting.document.xlsx import WORKBOOK, xlsx_of
from bayes_ivig.reporting.drawing.pictures import picture
from bayes_ivig.reporting.report.folder import (
    BRIEF_PAGE,
    BRIEF_TEXT,
    BRIEF_WORD,
    PAGE,
    PRINTED,
    RESULTS,
    TEXT,
    earlier_files,
    refused,
    require_folder,
)
from bayes_ivig.reporting.report.results_json import results_json
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

PIXELS = 2  # of a PNG, for each of the drawing's own


def write_report(
    reanalysis: Reanalysis, folder: str | Path, *, png: bool = False, pdf: bool = False, force: bool = False
) -> tuple[Path, ...]:
    """Write the pages, the charts and the tables of a reanalysis; return the paths. See ``one_call``."""
    folder = Path(folder)
    require_folder(folder, force=force)
    browser = find_browser() if pdf else None
    page = page_of(reanalysis)
    brief = brief_page(reanalysis, page)
    figures = {figure.name: figure for each in (page, brief) for figure in each.figures}
    files: dict[str, str | bytes] = {f"{CHARTS}/{name}.svg": figure.svg for name, figure in figures.items()}
    files |= _pngs(figures.values()) if png else {}
    files |= {**csv_files(page), WORKBOOK: xlsx_of(page)}
    files |= {BRIEF_TEXT: markdown_of(brief), BRIEF_PAGE: html_of(brief), BRIEF_WORD: docx_of(brief)}
    files |= {RESULTS: results_json(reanalysis), TEXT: markdown_of(page), PAGE: html_of(page)}
    try:
        return _written(files, folder, browser)
    except OSError as error:
        raise refused(folder, f"{why(error, folder)}; nothing in it was changed") from None


def _pngs(figures: Iterable[Figure]) -> dict[str, str | bytes]:
    return {f"{CHARTS}/{figure.name}.png": picture(figure.svg, PIXELS) for figure in figures}


def _written(files: dict[str, str | bytes], folder: Path, browser: Path | None) -> tuple[Path, ...]:
    """Write all files, and print the pages where there is a browser for it; return the paths."""
    printed: tuple[str, ...] = ()
    with folder_of(files, folder, earlier=earlier_files) as made:
        if browser is not None:
            for page, target in PRINTED.items():
                print_page(made / page, made / target, browser)
            printed = tuple(PRINTED.values())
    return tuple(folder / name for name in (*files, *printed))
