"""How columns belong together: those of two or more arms of one outcome, or of one arm a row."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bayes_ivig.inputs.foreign.layout.columns import COUNTED, Column

type Kind = Literal["counts", "rates", "means"]
LEADING = (
    "fraction",
    "events",
    "nonevents",
    "percent",
    "mean_sd",
    "mean",
)  # what names an outcome, best first
SHARED = ("total", "time", "missing", "nonevents", "noevents", "percent", "sd")  # what outcomes may share
FEWEST_REPEATED = 3  # rows with the same counts that make them a result of all
OF_ONE_ROW = ""  # the arm of columns in a table with a row for each arm


@dataclass(frozen=True, slots=True)
class Group:
    """The columns of one outcome: ``{arm: {what: column}}``; ``twice`` are pairs of columns for one thing."""

    name: str
    kind: Kind
    arms: dict[str, dict[str, Column]]
    twice: tuple[tuple[Column, Column], ...] = ()

    def columns(self) -> tuple[Column, ...]:
        """Return all columns of the group."""
        return tuple(column for arm in self.arms.values() for column in arm.values())


@dataclass(frozen=True, slots=True)
class Shape:
    """The outcomes of a grid, ``long`` where each arm has a row; ``labels`` are columns with arms' names."""

    long: bool
    groups: tuple[Group, ...]
    labels: dict[str, Column]
    estimates: tuple[Column, ...] = ()


def shape_of(columns: Sequence[Column]) -> Shape:
    """Return how the columns belong together; no groups where they do not make up two arms."""
    counted = [each for each in columns if each.what in COUNTED or each.what in ("time", "missing")]
    labels = {each.arm: each for each in reversed(columns) if each.what == "label"}
    estimates = tuple(each for each in columns if each.estimate is not None)
    counted = _numbered(_paired(counted))
    armed = [each for each in counted if each.arm]
    wide = _groups(armed)
    if wide:
        return Shape(False, wide, labels, estimates)
    armless = _groups([each for each in counted if not each.arm])
    return Shape(bool(armless), armless, labels, estimates)


def without_pooled(shape: Shape, rows: Sequence[Sequence[str]]) -> tuple[Shape, tuple[Column, ...]]:
    """Return a shape without groups of columns that hold the same counts in every row beside others that do
    not, which are results of all trials repeated with each, and the columns of these groups.
    """
    pooled = [group for group in shape.groups if _everywhere(group, rows)]
    kept = tuple(group for group in shape.groups if group not in pooled)
    if shape.long or not (pooled and kept):
        return shape, ()
    own = {column.place for group in kept for column in group.columns()}
    columns = tuple(c for group in pooled for c in group.columns() if c.place not in own)
    return replace(shape, groups=kept), columns


def _everywhere(group: Group, rows: Sequence[Sequence[str]]) -> bool:
    """Whether a group of counts has the same numbers, not all of them 0, in each of several rows."""
    found = {tuple(row[column.place] for column in group.columns()) for row in rows}
    if len(rows) < FEWEST_REPEATED or len(found) != 1:
        return False
    lead = [column.place for column in group.columns() if column.what in LEADING]
    return any(rows[0][place].strip("0. ") for place in lead)


def readable(columns: Sequence[Column]) -> tuple[int, int]:
    """Return how many columns belong to something that can be read, the study's name not counted, and how
    many of them are of arms that have names.
    """
    shape = shape_of(columns)
    used = {column.place for group in shape.groups for column in group.columns()}
    kinds = {each.estimate.what for each in shape.estimates if each.estimate}
    effect = kinds & {"est", "yi", "est_ci", "o_minus_e"}
    error = kinds & {"lower", "upper", "ci", "se", "var", "sei", "vi", "est_ci", "p", "variance"}
    named = [c for group in shape.groups for c in group.columns() if c.arm and not c.arm.isdigit()]
    return len(used) + (len(shape.estimates) if effect and error else 0), len(named)


def spelled(group: Group) -> str:
    """Return the name of an outcome in the letters of the columns, which stand in small ones in ``name``."""
    names = " ".join(column.name for column in group.columns())
    found = [
        re.search(rf"(?<![^\W\d_]){re.escape(word)}", names, re.IGNORECASE) for word in group.name.split()
    ]
    return " ".join(
        match[0] if match else word for match, word in zip(found, group.name.split(), strict=True)
    )


