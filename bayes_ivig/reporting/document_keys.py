"""The keys of JSON documents from version 2 on: the one place that names them.

Results name their numbers as tables and text do (``q2.5``, ``or>1``), and keep some of them under names that
users gave to studies, trial sets and quantities. Here every key becomes one that needs no quoting, in jq, R
or JavaScript (small letters, digits, underscores), and what is kept by names becomes a list of objects with
the name inside, so that a document has the same keys whatever the data are called.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bayes_ivig.measures import MEASURES, measure_of
from bayes_ivig.reporting.wording.digits import decimals

PLAIN = re.compile(r"[a-z][a-z0-9_]*")
QUANTILE = re.compile(r"q(\d+(?:\.\d+)?)")
BEYOND = re.compile(r"or([<>])(.+)")
LIMIT = re.compile(r"(?:(?:.+_)?)(?:lower|upper)_(0\.\d+)")
OF_TABLES = re.compile(r"(.+)_q(2\.5|50|97\.5)")  # columns of tables, which are of 95% limits
ENDS = {"2.5": "lower", "50": "median", "97.5": "upper"}
EACH = "*"  # of a list, in a path
EFFECTS = ("effect", "odds_ratio", "prediction")
# what is kept by names: the end of its path, what a name is called in the list, and what a bare value is
LISTS: dict[tuple[str, ...], tuple[str, str]] = {
    ("", "arms"): ("study", "value"),
    ("alternatives", "counts"): ("study", "counts"),
    ("classes",): ("name", "trials"),
    ("control_arms", "risks"): ("control_risk", "value"),
    ("coverage",): ("level", "value"),
    ("design_effect_limits",): ("study", "limits"),
    ("design_effects",): ("study", "value"),
    ("diagnostics", "numbers"): ("name", "value"),
    ("known_by_estimate",): ("study", "how"),
    ("libraries",): ("name", "version"),
    ("mcse",): ("quantity", "value"),
    ("quantities",): ("name", "value"),
    ("shared",): ("study", "value"),
    ("studies", "columns"): ("name", "value"),
    ("rows", "columns"): ("name", "value"),
    ("trial_sets",): ("name", "studies"),
    ("withheld",): ("name", "reason"),
}


def plain_key(key: str) -> str:
    """Return the key that something called so in Python or in a table has in a document."""
    if (beyond := BEYOND.fullmatch(key)) is not None:
        side, number = beyond.groups()
        return f"or_{'gt' if side == '>' else 'lt'}_{_digits(number)}"
    if (column := OF_TABLES.fullmatch(key)) is not None:
        return f"{plain_key(column[1])}_{ENDS[column[2]]}"
    if (limit := LIMIT.fullmatch(key)) is not None:
        return key.removesuffix(f"_{limit[1]}")
    if PLAIN.fullmatch(key):
        return key
    cleaned = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")
    return cleaned if PLAIN.fullmatch(cleaned) else f"n_{cleaned}"


def _digits(number: str) -> str:
    """Return a number as a part of a key, as ``Measure.beyond_key`` writes it."""
    return number.replace("-", "minus_").replace(".", "_").replace("+", "")


def plain_keys(value: Any, level: float | None = None) -> Any:
    """Return a document with every key in it, at any depth, as ``plain_key`` has it; ``level`` is that of
    limits that do not state their own.
    """
    return _plain(value, ("",), level)


def _plain(value: Any, where: tuple[str, ...], level: float | None) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(each, (*where, EACH), level) for each in value]
    if not isinstance(value, dict):
        return value
    if (own := _names(where)) is not None:
        return _listed(value, where, own, level)
    if where[-1] == "diagnostics":
        value = _numbers_apart(value)
    if (limits := _limits(value)) is not None:
        return limits
    stated = value.get("level")
    within = float(stated) if isinstance(stated, float) else level
    found: dict[str, Any] = {}
    for key, each in _named(value).items():
        limit = LIMIT.fullmatch(key)
        name = _free(plain_key(key), found)
        found[name] = _levelled(key, _plain(each, (*where, key), within), within)
        if limit is not None and "upper" in name and "level" not in value:
            found["level"] = float(limit[1])
    return found


def _names(where: tuple[str, ...]) -> tuple[str, str] | None:
    keys = tuple(key for key in where if key != EACH)
    return None if where[-1] == EACH else LISTS.get(keys[-2:]) or LISTS.get(keys[-1:])


def _listed(
    value: Mapping[str, Any], where: tuple[str, ...], own: tuple[str, str], level: float | None
) -> list[dict[str, Any]]:
    """Return a list of objects that state the name under which each was kept."""
    name, bare = own
    rows = []
    for key, each in value.items():
        kept = _plain(each, (*where, EACH), level)
        rows.append(
            {name: float(key) if name == "level" else key}
            | (kept if isinstance(kept, dict) else {bare: kept})
        )
    return rows


def _numbers_apart(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return diagnostics with the numbers, which are called after quantities, in a part of their own."""
    stated = {key: each for key, each in value.items() if key in ("ok", "problems", "numbers")}
    rest = {key: each for key, each in value.items() if key not in stated}
    return stated | ({"numbers": rest} if rest else {})


def _limits(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a median and its two limits, nothing else, as ``median``, ``lower``, ``upper`` and ``level``;
    None of anything else.
    """
    shares = {key: _share(key) for key in value}
    if len(shares) != 3 or None in shares.values():
        return None
    lower, median, upper = sorted(value, key=lambda key: shares[key] or 0.0)
    if shares[median] != 50.0:
        return None
    level = decimals(((shares[upper] or 0.0) - (shares[lower] or 0.0)) / 100, 12)
    return {"median": value[median], "lower": value[lower], "upper": value[upper], "level": level}


def _share(key: str) -> float | None:
    """Return which percentage a quantile is by its key, None of other keys."""
    quantile = QUANTILE.fullmatch("q50" if key == "median" else key)
    return None if quantile is None else float(quantile[1])


def _named(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dictionary whose probabilities say what they are of: ``p_benefit``, and a side of no effect
    by the measure.
    """
    chances = value.get("probability")
    if not isinstance(chances, dict):
        return dict(value)
    names = {"benefit": "p_benefit", "harm": "p_harm"}
    if value.get("measure") in [each.code for each in MEASURES]:
        names["above"] = measure_of(value["measure"]).above_key
    return dict(value) | {"probability": {names.get(key, key): each for key, each in chances.items()}}


def _levelled(key: str, value: Any, level: float | None) -> Any:
    """Return the limits of an effect with the level they are of."""
    of_effect = key in EFFECTS and isinstance(value, dict) and {"lower", "upper"} < set(value)
    return value | {"level": level} if of_effect and "level" not in value and level is not None else value


def _free(name: str, taken: Iterable[str]) -> str:
    """Return a key that is not taken yet, with underscores after it if need be."""
    while name in taken:
        name += "_"
    return name
