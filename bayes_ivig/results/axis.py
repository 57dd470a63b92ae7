"""A grid for one parameter: equal steps in a stretched coordinate, dense in the middle and far-reaching at the ends.

The coordinate u runs in equal steps; ``inner = centre + scale * sinh(u)`` and then ``x = inner`` on the real line,
``x = unit * log(1 + exp(inner))`` on the positive half line (even steps in the bulk, equal ratios towards 0), or a logistic
curve between two limits. Sums over such nodes converge exponentially for smooth densities (Takahasi & Mori 1974), and
reaching ten times further costs a few nodes more.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

type Array = NDArray[np.float64]

Link = Literal["identity", "softplus", "interval"]


@dataclass(frozen=True, slots=True)
class Axis:
    """Nodes ``u = start + step * (0 .. size - 1)`` and the map from u to the parameter x."""

    link: Link
    centre: float
    scale: float
    start: float
    step: float
    size: int
    lower: float = -math.inf
    upper: float = math.inf
    unit: float = 1.0

    @classmethod
    def spanning(cls, link: Link, shape: tuple[float, float], reach: tuple[float, float], step: float) -> "Axis":
        """Return an axis of ``shape`` (centre, scale) whose inner coordinate covers ``reach``, in steps of ``step``."""
        centre, scale = shape
        start, end = (math.asinh((limit - centre) / scale) for limit in reach)
        size = max(9, math.ceil((end - start) / step) + 1)
        return cls(link, centre, scale, start, step, size)

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
        inner = self.centre + self.scale * np.sinh(u)
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
        return np.arcsinh((inner - self.centre) / self.scale)

    def log_slope(self, u: ArrayLike) -> Array:
        """Log of dx/du."""
        u = np.asarray(u, float)
        inner = self.centre + self.scale * np.sinh(u)
        stretch: Array = math.log(self.scale) + np.logaddexp(u, -u) - math.log(2.0)
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
        inner, inner_slope = self.centre + self.scale * np.sinh(u), self.scale * np.cosh(u)
        match self.link:
            case "identity":
                return np.tanh(u)
            case "softplus":
                return np.asarray(np.tanh(u) + inner_slope * special.expit(-inner))
            case "interval":
                return np.asarray(np.tanh(u) + inner_slope * (1 - 2 * special.expit(inner)))


@lru_cache(maxsize=64)
def _nodes(axis: Axis) -> tuple[Array, Array, Array]:
    """Nodes in u, nodes in x, and log weights, not to be written to: the same few axes are asked for again and again."""
    u = axis.start + axis.step * np.arange(axis.size, dtype=float)
    found = u, axis.x_of(u), axis.log_slope(u) + math.log(axis.step)
    for each in found:
        each.setflags(write=False)
    return found
