"""Where the bundled ``data`` and ``models`` folders are, in an installed wheel or in a checkout."""

from functools import cache
from pathlib import Path
from typing import Literal

from bayes_ivig.errors import BayesIvigError, suggestion

Kind = Literal["data", "models"]


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
