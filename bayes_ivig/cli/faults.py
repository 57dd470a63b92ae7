"""The last net: what nobody foresaw leaves the command as one message, never as a traceback.

Memory and depth that run out are the user's to mend: status 2, with what to do. Anything else is a fault of
this program, and has a status of its own, so that no test can take it for an answer.
"""

import errno
import os
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path

FAULT = 70  # EX_SOFTWARE of sysexits.h
SHOWN = "BAYES_IVIG_TRACEBACK"  # if set, the traceback goes to standard error instead of a file
# what the machine lacks, wherever it was noticed
SHORT_OF = {
    errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM
}  # fmt: skip


def remedy(error: BaseException) -> str | None:
    """Return one message for what the user can mend; None for a fault of this program."""
    match error:
        case MemoryError():
            asked = f" ({error})" if str(error) else ""
            return (
                f"out of memory{asked}; ask for less at once (fewer trials, priors or outcomes), "
                "or use a machine with more"
            )
        case RecursionError():
            return "the input is nested too deeply to be read; flatten it"
        case OSError(errno=number) if number in SHORT_OF:
            where = f": {error.filename}" if error.filename else ""
            return f"the system cannot go on: {error.strerror}{where}"
    return None


def fault(error: BaseException) -> str:
    """Return what to say of a fault of this program, its traceback kept in a file or shown."""
    kind = type(error).__name__
    lines = [f"a fault of bayes-ivig, not of its input: {kind}: {_first_line(error)}{_place(error)}"]
    text = "".join(traceback.format_exception(error))
    if os.environ.get(SHOWN):
        print(text, end="", file=sys.stderr)
    elif kept := _kept(text):
        lines.append(f"please report it with the command and this traceback: {kept}")
    else:
        lines.append(f"please report it with the command and the traceback that {SHOWN}=1 shows")
    return "\n".join(lines)


def _first_line(error: BaseException, most: int = 200) -> str:
    with suppress(Exception):  # even an error's own text may fail
        line = (str(error).splitlines() or [""])[0]
        return line if len(line) <= most else f"{line[:most]}..."
    return ""


def _place(error: BaseException) -> str:
    """Return the last line of this package that was at work."""
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if f"{os.sep}bayes_ivig{os.sep}" in frame.filename
    ]
    if not own:
        return ""
    return f" ({'/'.join(Path(own[-1].filename).parts[-2:])}, line {own[-1].lineno})"


def _kept(text: str) -> str | None:
    """Write a traceback to a new file that only this user can read; None where there is no place for it."""
    from bayes_ivig.version import __version__

    head = f"bayes-ivig {__version__}, Python {sys.version}, {sys.platform}\n{sys.argv!r}\n\n"
    with suppress(OSError):
        handle, path = tempfile.mkstemp(prefix="bayes-ivig-fault-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(head + text)
        return path
    return None
