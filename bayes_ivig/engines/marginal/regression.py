"""Meta-regression with every study's own effect integrated out.

    mu, tau, beta as in ``engines.nuts.meta_regression``
    log likelihood = sum of log L_i(mu + x_i beta, tau)

L_i is the likelihood of one study with its effect, and its baseline, integrated out: splines in both
arguments (``table``). What is left to sample are mu, tau and the coefficients, without funnels, under any
likelihood: one compiled model serves them all. Effects and baselines are drawn afterwards from their
distribution given these.
"""

import math
from typing import Any

import numpy as np

from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.engines.grid.surface import mixing_of
from bayes_ivig.engines.marginal import effects
from bayes_ivig.engines.marginal.potential import log_likelihood
from bayes_ivig.engines.marginal.table import Table, tabulated
from bayes_ivig.engines.nuts import meta_regression as latent
from bayes_ivig.engines.nuts.plan import Answered, Array, Plan, Values, prior_data
from bayes_ivig.engines.nuts.priors import form, place, place_signed_scale
from bayes_ivig.inputs.characteristics.covariates import Design, design_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.covariates import MetaRegression
from bayes_ivig.likelihoods import given
from bayes_ivig.likelihoods.contract import WithBaselines


def plan(dataset: Dataset, model: MetaRegression) -> Plan:
    """Return how to sample this model on this dataset; raises ``DataError``, and ``ModelError`` for unfit
    references and for likelihoods whose surface has edges.
    """
    two_arm = model.two_arm
    studies = informative(dataset, two_arm)
    design = design_of(dataset, tuple(study.name for study in studies), model)
    table = tabulated(studies, two_arm)
    normal = table if mixing_of(two_arm) is None else tabulated(studies, two_arm, mixed=False)
    scale = form(model.beta_scale) if model.shrinkage == "learned" else None
    tau = form(model.tau) if two_arm.heterogeneous else None
    priors = form(model.mu), tau, form(model.beta), scale
    return Plan(
        model=model,
        studies=studies,
        structure=("marginal", table.size, len(studies), len(design.names), priors),
        data=observed(table, design, model),
        build=lambda: build(table, design, model),
        answer=lambda values, rng: answer(values, rng, design, (studies, model, normal)),
    )


def build(table: Table, design: Design, model: MetaRegression) -> Any:
    """Return the PyMC model, with the dimension ``coefficient``; ``design`` has one row per study."""
    import pymc as pm

    data = observed(table, design, model)
    with pm.Model(coords={"coefficient": design.names}) as built:
        read = {name: pm.Data(name, data[name]) for name in ("surface", "axes", "covariates")}
        means = place("mu", model.mu) + pm.math.dot(read["covariates"], latent.coefficients(model))
        tau = pm.math.abs(place_signed_scale("tau", model.tau)) if model.two_arm.heterogeneous else 0.0
        total = log_likelihood(read["surface"], read["axes"], means, tau, table.size)
        pm.Potential("log_likelihood", total)
    return built


def observed(table: Table, design: Design, model: MetaRegression) -> dict[str, Any]:
    """Return every array that the model reads as data, by name."""
    data = table.data | {"covariates": np.array(design.rows, float)} | prior_data("mu", model.mu)
    if model.two_arm.heterogeneous:
        data |= prior_data("tau", model.tau)
    return data | latent.coefficient_data(model)


def answer(
    values: Values,
    rng: np.random.Generator,
    design: Design,
    given_studies: tuple[tuple[AnyStudy, ...], MetaRegression, Table],
) -> Answered:
    """Return the draws of mu, tau and every coefficient, with effects and baselines of the studies drawn
    beside them, and of the effect in a new study at the references.
    """
    studies, model, normal = given_studies
    kept, two_arm = latent.parameters(values), model.two_arm
    means = latent.means(kept, design)
    shape = means.shape
    if two_arm.heterogeneous:
        kept["tau"] = tau = np.abs(values["tau_signed" if "tau_signed" in values else "tau"])
        flat = means.reshape(-1, shape[-1]), tau.reshape(-1)
        kept["theta"] = effects.drawn(normal, *flat, mixing_of(two_arm), rng).reshape(shape)
        kept["theta_new"] = kept["mu"] + tau * _standard(two_arm.degrees_of_freedom, tau.shape, rng)
    else:
        kept["theta"], kept["theta_new"] = means, kept["mu"]
    if isinstance(two_arm.family, WithBaselines):
        theta = kept["theta"].reshape(-1, shape[-1])
        alpha = given.draw_baselines(two_arm.family, counts_of(studies), theta, two_arm.baselines, rng)
        kept["alpha"] = alpha.reshape(shape)
    return latent.answered(kept, design)


def _standard(df: float, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    return rng.standard_t(df, shape) if math.isfinite(df) else rng.standard_normal(shape)
