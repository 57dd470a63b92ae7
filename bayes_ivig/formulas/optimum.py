"""Maximum of a smooth function of a few parameters: damped Newton with finite differences,
everything evaluated at once.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from bayes_ivig.formulas.effect_sizes import Array

STEP = 3e-4  # of the finite differences, on scales where the parameters are of order 0.01 to 10
LONGEST = 1.0  # no Newton step goes further
TRIES = 0.5 ** np.arange(12.0)  # step lengths compared along one direction


class Optimum(NamedTuple):
    """Where the search ended: the point, the value, minus the matrix of second derivatives,
    and whether it converged.
    """

    point: Array
    value: float
    information: Array
    converged: bool


def maximise(
    function: Callable[[Array], Array],
    start: Array,
    *,
    steps: int = 100,
    tolerance: float = 1e-10,
    farthest: Array | None = None,
) -> Optimum:
    """Maximise ``function``, which maps points of shape (P, D) to values of shape (P,),
    from ``start`` of shape (D,).

    It has converged when a Newton step would gain less than ``tolerance``. Where a parameter comes to be
    larger in size than ``farthest`` says, shape (D,), there is no maximum to be found, and it stops.
    """
    point, value = start, float(function(start[None])[0])
    for _ in range(steps):
        gradient, information = derivatives(function, point)
        values, vectors = np.linalg.eigh(information)
        stretched = np.maximum(np.abs(values), 1e-8)  # turns a saddle or a valley into a way up
        direction = vectors @ ((vectors.T @ gradient) / stretched)
        gain = 0.5 * float(gradient @ direction)
        if gain < tolerance:
            return Optimum(point, value, information, bool(np.isfinite(value)))
        direction = direction * min(1.0, LONGEST / float(np.abs(direction).max()))
        candidates = point + TRIES[:, None] * direction
        heights = function(candidates)
        best = int(np.nanargmax(np.where(np.isfinite(heights), heights, -np.inf)))
        if not heights[best] > value:
            return Optimum(point, value, information, gain < 1e-6)
        point, value = candidates[best], float(heights[best])
        if farthest is not None and (np.abs(point) > farthest).any():
            return Optimum(point, value, information, False)
    return Optimum(point, value, information, False)


def derivatives(function: Callable[[Array], Array], point: Array) -> tuple[Array, Array]:
    """Return the gradient and minus the second derivatives at a point of shape (D,),
    by central differences.
    """
    size = len(point)
    unit = STEP * np.eye(size)
    pairs = [(i, j) for i in range(size) for j in range(i)]
    corners = [s * unit[i] + t * unit[j] for i, j in pairs for s in (1, -1) for t in (1, -1)]
    stencil = np.vstack([np.zeros((1, size)), unit, -unit, *(corner[None] for corner in corners)])
    values = function(point + stencil)
    centre, up, down = values[0], values[1 : size + 1], values[size + 1 : 2 * size + 1]
    information = np.diag((2 * centre - up - down) / STEP**2)
    for n, (i, j) in enumerate(pairs):
        plus, mixed, other, minus = values[2 * size + 1 + 4 * n : 2 * size + 5 + 4 * n]
        information[i, j] = information[j, i] = -(plus - mixed - other + minus) / (4 * STEP**2)
    return (up - down) / (2 * STEP), information
