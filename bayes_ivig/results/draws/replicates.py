"""New data that draws of parameters foretell: replicated counts,
and exact predictive probabilities of the observed ones.

Replicates are of the dataset's own studies, with the totals they had. Under the hypergeometric likelihood the
total number of events is given too, under the normal one the standard error.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.priors.composite import Prior
from bayes_ivig.results.marginals.inversion import parts_of

type Array = NDArray[np.float64]
type Draws = Mapping[str, Array]

LARGEST = 1e100
WINDOW = 9.0  # SDs to either side of the mode that hold a hypergeometric distribution


class Observed(NamedTuple):
    """What was observed: counts (K, 4), treatment events and total, control events and total;
    estimates where normal.
    """

    counts: Array
    estimates: tuple[Array, Array]  # log odds ratios and standard errors, (K,) each


def new_effects(model: Model, values: Draws, studies: int, rng: np.random.Generator) -> Array:
    """Return effects of studies drawn anew from the between-study distribution, shape (..., K)."""
    mu = values["mu"][..., None]
    if "tau" not in values:
        return np.asarray(mu * np.ones(studies))
    shape, df = (*values["mu"].shape, studies), model.degrees_of_freedom
    z = rng.standard_t(df, shape) if math.isfinite(df) else rng.standard_normal(shape)
    return np.asarray(mu + values["tau"][..., None] * z)


def arm_log_odds(model: Model, theta: Array, alpha: Array) -> Array:
    """Return the log odds of the treatment and the control arm, shape (..., K, 2)."""
    control = alpha - theta / 2 if model.baseline == "midpoint" else alpha
    return np.stack([control + theta, control], axis=-1)


def replicate(
    model: Model, observed: Observed, theta: Array, alpha: Array | None, rng: np.random.Generator
) -> NDArray[Any]:
    """Return one replicated dataset per draw: events (..., K, 2), or log odds ratios (...,
    K) under the normal likelihood.
    """
    match model.likelihood:
        case "normal":
            return rng.normal(theta, observed.estimates[1])
        case "hypergeometric":
            r1 = np.stack(
                [_draw_hypergeometric(row, theta[..., i], rng) for i, row in enumerate(observed.counts)],
                axis=-1,
            )
            return np.stack([r1, observed.counts[:, 0] + observed.counts[:, 2] - r1], axis=-1).astype(
                np.int64
            )
        case "binomial":
            assert alpha is not None
            chance = special.expit(arm_log_odds(model, theta, alpha))
            return np.asarray(rng.binomial(observed.counts[:, [1, 3]].astype(np.int64), chance))


def at_most(model: Model, observed: Observed, theta: Array, alpha: Array | None, at: Array) -> Array:
    """Return P(replicate <= at) given each draw, (S, K, arms); no replicate is drawn.

    ``theta`` and ``alpha`` have shape (S, K), ``at`` (K, arms). Arms are treatment and control under the
    binomial likelihood; under the hypergeometric one the treatment arm, the control's events being what is
    left of the total; under the normal one the log odds ratio stands in the place of both.
    """
    match model.likelihood:
        case "normal":
            return np.asarray(special.ndtr((at[:, 0] - theta) / observed.estimates[1])[..., None])
        case "hypergeometric":
            each = [
                _hypergeometric_at_most(row, theta[:, i], float(at[i, 0]))
                for i, row in enumerate(observed.counts)
            ]
            return np.stack(each, axis=-1)[..., None]
        case "binomial":
            assert alpha is not None
            return _binomial_at_most(at, observed.counts[:, [1, 3]], arm_log_odds(model, theta, alpha))


def expected(model: Model, observed: Observed, theta: Array, alpha: Array | None) -> Array:
    """Return the mean replicate, (K, arms), over draws of shape (S, K); arms as in ``below``."""
    match model.likelihood:
        case "normal":
            return np.asarray(theta.mean(axis=0)[:, None])
        case "hypergeometric":
            return np.array(
                [[_hypergeometric_mean(row, theta[:, i])] for i, row in enumerate(observed.counts)]
            )
        case "binomial":
            assert alpha is not None
            chance = special.expit(arm_log_odds(model, theta, alpha))
            return np.asarray(observed.counts[:, [1, 3]] * chance.mean(axis=0))


def _hypergeometric_mean(row: Array, theta: Array) -> float:
    parts = [_hypergeometric(row, theta[part]) for part in parts_of(theta.size)]
    return float(sum((x * chances).sum() for x, chances in parts) / theta.size)


def _binomial_at_most(r: Array, n: Array, log_odds: Array) -> Array:
    """P(R <= r) as a regularised beta integral of the chance of no event, precise at either end;
    0 below none, 1 at all.
    """
    inside = (r >= 0) & (r < n)
    up_to = special.betainc(
        np.where(inside, n - r, 1.0), np.where(inside, r + 1, 1.0), special.expit(-log_odds)
    )
    return np.where(inside, up_to, np.where(r < 0, 0.0, 1.0))


def _hypergeometric_at_most(row: Array, theta: Array, at: float) -> Array:
    """P(R <= at) of one study's treatment events given all its events."""
    up_to = np.empty_like(theta)
    for part in parts_of(theta.size):
        x, chances = _hypergeometric(row, theta[part])
        up_to[part] = np.where(x <= at, chances, 0.0).sum(axis=1)
    return up_to


