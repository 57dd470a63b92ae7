"""A case: a table of counts, by name or path, with the files that go with it, each opened once and passed on.

Whatever is asked of a case is asked of the same bytes:
a file that changes while a report is made cannot be half in it.
"""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from bayes_ivig import resources
from bayes_ivig.errors import DataError, escaped, named, quoted
from bayes_ivig.files.reading import read_bytes
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.description import Sidecar, read_sidecar


@dataclass(frozen=True, eq=False)
class Case:
    """A counts CSV, the short name it goes by, and what of it was read so far; see ``case_of``."""

    path: Path
    name: str
    bundled: bool
    _bytes: dict[Path, bytes] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return self.name if self.bundled else str(self.path)

    def table(self, path: Path | None = None) -> tables.Table:
        """Return the table of counts, or another file of the case;
        raises ``DataError`` where it cannot be read.
        """
        path = self.path if path is None else path
        return tables.parse_csv(self._content(path), str(self) if path == self.path else str(path))

    def beside(self, path: Path) -> "Case":
        """Return another table of the case, with the sidecar of its own,
        as a case that shares what was read.
        """
        return self if path == self.path else Case(path, path.stem, False, self._bytes)

    @cached_property
    def sidecar(self) -> Sidecar:
        """What the TOML beside the table says; an empty one where there is none. Raises ``DataError``, also
        where it states the checksum of another table.
        """
        path = self.path.with_suffix(".toml")
        sidecar = read_sidecar(path)
        stated = sidecar.shared.get("sha256")
        if stated is not None and stated.lower() != self.sha256:
            raise DataError(
                f"{named(path)}: sha256: found {quoted(stated)}, but {named(self.path.name)} has "
                f"{self.sha256}; it describes another table, or the table was changed: correct it, or remove "
                "the key"
            )
        return sidecar

    @property
    def sha256(self) -> str:
        """Checksum of the table of counts."""
        return sha256(self._content(self.path)).hexdigest()

    def _content(self, path: Path) -> bytes:
        if path not in self._bytes:
            self._bytes[path] = read_bytes(path)
        return self._bytes[path]


type Source = Annotated[
    str | Path | Case, "the name of a bundled case or the path of a counts CSV, such as 'own.csv'"
]


def case_of(source: Source) -> Case:
    """Return a case by the name of a bundled one or the path of a counts CSV; nothing is read yet.
    One that is there stays.

    Raises ``DataError`` for a name that is not bundled, and for a missing file that goes
    by the name of a bundled one.
    """
    if isinstance(source, Case):
        return source
    path, name = locate(source)
    bundled = resources.names("data", ".csv")
    if path.stem in bundled and len(path.parts) == 1 and not path.exists():
        raise DataError(
            f"{named(path)}: no such file; the bundled table of that name is called by the bare word "
            f"{quoted(path.stem)}"
        )
    return Case(path, name, isinstance(source, str) and source == name)


def locate(source: Source) -> tuple[Path, str]:
    """Return the CSV's path and a short name for it: a bare word is bundled, anything else is a path."""
    if isinstance(source, Case):
        return source.path, source.name
    text = str(source)
    if isinstance(source, Path) or text.lower().endswith(".csv") or "/" in text or "\\" in text:
        return Path(source), escaped(Path(source).stem, keep="")  # the name of a file need not be text
    return resources.find("data", text, ".csv", DataError), text
