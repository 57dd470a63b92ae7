"""``bayes-ivig calibrate``: is the exact engine exact, on data simulated from its own priors."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bayes_ivig.cli.files import Csv, Outputs, Plot
from bayes_ivig.cli.options import LIKELIHOODS, Json
from bayes_ivig.cli.output import warn
from bayes_ivig.likelihoods.registry import DEFAULT


def calibrate(
    likelihood: Annotated[str, typer.Option("--likelihood", help=f"{LIKELIHOODS}.")] = DEFAULT,
    design: Annotated[
        str, typer.Option("--design", help="sparse (3 small studies, low risks) or dense (10 large ones).")
    ] = "sparse",
    simulations: Annotated[
        int, typer.Option("--simulations", help="How many data sets to simulate and fit.")
    ] = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the simulations.")] = 1,
    from_counts: Annotated[
        bool,
        typer.Option(
            "--from-counts", help="Fit the normal likelihood to binomial counts, as an approximation."
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder to keep finished batches in, where the next run finds them."),
    ] = None,
    json: Json = 0,
    csv: Csv = None,
    plot: Plot = None,
) -> None:
    """Simulate from the priors, fit, and report coverage, and where the truth lies within its posterior."""
    from bayes_ivig.analyses.calibration.calibrate import calibrate as compute
    from bayes_ivig.results.calibration import Setup

    outputs = Outputs(json, csv, plot)
    outputs.check()
    setup = Setup(likelihood, design, simulations, seed, from_counts)
    with _bar(setup.name, simulations) as progress:
        checked = compute(setup, folder=out, progress=progress)
    outputs.leave(checked)
    if checked.checks_failed:
        warn(f"check failed: the numerical error of {checked.checks_failed} fits may be above the tolerance")
        raise typer.Exit(1)


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how many simulations are done, on standard error, and only where somebody is looking."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)
