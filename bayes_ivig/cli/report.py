"""``bayes-ivig report``: everything, as a folder of pages, tables and charts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bayes_ivig.cli.output import leave_if, show, warn

if TYPE_CHECKING:
    from bayes_ivig.inputs.report_options import ReportOptions

Data = Annotated[str, typer.Argument(metavar="DATA", help="A bundled dataset's name, or the path of a file.")]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", help="Folder to write, a new one or that of an earlier report; reports/NAME unless given."
    ),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help=(
            "Write even where the folder holds other things: a file that is called as one of the report's is "
            "replaced, all else stays."
        ),
    ),
]
ModelName = Annotated[
    str, typer.Option("--model", help="The reference model: a bundled name or a TOML path.")
]
Options = Annotated[
    Path | None,
    typer.Option(
        "--options",
        metavar="FILE",
        help="A TOML of report options: title, outcomes, priors, thresholds, and more.",
    ),
]
Title = Annotated[str | None, typer.Option("--title", help="Title of the report.")]
Outcomes = Annotated[
    list[str] | None,
    typer.Option("--outcome", help="An outcome to show; repeat for several, in their order."),
]
Png = Annotated[bool, typer.Option("--png", help="Draw every chart as a PNG, too, at twice its size.")]
Pdf = Annotated[
    bool,
    typer.Option("--pdf", help="Print report.html and brief.html to PDF, with a Chromium that is installed."),
]


def report(
    data: Data = "ivig",
    out: Out = None,
    model: ModelName = "binomial_normal",
    options: Options = None,
    title: Title = None,
    outcome: Outcomes = None,
    png: Png = False,
    pdf: Pdf = False,
    force: Force = False,
    sampled: Annotated[
        bool,
        typer.Option(
            "--sampled",
            help="Sample the models that take sampling, too; answers are kept, so once is enough.",
        ),
    ] = False,
) -> None:
    """Reanalyse every outcome of a table; write a brief, a report, results.json, charts and tables."""
    from bayes_ivig.analyses.reanalysis.reanalyze import reanalyze
    from bayes_ivig.cli.progress import steps
    from bayes_ivig.errors import DataError, named
    from bayes_ivig.inputs.counts.case import locate
    from bayes_ivig.inputs.model.files import load_two_arm
    from bayes_ivig.inputs.read_files import files_read
    from bayes_ivig.reporting.document.pdf import find_browser
    from bayes_ivig.reporting.report.folder import PRINT, require_folder
    from bayes_ivig.reporting.report.write import write_report

    if data == "-":
        raise DataError(
            "-: a report is of a file, which it names with its checksum, or of a bundled name, not of "
            "standard input; save what comes through it as a file ending in .csv"
        )
    if pdf:  # before the work, not after it
        find_browser()
    folder = out or Path("reports") / locate(data)[1]
    require_folder(folder, force=force, read=files_read(data, model, options))
    asked = _options(options, title, tuple(outcome or ()))
    with steps(f"reanalysing {named(data)}", "this takes 10 to 60 seconds") as step:
        reanalysis = reanalyze(data, model=load_two_arm(model), sampled=sampled, options=asked)
        step("writing the report")
        written = write_report(reanalysis, folder, png=png, pdf=pdf, force=force)
    if (folder / PRINT).exists() and folder / PRINT not in written:
        warn(f"note: {named(folder / PRINT)} is not of this run, and is left as it was; --pdf prints it anew")
    show([str(path) for path in written])
    leave_if(reanalysis.problems)


def _options(file: Path | None, title: str | None, outcomes: tuple[str, ...]) -> "ReportOptions":
    """Return the options of a file with what the command line says itself put in their place."""
    from dataclasses import replace

    from bayes_ivig.errors import escaped
    from bayes_ivig.inputs.report_options import ReportOptions, read_report_options

    options = ReportOptions() if file is None else read_report_options(file)
    command = () if file is None else ("--options", escaped(str(file)))
    if title is not None:
        title = escaped(title)  # what a shell passes on need not be text
        options, command = replace(options, title=title), (*command, "--title", title)
    if outcomes:
        options, command = (
            replace(options, outcomes=outcomes),
            (*command, *(word for name in outcomes for word in ("--outcome", name))),
        )
    return replace(options, command=command)
