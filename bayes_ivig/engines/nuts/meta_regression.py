"""Meta-regression: a study's effect follows its characteristics.

    mu ~ prior,  tau ~ prior,  theta_i = mu + x_i beta + tau z_i,  z_i ~ Normal(0, 1)
    stated shrinkage    beta_j ~ prior
    learned shrinkage   beta_j = beta_scale u_j,  u_j ~ prior,  beta_scale ~ prior

The likelihood is that of the two-arm model. Neither study effects nor learned coefficients are centred: few
studies say little about either, and the centred forms then diverge (Betancourt & Girolami 2015). Covariates,
counts and the numbers of the priors are data of the model. theta is put together from the draws afterwards:
as a variable of the model it would double the time to compile.
"""

from typing import Any

import numpy as np

from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.engines.nuts import two_arm
from bayes_ivig.engines.nuts.plan import Answered, Array, Plan, Values, coords, prior_data
from bayes_ivig.engines.nuts.priors import form, place
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.characteristics.covariates import Design, design_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.covariates import MetaRegression
from bayes_ivig.results.posterior.coefficients import quantities_of, remarks_of
from bayes_ivig.results.posterior.quantity import Quantity


def plan(dataset: Dataset, model: MetaRegression) -> Plan:
    """Return how to sample this model on this dataset; raises ``DataError``,
    and ``ModelError`` for unfit references.
    """
    if model.effects != "random":
        raise ModelError(
            f"effects: found {model.effects} with sampled study effects, which are normal; "
            "use engine=NUTS(marginal=True), or Quadrature()"
        )
    studies = informative(dataset, model.two_arm)
    design = design_of(dataset, tuple(study.name for study in studies), model)
    scale = form(model.beta_scale) if model.shrinkage == "learned" else None
    priors = form(model.mu), form(model.tau), form(model.alpha), form(model.beta), scale
    return Plan(
        model=model,
        studies=studies,
        structure=(model.KIND, model.likelihood, model.baseline, len(studies), len(design.names), priors),
        data=observed(studies, design, model),
        build=lambda: build(studies, design, model),
        answer=lambda values, rng: answer(values, rng, design),
    )


def build(studies: tuple[AnyStudy, ...], design: Design, model: MetaRegression) -> Any:
    """Return the PyMC model, with dimensions ``study``, ``arm`` and ``coefficient``;
    ``design`` has one row per study.
    """
    import pymc as pm

    data = observed(studies, design, model)
    with pm.Model(coords=coords(studies) | {"coefficient": design.names}) as built:
        mu, tau = place("mu", model.mu), place("tau", model.tau, positive=True)
        x = pm.Data("covariates", data["covariates"], dims=("study", "coefficient"))
        z = pm.Normal("z", 0.0, 1.0, dims="study")
        two_arm.add_likelihood(data, mu + pm.math.dot(x, coefficients(model)) + tau * z, model.two_arm)
    return built


def coefficients(model: MetaRegression) -> Any:
    """Add the coefficients, shape (P,), to the model being built."""
    if model.shrinkage == "stated":
        return place("beta", model.beta, dims="coefficient")
    return place("beta_scale", model.beta_scale, positive=True) * place(
        "multiple", model.beta, dims="coefficient"
    )


def observed(studies: tuple[AnyStudy, ...], design: Design, model: MetaRegression) -> dict[str, Any]:
    """Return every array that the model reads as data, by name."""
    data = two_arm.observed(studies, model.two_arm, exact=False) | {
        "covariates": np.array(design.rows, float)
    }
    return data | coefficient_data(model)


def coefficient_data(model: MetaRegression) -> dict[str, Any]:
    """Return the numbers of the priors that ``coefficients`` reads, by name."""
    if model.shrinkage == "stated":
        return prior_data("beta", model.beta)
    return prior_data("multiple", model.beta) | prior_data("beta_scale", model.beta_scale)


def answer(values: Values, rng: np.random.Generator, design: Design) -> Answered:
    """Return the draws of mu, tau, theta, alpha and every coefficient,
    and of the effect in a new study at the references.
    """
    kept = parameters(values)
    kept["theta"] = means(kept, design) + kept["tau"][..., None] * values["z"]
    kept["theta_new"] = kept["mu"] + kept["tau"] * rng.standard_normal(kept["mu"].shape)
    return answered(kept, design)


def parameters(values: Values) -> dict[str, Array]:
    """Return the draws of everything but the effects of studies, coefficients as what they multiply."""
    kept = {name: values[name] for name in ("mu", "tau", "alpha", "beta", "beta_scale") if name in values}
    if "beta_scale" in kept:
        kept["beta"] = values["multiple"] * kept["beta_scale"][..., None]
    return kept


def means(values: Values, design: Design) -> Array:
    """Return the mean effect of studies like each one at each draw, (chains, draws, K)."""
    return np.asarray(values["mu"][..., None] + values["beta"] @ np.array(design.rows, float).T)


def answered(kept: dict[str, Array], design: Design) -> Answered:
    """Return draws of this kind of model with the names and words of its coefficients."""
    quantities = quantities_of(design)
    if "beta_scale" in kept:
        quantities += (Quantity("beta_scale", "common scale of the coefficients", "log odds ratio"),)
    return Answered(kept, quantities, remarks_of(design), {"beta": design.names})
