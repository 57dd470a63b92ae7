"""Groups of trials side by side: each its own mean effect, all one tau,
integrated exactly on likelihood surfaces.

Their means are exchangeable around one centre, with one prior for every difference (``exchangeable``), or
independent. Then L(mu_1 .. mu_G, tau) = product over groups of the sum of their studies' surfaces, so that
given tau the means are independent: every marginal is a sum over tau of products, and a difference of two
means a convolution at each tau.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.further import exchangeable
from bayes_ivig.engines.further.exchangeable import Exchangeable
from bayes_ivig.engines.grid import accuracy as stated_error
from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import curves, surface
from bayes_ivig.engines.grid.axes import Axes, Belief, Fineness
from bayes_ivig.engines.grid.surface import Surface
from bayes_ivig.formulas.interpolation import interpolate, share_beyond
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal
from bayes_ivig.results.posterior.diagnostics import Diagnostics

type Array = NDArray[np.float64]

TOLERANCE = 1e-4
REFINEMENTS = 3
STEP = 0.12  # of the axis of a difference, in units of about half its SD
FAINT = 30.0  # log posterior below its largest at which a tau node no longer counts
FAR = 12.0  # SDs from the mean that the axis of a difference reaches at least


@dataclass(frozen=True, eq=False)
class Groups:
    """Log posteriors of each group's mean on its own axis, (mu, tau),
    over one tau axis (None under a common effect).

    ``logs`` hold the log likelihood and the log prior of mu,
    ``log_prior_tau`` that of tau with the tau weights.
    """

    mu: tuple[Axis, ...]
    tau: Axis | None
    logs: tuple[Array, ...]
    log_prior_tau: Array

    @cached_property
    def by_tau(self) -> Array:
        """Log evidence of each group at every tau, shape (G, tau)."""
        pairs = zip(self.logs, self.mu, strict=True)
        return np.stack([np.logaddexp.reduce(log + axis.log_weights[:, None], axis=0) for log, axis in pairs])

    @cached_property
    def log_tau(self) -> Array:
        """Log posterior of the tau nodes, up to the evidence."""
        return np.asarray(self.by_tau.sum(axis=0) + self.log_prior_tau)

    @property
    def log_evidence(self) -> float:
        """Log marginal likelihood of all groups."""
        return float(np.logaddexp.reduce(self.log_tau))

    @property
    def at_the_ends(self) -> float:
        """About the largest share of the posterior on the ends of any axis and beyond."""
        shares = [share_beyond(np.exp(self.log_tau - self.log_evidence)) if self.tau is not None else 0.0]
        for g, axis in enumerate(self.mu):
            mass = np.exp(self._log_mean(g) + axis.log_weights - self.log_evidence)
            shares.append(share_beyond(mass))
        return float(max(shares))

    def spread(self) -> Marginal:
        """Return the marginal of tau."""
        return PointMarginal(0.0) if self.tau is None else GridMarginal(self.tau, self.log_tau)

    def mean(self, g: int) -> GridMarginal:
        """Return the marginal of one group's mean."""
        return GridMarginal(self.mu[g], self._log_mean(g) + self.mu[g].log_slope(self.mu[g].u))

    def _log_mean(self, g: int) -> Array:
        return np.asarray(np.logaddexp.reduce(self.logs[g] + (self.log_tau - self.by_tau[g]), axis=1))

    def difference(self, a: int, b: int) -> GridMarginal:
        """Return the marginal of mean ``a`` minus mean ``b``:
        at each tau a convolution, over the nodes of the narrower.
        """
        first, second = self.mean(a), self.mean(b)
        narrow, wide, sign = (a, b, -1.0) if _width(first) < _width(second) else (b, a, 1.0)
        axis = _difference_axis((first, second), (self.mu[a], self.mu[b]))
        share = self.log_tau - self.by_tau[a] - self.by_tau[b]
        counted = self.log_tau > self.log_tau.max() - FAINT
        inner, outer = self.mu[narrow], self.mu[wide]
        at = inner.x[None, :] + sign * axis.x[:, None]
        position = (outer.u_of(at) - outer.start) / outer.step
        inside = (position >= 0) & (position <= outer.size - 1) & np.isfinite(position)
        safe = np.where(inside, position, 0.0).reshape(1, -1)
        logs = np.full(axis.size, -np.inf)
        for t in np.flatnonzero(counted):
            there = np.where(
                inside, interpolate(_finite(self.logs[wide][:, t])[None], safe)[0].reshape(at.shape), -np.inf
            )
            there = np.minimum(there, self.logs[wide][:, t].max() + 1.0)
            terms = there + self.logs[narrow][:, t] + inner.log_weights + share[t]
            logs = np.logaddexp(logs, np.logaddexp.reduce(terms, axis=1))
        return GridMarginal(axis, logs + axis.log_slope(axis.u))


