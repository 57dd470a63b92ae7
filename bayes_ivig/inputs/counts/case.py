"""A case: a table of trials, by name or path, with the files that go with it, each opened once and passed on.

Whatever is asked of a case is asked of the same bytes:
a file that changes while a report is made cannot be half in it.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from bayes_ivig import resources
from bayes_ivig.errors import DataError, escaped, listed, named, quoted
from bayes_ivig.files.reading import read_bytes, standard_input
from bayes_ivig.inputs.comparisons.stated import stated_comparisons
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.description import Sidecar, read_sidecar
from bayes_ivig.inputs.counts.own_csv import is_comma_separated, is_own
from bayes_ivig.inputs.foreign.as_ours import merged, sidecar_of, table_of
from bayes_ivig.inputs.foreign.found import Stated
from bayes_ivig.inputs.foreign.notes import require_in_no_doubt, tell
from bayes_ivig.inputs.foreign.read import PIPED, SUFFIXES, ForeignFile, nothing_in, read_foreign

CHARACTERISTICS = "characteristics"  # the table of evidence that describes the studies


@dataclass(frozen=True, eq=False)
class Case:
    """A file of trials, the short name it goes by, and what of it was read so far; see ``case_of``.

    ``stated`` is what the user says of a file of another program. A case that is ``alone`` came through a
    stream: nothing stands beside it.
    """

    path: Path
    name: str
    bundled: bool
    _bytes: dict[Path, bytes] = field(default_factory=dict, repr=False)
    stated: Stated = field(default_factory=Stated, repr=False)
    _told: set[str] = field(default_factory=set, repr=False)
    alone: bool = False

    def __str__(self) -> str:
        return self.name if self.bundled else str(self.path)

    def table(self, path: Path | None = None) -> tables.Table:
        """Return the table of counts, or another file of the case;
        raises ``DataError`` where it cannot be read.
        """
        path = self.path if path is None else path
        return tables.parse_csv(self._content(path), str(self) if path == self.path else str(path))

    def counts(self) -> tables.Table:
        """Return the table of trials under our column names, whatever program its file is of; raises
        ``DataError`` where it cannot be read.
        """
        return self.table() if self.foreign is None else self.foreign_table

    @cached_property
    def foreign(self) -> ForeignFile | None:
        """What is in a file of another program; None where it is a CSV of our own. Raises ``DataError``."""
        if self.bundled or resources.is_bundled(self.path):
            return None
        raw = self._content(self.path)
        is_csv = self.path.suffix.lower() not in SUFFIXES
        asked = self.stated
        mapped = asked.columns or asked.treatment or asked.control or asked.encoding
        if is_csv and not mapped and is_own(raw):
            return None
        own = self.sidecar.shared
        stated = replace(
            asked, event=asked.event or own.get("event"), measure=asked.measure or own.get("measure", "")
        )
        file = read_foreign(raw, str(self), stated)
        if not file.tables and not (is_csv and is_comma_separated(raw)):
            raise nothing_in(file)
        return file if file.tables else None  # what a CSV lacks is said as of one of our own

    @cached_property
    def foreign_table(self) -> tables.Table:
        """The table of a file of another program."""
        assert self.foreign is not None
        return table_of(self.foreign)

    @cached_property
    def described(self) -> Sidecar:
        """What is known of the outcomes: what the file itself says, and over it the sidecar."""
        if self.foreign is not None:
            return self._with_cells(merged(sidecar_of(self.foreign), self.sidecar, named(self)))
        event, measure = self.stated.event, self.stated.measure
        shared = {"measure": measure} if measure else {}
        shared |= self.sidecar.shared | ({"event": event} if event else {})
        return self._with_cells(Sidecar(shared, self.sidecar.outcomes))

    def _with_cells(self, found: Sidecar) -> Sidecar:
        """Add the column of comparisons, where a sidecar states it and it stands in the characteristics."""
        said = found.shared.get("comparisons", {})
        stated = stated_comparisons(said)
        own = said.get("table") or found.shared.get("evidence", {}).get(CHARACTERISTICS)
        if not own or not stated.column or stated.column in self.counts().columns:
            return found
        table = self.table(self.path.parent / own)
        absent = [name for name in ("study", stated.column) if name not in table.columns]
        if absent and "table" in said:
            there = listed([name for name in table.columns if name])
            raise DataError(
                f"{table.source}: comparisons.table: no column {quoted(absent[0])}; there are {there}"
            )
        if absent:
            return found
        cells = zip(table.column("study"), table.column(stated.column), strict=True)
        return replace(found, cells=tuple((name.strip(), value.strip()) for name, value in cells))

    def outcome(self, outcome: str | None) -> str | None:
        """Return the name of an outcome as the table has it; raises ``DataError`` for one in doubt."""
        if self.foreign is None:
            return outcome
        key = self.foreign.key(outcome)
        require_in_no_doubt(self.foreign, key)
        return key

    def tell(self, outcome: str) -> None:
        """Say once with a ``ReadNote`` how an outcome of a foreign file was read."""
        if self.foreign is not None and outcome not in self._told:
            self._told.add(outcome)
            tell(self.foreign, outcome)

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
        sidecar = Sidecar({}, {}) if self.alone else read_sidecar(path)
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
            called = "a file of trials" if path.suffix.lower() in SUFFIXES else "a CSV file"
            self._bytes[path] = read_bytes(path, called)
        return self._bytes[path]


type Source = Annotated[
    str | Path | Case, "the name of a bundled case or the path of a file of trials, such as 'own.csv'"
]


def case_of(source: Source, stated: Stated | None = None) -> Case:
    """Return a case by the name of a bundled one or the path of a file; nothing is read yet.
    One that is there stays, unless something else is ``stated`` of its file.

    Raises ``DataError`` for a name that is not bundled, and for a missing file that goes
    by the name of a bundled one.
    """
    if isinstance(source, Case):
        if stated in (None, source.stated):
            return source
        return replace(source, _bytes=dict(source._bytes) if source.alone else {}, stated=stated)
    path, name = locate(source)
    bundled = resources.names("data", ".csv")
    if path.stem in bundled and len(path.parts) == 1 and not path.exists():
        raise DataError(
            f"{named(path)}: no such file; the bundled table of that name is called by the bare word "
            f"{quoted(path.stem)}"
        )
    return Case(path, name, isinstance(source, str) and source == name, stated=stated or Stated())


def piped_case() -> Case:
    """Return what comes through standard input as a case without a sidecar; raises ``DataError``."""
    path = Path(PIPED)
    return Case(path, "stdin", False, {path: standard_input()}, alone=True)


def locate(source: Source) -> tuple[Path, str]:
    """Return the file's path and a short name for it: a bare word is bundled, anything else is a path."""
    if isinstance(source, Case):
        return source.path, source.name
    text = str(source)
    if isinstance(source, Path) or text.lower().endswith((".csv", *SUFFIXES)) or "/" in text or "\\" in text:
        return Path(source), escaped(Path(source).stem, keep="")  # the name of a file need not be text
    return resources.find("data", text, ".csv", DataError), text
