"""Funnel plots and regression tests for small-study effects (advice on use: Sterne et al.
2011, BMJ 343:d4002).
"""

import math
from collections.abc import Callable

import numpy as np

from bayes_ivig.errors import ModelError, suggestion
from bayes_ivig.formulas.effect_sizes import Array
from bayes_ivig.formulas.mantel_haenszel import peto_terms
from bayes_ivig.formulas.regression import weighted_line
from bayes_ivig.frequentist.numbers import number, two_sided
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.frequentist.rules import Rules
from bayes_ivig.frequentist.tables import Tables, prepare
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Level
from bayes_ivig.results.classical import Funnel, SmallStudyTest

ENOUGH = 10  # studies, below which the tests are not advised (Sterne et al. 2011)
LARGE_TAU2 = 0.1  # above which all of them reject too often (Ruecker et al. 2008)

type Regression = tuple[Array, Array, Array]


def _egger(tables: Tables) -> Regression:
    """Effects on their standard errors, weights 1/v (Egger et al. 1997)."""
    w = 1 / tables.v
    return np.where(w > 0, np.sqrt(tables.v, where=w > 0, out=np.zeros_like(w)), 0.0), tables.y, w


def _harbord(tables: Tables) -> Regression:
    """Z/V on 1/sqrt V with weights V, Z the score and V its variance (Harbord,
    Egger & Sterne 2006); uncorrected counts.
    """
    excess, variance, _ = peto_terms(tables.raw)
    with np.errstate(divide="ignore", invalid="ignore"):
        x, y = 1 / np.sqrt(variance), excess / variance
    return np.where(variance > 0, x, 0.0), np.where(variance > 0, y, 0.0), variance


def _peters(tables: Tables) -> Regression:
    """Effects on 1/N, weights (1/events + 1/non-events)^-1 over both arms (Peters et al. 2006)."""
    a, b, c, d = tables.raw
    taking_part = np.isfinite(tables.v)
    n = np.where(taking_part, a + b + c + d, 1.0)
    return np.where(taking_part, 1 / n, 0.0), tables.y, np.where(taking_part, (a + c) * (b + d) / n, 0.0)


TESTS: dict[str, Callable[[Tables], Regression]] = {"egger": _egger, "harbord": _harbord, "peters": _peters}


@checked
def small_study_test(dataset: Dataset, *, test: str = "harbord") -> SmallStudyTest:
    """Test funnel asymmetry of log odds ratios by ``"egger"``, ``"harbord"`` or ``"peters"``.

    The slope on the measure of study size is referred to t with k - 2 df, dispersion multiplicative; 0.5 is
    added to zero-cell studies for Egger and Peters, nothing for Harbord. Fewer than 10 studies, or marked
    heterogeneity, add a warning; fewer than 3 leave the numbers None. Raises ``ModelError`` for an unknown
    test.

    >>> import bayes_ivig as bi
    >>> test = bi.classical.small_study_test(bi.load_dataset("ivig", "live_birth"), test="harbord")
    >>> test.k, round(test.p_value, 2)
    (8, 0.37)
    """
    if test not in TESTS:
        raise ModelError(
            f"no small-study test {test!r}{suggestion(test, TESTS)}; tests are {', '.join(TESTS)}"
        )
    x, y, w = TESTS[test](prepare(dataset, "OR", Rules.metafor()))
    k = int((w > 0).sum())
    line = weighted_line(x, y, w)
    slope, error = float(line.slope), float(line.slope_error)
    possible = k > 2 and math.isfinite(slope) and error > 0
    statistic = slope / error if possible else math.nan
    p_value = two_sided(statistic, k - 2) if possible else math.nan
    adjusted = float(line.intercept) if possible else math.nan
    return SmallStudyTest(
        test=test,
        k=k,
        coefficient=number(slope) if possible else None,
        standard_error=number(error) if possible else None,
        statistic=number(statistic),
        df=max(k - 2, 0),
        p_value=number(p_value),
        adjusted=number(adjusted),
        warnings=_warnings(dataset, test, k),
    )


def _warnings(dataset: Dataset, test: str, k: int) -> tuple[str, ...]:
    """Say why not to lean on the test."""
    warnings = []
    if k < 3:
        warnings.append(f"{k} studies carry information: the test needs at least 3")
    elif k < ENOUGH:
        warnings.append(f"{k} studies: with fewer than {ENOUGH} the test cannot tell asymmetry from chance")
    if test == "egger":
        warnings.append(
            "log odds ratios and their standard errors share counts: Egger's test rejects too often"
        )
    tau2 = pool(dataset, method="reml").tau2
    if tau2 is not None and tau2 > LARGE_TAU2:
        warnings.append(f"tau squared is {tau2:.2g}: with marked heterogeneity every such test is unreliable")
    return tuple(warnings)


@checked
def funnel(dataset: Dataset, *, measure: str = "OR", method: str = "fixed", level: Level = 0.95) -> Funnel:
    """Return the points of a funnel plot, 0.5 added to zero-cell studies,
    around the estimate of ``method``.

    >>> import bayes_ivig as bi
    >>> table = bi.classical.funnel(bi.load_dataset("my.csv")).table()
    >>> table[["study", "estimate", "standard_error"]].round(2)
            study  estimate  standard_error
    0  Adams 2011     -0.94            0.60
    1  Baker 2013     -1.67            0.46
    2   Chen 2016     -1.39            0.66
    3   Diaz 2019     -0.22            0.35
    """
    pooled = pool(dataset, method=method, measure=measure, level=level)
    return Funnel(pooled.measure, pooled.estimate, level, pooled.studies)
