"""Where the nodes of a bias-adjusted posterior lie: axes for mu, tau, beta0 and kappa, and for what flagged
trials are asked at, m = mu + beta0 and s = hypot(tau, kappa).

Given tau and kappa everything is normal in the approximation of each study by its estimate: all flagged
trials together are one estimate of mu + beta0, which is what decides where mu and beta0 lie, and how narrow
one is given the other.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grid import axes as grids
from bayes_ivig.engines.grid import tau_axes
from bayes_ivig.engines.grid.axes import Belief, Edges, Far, Fineness
from bayes_ivig.engines.grid.own_densities import beyond, steps_of_mu
from bayes_ivig.engines.grid.propriety import tail
from bayes_ivig.inputs.model.covariates import BiasAdjusted
from bayes_ivig.priors.composite import Prior
from bayes_ivig.priors.families import Normal
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Estimates = tuple[Array, Array]
type Groups = Mapping[str, Fineness]

GROUPS = ("theta", "mu", "tau", "beta0", "kappa")  # what is refined together; theta stands for both surfaces
PLACES = np.array(
    [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]
)  # SDs around a mean at which steps of one given others are wanted
SHARES = np.array([0.02, 0.2, 0.5, 0.8])  # quantiles of tau and of kappa that axes are planned for
OF_SPREAD = 0.15  # step of s, in its stretched coordinate
SMALLEST = 1e-6  # of the least standard error: s below it leaves every curve as it is
NOBODY = (
    np.array([0.0]),
    np.array([100.0]),
)  # an estimate that says nothing, where a kind of trial is missing
WIDEST = 1.0  # standard error at which nodes are as close as they would be for any wider one
LIGHT, HEAVY = 1e-12, 1e-7  # share of a prior on either side of its axis at first; that of a power tail
QUANTILES = 7.03  # SDs of a normal to its quantile of 1e-12


class BiasAxes(NamedTuple):
    """The axes: curves of unflagged and of flagged trials, and the six they are asked at or summed over."""

    unflagged: Axis
    flagged: Axis
    mu: Axis
    tau: Axis
    m: Axis
    s: Axis
    beta0: Axis
    kappa: Axis

    @property
    def cells(self) -> int:
        """How many numbers the largest sum is over."""
        return self.mu.size * self.beta0.size * max(self.s.size, self.tau.size)

    def halved(self, *which: str) -> "BiasAxes":
        """Return the same axes with every second node of the named ones."""
        return self._replace(**{name: getattr(self, name).halved() for name in which})


class Known(NamedTuple):
    """Estimates with standard errors of unflagged and of flagged trials; how far curves of each reach."""

    unflagged: Estimates
    flagged: Estimates
    far: tuple[Far, Far]


def plan(known: Known, model: BiasAdjusted, fineness: Groups, further: float = 1.0) -> BiasAxes:
    """Return axes that resolve the posterior."""
    taus, tau = _spread_axis(known, model, "tau", fineness["tau"])
    kappas, kappa = _spread_axis(known, model, "kappa", fineness["kappa"])
    at = _places(known, model, (taus, kappas))
    mu = _axis(model.mu, at["mu"], _reach(model.mu, known.unflagged, further), fineness["mu"])
    y, s = known.flagged
    beta0 = _axis(model.beta0, at["beta0"], _reach(model.beta0, None, further), fineness["beta0"])
    own = fineness["theta"]
    low, high = float(mu.x[0] + beta0.x[0]), float(mu.x[-1] + beta0.x[-1])
    pooled = 1 / np.sum(s**-2.0)
    needs = (
        np.append(y, pooled * np.sum(y / s**2)),
        np.append(own.theta * np.minimum(s, WIDEST), own.mu * min(WIDEST, math.sqrt(pooled))),
    )
    m = grids.stretched(needs, (min(low, float(y.min())), max(high, float(y.max()))), own.theta_most)
    return BiasAxes(
        _curves(known.unflagged, mu, known.far[0], own),
        _curves(known.flagged, m, known.far[1], own),
        mu,
        tau,
        m,
        _both(min(WIDEST, float(s.min())), (tau, kappa), own),
        beta0,
        kappa,
    )


def _both(least: float, spreads: tuple[Axis, Axis], fineness: Fineness) -> Axis:
    """Return the axis of s = hypot(tau, kappa), in equal ratios from where it matters on."""
    low = min(SMALLEST * least, *(0.5 * float(axis.x[-1]) for axis in spreads))
    high = 1.01 * math.hypot(*(float(axis.x[-1]) for axis in spreads))
    reach = tuple(ratio + math.log(-math.expm1(-ratio)) for ratio in (low / least, high / least))
    step = OF_SPREAD * fineness.theta / Fineness().theta
    spanned = Axis.spanning("softplus", (0.0, 1.0), (reach[0], reach[1]), step)
    return replace(spanned, unit=least)


def _spread_axis(known: Known, model: BiasAdjusted, which: str, fineness: Fineness) -> tuple[Array, Axis]:
    """Return values that tau or kappa is likely to take, and its axis: planned for data in which the
    other one has its median, and in which it is 0.
    """
    prior: Prior = getattr(model, which)
    (y, s), (flagged, error) = known.unflagged, known.flagged
    centre, spread = _middle(model.beta0)
    if which == "tau":
        other = math.hypot(spread, float(model.kappa.quantile(0.5)))
        parts = tau_axes.centre_and_spread(model.mu)
        both = np.append(y, flagged - centre)
        data = [(both, np.append(s, error)), (both, np.append(s, np.hypot(error, other)))]
    else:
        other = float(model.tau.quantile(0.5))
        parts = [(a + c, math.hypot(b, d)) for a, b in tau_axes.centre_and_spread(model.mu)
                 for c, d in tau_axes.centre_and_spread(model.beta0)]  # fmt: skip
        data = [(flagged, error), (flagged, np.hypot(error, other))]
    scale = tau_axes.scale([prior], data[0], [parts])
    seen = [tau_axes.look(each, parts, prior, scale) for each in data]
    axis = tau_axes.axis(scale, seen, grids.stretched, fineness.tau, (None, [prior]))
    if math.isfinite(tail(prior)):
        inside = int(np.count_nonzero(axis.x < float(prior.quantile(1 - HEAVY))))
        axis = replace(axis, size=min(axis.size, inside + 1))
    likely = [np.interp(SHARES, np.cumsum(each.shares), scale.tau(each.z)) for each in seen]
    return np.concatenate(likely), axis


def _places(known: Known, model: BiasAdjusted, likely: tuple[Array, Array]) -> dict[str, tuple[Array, Array]]:
    """Return, for mu and beta0, where each may lie given likely tau and kappa, and its SD given the other."""
    (y, s), (flagged, error) = known.unflagged, known.flagged
    found: dict[str, list[tuple[float, float]]] = {"mu": [], "beta0": []}
    parts = [(a, b) for a in tau_axes.centre_and_spread(model.mu)
             for b in tau_axes.centre_and_spread(model.beta0)]  # fmt: skip
    for tau in likely[0]:
        weight = 1 / (s**2 + tau**2)
        for kappa in likely[1]:
            of_sum = 1 / (error**2 + tau**2 + kappa**2)
            shown, held = float(of_sum @ flagged / of_sum.sum()), float(of_sum.sum())
            for (centre, spread), (bias, width) in parts:
                own = float(weight.sum()) + spread**-2
                alone = (float(weight @ y) + centre * spread**-2) / own
                mean, sd = _pooled((alone, own), (shown - bias, 1 / (1 / held + width**2)))
                found["mu"] += [(mean + q * sd, 1 / math.sqrt(own + held)) for q in PLACES]
                mean, sd = _pooled((bias, width**-2), (shown - alone, 1 / (1 / held + 1 / own)))
                found["beta0"] += [(mean + q * sd, 1 / math.sqrt(width**-2 + held)) for q in PLACES]
    return {name: (np.array(pairs)[:, 0], np.array(pairs)[:, 1]) for name, pairs in found.items()}


def _pooled(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Return mean and SD of two values with precisions, pooled."""
    total = one[1] + other[1]
    return (one[0] * one[1] + other[0] * other[1]) / total, 1 / math.sqrt(total)


