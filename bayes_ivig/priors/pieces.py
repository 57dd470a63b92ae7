"""A density in pieces: its logarithm as one polynomial between every two edges, on the coordinate of
``stretch``, where a power of x at an end or in a tail is a straight line, and goes on as one.

A piece holds the log density at Gauss-Legendre nodes, which makes its integral a sum; -inf at all of them is
a stretch without density.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import numpy as np
from numpy.polynomial import chebyshev, legendre
from numpy.typing import NDArray

from bayes_ivig.priors.stretch import Stretch

type Array = NDArray[np.float64]

NODES = 12  # of a piece
PLACES, WEIGHTS = legendre.leggauss(NODES)
TO_CHEBYSHEV: NDArray[np.floating] = np.linalg.inv(chebyshev.chebvander(PLACES, NODES - 1))
MOST = 1000.0  # of u, for a limit itself
STEPS = 60  # of Newton's or of bisection at most, for a quantile
CLOSE = 1e-12  # of u, at which a quantile is found
DIP = math.log(2)  # by which the density falls between two of its modes
HALF_HEIGHT = 2.3548  # width of a normal at half its height, in SDs
NARROW, RARE = 0.1, 0.01  # of the spread, and of the probability, a peak that counts
MOST_MODES, MOST_ROUGH = 9, 20
LANDMARKS = 40  # parts of equal probability by which a density is known
STEADY = 1e-3  # of the power of a tail, as it is known
STEEP = -40.0  # a power of a tail below which it is none
# of the density, its top being 1, and of its slope in u at an edge, that a grid has to know of
JUMP, BEND = 0.001, 0.1
APART = 1e-4  # in u, of two places where a density is rough


@dataclass(frozen=True, repr=False)
class Pieces:
    """``lower`` and ``upper`` are the support, ``edges`` of the pieces in u, ``logs`` the log density at the
    nodes of one piece after the other; ``error`` is how far they may be off.
    """

    lower: float
    upper: float
    edges: tuple[float, ...]
    logs: tuple[float, ...]
    error: float

    def __repr__(self) -> str:
        return f"Pieces({self.digest}, {len(self.edges) - 1} pieces)"

    def require_whole(self) -> None:
        """Raise ``ValueError`` where these are no pieces of one density: they were read from a file."""
        logs, edges = np.array(self.logs), np.array(self.edges)
        whole = logs.size == NODES * (edges.size - 1) > 0 and bool(np.all(np.isfinite(edges)))
        if not whole or np.any(np.diff(edges) <= 0) or np.isnan(logs).any() or not self.lower < self.upper:
            raise ValueError("a density whose pieces do not go together")
        if not abs(self.total - 1) < 1e-6:
            raise ValueError("a density that does not integrate to one")

    @property
    def stretch(self) -> Stretch:
        """The map between u and x."""
        return Stretch(self.lower, self.upper)

    @cached_property
    def digest(self) -> str:
        """Eight characters that tell one density from another by its quantiles, to 1e-5 of their spread."""
        quantiles = self.quantile(np.arange(1, LANDMARKS) / LANDMARKS)
        spread = float(quantiles[3 * LANDMARKS // 4 - 1] - quantiles[LANDMARKS // 4 - 1])
        places = np.round(np.append(quantiles / spread, math.log(spread)), 5) + 0.0  # no sign of a 0
        words = [f"{float(x):.6g}" for x in (self.lower, self.upper)] + [f"{float(x):.5f}" for x in places]
        return sha256(" ".join(words).encode()).hexdigest()[:8]

    @cached_property
    def values(self) -> Array:
        """Log density at the nodes, (pieces, nodes)."""
        return np.array(self.logs).reshape(-1, NODES)

    @cached_property
    def nodes(self) -> Array:
        """The nodes in u, (pieces, nodes)."""
        low, high = self._limits
        return low[:, None] + (high - low)[:, None] * (PLACES + 1) / 2

    @cached_property
    def coefficients(self) -> Array:
        """Chebyshev coefficients of the log density, (pieces, nodes); -inf and zeros where there is none."""
        empty = np.isneginf(self.values[:, 0])
        found = np.where(empty[:, None], 0.0, self.values) @ TO_CHEBYSHEV.T
        found[empty, 0] = -np.inf
        return np.asarray(found)

    @cached_property
    def slopes(self) -> tuple[float, float]:
        """Slope of the log density in u at both ends, beyond which it is a straight line."""
        first, last = self.coefficients[0], self.coefficients[-1]
        low, high = self._limits
        return (_slope(first, -1.0) * 2 / (high[0] - low[0]), _slope(last, 1.0) * 2 / (high[-1] - low[-1]))

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Probability of what lies beyond the outermost edges, infinite where it has no end."""
        found = []
        for place, slope, sign in zip((0, -1), self.slopes, (1, -1), strict=True):
            edge = np.array([self.edges[place]])
            height = float((self._at(edge) + self.stretch.log_slope(edge))[0])
            power = sign * (slope + self.stretch.bend(self.edges[place]))
            if height == -np.inf:
                found.append(0.0)
            else:
                found.append(math.exp(min(height, 700.0)) / power if power > STEADY else math.inf)
        return found[0], found[1]

    @cached_property
    def masses(self) -> Array:
        """Probability of every piece."""
        low, high = self._limits
        logs = self.values + self.stretch.log_slope(self.nodes)
        return np.asarray(np.exp(logs) @ WEIGHTS * (high - low) / 2)

    @cached_property
    def below(self) -> Array:
        """Probability below every edge."""
        return self.ends[0] + np.concatenate([[0.0], np.cumsum(self.masses)])

    @property
    def total(self) -> float:
        """Integral of the density."""
        return float(self.below[-1] + self.ends[1])

    @property
    def powers(self) -> tuple[float, float]:
        """Powers of x at which the density falls in its tails; -inf where it falls faster, or has none."""
        found = []
        for end, place, slope in zip((self.lower, self.upper), (0, -1), self.slopes, strict=True):
            power = slope if place else -slope
            none = math.isfinite(end) or np.isneginf(self.values[place, 0]) or power < STEEP
            found.append(-math.inf if none else power)
        return found[0], found[1]

    def log_density(self, x: Array) -> Array:
        """Return the log density at x, -inf outside the support."""
        with np.errstate(invalid="ignore"):
            inside = (x >= self.lower) & (x <= self.upper)
            u = self.stretch.u_of(np.clip(x, self.lower, self.upper))
        return np.where(np.isnan(x), np.nan, np.where(inside, self._at(np.clip(u, -MOST, MOST)), -np.inf))

    def cdf(self, x: Array) -> Array:
        """Return P(X <= x)."""
        u = np.clip(self.stretch.u_of(np.clip(x, self.lower, self.upper)), -MOST, MOST)
        first, last = self.edges[0], self.edges[-1]
        low, high = self._falls
        inside = np.clip(u, first, last)
        which = self._which(inside)
        found = self.below[which] + self._up_to(which, inside)
        with np.errstate(over="ignore"):
            found = np.where(u < first, self.ends[0] * np.exp(low * np.minimum(u - first, 0.0)), found)
            beyond = self.ends[1] * np.exp(high * np.maximum(u - last, 0.0))
        found = np.where(u > last, self.total - beyond, found)
        return np.where(np.isnan(x), np.nan, np.clip(found / self.total, 0.0, 1.0))

    def quantile(self, p: Array) -> Array:
        """Return the x with probability p below it."""
        wanted = p * self.total
        inner = np.clip(wanted, self.below[0], self.below[-1])
        which = np.clip(np.searchsorted(self.below, inner, side="left") - 1, 0, self.masses.size - 1)
        u = self._solved(which.ravel(), (inner - self.below[which]).ravel()).reshape(p.shape)
        low, high = self._falls
        with np.errstate(divide="ignore", invalid="ignore"):
            under = self.edges[0] + np.log(wanted / self.ends[0]) / low
            over = self.edges[-1] + np.log((1 - p) * self.total / self.ends[1]) / high
        u = np.where(wanted < self.below[0], under, np.where(wanted > self.below[-1], over, u))
        with np.errstate(over="ignore"):
            x = np.clip(self.stretch.x_of(u), self.lower, self.upper)
        return np.where(p <= 0, self.lower, np.where(p >= 1, self.upper, x))

    def moment(self, power: int, about: float = 0.0) -> float | None:
        """Return the mean of (X - about)^power, None where it does not exist."""
        if max(self.powers) >= -(power + 1) - STEADY:
            return None
        low, high = self._limits
        logs = self.values + self.stretch.log_slope(self.nodes)
        away = (self.stretch.x_of(self.nodes) - about) ** power
        inside = (np.exp(logs) * away) @ WEIGHTS * (high - low) / 2
        sides = zip((self.lower, self.upper), self.ends, strict=True)
        at_limits = sum(end * (limit - about) ** power for limit, end in sides if math.isfinite(limit))
        return float((inside.sum() + at_limits) / self.total)

    @cached_property
    def modes(self) -> tuple[tuple[float, float], ...]:
        """Middle of the density around each of its modes, and half the width of its central 68 % there; of
        a narrow peak on a broad foot the peak as well, and its width at half its height.
        """
        logs, x = self.values.reshape(-1), self.stretch.x_of(self.nodes).reshape(-1)
        low, high = self._limits
        mass = np.exp(self.values + self.stretch.log_slope(self.nodes)) * WEIGHTS * (high - low)[:, None] / 2
        below = np.concatenate([[0.0], np.cumsum(mass.reshape(-1))])
        found: list[tuple[float, float, float]] = []
        for start, end in _basins(logs):
            if (own := below[end] - below[start]) > 0:
                levels = self.ends[0] + below[start] + own * np.array([0.15865525, 0.5, 0.84134475])
                q = self.quantile(levels / self.total)
                spread = max(float(q[2] - q[0]) / 2, float(np.spacing(abs(q[1]))))
                found.append((own, float(q[1]), spread))
                first, top, last = (start + place for place in _peak(logs[start:end]))
                width = float(x[last] - x[first]) / HALF_HEIGHT
                if 0 < width < NARROW * spread and below[last] - below[first] > RARE * own:
                    found.append((own, float(x[top]), width))
        largest = sorted(found, reverse=True)[:MOST_MODES]
        return tuple((middle, spread) for _, middle, spread in largest)

    @cached_property
    def rough(self) -> tuple[tuple[float, bool], ...]:
        """The x at which the density jumps (True) or has a corner (False)."""
        low, high = self._limits
        found_at = [[_height(c, at) for at in (-1.0, 1.0)] for c in self.coefficients]
        ends = np.exp(np.array(found_at) - self.values.max())
        steep = np.array([[_slope(c, -1.0), _slope(c, 1.0)] for c in self.coefficients])
        steep = ends * steep * 2 / (high - low)[:, None]
        jumps = np.abs(ends[:-1, 1] - ends[1:, 0]) > JUMP
        corners = np.abs(steep[:-1, 1] - steep[1:, 0]) > BEND
        found: list[tuple[float, bool]] = []
        for i in np.flatnonzero(jumps | corners):
            u, jump = self.edges[i + 1], bool(jumps[i])
            if found and u - found[-1][0] < APART * max(1.0, abs(u)):
                found[-1] = (found[-1][0], found[-1][1] or jump)
            else:
                found.append((u, jump))
        kept = [*(each for each in found if each[1]), *(each for each in found if not each[1])][:MOST_ROUGH]
        return tuple((float(self.stretch.x_of(np.array(u))), jump) for u, jump in kept)

    @cached_property
    def _limits(self) -> tuple[Array, Array]:
        edges = np.array(self.edges)
        return edges[:-1], edges[1:]

    @property
    def _falls(self) -> tuple[float, float]:
        """Slopes in u of the log probability beyond both ends."""
        return (
            self.slopes[0] + self.stretch.bend(self.edges[0]),
            self.slopes[1] + self.stretch.bend(self.edges[-1]),
        )

    def _which(self, u: Array) -> NDArray[np.intp]:
        return np.clip(np.searchsorted(self.edges, u, side="right") - 1, 0, self.masses.size - 1)

    def _at(self, u: Array) -> Array:
        """Log density at u, a straight line beyond the edges."""
        first, last = self.edges[0], self.edges[-1]
        inside = np.clip(u, first, last)
        found = self._in_piece(self._which(inside), inside)
        low, high = (slope if math.isfinite(slope) else 0.0 for slope in self.slopes)
        return found + low * np.minimum(u - first, 0.0) + high * np.maximum(u - last, 0.0)

    def _in_piece(self, which: NDArray[np.intp], u: Array) -> Array:
        low, high = self._limits
        t = 2 * (u - low[which]) / (high - low)[which] - 1
        return np.asarray(chebyshev.chebval(t, np.moveaxis(self.coefficients[which], -1, 0), tensor=False))

    def _up_to(self, which: NDArray[np.intp], u: Array) -> Array:
        """Probability between the lower edge of a piece and u."""
        low = self._limits[0][which]
        half = (u - low) / 2
        at = low[..., None] + half[..., None] * (PLACES + 1)
        logs = self._in_piece(np.broadcast_to(which[..., None], at.shape), at)
        return np.asarray(np.exp(logs + self.stretch.log_slope(at)) @ WEIGHTS * half)

    def _solved(self, which: NDArray[np.intp], wanted: Array) -> Array:
        """Return the u up to which a piece has the probability that is wanted, by Newton's steps within
        a bracket.
        """
        low, high = (limit[which] for limit in self._limits)
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.nan_to_num(wanted / self.masses[which], nan=0.5)
        u = np.asarray(low + np.clip(share, 0.0, 1.0) * (high - low))
        left = np.ones(u.shape, bool)
        for _ in range(STEPS):
            at, now = which[left], u[left]
            missing = wanted[left] - self._up_to(at, now)
            low, high = np.where(missing > 0, now, low), np.where(missing <= 0, now, high)
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                target = now + missing / np.exp(self._in_piece(at, now) + self.stretch.log_slope(now))
            u[left] = np.where((target > low) & (target < high), target, (low + high) / 2)
            moving = np.abs(u[left] - now) > CLOSE * np.maximum(1.0, np.abs(now))
            if not moving.any():
                break
            left[left] = moving
            low, high = low[moving], high[moving]
        return u


