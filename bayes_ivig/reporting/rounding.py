"""How many digits of a number leave the program in a file: the only place that cuts them off.

On another processor the last bits of a computed number differ, and what is done with it next makes the difference larger: up to a
few units in its 13th significant digit, to less in its 12th. A digit may be shown where that does not reach, and where many
thousands of numbers are shown none of them may happen to stand so near to a half of its last digit that it is rounded up here and
down there: every digit fewer makes that ten times less likely.

| what | significant digits | so that |
| --- | --- | --- |
| results.json, 17,000 numbers | 6 | one file in some thousands differs; the numerical error itself is a unit of the fifth |
| ``--json`` and ``--csv``, some hundred | 8 | scripts can take differences |
| what a page's script computes with | 8 | a surface stays where it is to a thousandth of what packing it does |
| what a chart is drawn from | 6 | no mark moves by a thousandth of a pixel |

Text rounds by ``words`` and ``fit_text``. A saved posterior and the cache are not cut: they are read again to compute with.
"""

import math
import re
from typing import Any

DOCUMENT = 6
PRINTED = 8
PAGE = 8
DRAWING = 6
PIXELS = 3  # decimals of a place in a drawing
PLACES = re.compile(r' (?:d|transform|viewBox|x|y|x1|y1|x2|y2|cx|cy|r|width|height|stroke-width|font-size)="[^"]*"')
LONG = re.compile(r"-?\d*\.\d{4,}(?:e[-+]?\d+)?|-?\d+e-\d+")


def rounded(value: float, figures: int) -> float:
    """Return a number with so many significant digits, 0 for minus 0; infinities and not-a-number stay."""
    return float(f"{value:.{figures}g}") + 0.0 if math.isfinite(value) else value


def cut(value: Any, figures: int) -> Any:
    """Return a value made of JSON's own types with every fraction in it rounded."""
    if isinstance(value, dict):
        return {key: cut(each, figures) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [cut(each, figures) for each in value]
    return rounded(value, figures) if isinstance(value, float) else value


def short_places(tag: str) -> str:
    """Return one tag of a drawing with its places cut to thousandths of a pixel; what is written in it stays as it is."""
    return PLACES.sub(lambda place: LONG.sub(_thousandths, place.group()), tag)


def _thousandths(number: re.Match[str]) -> str:
    return f"{round(float(number.group()), PIXELS) + 0.0:.{PIXELS}f}".rstrip("0").rstrip(".")
