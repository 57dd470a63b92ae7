"""``bayes-ivig report``: everything, as a folder of pages, tables and charts."""

from pathlib import Path
from typing import Annotated

import typer

from bayes_ivig.cli.output import show


def report(
    data: Annotated[str, typer.Argument(metavar="DATA", help="A bundled dataset's name, or the path of a counts CSV.")] = "ivig",
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write; reports/NAME unless given.")] = None,
    model: Annotated[
        str, typer.Option("--model", help="The reference model: a bundled name or a TOML path.")
    ] = "binomial_normal",
    png: Annotated[bool, typer.Option("--png", help="Draw every chart as a PNG, too, at twice its size.")] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print report.html to report.pdf, with a Chromium that is installed.")
    ] = False,
) -> None:
    """Reanalyse every outcome of a table and write report.html, report.md, results.json, the charts and the tables (CSV)."""
    from bayes_ivig.analyses.reanalysis import reanalyze
    from bayes_ivig.cli.progress import steps
    from bayes_ivig.errors import DataError
    from bayes_ivig.inputs.model_files import load_two_arm
    from bayes_ivig.reporting import write_report
    from bayes_ivig.reporting.pdf import find_browser

    if pdf:
        find_browser()  # before the work, not after it
    with steps(f"Reanalysing {data}") as step:
        found = reanalyze(data, model=load_two_arm(model))
        step("Writing the report")
        folder = out or Path("reports") / found.source
        try:
            written = write_report(found, folder, png=png, pdf=pdf)
        except OSError as error:
            raise DataError(f"--out {folder}: cannot be written: {error.strerror or error}") from None
    show([str(path) for path in written])
