"""Every closed-form or quickly iterated way to pool, at once, for one table or many:
what a search for the method needs.

``pool`` gives the same numbers for one dataset and one method with everything around them; a test holds the
two together. Mixed models are not here: they take a search of their own per table.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from scipy import special

from bayes_ivig.formulas import heterogeneity as het
from bayes_ivig.formulas import mantel_haenszel as mh
from bayes_ivig.formulas import tau_squared as ts
from bayes_ivig.formulas.conventions import CONVENTIONS, Convention, Prepared, prepare
from bayes_ivig.formulas.effect_sizes import Array, Cells, Measure

FIXED = ("mh", "peto", "fixed")
# Wald; Hartung-Knapp; Hartung-Knapp with a variance factor of at least 1
QUANTILES = ("z", "t", "t truncated")


class Recipe(NamedTuple):
    """How a pooled result is made: measure, method, zero-cell convention, and where its limits come from."""

    measure: Measure
    method: str
    convention: str
    quantile: str = "z"

    @property
    def random(self) -> bool:
        """Whether it allows for heterogeneity."""
        return self.method not in FIXED


class Numbers(NamedTuple):
    """Pooled results, every array of shape (...): log scale for OR and RR; NaN where a number does not exist.

    ``df`` is that of the t distribution behind limits and p-value, infinity for z. ``i2`` is what ``pool``
    reports, from tau squared for random effects by inverse variance; ``i2_from_q`` is (Q - df)/Q throughout.
    Both in percent.
    """

    estimate: Array
    error: Array
    df: Array
    q_p_value: Array
    i2: Array
    i2_from_q: Array
    k: Array

    def limits(self, level: float) -> tuple[Array, Array, Array]:
        """Return lower and upper confidence limits and the two-sided p-value."""
        upper_tail = 0.5 + level / 2
        wald = np.isinf(self.df)
        t_df = np.where(wald, 1.0, self.df)
        reach = np.where(wald, special.ndtri(upper_tail), special.stdtrit(t_df, upper_tail)) * self.error
        with np.errstate(divide="ignore", invalid="ignore"):
            below = -np.abs(self.estimate / np.where(self.error > 0, self.error, np.nan))
        p_value = 2 * np.where(wald, special.ndtr(below), special.stdtr(t_df, below))
        return self.estimate - reach, self.estimate + reach, p_value


type Estimator = Callable[[Array, Array], Array]


def dersimonian_laird(y: Array, v: Array) -> Array:
    """Return DerSimonian & Laird's tau squared, Q around the inverse-variance mean."""
    mean, _ = het.weighted_mean(y, v)
    return het.dersimonian_laird(het.q_statistic(y, v, mean), het.weight_sums(y, v), het.studies(v))


ESTIMATORS: dict[str, Estimator] = {
    "dl": dersimonian_laird,
    "reml": ts.restricted_maximum_likelihood,
    "ml": ts.maximum_likelihood,
    "pm": ts.paule_mandel,
    "sj": ts.sidik_jonkman,
    "he": ts.hedges,
    "hs": ts.hunter_schmidt,
}


def every_result(
    cells: Cells,
    measures: tuple[Measure, ...] = ("OR", "RR", "RD"),
    conventions: tuple[Convention, ...] = CONVENTIONS,
) -> Iterator[tuple[Recipe, Numbers]]:
    """Yield every recipe with its results for tables whose cells have shape (..., K);
    results have shape (...).
    """
    for measure in measures:
        for convention in conventions:
            tables = prepare(cells, measure, convention)
            centre, error = _mantel_haenszel(tables, measure, convention)
            yield (
                Recipe(measure, "mh", convention.name),
                _fixed(_q_effects(tables, convention), centre, error, tables),
            )
            if measure == "OR" and convention is conventions[0]:
                yield Recipe(measure, "peto", "nothing added"), _peto(tables)
            mean, variance = het.weighted_mean(tables.y, tables.v)
            common = _fixed((tables.y, tables.v), mean, np.sqrt(variance), None)
            yield Recipe(measure, "fixed", convention.name), common
            for method, quantile, numbers in _random(tables, centre, common):
                yield Recipe(measure, method, convention.name, quantile), numbers


def _q_effects(tables: Prepared, convention: Convention) -> tuple[Array, Array]:
    """Return the effects that enter Q around the Mantel-Haenszel estimate."""
    return tables.y, np.where(tables.uneventful, np.inf, tables.v) if convention.q_drops else tables.v


