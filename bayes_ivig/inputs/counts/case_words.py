"""What the people and things of a case are called in its reports, and what of them belongs together:
the tables ``[words]``, ``[subgroup]`` and ``[pair]`` of its sidecar.

[words]
people = "women"                                   # "people" unless given
population = "women with recurrent loss"           # whom the trials are about, in the question of the brief
[words.columns]                                    # headings of columns of the table, or of its evidence
apl_share = "Share with antibodies"
[words.classes.comparator_class]                   # the classes that a column makes, by its cells
placebo = "placebo or vitamins"
[words.units]                                      # of outcomes that are measured, by name
birth_weight = "g"
[words.captions]                                   # of tables of evidence, by name
characteristics = "The studies, as Table 1 of the paper prints them."
[words.glossary]                                   # terms of the field, added to those of the method
aPL = "Antiphospholipid antibodies."

[subgroup]                                         # whom a paper counts in its studies
counted = "apl_positive_in_table1"
share = "apl_share"
people = "antibody-positive women"

[pair]                                             # what is weighed first against what
benefit = "live_birth"
harm = "preterm_birth"
unharmed = "live birth at term"                    # what becomes of people: may be left out
harmed = "preterm live birth"
without = "no live birth"
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from bayes_ivig.errors import quoted, suggestion

TABLES = ("columns", "units", "captions", "glossary")
TEXTS = ("people", "population")
KEYS = (*TEXTS, *TABLES, "classes")

type Named = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CaseWords:
    """Words of one case, every one of them optional."""

    people: str = "people"
    columns: Named = ()
    classes: tuple[tuple[str, Named], ...] = ()
    units: Named = ()
    captions: Named = ()
    glossary: Named = ()
    population: str = ""

    def column(self, name: str) -> str:
        """Return the heading of a column, empty where none is stated."""
        return dict(self.columns).get(name, "")

    def of_class(self, column: str, value: str) -> str:
        """Return what a class of a column is called, empty where nothing is stated."""
        return dict(dict(self.classes).get(column, ())).get(value, "")

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome that is measured, empty where none is stated."""
        return dict(self.units).get(outcome, "")

    def caption(self, table: str) -> str:
        """Return the caption of a table of evidence, empty where none is stated."""
        return dict(self.captions).get(table, "")


@dataclass(frozen=True, slots=True)
class Subgroup:
    """People whom a paper counts in its studies although not all of a study are such people.

    ``counted`` and ``share`` are columns of the studies' characteristics: how many the paper prints, and
    which share of a study they are by its own reports. ``people`` is what they are called.
    """

    counted: str
    share: str
    people: str


@dataclass(frozen=True, slots=True)
class Pair:
    """The benefit and the harm that a report weighs first, of those that can be weighed, by name.

    The other fields say what becomes of people where the harm is counted among those with the benefit; empty
    for words made of the titles.
    """

    benefit: str
    harm: str
    unharmed: str = ""
    harmed: str = ""
    without: str = ""

    def states(self, benefit: str, harm: str) -> tuple[str, ...]:
        """Return what becomes of people where these are the two outcomes and it is stated, else nothing."""
        stated = (self.unharmed, self.harmed, self.without)
        return stated if (benefit, harm) == (self.benefit, self.harm) and all(stated) else ()


def stated_words(value: Mapping[str, Any]) -> CaseWords:
    """Return the words that a sidecar states, once ``word_problems`` finds nothing wrong with them."""
    tables: dict[str, Any] = {name: tuple(value[name].items()) for name in TABLES if name in value}
    classes = tuple((name, tuple(own.items())) for name, own in value.get("classes", {}).items())
    words = CaseWords(value.get("people", "people"), classes=classes, **tables)
    return replace(words, population=value.get("population", ""))


def word_problems(value: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a table of words, beginning with the key it is about: ``.people: ...``."""
    found = [
        f".{key}: unknown key{suggestion(key, KEYS)}; allowed are {', '.join(KEYS)}"
        for key in value
        if key not in KEYS
    ]
    found += [
        f".{name}: found {quoted(value[name])}; must be text"
        for name in TEXTS
        if name in value and not _text(value[name])
    ]
    tables = {name: value[name] for name in TABLES if name in value}
    classes = value.get("classes", {})
    if isinstance(classes, dict):
        tables |= {f"classes.{name}": own for name, own in classes.items()}
    else:
        found.append(f".classes: found {quoted(classes)}; must be a table for each column")
    for name, own in tables.items():
        if not isinstance(own, dict):
            found.append(f".{name}: found {quoted(own)}; must be a table of texts")
            continue
        found += [
            f".{name}.{key}: found {quoted(text)}; must be text"
            for key, text in own.items()
            if not _text(text)
        ]
    return found


def subgroup_problems(value: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the table of a subgroup."""
    return _table_problems(value, Subgroup)


def pair_problems(value: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the table of a pair."""
    return _table_problems(value, Pair)


def _table_problems(value: Mapping[str, Any], kind: type[Subgroup | Pair]) -> list[str]:
    """Return a line for every key that is unknown, missing or no text."""
    known = {each.name: each.default is MISSING for each in fields(kind)}
    return [
        *(
            f".{key}: unknown key{suggestion(key, known)}; allowed are {', '.join(known)}"
            for key in value
            if key not in known
        ),
        *(
            f".{key}: found {quoted(value.get(key))}; must be text"
            for key, needed in known.items()
            if (needed or key in value) and not _text(value.get(key))
        ),
    ]


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
