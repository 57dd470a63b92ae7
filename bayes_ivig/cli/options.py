"""Arguments and options that several commands share, and how their results are printed."""

import json
import sys
from typing import Annotated, Any

import typer

Data = Annotated[str, typer.Argument(metavar="DATA", help="A bundled dataset's name, or the path of a counts CSV.")]
Outcome = Annotated[str | None, typer.Option("--outcome", help="Which outcome, where the table has several.")]
Trials = Annotated[
    str | None,
    typer.Option("--trials", metavar="SET", help="A named trial set, study names separated by commas, or -NAME to drop one."),
]
Level = Annotated[float, typer.Option("--level", help="Level of the intervals, between 0 and 1.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def check_level(level: float) -> float:
    """Return a level between 0 and 1, or raise ``ModelError``."""
    from bayes_ivig.errors import ModelError

    if not 0 < level < 1:
        raise ModelError(f"--level: found {level:g}; must lie between 0 and 1, for example 0.95")
    return level


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON document; what does not exist is null, never NaN."""
    print(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))


def warn(message: str) -> None:
    """Print a line on standard error."""
    print(message, file=sys.stderr)
