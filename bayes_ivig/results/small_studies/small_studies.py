"""The effect as it is, under selection by p-value, and in an infinitely large trial."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.measures import Measure
from bayes_ivig.results.one_line_repr import brief
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.shown import Shown, checked_level, limited
from bayes_ivig.results.small_studies.selection import SelectionAnalysis

if TYPE_CHECKING:
    import pandas as pd

type Adjustment = Literal["none", "selection", "pet", "peese"]


@brief
@dataclass(frozen=True, eq=False)
class Adjusted:
    """The effect under one adjustment; ``log_bayes_factor`` is against none, None where there is none."""

    __repr__ = short_repr

    adjustment: Adjustment
    posterior: Posterior
    log_bayes_factor: float | None


@checked_methods
@dataclass(frozen=True, eq=False)
class SmallStudies(Shown):
    """The effect of these trials beside what it would be if significant trials were published more often, and
    what it would be in an infinitely large trial, if effects followed the standard error (PET) or its square
    (PEESE).

    ``rows`` are ``none``, ``selection``, ``pet`` and ``peese``, all of one likelihood and with the same
    priors of mu and tau. None is the corrected truth: each is the answer under one assumption of how
    small trials came to differ, and with few trials these are weak tests of it. ``selection`` has the whole
    analysis of the second row.

    >>> import bayes_ivig as bi
    >>> [row.adjustment for row in bi.bias.small_studies(bi.load_dataset("ivig", "live_birth")).rows]
    ['none', 'selection', 'pet', 'peese']
    """

    rows: tuple[Adjusted, ...]
    selection: SelectionAnalysis

    @property
    def dataset(self) -> Dataset:
        """The trials."""
        return self.selection.dataset

    @property
    def measure(self) -> Measure:
        """The effect measure."""
        return self.selection.measure

    def row(self, adjustment: Adjustment) -> Adjusted:
        """Return the effect under one adjustment."""
        return next(row for row in self.rows if row.adjustment == adjustment)

    def table(self, level: Level = 0.95) -> "pd.DataFrame":
        """Return one row per adjustment: the effect on the measure's own scale, the slope per unit of the
        standard error (of its square) where there is one, and the log Bayes factor against none.
        """
        import pandas as pd

        checked_level(level)
        return pd.DataFrame([self._row(row, level) for row in self.rows])

    def _row(self, row: Adjusted, level: float) -> dict[str, object]:
        mu, columns = row.posterior["mu"], self.measure.columns
        quantiles = np.asarray(mu.quantile([(1 - level) / 2, 0.5, (1 + level) / 2]))
        known = self.dataset.about.event is not None
        slope = (math.nan, math.nan, math.nan)
        if "slope" in row.posterior.names:
            marginal = row.posterior["slope"]
            slope = (marginal.median, *marginal.interval(level))
        return {
            "adjustment": row.adjustment,
            **columns.of(np.asarray(self.measure.own_values(quantiles)), level),
            columns.above: float(mu.prob_above(0.0)),
            "prob_benefit": self.selection.chance(mu) if known else math.nan,
            "tau_median": row.posterior["tau"].median,
            **limited(slope, level, "slope_"),
            "log_bayes_factor": math.nan if row.log_bayes_factor is None else row.log_bayes_factor,
        }
