"""The one way to read a file of the user's: what is there, of a bounded size, and never without an end.

A regular file is read, a pipe (a named one, ``/dev/stdin``, ``<(command)``) as long as something comes; a
device, a socket and a folder are refused. What is opened is what is judged: a file that is exchanged between
two looks cannot get past them.
"""

import errno
import os
import select
import stat
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bayes_ivig import resources
from bayes_ivig.errors import BayesIvigError, DataError, named

MIB = 2**20
MOST_TABLE = 64 * MIB  # of a CSV
MOST_DOCUMENT = MIB  # of a TOML
MOST_KEPT = 512 * MIB  # of a file of our own: a stored answer, a part of a search
LONGEST_SILENCE = 30.0  # seconds without a byte from a pipe
LONGEST = 600.0  # seconds for all of a pipe

_BLOCK = MIB
# a pipe that nobody writes is not waited for in the opening, a terminal does not become ours
_OPENING = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY")
)
_REFUSED = (
    (stat.S_ISDIR, "is a folder"),
    (stat.S_ISCHR, "is a device or a terminal, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
)
_WORDS = {
    errno.ENOENT: "no such file",
    errno.ENOTDIR: "no such file: a part of the path is a file, not a folder",
    errno.ELOOP: "is a link that leads round in a circle",
}


class NotReadError(OSError):
    """What is there is not read; ``strerror`` says why, in words."""

    def __init__(self, words: str) -> None:
        super().__init__(errno.EINVAL, words)


def read_bytes(
    path: str | Path,
    called: str = "a CSV file",
    most: int = MOST_TABLE,
    error: type[BayesIvigError] = DataError,
) -> bytes:
    """Return what a file holds, at most ``most`` bytes; ``called`` says what kind of file is meant.

    Raises ``error``, with the path and what to do, for whatever is not there or is not read.
    """
    path = Path(path)
    try:
        return bundled_bytes(path) if resources.is_bundled(path) else content(path, most)
    except OSError as problem:
        raise error(f"{named(path)}: {problem.strerror}; give the path of {called}") from None


def standard_input(
    called: str = "a CSV", most: int = MOST_TABLE, error: type[BayesIvigError] = DataError
) -> bytes:
    """Return what comes through standard input until it ends, bounded as a file is.

    Raises ``error`` for a terminal, a closed stream, and what is too much, too slow or without an end.
    """
    try:
        return _all_of(sys.stdin.fileno(), most)
    except (AttributeError, ValueError):
        words = "is closed"
    except OSError as problem:
        words = problem.strerror or str(problem)
    raise error(f"-: standard input {words}; send {called} through it, with < FILE or COMMAND |")


@cache
def bundled_bytes(path: Path) -> bytes:
    """Return what a bundled file holds: being a part of the program, it is read once in a process.
    Raises ``OSError``.
    """
    return content(path)


def content(path: Path, most: int = MOST_TABLE) -> bytes:
    """Return what a file holds; raises ``OSError``, its ``strerror`` what is the matter in words
    (``FileNotFoundError`` where nothing is).
    """
    try:
        _require_file(path.stat().st_mode)  # before it is opened: a device may act on being opened
        descriptor = os.open(path, _OPENING)
        try:
            return _all_of(descriptor, most)
        finally:
            os.close(descriptor)
    except ValueError:  # no system call takes it
        raise NotReadError("is not a path: it holds what no path can hold, such as NUL") from None
    except NotReadError:
        raise
    except OSError as error:
        raise OSError(error.errno or errno.EIO, why(error, path)) from None


def why(error: OSError, path: Path) -> str:
    """Return in words why a path cannot be read."""
    if error.errno == errno.ENOENT and path.is_symlink():
        return f"is a link to {named(path.readlink())}, and nothing is there"
    if error.errno == errno.ENOENT and not path.is_absolute() and not _has_working_folder():
        return "no such file: the working folder itself is gone; change to one that is there"
    if error.errno == errno.ENAMETOOLONG:
        return f"no such file: the path, of {len(str(path)):,} characters, or a name in it is too long"
    return _WORDS.get(error.errno or 0, f"cannot be read: {error.strerror or error}")


def _require_file(mode: int) -> None:
    """Raise ``OSError`` for what is neither a file nor a pipe."""
    for is_kind, words in _REFUSED:
        if is_kind(mode):
            raise NotReadError(words)
    if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
        raise NotReadError("is neither a file nor a pipe")


def _all_of(descriptor: int, most: int) -> bytes:
    """Return everything that an open file holds; raises ``OSError`` once it is more than ``most`` bytes."""
    status = os.fstat(descriptor)
    _require_file(status.st_mode)
    if stat.S_ISREG(status.st_mode) and status.st_size > most:
        raise _too_large(f"{status.st_size:,} bytes", most)
    blocks: list[bytes] = []
    size = 0
    for block in _piped(descriptor) if stat.S_ISFIFO(status.st_mode) else _stored(descriptor):
        size += len(block)
        if size > most:
            raise _too_large(f"more than {most:,} bytes", most)
        blocks.append(block)
    return b"".join(blocks)


def _stored(descriptor: int) -> Iterator[bytes]:
    while block := os.read(descriptor, _BLOCK):
        yield block


def _piped(descriptor: int) -> Iterator[bytes]:
    """Yield what comes through a pipe; raises ``OSError`` where nothing does for long, or it does not end."""
    end = time.monotonic() + LONGEST
    while True:
        left = end - time.monotonic()
        if left <= 0:
            raise NotReadError(f"is a pipe that did not end in {LONGEST:.0f} seconds")
        if not _has_come(descriptor, min(LONGEST_SILENCE, left)):
            if left < LONGEST_SILENCE:
                continue
            raise NotReadError(f"is a pipe through which nothing came for {LONGEST_SILENCE:.0f} seconds")
        try:
            block = os.read(descriptor, _BLOCK)
        except BlockingIOError:  # another reader was faster
            continue
        if not block:
            return
        yield block


def _has_come(descriptor: int, seconds: float) -> bool:
    """Wait until something can be read from a pipe, or its writer is gone; false where neither happens."""
    if not hasattr(select, "poll"):
        return True
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(1000 * seconds))


def _too_large(size: str, most: int) -> NotReadError:
    return NotReadError(f"holds {size}; at most {most:,} ({most // MIB} MiB) are read; keep what is needed")


def _has_working_folder() -> bool:
    try:
        Path.cwd()
    except OSError:
        return False
    return True
