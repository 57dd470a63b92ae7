"""Design effects that are known with uncertainty: a study's curve averaged over a log-normal design effect.

A likelihood to the power 1 / D is not a density of the data, so that its height says nothing of D. Curves of
counts are therefore made equally high on average, over effects from Normal(0, 10^2), of differences over all
that there are: a trial by itself, its effect unknown, leaves the distribution of D as it was stated, and D is
learnt about from no more than how far the trial lies from the others. For normal and t errors the density of
the estimate given D says the same, of an effect about which nothing is known, and is used as it is.
"""

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.formulas.likelihood import Counts
from bayes_ivig.formulas.shaking import shaken
from bayes_ivig.likelihoods.baselines import Baselines
from bayes_ivig.likelihoods.contract import Array, OfCounts, WithBaselines
from bayes_ivig.likelihoods.scales import Scale

NODES = 21  # Gauss-Hermite, of the log of D
FAINTEST = 1e-14  # weight of a node that counts
WIDE = 10.0  # SD of the effects over which curves are equally high on average
FARTHEST = 8.0  # of these SDs, and of the coordinate on which limits are infinitely far
OWN_SCALE = 2.0  # of the nodes for that average, in standard errors
HALF = 200  # nodes to either side
FINE = 49  # nodes of a baseline for that average

type Curves = Callable[[Counts, Array], Array]


@cache
def _nodes() -> tuple[Array, Array]:
    """Return nodes in SDs and the logs of their weights; the middle one, the median, comes first."""
    z, weights = np.polynomial.hermite_e.hermegauss(NODES)
    kept = weights / weights.sum() > FAINTEST
    order = np.argsort(np.abs(z[kept]), kind="stable")
    return z[kept][order], np.log(weights[kept] / weights[kept].sum())[order]


def uncertain(counts: Counts) -> NDArray[np.intp]:
    """Return the places of the studies whose design effect is uncertain."""
    return np.flatnonzero(np.broadcast_to(counts.design_sd, counts.r1.shape) > 0)


def known(counts: Counts) -> Counts:
    """Return the same counts with their median design effects, as if these were known."""
    return counts._replace(design_sd=0.0)


def _each(counts: Counts) -> Iterator[tuple[float, Counts]]:
    """Yield the log weight of each design effect with the counts that have it, all studies being uncertain;
    the median's first.
    """
    z, log_weights = _nodes()
    for place, log_weight in zip(z, log_weights, strict=True):
        factor = np.exp(place * counts.design_sd)
        given = counts.given
        if given is not None:
            given = given._replace(s=given.s * np.sqrt(factor))
        yield (
            float(log_weight),
            known(counts)._replace(design_effect=counts.design_effect * factor, given=given),
        )


def averaged(counts: Counts, theta: Array, curves: Curves, height: Callable[[Counts], Array]) -> Array:
    """Return log curves (..., K, J) averaged over uncertain design effects, on the scale of the median's;
    ``height`` gives the logs (K, 1) by which curves of several design effects are made comparable.
    """
    which = uncertain(counts)
    if not which.size:
        return curves(counts, theta)
    logs = curves(known(counts), theta)
    own = counts.take(which)
    at = theta if theta.ndim == 1 else theta[which]
    first, total = None, np.full(logs[..., which, :].shape, -np.inf)
    for log_weight, each in _each(own):
        top = height(each)
        first = top if first is None else first
        total = np.logaddexp(total, log_weight + curves(each, at) - (top - first))
    logs[..., which, :] = shaken(total)
    return logs


def as_they_are(counts: Counts) -> Array:
    """Return the heights of densities of the data, which are comparable."""
    return np.zeros((counts.r1.size, 1))


def heights(family: OfCounts, baselines: Baselines) -> Callable[[Counts], Array]:
    """Return the function of counts that gives the log of the mean height of each study's curve, (K, 1)."""

    def height(counts: Counts) -> Array:
        free, reference = _wide(family.scale, family.scale.known(family.estimates(counts)))
        curves, _ = family.curves(counts, family.scale.effect(free), baselines, FINE)
        logs = curves + reference
        return np.asarray(np.logaddexp.reduce(logs, axis=1)[:, None])

    return height


def _wide(scale: Scale, estimates: tuple[Array, Array]) -> tuple[Array, Array]:
    """Return nodes (K, J), dense around estimates, on the coordinate of a scale on which effects are free,
    and the logs of their weights.
    """
    far = FARTHEST * WIDE if scale.limits is None else FARTHEST
    y, s = (each[:, None] for each in estimates)
    own = OWN_SCALE * s
    low, high = np.arcsinh((-far - y) / own), np.arcsinh((far - y) / own)
    u = low + (high - low) * np.linspace(0.0, 1.0, 2 * HALF + 1)
    free = y + own * np.sinh(u)
    density = -0.5 * (free / WIDE) ** 2 if scale.limits is None else -2 * np.logaddexp(free, -free)
    return free, density + np.log(np.cosh(u) * own * (high - low))


def draw_baselines(
    family: WithBaselines, counts: Counts, theta: Array, baselines: Baselines, rng: np.random.Generator
) -> Array:
    """Draw each study's baseline given its effect, (S, K) both; first a design effect, where it is uncertain,
    given the effect.
    """
    drawn = family.draw_baselines(known(counts), theta, baselines, rng)
    for i in uncertain(counts).tolist():
        designs = list(_each(counts.take([i])))
        height = heights(family, baselines)
        logs = np.array(
            [
                log_weight - height(each)[0] + family.curves(each, theta[:, i][None], baselines, FINE)[0][0]
                for log_weight, each in designs
            ]
        )
        below = np.cumsum(np.exp(logs - logs.max(axis=0)), axis=0)
        chosen = np.minimum((below <= rng.random(len(theta)) * below[-1]).sum(axis=0), len(designs) - 1)
        for j in np.unique(chosen).tolist():
            rows = np.flatnonzero(chosen == j)
            drawn[rows, i] = family.draw_baselines(designs[j][1], theta[rows][:, [i]], baselines, rng)[:, 0]
    return drawn