def _axis(prior: Prior, needs: tuple[Array, Array], reach: tuple[float, float], fineness: Fineness) -> Axis:
    """Return the axis of a mean with these places and conditional SDs."""
    means, sds = needs
    at, steps = steps_of_mu([prior], means, sds)
    means, sds = np.append(means, at), np.append(sds, steps / Fineness().mu)
    return grids.mean_axis((means, sds), [prior], beyond(at, reach), fineness)


def _reach(prior: Prior, data: Estimates | None, further: float) -> tuple[float, float]:
    """Return where a mean may lie: where its prior allows, to one in 1e12 or, in power tails, in 1e7, and
    where data are.
    """
    share = HEAVY if math.isfinite(tail(prior)) else LIGHT
    low, high = (float(end) for end in prior.quantile(np.array([share, 1 - share])))
    if data is not None:
        y, s = data
        low, high = min(low, float(np.min(y - 9 * s))), max(high, float(np.max(y + 9 * s)))
    spare = (further - 1) * (high - low) / 2
    return low - spare, high + spare


def _curves(known: Estimates, asked: Axis, far: Far, fineness: Fineness) -> Axis:
    """Return the axis of curves that are averaged around values of another axis."""
    low, high = float(asked.x[0]), float(asked.x[-1])
    around = Normal((low + high) / 2, (high - low) / (2 * QUANTILES))
    edges = far if isinstance(far, Edges) else Edges(far)
    return grids.plan(known, [Belief(around, None)], edges, fineness).theta


def _middle(prior: Prior) -> tuple[float, float]:
    """Return the median of a prior and half the width of its central 68 %."""
    low, middle, high = (float(x) for x in prior.quantile(np.array([0.15865525, 0.5, 0.84134475])))
    return middle, (high - low) / 2
