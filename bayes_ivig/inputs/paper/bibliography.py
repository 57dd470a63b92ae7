"""Reading a bibliography: the part of BibTeX that names works, none of its strings,
commands or cross-references.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from bayes_ivig import resources
from bayes_ivig.errors import MOST_PROBLEMS, DataError, named
from bayes_ivig.files.reading import MOST_DOCUMENT, read_bytes
from bayes_ivig.inputs.counts.table import report

HEAD = re.compile(r"^@(\w+)\s*\{\s*([^\s,{}]+)\s*,", re.MULTILINE)
FIELD = re.compile(r"\s*,?\s*(\w+)\s*=\s*")
ORGANISATION = re.compile(r"\{[^{}]*\}")
END = re.compile(r"\s*,?\s*\}")
BARE = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Work:
    """One work: its citation key, its kind (``"article"``) and its fields as text, brackets removed."""

    key: str
    kind: str
    fields: tuple[tuple[str, str], ...]

    def field(self, name: str) -> str:
        """Return a field, or an empty text."""
        return dict(self.fields).get(name, "")

    @property
    def authors(self) -> tuple[tuple[str, str], ...]:
        """Family and given names, in order; an organisation has no given name, ``("others",
        "")`` stands for those not named.
        """
        return tuple(_person(each) for each in re.split(r"\s+and\s+", self.field("author")) if each)


def read_bibliography(path: str | Path) -> tuple[Work, ...]:
    """Return the works of a ``.bib`` file in its order; raises one ``DataError``
    for all entries that do not read.
    """
    source = named(path)
    try:
        text = read_bytes(path, "a file of BibTeX", MOST_DOCUMENT).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError(f"{source}: cannot be read: it is not UTF-8") from None
    works: dict[str, Work] = {}
    problems = []
    line, counted = 1, 0
    for head in HEAD.finditer(text):
        kind, key = head.group(1).lower(), head.group(2)
        line, counted = line + text.count("\n", counted, head.start()), head.start()
        where = f"{source}: line {line}: {key}"
        try:
            work = Work(key, kind, tuple(_fields(text, head.end()).items()))
        except ValueError as error:
            problems.append(f"{where}: {error}")
            if len(problems) > MOST_PROBLEMS:  # each may have been read to the end of the file
                break
            continue
        if key in works:
            problems.append(f"{where}: the key is used twice; keys must differ")
        if not work.field("author"):
            problems.append(f"{where}: no author; every work needs one")
        works[key] = work
    report(problems, source)
    return tuple(works.values())


def bibliography() -> tuple[Work, ...]:
    """Return the works that the bundled data and models cite."""
    return read_bibliography(resources.folder("data") / "references.bib")


def _fields(text: str, at: int) -> dict[str, str]:
    """Read ``name = {value}`` up to the bracket that closes the entry."""
    fields: dict[str, str] = {}
    while (head := FIELD.match(text, at)) is not None:
        value, at = _value(text, head.end())
        # one name, whatever it holds
        whole = ORGANISATION.sub(lambda name: name.group().replace(" and ", " & "), value)
        fields[head.group(1).lower()] = " ".join(whole.replace("{", "").replace("}", "").split())
    if not END.match(text, at):
        raise ValueError(
            "not understood; each field is name = {value}, separated by commas, "
            "and the entry ends in a bracket"
        )
    return fields


def _value(text: str, at: int) -> tuple[str, int]:
    """Read a value in brackets, in quotes, or a bare number; return it and where it ends."""
    if bare := BARE.match(text, at):
        return bare.group(), bare.end()
    opening = text[at : at + 1]
    if opening not in ("{", '"'):
        raise ValueError("a value stands in brackets or in quotes")
    depth = 0
    for position in range(at + 1, len(text)):
        letter = text[position]
        if depth == 0 and letter == ("}" if opening == "{" else '"'):
            return text[at + 1 : position], position + 1
        depth += (letter == "{") - (letter == "}")
    raise ValueError("a bracket or quote is not closed")


def _person(text: str) -> tuple[str, str]:
    family, _, given = text.partition(",")
    return family.strip(), given.strip()
