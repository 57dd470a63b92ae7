"""Effect measures: what an effect is called, and on which scale it is modelled."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from bayes_ivig.errors import ModelError, quoted, suggestion

LARGEST_LOG = 700.0  # exp of little more is beyond the range of floats


class Columns(NamedTuple):
    """Columns of limits, median and probability above no effect, in tables of many posteriors."""

    lower: str
    median: str
    upper: str
    above: str


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
        """Names of its columns in tables of many posteriors."""
        if self.code == "OR":
            return Columns("or_q2.5", "or_q50", "or_q97.5", "prob_or_gt_1")
        return Columns("effect_lower", "effect_median", "effect_upper", f"prob_{self.above_key}")

    def own(self, modelled: float) -> float:
        """Return a value of the scale of the model on the measure's own: the ratio of its log, held to what
        a float can be.
        """
        return math.exp(min(modelled, LARGEST_LOG)) if self.log else float(modelled)

    def modelled(self, own: float) -> float:
        """Return a value of the measure on the scale of the model."""
        return math.log(own) if self.log else float(own)

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


def measure_of(code: str) -> Measure:
    """Return a measure by its code, in capitals or not; raises ``ModelError`` for one that is not there."""
    measure = _BY_CODE.get(str(code).upper())
    if measure is None:
        raise ModelError(
            f"measure: found {quoted(code)}{suggestion(str(code).upper(), _BY_CODE)}; measures are "
            f"{', '.join(_BY_CODE)}"
        )
    return measure
