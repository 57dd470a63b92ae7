"""Where files may be written, asked before the work: what stands in the way, what must not be overwritten.

Two paths are one file where the disk says so, through links and other spellings; of two that are not there
yet those that differ by case alone count as one, as they are one on many disks.
"""

import errno
import os
import stat
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from bayes_ivig.errors import named

try:
    import resource
except ImportError:  # Windows knows no such limits
    resource = None  # type: ignore[assignment]

FEWEST_OPEN = 32  # files
ADDRESSES = 64 * 2**30  # bytes that the library of charts reserves without using them
ANOTHER = "give another path"
GONE = "the working folder itself is gone; change to one that is there"


def clashes(outputs: Mapping[str, Path], inputs: Iterable[Path] = ()) -> list[str]:
    """Return why files cannot be written, a line each: ``outputs`` by the option that names them, none of
    which may be another, or one of the files that are read.
    """
    given = [(option, Path(path)) for option, path in outputs.items()]
    read = tuple(inputs)
    problems = [f"{option} {named(path)}: {why}" for option, path in given if (why := why_no_file(path))]
    problems += [
        f"{option} {named(path)}: is read by this command ({named(each)}) and would be overwritten; {ANOTHER}"
        for option, path in given
        for each in read
        if is_same(path, each)
    ]
    return problems + [
        f"{option} {named(path)}: is the same file as that of {earlier}; {ANOTHER}"
        for i, (option, path) in enumerate(given)
        for earlier, other in given[:i]
        if is_same(path, other) and not is_stream(path)
    ]


def why_no_file(path: Path) -> str | None:
    """Return why a file cannot be written at a path, and what to do; None where nothing is known of that."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:  # a link may lead to what is not there as yet
        return why_no_folder(Path(os.path.realpath(path)).parent if path.is_symlink() else path.parent)
    except (OSError, ValueError) as error:
        return why(error, path)
    if stat.S_ISDIR(mode):
        return "is a folder; give the path of a file"
    if stat.S_ISREG(mode):
        read_only = None if os.access(path, os.W_OK) else f"may not be changed (it is read-only); {ANOTHER}"
        return read_only or why_no_folder(path.resolve().parent)
    if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode):
        return None
    return f"is neither a file, nor a pipe, nor a device that takes text; {ANOTHER}"


def why_no_folder(folder: Path, *, make: bool = False) -> str | None:
    """Return why nothing can be put into a folder, and what to do; None where something can.

    With ``make`` it need not be there, where it could be made.
    """
    if not folder.is_absolute() and not has_working_folder():
        return GONE
    try:
        there = _nearest(folder) if make else folder
        mode = there.stat().st_mode
    except FileNotFoundError:
        return f"no such folder {named(folder)}; make it first, or give another one"
    except (OSError, ValueError) as error:
        return why(error, folder)
    if not stat.S_ISDIR(mode):
        return f"{named(there)} is not a folder; {ANOTHER}"
    if not os.access(there, os.W_OK | os.X_OK):
        return f"nothing may be put into {named(there.absolute())}; {ANOTHER}"
    return None


def why(error: OSError | ValueError, path: Path) -> str:
    """Return in words why a path cannot be written to, and what to do."""
    match error:
        case ValueError():
            return f"is no path: it holds what no path can hold, such as NUL; {ANOTHER}"
        case OSError(errno=errno.ENOENT) if not has_working_folder():
            return GONE
        case OSError(errno=errno.ENAMETOOLONG):
            longest = max(len(os.fsencode(part)) for part in (*path.parts, ""))
            return (
                f"is too long: {len(os.fsencode(path)):,} bytes, its longest name {longest:,} "
                f"(most disks take 255 for a name, and 4,095 in all); {ANOTHER}"
            )
        case OSError(errno=errno.ENOTDIR):
            return f"a part of it is a file, not a folder; {ANOTHER}"
        case OSError(errno=errno.ELOOP):
            return f"is a link that leads round in a circle; {ANOTHER}"
        case _:
            return f"cannot be written: {getattr(error, 'strerror', None) or error}"


def is_same(one: Path, other: Path) -> bool:
    """Whether two paths are one file, or would be."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        pass
    try:
        if one.exists() or other.exists():
            return False
        first, second = Path(os.path.realpath(one)), Path(os.path.realpath(other))
        return _folded(first.name) == _folded(second.name) and first.parent.samefile(second.parent)
    except (OSError, ValueError):
        return False


def is_stream(path: Path) -> bool:
    """Whether a path is a pipe or a device, which several things can be written to."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def why_no_chart() -> str | None:
    """Return why no chart can be drawn: the library breaks off where few files may be open, or where
    it cannot reserve addresses.
    """
    if resource is None:
        return None
    most, addresses = (_limit(name) for name in ("RLIMIT_NOFILE", "RLIMIT_AS"))
    if most is not None and most < FEWEST_OPEN:
        return (
            f"only {most} files may be open at once, and charts take {FEWEST_OPEN}; "
            "allow more (ulimit -n 256)"
        )
    if addresses is not None and addresses < ADDRESSES:
        return (
            f"only {addresses // 2**20:,} MiB of addresses may be reserved, and charts reserve "
            f"{ADDRESSES // 2**20:,} without using them; lift the limit (ulimit -v unlimited)"
        )
    return None


def _limit(name: str) -> int | None:
    """Return a limit that the system sets this process; None without one."""
    limit = resource.getrlimit(getattr(resource, name))[0]
    return None if limit == resource.RLIM_INFINITY else limit


def has_working_folder() -> bool:
    """Whether the folder this process works in is still there."""
    try:
        Path.cwd()
    except OSError:
        return False
    return True


def _nearest(folder: Path) -> Path:
    """Return the folder itself, or what it would be made in; raises ``OSError``."""
    for path in (folder, *folder.parents):
        try:
            path.stat()
        except FileNotFoundError:
            if path.is_symlink():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
        else:
            return path
    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
