"""Priors on tau that depend on the studies' standard errors, by name; the numbers come later, from the data.

Densities in tau, with v_i the squared standard errors of k studies and s0^2 = k / sum(1 / v_i) (Röver 2020, J
Stat Softw 93(6), section 2.2, equations 3 to 8; Higgins & Thompson 2002, Stat Med 21:1539):

jeffreys           sqrt(sum (tau / (v_i + tau^2))^2)       improper  also Tibshirani's, Berger and Bernardo's
berger_deely       prod (tau / (v_i + tau^2))^(1/k)        improper
conventional       prod (tau / (v_i + tau^2)^(3/2))^(1/k)  proper    Berger and Deely 1988, made proper
dumouchel          s0 / (s0 + tau)^2                       proper    median s0
uniform_shrinkage  2 tau s0^2 / (s0^2 + tau^2)^2           proper    median s0; uniform in s0^2/(s0^2 + tau^2)
uniform_i2         the same with the variance behind I^2   proper    Higgins & Thompson 2002
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.formulas.interpolation import cumulative, interpolate
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Count, Probability
from bayes_ivig.priors.shared import HALF_LINE, Array

NAMES = ("jeffreys", "berger_deely", "conventional", "dumouchel", "uniform_shrinkage", "uniform_i2")
IMPROPER = ("jeffreys", "berger_deely")
STEP = 0.05  # of log tau; the density of log tau is smooth on a scale of 1
FAR = 45.0  # in log tau: both tails of the conventional prior are below 1e-19 there
CORRECTIONS = 8  # of a quantile that linear interpolation has found to 1e-4


@checked
@dataclass(frozen=True, slots=True)
class DataDependent:
    """A prior on tau by its ``name``; ``variances`` are the studies' squared standard errors,
    empty until data fill them in.

    Names: ``jeffreys``, ``berger_deely``, ``conventional``, ``dumouchel``, ``uniform_shrinkage`` and
    ``uniform_i2``. Without variances it knows its name and whether it is proper, and refuses every other
    question with ``ModelError``, as an unknown name. Source: Röver 2020, J Stat Softw 93(6), section 2.2.

    >>> import bayes_ivig as bi
    >>> prior = bi.priors.DataDependent("uniform_shrinkage").filled([0.5, 0.5, 0.5])
    >>> float(prior.quantile(0.5).round(2))
    0.5
    """

    name: str
    variances: tuple[float, ...] = ()
    support = HALF_LINE

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            hint = suggestion(str(self.name), NAMES)
            raise ModelError(
                f"unknown data-dependent prior {quoted(self.name)}{hint}; known are {', '.join(NAMES)}"
            )
        object.__setattr__(self, "variances", tuple(map(float, self.variances)))
        if not all(0 < v < math.inf for v in self.variances):
            raise ModelError(f"{self}: the studies' variances must be numbers above 0")

    def __str__(self) -> str:
        return f"{self.name}()"

    @property
    def proper(self) -> bool:
        """Whether the density integrates to one."""
        return self.name not in IMPROPER

    def filled(self, standard_errors: ArrayLike) -> "DataDependent":
        """Return this prior for studies with these standard errors of their log odds ratios."""
        return replace(
            self, variances=tuple(np.square(np.atleast_1d(np.asarray(standard_errors, float))).tolist())
        )

    @property
    def constant(self) -> float:
        """Log of what the density is made with besides the variances:
        the median, the normalising constant, or 1.
        """
        self._known()
        if self.name in IMPROPER:
            return 0.0
        return _ladder(self.variances).log_total if self.name == "conventional" else math.log(self._scale())

    def logpdf(self, x: ArrayLike) -> Array:
        """Return the log density, minus infinity below 0; up to a constant where the prior is improper."""
        tau, v = np.asarray(x, float), self._known()
        t = np.maximum(tau, 1e-150)
        log_v = np.log(np.add.outer(t * t, v))
        match self.name:
            case "jeffreys":
                logs = np.log(t) + 0.5 * np.logaddexp.reduce(-2 * log_v, axis=-1)
            case "berger_deely":
                logs = np.log(t) - log_v.mean(axis=-1)
            case "conventional":
                logs = _conventional(t, v) - self.constant
            case "dumouchel":
                return np.where(tau >= 0, self.constant - 2 * np.log(self._scale() + t), -np.inf)
            case _:
                logs = math.log(2) + np.log(t) + 2 * self.constant - 4 * np.log(np.hypot(self._scale(), t))
        return np.where(tau > 0, logs, -np.inf)

    def cdf(self, x: ArrayLike) -> Array:
        """Return P(tau <= x)."""
        tau = np.maximum(np.asarray(x, float), 0.0)
        self._require_proper("has no probabilities")
        if self.name == "conventional":
            return _ladder(self.variances).below(tau)
        power = 1 if self.name == "dumouchel" else 2
        with np.errstate(divide="ignore"):
            return np.asarray(1 / (1 + (self._scale() / tau) ** power))

    def quantile(self, p: Probability) -> Array:
        """Return the tau with probability ``p`` below it."""
        p = np.asarray(p, float)
        self._require_proper("has no quantiles")
        if self.name == "conventional":
            return _ladder(self.variances).quantile(p)
        with np.errstate(divide="ignore"):
            odds = p / (1 - p)
        return np.asarray(self._scale() * (odds if self.name == "dumouchel" else np.sqrt(odds)))

    def sample(self, rng: np.random.Generator, size: Count) -> Array:
        """Return ``size`` independent draws of tau."""
        self._require_proper("cannot be drawn from")
        return self.quantile(rng.random(size))

    def _known(self) -> Array:
        if not self.variances:
            raise ModelError(
                f"{self}: depends on the standard errors of the studies; "
                "it has no numbers until it meets a dataset"
            )
        return np.array(self.variances)

    def _require_proper(self, why: str) -> None:
        if not self.proper:
            raise ModelError(f"{self}: an improper prior {why}")
        self._known()

    def _scale(self) -> float:
        """Median of the prior; with equal variances both forms are the common standard error."""
        w = 1 / self._known()
        if self.name == "uniform_i2" and w.size > 1:
            w = w / w.max()  # the difference below loses no digits, and squares stay in range
            typical = (w.size - 1) * w.sum() / (w.sum() ** 2 - (w * w).sum())
            return math.sqrt(typical * min(self.variances))
        return math.sqrt(w.size / w.sum())


def _conventional(tau: Array, v: Array) -> Array:
    """Log density of the conventional prior before it is normalised."""
    return np.asarray(np.log(tau) - 1.5 * np.log(np.add.outer(tau * tau, v)).mean(axis=-1))


class _Ladder(NamedTuple):
    """Log odds of the probability below, on equal steps of log tau; nearly straight lines at both ends."""

    start: float
    log_odds: Array
    log_total: float

    def below(self, tau: Array) -> Array:
        """Return P(X <= tau)."""
        u = np.log(np.maximum(tau, 1e-300))
        return np.where(tau > 0, special.expit(self._at(u)), 0.0)

    def quantile(self, p: Array) -> Array:
        """Invert ``below`` by Newton's method, from linear interpolation."""
        wanted = np.clip(special.logit(p), self.log_odds[0], self.log_odds[-1])
        nodes = self.start + STEP * np.arange(self.log_odds.size)
        u = np.interp(wanted, self.log_odds, nodes)
        slopes = np.gradient(self.log_odds, STEP)
        for _ in range(CORRECTIONS):
            u = u - (self._at(u) - wanted) / np.interp(u, nodes, slopes)
        return np.where(p <= 0, 0.0, np.where(p >= 1, np.inf, np.exp(u)))

    def _at(self, u: Array) -> Array:
        u = np.asarray(u)
        at = interpolate(self.log_odds[None, :], (u.reshape(1, -1) - self.start) / STEP)
        return np.asarray(at[0].reshape(u.shape))


@lru_cache(maxsize=64)
def _ladder(variances: tuple[float, ...]) -> _Ladder:
    """Integrate the conventional prior over log tau, whose density falls like tau^2 to the left
    and 1 / tau to the right.
    """
    v = np.array(variances)
    start, end = 0.5 * math.log(v.min()) - FAR, 0.5 * math.log(v.max()) + FAR
    u = start + STEP * np.arange(math.ceil((end - start) / STEP) + 1)
    logs = _conventional(np.exp(u), v) + u
    highest = float(logs.max())
    f = np.exp(logs - highest)
    below = cumulative(f, STEP) + f[0] / 2  # the tails beyond both ends, in closed form
    above = cumulative(f[::-1], STEP)[::-1] + f[-1]
    return _Ladder(start, np.log(below) - np.log(above), highest + math.log(float(below[-1] + f[-1])))
