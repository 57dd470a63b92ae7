"""The nodes of all four cells on one array: (mu, tau) on a surface's axes, mu = 0 in a row more, and tau = 0
in a column more.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import surface
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.engines.grid.null_model import each_at_zero
from bayes_ivig.engines.grid.smoothing import at_points
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.interpolation import log_sum
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model

type Array = NDArray[np.float64]
type Cell = tuple[bool, bool]  # effect, heterogeneity

CELLS: tuple[Cell, ...] = ((False, False), (False, True), (True, False), (True, True))
TWICE = float(np.log(2.0))  # weights of a sum over half the nodes
# sums over places converge long before curves drawn through them do; a corrected effect lies beside the one
# for which axes are planned, so that steps must not grow as fast
FINENESS = Fineness(mu=0.5, mu_most=0.15, tau=0.3)


@dataclass(frozen=True, eq=False)
class Nodes:
    """A surface with log likelihoods of K studies at all nodes (K, M + 1, T + 1), and the log prior mass of
    every node in its cell (M + 1, T + 1): the last row is mu = 0, the first column tau = 0.
    """

    surface: Surface
    values: Array
    log_prior: Array

    @property
    def mu(self) -> Array:
        """The effect of every row, (M + 1,)."""
        return np.append(self.surface.axes.mu.x, 0.0)

    @property
    def tau(self) -> Array:
        """The heterogeneity of every column, (T + 1,)."""
        assert self.surface.axes.tau is not None
        return np.append(0.0, self.surface.axes.tau.x)

    @property
    def base(self) -> Array:
        """Log posterior masses without bias, up to the evidence of each cell."""
        return np.asarray(self.values.sum(axis=0) + self.log_prior)

    @property
    def every_second(self) -> NDArray[np.bool_]:
        """Every second node of both axes, mu = 0 and tau = 0 among them, (M + 1, T + 1)."""
        rows, columns = (np.arange(n) % 2 == 0 for n in (self.mu.size - 1, self.tau.size - 1))
        return np.outer(np.append(rows, True), np.append(True, columns))

    @property
    def doubled(self) -> Array:
        """What leaving out every second node adds to the log masses of the others."""
        shape = self.log_prior.shape
        out = np.zeros(shape)
        out[:-1] += TWICE
        out[:, 1:] += TWICE
        return out


def part[T: np.generic](logs: NDArray[T], cell: Cell) -> NDArray[T]:
    """Return the nodes of a cell from arrays (..., M + 1, T + 1), shape (..., m, t)."""
    effect, heterogeneity = cell
    rows = slice(None, -1) if effect else slice(-1, None)
    return logs[..., rows, slice(1, None) if heterogeneity else slice(None, 1)]


def evidence(log_masses: Array) -> Array:
    """Return the log of the sum over the nodes of every cell, (4,), in the order of ``CELLS``."""
    return np.array([log_sum(part(log_masses, cell).reshape(-1), axis=0) for cell in CELLS])


def nodes_of(dataset: Dataset, model: Model, fineness: Fineness = FINENESS) -> Nodes:
    """Return the nodes on axes fit for a dataset and the model without bias."""
    built = surface.build_whole(dataset, model, Belief(model.mu, model.tau), fineness)
    theta, mu, tau = built.axes
    assert tau is not None
    at_zero = at_points(built.log_curves, theta, np.zeros(1))
    values = np.empty((len(built.studies), mu.size + 1, tau.size + 1))
    values[:, :-1, 1:], values[:, :-1, 0] = built.each, built.common
    values[:, -1, 1:], values[:, -1, 0] = each_at_zero(built, tau), at_zero[:, 0]
    prior = np.zeros(values.shape[1:])
    prior[:-1] += (model.mu.logpdf(mu.x) + mu.log_weights)[:, None]
    prior[:, 1:] += model.tau.logpdf(tau.x) + tau.log_weights
    return Nodes(built, values, prior)
