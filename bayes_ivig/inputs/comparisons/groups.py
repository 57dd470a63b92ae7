"""Which trials of a table ask the same question: groups by what the treatment was compared with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite

from bayes_ivig.inputs.comparisons.phrases import compares_nothing, joined, key_of, phrase
from bayes_ivig.inputs.comparisons.stated import Comparisons, StatedContrast, StatedGroup
from bayes_ivig.inputs.counts.case_words import CaseWords

type Columns = Mapping[str, Sequence[str]]

UNSTATED = ("", "na", "n/a", "nan", "nr", "not reported", "unknown", "unclear")
MOST = 12  # groups that a column which nobody stated may make: more are remarks, not classes


@dataclass(frozen=True, slots=True)
class ComparisonGroup:
    """Trials that ask one question.

    ``key`` selects them as a trial set; ``phrase`` continues the name of the treatment, as in "instead of a
    steroid"; ``people`` are those of the trials; ``trials`` are their names, in the order of the table.
    """

    key: str
    phrase: str
    people: str
    note: str
    trials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The trials of a table by what the treatment was compared with.

    ``nothing`` are trials that compare nothing, ``unstated`` those of which nothing is said; ``contrasts``
    are as stated, and name groups by their keys, groups without a trial here among them.
    """

    column: str
    groups: tuple[ComparisonGroup, ...]
    nothing: tuple[str, ...]
    unstated: tuple[str, ...]
    contrasts: tuple[StatedContrast, ...] = ()

    def sets(self, taken: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return the trials of every group by the key that selects it, but for keys that are ``taken``."""
        return {group.key: group.trials for group in self.groups if group.key not in taken}


def compared(
    stated: Comparisons, trials: Sequence[str], columns: Columns, words: CaseWords
) -> Compared | None:
    """Return the groups of trials that the values of the column make, in the stated order, then in that of
    the table; None where nothing is said of any trial.

    ``columns`` are those of the table, a cell for every trial; where the column is not among them, what the
    sidecar has of it counts. A column that nobody stated makes no groups where it holds numbers, or more than
    ``MOST`` values.
    """
    own = columns.get(stated.name)
    cells = dict(stated.cells) if own is None else dict(zip(trials, own, strict=True))
    known = {name: cells.get(name, "").strip() for name in trials}
    found = dict.fromkeys(value for value in known.values() if value.lower() not in UNSTATED)
    if not found or (not stated.column and (len(found) > MOST or all(map(_number, found)))):
        return None
    group_of = members(stated, tuple(found))
    by_group: dict[StatedGroup, list[str]] = {group: [] for group in (*stated.groups, *group_of.values())}
    for name, value in known.items():
        if value in group_of:
            by_group[group_of[value]].append(name)
    groups = tuple(
        ComparisonGroup(
            group.key,
            group.title or joined(_phrases(group, stated.name, words)),
            group.people or words.people,
            group.note,
            tuple(names),
        )
        for group, names in by_group.items()
        if names
    )
    silent = tuple(name for name, value in known.items() if value.lower() in UNSTATED)
    nothing = tuple(name for name, value in known.items() if name not in silent and value not in group_of)
    return Compared(stated.name, groups, nothing, silent, stated.contrasts)


def members(stated: Comparisons, values: Sequence[str]) -> dict[str, StatedGroup]:
    """Return the group of every value that compares something: the stated one, else one of its own."""
    owner = {value: group for group in stated.groups for value in group.values}
    taken = {group.key for group in stated.groups}
    found: dict[str, StatedGroup] = {}
    for value in values:
        if value in stated.none or (value not in owner and compares_nothing(value)):
            continue
        if value not in owner:
            plain = key_of(value)
            names = (plain, *(f"{plain}_{i}" for i in range(2, len(values) + len(taken) + 2)))
            owner[value] = StatedGroup(next(name for name in names if name not in taken | {"all"}), (value,))
            taken.add(owner[value].key)
        found[value] = owner[value]
    return found


def _phrases(group: StatedGroup, column: str, words: CaseWords) -> list[str]:
    said = partial(phrase, column=column, heading=words.column(column))
    return [said(words.of_class(column, value) or value) for value in group.values]


def _number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False