@dataclass(frozen=True, eq=False)
class Differences(Mapping[tuple[str, str], Marginal]):
    """Differences of the means of all pairs of named groups, each made when first asked for."""

    groups: "Groups | Exchangeable"
    names: tuple[str, ...]
    _made: dict[tuple[str, str], Marginal] = field(default_factory=dict, repr=False)

    __repr__ = short_repr

    def __getitem__(self, pair: tuple[str, str]) -> Marginal:
        if pair not in set(self):
            raise KeyError(pair)
        if pair not in self._made:
            self._made[pair] = self.groups.difference(*(self.names.index(name) for name in pair))
        return self._made[pair]

    def _ipython_key_completions_(self) -> list[tuple[str, str]]:
        """Return the keys that a notebook offers between brackets."""
        return list(self)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return combinations(self.names, 2)

    def __len__(self) -> int:
        return len(self.names) * (len(self.names) - 1) // 2


def solve(
    parts: tuple[Dataset, ...], model: Model, apart: Prior | None = None
) -> "tuple[Groups | Exchangeable, Diagnostics]":
    """Return the posterior of all groups, refined until the stated error of every mean,
    of tau and of the evidence is small.

    ``apart`` is the prior of a difference of two means, None for independent means. The bound compares
    everything with the same at twice the step. Raises ``DataError`` where a group says nothing.
    """
    groups, bounds = stated_error.refined(
        lambda fine: _groups(parts, model, apart, fine), _numbers, TOLERANCE, REFINEMENTS
    )
    return groups, stated_error.diagnostics(bounds, groups.at_the_ends, TOLERANCE, model)


def _numbers(groups: "Groups | Exchangeable") -> stated_error.Numbers:
    marginals: dict[str, Marginal] = {f"mu[{g}]": groups.mean(g) for g in range(len(groups.mu))}
    numbers = stated_error.numbers_of(marginals | {"tau": groups.spread()})
    return numbers | {"log_marginal_likelihood": np.array([stated_error.EVIDENCE, groups.log_evidence])}


def _groups(
    parts: tuple[Dataset, ...], model: Model, apart: Prior | None, fineness: Fineness
) -> "Groups | Exchangeable":
    """Compute every group's surface on its own theta and mu axes and on the tau axis of all."""
    belief = Belief(model.mu, model.tau if model.heterogeneous else None)
    counts = [counts_of(curves.informative(part, model)) for part in parts]
    estimates = [model.family.estimates(each) for each in counts]
    tau = _shared_tau(estimates, belief, fineness)
    planned = [
        grids.plan(estimate, [belief], curves.reach(each, model), fineness)
        for each, estimate in zip(counts, estimates, strict=True)
    ]
    mu, centre = [axes.mu for axes in planned], None
    if apart is not None:
        mu, centre = exchangeable.axes(
            mu, estimates, belief, exchangeable.resolved(apart, fineness), fineness
        )
    logs = []
    for g, (part, each) in enumerate(zip(parts, counts, strict=True)):
        axes = Axes(planned[g].theta, mu[g], tau)
        rows = curves.log_curves(each, model, axes.theta.x, fineness)
        bare = Surface(part.study_names, estimates[g], axes, rows, rows, None, surface.mixing_of(model))
        logs.append(surface.smoothed(bare).total())
    log_prior = np.zeros(1) if tau is None else model.tau.logpdf(tau.x) + tau.log_weights
    if apart is None or centre is None:
        own = tuple(log + model.mu.logpdf(axis.x)[:, None] for log, axis in zip(logs, mu, strict=True))
        return Groups(tuple(mu), tau, own, log_prior)
    scales, weights = exchangeable.mixing(apart, fineness)
    return Exchangeable(
        tuple(mu), tau, tuple(logs), log_prior, centre, model.mu.logpdf(centre.x), scales, weights
    )


def _shared_tau(estimates: list[tuple[Array, Array]], belief: Belief, fineness: Fineness) -> Axis | None:
    """Return a tau axis for the deviations of all studies from their own group's mean."""
    if belief.tau is None:
        return None
    centred = [y - np.average(y, weights=1 / s**2) for y, s in estimates]
    pooled = np.concatenate(centred), np.concatenate([s for _, s in estimates])
    return grids.plan(pooled, [belief], 0.0, fineness).tau


def _difference_axis(marginals: tuple[GridMarginal, GridMarginal], axes: tuple[Axis, Axis]) -> Axis:
    """Return an axis for a difference: as far as both means reach, fine where it is likely."""
    centre = float(marginals[0].quantile(0.5)) - float(marginals[1].quantile(0.5))
    width = float(np.hypot(_width(marginals[0]), _width(marginals[1])))
    (low0, high0), (low1, high1) = (axis.x[[0, -1]] for axis in axes)
    reach = (min(low0 - high1, centre - FAR * width), max(high0 - low1, centre + FAR * width))
    return Axis.spanning("identity", (centre, width), (float(reach[0]), float(reach[1])), STEP)


def _width(marginal: GridMarginal) -> float:
    """Half the central 68% interval."""
    low, high = marginal.interval(0.6827)
    return (high - low) / 2


def _finite(logs: Array) -> Array:
    return np.where(np.isneginf(logs), logs[np.isfinite(logs)].min(), logs)
