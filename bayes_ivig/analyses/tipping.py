"""``tipping_point``: the scale of a sceptical prior of mu, or of the prior of tau, at which a conclusion turns."""

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.engines.grids import Belief
from bayes_ivig.engines.reuse import prepared
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.model import Model
from bayes_ivig.priors.families import HalfNormal, Normal
from bayes_ivig.results.posterior import Posterior
from bayes_ivig.results.tipping import Conclusion, TippingGrid, TippingPoint

type Array = NDArray[np.float64]

LOOKED_AT = {"mu": (0.02, 20.0), "tau": (0.01, 10.0)}
POINTS = 17
CLOSE = 1e-4  # of the log of a scale


def tipping_point(
    posterior: Posterior,
    parameter: str = "mu",
    *,
    conclusion: Conclusion | None = None,
    centre: float = 0.0,
    between: tuple[float, float] | None = None,
) -> TippingPoint:
    """Return the scales of one prior at which a conclusion about the pooled odds ratio turns: reverse-Bayes on the whole model.

    ``parameter`` is ``"mu"``, with priors normal(``centre``, scale), sceptical ones for centre 0, or ``"tau"``, with
    half_normal(scale); the other prior and the likelihood stay as they are. ``conclusion`` is by default that the odds ratio
    is on the side of 1 where its median is, with probability 0.975. ``between`` are the smallest and the largest scale looked
    at. Crossings are found to 1e-4 of their size. Raises ``ModelError``. (Matthews 2001, J Stat Plan Inference 94:43; Held,
    Matthews, Ott & Pawel 2022, Res Synth Methods 13:295.)
    """
    if parameter not in LOOKED_AT:
        raise ModelError(f"tipping_point: parameter is {parameter!r}; it is mu or tau")
    _require_two_arms(posterior)
    if parameter == "tau" and not posterior.model.heterogeneous:
        raise ModelError("tipping_point: under a common effect tau is 0 and has no prior")
    conclusion = conclusion or stated(posterior)
    low, high = _ordered(between or LOOKED_AT[parameter])
    scales = np.geomspace(low, high, POINTS)
    family = f"normal({centre:g}, scale)" if parameter == "mu" else "half_normal(scale)"
    ready = prepared(posterior, _corners(posterior, parameter, (centre, low, high)))

    def chance(scale: float) -> float:
        if parameter == "mu":
            return conclusion.chance(ready.under(mu=Normal(centre, scale)))
        return conclusion.chance(ready.under(tau=HalfNormal(scale)))

    chances = np.array([chance(float(scale)) for scale in scales])
    now = conclusion.chance(posterior)
    crossings = _crossings(scales, chances - conclusion.probability, lambda x: chance(x) - conclusion.probability)
    holds = now >= conclusion.probability
    return TippingPoint(conclusion, "mu" if parameter == "mu" else "tau", family, holds, now, scales, chances, crossings)


def tipping_grid(
    posterior: Posterior,
    *,
    mu_scales: Sequence[float] = (),
    tau_scales: Sequence[float] = (),
    conclusion: Conclusion | None = None,
    centre: float = 0.0,
    level: float = 0.95,
) -> TippingGrid:
    """Return a conclusion's probability, and the limit that faces it, over scales of both priors: what a contour plot shows.

    mu ~ normal(``centre``, scale) and tau ~ half_normal(scale), by default 15 scales each, from 0.1 to 5 and from 0.05 to 2.
    Raises ``ModelError``.
    """
    _require_two_arms(posterior)
    if not posterior.model.heterogeneous:
        raise ModelError("tipping_grid: under a common effect tau is 0 and has no prior")
    if not 0 < level < 1:
        raise ModelError(f"tipping_grid: level is {level!r}; it must lie between 0 and 1")
    conclusion = conclusion or stated(posterior)
    mu = np.asarray(mu_scales if len(mu_scales) else np.geomspace(0.1, 5, 15), float)
    tau = np.asarray(tau_scales if len(tau_scales) else np.geomspace(0.05, 2, 15), float)
    ends = [(_ordered((float(s.min()), float(s.max()))) if s.size > 1 else (float(s[0]), float(s[0]))) for s in (mu, tau)]
    beliefs = [Belief(Normal(centre, a), HalfNormal(b)) for a in set(ends[0]) for b in set(ends[1])]
    ready = prepared(posterior, beliefs)
    chances, limits = np.empty((mu.size, tau.size)), np.empty((mu.size, tau.size))
    for i, a in enumerate(mu):
        for j, b in enumerate(tau):
            found = ready.under(mu=Normal(centre, float(a)), tau=HalfNormal(float(b)))
            chances[i, j] = conclusion.chance(found)
            limits[i, j] = math.exp(found["mu"].interval(level)[0 if conclusion.side == "above" else 1])
    return TippingGrid(conclusion, mu, tau, chances, limits, level)


def stated(posterior: Posterior) -> Conclusion:
    """Return the conclusion that the odds ratio is on the side of 1 where its median is, with probability 0.975."""
    return Conclusion(side="above" if float(posterior["mu"].quantile(0.5)) >= 0 else "below")


def _require_two_arms(posterior: Posterior) -> None:
    if not isinstance(posterior.model, Model):
        raise ModelError("tipping: only for two-arm models with priors on mu and tau; fit a Model")


def _ordered(between: tuple[float, float]) -> tuple[float, float]:
    low, high = (float(value) for value in between)
    if not 0 < low < high < math.inf:
        raise ModelError(f"tipping: scales from {low:g} to {high:g}; they must be above 0 and increase")
    return low, high


def _corners(posterior: Posterior, parameter: str, looked_at: tuple[float, float, float]) -> list[Belief]:
    """Return the narrowest, the widest and the stated prior, to make a grid for."""
    centre, low, high = looked_at
    model = posterior.model
    stated_belief = Belief(model.mu, model.tau if model.heterogeneous else None)
    if parameter == "mu":
        return [stated_belief, *(stated_belief._replace(mu=Normal(centre, scale)) for scale in (low, high))]
    return [stated_belief, *(stated_belief._replace(tau=HalfNormal(scale)) for scale in (low, high))]


def _crossings(scales: Array, gaps: Array, gap: Callable[[float], float]) -> tuple[float, ...]:
    """Return where the gap changes sign, each found by Brent's method on the log of the scale."""
    from scipy import optimize

    found = []
    for i in np.flatnonzero((gaps[:-1] >= 0) != (gaps[1:] >= 0)):
        ends = math.log(scales[i]), math.log(scales[i + 1])
        root = ends[0] if gaps[i] == 0 else optimize.brentq(lambda x: gap(math.exp(x)), *ends, xtol=CLOSE / 10)
        found.append(math.exp(root))
    return tuple(found)
