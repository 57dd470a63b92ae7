"""Effects of studies as arrays: of counts by the usual formulas, of estimates as they are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import DataError
from bayes_ivig.formulas.effect_sizes import add_to_cells, effect, has_zero_cell, to_cells
from bayes_ivig.formulas.likelihood import Counts, Given
from bayes_ivig.formulas.study_effects.rates import log_rate_ratio
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.measures import Measure

type Array = NDArray[np.float64]

RATE_RATIO = "IRR"
NONE = (np.nan, np.nan, np.nan, np.nan)  # counts that are not known


def counts_of(studies: Sequence[AnyStudy]) -> Counts:
    """Return counts and design effects as float arrays of shape (K,), with the estimates of studies that are
    known by these, their design effects in the standard errors.
    """
    cells = [NONE if isinstance(study, Estimate) else study.cells for study in studies]
    r1, n1, r0, n0 = np.array(cells, float).T
    effects = np.array([1.0 if isinstance(study, Estimate) else study.design_effect for study in studies])
    spreads = np.array([study.design_effect_sd for study in studies])
    lost = np.array([(study.treatment_missing, study.control_missing) for study in studies], float).T
    missing = lost[0], lost[1]
    if not any(isinstance(study, Estimate) for study in studies):
        return Counts(r1, n1, r0, n0, effects, missing=missing, design_sd=spreads)
    own = [(s.y, s.error, s.df) if isinstance(s, Estimate) else NONE[:3] for s in studies]
    return Counts(r1, n1, r0, n0, effects, Given(*np.array(own, float).T), missing, spreads)


def effects_of(studies: Sequence[AnyStudy], measure: Measure) -> tuple[Array, Array]:
    """Return estimates and standard errors on the scale of the model, (K,) each.

    Of counts 0.5 is added to every cell of a study with a zero cell; a design effect multiplies a standard
    error by its root. Raises ``DataError`` where counts do not give the measure.
    """
    y, s = np.empty(len(studies)), np.empty(len(studies))
    for i, study in enumerate(studies):
        if isinstance(study, Estimate):
            y[i], s[i] = study.y, study.error
            continue
        if measure.code == RATE_RATIO and isinstance(study, Study) and study.of_rates:
            own, variance = log_rate_ratio(*(np.array([float(value)]) for value in study.rates))
            y[i], s[i] = own[0], np.sqrt(variance[0] * study.design_effect)
            continue
        if not measure.from_counts:
            raise DataError(
                f"{study.name}: events and totals give no {measure.name}; give its estimate instead"
            )
        cells = to_cells(*(np.array([float(count)]) for count in study.counts))
        own, variance = effect(add_to_cells(cells, has_zero_cell(cells)), measure.code)  # type: ignore[arg-type]
        y[i], s[i] = own[0], np.sqrt(variance[0] * study.design_effect)
    return y, s
