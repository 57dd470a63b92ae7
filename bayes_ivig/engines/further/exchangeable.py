"""Groups of trials whose means vary around one centre, integrated exactly:
one prior for every difference of two means.

mu_g = c + e_g, the centre c with the prior of mu, and e_g ~ Normal(0, W s^2 / 2) independently given W, so
that every difference mu_a - mu_b is Normal(0, W s^2) given W. With W = 1 differences are normal(0, s); with
df / W chi-squared with df degrees of freedom they are student_t(df, 0, s), a scale mixture of normals. No
group is the reference: names and their order do not matter. Given c, W and tau the groups are independent, so
that every marginal is a sum over those three of products.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.interpolation import POINTS, interpolate, share_beyond, stencil
from bayes_ivig.kinds.one_line import short_repr
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import Normal, StudentT
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.marginals.marginal import Marginal, PointMarginal

type Array = NDArray[np.float64]

STEP = 0.4  # between nodes of log W
ENDS = 1e-8  # probability of W left out at either end
NARROW = 0.999  # of W: the SD of a mean around the centre that steps must resolve is that of its lower 0.1%
PER_SD = 0.9  # steps per that SD
PER_GROUP = 0.5  # steps per standard error of a group's own pooled estimate
REACH = 4.0  # standard errors from their estimates that studies' effects are looked for with even steps
KNOWN = 6.0  # standard errors around its estimate in which a group's likelihood is all that counts
FARTHEST = 40.0  # half widths of that middle that an axis reaches at most
FAINT = 30.0  # log posterior below its largest at which a tau node no longer counts


@dataclass(frozen=True, eq=False)
class Exchangeable:
    """Log likelihoods of each group's mean on its own axis, (mu, tau), and the nodes of centre, W and tau.

    ``log_prior`` is that of the centre on ``centre``; ``scales`` hold the SD of a mean around the centre at
    every node of W and ``log_scales`` their log prior weights; ``log_prior_tau`` is that of tau with the tau
    weights.
    """

    mu: tuple[Axis, ...]
    tau: Axis | None
    logs: tuple[Array, ...]
    log_prior_tau: Array
    centre: Axis
    log_prior: Array
    scales: Array
    log_scales: Array

    __repr__ = short_repr

    @cached_property
    def _tops(self) -> Array:
        """Largest log likelihood of each group at every tau, shape (G, tau)."""
        return np.stack([log.max(axis=0) for log in self.logs])

    @cached_property
    def _likelihoods(self) -> tuple[Array, ...]:
        """Likelihoods over their largest times the weights of the nodes of mu."""
        pairs = zip(self.logs, self._tops, self.mu, strict=True)
        return tuple(np.exp(log - top + axis.log_weights[:, None]) for log, top, axis in pairs)

    def _at_scales(self) -> Iterator[tuple[int, list[Array], list[Array], Array]]:
        """Yield, per node of W, the kernels (C, M_g), the groups' sums Z_g (C, tau),
        and the weight of each (c, tau).

        Every row of a kernel is scaled to integrate to one on the nodes of mu,
        which holds where steps are coarse far out.
        """
        prior = np.exp(self.log_prior + self.centre.log_weights)[:, None] * np.exp(
            self._log_tau - self._log_tau.max()
        )
        for w, scale in enumerate(self.scales):
            kernels = [_kernel(self.centre.x, axis, float(scale)) for axis in self.mu]
            sums = [kernel @ own for kernel, own in zip(kernels, self._likelihoods, strict=True)]
            yield w, kernels, sums, math.exp(self.log_scales[w]) * prior

    @cached_property
    def _log_tau(self) -> Array:
        return np.asarray(self._tops.sum(axis=0) + self.log_prior_tau)

    @cached_property
    def _summed(self) -> tuple[float, Array, Array, tuple[Array, ...]]:
        """Evidence over its scale, shares of the nodes of tau and of the centre,
        and densities of each mean.
        """
        by_tau, by_centre = np.zeros(self._log_tau.size), np.zeros(self.centre.size)
        means = [np.zeros(axis.size) for axis in self.mu]
        for _, kernels, sums, weight in self._at_scales():
            joint = weight * math.prod(sums)
            by_tau += joint.sum(axis=0)
            by_centre += joint.sum(axis=1)
            for g, kernel in enumerate(kernels):
                others = weight * math.prod(each for h, each in enumerate(sums) if h != g)
                means[g] += ((kernel.T @ others) * self._likelihoods[g]).sum(axis=1)
        total = float(by_tau.sum())
        if not total > 0:
            raise ModelError(
                "contrast: the groups lie further apart than the prior of their difference allows for by any "
                "computation; give a wider one, as in difference='student_t(4, 0, 2)'"
            )
        return total, by_tau / total, by_centre / total, tuple(each / total for each in means)

    @property
    def log_evidence(self) -> float:
        """Log marginal likelihood of all groups."""
        return float(np.log(self._summed[0]) + self._log_tau.max())

    @property
    def at_the_ends(self) -> float:
        """About the largest share of the posterior on the ends of any axis and beyond."""
        _, by_tau, by_centre, means = self._summed
        return max(
            share_beyond(each) for each in (by_centre, *means, *([by_tau] if self.tau is not None else []))
        )

    def spread(self) -> Marginal:
        """Return the marginal of tau."""
        return PointMarginal(0.0) if self.tau is None else GridMarginal(self.tau, _log(self._summed[1]))

    def mean(self, g: int) -> GridMarginal:
        """Return the marginal of one group's mean."""
        return GridMarginal(self.mu[g], _log(self._summed[3][g]))

    def difference(self, a: int, b: int) -> GridMarginal:
        """Return the marginal of mean ``a`` minus mean ``b``,
        summed over the nodes of the better known of the two.

        With d = mu_a - mu_b and m their middle, N(mu_a | c, v) N(mu_b | c,
        v) = N(d | 0, 2 v) N(m | c, v / 2).
        """
        narrow, wide, sign = (a, b, -1.0) if _width(self.mean(a)) < _width(self.mean(b)) else (b, a, 1.0)
        axis = self._difference_axis(a, b)
        inner, outer = self.mu[narrow], self.mu[wide]
        at = inner.x[None, :] + sign * axis.x[:, None]  # of the other mean, shape (D, M)
        position = (outer.u_of(at) - outer.start) / outer.step
        inside = (position >= 0) & (position <= outer.size - 1)
        places = np.where(inside, position, 0.0).reshape(1, -1)
        middles = self._middles(narrow, wide)
        first, (weights,) = stencil(
            (self.centre.u_of((at + inner.x) / 2) - self.centre.start) / self.centre.step, self.centre.size
        )
        cells = (
            np.arange(axis.size)[:, None, None] * self.centre.size + first[:, :, None] + np.arange(POINTS)
        ).ravel()
        density = np.zeros(axis.size)
        # N(d | 0, 2 v), shape (D, W)
        apart = np.exp(-0.25 * (axis.x[:, None] / self.scales) ** 2) / self.scales
        for t in np.flatnonzero(self._log_tau > self._log_tau.max() - FAINT):
            there = interpolate(_finite(self.logs[wide][:, t] - self._tops[wide, t])[None], places)[
                0
            ].reshape(at.shape)
            both = np.where(inside, np.exp(np.minimum(there, 1.0)), 0.0) * self._likelihoods[narrow][:, t]
            at_centre = np.bincount(cells, (both[:, :, None] * weights).ravel(), axis.size * self.centre.size)
            density += ((at_centre.reshape(axis.size, -1) @ middles[:, :, t].T) * apart).sum(axis=1)
        return GridMarginal(axis, _log(density) + axis.log_slope(axis.u))

    def _middles(self, a: int, b: int) -> Array:
        """Return the density of the middle of two means times all that goes with it,
        on the nodes of the centre: (W, C, T).
        """
        middles = np.empty((self.scales.size, self.centre.size, self._log_tau.size))
        for w, _, sums, weight in self._at_scales():
            others = weight * math.prod(each for h, each in enumerate(sums) if h not in (a, b))
            kernel = _normal(
                self.centre.x[:, None], self.centre.x[None, :], float(self.scales[w]) / math.sqrt(2)
            )
            middles[w] = kernel @ others
        return middles

    def _difference_axis(self, a: int, b: int) -> Axis:
        first, second = self.mean(a), self.mean(b)
        centre = float(first.quantile(0.5)) - float(second.quantile(0.5))
        width = float(np.hypot(_width(first), _width(second)))
        (low0, high0), (low1, high1) = (self.mu[g].x[[0, -1]] for g in (a, b))
        return Axis.spanning("identity", (centre, width), (float(low0 - high1), float(high0 - low1)), 0.08)


