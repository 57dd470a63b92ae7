"""The user's cache, private to this user: what is read from it was put there by nobody else.

A file in it carries a checksum of its own, which tells damage: a disk that failed, a write that was cut
short. It is no proof against forgery, as whoever can write a number can compute its checksum; that is what
the permissions are for. New folders and files are made for this user alone, and a folder or a file that
others may write, or that belongs to somebody else, is not read.
"""

import os
import stat
import warnings
from pathlib import Path

from bayes_ivig.files.reading import MOST_KEPT, content
from bayes_ivig.files.replacing import sweep
from bayes_ivig.files.writing import write_bytes
from bayes_ivig.resources import VARIABLE

OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class CacheWarning(UserWarning):
    """An answer kept earlier could not be used, or a new one not kept;
    the result itself is not touched by it.
    """


def read_kept(path: Path, cache: Path) -> bytes | None:
    """Return what a file of a cache holds; None where there is none, or with a ``CacheWarning`` where it need
    not be this user's own. Raises ``OSError``.
    """
    try:
        why = _why_not_private(path, cache)
        if why is None:
            return content(path, MOST_KEPT)
    except (FileNotFoundError, NotADirectoryError):
        return None
    warn(
        f"{path}: is not read: {why}, and what is kept for you must be yours; {VARIABLE} names another folder"
    )
    return None


def write_kept(path: Path, cache: Path, kept: bytes) -> None:
    """Keep something in a file of a cache, for this user alone; raises ``OSError``."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    for folder in reversed([each for each in path.parents if each.is_relative_to(cache)]):
        folder.mkdir(mode=0o700, exist_ok=True)
    why = _why_not_private(path.parent, cache)
    if why is not None:
        raise PermissionError(0, why)
    sweep(path.parent)
    write_bytes(path, kept, private=True)


def warn(message: str) -> None:
    """Tell the user what became of something kept."""
    warnings.warn(message, CacheWarning, stacklevel=3)


def _why_not_private(path: Path, cache: Path) -> str | None:
    """Return why what is at a path within a cache may be another's; None where it is this user's.
    Raises ``OSError`` where nothing is there.
    """
    for each in (path, *(parent for parent in path.parents if parent.is_relative_to(cache))):
        status = each.stat()
        if not hasattr(os, "geteuid"):  # Windows: a user's folders are the user's
            continue
        if status.st_uid not in (os.geteuid(), 0):
            return f"{each} belongs to another user"
        if status.st_mode & OTHERS_WRITE:
            return f"others may write to {each} (chmod go-w ends that)"
    return None
