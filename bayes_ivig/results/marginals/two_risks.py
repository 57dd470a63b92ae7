"""Quantities a + b p + c q + d p q of two risks under treatment:
exactly where the log odds ratios are independent, or by draws.

    p = expit(logit(p0) + theta),  q = expit(logit(q0) + phi)

with control risks p0, q0 taken as known and posteriors of the log odds ratios theta and phi. Given one of the
risks the quantity is linear in the other, so that its distribution is a single integral over distribution
functions, by Gauss-Legendre on panels of probability; nothing is drawn. Integrated is over the risk that
moves the quantity less, which leaves a smooth integrand where the other is nearly all of it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Numbers
from bayes_ivig.results.marginals.marginal import Answer, DrawsMarginal, Marginal, Tabled, like

type Array = NDArray[np.float64]
type Terms = tuple[float, float, float, float]  # of 1, p, q and p q

NODES, SHARES = np.polynomial.legendre.leggauss(10)
CROWDING = np.concatenate([[0.0], np.geomspace(1e-9, 0.5, 13)])
NEGLIGIBLE = 1e-12  # probability on one side of no effect that needs no panels of its own
STEPS = 100
# steps by bisection at first, and every second one where false position is slow: at jumps
HALVINGS, PATIENCE = 3, 15
ENOUGH = 1e-11  # of probability, or of the range a quantity can take


@dataclass(frozen=True, eq=False)
class IndependentPair:
    """Two independent posteriors of log odds ratios, with the control risk that goes with each."""

    first: Marginal
    second: Marginal
    risks: tuple[float, float]

    @cached_property
    def nodes(self) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
        """Risks under treatment with their probabilities, shape (J,) each, of the first and of the second."""
        return _nodes(self.first, self.risks[0]), _nodes(self.second, self.risks[1])

    @cached_property
    def moments(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Mean and mean square of the two risks under treatment."""
        (p, first), (q, second) = self.nodes
        return (float(first @ p), float(first @ p**2)), (float(second @ q), float(second @ q**2))

    def marginal(self, terms: Terms) -> Marginal:
        """Return the posterior of a quantity."""
        return BilinearMarginal(self, terms)

    def chance(self, *conditions: Terms) -> float:
        """Return the probability that all these quantities are above 0."""
        return float(self.probability(tuple((terms, np.asarray(0.0)) for terms in conditions)))

    def probability(self, conditions: tuple[tuple[Terms, Array], ...]) -> Array:
        """Return the probability that every quantity is above its limit;
        limits broadcast, and so does the answer.
        """
        outer = self._outer(conditions[-1][0])
        (at, share), inner, risk = (
            self.nodes[outer],
            (self.first, self.second)[1 - outer],
            self.risks[1 - outer],
        )
        lower, upper = np.asarray(-np.inf), np.asarray(np.inf)
        for terms, limit in conditions:
            own = _turned(terms) if outer else terms
            start, slope = own[0] + own[1] * at - limit[..., None], own[2] + own[3] * at
            with np.errstate(divide="ignore", invalid="ignore"):
                place = logit(np.clip(-start / slope, 0.0, 1.0)) - logit(risk)
            rises, falls, never = slope > 0, slope < 0, (slope == 0) & (start <= 0)
            lower = np.where(never, np.inf, np.where(rises, np.maximum(lower, place), lower))
            upper = np.where(falls, np.minimum(upper, place), upper)
        below = np.where(
            np.isposinf(upper), 1.0, np.asarray(inner.prob_below(np.where(np.isposinf(upper), 0.0, upper)))
        )
        out = np.where(
            np.isneginf(lower), 1.0, np.asarray(inner.prob_above(np.where(np.isneginf(lower), 0.0, lower)))
        )
        return np.asarray(np.where(np.isposinf(lower), 0.0, np.maximum(below + out - 1, 0.0)) @ share)

    def _outer(self, terms: Terms) -> int:
        """Return which of the two to integrate over: the one that moves the quantity less."""
        (p, p2), (q, q2) = self.moments
        by_first = math.sqrt(max(p2 - p * p, 0.0)) * abs(terms[1] + terms[3] * q)
        by_second = math.sqrt(max(q2 - q * q, 0.0)) * abs(terms[2] + terms[3] * p)
        return 0 if by_first < by_second else 1


@dataclass(frozen=True, eq=False)
class DrawnPair:
    """Draws of two log odds ratios from one posterior, shape (chains, draws),
    with the control risk that goes with each.
    """

    first: Array
    second: Array
    risks: tuple[float, float]

    @cached_property
    def treated(self) -> tuple[Array, Array]:
        """Draws of the two risks under treatment."""
        return tuple(
            expit(logit(risk) + x) for risk, x in zip(self.risks, (self.first, self.second), strict=True)
        )  # type: ignore[return-value]

    def draws(self, terms: Terms) -> Array:
        """Return draws of a quantity."""
        (a, b, c, d), (p, q) = terms, self.treated
        return np.asarray(a + b * p + c * q + d * p * q)

    def marginal(self, terms: Terms) -> Marginal:
        """Return the posterior of a quantity."""
        return DrawsMarginal(self.draws(terms))

    def holds(self, *conditions: Terms) -> Array:
        """Return 1 for every draw in which all these quantities are above 0, and 0 for the others."""
        return np.asarray(np.logical_and.reduce([self.draws(terms) > 0 for terms in conditions]), float)

    def chance(self, *conditions: Terms) -> float:
        """Return the share of draws in which all these quantities are above 0."""
        return float(self.holds(*conditions).mean())


