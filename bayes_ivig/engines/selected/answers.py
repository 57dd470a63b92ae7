"""The posterior of a model with selection: mu and tau on a surface's nodes, weights on their own."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.selected.chances import Intervals
from bayes_ivig.engines.selected.draws import SelectedDraws
from bayes_ivig.engines.selected.weighing import nodes_of
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.interpolation import log_sum
from bayes_ivig.formulas.selection_models import weights as formulas
from bayes_ivig.formulas.selection_models.weights import Nodes
from bayes_ivig.inputs.model.selected import CUMULATIVE, Selection
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.contract import MoreThanMuAndTau
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.marginals.marginal import Marginal

type Array = NDArray[np.float64]

COUNTS = 1e-10  # share of the posterior below which a place of mu and tau says nothing of the weights
OMEGA = "omega[{}]"


@dataclass(frozen=True, eq=False)
class SelectedAnswers(MoreThanMuAndTau):
    """The joint posterior of mu and tau, weights integrated out, and what it was made of.

    ``joint`` holds the surface of every trial's own likelihood and the log posterior with selection;
    ``log_plain`` (mu, tau) is that without. ``chances`` (K, J, mu, tau) are the probabilities of the
    intervals. ``finer`` says how much denser than usual the weights' nodes are.

    A trial's own effect is seen by its likelihood and by mu and tau alone: given these its publication tells
    no more of it, since it was published by its result.
    """

    model: Selection
    joint: GridAnswers
    log_plain: Array
    intervals: Intervals
    chances: Array
    finer: float

    __repr__ = short_repr

    def require_whole(self) -> None:
        """Raise ``ValueError`` where arrays, read from a file, do not go together."""
        shape = (len(self.intervals.studies), self.intervals.count, *self.joint.log_joint.shape)
        if self.chances.shape != shape or self.log_plain.shape != self.joint.log_joint.shape:
            raise ValueError("probabilities of intervals that do not fit their grid")

    @property
    def exact_draws(self) -> SelectedDraws:
        """What draws mu, tau, effects and weights."""
        return SelectedDraws(
            self.joint, self.intervals, self.chances, self.nodes(), self.model.two_arm.degrees_of_freedom
        )

    @property
    def regressed(self) -> None:
        """There are no coefficients."""

    def marginal(self, name: str) -> Marginal:
        """Return the marginal of mu, tau, theta_new or of a weight."""
        if name in self.weights:
            return self._weights[self.weights.index(name)]
        return self.joint.marginal(name)

    def theta(self, study: str) -> Marginal:
        """Return the marginal of one trial's own effect."""
        return self.joint.theta(study)

    @property
    def weights(self) -> tuple[str, ...]:
        """Names of the free weights."""
        free = 0 if self.model.fixed is not None else self.model.intervals - 1
        return tuple(OMEGA.format(j + 2) for j in range(free))

    @cached_property
    def flat(self) -> Array:
        """Probabilities of the intervals of affected trials, (K, J, mu x tau)."""
        some = self.chances[self.intervals.affected]
        return np.ascontiguousarray(some.reshape(*some.shape[:2], self.log_plain.size))

    @cached_property
    def counts(self) -> Array:
        """How many affected trials lie in each interval, (J,)."""
        at = self.intervals.at[self.intervals.affected]
        return np.bincount(at, minlength=self.intervals.count).astype(float)

    def nodes(self, pivot: int = 1) -> Nodes:
        """Return the nodes of the weights."""
        return nodes_of(self.model, int(self.counts.sum()), self.finer, pivot)

    @cached_property
    def log_mass(self) -> Array:
        """Log posterior mass without selection of the nodes of mu and tau, flat."""
        return np.asarray((self.log_plain + self.joint.surface.axes.mu.log_weights[:, None]).reshape(-1))

    @cached_property
    def places(self) -> NDArray[np.intp]:
        """The nodes of mu and tau, flat, that hold the posterior."""
        share = np.exp(self.joint.log_mass - self.joint.log_evidence).reshape(-1)
        return np.flatnonzero(share > COUNTS * share.max())

    @cached_property
    def _weights(self) -> list[Marginal]:
        """The marginal of every free weight."""
        free = len(self.weights)
        if self.model.weights != CUMULATIVE:
            logs = self._log_given(1)
            return [_marginal(self.nodes(), _others_out(logs, j)) for j in range(free)]
        found: list[Marginal] = []
        for pivot in range(1, free + 1):
            logs = self._log_given(pivot)
            found.append(_marginal(self.nodes(pivot), _others_out(logs, 0)))
        return found

    def _log_given(self, pivot: int) -> Array:
        """Log posterior of the nodes of all weights, a dimension for each."""
        nodes = self.nodes(pivot)
        shape = (nodes.scale.u.size,) * nodes.free
        if not self.flat.shape[0]:
            return nodes.log_weights.reshape(shape)
        at = self.places
        logs = formulas.log_weights_given(self.flat[:, :, at], self.counts, nodes, self.log_mass[at])
        return np.asarray(logs.reshape(shape))

    def at_weights(self, omega: tuple[float, ...]) -> GridAnswers:
        """Return the posterior of mu and tau under fixed weights of all intervals, on the same surface."""
        at = np.array(omega)
        if at.shape != (self.intervals.count,) or not (np.isfinite(at).all() and at.min() > 0):
            raise ModelError(
                f"weights: found {omega}; give a number above 0 for each of {self.intervals.count} intervals"
            )
        if not self.flat.shape[0]:
            return GridAnswers(self.joint.surface, self.log_plain)
        logs = float(self.counts @ np.log(at)) - formulas.log_published(self.flat, at)
        return GridAnswers(self.joint.surface, self.log_plain + logs.reshape(self.log_plain.shape))


def _others_out(logs: Array, kept: int) -> Array:
    """Add up the mass over all dimensions but one."""
    rest = np.moveaxis(logs, kept, 0).reshape(logs.shape[kept], -1)
    return log_sum(rest, axis=1)


def _marginal(nodes: Nodes, log_mass: Array) -> GridMarginal:
    """Return the marginal of a weight on its own nodes."""
    u, scale = nodes.scale
    axis = Axis("interval", 0.0, scale, float(u[0]), float(u[1] - u[0]), u.size, lower=0.0, upper=1.0)
    return GridMarginal(axis, log_mass)
