"""Columns of tables as JSON documents of version 1 called them; goes away with that version.

Documents take their rows from tables, whose columns were renamed since: here they get their old names and
their old order back.
"""

import re
from collections.abc import Mapping
from typing import Any

from bayes_ivig.measures import MEASURES, OR, Measure

NEW_TAU, OLD_TAU = "tau_median", "tau_q50"
ENDS = ("lower", "median", "upper")
QUANTILES = ("q2.5", "q50", "q97.5")
ROWS = {
    "rows", "every", "without", "pairs", "published_without", "cumulative", "alone", "specifications",
}  # fmt: skip
OF_CLASSES = ("contrast", "independent")
# plain tables: the old names of columns where they changed, None of those that there were none of
LIMITS: Mapping[str, str | None] = {"lower": "lower_0.95", "upper": "upper_0.95", "level": None}
CONTRAST: Mapping[str, str | None] = {"group": "row", "prob_gt_1": "prob_above_1", **LIMITS}
NEW = {"Contrast": ("aside", "level"), "ByClass": ("aside",)}  # keys of documents that there were none of
TABLES: dict[str, Mapping[str, str | None]] = {
    "AbsoluteEffects": LIMITS,
    "ControlRisk": {**LIMITS, "control_risk_of": "control risk of"},
    "Funnel": {"level": None},
    "Marginal": LIMITS,
    "MissingOutcomes": {"level": None},
    "ModelAverage": LIMITS,
    "PosteriorCheck": {"level": None},
    "PosteriorSeries": {"or_lower": "or_lower_0.95", "or_upper": "or_upper_0.95", "level": None},
    "PriorCheck": {"q2_5": "q2.5", "q97_5": "q97.5"},
    "TermEffects": LIMITS,
}


def former(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the document of a kind of result with the columns of its tables under their old names."""
    found: dict[str, Any] = _former(document, "")
    if kind in TABLES:
        found["table"] = [_renamed(row, TABLES[kind]) for row in document["table"]]
    for key in NEW.get(kind, ()):
        found.pop(key, None)
    if kind == "Contrast":
        found["rows"] = [_renamed(row, CONTRAST) for row in document["rows"]]
    if kind == "Standing":
        found = _standing(found) | {"table": [_standing(row) for row in document["table"]]}
    if kind == "PriorCheck":
        del found["level"]
    return found


def _former(value: Any, key: str) -> Any:
    if isinstance(value, list | tuple):
        return [_row(each, key) if isinstance(each, dict) else _former(each, key) for each in value]
    if not isinstance(value, dict):
        return value
    if key == "trial_sets":
        return {name: _standing(each) if isinstance(each, dict) else each for name, each in value.items()}
    if key == "standing":
        return _standing(value)
    if key == "over_tables":
        return {_dotted(name): each for name, each in value.items()}
    return {name: _former(each, name) for name, each in value.items()}


def _row(row: dict[str, Any], key: str) -> dict[str, Any]:
    measure = next((each for each in MEASURES if {each.columns.median, "level"} <= set(row)), None)
    if key in ROWS and measure is not None:
        return _of_frame(row, measure)
    if key in OF_CLASSES and "prob_gt_1" in row:
        return _renamed(row, CONTRAST)
    return {name: _former(each, name) for name, each in row.items()}


def _of_frame(row: Mapping[str, Any], measure: Measure) -> dict[str, Any]:
    """Return a row of a table of many posteriors."""
    columns, start = measure.columns, "or" if measure is OR else "effect"
    groups = {columns.median: (measure.key, start), "shared_median": ("shared", "shared")}
    ends = QUANTILES if measure is OR else ENDS
    names = {
        NEW_TAU: OLD_TAU,
        columns.pooled: f"pooled_{start}",
        "scale": "kind" if "class" in row else "scale",
    }
    names[columns.moved] = columns.moved.replace(measure.key, start, 1)
    gone = {"level", "shared_level", *(f"{new}_{end}" for new, _ in groups.values() for end in ENDS)}
    found: dict[str, Any] = {}
    for key, each in row.items():
        if key in groups:
            new, old = groups[key]
            old_ends = QUANTILES if old == "shared" else ends
            found |= {f"{old}_{b}": row[f"{new}_{a}"] for a, b in zip(ENDS, old_ends, strict=True)}
        elif key not in gone:
            found[names.get(key) or _dotted(key)] = each
    return found


def _dotted(key: str) -> str:
    """Return a column of odds ratios under its old name, with a dot in the number."""
    key = re.sub(r"^prob_or_gt_(\d+)_(\d+)$", r"prob_or_gt_\1.\2", key)
    key = re.sub(r"^or_median(?=_|$)|(?<=^rank_)or_median$", "or_q50", key)
    for new, old in zip(ENDS, QUANTILES, strict=True):
        key = re.sub(rf"^(or|prediction)_{new}$", rf"\1_{old}", key)
    return key


def _standing(value: Mapping[str, Any]) -> dict[str, Any]:
    return {_dotted(key): each for key, each in value.items()}


def _renamed(row: Mapping[str, Any], names: Mapping[str, str | None]) -> dict[str, Any]:
    """Return a row with other names of its columns, without those that have none."""
    named = {key: names.get(key, key) for key in row}
    return {name: row[key] for key, name in named.items() if name is not None}
