"""The model of two-arm counts, study by study: one effect each, around a common mean.

    mu ~ prior,  tau ~ prior,  theta_i = mu + tau z_i,  z_i ~ Normal(0, 1) or Student-t
                                                                     (a common effect: theta_i = mu)
    what is observed of study i ~ the likelihood, given theta_i (``likelihoods``). Where that has a baseline
    alpha_i ~ prior, and the log odds of control and treatment are
        control baseline:  alpha_i,               alpha_i + theta_i
        midpoint baseline: alpha_i - theta_i / 2, alpha_i + theta_i / 2

Effects are not centred (theta = mu + tau z), because with few events per study the centred form diverges
(Betancourt & Girolami 2015). Where tau's prior is one side of a symmetric distribution, the sampler moves a
signed tau through 0 (theta is the same for (tau, z) and (-tau, -z)): nothing is stretched out near 0 as by
log tau, whose tail mixed two to five times as slowly. All counts and all numbers of the priors are data of
the model.
"""

import math
from typing import Any

import numpy as np
from scipy import special

from bayes_ivig.engines.grid import data_priors, propriety
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.engines.nuts.plan import Answered, Plan, Values, coords, prior_data
from bayes_ivig.engines.nuts.priors import form, place, place_signed_scale
from bayes_ivig.engines.nuts.two_risks import effects_between, log_odds
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.scales.limited import draw_between
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.likelihoods import given


def plan(dataset: Dataset, model: Model) -> Plan:
    """Return how to sample this model on this dataset; raises ``DataError``,
    and ``ModelError`` for an improper posterior.
    """
    model = data_priors.resolve(dataset, model)
    if model.family.scale.limits is not None and math.isfinite(model.degrees_of_freedom):
        raise ModelError(
            f"NUTS: {model.effects} effects cut off at the limits of the {model.family.scale.measure.name} "
            'are for Quadrature() only; leave engine out, or use effects = "random"'
        )
    propriety.require(dataset, model)
    studies = informative(dataset, model)
    tau = form(model.tau) if model.heterogeneous else None
    baseline = (model.baseline, form(model.alpha)) if model.has_baseline else None
    return Plan(
        model=model,
        studies=studies,
        structure=(
            model.KIND,
            model.likelihood,
            model.measure,
            model.effects,
            baseline,
            len(studies),
            form(model.mu),
            tau,
        ),
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
    if (limits := model.family.scale.limits) is not None:
        kept["theta"] = draw_between(mu[..., None], tau[..., None], limits, special.ndtr(values["z"]))
        return Answered(kept | {"theta_new": draw_between(mu, tau, limits, rng.random(mu.shape))})
    kept["theta"] = mu[..., None] + signed[..., None] * values["z"]
    z = rng.standard_t(df, mu.shape) if math.isfinite(df) else rng.standard_normal(mu.shape)
    return Answered(kept | {"theta_new": mu + tau * z})


def build(studies: tuple[AnyStudy, ...], model: Model) -> Any:
    """Return the PyMC model, with dimensions ``study`` and ``arm``;
    raises ``ModelError`` where sampling it is hopeless.
    """
    import pymc as pm

    data = observed(studies, model)
    with pm.Model(coords=coords(studies)) as built:
        mu = place("mu", model.mu)
        theta = mu
        if model.heterogeneous:
            theta = _effects(mu, place_signed_scale("tau", model.tau), model)
        add_likelihood(data, theta, model)
    return built


def add_likelihood(data: dict[str, Any], theta: Any, model: Model) -> None:
    """Add what the counts of ``observed`` say about study effects ``theta``, shape (K,) or scalar,
    to the model being built.
    """
    import pymc as pm

    both = None
    if model.has_baseline:
        both = log_odds(place("alpha", model.alpha, dims="study"), theta, model)
    given.add_term(model.family, pm, data, theta, both)


def _effects(mu: Any, signed: Any, model: Model) -> Any:
    """Study effects from the mean and a signed tau, (K,)."""
    import pymc as pm

    z, limits = _standard_effects(model), model.family.scale.limits
    return mu + signed * z if limits is None else effects_between(mu, pm.math.abs(signed), z, limits)


def _standard_effects(model: Model) -> Any:
    """Study effects before they are scaled by tau and moved to mu: standard normal, or Student-t."""
    import pymc as pm

    if math.isfinite(model.degrees_of_freedom):
        return pm.StudentT("z", nu=model.degrees_of_freedom, mu=0.0, sigma=1.0, dims="study")
    return pm.Normal("z", 0.0, 1.0, dims="study")


def observed(studies: tuple[AnyStudy, ...], model: Model, *, exact: bool = True) -> dict[str, Any]:
    """Return every array that the model reads as data, by name:
    what the likelihood needs, then the numbers of the priors.

    ``exact`` says whether the exact engine holds the whole model,
    and so is a way out where sampling would take too long.
    """
    data: dict[str, Any] = given.sampler_data(model.family, counts_of(studies), exact=exact)
    if model.has_baseline:
        data |= prior_data("alpha", model.alpha)
    if model.heterogeneous:
        data |= prior_data("tau", model.tau)
    return data | prior_data("mu", model.mu)