def mixing(prior: Prior, fineness: Fineness) -> tuple[Array, Array]:
    """Return the nodes of a mean's SD around the centre and their log weights,
    for a normal or Student-t prior of differences.
    """
    if isinstance(prior, Normal):
        return np.array([prior.sd / math.sqrt(2)]), np.zeros(1)
    assert isinstance(prior, StudentT)
    low, high = 2 * special.gammaincinv(prior.df / 2, (ENDS, 1 - ENDS))
    step = STEP * fineness.mu / Fineness().mu
    x = np.arange(math.log(low), math.log(high) + step, step)
    logs = x * prior.df / 2 - np.exp(x) / 2  # of log chi-squared
    return prior.scale * np.sqrt(prior.df / np.exp(x) / 2), np.asarray(logs - np.logaddexp.reduce(logs))


def resolved(prior: Prior, fineness: Fineness) -> float:
    """Return the step that resolves a mean around the centre, wherever that matters."""
    factor = PER_SD * fineness.mu / Fineness().mu
    if isinstance(prior, Normal):
        return factor * prior.sd / math.sqrt(2)
    assert isinstance(prior, StudentT)
    return float(
        factor * prior.scale * math.sqrt(prior.df / (2 * special.gammaincinv(prior.df / 2, NARROW)) / 2)
    )


