"""The model of two-arm counts, study by study: one effect each, around a common mean.

    mu ~ prior,  tau ~ prior,  theta_i = mu + tau z_i,  z_i ~ Normal(0, 1) or Student-t
                                                                     (a common effect: theta_i = mu)
    binomial         r0_i ~ Bin(n0_i, p0_i), r1_i ~ Bin(n1_i, p1_i), alpha_i ~ prior; on the log odds scale
                     control baseline:  p0 = alpha_i,               p1 = alpha_i + theta_i
                     midpoint baseline: p0 = alpha_i - theta_i / 2, p1 = alpha_i + theta_i / 2
    hypergeometric   r1_i given r1_i + r0_i ~ Fisher's noncentral hypergeometric with odds ratio exp(theta_i)
    normal           log odds ratio_i ~ Normal(theta_i, its standard error)

Effects are not centred (theta = mu + tau z), because with few events per study the centred form diverges
(Betancourt & Girolami 2015). Where tau's prior is one side of a symmetric distribution, the sampler moves a
signed tau through 0 (theta is the same for (tau, z) and (-tau, -z)): nothing is stretched out near 0 as by
log tau, whose tail mixed two to five times as slowly. All counts and all numbers of the priors are data of
the model.
"""

import math
from typing import Any

import numpy as np

from bayes_ivig.engines.grid import data_priors, propriety
from bayes_ivig.engines.grid.curves import counts_of, estimates, informative
from bayes_ivig.engines.nuts.plan import (
    Answered,
    Plan,
    Values,
    arm_log_odds,
    coords,
    counts_data,
    observe_counts,
    prior_data,
)
from bayes_ivig.engines.nuts.priors import form, place, place_signed_scale
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.likelihood import log_choose
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.two_arm import Model

LONGEST_SUPPORT = 20_000  # possible values of r1 summed at each step; beyond, sampling takes minutes


def plan(dataset: Dataset, model: Model) -> Plan:
    """Return how to sample this model on this dataset; raises ``DataError``,
    and ``ModelError`` for an improper posterior.
    """
    model = data_priors.resolve(dataset, model)
    propriety.require(dataset, model)
    studies = informative(dataset, model)
    tau = form(model.tau) if model.heterogeneous else None
    baseline = (model.baseline, form(model.alpha)) if model.likelihood == "binomial" else None
    return Plan(
        model=model,
        studies=studies,
        structure=(model.KIND, model.likelihood, model.effects, baseline, len(studies), form(model.mu), tau),
        data=observed(studies, model),
        build=lambda: build(studies, model),
        answer=lambda values, rng: answer(values, rng, model),
    )


def answer(values: Values, rng: np.random.Generator, model: Model) -> Answered:
    """Return the draws of mu, tau, theta and alpha, and of the effect in a new study,
    theta_new = mu + tau z.
    """
    kept = {name: values[name] for name in ("mu", "alpha") if name in values}
    mu, df = kept["mu"], model.degrees_of_freedom
    if not model.heterogeneous:
        return Answered(kept | {"theta_new": mu})
    signed = values.get("tau_signed", values.get("tau"))
    assert signed is not None
    kept["tau"] = tau = np.abs(signed)
    kept["theta"] = mu[..., None] + signed[..., None] * values["z"]
    z = rng.standard_t(df, mu.shape) if math.isfinite(df) else rng.standard_normal(mu.shape)
    return Answered(kept | {"theta_new": mu + tau * z})


def build(studies: tuple[Study, ...], model: Model) -> Any:
    """Return the PyMC model, with dimensions ``study`` and ``arm``;
    raises ``ModelError`` where sampling it is hopeless.
    """
    import pymc as pm

    data = observed(studies, model)
    with pm.Model(coords=coords(studies)) as built:
        mu = place("mu", model.mu)
        theta = mu
        if model.heterogeneous:
            theta = mu + place_signed_scale("tau", model.tau) * _standard_effects(model)
        add_likelihood(data, theta, model)
    return built


