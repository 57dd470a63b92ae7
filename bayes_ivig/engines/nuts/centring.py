"""How a study's own parameter is sampled: centred as far as its counts determine it, study by study.

A parameter with mean m and SD s over studies is written through x_i,
with a weight w_i in [0, 1] that is data of the model:

    x_i ~ Normal(w_i m, s^w_i),   parameter_i = m + s^(1 - w_i) (x_i - w_i m)

which is Normal(m, s^2) whatever the weights. w = 0 is the form that is not centred, best where a study says
little; w = 1 the centred one, best where it says much (Papaspiliopoulos, Roberts & Sköld 2007, Stat Sci
22:59). Here w_i = t^2 / (t^2 + v_i), v_i being the variance of the study's own estimate and t^2 a lower limit
of s^2: the DerSimonian-Laird estimate with the 99.9% quantile of Cochran's Q in place of its expectation.
Where s could be near 0 every w is 0, since centring then diverges. The weights move no answer, only how well
it is sampled.

Measured with random baselines, 4 chains of 2,500 draws at target_accept 0.95, as effective draws of nu, of
mu, and CPU seconds: 13 trials of BCG, some with 90,000 patients, nothing centred 918, 3,241, 8.6 s; baselines
centred 11,092, 1,474, 2.3 s; both centred 14,332, 10,758, 1.0 s. Eight small trials alike: nothing centred
6,422, 8,490 and 2 divergences; both centred 1,502, 100 and 307 divergences. With these weights (and
target_accept 0.98) 10,067 and 8,449 on the first, 5,581 and 7,094 on the second, no divergence on either.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.heterogeneity import dersimonian_laird, q_from_sums, weight_sums
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.likelihoods.scales import ODDS_RATIO

type Array = NDArray[np.float64]

BY_CHANCE = 0.001


def place_by_study(name: str, centre: tuple[Any, Any], weights: Array, df: float = np.inf) -> Any:
    """Add one parameter per study, normal or Student-t around ``centre = (mean, SD)``, shape (K,),
    to the model being built.

    The sampled variable is called ``name``, its weights ``<name>_weights``.
    Mean and SD are scalars or of shape (K,).
    """
    import pymc as pm

    mean, sd = centre
    w = pm.Data(f"{name}_weights", weights, dims="study")
    if np.isfinite(df):
        x = pm.StudentT(name, nu=df, mu=w * mean, sigma=sd**w, dims="study")
    else:
        x = pm.Normal(name, w * mean, sd**w, dims="study")
    return mean + sd ** (1 - w) * (x - w * mean)


def effect_weights(studies: tuple[Study, ...]) -> Array:
    """Return the weights of the studies' log odds ratios, shape (K,)."""
    y, error = ODDS_RATIO.estimates(counts_of(studies))
    return _weights(y, error**2)


def baseline_weights(studies: tuple[Study, ...], baseline: str) -> Array:
    """Return the weights of the studies' baseline log odds,
    of the ``"control"`` arm or at the ``"midpoint"``, shape (K,).
    """
    counts = counts_of(studies)
    control, treatment = _log_odds(counts.r0, counts.n0), _log_odds(counts.r1, counts.n1)
    if not PLACES[baseline].share:
        return _weights(*control)
    return _weights((control[0] + treatment[0]) / 2, (control[1] + treatment[1]) / 4)


def _log_odds(events: Array, total: Array) -> tuple[Array, Array]:
    """Return log odds and their variance, 0.5 added to events and non-events."""
    yes, no = events + 0.5, total - events + 0.5
    return np.log(yes / no), 1 / yes + 1 / no


def _weights(y: Array, v: Array) -> Array:
    """Return t^2 / (t^2 + v), t^2 being what is left of DerSimonian & Laird's estimate when Q is as large
    as chance makes it.
    """
    if y.size < 2:
        return np.zeros(y.size)
    sums = weight_sums(y, v)
    largest = special.chdtri(y.size - 1.0, BY_CHANCE)
    between = dersimonian_laird(q_from_sums(sums), sums, np.asarray(largest + 1))
    return np.asarray(between / (between + v))
