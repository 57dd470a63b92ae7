"""The one way to write a file: whole, beside its place, and only then moved there.

Whatever goes wrong on the way, Ctrl-C included, the old file stays as it was and nothing is left lying beside
it. A file that is replaced keeps its permissions, a new one gets those of the user's umask, and a link stays
one: what it leads to is replaced.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write a file, forced to disk before it takes its place; raises ``OSError``.
    A device is written to as it is.
    """
    path = Path(path)
    # /dev/stdout, a pipe: nothing to be moved there
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(content)
        return
    with beside(path) as made, made.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_text(path: str | Path, text: str) -> None:
    """Write a text as UTF-8, its line ends as they are; raises ``OSError``."""
    write_bytes(path, text.encode("utf-8"))


@contextmanager
def beside(path: str | Path) -> Iterator[Path]:
    """Yield where to make a file or a folder: it takes the place of ``path``
    if the block ends without an error.

    A folder takes the place of a folder as a whole. Raises ``OSError``,
    also where a file would take the place of a folder.
    """
    path = Path(path).resolve()
    with _folder_in(path.parent) as own:
        made = own / path.name
        yield made
        _move(made, path, own / f"{path.name}.before")


@contextmanager
def folder_of(contents: Mapping[str, str | bytes], folder: str | Path) -> Iterator[Path]:
    """Write files by name (``charts/a.svg``) to a folder of their own and yield it,
    for more to be made there.

    If the block ends without an error, each file in it is moved to its place in ``folder``, which is made
    where there is none; files of other names are left alone there. Raises ``OSError``.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with _folder_in(folder) as own:
        for name, content in contents.items():
            (own / name).parent.mkdir(parents=True, exist_ok=True)
            (own / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        yield own
        for made in sorted(path for path in own.rglob("*") if path.is_file()):
            place = folder / made.relative_to(own)
            place.parent.mkdir(parents=True, exist_ok=True)
            _move(made, place, own / f"{made.name}.before")


@contextmanager
def _folder_in(folder: Path) -> Iterator[Path]:
    """Yield a new folder on the same disk, which is gone when the block ends, however it ends."""
    own = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _move(made: Path, place: Path, aside: Path) -> None:
    """Move what was made to its place; a folder cannot be renamed onto another,
    so the old one goes aside first.
    """
    if made.is_dir() and place.is_dir():
        place.rename(aside)
        try:
            made.replace(place)
        except BaseException:
            aside.rename(place)
            raise
        return
    if place.is_file():
        made.chmod(stat.S_IMODE(place.stat().st_mode))
    made.replace(place)
