"""Other ways to count, stated beside a table under a name each: some studies with other counts, or left out.

In a sidecar: ``[outcomes.NAME.alternatives.OTHER]`` with ``title``, ``basis``, and ``counts`` (study to
treatment events, treatment total, control events, control total), ``drop`` (study names), or both.
"""

from dataclasses import dataclass, replace
from typing import Any

from bayes_ivig.errors import quoted, suggestion
from bayes_ivig.inputs.counts.study import COUNTS, count_problems

KEYS = {"title": str, "basis": str, "counts": dict, "drop": list}

type Four = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One other way to count: ``counts`` replaces those of some studies,
    ``drop`` leaves studies out, ``basis`` says why.
    """

    name: str
    title: str = ""
    counts: tuple[tuple[str, Four], ...] = ()
    drop: tuple[str, ...] = ()
    basis: str = ""

    @property
    def label(self) -> str:
        """The title, or the name in words."""
        return self.title or self.name.replace("_", " ")

    def complement(self) -> "Alternative":
        """Return the same alternative counting the people without the event."""
        flipped = tuple((study, (n1 - r1, n1, n0 - r0, n0)) for study, (r1, n1, r0, n0) in self.counts)
        return replace(self, counts=flipped)

    @property
    def studies(self) -> tuple[str, ...]:
        """The studies that change."""
        return (*(study for study, _ in self.counts), *self.drop)


def stated_alternative(name: str, keys: dict[str, Any]) -> Alternative:
    """Return an alternative from checked keys."""
    counts = tuple(
        (study, (four[0], four[1], four[2], four[3])) for study, four in keys.get("counts", {}).items()
    )
    return Alternative(
        name, keys.get("title", ""), counts, tuple(keys.get("drop", ())), keys.get("basis", "")
    )


def alternative_problems(tables: dict[str, Any]) -> list[str]:
    """Return what is wrong with the key ``alternatives`` of a sidecar,
    each line to follow the key's own path.
    """
    problems: list[str] = []
    for name, keys in tables.items():
        if not isinstance(keys, dict):
            problems.append(f".{name}: found {quoted(keys)}; must be a table of keys")
            continue
        problems += [f".{name}.{what}" for key, value in keys.items() for what in _key_problems(key, value)]
        if not keys.get("counts") and not keys.get("drop"):
            problems.append(f".{name}: changes nothing; give counts, drop, or both")
    return problems


def _key_problems(key: str, value: Any) -> list[str]:
    if key not in KEYS:
        return [f"{key}: unknown key{suggestion(key, KEYS)}; allowed are {', '.join(sorted(KEYS))}"]
    if not isinstance(value, KEYS[key]):
        return [f"{key}: found {quoted(value)}; must be {_in_words(KEYS[key])}"]
    if key == "counts":
        return [f"counts.{study}: {what}" for study, four in value.items() for what in _count_problems(four)]
    if key == "drop" and not all(isinstance(study, str) for study in value):
        return [f"drop: found {quoted(value)}; must be a list of study names"]
    return []


def _count_problems(four: Any) -> list[str]:
    if not (
        isinstance(four, list)
        and len(four) == 4
        and all(isinstance(x, int) and not isinstance(x, bool) for x in four)
    ):
        return [f"found {quoted(four)}; must be four whole numbers: {', '.join(COUNTS)}"]
    return [f"{column}: {what}" for column, what in count_problems(dict(zip(COUNTS, four, strict=True)))]


def _in_words(kind: object) -> str:
    return "a list" if kind is list else "a table" if kind is dict else "text"
