"""The families on the real line and their halves, as frozen values;
``composite.Prior`` is the closed union of all priors.

Every family has ``support``, ``proper``, ``logpdf(x)``, ``cdf(x)``, ``quantile(p)`` and ``sample(rng,
size)``, taking and giving arrays on the parameter's own scale: log odds ratio for mu, its between-study SD
for tau, log odds for alpha. ``str(prior)`` is the text that ``parse_prior`` reads back. Constructors raise
``ModelError``.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from bayes_ivig.errors import ModelError
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Count, Probability
from bayes_ivig.priors.shared import (
    HALF_LINE,
    LOG_SQRT_2PI,
    REAL_LINE,
    SMALLEST,
    Array,
    above_zero,
    check,
    text,
)

# degrees of freedom beyond which a Student-t is normal to nine digits, and inverses of its probability lose
# theirs one by one
NORMAL_DF = 1e9


@checked_methods
@dataclass(frozen=True, slots=True)
class Normal:
    """Normal with ``mean`` and ``sd``; of mu these are log odds ratios (exp(0.78) = 2.2).

    >>> import bayes_ivig as bi
    >>> bi.priors.Normal(0, 0.4).quantile([0.025, 0.975]).round(2).tolist()
    [-0.78, 0.78]
    """

    mean: float
    sd: float
    support = REAL_LINE
    proper = True

    def __post_init__(self) -> None:
        check(self, "normal")

    def __str__(self) -> str:
        return text(self, "normal")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density."""
        z = (np.asarray(x, float) - self.mean) / self.sd
        return -0.5 * z * z - LOG_SQRT_2PI - math.log(self.sd)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(special.ndtr((np.asarray(x, float) - self.mean) / self.sd))

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.mean + self.sd * np.asarray(special.ndtri(np.asarray(p, float)))

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return rng.normal(self.mean, self.sd, size)


@checked_methods
@dataclass(frozen=True, slots=True)
class StudentT:
    """Student-t with ``df`` degrees of freedom, ``location`` and ``scale``.

    >>> import bayes_ivig as bi
    >>> bi.priors.StudentT(4, 0, 0.5).quantile([0.025, 0.975]).round(2).tolist()
    [-1.39, 1.39]
    """

    df: float
    location: float
    scale: float
    support = REAL_LINE
    proper = True

    def __post_init__(self) -> None:
        check(self, "student_t")

    def __str__(self) -> str:
        return text(self, "student_t")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density."""
        return _log_t((np.asarray(x, float) - self.location) / self.scale, self.df) - math.log(self.scale)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(special.stdtr(self.df, (np.asarray(x, float) - self.location) / self.scale))

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        p = np.asarray(p, float)
        inner = special.stdtrit(self.df, np.clip(p, 1e-300, 1 - 1e-16))  # which has no answer at 0 and 1
        return self.location + self.scale * np.where(
            (p > 0) & (p < 1), inner, np.where(p < 0.5, -np.inf, np.inf)
        )

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return self.location + self.scale * rng.standard_t(self.df, size)


@checked_methods
@dataclass(frozen=True, slots=True)
class Logistic:
    """Logistic with ``location`` and ``scale``; ``logistic(0, 1)`` on a log odds is uniform on the risk.

    >>> import bayes_ivig as bi
    >>> float(bi.priors.Logistic(0, 1).cdf(0))
    0.5
    """

    location: float
    scale: float
    support = REAL_LINE
    proper = True

    def __post_init__(self) -> None:
        check(self, "logistic")

    def __str__(self) -> str:
        return text(self, "logistic")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density."""
        z = np.abs((np.asarray(x, float) - self.location) / self.scale)
        return np.asarray(-z - 2 * np.log1p(np.exp(-z)) - math.log(self.scale))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(special.expit((np.asarray(x, float) - self.location) / self.scale))

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.location + self.scale * np.asarray(special.logit(np.asarray(p, float)))

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return rng.logistic(self.location, self.scale, size)


