"""Where something is made before it takes its place: a folder beside it, locked while its maker lives.

A run that is killed leaves such a folder behind. The lock goes with the process, whatever ends it, so that
the next run can tell what nobody is at work on from what another process is about to move.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

try:
    import fcntl
except ImportError:  # Windows: what is left there is told by its age
    fcntl = None  # type: ignore[assignment]

PREFIX = ".bayes-ivig-"
JOURNAL = (
    "journal.json"  # where it stands in a folder, what is in that folder is being moved; see ``replacing``
)
OLD = 86_400  # seconds, after which nobody is at work on a folder of a disk without locks
PATIENCE = 30  # seconds to wait for another run to put its files in place, which takes it milliseconds


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Yield a new, empty folder in ``folder``, open to this user alone, and locked.

    It is gone when the block ends, however it ends, but where it holds a journal: then something is half
    moved, and ``replacing.sweep`` finishes it. Raises ``OSError``.
    """
    own, lock = _new(folder)
    try:
        yield own
    finally:
        try:
            if not (own / JOURNAL).exists():
                shutil.rmtree(own, ignore_errors=True)
        finally:
            if lock is not None:
                os.close(lock)


def make(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Make a file, of which nobody knows as yet; raises ``OSError``."""
    send(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode), content)


def send(descriptor: int, content: bytes) -> None:
    """Write everything to what is open, and close it."""
    rest = memoryview(content)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)


def force_to_disk(path: Path) -> None:
    """Wait until a file is on disk: a full one may be found out only now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold other runs of this program off while files are put in place in a folder;
    raises ``OSError`` where one keeps it for longer than ``PATIENCE``.
    """
    end = monotonic() + PATIENCE
    while True:
        try:
            lock = _lock(folder)
            break
        except BlockingIOError as error:
            if monotonic() > end:
                raise OSError(error.errno, "another run of bayes-ivig is writing there") from None
            sleep(0.02)
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


@contextmanager
def abandoned(folder: Path) -> Iterator[tuple[Path, ...]]:
    """Yield what killed runs of this user left in a folder, held so that nobody else takes it up."""
    held: list[tuple[Path, int | None]] = []
    try:
        for path in _left(folder):
            try:
                lock = _lock(path)
            except OSError:  # somebody is at work on it, or it is gone
                continue
            if lock is not None or _is_old(path, folder):
                held.append((path, lock))
        yield tuple(path for path, _ in held)
    finally:
        for _, lock in held:
            if lock is not None:
                os.close(lock)


def has_leftovers(folder: Path) -> bool:
    """Whether there is anything in a folder for ``abandoned``, or something somebody is at work on."""
    return bool(_left(folder))


def is_ours(name: str) -> bool:
    """Whether a name is that of a folder of ``staged``."""
    return name.startswith(PREFIX)


def _left(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(
                Path(entry.path)
                for entry in entries
                if is_ours(entry.name) and entry.is_dir(follow_symlinks=False) and _is_mine(entry)
            )
    except OSError:
        return []


def _is_mine(entry: "os.DirEntry[str]") -> bool:
    return not hasattr(os, "geteuid") or entry.stat(follow_symlinks=False).st_uid == os.geteuid()


def _new(folder: Path) -> tuple[Path, int | None]:
    """Return a new folder and its lock; one that is swept away before it is locked is made anew."""
    while True:
        own = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
        try:
            lock = _lock(own)
        except (BlockingIOError, FileNotFoundError):
            continue
        except OSError:
            own.rmdir()
            raise
        if lock is None or _is_at(own, lock):
            return own, lock
        os.close(lock)


def _lock(folder: Path) -> int | None:
    """Return a descriptor that locks a folder until it is closed; None where the disk knows no locks.

    Raises ``BlockingIOError`` where somebody else has the lock, ``OSError`` where there is no such folder.
    """
    if fcntl is None:
        return None
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def _is_old(path: Path, folder: Path) -> bool:
    """Whether a folder is old by the clock of the disk it is on: that of a file made there now."""
    try:
        with tempfile.TemporaryFile(dir=folder) as now:
            return os.fstat(now.fileno()).st_mtime - path.stat().st_mtime > OLD
    except OSError:
        return False