def _height(coefficients: Array, at: float) -> float:
    """Value of a Chebyshev series, -inf where there is no density."""
    return float(chebyshev.chebval(at, coefficients)) if np.isfinite(coefficients[0]) else -math.inf


def _slope(coefficients: Array, at: float) -> float:
    """Derivative of a Chebyshev series, 0 where there is no density."""
    return (
        float(chebyshev.chebval(at, chebyshev.chebder(coefficients))) if np.isfinite(coefficients[0]) else 0.0
    )


def _peak(logs: Array) -> tuple[int, int, int]:
    """Return the node of the peak, between those on either side where the density is half as high."""
    top = int(np.argmax(logs))
    high = np.flatnonzero(logs > logs[top] - DIP)
    return max(int(high[0]) - 1, 0), top, min(int(high[-1]) + 1, logs.size - 1)


def _basins(logs: Array) -> list[tuple[int, int]]:
    """Return ranges of nodes with one mode each: between two the density falls by ``DIP`` and rises again."""
    starts, top, bottom, lowest, falling = [0], -np.inf, np.inf, 0, False
    for i, height in enumerate(logs):
        if falling and height > bottom + DIP:
            starts.append(lowest)
            top, falling = height, False
        elif height >= top:
            top = height
        if height < top - DIP and (not falling or height < bottom):
            bottom, lowest, falling = height, i, True
    return [(start, end) for start, end in zip(starts, [*starts[1:], logs.size], strict=True) if end > start]
