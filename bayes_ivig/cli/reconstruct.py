"""``bayes-ivig reconstruct``: every table of counts that reproduces a published result."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bayes_ivig.cli.files import Csv, Outputs
from bayes_ivig.cli.options import Json, source_of
from bayes_ivig.cli.output import warn
from bayes_ivig.reporting.wording import numbers

Table = Annotated[
    str,
    typer.Argument(
        metavar="TABLE",
        help=(
            "A counts CSV with empty cells for unknown events (and columns treatment_events_min and the like "
            "to narrow them), a bundled name, or -."
        ),
    ),
]


def reconstruct(
    table: Table,
    claims: Annotated[str, typer.Option("--claims", help="The claims CSV, or a bundled name.")],
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="Which outcome, where there are several.")
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(
            "--rule", help="revman-random, revman-fixed, dl or fixed; by default what the claim says."
        ),
    ] = None,
    require: Annotated[
        str | None,
        typer.Option(
            "--require",
            metavar="FIELDS",
            help=(
                "Fields to reproduce, separated by commas: estimate, ci_lower, ci_upper, i2, "
                "heterogeneity_p, effect_p; one may name its own rule, as in estimate:revman-fixed. By "
                "default all that is printed, but for effect_p."
            ),
        ),
    ] = None,
    max_tables: Annotated[
        int, typer.Option("--max-tables", help="How many tables to list; the count is never capped.")
    ] = 10_000,
    work: Annotated[
        Path | None,
        typer.Option("--work", metavar="FOLDER", help="Keep finished parts there, and go on from them."),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            "--time-limit", metavar="SECONDS", help="Stop after so long; the answer is then not complete."
        ),
    ] = None,
    json: Json = 0,
    csv: Csv = None,
) -> None:
    """Find every table of counts that gives the published numbers, or show that there is none."""
    from bayes_ivig.analyses.reconstruction.search import Search
    from bayes_ivig.analyses.reconstruction.search import reconstruct as compute

    outputs = Outputs(json, csv)
    outputs.check(table, claims)
    with _bar() as progress:
        search = Search(
            max_tables, work, lambda text: warn(f"searching {text}"), progress, _clock(time_limit)
        )
        result = compute(source_of(table), claims, outcome=outcome, rule=rule, require=require, search=search)
    outputs.leave(result)
    if not result.complete:
        again = (
            f"run it again with --work {work} to go on"
            if work
            else "keep finished parts with --work FOLDER to go on later"
        )
        warn(
            f"not complete: {numbers.count(result.done)} of {numbers.count(result.parts)} "
            f"parts were searched; {again}"
        )
        raise typer.Exit(1)


def _clock(limit: float | None) -> Callable[[], bool] | None:
    """Return what says that the time is up; raises ``ModelError`` for a limit that is no time."""
    from bayes_ivig.errors import ModelError

    if limit is None:
        return None
    if not 0 <= limit < float("inf"):
        raise ModelError(
            f"--time-limit: found {numbers.stated(limit)}; must be a number of seconds, 0 or more"
        )
    end = time.monotonic() + limit
    return lambda: time.monotonic() >= end


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """Show how many parts are done, on standard error, and only where somebody is looking."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("parts", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
