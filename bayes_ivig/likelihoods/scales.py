"""The scales that study effects are modelled on: what an observed effect is there,
and how two arms' log odds follow from it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.effect_sizes import (
    Cells,
    add_to_cells,
    has_zero_cell,
    log_odds_ratio,
    log_risk_ratio,
    risk_difference,
    to_cells,
)
from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.formulas.scales.odds_product import HalfDistance, of_log_risk_ratio, of_risk_difference
from bayes_ivig.formulas.study_effects.rates import log_rate_ratio
from bayes_ivig.measures import MEASURES, OR, Measure, measure_of

type Array = NDArray[np.float64]


CLOSEST = 1 - 2**-52  # to a limit, as a share of half the way between both
FARTHEST_ESTIMATE = 0.995


@dataclass(frozen=True)
class Scale:
    """A measure of two arms' counts as the scale of a likelihood.

    ``observed`` gives effects and variances of tables of cells, and is None where they give none. ``half`` is
    how far each arm's log odds lie from their mean, and the derivative of that, at an effect and a mean; None
    on the odds ratio scale, where it is half the effect.
    """

    measure: Measure
    observed: Callable[[Cells], tuple[Array, Array]] | None = None
    half: HalfDistance | None = None

    @property
    def limits(self) -> tuple[float, float] | None:
        """Between what an effect lies; None where it may be any number."""
        low, high = self.measure.low, self.measure.high
        return None if np.isinf(low) or np.isinf(high) else (low, high)

    def free(self, theta: Array) -> Array:
        """Return effects on the coordinate of curves, on which limits are infinitely far."""
        if self.limits is None:
            return theta
        return np.arctanh(np.clip(_shares(theta, self.limits), -CLOSEST, CLOSEST))

    def effect(self, free: Array) -> Array:
        """Return effects from that coordinate."""
        if self.limits is None:
            return free
        low, high = self.limits
        return (low + high) / 2 + (high - low) / 2 * np.tanh(free)

    def known(self, estimates: tuple[Array, Array]) -> tuple[Array, Array]:
        """Return estimates and standard errors on that coordinate."""
        if self.limits is None:
            return estimates
        y, s = estimates
        half = (self.limits[1] - self.limits[0]) / 2
        at = np.clip(_shares(y, self.limits), -FARTHEST_ESTIMATE, FARTHEST_ESTIMATE)
        return np.arctanh(at), s / half / (1 - at * at)

    def estimates(self, counts: Counts) -> tuple[Array, Array]:
        """Return effects and standard errors, 0.5 added to every cell of a study with a zero cell, and to the
        events of one without events in an arm where totals are person-time.

        A design effect multiplies the standard error by its root.
        """
        if self is RATE_RATIO:
            y, v = log_rate_ratio(counts.r1, counts.n1, counts.r0, counts.n0)
            return y, np.sqrt(v * counts.design_effect)
        if self.observed is None:
            raise ModelError(f"measure {self.measure.code}: events and totals do not give it")
        cells = to_cells(counts.r1, counts.n1, counts.r0, counts.n0)
        y, v = self.observed(add_to_cells(cells, has_zero_cell(cells)))
        return y, np.sqrt(v * counts.design_effect)


def _shares(theta: Array, limits: tuple[float, float]) -> Array:
    """Return where effects lie between limits, from -1 to 1."""
    low, high = limits
    return np.asarray((2 * theta - low - high) / (high - low))


ODDS_RATIO = Scale(OR, log_odds_ratio)
RISK_RATIO = Scale(measure_of("RR"), log_risk_ratio, of_log_risk_ratio)
RISK_DIFFERENCE = Scale(measure_of("RD"), risk_difference, of_risk_difference)
OF_COUNTS = {scale.measure.code: scale for scale in (ODDS_RATIO, RISK_RATIO, RISK_DIFFERENCE)}
RATE_RATIO = Scale(measure_of("IRR"))
SCALES = {measure.code: Scale(measure) for measure in MEASURES} | OF_COUNTS | {"IRR": RATE_RATIO}
