"""Inverse-variance pooling: common effect, and random effects under any estimator of tau squared."""

import math

import numpy as np

from bayes_ivig.formulas import heterogeneity as het
from bayes_ivig.frequentist.assembly import Pooled, Request
from bayes_ivig.frequentist.tables import Tables


def fixed(tables: Tables, request: Request) -> Pooled:  # noqa: ARG001 - every method has the one signature
    """Pool by inverse variance, common effect."""
    return _pool(tables, 0.0)._replace(random=False)


def dersimonian_laird(tables: Tables, request: Request) -> Pooled:
    """Pool by inverse variance with DerSimonian & Laird's tau squared, Q around the inverse-variance mean."""
    sums = het.weight_sums(tables.y, tables.v)
    k = het.studies(tables.v)
    mean, _ = het.weighted_mean(tables.y, tables.v)
    q = het.q_statistic(tables.y, tables.v, mean)
    return with_hartung_knapp(_pool(tables, float(het.dersimonian_laird(q, sums, k))), tables, request)


def _pool(tables: Tables, tau2: float) -> Pooled:
    """Pool with a given tau squared, Q around the inverse-variance mean, I squared from tau squared."""
    y, v = tables.y, tables.v
    k = int(het.studies(v))
    if k == 0:
        return Pooled(math.nan, math.nan, 0, random=True, weights=np.zeros_like(v))
    sums = het.weight_sums(y, v)
    mean, _ = het.weighted_mean(y, v)
    q = float(het.q_statistic(y, v, mean)) if k > 1 else 0.0
    estimate, variance = het.weighted_mean(y, v, tau2)
    i2 = math.nan
    if k > 1:
        i2 = float(het.i_squared_from_tau2(tau2, sums, np.array(k)))
    return Pooled(float(estimate), float(variance), k, tau2, q, k - 1, i2, 1 / (v + tau2), random=True)


def with_hartung_knapp(pooled: Pooled, tables: Tables, request: Request) -> Pooled:
    """Give the pooled numbers the Hartung-Knapp variance and t reference where they were asked for."""
    if not request.hartung_knapp or pooled.k == 0:
        return pooled
    if pooled.k == 1:
        return pooled._replace(variance=math.nan, note="Hartung-Knapp needs at least two studies")
    factor = float(het.hartung_knapp_factor(tables.y, tables.v, pooled.tau2))
    if request.rules.truncate_hartung_knapp:
        factor = max(1.0, factor)
    return pooled._replace(variance=pooled.variance * factor, df=pooled.k - 1)
