"""The prior families, as frozen values; ``Prior`` is the closed union of all of them.

Every family has ``support``, ``proper``, ``logpdf(x)``, ``cdf(x)``, ``quantile(p)`` and ``sample(rng, size)``, taking and
giving arrays on the parameter's own scale: log odds ratio for mu, its between-study SD for tau, log odds for alpha.
``str(prior)`` is the text that ``parse_prior`` reads back. Constructors raise ``ModelError``.
"""

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bayes_ivig.errors import ModelError, report_all

type Array = NDArray[np.float64]

LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)
REAL_LINE = (-math.inf, math.inf)
HALF_LINE = (0.0, math.inf)
POSITIVE = {"sd", "scale", "df", "rate", "sdlog", "shape"}


def number(value: float) -> str:
    """Return the shortest text of a number that reads back as the same number."""
    short = f"{value:.15g}"
    return short if float(short) == value else repr(float(value))


def _check(prior: object, name: str) -> None:
    """Raise one ``ModelError`` for every parameter that is not a finite number, or not positive where it must be."""
    problems = []
    for field in fields(prior):  # type: ignore[arg-type]
        value = getattr(prior, field.name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            problems.append(f"{name}: {field.name} is {value!r}; it must be a number")
        elif not math.isfinite(value):
            problems.append(f"{name}: {field.name} is {value}; it must be finite")
        elif field.name in POSITIVE and value <= 0:
            problems.append(f"{name}: {field.name} is {number(value)}; it must be above 0")
        else:
            object.__setattr__(prior, field.name, float(value))
    report_all(problems, ModelError)


def _text(prior: object, name: str) -> str:
    return f"{name}({', '.join(number(getattr(prior, field.name)) for field in fields(prior))})"  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Normal:
    """Normal with ``mean`` and ``sd``."""

    mean: float
    sd: float
    support = REAL_LINE
    proper = True

    def __post_init__(self) -> None:
        _check(self, "normal")

    def __str__(self) -> str:
        return _text(self, "normal")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density."""
        z = (np.asarray(x, float) - self.mean) / self.sd
        return -0.5 * z * z - LOG_SQRT_2PI - math.log(self.sd)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(special.ndtr((np.asarray(x, float) - self.mean) / self.sd))

    def quantile(self, p: ArrayLike) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.mean + self.sd * np.asarray(special.ndtri(np.asarray(p, float)))

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """Return ``size`` independent draws."""
        return rng.normal(self.mean, self.sd, size)


@dataclass(frozen=True, slots=True)
class StudentT:
    """Student-t with ``df`` degrees of freedom, ``location`` and ``scale``."""

    df: float
    location: float
    scale: float
    support = REAL_LINE
    proper = True

    def __post_init__(self) -> None:
        _check(self, "student_t")

    def __str__(self) -> str:
        return _text(self, "student_t")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density."""
        return _log_t((np.asarray(x, float) - self.location) / self.scale, self.df) - math.log(self.scale)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(special.stdtr(self.df, (np.asarray(x, float) - self.location) / self.scale))

    def quantile(self, p: ArrayLike) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.location + self.scale * np.asarray(special.stdtrit(self.df, np.asarray(p, float)))

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """Return ``size`` independent draws."""
        return self.location + self.scale * rng.standard_t(self.df, size)


@dataclass(frozen=True, slots=True)
class Logistic:
    """Logistic with ``location`` and ``scale``; ``logistic(0, 1)`` on a log odds is uniform on the risk."""

    location: float
    scale: float
    support = REAL_LINE
    proper = True

    def __post_init__(self) -> None:
        _check(self, "logistic")

    def __str__(self) -> str:
        return _text(self, "logistic")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density."""
        z = np.abs((np.asarray(x, float) - self.location) / self.scale)
        return -z - 2 * np.log1p(np.exp(-z)) - math.log(self.scale)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(special.expit((np.asarray(x, float) - self.location) / self.scale))

    def quantile(self, p: ArrayLike) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.location + self.scale * np.asarray(special.logit(np.asarray(p, float)))

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """Return ``size`` independent draws."""
        return rng.logistic(self.location, self.scale, size)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Uniform between ``lower`` and ``upper``."""

    lower: float
    upper: float
    proper = True

    def __post_init__(self) -> None:
        _check(self, "uniform")
        if self.lower >= self.upper:
            raise ModelError(f"{self}: the lower limit must be below the upper one")

    def __str__(self) -> str:
        return _text(self, "uniform")

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

    def quantile(self, p: ArrayLike) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.lower + (self.upper - self.lower) * np.asarray(p, float)

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """Return ``size`` independent draws."""
        return rng.uniform(self.lower, self.upper, size)


@dataclass(frozen=True, slots=True)
class Flat:
    """The improper constant density on the real line (mu) or the half line (tau); log density 0."""

    support = REAL_LINE
    proper = False

    def __str__(self) -> str:
        return "flat()"

    def logpdf(self, x: ArrayLike) -> Array:
        """Return zeros: the density is constant and has no normalising constant."""
        return np.zeros_like(np.asarray(x, float))

    def cdf(self, x: ArrayLike) -> Array:
        """Refuse: an improper prior has no probabilities."""
        raise ModelError("flat(): an improper prior has no probabilities")

    def quantile(self, p: ArrayLike) -> Array:
        """Refuse: an improper prior has no quantiles."""
        raise ModelError("flat(): an improper prior has no quantiles")

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """Refuse: an improper prior cannot be drawn from."""
        raise ModelError("flat(): an improper prior cannot be drawn from")


@dataclass(frozen=True, slots=True)
class HalfNormal:
    """Absolute value of a normal with mean 0 and SD ``scale`` (its own SD is 0.603 times that)."""

    scale: float
    support = HALF_LINE
    proper = True

    def __post_init__(self) -> None:
        _check(self, "half_normal")

    def __str__(self) -> str:
        return _text(self, "half_normal")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity below 0."""
        x = np.asarray(x, float)
        z = x / self.scale
        return _above_zero(x, -0.5 * z * z - LOG_SQRT_2PI - math.log(self.scale / 2))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return np.asarray(special.erf(np.maximum(np.asarray(x, float), 0.0) / (self.scale * math.sqrt(2))))

    def quantile(self, p: ArrayLike) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.scale * math.sqrt(2) * np.asarray(special.erfinv(np.asarray(p, float)))

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """Return ``size`` independent draws."""
        return np.abs(rng.normal(0.0, self.scale, size))


@dataclass(frozen=True, slots=True)
class HalfStudentT:
    """Absolute value of a Student-t with ``df`` degrees of freedom, location 0 and ``scale``."""

    df: float
    scale: float
    support = HALF_LINE
    proper = True

    def __post_init__(self) -> None:
        _check(self, "half_student_t")

    def __str__(self) -> str:
        return _text(self, "half_student_t")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity below 0."""
        x = np.asarray(x, float)
        return _above_zero(x, _log_t(x / self.scale, self.df) - math.log(self.scale / 2))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        z = np.maximum(np.asarray(x, float), 0.0) / self.scale
        return 2 * np.asarray(special.stdtr(self.df, z)) - 1

    def quantile(self, p: ArrayLike) -> Array:
        """Return the value with probability ``p`` below it."""
        upper = (1 - np.asarray(p, float)) / 2  # from the upper tail, which keeps its precision near p = 1
        return -self.scale * np.asarray(special.stdtrit(self.df, upper))

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """Return ``size`` independent draws."""
        return np.abs(self.scale * rng.standard_t(self.df, size))


@dataclass(frozen=True, slots=True)
class HalfCauchy:
    """Absolute value of a Cauchy with location 0 and ``scale``, which is its median."""

    scale: float
    support = HALF_LINE
    proper = True

    def __post_init__(self) -> None:
        _check(self, "half_cauchy")

    def __str__(self) -> str:
        return _text(self, "half_cauchy")

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity below 0."""
        x = np.asarray(x, float)
        return _above_zero(x, math.log(2 / (math.pi * self.scale)) - np.log1p((x / self.scale) ** 2))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return 2 / math.pi * np.arctan(np.maximum(np.asarray(x, float), 0.0) / self.scale)

    def quantile(self, p: ArrayLike) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.scale / np.tan(math.pi / 2 * (1 - np.asarray(p, float)))

    def sample(self, rng: np.random.Generator, size: int) -> Array:
        """Return ``size`` independent draws."""
        return np.abs(self.scale * rng.standard_cauchy(size))


def _log_t(z: Array, df: float) -> Array:
    """Log density of the standard Student-t."""
    constant = special.gammaln((df + 1) / 2) - special.gammaln(df / 2) - 0.5 * math.log(df * math.pi)
    return np.asarray(constant - (df + 1) / 2 * np.log1p(z * z / df))


def _above_zero(x: Array, values: Array) -> Array:
    return np.where(x >= 0, values, -np.inf)
