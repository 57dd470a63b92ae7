"""Nodes of coefficients: an axis for each, measured from where the ones before it put it.

Coefficients are correlated: the slope of latitude says where the intercept lies. Coefficient j is thus
``z_j + sum of shifts_jl beta_l`` over the ones before it, with the nodes of z_j on an axis of its own; a
coefficient whose prior has limits is its z. Slopes come first and the intercept last, so that any linear
predictor is a shift along the last axis.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bayes_ivig.formulas.interpolation import POINTS, log_sum, stencil
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

TOGETHER = 400_000  # places read together
OVERSHOOT = 1.0  # how far a log density may rise above the highest node of its row


@dataclass(frozen=True, eq=False)
class Nodes:
    """Axes of D coefficients and their ``shifts``, (D, D), of which what is below the diagonal counts."""

    axes: tuple[Axis, ...]
    shifts: Array

    __repr__ = short_repr

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of nodes of every axis."""
        return tuple(axis.size for axis in self.axes)

    @cached_property
    def coefficients(self) -> tuple[Array, ...]:
        """Every coefficient at the nodes, arrays that broadcast to ``shape``."""
        out: list[Array] = []
        for j, axis in enumerate(self.axes):
            own = axis.x.reshape(*(-1 if i == j else 1 for i in range(len(self.axes))))
            for before, value in enumerate(out):
                if self.shifts[j, before] != 0:
                    own = own + self.shifts[j, before] * value
            out.append(own)
        return tuple(out)

    @cached_property
    def log_weights(self) -> Array:
        """Log of what turns sums over nodes into integrals, shape ``shape``."""
        total = np.zeros(self.shape)
        for j, axis in enumerate(self.axes):
            total += axis.log_weights.reshape(*(-1 if i == j else 1 for i in range(len(self.axes))))
        return total

    def predictors(self, rows: Array) -> Array:
        """Return linear predictors (N, R) at all nodes for rows (R, D) of numbers."""
        flat = [np.broadcast_to(each, self.shape).reshape(-1) for each in self.coefficients]
        return np.stack(flat, axis=1) @ rows.T

    def halved(self) -> "Nodes":
        """Return every second node of every axis."""
        return Nodes(tuple(axis.halved() for axis in self.axes), self.shifts)

    def sums(self, log_mass: Array, row: Array, onto: Axis) -> Array:
        """Return log masses on the nodes of an axis of a linear predictor, (M, C), from those of the nodes
        of its coefficients, (n_1, ..., n_j, C): ``row`` has their j numbers, the last of them not 0.

        Each row of the last axis is read, eight nodes at a time, where the predictor has the value wanted.
        """
        last = self.axes[row.size - 1]
        size, columns = log_mass.shape[-2:]
        logs = np.ascontiguousarray(log_mass).reshape(-1, size, columns)
        offsets = self._offsets(row).reshape(-1)
        z = (onto.x - offsets[:, None]) / row[-1]
        u = last.u_of(z)
        inside = (u >= last.u[0]) & (u <= last.u[-1])
        u = np.clip(u, last.u[0], last.u[-1])
        factor = -last.log_slope(u) - np.log(last.step * abs(row[-1])) + onto.log_weights
        factor = np.where(inside, factor, -np.inf)
        position = (u - last.start) / last.step
        floor = np.where(np.isneginf(logs), logs[np.isfinite(logs)].min(), logs)
        highest = floor.max(axis=1, keepdims=True) + OVERSHOOT
        total = np.full((onto.size, columns), -np.inf)
        rows = max(1, TOGETHER // (onto.size * columns))
        for start in range(0, len(logs), rows):
            part = slice(start, start + rows)
            read = _reading(position[part], size) @ floor[part].reshape(-1, columns)
            values = np.minimum(read.reshape(-1, onto.size, columns), highest[part])
            values += factor[part, :, None]
            total = np.logaddexp(total, log_sum(values, axis=0))
        return shaken(total)

    def _offsets(self, row: Array) -> Array:
        """Value of a linear predictor where the last of its coefficients has z = 0; shape of the others."""
        j = row.size - 1
        weights = row[:-1] + row[-1] * self.shifts[j, :j]
        total = np.zeros(self.shape[:j])
        for weight, value in zip(weights, self.coefficients[:j], strict=True):
            total = total + weight * value.reshape(value.shape[:j] if value.ndim > j else value.shape)
        return total


def _reading(position: Array, size: int) -> "sparse.csr_array":
    """Return the matrix that reads rows (O, size) at positions (O, M) of their own: (O M, O size)."""
    first, (weights,) = stencil(position, size)
    columns = (first + size * np.arange(len(position))[:, None])[..., None] + np.arange(POINTS)
    ends = np.arange(position.size + 1) * POINTS
    return sparse.csr_array(
        (weights.reshape(-1), columns.reshape(-1), ends),
        shape=(position.size, len(position) * size),
        copy=False,
    )
