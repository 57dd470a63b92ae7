"""Priors made of priors: mixtures, priors stated on tau squared, named ones; and the union of all."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike

from bayes_ivig.errors import ModelError, quoted
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Count, Probability
from bayes_ivig.priors.data_dependent import DataDependent
from bayes_ivig.priors.density import Density
from bayes_ivig.priors.families import (
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    Logistic,
    Normal,
    StudentT,
    Uniform,
)
from bayes_ivig.priors.ratios.risk_ratio import RiskRatio
from bayes_ivig.priors.scale_free import Flat, ScaleFree
from bayes_ivig.priors.scipy_named import from_scipy
from bayes_ivig.priors.shared import HALF_LINE, Array, number
from bayes_ivig.priors.skewed import Exponential, InverseGamma, LogNormal, LogStudentT

HALVINGS = 100  # of a bracket that is at most 1400 wide in the inverse hyperbolic sine of the value
LARGEST = 1e300
FARTHEST = 1e150  # whose square is a number
LEAST_INSIDE = 1e-6  # of a prior between two limits


@checked
@dataclass(frozen=True, slots=True)
class Mixture:
    """Weighted sum of proper prior densities, ``parts``; ``weights`` are positive and add up to 1, else
    ``ModelError``. This robust prior on mu, log odds ratios, has little weight on OR < 1:

    >>> import bayes_ivig as bi
    >>> robust = bi.priors.Mixture((0.9, 0.1), (bi.priors.Normal(0.4, 0.2), bi.priors.Normal(0, 2)))
    >>> round(float(robust.cdf(0)), 2)
    0.07
    """

    weights: Sequence[float]
    parts: "Sequence[Prior]"
    proper = True

    __repr__ = short_repr

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", tuple(self.weights))
        object.__setattr__(self, "parts", tuple(self.parts))
        if len(self.weights) != len(self.parts) or not self.parts:
            raise ModelError(
                "mixture: needs one weight for each part, as in mixture(0.8: normal(0, 1), 0.2: normal(0, 4))"
            )
        if (
            not all(isinstance(w, int | float) and w > 0 for w in self.weights)
            or abs(sum(self.weights) - 1) > 1e-9
        ):
            weights = ", ".join(map(str, self.weights))
            raise ModelError(f"mixture: weights are {weights}; they must be above 0 and add up to 1")
        other = [part for part in self.parts if not isinstance(part, KINDS)]
        if other:
            raise ModelError(
                f"mixture: found {quoted(other[0])}; every part must be a prior, such as Normal(0, 1)"
            )
        improper = [str(part) for part in self.parts if not part.proper]
        if improper:
            raise ModelError(
                f"mixture: {improper[0]} is improper; every part of a mixture must be a proper density"
            )
        lowest = {part.support[0]: part for part in self.parts}
        if len(lowest) > 1:
            listed = " but ".join(f"{part} from {number(low)}" for low, part in lowest.items())
            raise ModelError(f"mixture: all parts must start at the same lowest value; found {listed}")

    def __str__(self) -> str:
        parts = (f"{number(weight)}: {part}" for weight, part in zip(self.weights, self.parts, strict=True))
        return f"mixture({', '.join(parts)})"

    @property
    def support(self) -> tuple[float, float]:
        """Smallest interval that holds every part."""
        return min(part.support[0] for part in self.parts), max(part.support[1] for part in self.parts)

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density."""
        logs = [math.log(w) + part.logpdf(x) for w, part in zip(self.weights, self.parts, strict=True)]
        with np.errstate(invalid="ignore"):  # of NaN, which stays NaN
            return np.asarray(np.logaddexp.reduce(np.stack(logs), axis=0))

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        total = np.zeros_like(np.asarray(x, float))
        for weight, part in zip(self.weights, self.parts, strict=True):
            total = total + weight * part.cdf(x)
        return total

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it, by bisection between the parts' own quantiles."""
        p = np.asarray(p, float)
        ends = np.stack([part.quantile(p) for part in self.parts])
        low, high = np.arcsinh(np.clip((ends.min(axis=0), ends.max(axis=0)), -LARGEST, LARGEST))
        for _ in range(HALVINGS):  # in the inverse hyperbolic sine: ends may lie many powers of ten apart
            middle = low + (high - low) / 2
            below = self.cdf(np.sinh(middle)) < p
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        inside = np.where(p >= 1, ends.max(axis=0), np.sinh(low + (high - low) / 2))
        return np.where(p <= 0, ends.min(axis=0), inside)

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        which = rng.choice(len(self.parts), size=size, p=np.array(self.weights) / sum(self.weights))
        draws = np.stack([part.sample(rng, size) for part in self.parts])
        return np.asarray(draws[which, np.arange(size)])


