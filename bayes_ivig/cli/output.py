"""How results, warnings and errors leave the command: results on standard output,
all else on standard error.
"""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

WIDEST = 120  # columns; longer lines are hard to read


def show(text: str | Sequence[str]) -> None:
    """Print a result, whole: a reader that has gone away (head, for instance) is no error, a full disk is."""
    lines = text if isinstance(text, str) else "\n".join(text)
    try:
        print(_encodable(lines), flush=True)
    except BrokenPipeError:
        _discard_output()
    except OSError as error:
        _discard_output()
        fail(f"standard output cannot be written: {error.strerror}")


def show_result(result: object, *, json: bool, **options: Any) -> None:
    """Print what a result is as text, or as one JSON document; ``options`` are those of its kind."""
    from bayes_ivig.reporting import shows

    if json:
        print_json(shows.document(result, **options))
    else:
        show(shows.text(result, width=width(), **options))


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON document, its numbers rounded to eight significant digits;
    what does not exist is null, never NaN.
    """
    from bayes_ivig.reporting.wording.digits import PRINTED, cut

    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    show(json.dumps(cut(document, PRINTED), indent=2, ensure_ascii=plain, allow_nan=False))


def warn(message: str) -> None:
    """Print a line on standard error."""
    print(message, file=sys.stderr)


def fail(message: str) -> NoReturn:
    """Print what is wrong on standard error and leave with status 2."""
    first, *rest = message.splitlines() or [""]
    print(f"error: {first}", *(f"       {line}" for line in rest), sep="\n", file=sys.stderr)
    sys.exit(2)


def leave_if(problems: Sequence[str]) -> None:
    """Print the checks that failed, and leave with status 1 where there are any."""
    for problem in problems:
        warn(f"check failed: {problem}")
    if problems:
        sys.exit(1)


def width() -> int:
    """Return how wide text may be: the terminal's own width up to ``WIDEST``, 80 where there is none."""
    return max(40, min(shutil.get_terminal_size((80, 24)).columns, WIDEST))


def _encodable(text: str) -> str:
    """Return the text with every character that standard output cannot write escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _discard_output() -> None:
    """Send what is still in the buffer nowhere, so that leaving Python does not fail on it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
