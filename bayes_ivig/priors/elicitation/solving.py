"""Location and scale of a standard density under which stated probabilities come out:
in closed form, or by least squares.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.priors.composite import Prior

type Array = NDArray[np.float64]
type Place = tuple[float, float]

EXACT = 1e-9
ALIKE = 1e-5  # of a scale
PLACES = 6  # decimals of a location, a logarithm, that sorting looks at
LARGEST_SCALE = 1e6


@dataclass(frozen=True, slots=True)
class Condition:
    """The probability between two limits equals, or is at most or at least, a stated one."""

    lower: float
    upper: float
    relation: str
    probability: float


def misfit(standard: Prior, place: Place, conditions: Sequence[Condition]) -> float:
    """Return by how much the worst missed condition is missed, in probability."""
    signs = {"=": None, "<=": 1.0, ">=": -1.0}
    worst = 0.0
    for each, given in zip(conditions, _given(standard, place, conditions), strict=True):
        off, sign = float(given) - each.probability, signs[each.relation]
        worst = max(worst, abs(off) if sign is None else sign * off)
    return worst


def solutions(standard: Prior, moves: bool, conditions: Sequence[Condition]) -> list[Place]:
    """Return every location and scale found that meets as many conditions as there are unknowns,
    all taken as equalities.

    They come by location and then by scale, not as the solver comes upon them.
    """
    if all(math.isinf(each.lower) or math.isinf(each.upper) for each in conditions):
        place = _closed(standard, moves, conditions)
        return [place] if place else []
    places = [place for place, off in _tried(standard, moves, conditions) if off < EXACT]
    different: list[Place] = []
    for place in places:
        if not any(alike(place, other) for other in different):
            different.append(place)
    return sorted(different, key=by_place)


def least_squares(standard: Prior, moves: bool, conditions: Sequence[Condition]) -> Place:
    """Return the location and scale with the smallest sum of squared differences of probabilities;
    of equals the first place.
    """
    tried = _tried(standard, moves, conditions)
    least = min(off for _, off in tried)
    return min((place for place, off in tried if off <= least + EXACT), key=by_place)


def by_place(place: Place) -> Place:
    """Sort by location, then by scale; locations that a solver can tell apart only
    by its last digits are one.
    """
    return round(place[0], PLACES) + 0.0, place[1]


def alike(one: Place, other: Place) -> bool:
    """Whether two answers are one and the same, found twice."""
    return abs(one[0] - other[0]) + abs(one[1] - other[1]) < ALIKE * one[1]


def _given(standard: Prior, place: Place, conditions: Sequence[Condition]) -> Array:
    """Return the probability of every event."""
    limits = np.array([(each.lower, each.upper) for each in conditions]).reshape(-1, 2)
    z = (limits - place[0]) / place[1]
    below = np.where(np.isinf(z), z > 0, standard.cdf(np.where(np.isinf(z), 1.0, z)))
    return np.asarray(below[:, 1] - below[:, 0], float)


def _closed(standard: Prior, moves: bool, tails: Sequence[Condition]) -> Place | None:
    """Solve for tails, each of which says that a quantile of the standard density,
    moved and stretched, is its limit.
    """
    at = [each.lower if math.isinf(each.upper) else each.upper for each in tails]
    p = [1 - each.probability if math.isinf(each.upper) else each.probability for each in tails]
    q = [float(standard.quantile(share)) for share in p]
    if not moves:
        return (0.0, at[0] / q[0])
    if q[0] == q[1]:
        return None
    scale = (at[0] - at[1]) / (q[0] - q[1])
    return (at[0] - scale * q[0], scale) if scale > 0 else None


def _tried(standard: Prior, moves: bool, conditions: Sequence[Condition]) -> list[tuple[Place, float]]:
    """Return where least squares ends from several starts,
    with the square root of the sum of squares there.
    """
    from scipy import optimize

    stated = np.array([each.probability for each in conditions])
    ends = [value for each in conditions for value in (each.lower, each.upper) if math.isfinite(value)]
    width = max(max(ends) - min(ends), 1e-3 * max(map(abs, ends)), 1e-6) if moves else max(ends)

    def place(x: Array) -> Place:
        scale = float(np.exp(np.clip(x[-1], -30.0, math.log(LARGEST_SCALE))))
        return (float(x[0]) if moves else 0.0), scale

    def off(x: Array) -> Array:
        return np.asarray(_given(standard, place(x), conditions) - stated)

    reached = []
    for location in (min(ends), (min(ends) + max(ends)) / 2, max(ends)) if moves else (0.0,):
        for share in (0.1, 0.4, 1.5):
            start = [location, math.log(share * width)] if moves else [math.log(share * width)]
            done = optimize.least_squares(off, start, xtol=1e-14, ftol=1e-14, gtol=1e-14)
            reached.append((place(done.x), float(np.sqrt(2 * done.cost))))
    return reached