@checked
@dataclass(frozen=True, slots=True)
class OnTau2:
    """A prior on tau stated on tau squared; the Jacobian 2 tau is applied here (Turner et al.
    2015 state theirs so).

    ``flat_tau2()`` is improper, its density proportional to tau.

    >>> import bayes_ivig as bi
    >>> bi.priors.OnTau2(bi.priors.LogNormal(-2.56, 1.74)).quantile([0.5, 0.95]).round(2).tolist()
    [0.28, 1.16]
    """

    prior: "Prior"

    def __post_init__(self) -> None:
        if isinstance(self.prior, Mixture | OnTau2 | LibraryPrior | DataDependent | ScaleFree):
            raise ModelError(
                f"{self.prior}: only a plain family can be stated on tau squared, "
                "such as log_normal_tau2(-2.56, 1.74)"
            )
        if self.prior.support[0] < 0 and not isinstance(self.prior, Flat):
            raise ModelError(f"{self}: tau squared cannot be negative; use a prior on positive values")

    def __str__(self) -> str:
        name, bracket, rest = str(self.prior).partition("(")
        return f"{name}_tau2{bracket}{rest}"

    @property
    def support(self) -> tuple[float, float]:
        """Limits of tau."""
        if isinstance(self.prior, Flat):
            return HALF_LINE
        return math.sqrt(self.prior.support[0]), math.sqrt(self.prior.support[1])

    @property
    def proper(self) -> bool:
        """Whether the density integrates to one."""
        return self.prior.proper

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density of tau."""
        tau = np.asarray(x, float)
        inside = np.clip(tau, 1e-160, FARTHEST)
        logs = self.prior.logpdf(inside**2) + np.log(2 * inside)
        return np.where((tau > 0) & (tau < np.inf), logs, -np.inf)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(tau <= x)."""
        with np.errstate(over="ignore"):  # infinity is far enough
            return self.prior.cdf(np.maximum(np.asarray(x, float), 0.0) ** 2)

    def quantile(self, p: Probability) -> Array:
        """Return the tau with probability ``p`` below it."""
        return np.sqrt(self.prior.quantile(p))

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws of tau."""
        return np.sqrt(self.prior.sample(rng, size))


@checked
@dataclass(frozen=True, slots=True)
class Truncated:
    """A prior cut off at two limits: its density between them divided by its probability of them.

    The prior of a risk difference has the limits -1 and 1; one of them may be infinite. Raises ``ModelError``
    where next to nothing of the prior lies between them.

    >>> import bayes_ivig as bi
    >>> bi.priors.Truncated(bi.priors.Normal(0, 0.5), -1, 1).quantile([0.025, 0.975]).round(2).tolist()
    [-0.84, 0.84]
    """

    prior: "Prior"
    low: float
    high: float
    proper = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))
        finite = [abs(limit) for limit in (self.low, self.high) if not math.isinf(limit)]
        if not (self.low < self.high and finite and max(finite) < FARTHEST):
            limits = f"{number(self.low)} and {number(self.high)}"
            raise ModelError(
                f"truncated: found the limits {limits}; the lower one is below the upper, and one is finite"
            )
        if isinstance(self.prior, DataDependent | ScaleFree) or not self.prior.proper:
            raise ModelError(f"truncated: {self.prior} is improper, or depends on data; give a proper prior")
        if not self.inside >= LEAST_INSIDE:
            raise ModelError(
                f"{self}: only {self.inside:.1g} of {self.prior} lies between {number(self.low)} and "
                f"{number(self.high)}; state a prior of values that can be"
            )

    def __str__(self) -> str:
        return f"truncated({self.prior}, {number(self.low)}, {number(self.high)})"

    @property
    def support(self) -> tuple[float, float]:
        """The limits, or those of the prior where they are closer."""
        return max(self.low, self.prior.support[0]), min(self.high, self.prior.support[1])

    @property
    def inside(self) -> float:
        """What of the prior lies between the limits."""
        below, up_to = (float(each) for each in self.prior.cdf(np.array([self.low, self.high])))
        return up_to - below

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity outside the limits."""
        x = np.asarray(x, float)
        inside = (x >= self.low) & (x <= self.high)
        return np.where(inside, self.prior.logpdf(x) - math.log(self.inside), -np.inf)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        at = np.clip(np.asarray(x, float), self.low, self.high)
        return np.clip((self.prior.cdf(at) - self.prior.cdf(self.low)) / self.inside, 0.0, 1.0)

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        p = np.asarray(p, float)
        x = self.prior.quantile(np.clip(self.prior.cdf(self.low) + p * self.inside, 0.0, 1.0))
        return np.clip(x, *self.support)

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return self.quantile(rng.random(size))


