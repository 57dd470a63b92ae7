"""The exact engine: posteriors by sums over the likelihood surface, with a stated numerical error."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines import remedies
from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import data_priors, propriety, surface
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.engines.grid.every_second_node import errors_of
from bayes_ivig.engines.grid.limits import limits_of, log_shares
from bayes_ivig.engines.grid.own_densities import steps_at_ends
from bayes_ivig.engines.grid.smoothing import at_points, mixture
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.interpolation import log_sum, share_beyond
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.kinds.ranges import Refinements, Tolerance
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import Densities, GridMarginal
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal
from bayes_ivig.results.posterior.diagnostics import Diagnostics
from bayes_ivig.results.posterior.posterior import Posterior

type Array = NDArray[np.float64]

TOGETHER = 64  # studies whose effects are computed at once
RARE = -20.0  # log weight of the parts of a Student-t effect that its axis need not reach
FARTHEST = 1e9  # of an effect, in log odds ratios: Student-t(1) has tails without end
KEPT = 48  # groups whose effects are kept, some 3,000 studies
FEW = 16  # studies up to which all effects are computed with that of a new study


@checked
@dataclass(frozen=True)
class Quadrature:
    """Engine that integrates: no sampling, no seed, the same answer every time.

    Grids are refined until the stated error of every checked number is below ``tolerance`` posterior SDs,
    at most ``refinements`` times.

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("my.csv"), engine=bi.Quadrature(tolerance=1e-4))
    >>> post.engine, post.diagnostics.ok
    ('quadrature', True)
    """

    tolerance: Tolerance = 1e-4
    refinements: Refinements = 4

    def fit(self, dataset: Dataset, model: Model) -> Posterior:
        """Return the posterior; raises ``DataError`` and ``ModelError``."""
        model = data_priors.resolve(dataset, model)
        belief = Belief(model.mu, model.tau if model.heterogeneous else None)
        propriety.require(dataset, model)
        fineness, place = Fineness(), None
        for attempt in range(self.refinements + 1):
            built, rough = surface.build_twice(dataset, model, belief, fineness, place)
            answers = GridAnswers.on(built, model)
            errors = errors_of(answers, GridAnswers.on(rough, model))
            too_large = {axis for axis, worst in errors.items() if max(worst.values()) > self.tolerance}
            wanted = 1.0 if answers.at_the_ends <= self.tolerance else propriety.follow(model.mu)
            if (not too_large and belief.further >= wanted) or attempt == self.refinements:
                break
            belief = belief._replace(further=max(belief.further, wanted))
            place = grids.found_at(built.axes, answers.log_mass, fineness)
            fineness = _refined(fineness, too_large)
        return Posterior(
            dataset=dataset,
            model=model,
            engine="quadrature",
            settings=(
                ("tolerance", f"{self.tolerance:g}"),
                ("nodes", " x ".join(str(a.size) for a in built.axes if a)),
            ),
            studies=built.studies,
            answers=answers,
            log_marginal_likelihood=answers.log_evidence if _proper(model) else None,
            diagnostics=_diagnostics(errors, answers.at_the_ends, self.tolerance, model),
        )


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


def _proper(model: Model) -> bool:
    """Whether the priors that are used integrate to one, so that a marginal likelihood exists."""
    return model.mu.proper and (model.tau.proper or not model.heterogeneous)


def _moments(marginal: Marginal) -> int:
    """How many moments a marginal has: those of a new study's effect exist where mu's and tau's do."""
    return 2 if marginal.sd is not None else 1 if marginal.mean is not None else 0


def _refined(fineness: Fineness, axes: set[str]) -> Fineness:
    """Return everything that concerns the named axes twice as fine."""
    finer = fineness.finer()
    fields = {"theta": ("theta", "theta_most", "curve", "nodes"), "mu": ("mu", "mu_most"), "tau": ("tau",)}
    return fineness._replace(**{field: getattr(finer, field) for axis in axes for field in fields[axis]})


def _diagnostics(
    errors: dict[str, dict[str, float]], at_the_ends: float, tolerance: float, model: Model
) -> Diagnostics:
    """Sum the bounds over the axes, and name what could not be brought below the tolerance."""
    bounds = {name: sum(by_name[name] for by_name in errors.values()) for name in errors["mu"]}
    problems = [
        remedies.inaccurate(name, bound, tolerance)
        for name, bound in bounds.items()
        if not bound <= 3 * tolerance
    ]
    if not at_the_ends <= tolerance:
        problems.append(remedies.beyond(at_the_ends, model))
    numbers = tuple((f"error.{name}", bound) for name, bound in bounds.items())
    return Diagnostics("quadrature", tuple(problems), (*numbers, ("at_the_ends", at_the_ends)))
