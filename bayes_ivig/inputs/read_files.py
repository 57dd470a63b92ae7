"""Which files a command is going to read, told from what it was given, before any of them is read in earnest:
no output may take the place of one.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bayes_ivig import resources
from bayes_ivig.files.documents import parse_toml
from bayes_ivig.files.reading import MOST_DOCUMENT, content
from bayes_ivig.inputs.foreign.read import SUFFIXES

KINDS: dict[str, resources.Kind] = {".csv": "data", ".toml": "models"}  # of bundled files


def files_read(*sources: str | Path | None) -> tuple[Path, ...]:
    """Return the files that these tables, models and options are, with the sidecar of a table, and every file
    that a sidecar or the options name, as far as they are there; what is wrong with them is not said here.
    """
    paths: dict[Path, None] = {}
    for source in sources:
        for path in _candidates(source):
            if _is_file(path):
                paths |= dict.fromkeys((path, *_named_in(path)))
    return tuple(paths)


def _candidates(source: str | Path | None) -> Iterator[Path]:
    """Yield what a text may stand for: a path and its sidecar, a bundled table, a bundled model."""
    if not source:
        return
    path = Path(source)
    yield path
    if path.suffix.lower() in (".csv", *SUFFIXES):
        yield path.with_suffix(".toml")
    if isinstance(source, str) and len(path.parts) == 1 and not path.suffix:
        yield from (resources.folder(kind) / f"{source}{suffix}" for suffix, kind in KINDS.items())


def _named_in(path: Path) -> Iterator[Path]:
    """Yield the files beside a TOML that it names, wherever it names them."""
    if path.suffix.lower() != ".toml":
        return
    try:
        texts = set(_texts(parse_toml(content(path, MOST_DOCUMENT))))
    except (OSError, ValueError):
        return
    yield from (path.parent / text for text in sorted(texts) if _is_file(path.parent / text))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            yield from (text for item in value for text in _texts(item))
        case dict():
            yield from (text for item in value.values() for text in _texts(item))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
