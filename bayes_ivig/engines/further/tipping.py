"""A conclusion under many priors at once: along lines of priors whose scale grows,
and the scales at which it turns.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from bayes_ivig.engines.bulk import over_cases as bulk
from bayes_ivig.engines.bulk.answers import Questions
from bayes_ivig.engines.further.follow_ups import prepared
from bayes_ivig.engines.grid.axes import Belief
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.results.posterior.posterior import Posterior
from bayes_ivig.results.tipping.points import Conclusion, Crossing, TippingPoint

type Array = NDArray[np.float64]
type Pair = tuple[Prior, Prior]

POINTS = 31  # scales looked at along a line
# between two of them, around a crossing: the polynomial through these is right to 1e-9 of a probability
INSIDE = 9
CLOSE = 1e-9  # of the log of a scale
PRECISE = 0.025  # of the posterior SD of mu, about that of 25,000 persons


@dataclass(frozen=True)
class Line:
    """Priors of one parameter with a scale s: normal(``centre`` + ``lean`` s, s) of mu,
    or half_normal(s) of tau.
    """

    parameter: Literal["mu", "tau"]
    between: tuple[float, float]
    centre: float = 0.0
    lean: float = 0.0

    @property
    def scales(self) -> Array:
        """The scales looked at, in equal ratios."""
        return np.geomspace(*self.between, POINTS)

    def pairs(self, model: Model, scales: Array) -> list[Pair]:
        """Return the priors of mu and tau at some scales, the other one as the model states it."""
        if self.parameter == "tau":
            return [(model.mu, HalfNormal(float(s))) for s in scales]
        return [(Normal(self.centre + self.lean * float(s), float(s)), model.tau) for s in scales]


def answers(
    posterior: Posterior, pairs: Sequence[Pair], conclusion: Conclusion, level: float = 0.95
) -> tuple[Array, Array]:
    """Return, for each pair of priors, the probability a conclusion is about and the limit
    that faces it, both (N,).

    The limit is that of the central interval of mu at ``level``, on the log scale. One surface serves all
    pairs; sampled posteriors, those with weighted studies and very precise ones are asked pair by pair.
    """
    if posterior.engine != "quadrature" or posterior.weights or precise(posterior):
        return _one_by_one(posterior, pairs, conclusion, level)
    facing = (1 - level) / 2 if conclusion.side == "above" else (1 + level) / 2
    asked = Questions(mu=(facing,), tau=(), above=(conclusion.value,), log=conclusion.of.log)
    numbers = bulk.over_priors(posterior.dataset, posterior.model, pairs, asked)
    above = numbers.above[:, 0]
    return (above if conclusion.side == "above" else 1 - above), numbers.mu[:, 0]


def precise(posterior: Posterior) -> bool:
    """Whether the data are so precise that priors of many scales have no grid in common."""
    sd = posterior["mu"].sd
    return sd is not None and sd < PRECISE


def _one_by_one(
    posterior: Posterior, pairs: Sequence[Pair], conclusion: Conclusion, level: float
) -> tuple[Array, Array]:
    model = posterior.model
    ready = posterior
    if not precise(posterior):  # else the posterior's own grid serves better
        beliefs = [Belief(mu, tau if model.heterogeneous else None) for mu, tau in (pairs[0], pairs[-1])]
        ready = prepared(posterior, [Belief(model.mu, model.tau if model.heterogeneous else None), *beliefs])
    chances, limits = np.empty(len(pairs)), np.empty(len(pairs))
    for i, (mu, tau) in enumerate(pairs):
        asked = ready.under(mu=mu, tau=tau) if model.heterogeneous else ready.under(mu=mu)
        chances[i] = conclusion.chance(asked)
        limits[i] = asked["mu"].interval(level)[0 if conclusion.side == "above" else 1]
    return chances, limits


def turned(
    posterior: Posterior, lines: Sequence[Line], chances: Sequence[Array], conclusion: Conclusion
) -> list[TippingPoint]:
    """Return where a conclusion turns along each line, from its probability at the line's own scales."""
    holds = [conclusion.reached(own) for own in chances]
    cells = [(k, int(i)) for k, row in enumerate(holds) for i in np.flatnonzero(row[:-1] != row[1:])]
    nodes = [_inside(*np.log(lines[k].scales[[i, i + 1]])) for k, i in cells]
    pairs = [
        pair
        for (k, _), at in zip(cells, nodes, strict=True)
        for pair in lines[k].pairs(posterior.model, np.exp(at))
    ]
    values = answers(posterior, pairs, conclusion)[0].reshape(-1, INSIDE) if pairs else np.empty((0, INSIDE))
    crossings: list[list[Crossing]] = [[] for _ in lines]
    for (k, i), at, row in zip(cells, nodes, values, strict=True):
        scale = math.exp(_root(at, row - conclusion.probability))
        crossings[k].append(Crossing(scale, "below" if holds[k][i] else "above"))
    now = conclusion.chance(posterior)
    return [
        TippingPoint(
            conclusion=conclusion,
            parameter=line.parameter,
            centre=line.centre,
            lean=line.lean,
            chance=now,
            scales=line.scales,
            chances=own,
            turns=tuple(turns),
        )
        for line, own, turns in zip(lines, chances, crossings, strict=True)
    ]


def _inside(low: float, high: float) -> Array:
    """Return Chebyshev's points of an interval, both ends among them."""
    return np.asarray((low + high) / 2 + (high - low) / 2 * np.polynomial.chebyshev.chebpts2(INSIDE))


def _root(at: Array, gaps: Array) -> float:
    """Return where the polynomial through the gaps is 0; the nearer end where errors
    in the last digits hide the change.
    """
    from scipy import optimize

    middle, half = (at[0] + at[-1]) / 2, (at[-1] - at[0]) / 2
    through = chebyshev.chebfit((at - middle) / half, gaps, INSIDE - 1)
    gap: Callable[[float], float] = lambda x: float(chebyshev.chebval(x, through))  # noqa: E731 - a formula with a name
    if gap(-1.0) * gap(1.0) >= 0:
        return float(at[0] if abs(gaps[0]) <= abs(gaps[-1]) else at[-1])
    return float(middle + half * optimize.brentq(gap, -1.0, 1.0, xtol=CLOSE))
