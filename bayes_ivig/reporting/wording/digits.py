"""How many digits of a number leave the program in a file: the only place that cuts them off.

On another processor the last bits of a computed number differ, and what is done with it next makes the
difference larger: up to a few units in its 13th significant digit, to less in its 12th. A digit may be shown
where that does not reach, and where many thousands of numbers are shown none of them may happen to stand so
near to a half of its last digit that it is rounded up here and down there: every digit fewer makes that ten
times less likely. What would be 0 but for the numerical error has no digits of its own, hence a last decimal
too. Classical P-values alone keep theirs however small they are: each comes from a statistic by a formula,
its noise being small beside it. Probabilities that are sums over a grid, like ``predictive_p`` have a last
decimal.

| what | significant digits, decimals | so that |
| --- | --- | --- |
| results.json, 17,000 numbers | 6, 9 | one file in some thousands differs; its error is a unit of the fifth |
| ``--json`` and ``--csv``, some hundred | 8, 10 | scripts can take differences |
| what a page's script computes with | 8, 12 | a surface moves by a thousandth of what packing does to it |
| what a chart is drawn from | 6, 12 | no mark moves by a thousandth of a pixel |

Text rounds by ``numbers``. A saved posterior and the cache are not cut: they are read again to compute with.
"""

import math
import re
from typing import Any

type Digits = tuple[int, int]  # significant ones, and decimals at most

DOCUMENT: Digits = (6, 9)
PRINTED: Digits = (8, 10)
PAGE: Digits = (8, 12)
DRAWING: Digits = (6, 12)
# by formula
P_VALUES = frozenset(
    {"p_value", "q_p_value", "effect_p", "heterogeneity_p", "pooled_p", "intrinsic_p", "box_p"}
)
PIXELS = 3  # decimals of a place in a drawing
PLACES = re.compile(
    r' (?:d|transform|viewBox|x|y|x1|y1|x2|y2|cx|cy|r|width|height|stroke-width|font-size)="[^"]*"'
)
LONG = re.compile(r"-?\d*\.\d{4,}(?:e[-+]?\d+)?|-?\d+e-\d+")


def rounded(value: float, digits: Digits) -> float:
    """Return a number with no more than so many digits, 0 for minus 0; infinities and not-a-number stay."""
    return round(significant(value, digits[0]), digits[1]) + 0.0 if math.isfinite(value) else value


def significant(value: float, figures: int) -> float:
    """Return a number with so many significant digits, however small it is."""
    return float(f"{value:.{figures}g}") + 0.0


def decimals(value: float, most: int) -> float:
    """Return a number with so many decimals."""
    return round(value, most)


def cut(value: Any, digits: Digits, key: object = "") -> Any:
    """Return a value made of JSON's own types with every fraction in it rounded;
    ``key`` is the name it has.
    """
    if isinstance(value, dict):
        return {name: cut(each, digits, name) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [cut(each, digits, key) for each in value]
    if not isinstance(value, float):
        return value
    return significant(value, digits[0]) if is_p_value(key) else rounded(value, digits)


def printed(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document as commands print it: eight significant digits, and None for what is not finite."""
    found: dict[str, Any] = cut(_finite(document), PRINTED)
    return found


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def is_p_value(name: object) -> bool:
    """Whether a key or a column holds classical P-values by its name."""
    return isinstance(name, str) and name in P_VALUES


def short_places(tag: str) -> str:
    """Return one tag of a drawing with its places cut to thousandths of a pixel;
    what is written in it stays as it is.
    """
    return PLACES.sub(lambda place: LONG.sub(_thousandths, place.group()), tag)


def _thousandths(number: re.Match[str]) -> str:
    return f"{round(float(number.group()), PIXELS) + 0.0:.{PIXELS}f}".rstrip("0").rstrip(".")
