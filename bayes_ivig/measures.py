"""Effect measures: what an effect is called, and on which scale it is modelled."""

import math
from dataclasses import dataclass

from bayes_ivig.errors import ModelError, quoted, suggestion


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
    def null(self) -> float:
        """Its value where treatment and control do not differ: 1 of a ratio, 0 of a difference."""
        return 1.0 if self.log else 0.0


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
