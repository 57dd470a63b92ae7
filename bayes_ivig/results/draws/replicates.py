"""New data that draws of parameters foretell: replicated counts,
and exact predictive probabilities of the observed ones.

Replicates are of the dataset's own studies, with the totals they had; a likelihood may take more as given,
all events of a study, or its standard error.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.scales.limited import draw_between
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods.contract import Observed, Seen
from bayes_ivig.priors.composite import Prior

type Array = NDArray[np.float64]
type Draws = Mapping[str, Array]

LARGEST = 1e100


def new_effects(model: Model, values: Draws, studies: int, rng: np.random.Generator) -> Array:
    """Return effects of studies drawn anew from the between-study distribution, shape (..., K)."""
    mu = values["mu"][..., None]
    if "tau" not in values:
        return np.asarray(mu * np.ones(studies))
    shape, df = (*values["mu"].shape, studies), model.degrees_of_freedom
    if (limits := model.family.scale.limits) is not None:
        return draw_between(mu, values["tau"][..., None], limits, rng.random(shape), df)
    z = rng.standard_t(df, shape) if math.isfinite(df) else rng.standard_normal(shape)
    return np.asarray(mu + values["tau"][..., None] * z)


def seen(model: Model, theta: Array, alpha: Array | None) -> Seen:
    """Return what data see of effects and baselines, (..., K) each."""
    if not model.has_baseline:
        return Seen(theta)
    assert alpha is not None
    return Seen(theta, np.stack(model.baselines.place.arms(theta, alpha), axis=-1))


def replicate(
    model: Model, observed: Observed, theta: Array, alpha: Array | None, rng: np.random.Generator
) -> NDArray[Any]:
    """Return one replicated dataset per draw: events (..., K, 2), or log odds ratios (...,
    K) where these are observed.
    """
    return model.family.replicate(observed, seen(model, theta, alpha), rng)


def at_most(model: Model, observed: Observed, theta: Array, alpha: Array | None, at: Array) -> Array:
    """Return P(replicate <= at) given each draw, (S, K, arms); no replicate is drawn.

    ``theta`` and ``alpha`` have shape (S, K), ``at`` (K, arms):
    the arms that are free to vary under the likelihood.
    """
    return model.family.at_most(observed, seen(model, theta, alpha), at)


def expected(model: Model, observed: Observed, theta: Array, alpha: Array | None) -> Array:
    """Return the mean replicate, (K, arms), over draws of shape (S, K); arms as in ``at_most``."""
    return model.family.expected(observed, seen(model, theta, alpha))


def require_proper(model: Model, what: str) -> None:
    """Raise ``ModelError`` where a prior that is needed cannot be drawn from."""
    if improper := improper_priors(model):
        raise ModelError(
            f"{what}: {' and '.join(improper)} is improper and foretells nothing, neither event rates nor "
            "odds ratios; use a proper prior, for example normal(0, 2.82) on mu and half_normal(0.5) on tau"
        )


def improper_priors(model: Model) -> list[str]:
    """Return the priors, as text, that do not integrate to one."""
    pairs = [("mu", model.mu)] + [("tau", model.tau)] * model.heterogeneous
    return [f"{name} ~ {prior}" for name, prior in pairs if not prior.proper]


def prior_draws(
    model: Model, shape: tuple[int, int], studies: int, rng: np.random.Generator
) -> dict[str, Array]:
    """Return independent draws from proper priors, by the names and shapes that posterior draws have."""
    size = shape[0] * shape[1]
    values: dict[str, Array] = {"mu": _drawn(model.mu, rng, size).reshape(shape)}
    if model.heterogeneous:
        values["tau"] = _drawn(model.tau, rng, size).reshape(shape)
        values["theta"] = new_effects(model, values, studies, rng)
        values["theta_new"] = new_effects(model, values, 1, rng)[..., 0]
    else:
        values["theta_new"] = values["mu"]
    if model.has_baseline:
        values["alpha"] = _drawn(model.alpha, rng, size * studies).reshape(*shape, studies)
    return values


def _drawn(prior: Prior, rng: np.random.Generator, size: int) -> Array:
    """Draw from a prior; the heaviest tails overflow, and are cut where sums
    and differences are still numbers.
    """
    with np.errstate(divide="ignore", over="ignore"):
        return np.clip(prior.sample(rng, size), -LARGEST, LARGEST)
