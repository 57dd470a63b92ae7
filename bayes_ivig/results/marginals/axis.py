"""A grid for one parameter: equal steps in a stretched coordinate,
dense in the middle and far-reaching at the ends.

The coordinate u runs in equal steps; ``inner = centre + scale * sinh(u)`` and then ``x = inner`` on the real
line, ``x = unit * log(1 + exp(inner))`` on the positive half line (even steps in the bulk, equal ratios
towards 0), or a logistic curve between two limits. Sums over such nodes converge exponentially for smooth
densities (Takahasi & Mori 1974), and reaching ten times further costs a few nodes more.

Where nodes must be dense in several places far apart, ``u`` is the sum over all of them of arsinh((inner -
centre) / scale): each place costs as many nodes as it would alone, where one dense middle would have to be
wide enough for all.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bayes_ivig.formulas.ties import steps_to_cover

type Array = NDArray[np.float64]

type Place = tuple[float, float]  # centre and scale of a dense part

Link = Literal["identity", "softplus", "interval"]

NEWTON_STEPS = 8  # from a chord over a cell about 0.2 wide in u
LARGEST = 1_000_000  # nodes of an axis that is read from a file
FARTHEST, KNOWN = 80.0, 400  # of the places from which they start, in u, and how many on either side


@dataclass(frozen=True, slots=True)
class Axis:
    """Nodes ``u = start + step * (0 .. size - 1)`` and the map from u to the parameter x.

    ``more`` are centres and scales of further dense places on the inner coordinate.
    """

    link: Link
    centre: float
    scale: float
    start: float
    step: float
    size: int
    lower: float = -math.inf
    upper: float = math.inf
    unit: float = 1.0
    more: tuple[Place, ...] = ()

    @classmethod
    def spanning(
        cls,
        link: Link,
        shape: Place,
        reach: tuple[float, float],
        step: float,
        *,
        more: tuple[Place, ...] = (),
    ) -> "Axis":
        """Return an axis of ``shape`` (centre, scale) whose inner coordinate covers ``reach``,
        in steps of ``step``.
        """
        start, end = (
            sum(math.asinh((limit - centre) / scale) for centre, scale in (shape, *more)) for limit in reach
        )
        size = max(9, steps_to_cover(end - start, step) + 1)
        return cls(link, *shape, start, step, size, more=more)

    def require_whole(self) -> None:
        """Raise ``ValueError`` where these are no nodes at all: they were read from a file."""
        numbers = (self.centre, self.start, *(value for place in self.more for value in place))
        widths = (self.scale, self.step, self.unit, *(scale for _, scale in self.more))
        if not (
            all(map(math.isfinite, (*numbers, *widths))) and min(widths) > 0 and 1 < self.size <= LARGEST
        ):
            raise ValueError("an axis without nodes")

    def between(self, lower: float, upper: float) -> "Axis":
        """Return the same axis with an interval link between two limits."""
        return replace(self, link="interval", lower=lower, upper=upper)

    def halved(self) -> "Axis":
        """Return the axis of every second node."""
        return replace(self, step=2 * self.step, size=(self.size + 1) // 2)

    def refined(self, factor: int) -> "Axis":
        """Return the axis with ``factor`` steps in the place of one."""
        return replace(self, step=self.step / factor, size=(self.size - 1) * factor + 1)

    @property
    def u(self) -> Array:
        """Nodes in the stretched coordinate, shape (size,)."""
        return _nodes(self)[0]

    @property
    def x(self) -> Array:
        """Nodes on the parameter's own scale, shape (size,)."""
        return _nodes(self)[1]

    @property
    def log_weights(self) -> Array:
        """Log of step times dx/du at the nodes: adding them to a log density turns sums into integrals."""
        return _nodes(self)[2]

    def x_of(self, u: ArrayLike) -> Array:
        """Map u to the parameter."""
        inner = self._inner(u)
        match self.link:
            case "identity":
                return np.asarray(inner)
            case "softplus":
                return self.unit * np.logaddexp(0, np.maximum(inner, -700.0))
            case "interval":
                return self.lower + (self.upper - self.lower) * np.asarray(special.expit(inner))

    def u_of(self, x: ArrayLike) -> Array:
        """Map the parameter to u; its own limits go to minus and plus infinity."""
        x = np.asarray(x, float)
        with np.errstate(divide="ignore", invalid="ignore"):
            match self.link:
                case "identity":
                    inner = x
                case "softplus":
                    ratio = np.maximum(x, 0.0) / self.unit
                    inner = ratio + np.log(-np.expm1(-ratio))
                case "interval":
                    share = np.clip((x - self.lower) / (self.upper - self.lower), 0.0, 1.0)
                    inner = np.asarray(special.logit(share))
        return self._u(inner)

    def log_slope(self, u: ArrayLike) -> Array:
        """Log of dx/du."""
        u = np.asarray(u, float)
        inner = self._inner(u)
        alone = not self.more
        stretch = (
            math.log(self.scale) + np.logaddexp(u, -u) - math.log(2.0)
            if alone
            else -np.log(self._density(inner)[0])
        )
        match self.link:
            case "identity":
                return stretch
            case "softplus":
                return np.asarray(stretch + math.log(self.unit) - np.logaddexp(0, -inner))
            case "interval":
                width = math.log(self.upper - self.lower)
                return np.asarray(stretch + width - np.logaddexp(0, inner) - np.logaddexp(0, -inner))

    def bend(self, u: ArrayLike) -> Array:
        """Derivative in u of ``log_slope``."""
        u = np.asarray(u, float)
        inner = self._inner(u)
        if self.more:
            density, slope = self._density(inner)
            inner_slope, own = 1 / density, -slope / density**2
        else:
            inner_slope, own = self.scale * np.cosh(u), np.tanh(u)
        match self.link:
            case "identity":
                return np.asarray(own)
            case "softplus":
                return np.asarray(own + inner_slope * special.expit(-inner))
            case "interval":
                return np.asarray(own + inner_slope * (1 - 2 * special.expit(inner)))

    def spacing(self, x: ArrayLike) -> Array:
        """Return the distance between nodes at values x of the parameter."""
        return np.asarray(self.step * np.exp(self.log_slope(self.u_of(x))))

    @property
    def inner(self) -> Array:
        """Nodes on the inner coordinate, shape (size,)."""
        return self._inner(self.u)

    def inner_spacing(self, node: int) -> float:
        """Return the distance between nodes at one of them, on the inner coordinate."""
        return float(self.step / self._density(self._inner(self.u[[node]]))[0][0])

    @property
    def finest(self) -> float:
        """Distance of nodes where they are densest, on the inner coordinate."""
        places = np.array([centre for centre, _ in (self._middle, *self.more)])
        return float(self.step / self._density(places)[0].max())

    @property
    def _middle(self) -> Place:
        return self.centre, self.scale

    def _u(self, inner: ArrayLike) -> Array:
        """Map the inner coordinate to u."""
        inner = np.asarray(inner, float)
        u: Array = np.arcsinh((inner - self.centre) / self.scale)
        for centre, scale in self.more:
            u = u + np.arcsinh((inner - centre) / scale)
        return u

    def _density(self, inner: Array) -> tuple[Array, Array]:
        """Return du / d inner and its derivative."""
        density, slope = np.zeros(np.shape(inner)), np.zeros(np.shape(inner))
        with np.errstate(over="ignore"):
            for centre, scale in (self._middle, *self.more):
                away = inner - centre
                one = 1 / np.hypot(scale, away)
                density += one
                slope -= away * one**3
        return density, slope

    def _inner(self, u: ArrayLike) -> Array:
        """Map u to the inner coordinate: closed with one dense place,
        else by Newton's steps within a bracket.
        """
        if not self.more:
            return np.asarray(self.centre + self.scale * np.sinh(u))
        known_u, known = _known(self)
        wanted: Array = np.clip(np.asarray(u, float), known_u[0], known_u[-1])
        cell = np.clip(np.searchsorted(known_u, wanted), 1, known.size - 1)
        low, high = known[cell - 1], known[cell]
        at: Array = low + (wanted - known_u[cell - 1]) / (known_u[cell] - known_u[cell - 1]) * (high - low)
        for _ in range(NEWTON_STEPS):
            missing = wanted - self._u(at)
            low, high = np.where(missing > 0, at, low), np.where(missing < 0, at, high)
            target = at + missing / self._density(at)[0]
            at = np.where((target >= low) & (target <= high), target, (low + high) / 2)
        return np.asarray(at)


@lru_cache(maxsize=64)
def _known(axis: Axis) -> tuple[Array, Array]:
    """Pairs of u and inner coordinate, both rising, close enough together
    for Newton's steps to start from.
    """
    shape = np.sinh(np.linspace(-FARTHEST, FARTHEST, 2 * KNOWN + 1))
    inner = np.unique(
        np.concatenate([centre + scale * shape for centre, scale in ((axis.centre, axis.scale), *axis.more)])
    )
    u, which = np.unique(axis._u(inner), return_index=True)
    known = u, inner[which]
    for each in known:
        each.setflags(write=False)
    return known


@lru_cache(maxsize=64)
def _nodes(axis: Axis) -> tuple[Array, Array, Array]:
    """Nodes in u, nodes in x, and log weights, not to be written to:
    the same few axes are asked for again and again.
    """
    u = axis.start + axis.step * np.arange(axis.size, dtype=float)
    nodes = u, axis.x_of(u), axis.log_slope(u) + math.log(axis.step)
    for each in nodes:
        each.setflags(write=False)
    return nodes
