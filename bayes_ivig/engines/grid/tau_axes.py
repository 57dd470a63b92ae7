"""Where tau lies under each belief, for the normal approximation of each study,
and the axis that resolves all of them.

The coordinate z is log tau, or the logit of tau's place between two finite limits. A belief's posterior is
first looked at everywhere the prior or the data may put it, and again, closer, for as long as it falls
between a few values.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.grid.own_densities import beyond, modes, steps_of_tau
from bayes_ivig.formulas.ties import narrowest
from bayes_ivig.priors.composite import LibraryPrior, Mixture, Prior
from bayes_ivig.results.marginals.axis import Axis

type Array = NDArray[np.float64]
type Stretched = Callable[[tuple[Array, Array], tuple[float, float], float], Axis]

TAU_RANGE, TAU_COUNT = (1e-4, 30.0), 280  # looked at when planning, and wherever a prior has its middle 99.8%
CLOSER = 60  # values looked at again where a posterior falls between few
TAU_LIMITS = (1e-9, 1e12)
LEAST_TAU = 1e-100  # where a prior of a logarithm with heavy tails has its ends at 0, in floats
# a prior of smaller taus moves the lower limit this far below its quantile of this probability
LITTLE, BELOW = 1e-4, 1e-3
SHARES = (-36.0, 36.0)  # logits of a place between two limits: doubles tell no more apart
NEGLIGIBLE = -25.0  # log weight of a tau, relative to the best, below which the mu axis need not resolve it
POSSIBLE = -60.0  # log weight, relative to the best, down to which the tau axis reaches
CORE, FEW = -2.0, 5  # values of tau this near the best are wanted in this number at least
LOOKS = 8
NARROWEST = 1e-6  # SD on the inner coordinate of an axis that is worth resolving
MOST_SPREAD = 1.5  # times half the width of the central 68 %: a heavy tail makes an SD of its own
SIDE = 2.0  # times its distance from the median that a place one SD to the side needs no finer steps
TWICE = 2.0  # steps of the axis are those of one shape, scaled to twice the posterior SD


class Scale(NamedTuple):
    """Limits of tau common to all beliefs, the least tau worth resolving,
    and the range of z to look at and to reach.
    """

    lower: float
    upper: float
    least: float
    look: tuple[float, float]
    reach: tuple[float, float]

    @property
    def bounded(self) -> bool:
        """Whether both limits are finite."""
        return math.isfinite(self.upper)

    def tau(self, z: Array) -> Array:
        """Return tau at z."""
        return self.lower + (self.upper - self.lower) * special.expit(z) if self.bounded else np.exp(z)

    def log_slope(self, z: Array) -> Array:
        """Return log d tau / dz."""
        if not self.bounded:
            return z
        return np.asarray(math.log(self.upper - self.lower) - np.logaddexp(0, z) - np.logaddexp(0, -z))


class Seen(NamedTuple):
    """The posterior of z under one belief: values, shares that add up to one, taus to resolve mu at,
    and how far z reaches.
    """

    z: Array
    shares: Array
    kept: Array
    reach: tuple[float, float]


def centre_and_spread(prior: Prior) -> list[tuple[float, float]]:
    """Return centre and spread of a prior on mu, part by part; an improper one has an infinite spread."""
    match prior:
        case LibraryPrior(prior=inner):
            return centre_and_spread(inner)
        case Mixture(parts=parts):
            return [pair for part in parts for pair in centre_and_spread(part)]
        case _ if not prior.proper:
            return [(0.0, math.inf)]
        case _ if len(own := modes(prior)) > 1:
            return [*own]
        case _:
            low, middle, high = prior.quantile(np.array([0.15865525, 0.5, 0.84134475]))
            return [(float(middle), float(high - low) / 2)]


def conditional(y: Array, s: Array, prior: tuple[float, float], taus: Array) -> tuple[Array, Array]:
    """Posterior mean and SD of mu given each tau, normal approximation with a normal prior."""
    w = 1 / (s * s + taus[:, None] ** 2)
    precision = w.sum(axis=1) + prior[1] ** -2
    return ((w @ y) + prior[0] * prior[1] ** -2) / precision, 1 / np.sqrt(precision)


def scale(priors: list[Prior], data: tuple[Array, Array], mu: list[list[tuple[float, float]]]) -> Scale:
    """Return where to look for tau: where priors have their middle,
    and as far as data or a prior of mu may pull it.
    """
    y, s = data
    lower, upper = (
        max(0.0, *(prior.support[0] for prior in priors)),
        min(prior.support[1] for prior in priors),
    )
    if lower > 0 and not math.isfinite(upper):  # a density that ends at a limit needs an axis that ends there
        tops = [float(prior.quantile(1 - 1e-12)) for prior in priors if prior.proper]
        upper = min(TAU_LIMITS[1], max([2 * lower, *tops, 4 * float(np.ptp(y))]))
    centres = [centre for parts in mu for centre, sd in parts if math.isfinite(sd)]
    apart = float(np.max(np.concatenate([y, centres])) - np.min(np.concatenate([y, centres])))
    tiny = [
        BELOW * float(prior.quantile(LITTLE)) for prior in priors if prior.proper and prior.support[0] == 0
    ]
    floor = max(LEAST_TAU, min([TAU_LIMITS[0], *tiny]))
    low, high = min(TAU_RANGE[0], 0.01 * float(s.min())), max(TAU_RANGE[1], 4 * apart)
    proper = [prior for prior in priors if prior.proper]
    for prior in proper:
        ends = np.clip(prior.quantile(np.array([0.001, 0.999])), floor, TAU_LIMITS[1])
        low, high = min(low, float(ends[0])), max(high, float(ends[1]))
    least, most = _furthest(priors)
    if math.isfinite(upper):
        wide = np.array(
            [low, high, *(q for prior in proper for q in prior.quantile(np.array([0.001, 0.999])))]
        )
        share = (np.clip(wide, lower, upper) - lower) / (upper - lower)
        z = special.logit(np.clip(share, 1e-6, 1 - 1e-6))
        return Scale(lower, upper, floor, (float(z.min()), float(max(z.max(), 7.0))), SHARES)
    reach = max(least, floor), min(most, TAU_LIMITS[1])
    looked = max(low, lower, floor), high
    return Scale(
        lower,
        upper,
        floor,
        (math.log(looked[0]), math.log(looked[1])),
        (math.log(reach[0]), math.log(reach[1])),
    )


def _furthest(priors: list[Prior]) -> tuple[float, float]:
    """Return the least and the most tau that priors give a probability to,
    ``TAU_LIMITS`` where one is improper.
    """
    least, most = 1e-3, 1.0
    for prior in priors:
        if prior.proper:
            ends = prior.quantile(np.array([1e-12, 1 - 1e-12]))
            least, most = min(least, float(ends[0])), max(most, float(ends[1]))
        else:
            least, most = TAU_LIMITS
    return least, most


def look(data: tuple[Array, Array], parts: list[tuple[float, float]], tau: Prior, where: Scale) -> Seen:
    """Return the posterior of z under one belief."""
    return looked_at(lambda z: _log_posterior(data, parts, tau, where, z), where, TAU_COUNT)


def looked_at(log_posterior: Callable[[Array], Array], where: Scale, count: int) -> Seen:
    """Return a posterior of z, its logs relative to the best: at ``count`` values everywhere at first, and
    closer for as long as it falls between a few of them.
    """
    z = np.linspace(*where.look, count)
    logs = log_posterior(z)
    possible = z[logs > POSSIBLE]
    reach = (float(possible[0]), float(possible[-1]))
    for _ in range(LOOKS):
        if np.count_nonzero(logs > CORE) >= FEW:
            break
        inside = np.flatnonzero(logs > NEGLIGIBLE)
        z = np.linspace(z[max(inside[0] - 1, 0)], z[min(inside[-1] + 1, z.size - 1)], CLOSER)
        logs = log_posterior(z)
    shares = np.exp(logs) / np.exp(logs).sum()
    return Seen(z, shares, where.tau(z[logs > NEGLIGIBLE]), reach)


def _log_posterior(
    data: tuple[Array, Array], parts: list[tuple[float, float]], tau: Prior, where: Scale, z: Array
) -> Array:
    """Log posterior of z, relative to its maximum, for the normal approximation."""
    y, s = data
    taus = where.tau(z)
    best = np.full(z.size, -np.inf)
    v = s * s + taus[:, None] ** 2
    for centre, sd in parts:
        mean, conditional_sd = conditional(y, s, (centre, sd), taus)
        fit = -0.5 * (np.log(v) + (y - mean[:, None]) ** 2 / v).sum(axis=1) + np.log(conditional_sd)
        if math.isfinite(sd):
            fit -= 0.5 * ((mean - centre) / sd) ** 2 + math.log(sd)
        best = np.maximum(best, fit)
    logs = best + tau.logpdf(taus) + where.log_slope(z)
    if np.isneginf(logs).all():  # a prior so narrow that it falls between two values
        middle = float(tau.quantile(0.5))
        logs = -1e6 * np.abs(z - z[narrowest(np.abs(taus - middle))])
    return np.asarray(logs - logs.max())


def axis(
    where: Scale,
    seen: list[Seen],
    stretched: Stretched,
    step: float,
    asked: tuple[tuple[float, float] | None, list[Prior]],
) -> Axis:
    """Return the tau axis: even steps where the posteriors lie,
    equal ratios towards 0, as far as priors and data reach.

    ``asked`` are a place on its inner coordinate with the step wanted there, if any, and the priors.
    """
    place, priors = asked
    reaches = [where.reach, *(each.reach for each in seen)]
    low, high = min(reach[0] for reach in reaches), max(reach[1] for reach in reaches)
    if where.bounded:
        shape = Axis("interval", 0.0, 1.0, 0.0, 1.0, 9, where.lower, where.upper)
        limits = SHARES
    else:
        low, high = max(low, math.log(where.least)), min(high, math.log(TAU_LIMITS[1]))
        unit = max(math.exp(sum(float(each.shares @ each.z) for each in seen) / len(seen)), 3 * math.exp(low))
        shape = Axis("softplus", 0.0, 1.0, 0.0, 1.0, 9, unit=unit)
        limits = float(_inner(shape, math.exp(low))), float(_inner(shape, math.exp(high)))
    places, spreads = (
        np.concatenate(values) for values in zip(*(_on(shape, where, each) for each in seen), strict=True)
    )
    steps = step * np.maximum(TWICE * spreads, NARROWEST)
    if place is not None:
        places, steps = np.append(places, place[0]), np.append(steps, place[1])
    at, wanted = steps_of_tau(priors, min(_sd(where.tau(each.z), each.shares) for each in seen))
    on = (at > where.lower) & (at < where.upper)
    own = _inner(shape, at[on])
    places, steps = np.append(places, own), np.append(steps, _inner_steps(shape, at[on], wanted[on]))
    spanned = stretched((places, steps), beyond(own, limits), step)
    return replace(spanned, link=shape.link, lower=shape.lower, upper=shape.upper, unit=shape.unit)


def _on(shape: Axis, where: Scale, seen: Seen) -> tuple[Array, Array]:
    """Places and spreads of one posterior on the inner coordinate of an axis:
    its middle, and either side of it.

    The middle is mean and SD, held to where most of the posterior lies; a side counts by its own distance
    from the median, far shorter than the SD towards 0 where the posterior is skewed over powers of ten.
    """
    inner = seen.z if where.bounded else _inner(shape, where.tau(seen.z))
    below = np.cumsum(seen.shares) - seen.shares / 2
    low, median, high = np.interp((0.15865525, 0.5, 0.84134475), below, inner)
    mean = float(seen.shares @ inner)
    sd = math.sqrt(float(seen.shares @ (inner - mean) ** 2))
    middle, spread = min(max(mean, low), high), min(sd, MOST_SPREAD * (high - low) / 2)
    return np.array([middle, low, high]), np.array([spread, SIDE * (median - low), SIDE * (high - median)])


def _sd(taus: Array, shares: Array) -> float:
    mean = float(shares @ taus)
    return math.sqrt(float(shares @ (taus - mean) ** 2))


def _inner_steps(shape: Axis, x: Array, steps: Array) -> Array:
    """Return steps of x as those of the inner coordinate, on an axis of centre 0 and scale 1."""
    u = shape.u_of(x)
    return np.asarray(steps * np.exp(np.logaddexp(u, -u) - math.log(2) - shape.log_slope(u)))


def _inner(shape: Axis, x: "Array | float") -> Array:
    """Inner coordinate of x on an axis of centre 0 and scale 1."""
    return np.sinh(shape.u_of(x))
