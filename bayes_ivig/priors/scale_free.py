"""Improper priors: ``flat()``, and powers of tau, ``uniform_sqrt()`` and ``log_uniform()``."""

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike

from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Count, Probability
from bayes_ivig.priors.shared import HALF_LINE, REAL_LINE, Array

EXPONENTS = {"uniform_sqrt": -0.5, "log_uniform": -1.0}


@checked_methods
@dataclass(frozen=True, slots=True)
class Flat:
    """The improper constant density on the real line (mu) or the half line (tau); log density 0.

    >>> import bayes_ivig as bi
    >>> bi.priors.Flat().proper, float(bi.priors.Flat().logpdf(3))
    (False, 0.0)
    """

    support = REAL_LINE
    proper = False

    def __str__(self) -> str:
        return "flat()"

    def logpdf(self, x: ArrayLike) -> Array:
        """Return zeros: the density is constant and has no normalising constant."""
        return np.zeros_like(np.asarray(x, float))

    def cdf(self, x: ArrayLike) -> Array:  # noqa: ARG002 - the one signature of all priors
        """Refuse: an improper prior has no probabilities."""
        raise ModelError("flat(): an improper prior has no probabilities")

    def quantile(self, p: Probability) -> Array:  # noqa: ARG002
        """Refuse: an improper prior has no quantiles."""
        raise ModelError("flat(): an improper prior has no quantiles")

    def sample(self, rng: np.random.Generator, size: Count) -> Array:  # noqa: ARG002
        """Refuse: an improper prior cannot be drawn from."""
        raise ModelError("flat(): an improper prior cannot be drawn from")


@dataclass(frozen=True, slots=True)
class ScaleFree:
    """Improper density proportional to a power of tau by its ``name``: ``"uniform_sqrt"``, uniform in its
    square root, or ``"log_uniform"``, in its logarithm (which no data make proper).

    The densities of ``flat()`` and ``flat_tau2()`` are the powers 0 and 1. Raises ``ModelError`` for other
    names. Source: Röver 2020, J Stat Softw 93(6), section 2.2.

    >>> import bayes_ivig as bi
    >>> bi.priors.ScaleFree("uniform_sqrt").exponent, bi.Model(tau="uniform_sqrt()").tau.proper
    (-0.5, False)
    """

    name: str
    support = HALF_LINE
    proper = False

    def __post_init__(self) -> None:
        if self.name not in EXPONENTS:
            known = ", ".join(EXPONENTS)
            raise ModelError(
                f"unknown improper prior {quoted(self.name)}{suggestion(str(self.name), EXPONENTS)}; "
                f"known are {known}"
            )

    def __str__(self) -> str:
        return f"{self.name}()"

    @property
    def exponent(self) -> float:
        """The power of tau."""
        return EXPONENTS[self.name]

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density up to a constant, minus infinity at 0 and below."""
        x = np.asarray(x, float)
        return np.where(x > 0, self.exponent * np.log(np.maximum(x, 1e-300)), -np.inf)

    def cdf(self, x: ArrayLike) -> Array:  # noqa: ARG002 - the one signature of all priors
        """Refuse: an improper prior has no probabilities."""
        self._refuse("has no probabilities")

    def quantile(self, p: ArrayLike) -> Array:  # noqa: ARG002
        """Refuse: an improper prior has no quantiles."""
        self._refuse("has no quantiles")

    def sample(self, rng: np.random.Generator, size: int) -> Array:  # noqa: ARG002
        """Refuse: an improper prior cannot be drawn from."""
        self._refuse("cannot be drawn from")

    def _refuse(self, why: str) -> NoReturn:
        raise ModelError(f"{self}: an improper prior {why}")
