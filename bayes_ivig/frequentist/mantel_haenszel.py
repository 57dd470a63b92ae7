"""Mantel-Haenszel and Peto pooling, and Review Manager 5's arithmetic on top of it."""

import math

import numpy as np

from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas import heterogeneity as het
from bayes_ivig.formulas import mantel_haenszel as mh
from bayes_ivig.formulas.effect_sizes import Array
from bayes_ivig.frequentist.assembly import Pooled, Request
from bayes_ivig.frequentist.tables import Tables
from bayes_ivig.results.pooled import ZeroCells


def mantel_haenszel(tables: Tables, request: Request) -> Pooled:
    """Pool by Mantel-Haenszel, common effect; Q around its estimate with inverse-variance weights."""
    estimate, variance, weights = _pooled_sum(tables, request)
    v = tables.v
    if request.rules.mantel_haenszel_q_drops:
        v = np.where(es.has_no_events(tables.raw) | es.has_only_events(tables.raw), np.inf, v)
    q, df = _q(tables.y, v, estimate)
    i2 = float(het.i_squared(np.array(q), np.array(df + 1.0))) if df > 0 else math.nan
    return Pooled(estimate, variance, int(tables.in_sum.sum()), 0.0, q, df, i2, weights)


def peto(tables: Tables, request: Request) -> Pooled:  # noqa: ARG001 - every method has the one signature
    """Pool by Peto's one-step odds ratio (Yusuf et al. 1985); nothing is added to any cell."""
    terms = mh.peto_terms(tables.raw)
    sums = terms.sum(axis=-1)
    excess, information = terms[0], terms[1]
    (estimate, variance), q = mh.peto_from_sums(sums), float(mh.peto_q(sums))
    informative = information > 0
    k = int(informative.sum())
    i2 = float(het.i_squared(np.array(q), np.array(float(k)))) if k > 1 else math.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        effects = (
            np.where(informative, excess / information, 0.0),
            np.where(informative, 1 / information, np.inf),
        )
    return Pooled(
        float(estimate),
        float(variance),
        k,
        0.0,
        q if k else math.nan,
        k - 1,
        i2,
        weights=information,
        effects=effects,
        zero_cells=ZeroCells("nothing added"),
    )


def revman_random(tables: Tables, request: Request) -> Pooled:
    """Pool as Review Manager 5's "M-H, Random": DerSimonian-Laird with Q around the M-H estimate."""
    centre, _, _ = _pooled_sum(tables, request)
    q, df = _q(tables.y, tables.v, centre)
    k = np.array(df + 1.0)
    tau2 = (
        float(het.dersimonian_laird(np.array(q), het.weight_sums(tables.y, tables.v), k)) if df > 0 else 0.0
    )
    estimate, variance = het.weighted_mean(tables.y, tables.v, tau2)
    i2 = float(het.i_squared(np.array(q), k)) if df > 0 else math.nan
    weights = 1 / (tables.v + tau2)
    return Pooled(float(estimate), float(variance), df + 1, tau2, q, df, i2, weights, random=True)


def _pooled_sum(tables: Tables, request: Request) -> tuple[float, float, Array]:
    """Return the M-H estimate, its variance and the study weights."""
    match request.measure:
        case "OR":
            terms = mh.odds_ratio_terms(tables.summed)
            estimate, variance = mh.odds_ratio_from_sums(terms.sum(axis=-1))
        case "RR":
            terms = mh.risk_ratio_terms(tables.summed)
            estimate, variance = mh.risk_ratio_from_sums(terms.sum(axis=-1))
        case _:  # RD, the last that has one
            raw = np.where(tables.in_sum, tables.y, 0.0) if request.rules.raw_risk_difference else None
            terms = mh.risk_difference_terms(tables.summed, raw)
            sums = terms.sum(axis=-1)
            estimate, variance = mh.risk_difference_from_sums(sums, sato=request.rules.sato_variance)
    return float(estimate), float(variance), terms[1]


def _q(y: Array, v: Array, centre: float) -> tuple[float, int]:
    """Return Q around a centre with inverse-variance weights,
    and its degrees of freedom (-1 for no study).
    """
    k = int(het.studies(v))
    if k == 0 or not math.isfinite(centre):
        return math.nan, k - 1
    return (float(het.q_statistic(y, v, centre)), k - 1) if k > 1 else (0.0, 0)