@checked_methods
@dataclass(frozen=True, eq=False)
class BilinearMarginal(Tabled):
    """Posterior of one quantity of an independent pair."""

    pair: IndependentPair
    terms: Terms

    @cached_property
    def _range(self) -> tuple[float, float]:
        """The least and the most the quantity can be."""
        a, b, c, d = self.terms
        corners = (a, a + b, a + c, a + b + c + d)
        return min(corners), max(corners)

    @property
    def mean(self) -> float | None:
        """Posterior mean."""
        (a, b, c, d), ((p, _), (q, _)) = self.terms, self.pair.moments
        return a + b * p + c * q + d * p * q

    @property
    def sd(self) -> float | None:
        """Posterior standard deviation."""
        (_, b, c, d), ((p, p2), (q, q2)) = self.terms, self.pair.moments
        between = (b + d * q) ** 2 * (p2 - p * p) + (c + d * p) ** 2 * (q2 - q * q)
        return math.sqrt(max(between + d * d * (p2 - p * p) * (q2 - q * q), 0.0))

    def _above(self, x: Numbers) -> Answer:
        """Return the posterior probability above ``x``."""
        return like(x, np.clip(self.pair.probability(((self.terms, np.asarray(x, float)),)), 0.0, 1.0))

    def _below(self, x: Numbers) -> Answer:
        """Return the posterior probability below ``x``."""
        turned = tuple(-each for each in self.terms)
        limit = -np.asarray(x, float)
        return like(x, np.clip(self.pair.probability(((turned, limit),)), 0.0, 1.0))  # type: ignore[arg-type]

    def _quantile(self, p: Numbers) -> Answer:
        """Return the value with posterior probability ``p`` below it."""
        p = np.asarray(p, float)
        a, b, c, d = self.terms
        if c == d == 0 and b != 0:
            effect = np.asarray(self.pair.first.quantile(p if b > 0 else 1 - p))
            return like(p, a + b * expit(logit(self.pair.risks[0]) + effect))
        low, high = self._range
        return like(p, _inverted(lambda x: np.asarray(self.prob_below(x)), p, (low, high)))

    def _density(self, x: Numbers) -> Answer:
        """Return the posterior density at ``x``, by central differences of the probability below."""
        x, h = np.asarray(x, float), 1e-4 * (self.sd or 1.0)
        return like(
            x,
            np.maximum(np.asarray(self.prob_below(x + h)) - np.asarray(self.prob_below(x - h)), 0.0)
            / (2 * h),
        )


def _inverted(below: Callable[[Array], Array], p: Array, ends: tuple[float, float]) -> Array:
    """Invert a distribution function between two ends: bisection first, then false position (Illinois:
    Dowell & Jarratt 1971).
    """
    low, high = np.full(p.shape, ends[0]), np.full(p.shape, ends[1])
    under, over = -p, 1 - p  # what the function is too low at one end, and too high at the other
    side, middle = np.zeros(p.shape), low
    for step in range(STEPS):
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.nan_to_num(under / (under - over), nan=0.5)
        middle = low + (high - low) * (
            0.5 if step < HALVINGS or (step > PATIENCE and step % 2) else np.clip(share, 1e-9, 1 - 1e-9)
        )
        gap = below(middle) - p
        left = gap < 0
        over = np.where(left, np.where(side < 0, over / 2, over), gap)
        under = np.where(left, gap, np.where(side > 0, under / 2, under))
        low, high = np.where(left, middle, low), np.where(left, high, middle)
        side = np.where(left, -1, 1)
        if np.all((high - low <= ENOUGH * (ends[1] - ends[0])) | (np.abs(gap) <= ENOUGH)):
            break
    return np.asarray(middle)


def _turned(terms: Terms) -> Terms:
    """Return the terms with the two risks in each other's places."""
    return terms[0], terms[2], terms[1], terms[3]


def _nodes(marginal: Marginal, risk: float) -> tuple[Array, Array]:
    """Return risks under treatment and their probabilities:
    panels of probability that crowd at the ends and at no effect.
    """
    null = float(marginal.prob_below(0.0))
    parts = (0.0, null, 1.0) if NEGLIGIBLE < null < 1 - NEGLIGIBLE else (0.0, 1.0)
    unit = np.concatenate([CROWDING, 1 - CROWDING[-2::-1]])
    edges = np.unique(np.concatenate([low + (high - low) * unit for low, high in pairwise(parts)]))
    half = np.diff(edges) / 2
    at = ((edges[:-1] + half)[:, None] + half[:, None] * NODES).ravel()
    values = np.asarray(marginal.quantile(at), float)
    return np.asarray(expit(logit(risk) + values)), (half[:, None] * SHARES).ravel()
