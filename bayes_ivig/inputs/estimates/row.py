"""The numbers of one row that states an estimate, on the scale of the model."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from scipy import special

from bayes_ivig.formulas.intervals import LOWEST_LOG, Range, log_range
from bayes_ivig.inputs.estimates.printed import Printed
from bayes_ivig.measures import Measure

MEANS = tuple(f"{arm}_{what}" for arm in ("treatment", "control") for what in ("mean", "sd", "n"))
ONE_STEP = ("o_minus_e", "variance")
PARTS = (*MEANS, *ONE_STEP)  # what was measured in the arms, other than counts
STATED = ("estimate", "lower", "upper", "level", "sides", "p_value", "df", "yi", "sei", "vi")
COLUMNS = (*PARTS, *STATED)
NATURAL = ("estimate", "lower", "upper")  # on the scale that papers print
# any of these makes a row one that is known by its estimate
STATING = ("estimate", "lower", "upper", "yi", "sei", "vi", "p_value")
TELLING = (*PARTS, *STATING)
TWO_SIDED = 2


class Spread(NamedTuple):
    """A standard error, what the digits that it comes from leave open, and how it is known."""

    how: str
    value: float
    within: Range

    @property
    def variance(self) -> float:
        """Variance of what the digits leave open."""
        return (self.within[1] - self.within[0]) ** 2 / 12


class Row(NamedTuple):
    """The numbers of one row, and what holds for all of them."""

    numbers: Mapping[str, Printed]
    measure: Measure
    level: float
    sides: int
    df: float

    def on_scale(self, column: str) -> tuple[float, Range]:
        """Return a number on the scale of the model, and its range there; minus infinity for a ratio
        printed as 0.
        """
        most = max(self.numbers[c].decimals for c in NATURAL if c in self.numbers)
        return self._logged(column, self.numbers[column].within(most))

    def as_printed(self, column: str) -> Range:
        """Return the range of a number on the scale of the model by its own digits alone, as wide as it can
        be: 0.58 beside limits of three decimals may be 0.575.
        """
        own = self.numbers[column]
        return self._logged(column, own.within(own.decimals))[1]

    def _logged(self, column: str, within: Range) -> tuple[float, Range]:
        own = self.numbers[column]
        if not self.measure.log:
            return own.value, within
        logs = log_range(within) or (LOWEST_LOG, LOWEST_LOG)
        return math.log(own.value) if own.value > 0 else -math.inf, logs

    @property
    def reach(self) -> float:
        """Standard errors between the estimate and a limit."""
        return quantile((1 + self.level) / 2 if self.sides == TWO_SIDED else self.level, self.df)

    @property
    def placed(self) -> bool:
        """Whether an estimate is stated, not only limits."""
        return bool({"yi", "estimate"} & self.numbers.keys())

    def usable(self, column: str) -> bool:
        """Whether a limit is stated and not printed as a ratio of 0, whose log may be anything."""
        return column in self.numbers and self.on_scale(column)[1][0] > LOWEST_LOG


def middle(low: Range, high: Range) -> Range:
    """Return the range of what lies midway between two numbers."""
    return (low[0] + high[0]) / 2, (low[1] + high[1]) / 2


def quantile(p: float, df: float) -> float:
    """Return a quantile of t, of the normal distribution for infinite ``df``."""
    return float(special.ndtri(p) if math.isinf(df) else special.stdtrit(df, p))