def axes(
    planned: list[Axis], estimates: list[tuple[Array, Array]], belief: Belief, step: float, fineness: Fineness
) -> tuple[list[Axis], Axis]:
    """Return an axis for each group's mean, and one for the centre,
    given those ``planned`` for every group alone.

    Steps are even where any group's estimates lie, ``step`` at most, and grow beyond. A group that is known
    closely keeps the axis planned for it, whose steps are too long only where its likelihood is nothing.
    """
    pooled = np.concatenate([y for y, _ in estimates]), np.concatenate([s for _, s in estimates])
    middle = float(np.min(pooled[0] - REACH * pooled[1])), float(np.max(pooled[0] + REACH * pooled[1]))
    own = []
    for axis, (y, s) in zip(planned, estimates, strict=True):
        error = float(np.sum(s**-2.0) ** -0.5)
        near = np.abs(axis.x - np.average(y, weights=s**-2.0)) < KNOWN * error
        fine = min(step, PER_GROUP * error * fineness.mu / Fineness().mu)
        close = near.sum() > KNOWN and float(np.max(np.diff(axis.x[near]))) <= step
        own.append(axis if close else _even(axis, middle, fine))
    return own, _even(grids.plan(pooled, [belief], 0.0, fineness).mu, middle, step)


def _even(planned: Axis, middle: tuple[float, float], step: float) -> Axis:
    """Return an axis nearly as far as another, of even steps in its middle;
    one with limits is refined instead.
    """
    if planned.link != "identity":
        return planned.refined(max(1, math.ceil(float(np.max(np.diff(planned.x))) / step)))
    centre, scale = (middle[0] + middle[1]) / 2, max((middle[1] - middle[0]) / 2, step)
    low, high = planned.x[[0, -1]]
    reach = max(float(low), centre - FARTHEST * scale), min(float(high), centre + FARTHEST * scale)
    # at the middle's ends: step
    return Axis.spanning("identity", (centre, scale), reach, step / scale / math.sqrt(2))


def _kernel(centre: Array, axis: Axis, scale: float) -> Array:
    """Return the density of a mean at every centre, (C, M),
    each row integrating to one on the nodes of the mean.
    """
    kernel = _normal(centre[:, None], axis.x[None, :], scale)
    total = (kernel * np.exp(axis.log_weights)).sum(axis=1, keepdims=True)
    return np.divide(kernel, total, out=np.zeros_like(kernel), where=total > 0)


def _normal(a: Array, b: Array, scale: float) -> Array:
    return np.asarray(np.exp(-0.5 * ((a - b) / scale) ** 2) / (scale * math.sqrt(2 * math.pi)))


def _width(marginal: GridMarginal) -> float:
    """Half the central 68% interval."""
    low, high = marginal.interval(0.6827)
    return (high - low) / 2


def _log(values: Array) -> Array:
    return np.log(np.maximum(values, np.finfo(float).tiny))


def _finite(logs: Array) -> Array:
    return np.where(np.isneginf(logs), logs[np.isfinite(logs)].min(), logs)
