"""Families for a positive parameter whose density is no folded bell:
exponential, log-normal, log-t, inverse gamma.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Count, Probability
from bayes_ivig.priors.families import StudentT
from bayes_ivig.priors.shared import HALF_LINE, LOG_SQRT_2PI, Array, check, text


@checked_methods
@dataclass(frozen=True, slots=True)
class Exponential:
    """Exponential with ``rate``; its mean is ``1 / rate``.

    >>> import bayes_ivig as bi
    >>> bi.priors.Exponential(2).quantile([0.5, 0.95]).round(2).tolist()
    [0.35, 1.5]
    """

    rate: float
    support = HALF_LINE
    proper = True

    def __post_init__(self) -> None:
        check(self, "exponential")

    def __str__(self) -> str:
        return text(self, "exponential")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity below 0."""
        x = np.asarray(x, float)
        return np.where(x >= 0, math.log(self.rate) - self.rate * x, -np.inf)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(-np.expm1(-self.rate * np.maximum(np.asarray(x, float), 0.0)))

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        with np.errstate(divide="ignore"):
            return np.asarray(-np.log1p(-np.asarray(p, float)) / self.rate)

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return rng.exponential(1 / self.rate, size)


@checked_methods
@dataclass(frozen=True, slots=True)
class LogNormal:
    """Log-normal: log X is normal with mean ``meanlog`` and SD ``sdlog``.

    >>> import bayes_ivig as bi
    >>> bi.priors.LogNormal(-1.3, 0.8).quantile([0.5, 0.95]).round(2).tolist()
    [0.27, 1.02]
    """

    meanlog: float
    sdlog: float
    support = HALF_LINE
    proper = True

    def __post_init__(self) -> None:
        check(self, "log_normal")

    def __str__(self) -> str:
        return text(self, "log_normal")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity at 0 and below."""
        log_x = np.log(np.maximum(np.asarray(x, float), 1e-320))
        z = (log_x - self.meanlog) / self.sdlog
        return np.where(
            np.asarray(x) > 0, -0.5 * z * z - LOG_SQRT_2PI - math.log(self.sdlog) - log_x, -np.inf
        )

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        log_x = np.log(np.maximum(np.asarray(x, float), 1e-320))
        return np.asarray(special.ndtr((log_x - self.meanlog) / self.sdlog))

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        with np.errstate(over="ignore"):  # beyond the largest float: infinite
            return np.exp(self.meanlog + self.sdlog * special.ndtri(np.asarray(p, float)))

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return rng.lognormal(self.meanlog, self.sdlog, size)


@checked_methods
@dataclass(frozen=True, slots=True)
class LogStudentT:
    """Log-Student-t: log X is Student-t with ``df``, ``location`` and ``scale``;
    X has no moments (Rhodes et al. 2015).

    >>> import bayes_ivig as bi
    >>> bi.priors.LogStudentT(5, -1.3, 0.8).quantile([0.5, 0.95]).round(2).tolist()
    [0.27, 1.37]
    """

    df: float
    location: float
    scale: float
    support = HALF_LINE
    proper = True

    def __post_init__(self) -> None:
        check(self, "log_student_t")

    def __str__(self) -> str:
        return text(self, "log_student_t")

    @property
    def log(self) -> StudentT:
        """The distribution of log X."""
        return StudentT(self.df, self.location, self.scale)

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity at 0 and below."""
        log_x = np.log(np.maximum(np.asarray(x, float), 1e-320))
        return np.where(np.asarray(x) > 0, self.log.logpdf(log_x) - log_x, -np.inf)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        x = np.asarray(x, float)
        return np.where(x > 0, self.log.cdf(np.log(np.maximum(x, 1e-320))), 0.0)

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        with np.errstate(over="ignore"):
            return np.exp(self.log.quantile(p))

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        with np.errstate(over="ignore"):
            return np.exp(self.log.sample(rng, size))


@checked_methods
@dataclass(frozen=True, slots=True)
class InverseGamma:
    """Inverse gamma: density ``scale^shape / Gamma(shape) x^(-shape - 1) exp(-scale / x)``.

    >>> import bayes_ivig as bi
    >>> bi.priors.InverseGamma(1.77, 0.55).quantile([0.5, 0.95]).round(2).tolist()
    [0.38, 2.06]
    """

    shape: float
    scale: float
    support = HALF_LINE
    proper = True

    def __post_init__(self) -> None:
        check(self, "inverse_gamma")

    def __str__(self) -> str:
        return text(self, "inverse_gamma")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity at 0 and below."""
        safe = np.maximum(np.asarray(x, float), 1e-300)
        constant = self.shape * math.log(self.scale) - float(special.gammaln(self.shape))
        with np.errstate(over="ignore"):
            return np.where(
                np.asarray(x) > 0, constant - (self.shape + 1) * np.log(safe) - self.scale / safe, -np.inf
            )

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        with np.errstate(over="ignore"):
            return np.asarray(
                special.gammaincc(self.shape, self.scale / np.maximum(np.asarray(x, float), 1e-300))
            )

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        with np.errstate(divide="ignore"):
            return self.scale / np.asarray(special.gammainccinv(self.shape, np.asarray(p, float)))

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return self.scale / rng.gamma(self.shape, 1.0, size)
