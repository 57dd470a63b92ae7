"""Each study's log likelihood of its mean effect m and tau, log L_i(m, tau), as a smooth surface of splines.

Every study has axes of its own, on which its likelihood bends on the scale of 1: of m,
u = arsinh((m - estimate) / (2 standard errors)), and of tau, v = arsinh(tau / standard error). Quintic
B-splines on equal steps of both have four continuous derivatives, so that a sampler finds gradients and no
kinks. In tau the surface is even, which makes it smooth through 0. Beyond its ends it goes on at the value it
has there.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import curves
from bayes_ivig.engines.grid.axes import Edges, Fineness
from bayes_ivig.engines.grid.smoothing import smooth
from bayes_ivig.engines.grid.student_t import Mixing, smooth_robust
from bayes_ivig.engines.grid.surface import mixing_of
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

OWN = 2.0  # scale of the axis of m, in standard errors
NORMAL, ROBUST = (
    (129, 57, 1.0),
    (201, 97, 0.02),
)  # nodes of m and of tau, and the scale of tau, in standard errors
DEGREE, POINTS, BEFORE = 5, 6, 2  # of a spline, its coefficients around a place, those before the node below
SPARE = 8  # nodes beyond an end: what a spline does at its own end is not felt within
CURVE = 0.08  # steps of the axis of curves, in u
LARGEST = 1e-6  # probability of a tau beyond the surface, as far as ``MOST_TAU``
MOST_TAU, MOST_IMPROPER_TAU = 100.0, 1e4
APART = 2.0
FAR = 50.0  # beyond where curves end that means are followed
CENTRE, SCALE, START, PER_STEP, TAU_SCALE, PER_TAU_STEP = range(6)  # columns of ``axes``


class Curve(NamedTuple):
    """A log likelihood of a study's own effect: in each cell between nodes, ``BEFORE`` of them further, the
    polynomial whose coefficients are a column of ``pieces``, (powers, cells).
    """

    axis: Axis
    pieces: Array

    @property
    def inside(self) -> Array:
        """Nodes between the ends, beyond which the curve goes on as it is there."""
        return self.axis.x[SPARE:-SPARE]

    def at(self, effects: Array) -> Array:
        """Return log L at effects of any shape."""
        u = (self.axis.u_of(effects) - self.axis.start) / self.axis.step
        position = np.clip(u, SPARE, self.axis.size - 1 - SPARE)
        node = position.astype(np.intp)
        f, cell = position - node, node - BEFORE
        found: Array = self.pieces[DEGREE][cell]
        for power in range(DEGREE - 1, -1, -1):
            found *= f
            found += self.pieces[power][cell]
        return found


@dataclass(frozen=True, eq=False)
class Table:
    """Splines of K studies: ``coefficients`` (K, means, spreads), ``axes`` (K, 6), their columns as named
    above.

    Under a common effect there is one column of spreads, and tau is not asked for.
    """

    coefficients: Array
    axes: Array

    @property
    def size(self) -> tuple[int, int]:
        """Number of coefficients of m and of tau."""
        return self.coefficients.shape[1], self.coefficients.shape[2]

    @property
    def data(self) -> dict[str, Any]:
        """Return what ``potential.log_likelihood`` reads, by name."""
        return {"surface": self.coefficients.reshape(-1), "axes": self.axes}

    def at(self, m: Array, tau: Array | None) -> Array:
        """Return the log likelihood of every study at its mean, (..., K), and tau, (...)."""
        return log_likelihood(self, m, tau)

    def of_each(self, m: Array, tau: Array | None) -> Array:
        """Return what ``at`` does, one study after the other, for many draws."""
        alone = (Table(self.coefficients[[i]], self.axes[[i]]) for i in range(len(self.axes)))
        return np.stack([one.at(m[..., [i]], tau)[..., 0] for i, one in enumerate(alone)], axis=-1)

    def curve(self, study: int) -> Curve:
        """Return one study's curve, that of tau = 0."""
        own = self.coefficients[study]
        at_zero = own[:, 0] if own.shape[1] == 1 else own[:, :POINTS] @ weights(np.zeros(1))[0]
        pieces = np.lib.stride_tricks.sliding_window_view(at_zero, POINTS) @ _splines().T
        centre, scale, start, per_step = self.axes[study, :4]
        axis = Axis("identity", centre, scale, start, 1 / per_step, own.shape[0])
        return Curve(axis, np.ascontiguousarray(pieces.T))


def log_likelihood(table: Table, m: Array, tau: Array | None) -> Array:
    """Return log L_i(m_i, tau), (..., K), for means (..., K) and tau (...), None under a common effect."""
    axes, (rows, columns) = table.axes, table.size
    surface = table.coefficients.reshape(-1)
    u = (np.arcsinh((m - axes[:, CENTRE]) / axes[:, SCALE]) - axes[:, START]) * axes[:, PER_STEP]
    row, across = _cell(u, SPARE, rows - 1 - SPARE)
    nodes = (np.arange(axes.shape[0]) * rows + row - BEFORE)[..., None] + np.arange(POINTS)
    if tau is None:
        return np.asarray((surface[nodes] * across).sum(axis=-1))
    v = np.arcsinh(tau[..., None] / axes[:, TAU_SCALE]) * axes[:, PER_TAU_STEP]
    column, along = _cell(v, 0, columns - BEFORE - 1 - SPARE)  # tau = 0 has coefficients before it
    where = (nodes * columns)[..., :, None] + column[..., None, None] + np.arange(POINTS)
    return np.asarray((surface[where] * across[..., :, None] * along[..., None, :]).sum(axis=(-2, -1)))


