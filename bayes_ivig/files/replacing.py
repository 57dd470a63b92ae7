"""Several files, or a folder, that take their places together: all of them or none.

What is to be put in place is made first, in a folder of ``staging``. Then what it replaces is linked aside, a
journal is written that says what goes where, and only then is anything moved: each by one rename, all within
milliseconds. A move that fails is undone. A run that is killed among the moves leaves its journal, and the
next run that writes there finishes what it says. (One rename of the whole folder would need no journal, and
would take along whatever else the user keeps in it.)
"""

import errno
import json
import os
import shutil
import stat
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath

from bayes_ivig.files.documents import parse_json
from bayes_ivig.files.reading import content
from bayes_ivig.files.staging import JOURNAL, abandoned, alone_in, force_to_disk, has_leftovers, make

NEW, OLD = "new", "old"  # in the folder of ``staging``


@dataclass(frozen=True)
class Moves:
    """What takes its place in a folder, what goes from there, and the folders that are made for it:
    by path from that folder.
    """

    put: list[str]
    drop: list[str]
    make: list[str]


def replace_all(
    own: Path, folder: Path, put: Collection[str], earlier: Callable[[Path], Collection[str]] | None = None
) -> None:
    """Put what was made below ``own / NEW`` in place in ``folder``; raises ``OSError``,
    and then all is as it was.

    ``earlier`` names the files of an earlier run in that folder; those that were not made again are removed.
    """
    with alone_in(folder):
        _take_up(folder)
        drop = sorted(set(earlier(folder)) - set(put)) if earlier else []
        parents = {Path(name).parent.as_posix() for name in put} - {"."}
        moves = Moves(sorted(put), drop, sorted(p for p in parents if not _has_folder(folder / p)))
        _keep_old(own, folder, moves)
        _write_journal(own, moves)
        try:
            _forward(own, folder, moves)
        except OSError:
            _back(own, folder, moves)
            _close(own)
            raise
        except BaseException:  # an interrupt: what is left to do takes less than telling why not
            _finish(own, folder, moves)
            raise
        _close(own)


def sweep(folder: Path) -> None:
    """Finish what a killed run was about to put in place in a folder, and clear away what others left."""
    if has_leftovers(folder):
        with alone_in(folder):
            _take_up(folder)


def _take_up(folder: Path) -> None:
    """Finish and clear away, while no other run moves anything: a later one's files must not be overtaken."""
    with abandoned(folder) as left:
        for own in left:
            moves = _journal(own)
            if moves is not None:
                _finish(own, folder, moves)
            shutil.rmtree(own, ignore_errors=True)


def _has_folder(path: Path) -> bool:
    """Whether a folder is there; raises ``OSError`` where something else is."""
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise NotADirectoryError(errno.ENOTDIR, f"{path} is in the way: it is not a folder of its own")
    return path.is_dir()


def like(made: Path, place: Path) -> None:
    """Give a file the permissions of the one it replaces, and its owner where that may be done."""
    there = place.stat()
    if hasattr(os, "chown") and (there.st_uid, there.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(OSError):
            os.chown(made, there.st_uid, there.st_gid)
    made.chmod(stat.S_IMODE(there.st_mode))


def _keep_old(own: Path, folder: Path, moves: Moves) -> None:
    """Link every file that is to go aside, so that it can be put back; what is made gets its permissions.
    Raises ``OSError`` where a folder or a link stands in the place of a file.
    """
    for name in (*moves.put, *moves.drop):
        place, made, aside = folder / name, own / NEW / name, own / OLD / name
        if not made.is_dir() and (place.is_symlink() or (place.exists() and not place.is_file())):
            raise OSError(errno.EEXIST, f"{place} is in the way: it is not a file of its own")
        aside.parent.mkdir(parents=True, exist_ok=True)
        if not place.is_file():
            continue
        if made.is_file():
            like(made, place)
        try:
            os.link(place, aside)
        except OSError:  # a disk that knows no second name of a file
            shutil.copy2(place, aside)


def _write_journal(own: Path, moves: Moves) -> None:
    draft = own / f"{JOURNAL}.draft"
    make(draft, json.dumps(asdict(moves)).encode())
    force_to_disk(draft)
    draft.replace(own / JOURNAL)


def _journal(own: Path) -> Moves | None:
    """Return what the journal in a folder says; None without one, or where it leads out of the folder."""
    try:
        moves = Moves(**parse_json(content(own / JOURNAL)))
        names = [PurePath(name) for name in (*moves.put, *moves.drop, *moves.make)]
    except (OSError, ValueError, TypeError):
        return None
    return None if any(name.is_absolute() or ".." in name.parts for name in names) else moves


def _finish(own: Path, folder: Path, moves: Moves) -> None:
    """Do what is left to do, or undo what was done where that cannot be;
    raises ``OSError`` where neither can.
    """
    try:
        _forward(own, folder, moves)
    except OSError:
        _back(own, folder, moves)
    _close(own)


def _close(own: Path) -> None:
    """Take the journal away; one that stays is taken up by the next run, which finds everything done."""
    with suppress(OSError):
        (own / JOURNAL).unlink()


def _forward(own: Path, folder: Path, moves: Moves) -> None:
    """Move everything to its place; what is there already stays."""
    for name in moves.make:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in moves.put:
        made, place, aside = own / NEW / name, folder / name, own / OLD / name
        if not made.exists():  # moved already
            continue
        if made.is_dir() and place.is_dir():  # a folder cannot be renamed onto another
            place.rename(aside)
        made.replace(place)
    for name in moves.drop:
        (folder / name).unlink(missing_ok=True)
        with suppress(OSError):  # it is not empty
            (folder / name).parent.rmdir()


def _back(own: Path, folder: Path, moves: Moves) -> None:
    """Put everything back as it was."""
    for name in (*moves.put, *moves.drop):
        made, place, aside = own / NEW / name, folder / name, own / OLD / name
        if aside.exists():
            if aside.is_dir() and place.is_dir():
                place.rename(made)
            place.parent.mkdir(parents=True, exist_ok=True)
            aside.replace(place)
        elif name in moves.put and place.exists() and not made.exists():
            place.replace(made)
    for name in reversed(moves.make):
        with suppress(OSError):
            (folder / name).rmdir()