def _draw_hypergeometric(row: Array, theta: Array, rng: np.random.Generator) -> Array:
    """Draw one study's treatment events given all its events, one for each theta of any shape."""
    flat, shares = theta.reshape(-1), rng.random(theta.size)
    drawn = np.empty_like(flat)
    for part in parts_of(flat.size):
        x, chances = _hypergeometric(row, flat[part])
        under = (np.cumsum(chances, axis=1) < shares[part, None]).sum(axis=1)
        drawn[part] = x[np.arange(len(x)), np.minimum(under, x.shape[1] - 1)]
    return drawn.reshape(theta.shape)


def _hypergeometric(row: Array, theta: Array) -> tuple[Array, Array]:
    """Return counts around each mode and their probabilities, (S, n):
    Fisher's noncentral hypergeometric distribution.
    """
    r1, n1, r0, n0 = row
    total = r1 + r0
    lowest, highest = max(0.0, total - n0), min(n1, total)
    odds = np.exp(np.clip(theta, -300, 300))
    # the mode solves a quadratic (Liao & Rosen 2001)
    b, c = -((n1 + total) * odds + n0 - total), n1 * total * odds
    root = np.sqrt(np.maximum(b * b - 4 * (odds - 1) * c, 0))
    mode = np.round(np.clip(2 * c / np.maximum(-b + root, 1e-300), lowest, highest))
    information = sum(1 / (part + 0.5) for part in (mode, n1 - mode, total - mode, n0 - total + mode))
    reach = min(highest - lowest, math.ceil(WINDOW / math.sqrt(float(np.min(information)))) + WINDOW)
    x = np.clip(mode - reach, lowest, highest)[:, None] + np.arange(2 * reach + 1)
    inside = x <= highest
    safe = np.where(inside, x, highest)
    table = np.arange(safe.min(), safe.max() + 1)
    ways = log_choose(np.asarray(n1), table) + log_choose(np.asarray(n0), total - table)
    logs = np.where(inside, ways[(safe - table[0]).astype(np.intp)] + theta[:, None] * safe, -np.inf)
    chances = np.exp(logs - logs.max(axis=1, keepdims=True))
    return x, chances / chances.sum(axis=1, keepdims=True)


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
    if model.likelihood == "binomial":
        values["alpha"] = _drawn(model.alpha, rng, size * studies).reshape(*shape, studies)
    return values


def _drawn(prior: Prior, rng: np.random.Generator, size: int) -> Array:
    """Draw from a prior; the heaviest tails overflow, and are cut where sums
    and differences are still numbers.
    """
    with np.errstate(divide="ignore", over="ignore"):
        return np.clip(prior.sample(rng, size), -LARGEST, LARGEST)
