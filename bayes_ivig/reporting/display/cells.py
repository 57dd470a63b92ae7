"""The table of a result as texts for a notebook: limits in one column, numbers worded, silent columns left
out.
"""

import math
import re
from typing import TYPE_CHECKING, Any

from bayes_ivig.measures import MEASURES, measure_of
from bayes_ivig.reporting.any_result_tables import labelled
from bayes_ivig.reporting.display.effects import pooled_limits, several
from bayes_ivig.reporting.wording import effects, numbers
from bayes_ivig.reporting.wording.digits import PRINTED, cut, is_p_value
from bayes_ivig.results.pooled import PooledEstimate, Ratio

if TYPE_CHECKING:
    import pandas as pd

type Rows = list[list[str]]  # the first are the heads

MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 25, 9, 160
SILENT = {"numerical_error", "changes", "about", "cause"}  # columns that a summary can do without
LOWER = re.compile(r"(^|_)lower(_0\.\d+)?$")
SIDE = re.compile(r"^prob_([a-z]+)_(gt|lt)_(.+)$")
SYMBOLS = {measure.key: measure.symbol for measure in MEASURES}
WORDS = {
    "mu": "pooled (mu)", "theta_new": "a new study (theta_new)",     "k_informative": "informative",
    "i2": "I\N{SUPERSCRIPT TWO}", "prob_gt_1": "P(> 1)", "prob_gt_0": "P(> 0)",
}  # fmt: skip


def rows_of(frame: "pd.DataFrame") -> tuple[Rows, str]:
    """Return a table as texts, and how much of it is left out."""
    named = labelled(frame).head(MOST_ROWS)
    columns = [column for column in map(str, named.columns) if _says_something(named, column)]
    level = _level(named)
    lists = {"trials"} if "k" in columns and columns[0] != "trials" else set()  # which k counts
    columns = [column for column in columns if column not in {"level", *lists}]
    texts = {column: [word(value, column) for value in named[column]] for column in columns}
    texts = _without_the_same(_with_limits(texts, level))
    shown = list(texts)[: None if len(named) == 1 else MOST_COLUMNS]  # one row stands on its side
    rows = [
        [head(column) for column in shown],
        *map(list, zip(*(texts[each] for each in shown), strict=True)),
    ]
    left = [several(len(frame) - MOST_ROWS, "more row")] * (len(frame) > MOST_ROWS)
    left += [several(len(texts) - len(shown), "more column")] * (len(texts) > len(shown))
    return rows, " and ".join(left)


def pooled_rows(result: PooledEstimate) -> Rows:
    """Return the pooled effect, the prediction and the studies, on the measure's own scale."""
    measure = measure_of(result.measure)
    rows = [["", measure.name, f"{numbers.level(result.level)} interval", "weight"]]
    parts: list[tuple[str, Ratio, float | None]] = [
        ("pooled", result.own, None),
        ("a new study", result.own_prediction, None),
    ]
    parts += [(each.study, each.own(measure), each.weight) for each in result.studies[:MOST_ROWS]]
    for label, own, weight in parts:
        if label == "a new study" and own.lower is None:
            continue
        share = "" if weight is None else numbers.percentage(weight)
        rows.append([label, _effect(measure, own.estimate), pooled_limits(measure, own), share])
    return rows


def _effect(measure: Any, value: float | None) -> str:
    return "" if value is None else effects.pooled(measure, value)


def _says_something(frame: "pd.DataFrame", column: str) -> bool:
    """Whether a column has anything to say."""
    return column not in SILENT and any(word(value, column) for value in frame[column])


def _level(frame: "pd.DataFrame") -> float | None:
    """Return the level of the limits, where a column says it."""
    return float(frame["level"].iloc[0]) if "level" in frame and len(frame) else None


def _with_limits(texts: dict[str, list[str]], level: float | None) -> dict[str, list[str]]:
    """Put two columns of limits into one."""
    made: dict[str, list[str]] = {}
    uppers = set()
    for column, cells in texts.items():
        upper = column.replace("lower", "upper")
        if LOWER.search(column) and upper in texts:
            uppers.add(upper)
            own = column.rpartition("_0.")[2] if "_0." in column else ""
            at = float(f"0.{own}") if own else level
            before = column.partition("lower")[0].strip("_")
            name = " ".join(
                filter(None, (head(before) if before else "", numbers.level(at) if at else "", "limits"))
            )
            pairs = zip(cells, texts[upper], strict=True)
            made[name] = [f"{low} to {high}" if low or high else "" for low, high in pairs]
        elif column not in uppers:
            made[column] = cells
    return made


def _without_the_same(texts: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out columns that say the same in every row, where there are too many columns."""
    if len(texts) <= MOST_COLUMNS or min(map(len, texts.values())) < 2:
        return texts
    first = next(iter(texts))
    return {column: cells for column, cells in texts.items() if column == first or len(set(cells)) > 1}


def head(column: str) -> str:
    """Return a column's name in words: ``prob_or_gt_1`` as ``P(OR > 1)``."""
    if side := SIDE.match(column):
        key, sign, value = side.groups()
        if key in SYMBOLS:
            at = value.replace("minus_", "-").replace("_", ".")
            return f"P({SYMBOLS[key]} {'>' if sign == 'gt' else '<'} {at})"
    if column.startswith("prob_") and column not in WORDS:
        return f"P({column.removeprefix('prob_').replace('_', ' ')})"
    words = WORDS.get(column, "" if column == "index" else column.replace("_", " "))
    first, _, rest = words.partition(" ")
    return f"{SYMBOLS[first]} {rest}".strip() if first in SYMBOLS and first != "ratio" else words


def word(value: object, column: str = "") -> str:
    """Return a cell: a probability as one, other numbers with three figures."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, tuple | list):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _number(cut(float(value), PRINTED, column), column)
    text = str(value)
    name = WORDS.get(
        text, text.removeprefix("theta[").removesuffix("]") if text.startswith("theta[") else text
    )
    return name if len(name) <= MOST_LETTERS else f"{name[:MOST_LETTERS]}..."


def _number(value: float, column: str) -> str:
    if column.startswith("prob_") or column in ("chance", "coverage"):
        return numbers.probability(value)
    if is_p_value(column) or column.endswith("_p"):
        return numbers.fine_p_value(value)
    return numbers.in_summary(value)
