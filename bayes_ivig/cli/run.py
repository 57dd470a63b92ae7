"""One run of the command line: its streams, its warnings, and what becomes of whatever goes wrong."""

import os
import sys
import warnings
from typing import Any

from bayes_ivig.cli.faults import FAULT, fault, remedy
from bayes_ivig.cli.output import complain, fail, printable, warn
from bayes_ivig.cli.signals import Signals
from bayes_ivig.cli.streams import OutputError, kept
from bayes_ivig.errors import BayesIvigError
from bayes_ivig.one_thread import ONE, VARIABLES

MOST = 1000  # characters of what a usage error quotes


def guarded(signals: Signals) -> int | str | None:
    """Run the command line and return its exit status; whatever goes wrong is one message and a status."""
    with kept() as is_closed:
        try:
            if is_closed:
                raise OutputError("standard output is closed; send it to a file, or to /dev/null")
            status = _status()
            sys.stdout.flush()  # what is written only now, and cannot be, is an error as well
        except BayesIvigError as error:
            fail(str(error))
        except Exception as error:
            if signals.status:
                raise
            if message := remedy(error):
                fail(message)
            complain(fault(error))
            raise SystemExit(FAULT) from error
        return status


def _status() -> int | str | None:
    """Return the exit status of a run, however it ends."""
    try:
        return _run()
    except SystemExit as left:
        return left.code


def _run() -> int | None:
    """Run the command that was asked for; returns its status, None as 0."""
    for name in VARIABLES:
        os.environ.setdefault(name, ONE)
    import typer

    from bayes_ivig.cli.app import app

    usage = _base_of_usage_errors(typer.BadParameter)
    with warnings.catch_warnings():
        warnings.showwarning = _say  # type: ignore[assignment]  # whoever writes to a file gives its own
        try:
            status: int | None = app(standalone_mode=False)
        except usage as error:
            return _usage(error)
    return status


def _base_of_usage_errors(kind: type[Exception]) -> type[Exception]:
    """Return the class that Typer takes from Click, or brings along since it holds its own copy."""
    return next(base for base in kind.__mro__ if base.__name__ == "ClickException")


def _usage(error: Any) -> int:
    """Print what is wrong with the command line, as Typer does but for what no terminal should be sent."""
    from typer.rich_utils import rich_format_error

    text = printable(str(error.message))
    error.message = text if len(text) <= MOST else f"{text[:MOST]}..."
    rich_format_error(error)
    return int(error.exit_code)


def _say(message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: object) -> None:
    """Print what was meant for the user as a line of its own, anything else as Python does."""
    warn(
        f"note: {message}"
        if category.__module__.startswith("bayes_ivig.")
        else warnings.formatwarning(message, category, filename, lineno)
    )