def _cell(position: Array, low: int, high: int) -> tuple[NDArray[np.intp], Array]:
    """Return the node below a position, held between two nodes, and the weights of the coefficients
    around it.
    """
    position = np.clip(position, low, high)
    node = np.floor(position)
    return node.astype(np.intp), weights(position - node)


def weights(f: Array) -> Array:
    """Return the B-splines of the coefficients around a place, f of the way between nodes, (..., 6)."""
    return np.asarray((f[..., None] ** np.arange(POINTS)) @ _splines())


@cache
def _splines() -> Array:
    """Return what multiplies the powers of f in the B-spline of each coefficient, (powers, coefficients)."""
    table = np.zeros((POINTS, POINTS))
    for c in range(POINTS):
        for k in range(POINTS - c):
            sign = (-1) ** k * math.comb(POINTS, k) / math.factorial(DEGREE)
            start = DEGREE - c - k
            for power in range(POINTS):
                table[power, c] += sign * math.comb(DEGREE, power) * float(start) ** (DEGREE - power)
    return table


def tabulated(studies: tuple[AnyStudy, ...], model: Model, *, mixed: bool = True) -> Table:
    """Return the table of studies under the model that a regression becomes without covariates.

    Without ``mixed`` that of normal effects in the place of Student-t ones. Raises ``ModelError`` for a
    likelihood whose surface is not smooth.
    """
    counts = counts_of(studies)
    far = curves.reach(counts, model)
    if isinstance(far, Edges):
        raise ModelError(
            f"NUTS: with marginal=True not for {model.family.scale.measure.name}s, whose likelihood has "
            "limits or a cusp; leave marginal out, so that every study's own effect is sampled"
        )
    top = _largest(model.tau, model.family.estimates(counts)[0])
    robust = mixing_of(model) if mixed else None
    shape = NORMAL if robust is None else ROBUST
    own, axes = [], []
    for i in range(len(studies)):
        alone = counts.take([i])
        (y,), (s,) = model.family.estimates(alone)
        mu, tau = _axes((float(y), float(s)), far + FAR, top, shape)
        theta = Axis.spanning("identity", (mu.centre, mu.scale), (-far, far), CURVE)
        row = curves.drawn(alone, model, far, Fineness().finer()).at(theta.x)
        values = _smoothed(row, (theta, mu, tau), model, robust)
        own.append(_padded(values))
        axes.append([mu.centre, mu.scale, mu.start, 1 / mu.step, tau.scale, 1 / tau.step])
    return Table(np.array(own), np.array(axes))


def _largest(tau: Prior, y: Array) -> float:
    """Return the largest tau of a table: as far as its prior goes, or estimates lie apart."""
    if not tau.proper:
        return MOST_IMPROPER_TAU
    possible = min(float(tau.quantile(1 - LARGEST)), MOST_TAU)
    return APART * max(possible, float(np.ptp(y)), 0.5)


def _axes(
    known: tuple[float, float], reach: float, top: float, shape: tuple[int, int, float]
) -> tuple[Axis, Axis]:
    """Return the axes of m and of tau of one study, with ``SPARE`` nodes beyond their ends; ``shape`` is as
    ``NORMAL``.
    """
    (y, s), (means, spreads, wide) = known, shape
    scale, own = OWN * s, wide * s
    low, high = math.asinh((-reach - y) / scale), math.asinh((reach - y) / scale)
    step = (high - low) / (means - 1 - 2 * SPARE)
    tau = Axis("identity", 0.0, own, 0.0, math.asinh(top / own) / (spreads - 1 - SPARE), spreads)
    return Axis("identity", y, scale, low - SPARE * step, step, means), tau


def _smoothed(row: Array, axes: tuple[Axis, Axis, Axis], model: Model, mixed: Mixing | None) -> Array:
    """Return a curve averaged over the effects of studies at every m and tau, (means, spreads)."""
    theta, mu, tau = axes
    if not model.heterogeneous:
        return smooth(row[None], theta, mu.x, np.zeros(1), tails=True)[0, 0, :, None]
    if mixed is not None:
        return np.asarray(smooth_robust(row, axes, mixed)[0])
    return smooth(row[None], theta, mu.x, tau.x, tails=True)[:, 0, :].T


def _padded(values: Array) -> Array:
    """Return the spline coefficients of a surface, even in tau: those before tau = 0 are those after it."""
    from scipy.ndimage import spline_filter1d

    coefficients = spline_filter1d(values, 5, axis=0, mode="mirror")
    if values.shape[1] == 1:
        return np.asarray(coefficients)
    coefficients = spline_filter1d(coefficients, 5, axis=1, mode="mirror")
    return np.concatenate([coefficients[:, BEFORE:0:-1], coefficients], axis=1)
