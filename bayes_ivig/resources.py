"""Where the bundled ``data`` and ``models`` folders are, in an installed wheel or in a checkout, and the user's cache."""

import os
from functools import cache
from pathlib import Path
from typing import Literal

from bayes_ivig.errors import BayesIvigError, suggestion

Kind = Literal["data", "models"]

VARIABLE = "BAYES_IVIG_CACHE"  # a folder for the cache, or one of OFF
OFF = ("", "off", "0", "none")


@cache
def folder(kind: Kind) -> Path:
    """Return the folder of bundled files: inside the package when installed, beside it in a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "_bundled" / kind
    return installed if installed.is_dir() else here.parent / kind


def names(kind: Kind, suffix: str) -> tuple[str, ...]:
    """Return the stems of all bundled files with ``suffix`` (``".csv"``, ``".toml"``), sorted."""
    return tuple(sorted(path.stem for path in folder(kind).glob(f"*{suffix}")))


def find(kind: Kind, name: str, suffix: str, error: type[BayesIvigError]) -> Path:
    """Return the path of a bundled file by its bare name; raise ``error`` with a suggestion when there is none."""
    path = folder(kind) / f"{name}{suffix}"
    if not path.is_file():
        known = names(kind, suffix)
        raise error(
            f"{name!r}: nothing of that name is bundled in {kind}/{suggestion(name, known)}; "
            f"bundled are {', '.join(known)}; a file of your own is given by its path, ending in {suffix}"
        )
    return path


def usual_cache() -> Path | None:
    """Return the user's cache folder: BAYES_IVIG_CACHE, else below XDG_CACHE_HOME or ``~/.cache``; None where it is off."""
    own = os.environ.get(VARIABLE)
    if own is not None:
        return None if own.strip().lower() in OFF else Path(own).expanduser()
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "bayes_ivig"
    except RuntimeError:  # nobody's home
        return None
