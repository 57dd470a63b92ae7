"""From pooled numbers to a ``PooledEstimate``: intervals, P values, study rows,
and notes on what does not exist.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from bayes_ivig.formulas.effect_sizes import Array, informative
from bayes_ivig.frequentist.heterogeneity import intervals
from bayes_ivig.frequentist.numbers import critical, number, reference, two_sided
from bayes_ivig.frequentist.rules import Rules
from bayes_ivig.frequentist.tables import Tables
from bayes_ivig.inputs.estimates.arrays import RATE_RATIO
from bayes_ivig.results.pooled import PooledEstimate, StudyEstimate, ZeroCells


class Request(NamedTuple):
    """What was asked for."""

    method: str
    measure: str
    hartung_knapp: bool
    level: float
    rules: Rules


class Pooled(NamedTuple):
    """Numbers of a pooled analysis before its intervals; NaN where one does not exist.

    ``df`` is that of the reference t distribution, infinity for z. ``weights`` are relative, shape (K,).
    ``effects`` are study effects and variances where they are not those of the tables.
    """

    estimate: float
    variance: float
    k: int
    tau2: float = 0.0
    q: float = math.nan
    q_df: int = 0
    i2: float = math.nan
    weights: Array | None = None
    effects: tuple[Array, Array] | None = None
    random: bool = False
    df: float = math.inf
    zero_cells: ZeroCells | None = None
    note: str = ""


def assemble(request: Request, tables: Tables, pooled: Pooled) -> PooledEstimate:
    """Build the result, with None and a note for every number that does not exist."""
    estimate = pooled.estimate
    error = (
        math.sqrt(pooled.variance)
        if 0 <= pooled.variance < math.inf and math.isfinite(estimate)
        else math.nan
    )
    reach = critical(request.level, pooled.df) * error
    prediction, prediction_reach = _prediction(request, pooled, error)
    rules = request.rules
    return PooledEstimate(
        method=request.method,
        measure=request.measure,
        k=pooled.k,
        k_listed=len(tables.names),
        estimate=number(estimate),
        standard_error=number(error),
        ci_lower=number(estimate - reach),
        ci_upper=number(estimate + reach),
        p_value=number(two_sided(estimate / error if error > 0 else math.nan, pooled.df)),
        tau2=number(pooled.tau2) if pooled.k else None,
        q=number(pooled.q),
        q_p_value=number(float(special.chdtrc(pooled.q_df, pooled.q))) if pooled.q_df > 0 else None,
        i2=number(pooled.i2) if pooled.k > 1 else None,
        prediction_lower=number(estimate - prediction_reach),
        prediction_upper=number(estimate + prediction_reach),
        zero_cells=pooled.zero_cells or _zero_cells(tables, rules),
        note="; ".join(_notes(tables, pooled, prediction)),
        level=request.level,
        hartung_knapp=math.isfinite(pooled.df),
        interval=reference(pooled.df),
        prediction=prediction,
        rules=rules.name,
        studies=_study_rows(tables, pooled, critical(request.level)),
        df=pooled.df,
        k_informative=_informative(tables),
        heterogeneity=intervals(
            pooled.effects or (tables.y, tables.v), (pooled.q, pooled.q_df), request.level
        ),
    )


def _informative(tables: Tables) -> int:
    """Count the studies that can tell the arms apart: every one that is known by an estimate does."""
    given = False if tables.given is None else tables.given
    return int(np.sum(informative(tables.raw) | given))


def _zero_cells(tables: Tables, rules: Rules) -> ZeroCells:
    """Say which rule was followed and which studies it altered."""
    if tables.given is not None and tables.given.all():
        named = tuple(name for name, yes in zip(tables.names, tables.altered, strict=True) if yes)
        if tables.measure == RATE_RATIO:
            return ZeroCells("0.5 added to the events of both arms of a trial in which one has none", named)
        return ZeroCells("nothing added: every trial is known by an estimate")
    either = tables.altered | tables.altered_in_sum
    altered = tuple(name for name, yes in zip(tables.names, either, strict=True) if yes and rules.add)
    return ZeroCells(rules.zero_cells, altered)


def _prediction(request: Request, pooled: Pooled, error: float) -> tuple[str, float]:
    """Name the reference distribution of the prediction interval and return its half-width,
    NaN where there is none.
    """
    form = request.rules.prediction
    df = {"as interval": pooled.df, "t k-1": pooled.k - 1, "t k-2": pooled.k - 2}.get(form, math.inf)
    if not pooled.random or form == "none" or pooled.k < 2 or df < 1:
        return "", math.nan
    return reference(df), critical(request.level, df) * math.sqrt(pooled.tau2 + error**2)


def _study_rows(tables: Tables, pooled: Pooled, z: float) -> tuple[StudyEstimate, ...]:
    """Return observed effects with normal limits and percentage weights."""
    y, v = pooled.effects or (tables.y, tables.v)
    shares: list[float | None] = [None] * len(tables.names)
    if pooled.weights is not None:
        total = float(pooled.weights.sum())
        shares = [
            float(w) for w in (100 * pooled.weights / total if total > 0 else np.zeros_like(pooled.weights))
        ]
    rows = []
    for i, name in enumerate(tables.names):
        if tables.reasons[i] or not np.isfinite(v[i]):
            reason = tables.reasons[i] or "no information"
            rows.append(StudyEstimate(name, None, None, None, None, shares[i], reason))
            continue
        centre, error = float(y[i]), math.sqrt(v[i])
        rows.append(StudyEstimate(name, centre, error, centre - z * error, centre + z * error, shares[i]))
    return tuple(rows)


def _notes(tables: Tables, pooled: Pooled, prediction: str) -> list[str]:
    """Say why each missing number is missing."""
    notes = [pooled.note] if pooled.note else []
    notes += [tables.divided] * bool(tables.divided)
    if pooled.k == 0:
        reasons = ", ".join(dict.fromkeys(reason for reason in tables.reasons if reason))
        return [*notes, "not estimable: no study carries information" + (f" ({reasons})" if reasons else "")]
    if not math.isfinite(pooled.estimate) and not pooled.note:
        notes.append(
            "no finite estimate: one arm has no events, or nothing but events, in every study together"
        )
    if pooled.k == 1:
        notes.append("one study carries information: heterogeneity and prediction do not exist")
    elif not pooled.random:
        notes.append("a common-effect method has no prediction interval")
    elif not prediction:
        notes.append(
            f"no prediction interval: the form the rules ask for does not exist for {pooled.k} studies"
        )
    return notes
