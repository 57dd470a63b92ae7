"""Where things are: the package, its own files, the bundled ``data`` and ``models`` folders,
and the user's cache.

The only module that asks where it lies itself: any other may be moved. An empty listing of what must be there
is an error, as it means that something was moved and is looked for where it was.
"""

import os
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from bayes_ivig.errors import BayesIvigError, named, quoted, suggestion

Kind = Literal["data", "models"]

VARIABLE = "BAYES_IVIG_CACHE"  # a folder for the cache, or one of OFF
OFF = ("", "off", "0", "none")
ENDINGS = {".csv": "its name has no ending of a format that is read (.csv, .xlsx, .rm5 and others)"}


def package() -> Path:
    """Return the folder of the package itself, below which its modules and its own files are."""
    return Path(__file__).resolve().parent


def part(path: str) -> Path:
    """Return a file or folder of the package by its path from the package's root;
    raises ``BayesIvigError`` without it.
    """
    place = package() / path
    if not place.exists():
        raise BayesIvigError(f"{place}: not there; bayes_ivig is not installed whole, install it again")
    return place


def listed(root: Path, pattern: str) -> tuple[Path, ...]:
    """Return the paths below ``root`` that fit a pattern of ``glob``, sorted;
    raises ``BayesIvigError`` where there are none.
    """
    paths = tuple(sorted(root.glob(pattern)))
    if not paths:
        raise BayesIvigError(
            f"{root / pattern}: nothing is there; bayes_ivig is not installed whole, install it again"
        )
    return paths


@cache
def folder(kind: Kind) -> Path:
    """Return the folder of bundled files: inside the package when installed, beside it in a checkout."""
    installed = package() / "_bundled" / kind
    return installed if installed.is_dir() else package().parent / kind


def is_bundled(path: Path) -> bool:
    """Whether a path lies in a folder of bundled files."""
    return ".." not in path.parts and any(path.is_relative_to(folder(kind)) for kind in get_args(Kind))


def names(kind: Kind, suffix: str) -> tuple[str, ...]:
    """Return the stems of all bundled files with ``suffix`` (``".csv"``, ``".toml"``), sorted."""
    return tuple(sorted(path.stem for path in listed(folder(kind), f"*{suffix}")))


def find(kind: Kind, name: str, suffix: str, error: type[BayesIvigError]) -> Path:
    """Return the path of a bundled file by its bare name; raise ``error`` with a suggestion
    when there is none.
    """
    known = names(kind, suffix)
    if name in known:
        return folder(kind) / f"{name}{suffix}"
    if os.path.isfile(name):  # noqa: PTH113  one of the user's; a name too long is no error
        raise error(
            f"{named(name)}: is there, but {ENDINGS.get(suffix, f'only files ending in {suffix} are read')}; "
            "if it is one, give it that ending, or write ./ before its name"
        )
    raise error(
        f"{quoted(name)}: nothing of that name is bundled in {kind}/{suggestion(name, known)}; "
        f"bundled are {', '.join(known)}; a file of your own is given by its path, ending in {suffix}"
    )


def usual_cache() -> Path | None:
    """Return the user's cache folder: BAYES_IVIG_CACHE, else below XDG_CACHE_HOME or ``~/.cache``;
    None where it is off.
    """
    own = os.environ.get(VARIABLE)
    if own is not None:
        return None if own.strip().lower() in OFF else Path(own).expanduser()
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "bayes_ivig"
    except RuntimeError:  # nobody's home
        return None
