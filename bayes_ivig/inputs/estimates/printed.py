"""Numbers as papers print them: a value, and half a unit of its last digit to either side."""

import math
import re
from typing import NamedTuple

from bayes_ivig.errors import quoted
from bayes_ivig.formulas.intervals import Range, rounded

NUMBER = re.compile(
    r"[+-]?(?:[0-9]+(?:\.(?P<decimals>[0-9]*))?|\.(?P<bare>[0-9]+))(?:[eE](?P<power>[+-]?[0-9]{1,3}))?"
)
P_VALUE = re.compile(r"[pP]?\s*(?P<sign><=|<|≤|=)?\s*(?P<number>\S+)")
LONGEST = 60  # characters of a cell that holds one number


class Printed(NamedTuple):
    """A printed number; ``decimals`` may be negative. ``bound``: it is only known not to be larger."""

    value: float
    decimals: int
    bound: bool = False

    def within(self, decimals: int) -> Range:
        """Return all values that print as this one at so many decimals, its own if those are more."""
        return rounded(self.value, 0.5 * 10.0 ** -max(-300, min(300, max(decimals, self.decimals))))


def number(cell: str) -> Printed:
    """Return the number a cell holds; raises ``ValueError`` saying what it holds instead."""
    text = cell.strip().replace("\N{MINUS SIGN}", "-")
    match = NUMBER.fullmatch(text) if len(text) <= LONGEST else None
    value = float(text) if match else math.nan
    if match is None or not math.isfinite(value):
        raise ValueError(f"found {quoted(cell)}; give one number with a decimal point")
    decimals = len(match["decimals"] or match["bare"] or "") - int(match["power"] or 0)
    return Printed(value, decimals)


def p_value(cell: str) -> Printed:
    """Return the P value a cell holds, ``0.03`` or ``<0.001``; raises ``ValueError``."""
    match = P_VALUE.fullmatch(cell.strip())
    rule = "a P value is a number between 0 and 1, such as 0.03, or a bound such as <0.001"
    try:
        found = number(match["number"]) if match else None
    except ValueError:
        found = None
    if match is None or found is None or not 0 <= found.value < 1:
        raise ValueError(f"found {quoted(cell)}; {rule}")
    bound = match["sign"] in ("<", "<=", "≤")
    if found.value == 0:
        raise ValueError(f"found {quoted(cell)}; no P value is 0: state the bound, such as <0.001")
    return found._replace(bound=bound)


def level(cell: str) -> float:
    """Return the level of limits a cell holds, ``0.95``, ``95`` or ``95%``; raises ``ValueError``."""
    rule = "the level of limits is a number such as 0.95, or 95 for percent"
    try:
        value = number(cell.strip().removesuffix("%")).value
    except ValueError:
        raise ValueError(f"found {quoted(cell)}; {rule}") from None
    value = value / 100 if value > 1 else value
    if not LEAST_LEVEL <= value <= MOST_LEVEL:
        raise ValueError(f"found {quoted(cell)}; {rule}, between {LEAST_LEVEL:g} and {MOST_LEVEL:g}")
    return value


LEAST_LEVEL, MOST_LEVEL = 0.5, 0.9999