@checked
@dataclass(frozen=True, slots=True)
class LibraryPrior:
    """A prior that is more than its numbers: ``text`` names it, ``prior`` is what it resolves to,
    ``source`` says from where.

    ``shares`` are studies on which it rests and which the data it is meant for hold as well.
    """

    text: str
    prior: "Prior"
    source: str
    shares: tuple[str, ...] = ()

    __repr__ = short_repr

    def __str__(self) -> str:
        return self.text

    @property
    def support(self) -> tuple[float, float]:
        """Limits of the parameter."""
        return self.prior.support

    @property
    def proper(self) -> bool:
        """Whether the density integrates to one."""
        return self.prior.proper

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density."""
        return self.prior.logpdf(x)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(X <= x)."""
        return self.prior.cdf(x)

    def quantile(self, p: Probability) -> Array:
        """Return the value with probability ``p`` below it."""
        return self.prior.quantile(p)

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws."""
        return self.prior.sample(rng, size)


type Prior = (
    Normal
    | StudentT
    | Logistic
    | Uniform
    | Flat
    | HalfNormal
    | HalfStudentT
    | HalfCauchy
    | Exponential
    | LogNormal
    | LogStudentT
    | InverseGamma
    | RiskRatio
    | ScaleFree
    | DataDependent
    | Density
    | Mixture
    | OnTau2
    | Truncated
    | LibraryPrior
)

KINDS: tuple[type, ...] = get_args(Prior.__value__)
READ_AS = {
    "Prior": partial(from_scipy, Truncated)
}  # what else is taken where a prior is, by whoever checks arguments


def resolved(prior: Prior) -> Prior:
    """Return what a library entry stands for; any other prior is returned as it is."""
    return resolved(prior.prior) if isinstance(prior, LibraryPrior) else prior


def waits(prior: Prior) -> bool:
    """Whether a prior, or a part of it, depends on data it has not met:
    it is named, but has no numbers yet.
    """
    match prior:
        case DataDependent(variances=variances):
            return not variances
        case Mixture(parts=parts):
            return any(map(waits, parts))
        case LibraryPrior(prior=inner) | Truncated(prior=inner):
            return waits(inner)
        case _:
            return False


def described(prior: Prior) -> str:
    """Return the text of a prior; a library entry also shows what it resolves to."""
    return f"{prior} = {prior.prior}" if isinstance(prior, LibraryPrior) else str(prior)
