"""The command and its sub-commands; their work is imported when they run, so that ``--help`` is instant."""

from typing import Annotated

import typer

from bayes_ivig.cli import audit as auditing
from bayes_ivig.cli import average, benefit, benefit_harm, selection, tipping
from bayes_ivig.cli import bundled as browsing
from bayes_ivig.cli import calibrate as calibrating
from bayes_ivig.cli import check as checking
from bayes_ivig.cli import compare_priors as comparing
from bayes_ivig.cli import contrast as contrasting
from bayes_ivig.cli import fit as fitting
from bayes_ivig.cli import import_file as importing
from bayes_ivig.cli import next_trial as planning
from bayes_ivig.cli import pool as pooling
from bayes_ivig.cli import reconstruct as reconstructing
from bayes_ivig.cli import regress as regressing
from bayes_ivig.cli import report as reporting
from bayes_ivig.cli import subsets as subsetting
from bayes_ivig.cli import update as updating
from bayes_ivig.cli.json_version import Command, Once
from bayes_ivig.cli.output import show
from bayes_ivig.version import __version__

app = typer.Typer(
    name="bayes-ivig",
    help=(
        "Bayesian reanalysis of published two-arm meta-analyses. "
        "DATA is a bundled name (ivig) or the path of a file: a counts CSV, or what import reads (RevMan, "
        "Excel, Stata, R, JASP and text tables)."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        show(__version__)
        raise typer.Exit


@app.callback()
def _command(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Hold the options of the command itself."""


app.command("report", cls=Once)(reporting.report)
app.command("fit", cls=Command)(fitting.fit)
app.command("check", cls=Command)(checking.check)
app.command("pool", cls=Command)(pooling.pool)
app.command("compare-priors", cls=Command)(comparing.compare_priors)
app.command("subsets", cls=Command)(subsetting.subsets)
app.command("contrast", cls=Command)(contrasting.contrast)
app.command("regress", cls=Command)(regressing.regress)
app.command("selection", cls=Command)(selection.selection)
app.command("average", cls=Command)(average.average)
app.command("tipping", cls=Command)(tipping.tipping)
app.command("benefit", cls=Command)(benefit.benefit)
app.command("benefit-harm", cls=Command)(benefit_harm.benefit_harm)
app.command("next-trial", cls=Command)(planning.next_trial)
app.command("update", cls=Command)(updating.update)
app.command("reconstruct", cls=Command)(reconstructing.reconstruct)
app.command("audit", cls=Command)(auditing.audit)
app.command("import", cls=Command)(importing.import_file)
app.command("calibrate", cls=Command)(calibrating.calibrate)
app.add_typer(browsing.models, name="models")
app.add_typer(browsing.data, name="data")
