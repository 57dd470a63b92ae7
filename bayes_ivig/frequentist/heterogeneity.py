"""Confidence intervals for heterogeneity."""

import math

import numpy as np
from scipy import special

from bayes_ivig.formulas import heterogeneity as het
from bayes_ivig.formulas.effect_sizes import Array
from bayes_ivig.formulas.tau_squared import solve_q
from bayes_ivig.frequentist.numbers import critical, number
from bayes_ivig.results.pooled import HeterogeneityIntervals


def intervals(
    effects: tuple[Array, Array], heterogeneity: tuple[float, int], level: float
) -> HeterogeneityIntervals:
    """Return the Q-profile interval of tau squared and test-based intervals of I squared and H.

    ``effects`` are study effects and variances, ``heterogeneity`` is Q with its degrees of freedom. The
    Q-profile interval (Viechtbauer 2007) holds the tau squared at which the generalised Q lies between its
    chi-squared quantiles; where even tau squared 0 leaves Q below the lower one the set is empty and 0 to 0
    is reported. I squared and H use the standard error of ln H (Higgins & Thompson 2002).
    """
    y, v = effects
    k = int(het.studies(v))
    if k < 2:
        return HeterogeneityIntervals()
    tail = (1 - level) / 2
    targets = np.array([special.chdtri(k - 1, tail), special.chdtri(k - 1, 1 - tail)])
    lower, upper = (float(limit) for limit in solve_q(y, v, targets))
    of_tau2 = HeterogeneityIntervals(number(lower), number(upper))
    q, df = heterogeneity
    if not math.isfinite(q) or df < 1:
        return of_tau2
    return HeterogeneityIntervals(of_tau2.tau2_lower, of_tau2.tau2_upper, *_h_and_i2(q, df + 1, level))


def _h_and_i2(q: float, k: int, level: float) -> tuple[float | None, ...]:
    """Return lower and upper I squared in percent, then H with its limits; H is at least 1."""
    h = max(1.0, math.sqrt(q / (k - 1)))
    error = float(het.log_h_error(np.array(q), np.array(float(k))))
    if not math.isfinite(error):
        return None, None, h, None, None
    centre, reach = 0.5 * math.log(q / (k - 1)) if q > 0 else -math.inf, critical(level) * error
    lower, upper = (max(1.0, math.exp(limit)) for limit in (centre - reach, centre + reach))
    return 100 * (1 - lower**-2), 100 * (1 - upper**-2), h, lower, upper
