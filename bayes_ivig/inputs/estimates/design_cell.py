"""A design effect as a cell states it: a number, or a number with limits where it is uncertain."""

import math
import re
from collections.abc import Mapping

from bayes_ivig.errors import quoted
from bayes_ivig.inputs.counts.study import EFFECT_RULE, SPREAD_RULE, design_effect_problems

type Problems = list[tuple[str, str]]  # column, what is wrong

DESIGN, DESIGN_SD = "design_effect", "design_effect_sd"
NUMBER = r"[0-9]*\.?[0-9]+(?:e[+-]?[0-9]+)?"
LIMITS = re.compile(
    rf"(?:(?P<middle>{NUMBER})\s*[(\[]\s*)?(?P<lower>{NUMBER})\s+to\s+(?P<upper>{NUMBER})\s*[)\]]?"
)
Z = 1.959963984540054  # standard normal deviate of 95% limits
OFF = 0.1  # of its log, by which a stated middle may miss that of its limits: what rounding leaves open


def log_sd(lower: float, upper: float) -> float:
    """Return the SD of the log of a log-normal design effect with these 95% limits."""
    return math.log(upper / lower) / (2 * Z)


def limits(effect: float, sd: float) -> tuple[float, float]:
    """Return the 95% limits of a log-normal design effect with a median and the SD of its log."""
    return effect * math.exp(-Z * sd), effect * math.exp(Z * sd)


def of_limits(lower: object, upper: object, middle: float | None = None) -> tuple[float, float, str]:
    """Return median and SD of the log of a log-normal design effect by its 95% limits, and what is wrong."""
    ends = [
        float(end) if isinstance(end, int | float) and not isinstance(end, bool) else math.nan
        for end in (lower, upper)
    ]
    found = f"found {quoted(lower)} to {quoted(upper)}"
    if not (0 < ends[0] < ends[1] < math.inf):
        return 1.0, 0.0, f"{found}; limits of a design effect are two numbers above 0, the lower one first"
    centre = math.sqrt(ends[0]) * math.sqrt(ends[1])
    if middle is not None and not (middle > 0 and abs(math.log(middle / centre)) <= OFF):
        why = "a design effect with limits is log-normal, and its median the root of their product"
        return 1.0, 0.0, f"found {quoted(middle)} with limits {lower} to {upper}; {why}, {centre:.3g}"
    return centre if middle is None else middle, log_sd(*ends), ""


def design_of(record: Mapping[str, str], totals: tuple[float, ...]) -> tuple[float, float, Problems]:
    """Return a row's design effect, 1 where there is none, the SD of its log, 0 where it is known, and what
    is wrong with them.
    """
    cell, spread = record.get(DESIGN, "").strip(), record.get(DESIGN_SD, "").strip()
    effect, sd, problems = _stated(cell) if cell else (1.0, 0.0, [])
    if spread and LIMITS.fullmatch(cell):
        problems.append((DESIGN_SD, f"found {quoted(spread)} beside limits; state one of them"))
    elif spread:
        try:
            sd = float(spread)
        except ValueError:
            problems.append((DESIGN_SD, f"found {quoted(spread)}; {SPREAD_RULE}"))
    return effect, sd, problems or design_effect_problems(effect, totals, sd)


def _stated(cell: str) -> tuple[float, float, Problems]:
    if parts := LIMITS.fullmatch(cell):
        middle = None if parts["middle"] is None else float(parts["middle"])
        effect, sd, wrong = of_limits(float(parts["lower"]), float(parts["upper"]), middle)
        return effect, sd, [(DESIGN, wrong)] if wrong else []
    try:
        return float(cell), 0.0, []
    except ValueError:
        return 1.0, 0.0, [(DESIGN, f"found {quoted(cell)}; {EFFECT_RULE}")]
