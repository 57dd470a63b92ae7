"""``bayes-ivig audit``: printed numbers against each other, and against the counts."""

from pathlib import Path
from typing import Annotated

import typer

from bayes_ivig.cli.files import Csv, Outputs
from bayes_ivig.cli.options import Json, source_of


def audit(
    claims: Annotated[
        str,
        typer.Argument(
            metavar="CLAIMS",
            help=(
                "A bundled case's name, or the path of a CSV of claims: "
                "pooled results, or claims of other kinds (column kind)."
            ),
        ),
    ],
    other: Annotated[
        Path | None, typer.Option("--other", help="A CSV of claims of other kinds: sums, percentages, ...")
    ] = None,
    counts: Annotated[
        str | None, typer.Option("--counts", help="The counts of the trials: a bundled name, a CSV, or -.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Leave with status 1 if any claim is inconsistent.")
    ] = False,
    json: Json = 0,
    csv: Csv = None,
) -> None:
    """Say which printed numbers cannot be true together, and which way of pooling known counts gives them."""
    from bayes_ivig.analyses.audit.audit import audit as check

    outputs = Outputs(json, csv)
    outputs.check(claims, counts, other)
    result = check(claims, None if counts is None else source_of(counts), other=other)
    outputs.leave(result)
    if strict and not result.ok:
        raise typer.Exit(1)