def add_likelihood(data: dict[str, Any], theta: Any, model: Model) -> None:
    """Add what the counts of ``observed`` say about study effects ``theta``, shape (K,) or scalar,
    to the model being built.
    """
    import pymc as pm

    match model.likelihood:
        case "binomial":
            _binomial(data, theta, model)
        case "hypergeometric":
            _hypergeometric(data, theta)
        case "normal":
            error = pm.Data("standard_error", data["standard_error"], dims="study")
            y = pm.Data("log_odds_ratio", data["log_odds_ratio"], dims="study")
            pm.Normal("estimate", theta, error, observed=y, dims="study")


def _standard_effects(model: Model) -> Any:
    """Study effects before they are scaled by tau and moved to mu: standard normal, or Student-t."""
    import pymc as pm

    if math.isfinite(model.degrees_of_freedom):
        return pm.StudentT("z", nu=model.degrees_of_freedom, mu=0.0, sigma=1.0, dims="study")
    return pm.Normal("z", 0.0, 1.0, dims="study")


def _binomial(data: dict[str, Any], theta: Any, model: Model) -> None:
    alpha = place("alpha", model.alpha, dims="study")
    observe_counts(data, arm_log_odds(alpha, theta, model.baseline))


def _hypergeometric(data: dict[str, Any], theta: Any) -> None:
    """Add P(r1; theta) = g(r1) exp(theta r1) / sum over x of g(x) exp(theta x),
    in logs (formulas.likelihood).
    """
    import pymc as pm

    r1 = pm.Data("treatment_events", data["treatment_events"], dims="study")
    x, log_ways = pm.Data("support", data["support"]), pm.Data("log_ways", data["log_ways"])
    effect = theta + 0 * r1  # one for each study, also under a common effect
    pm.Potential("count", (effect * r1 - pm.math.logsumexp(log_ways + effect[:, None] * x, axis=1)).sum())


def observed(studies: tuple[Study, ...], model: Model, *, exact: bool = True) -> dict[str, Any]:
    """Return every array that the model reads as data, by name:
    what the likelihood needs, then the numbers of the priors.

    ``exact`` says whether the exact engine holds the whole model,
    and so is a way out where sampling would take too long.
    """
    match model.likelihood:
        case "binomial":
            data = counts_data(studies) | prior_data("alpha", model.alpha)
        case "hypergeometric":
            data = _ways(studies, exact=exact)
        case "normal":
            y, error = estimates(counts_of(studies))
            data = {"log_odds_ratio": y, "standard_error": error}
    if model.heterogeneous:
        data |= prior_data("tau", model.tau)
    return data | prior_data("mu", model.mu)


def _ways(studies: tuple[Study, ...], *, exact: bool) -> dict[str, Any]:
    """Return each study's r1 (K,), its possible values and log g(x) / g(r1) of each, both (K,
    longest) and padded.
    """
    r1, n1, r0, n0 = np.array([study.counts for study in studies], float).T[:, :, None]
    lowest, highest = np.maximum(0, r1 + r0 - n0), np.minimum(n1, r1 + r0)
    longest = int((highest - lowest).max()) + 1
    if longest > LONGEST_SUPPORT:
        resort = "use Quadrature(), or the binomial likelihood" if exact else "use the binomial likelihood"
        raise ModelError(
            f"NUTS: the hypergeometric likelihood of {longest} possible counts in one study is too slow "
            f"to sample; {resort}"
        )
    x = np.minimum(lowest + np.arange(longest), highest)
    padding = lowest + np.arange(longest) > highest
    ways = log_choose(n1, x) + log_choose(n0, r1 + r0 - x)
    seen = log_choose(n1, r1) + log_choose(n0, r0)
    return {"treatment_events": r1[:, 0], "support": x, "log_ways": np.where(padding, -np.inf, ways - seen)}
