"""A report as a folder, each file put in place only when all of them are complete."""

import shutil
import tempfile
from pathlib import Path

from bayes_ivig.errors import BayesIvigError
from bayes_ivig.reporting.html import html_of
from bayes_ivig.reporting.markdown import CHARTS, markdown_of
from bayes_ivig.reporting.results_json import results_json
from bayes_ivig.reporting.sections import page_of
from bayes_ivig.results.reanalysis import Reanalysis


def write_report(reanalysis: Reanalysis, folder: str | Path) -> tuple[Path, ...]:
    """Write report.html, report.md, results.json and the charts; return their paths.

    Files of these names are replaced, others left alone. Raises ``BayesIvigError`` where the folder cannot be written.
    """
    folder = Path(folder)
    page = page_of(reanalysis)
    files = {f"{CHARTS}/{figure.name}.svg": figure.svg for figure in page.figures}
    files |= {"results.json": results_json(reanalysis), "report.md": markdown_of(page), "report.html": html_of(page)}
    try:
        return _written(files, folder)
    except OSError as error:
        raise BayesIvigError(f"{folder}: the report cannot be written: {error.strerror}; give another folder") from None


def _written(files: dict[str, str], folder: Path) -> tuple[Path, ...]:
    """Write all files to a folder of their own on the same disk, then move each into place."""
    (folder / CHARTS).mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".report-", dir=folder))
    try:
        (made / CHARTS).mkdir()
        for name, text in files.items():
            (made / name).write_text(text, encoding="utf-8", newline="\n")
        for name in files:
            (made / name).replace(folder / name)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return tuple(folder / name for name in files)
