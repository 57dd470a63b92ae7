"""The errors a user can cause, each with one message that says where, what was found,
what is allowed, what to do.
"""

import difflib
from collections.abc import Iterable


class BayesIvigError(Exception):
    """Base of every error this package raises on purpose."""


class DataError(BayesIvigError):
    """The counts, or the file they came from, cannot be used as they are."""


class ModelError(BayesIvigError):
    """The model, a prior, or a combination of them cannot be used."""


class StoredNote(UserWarning):
    """What is stored does not state something that was settled otherwise when it was written,
    and is read as it was meant.
    """


def __dir__() -> list[str]:
    """List what users catch or filter; the functions below serve the package."""
    return [BayesIvigError.__name__, DataError.__name__, ModelError.__name__, StoredNote.__name__]


def suggestion(found: str, allowed: Iterable[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` for the closest allowed name,
    or an empty string when none is close.
    """
    names = {name.lower(): name for name in allowed}
    close = difflib.get_close_matches(found.lower(), names, n=1, cutoff=0.6)
    return f" (did you mean {names[close[0]]!r}?)" if close else ""


def report_all(problems: list[str], error: type[BayesIvigError]) -> None:
    """Raise one ``error`` that lists every problem, one a line; do nothing when there is none."""
    if problems:
        raise error("\n".join(problems))
