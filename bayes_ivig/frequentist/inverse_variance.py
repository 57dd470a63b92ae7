"""Inverse-variance pooling: common effect, and random effects under any estimator of tau squared."""

import math
from collections.abc import Callable

import numpy as np

from bayes_ivig.formulas import heterogeneity as het
from bayes_ivig.formulas import tau_squared as ts
from bayes_ivig.formulas.effect_sizes import Array
from bayes_ivig.frequentist.assembly import Pooled, Request
from bayes_ivig.frequentist.tables import Tables

type Estimator = Callable[[Array, Array], Array]


def dersimonian_laird(y: Array, v: Array) -> Array:
    """Return DerSimonian & Laird's tau squared, Q around the inverse-variance mean."""
    mean, _ = het.weighted_mean(y, v)
    return het.dersimonian_laird(het.q_statistic(y, v, mean), het.weight_sums(y, v), het.studies(v))


def common_effect(tables: Tables, request: Request) -> Pooled:  # noqa: ARG001 - every method has the one signature
    """Pool by inverse variance, common effect."""
    pooled = _pool(tables, 0.0)
    i2 = float(het.i_squared(np.array(pooled.q), np.array(pooled.k))) if pooled.k > 1 else math.nan
    return pooled._replace(i2=i2, random=False)


def random_effects(estimator: Estimator) -> Callable[[Tables, Request], Pooled]:
    """Return the method that pools by inverse variance with this estimator of tau squared."""

    def compute(tables: Tables, request: Request) -> Pooled:
        pooled = _pool(tables, float(estimator(tables.y, tables.v)))
        return _with_hartung_knapp(pooled, tables, request) if request.hartung_knapp else pooled

    return compute


def revman_2025(tables: Tables, request: Request) -> Pooled:
    """Pool as RevMan (web) can since January 2025: REML, Hartung-Knapp limits, I squared from tau squared."""
    pooled = _pool(tables, float(ts.restricted_maximum_likelihood(tables.y, tables.v)))
    return _with_hartung_knapp(pooled, tables, request)


def _pool(tables: Tables, tau2: float) -> Pooled:
    """Pool with a given tau squared, Q around the inverse-variance mean, I squared from tau squared."""
    y, v = tables.y, tables.v
    k = int(het.studies(v))
    if k == 0:
        return Pooled(math.nan, math.nan, 0, random=True, weights=np.zeros_like(v))
    mean, _ = het.weighted_mean(y, v)
    q = float(het.q_statistic(y, v, mean)) if k > 1 else 0.0
    estimate, variance = het.weighted_mean(y, v, tau2)
    i2 = float(het.i_squared_from_tau2(tau2, het.weight_sums(y, v), np.array(k))) if k > 1 else math.nan
    return Pooled(float(estimate), float(variance), k, tau2, q, k - 1, i2, 1 / (v + tau2), random=True)


def _with_hartung_knapp(pooled: Pooled, tables: Tables, request: Request) -> Pooled:
    """Return the pooled numbers with the Hartung-Knapp variance and t reference (Knapp & Hartung 2003)."""
    if pooled.k == 0:
        return pooled
    if pooled.k == 1:
        return pooled._replace(variance=math.nan, note="Hartung-Knapp limits need at least two studies")
    factor = float(het.hartung_knapp_factor(tables.y, tables.v, pooled.tau2))
    if request.rules.truncate_hartung_knapp:
        factor = max(1.0, factor)
    return pooled._replace(variance=pooled.variance * factor, df=pooled.k - 1)
