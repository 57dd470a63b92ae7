"""Effect measures: what an effect is called, and on which scale it is modelled."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from bayes_ivig.errors import ModelError, quoted, suggestion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    type Array = NDArray[np.float64]

LARGEST_LOG = 700.0  # exp of little more is beyond the range of floats


class Columns(NamedTuple):
    """Columns of median, limits and probability above no effect, in every table;
    the last two are the pooled effect, and how far the median lies from that of all trials.
    """

    median: str
    lower: str
    upper: str
    above: str
    pooled: str
    moved: str

    def of(self, quantiles: "Array", level: float) -> "dict[str, Array | float]":
        """Return the columns of the effect and of its level from lower limits, medians and upper limits,
        shape (..., 3).
        """
        lower, median, upper = quantiles.T
        return {self.median: median, self.lower: lower, self.upper: upper, "level": level}

    @property
    def tight(self) -> str:
        """The probability above no effect under a tighter baseline prior."""
        return f"{self.above}_tight_baseline"


@dataclass(frozen=True, slots=True)
class Measure:
    """An effect measure. A ratio is modelled on its log, so that ``log`` is true and "no effect" is 1.

    ``code`` is what programs call it, ``key`` its name in JSON and tables (``or_gt_1``), ``scale`` what mu is
    on the scale of the model. ``low`` and ``high`` bound it on that scale. ``from_counts`` says whether
    events and totals give it.
    """

    code: str
    name: str
    log: bool
    low: float = -math.inf
    high: float = math.inf
    from_counts: bool = False

    @property
    def key(self) -> str:
        """Its name in JSON and column names."""
        return self.code.lower()

    @property
    def scale(self) -> str:
        """What mu is: ``log odds ratio``, ``mean difference``."""
        return f"log {self.name}" if self.log else self.name

    @property
    def plural(self) -> str:
        """``odds ratios``."""
        return f"{self.name}s"

    @property
    def one(self) -> str:
        """``an odds ratio``, ``a mean difference``."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name}"

    @property
    def symbol(self) -> str:
        """What formulas and column heads call it: ``OR``, or ``ratio`` of one without letters of its own."""
        return self.name if self.code in ("RATIO", "DIFF") else self.code

    @property
    def contrast(self) -> str:
        """What two effects make: ``ratio of odds ratios``, ``difference of mean differences``."""
        return f"{'ratio' if self.log else 'difference'} of {self.plural}"

    @property
    def against(self) -> str:
        """The sign between two names whose effects are compared: ``/``, or a minus."""
        return "/" if self.log else "-"

    @property
    def of_events(self) -> bool:
        """Whether it compares how often, or how soon, an event happens;
        else it compares amounts, of which more may be good or bad.
        """
        return self.code in ("OR", "RR", "RD", "HR", "IRR")

    @property
    def gives_risks(self) -> bool:
        """Whether a risk without treatment and the effect give the risk with it."""
        return self.code in ("OR", "RR", "RD", "HR")

    @property
    def null(self) -> float:
        """Its value where treatment and control do not differ: 1 of a ratio, 0 of a difference."""
        return 1.0 if self.log else 0.0

    @property
    def above(self) -> str:
        """The side above no effect: ``OR > 1``, ``MD > 0``."""
        return f"{self.symbol} > {'1' if self.log else '0'}"

    @property
    def below(self) -> str:
        """The side below no effect: ``OR < 1``, ``MD < 0``."""
        return self.above.replace(">", "<")

    @property
    def above_key(self) -> str:
        """The side above no effect in column names and keys: ``or_gt_1``, ``md_gt_0``."""
        return f"{self.key}_gt_{'1' if self.log else '0'}"

    @property
    def columns(self) -> "Columns":
        """Names of its columns in tables: ``or_median``, ``or_lower``, ``or_upper``, ``prob_or_gt_1``."""
        key = self.key
        limits = (f"{key}_median", f"{key}_lower", f"{key}_upper")
        moved = f"{key}_ratio" if self.log else f"{key}_change"
        return Columns(*limits, f"prob_{self.above_key}", f"pooled_{key}", moved)

    def beyond_column(self, value: float) -> str:
        """Return the column of the probability above a value: ``prob_or_gt_1_25``, ``prob_md_gt_minus_2``."""
        return f"prob_{self.key}_gt_{in_a_name(value)}"

    def beyond_key(self, side: Literal[">", "<"], value: float) -> str:
        """Return the key of a probability beyond a value: ``or>1.25``, of other measures one that needs no
        quoting, ``rr_gt_1_25`` and ``md_lt_minus_2``.
        """
        if self.code == "OR":
            return f"or{side}{value:g}"
        return f"{self.key}_{'gt' if side == '>' else 'lt'}_{in_a_name(value)}"

    def own(self, modelled: float) -> float:
        """Return a value of the scale of the model on the measure's own: the ratio of its log, held to what
        a float can be.
        """
        return math.exp(min(modelled, LARGEST_LOG)) if self.log else float(modelled)

    def own_values(self, modelled: "Array") -> "Array":
        """Return values of the scale of the model on the measure's own, an array; infinite beyond floats."""
        if not self.log:
            return modelled
        import numpy as np

        with np.errstate(over="ignore"):
            return np.asarray(np.exp(modelled))

    def modelled(self, own: float) -> float:
        """Return a value of the measure on the scale of the model."""
        return math.log(own) if self.log else float(own)

    def mirrored(self, own: float) -> float:
        """Return the value as far on the other side of no effect: 0.8 of 1.25, -2 of 2."""
        return 1 / own if self.log else 0.0 - own

    def holds(self, own: float) -> bool:
        """Whether the measure can have a value: a ratio is above 0, a difference any number."""
        return 0 < own < math.inf if self.log else math.isfinite(own)


