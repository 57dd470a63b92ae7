"""The joint posterior of coefficients and tau on nodes, and what single numbers of it are."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.regression.nodes import Nodes
from bayes_ivig.engines.regression.rough import KEPT
from bayes_ivig.formulas.interpolation import log_sum, share_beyond
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal

type Array = NDArray[np.float64]

PER_SD, MOST = 0.35, 0.17  # steps of an axis of a linear predictor: per SD given tau, and at most in u
LEAST = 1e-6  # share of the posterior of a tau at which a linear predictor is to be resolved
NOTHING = -75.0  # log share of a node that no axis need reach


@dataclass(frozen=True, eq=False)
class RegressionDensity:
    """Log posterior mass (n_1, ..., n_D, T) of the nodes of D coefficients and of tau, up to the evidence;
    ``tau`` is None under a common effect, and T is 1.
    """

    nodes: Nodes
    tau: Axis | None
    log_mass: Array

    __repr__ = short_repr

    @cached_property
    def log_evidence(self) -> float:
        """Log marginal likelihood."""
        return float(log_sum(self.log_mass.reshape(-1), axis=0))

    @cached_property
    def by_nodes(self) -> Array:
        """Log mass of the nodes of coefficients, tau added up."""
        return log_sum(self.log_mass, axis=-1)

    @cached_property
    def by_tau(self) -> Array:
        """Log mass of the nodes of tau, coefficients added up."""
        return log_sum(self.log_mass.reshape(-1, self.log_mass.shape[-1]), axis=0)

    @cached_property
    def beyond_nodes(self) -> float:
        """About what share lies on the ends of any axis of coefficients and beyond."""
        share = np.exp(self.by_nodes - self.log_evidence)
        over = range(share.ndim)
        return max(share_beyond(share.sum(axis=tuple(i for i in over if i != j))) for j in over)

    @cached_property
    def at_the_ends(self) -> float:
        """About what share lies on the ends of any axis and beyond."""
        if self.tau is None:
            return self.beyond_nodes
        return max(self.beyond_nodes, share_beyond(np.exp(self.by_tau - self.log_evidence)))

    def thinned(self, which: str) -> "RegressionDensity":
        """Return the posterior on every second node of the ``"nodes"`` of coefficients, or of ``"tau"``."""
        if which == "nodes":
            d = len(self.nodes.axes)
            every = (slice(None, None, 2),) * d
            return RegressionDensity(self.nodes.halved(), self.tau, self.log_mass[every] + d * math.log(2.0))
        assert self.tau is not None
        return RegressionDensity(self.nodes, self.tau.halved(), self.log_mass[..., ::2] + math.log(2.0))

    def coefficient(self, j: int) -> GridMarginal:
        """Return the marginal of a coefficient."""
        return GridMarginal(*self.of_coefficient(j))

    def of_coefficient(self, j: int, onto: Axis | None = None) -> tuple[Axis, Array]:
        """Return an axis of a coefficient and the log masses of its nodes: its own where it is measured from
        no other, else ``onto``, or one that is fit.
        """
        later = tuple(range(j + 1, len(self.nodes.axes)))
        logs = self.by_nodes
        for axis in reversed(later):
            logs = log_sum(logs, axis=axis)
        if not self.nodes.shifts[j, :j].any():
            for _ in range(j):
                logs = log_sum(logs, axis=0)
            return self.nodes.axes[j], logs
        row = np.zeros(j + 1)
        row[-1] = 1.0
        if onto is None:
            onto = self._onto(row, np.exp(logs - logs.max()).reshape(-1)[:, None])
        return onto, self.nodes.sums(logs[..., None], row, onto)[:, 0]

    @property
    def tau_marginal(self) -> Marginal:
        """The marginal of tau."""
        return PointMarginal(0.0) if self.tau is None else GridMarginal(self.tau, self.by_tau)

    def predictor(self, row: Array) -> tuple[Axis, Array]:
        """Return an axis of the linear predictor of a row of D numbers, and the log masses (M, T) of its
        nodes and those of tau.
        """
        share = np.exp(self.log_mass - self.log_evidence).reshape(-1, self.log_mass.shape[-1])
        onto = self._onto(row, share)
        return onto, self.nodes.sums(self.log_mass, row, onto)

    def conditional(self) -> tuple[Array, Array]:
        """Return means (T', D) and covariances (T', D, D) of coefficients at tau of probability ``KEPT``."""
        flat = [np.broadcast_to(each, self.nodes.shape).reshape(-1) for each in self.nodes.coefficients]
        values = np.stack(flat, axis=1)
        below = np.cumsum(np.exp(self.by_tau - self.log_evidence))
        at = np.unique(np.minimum(np.searchsorted(below, KEPT), below.size - 1))
        logs = self.log_mass.reshape(len(values), -1)[:, at]
        share = np.exp(logs - log_sum(logs, axis=0))
        means = share.T @ values
        apart = values[None] - means[:, None]
        return means, np.einsum("nt,tni,tnj->tij", share, apart, apart)

    def _onto(self, row: Array, share: Array) -> Axis:
        """Return an axis for a linear predictor, fine enough at every tau: ``share`` (N, T) are those of
        the nodes of its coefficients.
        """
        last = self.nodes.shape[: row.size]
        values = np.zeros(last)
        for number, each in zip(row, self.nodes.coefficients, strict=False):
            values = values + number * each.reshape(each.shape[: row.size])
        values = np.broadcast_to(values, last).reshape(-1)
        total = share.sum(axis=0)
        counts = total > LEAST * total.max()
        share, total = share[:, counts], total[counts]
        means = values @ share / total
        sds = np.sqrt(np.maximum((values**2) @ share / total - means**2, 1e-12 * means**2))
        counted = values[share.max(axis=1) > math.exp(NOTHING) * share.max()]
        reach = float(counted.min()), float(counted.max())
        return grids.stretched((means, PER_SD * sds), reach, MOST)
