"""Where to put the nodes: axes for theta, mu and tau that follow the data and the priors.

Everything here works on the normal approximation of each study (log odds ratio and standard error); it only has to be
about right, because the engine checks the result and refines it.
"""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior
from bayes_ivig.results.axis import Axis

type Array = NDArray[np.float64]

TAU_RANGE, TAU_COUNT = (1e-4, 30.0), 280  # looked at when planning, and wherever a prior has its middle 99.8%
NEGLIGIBLE = -25.0  # log weight of a tau, relative to the best, below which the mu axis need not resolve it
TAU_LIMITS = (1e-9, 1e12)
MOST_NODES = 40_000
STEPS = (1.0, 2.0, 4.0, 8.0, 16.0)
WIDEST_SHARE = 1.0  # scale of an axis between two limits, in logits: a posterior against a limit decays on that scale


class Fineness(NamedTuple):
    """How fine the axes are; refining halves every step and doubles the baseline nodes."""

    theta: float = 0.28  # steps of theta per standard error of a study
    theta_most: float = 0.1  # in u
    mu: float = 0.35  # steps of mu per conditional posterior SD
    mu_most: float = 0.17  # in u
    tau: float = 0.15  # in u, the axis being scaled to twice the posterior SD
    curve: float = 0.16  # in u, the nodes of each study's own curve
    nodes: int = 65  # of the baseline integral

    def finer(self) -> "Fineness":
        """Return everything twice as fine."""
        return self._scaled(0.5, 2 * self.nodes - 1)

    def coarser(self) -> "Fineness":
        """Return everything half as fine."""
        return self._scaled(2.0, (self.nodes + 1) // 2)

    def _scaled(self, factor: float, nodes: int) -> "Fineness":
        steps = {name: factor * getattr(self, name) for name in ("theta", "theta_most", "mu", "mu_most", "tau", "curve")}
        return self._replace(**steps, nodes=nodes)


class Belief(NamedTuple):
    """A pair of priors to plan for."""

    mu: Prior
    tau: Prior | None  # None: common effect


class Axes(NamedTuple):
    """The three axes of a surface; ``tau`` is None under a common effect."""

    theta: Axis
    mu: Axis
    tau: Axis | None


def plan(estimates: tuple[Array, Array], beliefs: list[Belief], far: float, fineness: Fineness) -> Axes:
    """Return axes that resolve every belief's posterior; ``far`` is where curves have stopped changing."""
    y, s = estimates
    conditionals, tau_weights = [], []
    candidates = _candidates([belief.tau for belief in beliefs if belief.tau is not None])
    for belief in beliefs:
        weights = _tau_weights((y, s), belief, candidates)
        kept = weights > NEGLIGIBLE
        tau_weights.append(weights)
        for centre, sd in _parts(belief.mu):
            conditionals.append(_conditional(y, s, (centre, sd), candidates[kept] if belief.tau is not None else np.zeros(1)))
    means, sds = (np.concatenate(values) for values in zip(*conditionals, strict=True))
    mu_reach = _mu_reach(y, s, [belief.mu for belief in beliefs])
    mu = _stretched((means, fineness.mu * sds), mu_reach, fineness.mu_most)
    theta_reach = (min(-far, mu_reach[0]), max(far, mu_reach[1]))
    theta = _stretched((y, fineness.theta * s), theta_reach, fineness.theta_most)
    mu = _bounded(mu, [belief.mu for belief in beliefs])
    taus = [belief.tau for belief in beliefs if belief.tau is not None]
    return Axes(theta, mu, _tau_axis(taus, candidates, tau_weights, fineness.tau) if taus else None)


def effect_axis(mu: Axis, spread: float, studies: tuple[ArrayLike, ArrayLike] | None = None) -> Axis:
    """Return an axis for the effects of studies: as fine as the mu axis where that is finest, and around their own estimates.

    ``spread`` is the largest tau that matters; ``studies`` are estimates with standard errors, none for a new study.
    """
    x = mu.x
    places, needed = np.array([float(mu.x_of(0.0))]), np.array([float(np.exp(mu.log_slope(0.0))) * mu.step])
    if studies is not None:
        places = np.append(places, studies[0])
        needed = np.append(needed, 0.35 * np.asarray(studies[1]))
    reach = (float(x[0]) - 8 * spread, float(x[-1]) + 8 * spread)
    return _stretched((places, needed), reach, min(0.15, mu.step))


def _parts(prior: Prior) -> list[tuple[float, float]]:
    """Return centre and spread of a prior on mu, part by part; an improper one has an infinite spread."""
    match prior:
        case LibraryPrior(prior=inner):
            return _parts(inner)
        case Mixture(parts=parts):
            return [pair for part in parts for pair in _parts(part)]
        case _ if not prior.proper:
            return [(0.0, math.inf)]
        case _:
            low, middle, high = prior.quantile(np.array([0.15865525, 0.5, 0.84134475]))
            return [(float(middle), float(high - low) / 2)]


def _conditional(y: Array, s: Array, prior: tuple[float, float], taus: Array) -> tuple[Array, Array]:
    """Posterior mean and SD of mu given each tau, normal approximation with a normal prior."""
    w = 1 / (s * s + taus[:, None] ** 2)
    precision = w.sum(axis=1) + prior[1] ** -2
    return ((w @ y) + prior[0] * prior[1] ** -2) / precision, 1 / np.sqrt(precision)


def _candidates(priors: list[Prior]) -> Array:
    """Values of tau to look at, in equal ratios."""
    low, high = TAU_RANGE
    for prior in priors:
        if prior.proper:
            ends = np.clip(prior.quantile(np.array([0.001, 0.999])), *TAU_LIMITS)
            low, high = min(low, float(ends[0])), max(high, float(ends[1]))
    return np.geomspace(low, high, TAU_COUNT)


def _tau_weights(data: tuple[Array, Array], belief: Belief, taus: Array) -> Array:
    """Log posterior of log tau on the candidates, relative to its maximum, for the normal approximation."""
    if belief.tau is None:
        return np.zeros(1)
    y, s = data
    best = np.full(taus.size, -np.inf)
    v = s * s + taus[:, None] ** 2
    for centre, sd in _parts(belief.mu):
        mean, conditional_sd = _conditional(y, s, (centre, sd), taus)
        fit = -0.5 * (np.log(v) + (y - mean[:, None]) ** 2 / v).sum(axis=1) + np.log(conditional_sd)
        if math.isfinite(sd):
            fit -= 0.5 * ((mean - centre) / sd) ** 2 + math.log(sd)
        best = np.maximum(best, fit)
    logs = best + belief.tau.logpdf(taus) + np.log(taus)
    if np.isneginf(logs).all():  # a prior so narrow that it falls between two candidates
        logs = -np.abs(np.log(taus / float(belief.tau.quantile(0.5)))) * 1e6
    return np.asarray(logs - logs.max())


def _mu_reach(y: Array, s: Array, priors: list[Prior]) -> tuple[float, float]:
    """Where mu may lie: everywhere the priors allow, to one in 1e12; with a flat one, far beyond the data."""
    low, high = float(np.min(y - 9 * s)), float(np.max(y + 9 * s))
    for prior in priors:
        if prior.proper:
            ends = prior.quantile(np.array([1e-12, 1 - 1e-12]))
            low, high = min(low, float(ends[0])), max(high, float(ends[1]))
        else:
            low, high = low - 1e5 * (high - low), high + 1e5 * (high - low)
    return low, high


def _stretched(needs: tuple[Array, Array], reach: tuple[float, float], most: float) -> Axis:
    """Return the shortest axis whose step at each needed place is at most the one needed there."""
    places, steps = needs
    centre = float(places[np.argmin(steps)])
    candidates = []
    for factor in STEPS:
        scale = factor * float(steps.min()) / most
        step = min(most, float(np.min(steps / np.hypot(scale, places - centre))))
        candidates.append(Axis.spanning("identity", (centre, scale), reach, step))
    best = min(candidates, key=lambda axis: axis.size)
    if best.size > MOST_NODES:
        raise ModelError(
            f"a grid fine enough for these trials and priors would need {best.size} nodes, more than {MOST_NODES}: some are "
            "extremely narrow for how far they lie apart; widen the prior of mu, or use engine=NUTS()"
        )
    return best


def _bounded(mu: Axis, priors: list[Prior]) -> Axis:
    """Confine the mu axis to the limits of a bounded prior, keeping its steps about where they were."""
    low, high = max(prior.support[0] for prior in priors), min(prior.support[1] for prior in priors)
    if not (math.isfinite(low) and math.isfinite(high)):
        return mu
    width = high - low
    centre = min(max(mu.centre, low + 1e-3 * width), high - 1e-3 * width)
    share = (centre - low) / width
    inner_scale = min(mu.scale / (width * share * (1 - share)), WIDEST_SHARE)
    inner = math.log(share / (1 - share))
    step = min(mu.step, 0.1)
    return Axis.spanning("identity", (inner, inner_scale), (-36.0, 36.0), step).between(low, high)


def _tau_axis(priors: list[Prior], taus: Array, weights: list[Array], step: float) -> Axis:
    """Return the tau axis: even steps where the posteriors lie, equal ratios towards 0, as far as the priors reach."""
    lower, upper = max(prior.support[0] for prior in priors), min(prior.support[1] for prior in priors)
    lower = max(lower, 0.0)
    low, high = _tau_reach(priors)
    shares = np.exp(weights) / np.exp(weights).sum(axis=1, keepdims=True)
    unit = float(np.exp((shares @ np.log(taus)).mean()))
    unit = max(unit, 3 * low)
    if math.isfinite(upper):
        axis = Axis("interval", 0.0, 1.0, 0.0, 1.0, 9, lower, upper)
        limits = (-36.0, 36.0)
    else:
        axis = Axis("softplus", 0.0, 1.0, 0.0, 1.0, 9, unit=unit)
        limits = (float(_inner(axis, low)), float(_inner(axis, high)))
    margin = 1e-3 * (min(upper, 1e6) - lower)
    inner = _inner(axis, np.clip(taus, lower + margin * (lower > 0), upper - margin if math.isfinite(upper) else upper))
    means = shares @ inner
    sds = np.sqrt((shares * (inner - means[:, None]) ** 2).sum(axis=1))
    best = int(np.argmin(sds))
    shape = (float(means[best]), max(2 * float(sds[best]), 1e-6))
    spanned = Axis.spanning("identity", shape, limits, step)
    return replace(spanned, link=axis.link, lower=axis.lower, upper=axis.upper, unit=axis.unit)


def _tau_reach(priors: list[Prior]) -> tuple[float, float]:
    """Smallest and largest tau that any of the priors makes more likely than one in 1e12, within fixed limits."""
    low, high = 1e-3, 1.0
    for prior in priors:
        if prior.proper:
            ends = prior.quantile(np.array([1e-12, 1 - 1e-12]))
            low, high = min(low, float(ends[0])), max(high, float(ends[1]))
        else:
            low, high = TAU_LIMITS
    return max(low, TAU_LIMITS[0]), min(high, TAU_LIMITS[1])


def _inner(axis: Axis, x: "Array | float") -> Array:
    """Inner coordinate of x on an axis of centre 0 and scale 1."""
    return np.sinh(axis.u_of(x))