def _mantel_haenszel(tables: Prepared, measure: Measure, convention: Convention) -> tuple[Array, Array]:
    """Return the M-H estimate and its standard error."""
    match measure:
        case "OR":
            estimate, variance = mh.odds_ratio_from_sums(mh.odds_ratio_terms(tables.summed).sum(axis=-1))
        case "RR":
            estimate, variance = mh.risk_ratio_from_sums(mh.risk_ratio_terms(tables.summed).sum(axis=-1))
        case "RD":
            raw = np.where(tables.in_sum, tables.y, 0.0) if convention.raw_difference else None
            sums = mh.risk_difference_terms(tables.summed, raw).sum(axis=-1)
            estimate, variance = mh.risk_difference_from_sums(sums, sato=convention.sato)
    with np.errstate(invalid="ignore"):
        return _finite(estimate), np.sqrt(np.where((variance >= 0) & np.isfinite(variance), variance, np.nan))


def _fixed(effects: tuple[Array, Array], centre: Array, error: Array, tables: Prepared | None) -> Numbers:
    """Return a common-effect result with Q around it; ``tables``
    where k counts the studies in the M-H sums.
    """
    y, v = effects
    k = het.studies(v)
    q = het.q_statistic(y, v, centre)
    i2 = np.where(k > 1, het.i_squared(q, k), np.nan)
    counted = k if tables is None else np.asarray(tables.in_sum.sum(axis=-1), dtype=np.float64)
    wald = np.full(np.shape(k), np.inf)
    return Numbers(centre, np.where(np.isfinite(error), error, np.nan), wald, _p(q, k), i2, i2, counted)


def _peto(tables: Prepared) -> Numbers:
    sums = mh.peto_terms(tables.raw).sum(axis=-1)
    information = mh.peto_terms(tables.raw)[1]
    k = np.asarray((information > 0).sum(axis=-1), dtype=np.float64)
    estimate, variance = mh.peto_from_sums(sums)
    q = mh.peto_q(sums)
    i2 = np.where(k > 1, het.i_squared(q, k), np.nan)
    error = np.sqrt(np.where(np.isfinite(variance), variance, np.nan))
    return Numbers(_finite(estimate), error, np.full(np.shape(k), np.inf), _p(q, k), i2, i2, k)


def _random(tables: Prepared, centre: Array, common: Numbers) -> Iterator[tuple[str, str, Numbers]]:
    """Yield the random-effects results: Review Manager's, and every estimator of tau squared
    with Wald and t limits.
    """
    y, v = tables.y, tables.v
    k = het.studies(v)
    sums = het.weight_sums(y, v)
    q = np.where(k > 1, het.q_statistic(y, v, centre), 0.0)
    tau2 = np.where(np.isfinite(q), het.dersimonian_laird(q, sums, k), np.nan)
    i2 = np.where(k > 1, het.i_squared(q, k), np.nan)
    estimate, variance = _mean(y, v, np.where(np.isfinite(tau2), tau2, 0.0))
    missing = ~np.isfinite(tau2)
    wald = np.full(np.shape(k), np.inf)
    estimate, variance = (np.where(missing, np.nan, values) for values in (estimate, variance))
    yield "revman-random", "z", Numbers(estimate, np.sqrt(variance), wald, _p(q, k), i2, i2, k)
    for name, estimator in ESTIMATORS.items():
        spread = estimator(y, v)
        estimate, variance = _mean(y, v, spread)
        with np.errstate(divide="ignore", invalid="ignore"):
            from_tau2 = np.where(k > 1, het.i_squared_from_tau2(spread, sums, k), np.nan)
            factor = np.where(k > 1, het.hartung_knapp_factor(y, v, spread), np.nan)
            errors = {
                "z": variance,
                "t": variance * factor,
                "t truncated": variance * np.maximum(factor, 1.0),
            }
        for quantile, square in errors.items():
            df = wald if quantile == "z" else np.maximum(k - 1, 1)
            error = np.sqrt(square)
            yield (
                name,
                quantile,
                Numbers(estimate, error, df, common.q_p_value, from_tau2, common.i2_from_q, k),
            )


def _mean(y: Array, v: Array, tau2: Array) -> tuple[Array, Array]:
    """Return the weighted mean and its variance, NaN where no study takes part."""
    estimate, variance = het.weighted_mean(y, v, tau2)
    return _finite(estimate), _finite(variance)


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)


def _p(q: Array, k: Array) -> Array:
    """Return the heterogeneity p-value, NaN for fewer than two studies."""
    return np.where(k > 1, special.chdtrc(np.maximum(k - 1, 1), q), np.nan)