MEASURES = (
    Measure("OR", "odds ratio", True, from_counts=True),
    Measure("RR", "risk ratio", True, from_counts=True),
    Measure("RD", "risk difference", False, -1.0, 1.0, from_counts=True),
    Measure("HR", "hazard ratio", True),
    Measure("IRR", "incidence rate ratio", True),
    Measure("MD", "mean difference", False),
    Measure("SMD", "standardised mean difference", False),
    Measure("RATIO", "ratio", True),  # any other, on a log scale
    Measure("DIFF", "difference", False),  # any other, on a plain scale
)
OR = MEASURES[0]
_BY_CODE = {measure.code: measure for measure in MEASURES}


def in_a_name(value: float) -> str:
    """Return a number as a part of a name that needs no quoting: ``1_25``, ``minus_2``."""
    return f"{value:g}".replace("-", "minus_").replace(".", "_").replace("+", "")


def measure_of(code: str) -> Measure:
    """Return a measure by its code, in capitals or not; raises ``ModelError`` for one that is not there."""
    measure = _BY_CODE.get(str(code).upper())
    if measure is None:
        raise ModelError(
            f"measure: found {quoted(code)}{suggestion(str(code).upper(), _BY_CODE)}; measures are "
            f"{', '.join(_BY_CODE)}"
        )
    return measure


def checked_thresholds(measure: Measure, values: Iterable[float], where: str) -> tuple[float, ...]:
    """Return values of a measure that somebody chose; raises ``ModelError`` for one that it cannot have."""
    chosen = tuple(values)
    wrong = [value for value in chosen if not measure.holds(value)]
    if wrong:
        allowed = "above 0, such as 1.25" if measure.log else "a finite number, such as 2"
        raise ModelError(f"{where}: found {wrong[0]!r}; each is {measure.one}, {allowed}")
    return tuple(map(float, chosen))


def table_measure(columns: Iterable[str]) -> Measure:
    """Return the measure of a table of many posteriors by the names of its columns."""
    named = set(columns)
    return next((measure for measure in MEASURES if measure.columns.above in named), OR)
