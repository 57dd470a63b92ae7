"""The log likelihood of a table of splines, with its gradient, as one operation of PyTensor.

As a graph of PyTensor's own array functions it compiles for longer and runs at a fraction of the speed.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.marginal.table import BEFORE, DEGREE, POINTS, SPARE

type Array = NDArray[np.float64]


def log_likelihood(surface: Any, axes: Any, means: Any, tau: Any, size: tuple[int, int]) -> Any:
    """Return the symbolic sum of log L_i(m_i, tau) over the studies of a table of this ``size``; its data are
    as ``Table.data`` has them.
    """
    return _operation()(surface, axes, means, tau, *size)[0]


def place(position: float, low: int, high: int) -> tuple[int, float, float]:
    """Return the node below a position held between two nodes, how far it is from there, and 1.0 where it was
    not held.
    """
    held = min(max(position, float(low)), float(high))
    node = math.floor(held)
    return node, held - node, 1.0 if held == position else 0.0


def splines(f: float) -> tuple[Array, Array]:
    """Return the B-splines of the coefficients around a place, f of the way between nodes, and their slopes:
    Cox and de Boor's recursion, the slopes from one degree less.
    """
    values, slopes = np.zeros(POINTS), np.zeros(POINTS)
    values[0] = 1.0
    for degree in range(1, POINTS):
        if degree == DEGREE:
            slopes[1:] = values[:-1]
            slopes -= values
        saved = 0.0
        for r in range(degree):
            share = values[r] / degree
            values[r] = saved + (r + 1 - f) * share
            saved = (f + degree - r - 1) * share
        values[degree] = saved
    return values, slopes


def summing(jit: Callable[[Any], Any]) -> Any:
    """Return the function that sums log L_i(m_i, tau) and its slopes by every mean, (K,), and by tau; ``jit``
    compiles it, or leaves it as it is.

    The same splines as ``table.log_likelihood``. One column means a common effect, and tau is not read.
    """
    placed, bent = jit(place), jit(splines)

    def one(surface: Array, start: int, columns: int, u: float, v: float) -> tuple[float, float, float]:
        (across, by_u), (along, by_v) = bent(u), bent(v)
        total, slope_u, slope_v = 0.0, 0.0, 0.0
        for a in range(POINTS):
            here, turn = surface[start + a * columns], 0.0
            if columns > 1:
                here = 0.0
                for b in range(POINTS):
                    here += along[b] * surface[start + a * columns + b]
                    turn += by_v[b] * surface[start + a * columns + b]
            total += across[a] * here
            slope_u += by_u[a] * here
            slope_v += across[a] * turn
        return total, slope_u, slope_v

    each = jit(one)

    def summed(surface: Array, axes: Array, means: Array, tau: float, rows: int, columns: int) -> Any:
        total, slope_of_tau = 0.0, 0.0
        slopes = np.zeros(means.size)
        last = max(columns - BEFORE - 1 - SPARE, 0)
        for i in range(means.size):
            x, y = (means[i] - axes[i, 0]) / axes[i, 1], tau / axes[i, 4]
            row, u, free_u = placed((math.asinh(x) - axes[i, 2]) * axes[i, 3], SPARE, rows - 1 - SPARE)
            column, v, free_v = placed(math.asinh(y) * axes[i, 5], 0, last)
            value, by_u, by_v = each(surface, (i * rows + row - BEFORE) * columns + column, columns, u, v)
            total += value
            slopes[i] = free_u * by_u * axes[i, 3] / (axes[i, 1] * math.sqrt(1.0 + x * x))
            slope_of_tau += free_v * by_v * axes[i, 5] / (axes[i, 4] * math.sqrt(1.0 + y * y))
        return total, slopes, slope_of_tau

    return jit(summed)


summed = summing(lambda function: function)


@cache
def _operation() -> Any:
    """Return the operation, made when it is first wanted, and made known to the compiler of the samplers."""
    import pytensor.tensor as pt
    from pytensor.gradient import DisconnectedType
    from pytensor.graph.basic import Apply
    from pytensor.graph.op import Op

    class SplineLogLikelihood(Op):
        __props__ = ()

        def make_node(self, *inputs: Any) -> Any:
            tensors = [pt.as_tensor_variable(each) for each in inputs]
            return Apply(self, tensors, [pt.dscalar(), pt.dvector(), pt.dscalar()])

        def perform(self, node: Any, inputs: Any, outputs: Any) -> None:
            del node
            surface, axes, means, tau, rows, columns = inputs
            found = summed(surface, axes, means, float(tau), int(rows), int(columns))
            for output, value in zip(outputs, found, strict=True):
                output[0] = np.asarray(value)

        def connection_pattern(self, node: Any) -> list[list[bool]]:
            del node
            return [[at in (2, 3), False, False] for at in range(6)]

        def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
            del inputs
            none = DisconnectedType()
            slopes = [cotangents[0] * outputs[1], cotangents[0] * outputs[2]]
            return [none(), none(), *slopes, none(), none()]

    _make_known(SplineLogLikelihood)
    return SplineLogLikelihood()


def _make_known(operation: type) -> None:
    """Tell the compiler of the samplers how an operation is computed."""
    from pytensor.link.numba.dispatch import basic

    known: Any = basic.register_funcify_default_op_cache_key

    @known(operation)  # type: ignore[untyped-decorator]
    def compiled(op: Any, node: Any, **_: Any) -> Any:
        del op, node
        jitted = summing(basic.numba_njit)

        @basic.numba_njit
        def run(surface, axes, means, tau, rows, columns):  # type: ignore[no-untyped-def]
            total, slopes, slope = jitted(surface, axes, means, tau.item(), rows.item(), columns.item())
            return np.asarray(total), slopes, np.asarray(slope)

        return run
