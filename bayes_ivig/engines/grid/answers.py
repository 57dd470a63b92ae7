"""Posteriors of (mu, tau) on the nodes of a likelihood surface, and the marginals that they imply."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid.limits import limits_of, log_shares
from bayes_ivig.engines.grid.own_densities import steps_at_ends
from bayes_ivig.engines.grid.smoothing import at_points, mixture
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.interpolation import log_sum, share_beyond
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import Densities, GridMarginal
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal

type Array = NDArray[np.float64]

TOGETHER = 64  # studies whose effects are computed at once
RARE = -20.0  # log weight of the parts of a Student-t effect that its axis need not reach
FARTHEST = 1e9  # of an effect, in log odds ratios: Student-t(1) has tails without end
KEPT = 48  # groups whose effects are kept, some 3,000 studies
FEW = 16  # studies up to which all effects are computed with that of a new study


@dataclass(frozen=True, eq=False)
class GridAnswers:
    """The joint posterior of (mu, tau) on a surface's nodes, and the marginals it implies.

    ``log_joint`` has shape (mu, tau) or (mu, 1): log likelihood plus log prior densities, per unit of mu and
    per node of tau (the tau weights are in it, those of mu are not).
    """

    surface: Surface
    log_joint: Array

    __repr__ = short_repr

    @classmethod
    def on(cls, built: Surface, model: Model, weights: Array | None = None) -> "GridAnswers":
        """Multiply the likelihood surface by the model's priors."""
        _, mu, tau = built.axes
        log_prior = model.mu.logpdf(mu.x)[:, None]
        if tau is not None:
            log_prior = log_prior + model.tau.logpdf(tau.x) + tau.log_weights
        return cls(built, built.total(weights) + log_prior)

    def require_whole(self) -> None:
        """Raise ``ValueError`` where the density does not fit the axes: it was read from a file."""
        _, mu, tau = self.surface.axes
        if self.log_joint.shape != (mu.size, tau.size if tau else 1) or np.isnan(self.log_joint).any():
            raise ValueError("a density that does not fit its axes")

    @property
    def grid(self) -> "GridAnswers":
        """The posterior on the nodes of a grid: these answers themselves."""
        return self

    @property
    def drawn(self) -> None:
        """There are no draws."""

    @property
    def by_study(self) -> None:
        """There is a surface instead."""

    @property
    def exact_draws(self) -> None:
        """The grid is drawn from instead."""

    @property
    def regressed(self) -> None:
        """There are no coefficients."""

    @property
    def at_the_ends(self) -> float:
        """About what share of the posterior lies on the ends of the mu or the tau axis and beyond,
        whatever their steps.
        """
        share = np.exp(self.log_mass - self.log_evidence)
        axes = (1, 0) if share.shape[1] > 1 else (1,)
        return max(share_beyond(share.sum(axis=other)) for other in axes)

    @cached_property
    def log_evidence(self) -> float:
        """Log marginal likelihood."""
        return float(log_sum(self.log_mass.reshape(-1), axis=0))

    @cached_property
    def log_mass(self) -> Array:
        """Log posterior mass of the nodes, up to the evidence."""
        return self.log_joint + self.surface.axes.mu.log_weights[:, None]

    def marginal(self, name: str) -> Marginal:
        """Return the marginal of mu, tau or theta_new."""
        _, mu, tau = self.surface.axes
        if name == "tau":
            return self._tau
        if name == "mu" or tau is None:
            return self._mu
        moments = min(_moments(self._mu), _moments(self._tau))
        if self.surface.mixed is not None:
            moments = min(moments, self.surface.mixed.moments)
        if len(self.surface.studies) <= FEW:
            return self._effects_of(0).marginal(len(self.surface.studies), moments)
        axis = grids.effect_axis(mu, self._spread, None, limits_of(self.surface.axes), self._ends)
        return GridMarginal(axis, self._predicted(self.log_joint, axis) + axis.log_slope(axis.u), moments)

    @cached_property
    def _mu(self) -> Marginal:
        return GridMarginal(self.surface.axes.mu, log_sum(self.log_mass, axis=1))

    @cached_property
    def _tau(self) -> Marginal:
        tau = self.surface.axes.tau
        return PointMarginal(0.0) if tau is None else GridMarginal(tau, log_sum(self.log_mass, axis=0))

    def theta(self, study: str) -> Marginal:
        """Return the marginal of one study's effect: its likelihood times the prediction
        from all the others.
        """
        built = self.surface
        if built.random is None:
            return self.marginal("mu")
        group, place = divmod(self._places[study], TOGETHER)
        return self._effects_of(group).marginal(place)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {study: i for i, study in enumerate(self.surface.studies)}

    @cached_property
    def _effects(self) -> dict[int, Densities]:
        """What ``_effects_of`` has found last."""
        return {}

    def _effects_of(self, group: int) -> Densities:
        """Log densities per u of the effects of ``TOGETHER`` studies, a row each, and of a new study,
        on an axis they share.
        """
        if group in self._effects:
            return self._effects[group]
        built, some = self.surface, slice(group * TOGETHER, (group + 1) * TOGETHER)
        assert built.random is not None
        axis = grids.effect_axis(
            built.axes.mu,
            self._spread,
            (built.estimates[0][some], built.estimates[1][some]),
            limits_of(built.axes),
            self._ends,
        )
        own = at_points(built.log_curves[some], built.axes.theta, axis.x)
        own = np.concatenate([own, np.zeros((1, axis.size))])
        joints = self.log_joint - np.concatenate([built.random[some], np.zeros((1, *self.log_joint.shape))])
        if len(self._effects) >= KEPT:
            del self._effects[next(iter(self._effects))]
        self._effects[group] = Densities(
            axis, own + self._predicted_by(joints, axis, own) + axis.log_slope(axis.u)
        )
        return self._effects[group]

    @cached_property
    def _spread(self) -> float:
        """Largest tau that still has a share of one in 1e13 of the posterior;
        times the widest part that matters of Student-t.
        """
        tau, mixed = self.surface.axes.tau, self.surface.mixed
        assert tau is not None
        logs = log_sum(self.log_mass, axis=0)
        widest = 1.0 if mixed is None else float(mixed.factors[mixed.log_weights > RARE].max())
        return min(FARTHEST, max(1.0, widest) * float(tau.x[logs > logs.max() - 30].max()))

    @cached_property
    def _ends(self) -> tuple[Array, Array]:
        return steps_at_ends(self.surface.axes.mu, log_sum(self.log_mass, axis=1))

    def _predicted(self, log_joint: Array, axis: Axis) -> Array:
        """Log density on an axis of the effect of a study drawn from the between-study distribution,
        given a joint posterior.
        """
        predicted: Array = self._predicted_by(log_joint[None], axis)[0]
        return predicted

    def _predicted_by(self, log_joints: Array, axis: Axis, log_factors: Array | None = None) -> Array:
        """Return ``_predicted`` for several joint posteriors (R, mu, tau), shape (R, axis.size);
        see ``mixture``.
        """
        _, mu, tau = self.surface.axes
        assert tau is not None
        if (shares := log_shares(self.surface.axes, self.surface.mixed)) is not None:
            log_joints = log_joints - shares
        possible = np.isfinite(log_joints).any(axis=(0, 1))
        rows, sds = np.moveaxis(log_joints[:, :, possible], -1, 0), tau.x[possible]
        if (mixed := self.surface.mixed) is not None:
            rows = (rows[:, None] + mixed.log_weights[:, None, None]).reshape(-1, *rows.shape[1:])
            sds = np.multiply.outer(sds, mixed.factors).reshape(-1)
        return mixture(rows, mu, axis.x, sds, log_factors)


def _moments(marginal: Marginal) -> int:
    """How many moments a marginal has: those of a new study's effect exist where mu's and tau's do."""
    return 2 if marginal.sd is not None else 1 if marginal.mean is not None else 0
