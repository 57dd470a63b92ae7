"""How results, warnings and errors leave the command: results on standard output,
all else on standard error.
"""

import json
import re
import shutil
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from bayes_ivig.errors import message_of

WIDEST = 120  # columns; longer lines are hard to read
# what moves the cursor, colours, or turns a line round: C0 but for tabs and line ends, DEL, C1, overrides
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


def show(text: str | Sequence[str]) -> None:
    """Print a result, whole: a reader that has gone away (head, for instance) is no error, a full disk is."""
    print(printable(text if isinstance(text, str) else "\n".join(text)), flush=True)


def show_result(result: object, *, json: int, **options: Any) -> None:
    """Print what a result is as text, or as one JSON document of the version ``json``; ``options`` are those
    of its kind.
    """
    from bayes_ivig.reporting import shows

    if json:
        _print_json(shows.document(result, version=json, **options))  # type: ignore[arg-type]  # 1 or 2
    else:
        show(shows.text(result, width=width(), **options))


def print_document(document: dict[str, Any], version: int, result: object = None) -> None:
    """Print the document of what is no result, in a version; ``result`` is the table that it is of."""
    from bayes_ivig.reporting.document_versions import versioned

    _print_json(versioned(document, result, version))  # type: ignore[arg-type]  # 1 or 2


def _print_json(document: dict[str, Any]) -> None:
    """Print one JSON document, its numbers rounded to eight significant digits;
    what does not exist is null, never NaN.
    """
    from bayes_ivig.reporting.wording.digits import PRINTED, cut

    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    text = json.dumps(cut(document, PRINTED), indent=2, ensure_ascii=plain, allow_nan=False)
    print(CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", text), flush=True)


def printable(text: str) -> str:
    """Return text with every character escaped that a terminal would obey instead of showing it."""
    return CONTROL.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), text)


def warn(message: str) -> None:
    """Print a line on standard error."""
    print(message_of(message), file=sys.stderr)


def complain(message: str) -> None:
    """Print what is wrong on standard error, its first line marked as an error."""
    first, *rest = message_of(message).split("\n")
    warn("\n".join([f"error: {first}", *(f"       {line}" for line in rest)]))


def fail(message: str) -> NoReturn:
    """Print what is wrong on standard error and leave with status 2."""
    complain(message)
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
