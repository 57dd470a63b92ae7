"""The one way to write a file: whole, beside its place, and only then moved there.

Whatever goes wrong on the way, Ctrl-C included, the old file stays as it was, and nothing is left lying
beside it; what a run that was killed outright leaves there is cleared away by the next. A file that is
replaced keeps its permissions, a new one gets those of the user's umask, and a link stays one: what it leads
to is replaced. A pipe, a terminal or another device is written to, and never replaced.
"""

import errno
import os
import stat
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

from bayes_ivig.files.replacing import NEW, like, replace_all, sweep
from bayes_ivig.files.staging import force_to_disk, make, send, staged

READER = 20  # seconds to wait for somebody who reads a named pipe


type Check = Callable[[Path], None]


def write_bytes(
    path: str | Path, content: bytes, *, private: bool = False, check: Check | None = None
) -> None:
    """Write a file, forced to disk before it takes its place; raises ``OSError``.

    One that is ``private`` can be read by this user alone. ``check`` is shown the file before that, and may
    raise an error of its own. A device or a pipe is written to as it is.
    """
    path = Path(path)
    stream = _stream(path)
    if stream is not None:
        send(stream, content)
        return
    with beside(path, private=private) as made:
        make(made, content, 0o600 if private else 0o666)
        if check is not None:
            check(made)


def write_folder(path: str | Path, contents: Mapping[str, bytes], *, check: Check | None = None) -> None:
    """Write a folder of files by name (``a/b``), which takes the place of what is there as a whole;
    as ``write_bytes`` otherwise.
    """
    with beside(path) as made:
        for name, content in contents.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            make(made / name, content)
        if check is not None:
            check(made)


def write_text(path: str | Path, text: str, *, private: bool = False) -> None:
    """Write a text as UTF-8, its line ends as they are; raises ``OSError``."""
    write_bytes(path, text.encode("utf-8"), private=private)


@contextmanager
def beside(path: str | Path, *, private: bool = False) -> Iterator[Path]:
    """Yield where to make a file or a folder: it takes the place of ``path``
    if the block ends without an error.

    A folder takes the place of a folder as a whole. What is ``private`` keeps the permissions it was made
    with. Raises ``OSError``, also where a file would take the place of a folder.
    """
    place = Path(path).resolve()
    with staged(place.parent) as own:
        (own / NEW).mkdir()
        made = own / NEW / place.name
        yield made
        _all_to_disk(made)
        if made.is_dir():
            replace_all(own, place.parent, [place.name])
        else:
            if place.exists() and not private:
                like(made, place)
            made.replace(place)
            _names_to_disk(place.parent)


@contextmanager
def folder_of(
    contents: Mapping[str, str | bytes],
    folder: str | Path,
    *,
    earlier: Callable[[Path], Collection[str]] | None = None,
) -> Iterator[Path]:
    """Write files by name (``charts/a.svg``) to a folder of their own and yield it,
    for more to be made there.

    If the block ends without an error, all files in it are moved to their places in ``folder``, which is made
    where there is none, or none is: see ``replacing``. Those that ``earlier`` names there and that were not
    made again are removed; files of other names are left alone. Raises ``OSError``.
    """
    with _made(Path(folder).resolve()) as place:
        sweep(place)
        with staged(place) as own:
            new = own / NEW
            new.mkdir()
            for name, content in contents.items():
                (new / name).parent.mkdir(parents=True, exist_ok=True)
                make(new / name, content if isinstance(content, bytes) else content.encode("utf-8"))
            yield new
            put = [path for path in new.rglob("*") if path.is_file()]
            for path in put:
                force_to_disk(path)
            replace_all(own, place, [path.relative_to(new).as_posix() for path in put], earlier)
            _names_to_disk(place)


@contextmanager
def _made(folder: Path) -> Iterator[Path]:
    """Yield a folder, made where there is none; one that was made goes again if the block fails."""
    new = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except BaseException:
        for path in new:
            with suppress(OSError):  # somebody put something there
                path.rmdir()
        raise


def _all_to_disk(path: Path) -> None:
    """Wait until a file, or every file below a folder, is on disk."""
    for each in path.rglob("*") if path.is_dir() else (path,):
        if each.is_file():
            force_to_disk(each)


def _names_to_disk(folder: Path) -> None:
    """Wait until the names in a folder are on disk, where its system can be asked for that."""
    with suppress(OSError):
        force_to_disk(folder)


def _stream(path: Path) -> int | None:
    """Return what is written to as it is, opened: a pipe, a device, or where this process prints already;
    None for a file, or where there is nothing yet. Raises ``OSError`` for what is never written to.
    """
    try:
        there = path.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(there.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    for printed in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # closed, or no file at all
            if os.path.samestat(there, os.fstat(printed.fileno())):
                printed.flush()
                return os.dup(printed.fileno())
    if stat.S_ISREG(there.st_mode):
        return None
    if not (stat.S_ISFIFO(there.st_mode) or stat.S_ISCHR(there.st_mode)):
        raise OSError(errno.EPERM, "neither a file, nor a pipe, nor a device that takes text", str(path))
    return _opened(path)


def _opened(path: Path) -> int:
    """Return a pipe or a device, opened for writing; a pipe that nobody reads is waited for, not for ever."""
    end = monotonic() + READER
    while True:
        try:
            descriptor = os.open(
                path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
            )
        except OSError as error:
            if error.errno != errno.ENXIO or monotonic() > end:
                unread = error.errno == errno.ENXIO
                raise OSError(error.errno, "nobody reads it" if unread else error.strerror) from None
            sleep(0.05)
        else:
            os.set_blocking(descriptor, True)
            return descriptor