def _paired(columns: list[Column]) -> list[Column]:
    """Return columns, those without an arm given one where other words of their names tell arms apart:
    ``event.cisa, n.cisa`` beside ``event.plac, n.plac``.
    """
    armless = [each for each in columns if not each.arm]
    armed = [each for each in columns if each.arm]
    groups = {each.group for each in armless}
    if not armless or groups == {""} or (armed and any(each.arm != "control" for each in armed)):
        return columns
    controls = {(each.what, each.group) for each in armed}
    common = set.intersection(*(set(each.group.split()) for each in armless))
    name = " ".join(word for word in armless[0].group.split() if word in common)
    without = {(each.what, _without(each.group, common)) for each in armless}
    if armed and common and without == controls:
        return armed + [replace(c, arm=name, group=_without(c.group, common)) for c in armless]
    arms = {group: {c.what for c in armless if c.group == group} for group in groups if group}
    alike = [
        group
        for group, whats in arms.items()
        if _kind(whats) and (not armed or whats == {w for w, _ in controls})
    ]
    plain = not armed or all(group == "" for _, group in controls)
    if plain and len(alike) + bool(armed) >= 2 and len(alike) == len(groups - {""}):
        return [replace(c, arm=c.group, group="") if not c.arm and c.group in alike else c for c in columns]
    return columns


def _without(group: str, words: Iterable[str]) -> str:
    return " ".join(word for word in group.split() if word not in set(words))


def _numbered(columns: list[Column]) -> list[Column]:
    """Return columns, those of one name that stand twice being the first and the second arm."""
    armless = [each for each in columns if not each.arm]
    times = Counter((each.what, each.group) for each in armless)
    if any(each.arm for each in columns) or set(times.values()) != {2}:
        return columns
    seen: Counter[tuple[str, str]] = Counter()
    numbered = []
    for each in columns:
        seen[each.what, each.group] += 1
        numbered.append(replace(each, arm=str(seen[each.what, each.group]), why="by its place"))
    return numbered


def _groups(columns: list[Column]) -> tuple[Group, ...]:
    """Return the outcomes whose columns make up every arm, at least two arms unless there is none named."""
    arms = list(dict.fromkeys(each.arm for each in columns))
    leads = list(dict.fromkeys((each.group, _family(each.what)) for each in columns if each.what in LEADING))
    found: list[Group] = []
    for name, family in leads:
        own = {arm: _of_arm(columns, arm, name, family) for arm in arms}
        kinds = {arm: _kind(whats) for arm, (whats, _) in own.items()}
        kind = next((kind for kind in kinds.values() if kind), None)
        whole = {arm: own[arm] for arm in arms if kinds[arm] == kind}
        taken = any(group.kind == kind and _same(group, whole) for group in found)
        if kind is None or len(whole) < (1 if arms == [OF_ONE_ROW] else 2) or taken:
            continue
        twice = tuple(pair for _, pairs in whole.values() for pair in pairs)
        found.append(Group(name, kind, {arm: whats for arm, (whats, _) in whole.items()}, twice))
    return tuple(found)


def _same(group: Group, arms: dict[str, tuple[dict[str, Column], tuple[tuple[Column, Column], ...]]]) -> bool:
    """Whether the columns that lead an outcome are those of another."""
    places = {column.place for arm in group.arms.values() for what, column in arm.items() if what in LEADING}
    return all(
        any(c.place in places for what, c in whats.items() if what in LEADING) for whats, _ in arms.values()
    )


def _family(what: str) -> str:
    return "means" if what in ("mean", "mean_sd") else "counts"


def _of_arm(
    columns: list[Column], arm: str, name: str, family: str
) -> tuple[dict[str, Column], tuple[tuple[Column, Column], ...]]:
    """Return one arm's columns of an outcome by what they hold, and those that stand for one thing twice."""
    whats: dict[str, Column] = {}
    twice = []
    for column in columns:
        if column.arm != arm or column.group != name:
            continue
        if column.what in whats:
            twice.append((whats[column.what], column))
        whats.setdefault(column.what, column)
    for what in SHARED:
        others = [each for each in columns if each.arm == arm and each.what == what]
        plain = [each for each in others if not each.group or set(each.group.split()) <= set(name.split())]
        shared = plain or (others if len({each.group for each in others}) == 1 else [])
        if what not in whats and shared and (what != "percent" or shared[0].group == ""):
            whats[what] = shared[0]
            twice += [(shared[0], each) for each in shared[1:] if each.group == shared[0].group]
    dropped = (
        ("mean", "sd", "mean_sd") if family == "counts" else ("events", "nonevents", "percent", "fraction")
    )
    kept = {what: column for what, column in whats.items() if what not in dropped}
    return kept, tuple(pair for pair in twice if pair[0].what in kept)


def _kind(whats: Iterable[str]) -> Kind | None:
    """Return what columns of these things give together, None where something is missing."""
    have = set(whats)
    if (have & {"mean_sd"} and "total" in have) or {"mean", "sd", "total"} <= have:
        return "means"
    with_total = "total" in have and have & {"events", "nonevents", "percent"}
    if "fraction" in have or with_total or {"events", "nonevents"} <= have or {"events", "noevents"} <= have:
        return "counts"
    return "rates" if {"events", "time"} <= have else None
