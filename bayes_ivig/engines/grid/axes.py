"""Where to put the nodes: axes for theta, mu and tau that follow the data and the priors.

Everything here works on the normal approximation of each study (log odds ratio and standard error); it only
has to be about right, because the engine checks the result and refines it.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from bayes_ivig.engines.grid import tau_axes as tau_grids
from bayes_ivig.engines.grid.own_densities import beyond, steps_of_mu
from bayes_ivig.engines.grid.tau_axes import SHARES, Seen, centre_and_spread, conditional
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.ties import NOISE, narrowest
from bayes_ivig.formulas.ties import most as most_of
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]

MOST_NODES = 40_000
# scale of an axis between two limits, in logits: a posterior against a limit decays on that scale
WIDEST_SHARE = 1.0
# of its width that curves are drawn beyond the mu axis, so that every second node of theirs reaches as far
BEYOND = 0.25
# logits of a place between the limits of effects to which curves are drawn: 4e-9 of the way from a limit
EFFECTS = (-20.0, 20.0)
# places between, and the step wanted there: what a limit cuts off a normal bends on the scale of 1
EVERYWHERE, CUT = np.linspace(-18.0, 18.0, 10), 0.4
MOST_MIDDLES = 9
# steps of mu, per largest tau, that say where its prior jumps; steps of effects there, per step of mu
DENSE, AT_JUMPS = 1e-5, 10.0
DEEP, RIGHT = 1e4, 1e-5  # logs below a curve's top from which it is drawn more finely, to be right to so many
# steps looked at around a mode; the share of one node, and how much closer then
MODE_REACH, ALONE, CLOSER = 6.5, 0.4, 8.0
STEPS = (1.0, 2.0, 4.0, 8.0, 16.0)
# nodes from which more than one dense place is tried, and how many there may be
SEVERAL_FROM, MOST_PLACES = 320, 40


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
        steps = {
            name: factor * getattr(self, name)
            for name in ("theta", "theta_most", "mu", "mu_most", "tau", "curve")
        }
        return self._replace(**steps, nodes=nodes)


class Edges(NamedTuple):
    """Where curves of effects end or bend: how far from 0 they can still change, or the limits of effects
    that have some, and the size of the steps wanted at 0 if a curve has a cusp there.
    """

    far: float
    limits: tuple[float, float] | None = None
    cusp: float | None = None


type Far = float | Edges  # a number where there are neither limits nor cusps


class Belief(NamedTuple):
    """A pair of priors to plan for; ``further`` is how many times as far
    as usual mu is followed to either side.
    """

    mu: Prior
    tau: Prior | None  # None: common effect
    further: float = 1.0


class Axes(NamedTuple):
    """The three axes of a surface; ``tau`` is None under a common effect."""

    theta: Axis
    mu: Axis
    tau: Axis | None


class Place(NamedTuple):
    """Where a posterior was found to lie: a value with the step wanted there;
    that of tau on the axis's inner coordinate.
    """

    mu: tuple[float, float]
    tau: tuple[float, float] | None


def plan(
    estimates: tuple[Array, Array],
    beliefs: list[Belief],
    far: Far,
    fineness: Fineness,
    place: Place | None = None,
) -> Axes:
    """Return axes that resolve every belief's posterior; ``far`` is where curves have stopped changing.

    Where effects have limits the axis of curves lies between them.

    ``place`` is where a posterior was found on axes planned before,
    for tables that no normal approximation describes.
    """
    y, s = estimates
    edges = far if isinstance(far, Edges) else Edges(far)
    priors = [belief.mu for belief in beliefs]
    taus = [belief.tau for belief in beliefs if belief.tau is not None]
    parts = [centre_and_spread(prior) for prior in priors]
    seen: list[Seen] = []
    if taus:
        scale = tau_grids.scale(taus, (y, s), parts)
        seen = [
            tau_grids.look((y, s), own, belief.tau, scale)
            for own, belief in zip(parts, beliefs, strict=True)
            if belief.tau
        ]
    kept = [each.kept for each in seen] if taus else [np.zeros(1)] * len(beliefs)
    conditionals = [conditional(y, s, part, at) for own, at in zip(parts, kept, strict=True) for part in own]
    means, sds = (np.concatenate(values) for values in zip(*conditionals, strict=True))
    if place is not None:
        means, sds = np.append(means, place.mu[0]), np.append(sds, place.mu[1] / fineness.mu)
    if edges.cusp is not None and not taus:
        means, sds = np.append(means, 0.0), np.append(sds, edges.cusp / fineness.mu)
    at, steps = steps_of_mu(priors, means, sds)
    means, sds = np.append(means, at), np.append(sds, steps / Fineness().mu)
    mu_reach = beyond(at, _mu_reach(y, s, priors, max(belief.further for belief in beliefs)))
    mu = mean_axis((means, sds), priors, mu_reach, fineness)
    low, high = min(mu_reach[0], float(mu.x[0])), max(mu_reach[1], float(mu.x[-1]))
    theta = curve_axis(curve_needs((y, s), means, fineness.theta), (low, high), edges, fineness.theta_most)
    own = None if place is None else place.tau
    if not taus:
        return Axes(theta, mu, None)
    return Axes(theta, mu, tau_grids.axis(scale, seen, stretched, fineness.tau, (own, taus)))


def mean_axis(
    conditionals: tuple[Array, Array], priors: list[Prior], reach: tuple[float, float], fineness: Fineness
) -> Axis:
    """Return the axis of a mean, such as mu: between the limits of its priors where there are some; where
    there is one, from there as far as it may lie.
    """
    limits = max(prior.support[0] for prior in priors), min(prior.support[1] for prior in priors)
    if math.isfinite(limits[0]) or math.isfinite(limits[1]):
        low, high = (limit if math.isfinite(limit) else end for limit, end in zip(limits, reach, strict=True))
        return bounded(conditionals, (low, high), (fineness.mu, fineness.mu_most))
    means, sds = conditionals
    return stretched((means, fineness.mu * sds), reach, fineness.mu_most)


def curve_axis(needs: tuple[Array, Array], mu: tuple[float, float], edges: Edges, most: float) -> Axis:
    """Return the axis of curves: between the limits of effects, or beyond where ``mu`` may lie."""
    places, steps = needs
    if edges.cusp is not None:
        places, steps = np.append(places, 0.0), np.append(steps, edges.cusp)
    if edges.limits is not None:
        return bounded((places, steps), edges.limits, (1.0, most), EFFECTS)
    spare = BEYOND * (mu[1] - mu[0])
    return stretched((places, steps), (min(-edges.far, mu[0] - spare), max(edges.far, mu[1] + spare)), most)


def found_at(axes: Axes, log_mass: Array, fineness: Fineness) -> Place:
    """Return where the posterior's mode lies on axes, (mu, tau), and the steps it asks for:
    finer by far if on a node alone.
    """
    i, j = (int(at) for at in np.unravel_index(most_of(log_mass.reshape(-1)), log_mass.shape))
    mu = axes.mu
    share = np.exp(log_mass[:, j] - log_mass[:, j].max())
    own = float(mu.x[i]), _wanted(mu.u, mu.x, share, (i, float(mu.spacing(mu.x[i])), fineness.mu))
    if axes.tau is None:
        return Place(own, None)
    inner = axes.tau.inner
    share = np.exp(log_mass[i] - log_mass[i].max())
    return Place(
        own,
        (
            float(inner[j]),
            _wanted(axes.tau.u, inner, share, (j, axes.tau.inner_spacing(j), 2 * fineness.tau)),
        ),
    )


def _wanted(u: Array, x: Array, share: Array, at: tuple[int, float, float]) -> float:
    """Return the step wanted at a mode: a share of the SD there,
    or of the present step where nodes do not show the SD.
    """
    i, spacing, per_sd = at
    share = share / share.sum()
    near = np.abs(u - u[i]) < MODE_REACH * (u[1] - u[0])
    part = share[near] / share[near].sum()
    mean = part @ x[near]
    sd = math.sqrt(part @ (x[near] - mean) ** 2)
    return per_sd * max(sd, 0.0) if part.max() < ALONE else spacing / CLOSER


def curve_needs(estimates: tuple[Array, Array], means: Array, per_error: float) -> tuple[Array, Array]:
    """Places and steps of the axis of curves: around every estimate,
    and where means lie so deep in a curve that slopes count.

    Interpolation over eight nodes, a share h of the way to the estimate apart,
    is off by about h^8 of the log there.
    """
    y, s = estimates
    middle = np.unique(np.round(means, 6))
    middle = middle if middle.size <= MOST_MIDDLES else np.quantile(middle, np.linspace(0, 1, MOST_MIDDLES))
    away = np.abs(middle[:, None] - y)
    depth = 0.5 * (away / s) ** 2
    steps = np.where(depth > DEEP, away * (RIGHT / np.maximum(depth, DEEP)) ** 0.125, np.inf).min(axis=1)
    deep = np.isfinite(steps)
    return np.append(y, middle[deep]), np.append(per_error * s, steps[deep])


def densest(mu: Axis, least: float) -> Array:
    """Return the places of an axis whose nodes lie closer than a posterior asks for: its prior jumps there,
    and so, nearly, do the effects of studies.
    """
    inner = np.array([centre for centre, _ in ((mu.centre, mu.scale), *mu.more)])
    x = mu.lower + (mu.upper - mu.lower) * special.expit(inner) if mu.link == "interval" else inner
    return np.asarray(x[mu.spacing(x) < least])


def effect_axis(
    mu: Axis,
    spread: float,
    studies: tuple[ArrayLike, ArrayLike] | None = None,
    limits: tuple[float, float] | None = None,
    ends: tuple[ArrayLike, ArrayLike] = ((), ()),
) -> Axis:
    """Return an axis for the effects of studies: as fine as the mu axis where that is finest,
    and around their own estimates.

    ``spread`` is the largest tau that matters; ``studies`` are estimates with standard errors,
    none for a new study. ``limits`` are those of effects that have some, ``ends`` where the posterior of mu
    stops short, with steps.
    """
    x = mu.x
    jumps = densest(mu, DENSE * spread)
    places = np.concatenate([[float(mu.x_of(0.0))], jumps, ends[0]])
    own = float(np.exp(mu.log_slope(0.0))) * mu.step
    needed = np.concatenate([[own], AT_JUMPS * mu.spacing(jumps), ends[1]])
    if studies is not None:
        places = np.append(places, studies[0])
        needed = np.append(needed, 0.35 * np.asarray(studies[1]))
    if limits is not None:
        return bounded((places, needed), limits, (1.0, min(0.15, mu.step)), EFFECTS)
    reach = (float(x[0]) - 8 * spread, float(x[-1]) + 8 * spread)
    return stretched((places, needed), reach, min(0.15, mu.step))


def _mu_reach(y: Array, s: Array, priors: list[Prior], further: float) -> tuple[float, float]:
    """Where mu may lie: everywhere the priors allow, to one in 1e12, or ``further``;
    with a flat one, far beyond the data.
    """
    low, high = float(np.min(y - 9 * s)), float(np.max(y + 9 * s))
    for prior in priors:
        if prior.proper:
            ends = prior.quantile(np.array([1e-12, 1 - 1e-12]))
            low, high = min(low, float(ends[0])), max(high, float(ends[1]))
        else:
            low, high = low - 1e5 * (high - low), high + 1e5 * (high - low)
    spare = 0.0 if further == 1 else (further - 1) * (high - low) / 2
    return low - spare, high + spare


def stretched(needs: tuple[Array, Array], reach: tuple[float, float], most: float) -> Axis:
    """Return the shortest axis whose step at each needed place is at most the one needed there:
    dense in one place or in several.

    Raises ``ModelError`` where it would need more than ``MOST_NODES``.
    """
    places, steps = needs
    centre = float(places[narrowest(steps)])
    candidates = []
    for factor in STEPS:
        scale = factor * float(steps.min()) / most
        step = min(most, float(np.min(steps / np.hypot(scale, places - centre))))
        candidates.append(Axis.spanning("identity", (centre, scale), reach, step))
    best = min(candidates, key=lambda axis: axis.size)
    if best.size > SEVERAL_FROM:
        best = min(best, _several(needs, reach, most), key=lambda axis: axis.size)
    if best.size > MOST_NODES:
        raise ModelError(
            f"a grid fine enough for these trials and priors would need {best.size} nodes, more than "
            f"{MOST_NODES}: some are extremely narrow for how far they lie apart; "
            "widen the prior of mu, or use engine=NUTS()"
        )
    return best


def _several(needs: tuple[Array, Array], reach: tuple[float, float], most: float) -> Axis:
    """Return an axis with several dense places: the finest need first, then always the one least served."""
    places, steps = needs
    shapes: list[tuple[float, float]] = []
    density = np.zeros(places.size)
    for _ in range(MOST_PLACES):
        lacking = 1 / (steps * density) if shapes else 1 / steps
        worst = most_of(lacking)
        if shapes and lacking[worst] <= (1 + NOISE) / most:  # a place of its own is served to the last bit
            break
        shapes.append((float(places[worst]), float(steps[worst]) / most))
        density += 1 / np.hypot(shapes[-1][1], places - shapes[-1][0])
    step = min(most, float(np.min(steps * density)))
    return Axis.spanning("identity", shapes[0], reach, step, more=tuple(shapes[1:]))


def bounded(
    conditionals: tuple[Array, Array],
    limits: tuple[float, float],
    steps_of: tuple[float, float],
    reach: tuple[float, float] = SHARES,
) -> Axis:
    """Return an axis between limits, of a bounded prior of mu or of effects, as fine as the posteriors,
    or what of them is let in, ask for: ``steps_of`` are the step per SD, and at most, in u.

    A normal whose mean lies beyond a limit decays from it on the scale of its variance over the distance.
    """
    low, high = limits
    means, sds = conditionals
    outside = np.maximum(np.maximum(low - means, means - high), 0.0)
    scale = np.where(outside > sds, sds**2 / np.maximum(outside, sds), sds)
    inset = np.minimum(scale, (high - low) / 2)
    places = np.clip(means, low + inset, high - inset)
    share = np.clip((places - low) / (high - low), 1e-15, 1 - 1e-15)
    inner = special.logit(share)
    per_sd, most = steps_of
    steps = np.minimum(per_sd * scale / ((high - low) * share * (1 - share)), WIDEST_SHARE * most)
    if reach == EFFECTS:
        inner, steps = np.append(inner, EVERYWHERE), np.append(steps, np.full(EVERYWHERE.size, CUT))
    return stretched((inner, steps), reach, most).between(low, high)