@checked_methods
@dataclass(frozen=True, slots=True)
class Uniform:
    """Uniform between ``lower`` and ``upper``.

    >>> import bayes_ivig as bi
    >>> float(bi.priors.Uniform(0, 2).cdf(0.5))
    0.25
    """

    lower: float
    upper: float
    proper = True

    def __post_init__(self) -> None:
        check(self, "uniform")
        if self.lower >= self.upper:
            raise ModelError(f"{self}: the lower limit must be below the upper one")
        if self.upper - self.lower <= SMALLEST:
            raise ModelError(
                f"{self}: its limits lie {self.upper - self.lower:g} apart; it must be more than {SMALLEST:g}"
            )

    def __str__(self) -> str:
        return text(self, "uniform")

    @property
    def support(self) -> tuple[float, float]:
        """Lower and upper limit."""
        return self.lower, self.upper

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity outside the limits."""
        x = np.asarray(x, float)
        inside = (x >= self.lower) & (x <= self.upper)
        return np.where(inside, -math.log(self.upper - self.lower), -np.inf)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.clip((np.asarray(x, float) - self.lower) / (self.upper - self.lower), 0.0, 1.0)

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.lower + (self.upper - self.lower) * np.asarray(p, float)

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return rng.uniform(self.lower, self.upper, size)


@checked_methods
@dataclass(frozen=True, slots=True)
class HalfNormal:
    """Absolute value of a normal with mean 0 and SD ``scale`` (its own SD is 0.603 times that).

    >>> import bayes_ivig as bi
    >>> bi.priors.HalfNormal(0.5).quantile([0.5, 0.95]).round(2).tolist()
    [0.34, 0.98]
    """

    scale: float
    support = HALF_LINE
    proper = True

    def __post_init__(self) -> None:
        check(self, "half_normal")

    def __str__(self) -> str:
        return text(self, "half_normal")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity below 0."""
        x = np.asarray(x, float)
        z = x / self.scale
        return above_zero(x, -0.5 * z * z - LOG_SQRT_2PI - math.log(self.scale / 2))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(special.erf(np.maximum(np.asarray(x, float), 0.0) / (self.scale * math.sqrt(2))))

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.scale * math.sqrt(2) * np.asarray(special.erfinv(np.asarray(p, float)))

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return np.abs(rng.normal(0.0, self.scale, size))


@checked_methods
@dataclass(frozen=True, slots=True)
class HalfStudentT:
    """Absolute value of a Student-t with ``df`` degrees of freedom, location 0 and ``scale``.

    >>> import bayes_ivig as bi
    >>> bi.priors.HalfStudentT(4, 0.5).quantile([0.5, 0.95]).round(2).tolist()
    [0.37, 1.39]
    """

    df: float
    scale: float
    support = HALF_LINE
    proper = True

    def __post_init__(self) -> None:
        check(self, "half_student_t")

    def __str__(self) -> str:
        return text(self, "half_student_t")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity below 0."""
        x = np.asarray(x, float)
        return above_zero(x, _log_t(x / self.scale, self.df) - math.log(self.scale / 2))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        z2 = (np.maximum(np.asarray(x, float), 0.0) / self.scale) ** 2
        near = np.minimum(z2, self.df)
        below = special.betainc(0.5, self.df / 2, near / (self.df + near))  # precise near 0
        return np.asarray(
            np.where(z2 < self.df, below, special.betaincc(self.df / 2, 0.5, self.df / (self.df + z2)))
        )

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        p = np.asarray(p, float)
        if self.df > NORMAL_DF:
            return HalfNormal(self.scale).quantile(p)
        below = special.betaincinv(0.5, self.df / 2, p)  # x^2 / (df + x^2), precise in the lower half
        above = special.betaincinv(self.df / 2, 0.5, 1 - p)  # df / (df + x^2), precise in the upper
        with np.errstate(divide="ignore"):
            odds = np.where(p < 0.5, below / (1 - below), (1 - above) / above)
        return np.asarray(self.scale * np.sqrt(self.df * odds))

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return np.abs(self.scale * rng.standard_t(self.df, size))


@checked_methods
@dataclass(frozen=True, slots=True)
class HalfCauchy:
    """Absolute value of a Cauchy with location 0 and ``scale``, which is its median.

    >>> import bayes_ivig as bi
    >>> bi.priors.HalfCauchy(0.5).quantile([0.5, 0.95]).round(2).tolist()
    [0.5, 6.35]
    """

    scale: float
    support = HALF_LINE
    proper = True

    def __post_init__(self) -> None:
        check(self, "half_cauchy")

    def __str__(self) -> str:
        return text(self, "half_cauchy")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity below 0."""
        x = np.asarray(x, float)
        return above_zero(x, math.log(2 / (math.pi * self.scale)) - np.log1p((x / self.scale) ** 2))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(2 / math.pi * np.arctan(np.maximum(np.asarray(x, float), 0.0) / self.scale))

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        p = np.asarray(p, float)
        with np.errstate(divide="ignore"):  # each half from its own end, where it is precise
            tangent = np.where(p < 0.5, np.tan(math.pi / 2 * p), 1 / np.tan(math.pi / 2 * (1 - p)))
        return self.scale * tangent

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return np.abs(self.scale * rng.standard_cauchy(size))


def _log_t(z: Array, df: float) -> Array:
    """Log density of the standard Student-t."""
    return np.asarray(-special.betaln(0.5, df / 2) - 0.5 * math.log(df) - (df + 1) / 2 * np.log1p(z * z / df))
