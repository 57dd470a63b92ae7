"""Heterogeneity from study effects: Cochran's Q, I squared, H, and tau squared in closed form.

Effects ``y`` and variances ``v`` have shape (..., K); results have shape (...). A study left out has ``v =
infinity`` and any finite ``y``. Inverse-variance quantities are functions of four additive sums
(``weight_sums``), so they can be computed for every subset by one matrix product.
"""

import numpy as np
from numpy.typing import ArrayLike

from bayes_ivig.formulas.effect_sizes import Array


def studies(v: Array) -> Array:
    """Return k, the number of studies with finite variance, as a float."""
    return np.asarray(np.isfinite(v).sum(axis=-1), dtype=np.float64)


def weight_terms(y: Array, v: Array) -> Array:
    """Return w, wy, wy^2 and w^2 per study, w = 1/v, shape (4, ..., K)."""
    w = 1 / v
    return np.stack([w, w * y, w * y**2, w**2])


def weight_sums(y: Array, v: Array) -> Array:
    """Return the sums of ``weight_terms`` over studies, shape (4, ...)."""
    return np.asarray(weight_terms(y, v).sum(axis=-1))


def weighted_mean(y: Array, v: Array, tau2: ArrayLike = 0.0) -> tuple[Array, Array]:
    """Return the mean with weights 1/(v + tau2) and its variance; ``tau2`` has the shape of the result."""
    w = 1 / (v + np.asarray(tau2)[..., None])
    with np.errstate(divide="ignore", invalid="ignore"):
        total = w.sum(axis=-1)
        return np.asarray((w * y).sum(axis=-1) / total), np.asarray(1 / total)


def q_from_sums(sums: Array, centre: ArrayLike | None = None) -> Array:
    """Return Cochran's Q around ``centre``, by default the inverse-variance mean.

    Review Manager centres at the Mantel-Haenszel estimate,
    weights by inverse variance (Deeks & Higgins 2010).
    """
    w, wy, wyy, _ = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = wy / w if centre is None else np.asarray(centre)
    return np.asarray(np.maximum(wyy - 2 * middle * wy + middle**2 * w, 0.0))


def q_statistic(y: Array, v: Array, centre: ArrayLike, tau2: ArrayLike = 0.0) -> Array:
    """Return the generalised Q, sum of (y - centre)^2/(v + tau2),
    without the cancellation of ``q_from_sums``.
    """
    w = 1 / (v + np.asarray(tau2)[..., None])
    return np.asarray((w * (y - np.asarray(centre)[..., None]) ** 2).sum(axis=-1))


def dersimonian_laird(q: Array, sums: Array, k: Array) -> Array:
    """Return max(0, (Q - (k - 1)) / (sum w - sum w^2 / sum w)) (DerSimonian & Laird 1986, eq. 8);
    0 when k < 2.

    With Q centred at the Mantel-Haenszel estimate this is Review Manager's tau squared.
    """
    w, _, _, ww = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        tau2 = (q - (k - 1)) / (w - ww / w)
    return np.where(k > 1, np.maximum(tau2, 0.0), 0.0)


def i_squared(q: Array, k: Array) -> Array:
    """Return I squared in percent, max(0, (Q - df)/Q) (Higgins & Thompson 2002); 0 when Q is 0."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):  # of a Q of next to nothing
        return np.where(q > 0, 100 * np.maximum((q - (k - 1)) / q, 0.0), 0.0)


def typical_variance(sums: Array, k: Array) -> Array:
    """Return the typical variance (k - 1) sum w / ((sum w)^2 - sum w^2) (Higgins & Thompson 2002, eq. 9)."""
    w, _, _, ww = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((k - 1) * w / (w**2 - ww))


def i_squared_from_tau2(tau2: ArrayLike, sums: Array, k: Array) -> Array:
    """Return I squared in percent as tau2 / (tau2 + typical variance), whichever way tau2 was estimated."""
    spread = np.asarray(tau2)
    return np.where(k > 1, 100 * spread / (spread + typical_variance(sums, k)), 0.0)


def hartung_knapp_factor(y: Array, v: Array, tau2: ArrayLike) -> Array:
    """Return q = sum (y - mu)^2/(v + tau2) / (k - 1), the variance factor of Knapp & Hartung 2003."""
    mu, _ = weighted_mean(y, v, tau2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return q_statistic(y, v, mu, tau2) / (studies(v) - 1)


def log_h_error(q: Array, k: Array) -> Array:
    """Return the standard error of ln H, H^2 = Q/(k - 1) (Higgins & Thompson 2002, eq. 16);
    NaN where it does not exist.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        large = 0.5 * (np.log(q) - np.log(k - 1)) / (np.sqrt(2 * q) - np.sqrt(2 * k - 3))
        small = np.sqrt(1 / (2 * (k - 2)) * (1 - 1 / (3 * (k - 2) ** 2)))
        return np.asarray(np.where(k < 2, np.nan, np.where(q > k, large, np.where(k > 2, small, np.nan))))
