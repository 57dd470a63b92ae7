"""What a table of counts is about: titles, arms, whether an event is good or bad, named trial sets.

It comes from the TOML sidecar that stands beside a counts CSV under the same stem. Keys at the top level hold for every
outcome of the file; a table ``[outcomes.NAME]`` adds to them, or overrules them, for one outcome.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bayes_ivig.errors import DataError, suggestion

Event = Literal["good", "bad"]

SHARED_KEYS = {
    "title": str, "outcome_title": str, "event": str, "treatment": str, "control": str, "citation": str,
    "licence": str, "note": str, "thresholds": list, "trial_sets": dict,
}  # fmt: skip
FILE_KEYS = {
    **SHARED_KEYS,
    "outcomes": dict, "sha256": str, "claims": str, "doi": str, "extracted_by": str, "extracted_on": str, "columns": dict,
}  # fmt: skip
OUTCOME_KEYS = {**SHARED_KEYS, "complement_of": str, "partial": str, "denominator": str}


@dataclass(frozen=True, slots=True)
class About:
    """Description of one outcome of one table; every field has a neutral default.

    ``event`` says whether an event is ``"good"`` or ``"bad"`` for the person it happens to: the only source of the
    direction of benefit. ``thresholds`` are odds ratios. ``trial_sets`` pairs a name with study names.
    """

    title: str = ""
    outcome_title: str = ""
    event: Event | None = None
    treatment: str = "treatment"
    control: str = "control"
    citation: str = ""
    licence: str = ""
    note: str = ""
    thresholds: tuple[float, ...] = ()
    trial_sets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    complement_of: str = ""
    partial: str = ""
    denominator: str = ""


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A parsed sidecar: what holds for the whole file, and per outcome what differs."""

    shared: dict[str, Any]
    outcomes: dict[str, dict[str, Any]]

    def about(self, outcome: str) -> About:
        """Return the description of one outcome (``""`` for a table of a single unnamed one)."""
        keys = {k: v for k, v in self.shared.items() if k in SHARED_KEYS} | self.outcomes.get(outcome, {})
        keys["thresholds"] = tuple(float(value) for value in keys.get("thresholds", ()))
        keys["trial_sets"] = tuple((name, tuple(studies)) for name, studies in keys.get("trial_sets", {}).items())
        return About(**keys)


EMPTY = Sidecar({}, {})


def read_sidecar(path: Path) -> Sidecar:
    """Read the sidecar at ``path``; no file gives an empty one. Raises ``DataError`` naming file and key path."""
    if not path.is_file():
        return EMPTY
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not a TOML file: {error}") from None
    problems = _problems(found, FILE_KEYS, "")
    outcomes = found.get("outcomes", {}) if isinstance(found.get("outcomes", {}), dict) else {}
    for name, keys in outcomes.items():
        if isinstance(keys, dict):
            problems += _problems(keys, OUTCOME_KEYS, f"outcomes.{name}.")
        else:
            problems.append(f"outcomes.{name}: found {keys!r}; must be a table of keys")
    if problems:
        raise DataError("\n".join(f"{path}: {problem}" for problem in problems))
    return Sidecar({k: v for k, v in found.items() if k != "outcomes"}, outcomes)


def _problems(keys: dict[str, Any], allowed: dict[str, type], where: str) -> list[str]:
    """Return a line for every unknown key, wrong type or impossible value."""
    problems = []
    for key, value in keys.items():
        if key not in allowed:
            problems.append(
                f"{where}{key}: unknown key{suggestion(key, allowed)} allowed are {', '.join(sorted(allowed))}"
            )
        elif not isinstance(value, allowed[key]):
            problems.append(f"{where}{key}: found {value!r}; must be {_in_words(allowed[key])}")
        elif key == "event" and value not in ("good", "bad"):
            problems.append(f'{where}event: found {value!r}; must be "good" or "bad"')
        elif key == "thresholds":
            problems += [
                f"{where}thresholds: found {x!r}; each must be an odds ratio above 0"
                for x in value
                if isinstance(x, bool) or not isinstance(x, int | float) or not 0 < x < float("inf")
            ]
        elif key == "trial_sets":
            problems += [
                f"{where}trial_sets.{name}: found {studies!r}; must be a list of one or more study names"
                for name, studies in value.items()
                if not isinstance(studies, list) or not studies or not all(isinstance(s, str) for s in studies)
            ]
    return problems


def _in_words(kind: type) -> str:
    return {str: "text", list: "a list", dict: "a table"}[kind]
