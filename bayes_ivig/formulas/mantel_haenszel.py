"""Mantel-Haenszel and Peto pooling: additive terms per study, and the estimate from their sums.

Each ``*_terms`` function turns cells of shape (..., K) into terms of shape (T, ..., K); the matching
``*_from_sums`` function takes the terms summed over studies, shape (T, ...), and returns the pooled estimate
and its variance. Sums of terms over any subset of studies are a matrix product, and sums over candidate
tables are lookups. A study whose cells are all 0 adds nothing. No function here adds anything to a cell.
"""

import numpy as np

from bayes_ivig.formulas.effect_sizes import Array, Cells


def _ratio(numerator: Array, denominator: Array) -> Array:
    """Divide, giving 0 where the denominator is 0: an empty study adds nothing."""
    return np.divide(
        numerator, denominator, out=np.zeros_like(numerator * denominator), where=denominator != 0
    )


def odds_ratio_terms(cells: Cells) -> Array:
    """Return R = ad/N, S = bc/N and the products PR, PS + QR, QS of Robins,
    Breslow & Greenland 1986 (eq. 6).
    """
    a, b, c, d = cells
    n = a + b + c + d
    r, s = _ratio(a * d, n), _ratio(b * c, n)
    p, q = _ratio(a + d, n), _ratio(b + c, n)
    return np.stack([r, s, p * r, p * s + q * r, q * s])


def odds_ratio_from_sums(sums: Array) -> tuple[Array, Array]:
    """Return the M-H log odds ratio ln(R/S), Robins-Breslow-Greenland variance;
    NaN or infinite if R or S is 0.
    """
    r, s, pr, ps_qr, qs = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(r) - np.log(s), pr / (2 * r**2) + ps_qr / (2 * r * s) + qs / (2 * s**2)


def risk_ratio_terms(cells: Cells) -> Array:
    """Return numerator a n0/N, denominator c n1/N and the variance term of Greenland & Robins 1985."""
    a, b, c, d = cells
    n1, n0 = a + b, c + d
    n = n1 + n0
    spread = _ratio(n1 * n0 * (a + c) - a * c * n, n**2)
    return np.stack([_ratio(a * n0, n), _ratio(c * n1, n), spread])


def risk_ratio_from_sums(sums: Array) -> tuple[Array, Array]:
    """Return the M-H log risk ratio and its Greenland-Robins variance;
    NaN or infinite without events in an arm.
    """
    numerator, denominator, spread = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(numerator) - np.log(denominator), spread / (numerator * denominator)


def risk_difference_terms(cells: Cells, difference: Array | None = None) -> Array:
    """Return the M-H sums for the risk difference and the terms of both its variances.

    ``difference`` replaces the risk differences of the cells themselves: the R package meta pools uncorrected
    differences with weights and variances from corrected cells.

    In order: (a n0 - c n1)/N; the weight n1 n0/N; the Greenland & Robins 1985 variance term; the two terms of
    the variance of Sato, Greenland & Robins 1989, the first to be multiplied by the estimate.
    """
    a, b, c, d = cells
    n1, n0 = a + b, c + d
    n = n1 + n0
    binomial = _ratio(a * b * n0**3 + c * d * n1**3, n1 * n0 * n**2)
    slope = _ratio(c * n1**2 - a * n0**2 + n1 * n0 * (n0 - n1) / 2, n**2)
    level = _ratio(a * (n0 - c) + c * (n1 - a), 2 * n)
    weight = _ratio(n1 * n0, n)
    excess = _ratio(a * n0 - c * n1, n) if difference is None else weight * difference
    return np.stack([excess, weight, binomial, slope, level])


def risk_difference_from_sums(sums: Array, *, sato: bool = True) -> tuple[Array, Array]:
    """Return the M-H risk difference and its variance: Sato-Greenland-Robins,
    or Greenland-Robins (Review Manager).
    """
    difference, weight, binomial, slope, level = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = difference / weight
        variance = (estimate * slope + level if sato else binomial) / weight**2
    return estimate, variance


def peto_terms(cells: Cells) -> Array:
    """Return O - E, its hypergeometric variance V and (O - E)^2/V per study (Yusuf et al. 1985)."""
    a, b, c, d = cells
    n1, n0 = a + b, c + d
    n = n1 + n0
    excess = _ratio(a * n - n1 * (a + c), n)
    variance = _ratio(n1 * n0 * (a + c) * (b + d), n**2 * np.maximum(n - 1, 1))
    return np.stack([excess, variance, _ratio(excess**2, variance)])


def peto_from_sums(sums: Array) -> tuple[Array, Array]:
    """Return Peto's one-step log odds ratio and its variance; NaN and infinite without information."""
    excess, variance, _ = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        return excess / variance, 1 / variance


def peto_q(sums: Array) -> Array:
    """Return Peto's heterogeneity statistic, sum (O - E)^2/V - (sum (O - E))^2 / sum V."""
    excess, variance, squares = sums
    return np.asarray(np.maximum(squares - _ratio(excess**2, variance), 0.0))
