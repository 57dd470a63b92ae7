"""Sums over four parameters of a bias-adjusted posterior, three at a time.

The log likelihood is U(mu, tau) + F(mu + beta0, hypot(tau, kappa)), U the sum of the surfaces of unflagged
trials and F that of flagged ones. Over beta0 at every s first, then over kappa, it becomes one of (mu, tau);
over kappa at every m first, then over tau, one of (mu, beta0).
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.biased.axes import BiasAxes
from bayes_ivig.engines.grid.smoothing import at_points
from bayes_ivig.formulas.interpolation import POINTS, log_sum, share_beyond
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.inputs.model.covariates import BiasAdjusted
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal

type Array = NDArray[np.float64]

HELD = 2_000_000  # numbers held at once
SUMMED = ("mu", "tau", "beta0", "kappa")


def looked_up(rows: Array, axis: Axis, x: Array) -> Array:
    """Return log rows (R, n) at values of any shape, (R, ...)."""
    flat = x.reshape(-1)
    order = np.argsort(flat, kind="stable")
    out = np.empty((rows.shape[0], flat.size))
    out[:, order] = at_points(rows, axis, flat[order])
    return out.reshape(rows.shape[0], *x.shape)


def at_sums(rows: Array, axis: Axis, mu: Array, beta0: Array) -> Array:
    """Return log rows (R, m) at mu + beta0, (R, mu, beta0)."""
    return looked_up(rows, axis, np.add.outer(mu, beta0))


def at_spreads(rows: Array, axis: Axis, tau: Array, kappa: Array) -> Array:
    """Return log rows (R, s) at hypot(tau, kappa), (R, tau, kappa)."""
    return looked_up(rows, axis, np.hypot.outer(tau, kappa))


def _range(logs: Array, share: float) -> slice:
    """Return the nodes from the first to the last on which enough lies, enough of them to interpolate."""
    counts = np.flatnonzero(logs > logs.max() + np.log(share))
    low, high = int(counts[0]), int(counts[-1]) + 1
    lacking = max(0, POINTS + 1 - (high - low))
    low = max(0, min(low - lacking // 2, logs.size - POINTS - 1))
    return slice(low, max(high, min(low + POINTS + 1, logs.size)))


def _part(axis: Axis, kept: slice) -> Axis:
    return replace(axis, start=axis.start + axis.step * kept.start, size=kept.stop - kept.start)


@dataclass(frozen=True, eq=False)
class Sums:
    """Log likelihoods of all unflagged trials, (mu, tau), and of all flagged ones, (m, s), under a model's
    priors; either may be zeros.
    """

    axes: BiasAxes
    unflagged: Array
    flagged: Array
    model: BiasAdjusted

    def thinned(self, *which: str) -> "Sums":
        """Return the same with every second node of the named parameters left out."""
        mu, tau = (slice(None, None, 2 if name in which else 1) for name in ("mu", "tau"))
        return replace(self, axes=self.axes.halved(*which), unflagged=self.unflagged[mu, tau])

    def trimmed(self, share: float) -> "Sums":
        """Return the same on the nodes of each parameter on which more than a share of the largest lies."""
        kept = {name: _range(self.rows(name), share) for name in SUMMED}
        axes = self.axes._replace(**{name: _part(getattr(self.axes, name), kept[name]) for name in SUMMED})
        return replace(self, axes=axes, unflagged=self.unflagged[kept["mu"], kept["tau"]])

    def joint(self, flagged: Array) -> Array:
        """Return the log joint of all four with some log likelihood (m, s) of flagged trials, per node of
        each, (mu, tau, beta0, kappa).
        """
        axes = self.axes
        values = at_spreads(flagged, axes.s, axes.tau.x, axes.kappa.x).reshape(flagged.shape[0], -1).T
        values = at_sums(values, axes.m, axes.mu.x, axes.beta0.x)
        shown = values.reshape(axes.tau.size, axes.kappa.size, axes.mu.size, axes.beta0.size)
        bias = self.log_prior("beta0")[:, None] + self.log_prior("kappa")
        return np.moveaxis(shown, (0, 1), (1, 3)) + self.alone[:, :, None, None] + bias

    def log_prior(self, name: str) -> Array:
        """Return the log prior of a parameter at its nodes, times the weight of each node."""
        axis: Axis = getattr(self.axes, name)
        return np.asarray(getattr(self.model, name).logpdf(axis.x) + axis.log_weights)

    @cached_property
    def alone(self) -> Array:
        """Log joint of mu and tau without flagged trials, per node of both, (mu, tau)."""
        return self.unflagged + self.log_prior("mu")[:, None] + self.log_prior("tau")

    @cached_property
    def over_bias(self) -> Array:
        """Log likelihood of flagged trials, beta0 summed out, (mu, s)."""
        axes, prior = self.axes, self.log_prior("beta0")
        parts = [
            log_sum(at_sums(self.flagged.T, axes.m, axes.mu.x[some], axes.beta0.x) + prior, axis=2)
            for some in self._blocks(axes.s.size)
        ]
        return np.concatenate(parts, axis=1).T

    @cached_property
    def by_spread(self) -> Array:
        """Log joint, beta0 summed out, per node of mu, tau and kappa, (mu, tau, kappa)."""
        values = at_spreads(self.over_bias, self.axes.s, self.axes.tau.x, self.axes.kappa.x)
        return shaken(values + self.alone[:, :, None] + self.log_prior("kappa"))

    @cached_property
    def log_mass(self) -> Array:
        """Log joint of mu and tau, per node of both, (mu, tau)."""
        return log_sum(self.by_spread, axis=2)

    @cached_property
    def by_mean(self) -> Array:
        """Log joint of mu and beta0, per node of both, (mu, beta0)."""
        axes = self.axes
        values = at_spreads(self.flagged, axes.s, axes.tau.x, axes.kappa.x)
        over_kappa = log_sum(values + self.log_prior("kappa"), axis=2)
        parts = [
            log_sum(
                at_sums(over_kappa.T, axes.m, axes.mu.x[some], axes.beta0.x) + self.alone.T[:, some, None],
                axis=0,
            )
            for some in self._blocks(axes.tau.size)
        ]
        return np.concatenate(parts) + self.log_prior("beta0")

    def _blocks(self, rows: int) -> list[slice]:
        """Return a few nodes of mu at a time, for so many rows at every node of beta0."""
        step = max(1, HELD // (rows * self.axes.beta0.size))
        return [slice(start, start + step) for start in range(0, self.axes.mu.size, step)]

    def rows(self, name: str) -> Array:
        """Return the log posterior mass of the nodes of one parameter."""
        match name:
            case "mu":
                return log_sum(self.log_mass, axis=1)
            case "tau":
                return log_sum(self.log_mass, axis=0)
            case "kappa":
                return log_sum(self.by_spread.reshape(-1, self.axes.kappa.size), axis=0)
            case _:
                return log_sum(self.by_mean, axis=0)

    def marginal(self, name: str) -> GridMarginal:
        """Return the marginal of mu, tau, beta0 or kappa."""
        return GridMarginal(getattr(self.axes, name), self.rows(name))

    @cached_property
    def log_evidence(self) -> float:
        """Log marginal likelihood."""
        return float(log_sum(self.log_mass.reshape(-1), axis=0))

    @property
    def at_the_ends(self) -> float:
        """About what share of the posterior lies on the ends of an axis and beyond."""
        rows = [self.rows(name) for name in SUMMED]
        return max(share_beyond(np.exp(each - log_sum(each, axis=0))) for each in rows)
