"""Named trial sets as a sidecar or a file of options states them: study names, or a table that says more.

[outcomes.bleeding.trial_sets]
large = ["Berg 2003", "Adams 2011"]
blinded = { trials = ["Berg 2003", "Cole 2015"], title = "blinded, large" }
all_but_adams = { trials = ["Berg 2003", "Cole 2015"], of = "all" }

``title`` is what a report calls it; ``of`` says that it is another set less some trials: it is worded as that
one without them, and left out where only main sets are shown.
"""

from collections.abc import Mapping
from typing import Any

from bayes_ivig.errors import quoted, suggestion

KEYS = ("trials", "title", "of")


def stated_sets(value: Mapping[str, Any]) -> dict[str, tuple[tuple[str, Any], ...]]:
    """Return the fields of ``About`` that trial sets state: trials, titles, what they are a part of."""
    tables = {name: _table(stated) for name, stated in value.items()}
    return {
        "trial_sets": tuple((name, tuple(table["trials"])) for name, table in tables.items()),
        "set_titles": tuple((name, table["title"]) for name, table in tables.items() if "title" in table),
        "parts_of": tuple((name, table["of"]) for name, table in tables.items() if "of" in table),
    }


def trial_set_problems(value: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with trial sets, each beginning with the key it is about: ``.large: ...``."""
    found = [".all: all is every study of the table; give the set another name"] if "all" in value else []
    return found + [
        f".{name}{problem}" for name, stated in value.items() for problem in _problems(name, stated, value)
    ]


def _table(stated: Any) -> Mapping[str, Any]:
    return stated if isinstance(stated, dict) else {"trials": stated}


def _problems(name: str, stated: Any, sets: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with one set."""
    table = _table(stated)
    studies = table.get("trials")
    if not isinstance(studies, list) or not studies or not all(isinstance(study, str) for study in studies):
        return [f": found {quoted(stated)}; must be a list of one or more study names"]
    unknown = [key for key in table if key not in KEYS]
    texts = [key for key in ("title", "of") if not isinstance(table.get(key, ""), str)]
    return [
        *(f".{key}: unknown key{suggestion(key, KEYS)}; allowed are {', '.join(KEYS)}" for key in unknown),
        *(f".{key}: found {quoted(table[key])}; must be text" for key in texts),
        *_part_problems(name, table, sets),
    ]


def _part_problems(name: str, table: Mapping[str, Any], sets: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the set this is said to be a part of: it is there, and holds the trials."""
    whole = table.get("of", "all")
    if not isinstance(whole, str) or whole == "all":
        return []
    if whole not in sets or whole == name:
        others = ("all", *(other for other in sets if other != name))
        return [f".of: found {quoted(whole)}{suggestion(whole, others)}; must be one of {', '.join(others)}"]
    members = _table(sets[whole]).get("trials", [])
    lacking = [study for study in table["trials"] if isinstance(members, list) and study not in members]
    return [f".of: {whole} does not hold {', '.join(lacking)}"] if lacking else []
