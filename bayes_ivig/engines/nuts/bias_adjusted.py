"""Bias adjustment: flagged trials show their effect and a bias (Welton et al. 2009, J R Stat Soc A 172:119).

    mu ~ prior,  tau ~ prior,  beta0 ~ prior,  kappa ~ prior
    theta_i ~ Normal(mu, tau^2)         the effect of every trial, free of bias
    b_i ~ Normal(beta0, kappa^2)        for flagged trials; for the others b_i = 0
    counts of trial i                   as in the two-arm model, with theta_i + b_i for its log odds ratio

Of a flagged trial the counts see only the sum, theta_i + b_i = mu + beta0 + s z_i with s = sqrt(tau^2 +
kappa^2) and z_i ~ Normal(0, 1), so that is what is sampled. How the sum splits is drawn afterwards, with
another standard normal e_i of which the counts know nothing:

    theta_i = mu    + tau   (tau   z_i - kappa e_i) / s
    b_i     = beta0 + kappa (kappa z_i + tau   e_i) / s

(tau z - kappa e) / s and (kappa z + tau e) / s are a rotation of (z, e), hence again independent standard
normal: the priors are the ones stated, and the sampler meets no ridge.
"""

from typing import Any

import numpy as np

from bayes_ivig.engines.biased.quantities import quantities, remarks
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.engines.nuts import two_arm
from bayes_ivig.engines.nuts.plan import Answered, Array, Plan, Values, coords, prior_data
from bayes_ivig.engines.nuts.priors import form, place
from bayes_ivig.inputs.characteristics.covariates import flags_of
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.estimates.rows import AnyStudy
from bayes_ivig.inputs.model.covariates import BiasAdjusted

type Flags = tuple[bool, ...]


def plan(dataset: Dataset, model: BiasAdjusted) -> Plan:
    """Return how to sample this model on this dataset; raises ``DataError`` where no trial is flagged."""
    studies = informative(dataset, model.two_arm)
    flags = flags_of(dataset, tuple(study.name for study in studies), model)
    priors = form(model.mu), form(model.tau), form(model.alpha), form(model.beta0), form(model.kappa)
    return Plan(
        model=model,
        studies=studies,
        structure=(model.KIND, model.likelihood, model.baseline, len(studies), priors),
        data=observed(studies, flags, model),
        build=lambda: build(studies, flags, model),
        answer=lambda values, rng: answer(values, rng, studies, flags),
    )


def build(studies: tuple[AnyStudy, ...], flags: Flags, model: BiasAdjusted) -> Any:
    """Return the PyMC model, with dimensions ``study`` and ``arm``; one flag per study."""
    import pymc as pm

    data = observed(studies, flags, model)
    with pm.Model(coords=coords(studies)) as built:
        mu, tau = place("mu", model.mu), place("tau", model.tau, positive=True)
        beta0, kappa = place("beta0", model.beta0), place("kappa", model.kappa, positive=True)
        flagged = pm.Data("flagged", data["flagged"], dims="study")
        spread = pm.math.sqrt(tau**2 + flagged * kappa**2)
        z = pm.Normal("z", 0.0, 1.0, dims="study")
        two_arm.add_likelihood(data, mu + flagged * beta0 + spread * z, model.two_arm)
    return built


def observed(studies: tuple[AnyStudy, ...], flags: Flags, model: BiasAdjusted) -> dict[str, Any]:
    """Return every array that the model reads as data, by name."""
    flagged = np.array(flags, float)
    priors = prior_data("beta0", model.beta0) | prior_data("kappa", model.kappa)
    return two_arm.observed(studies, model.two_arm, exact=False) | {"flagged": flagged} | priors


def answer(values: Values, rng: np.random.Generator, studies: tuple[AnyStudy, ...], flags: Flags) -> Answered:
    """Return the draws of mu, tau, theta, alpha, beta0, kappa and every bias,
    and of the unbiased effect in a new study.
    """
    kept = {name: values[name] for name in ("mu", "tau", "alpha", "beta0", "kappa") if name in values}
    kept["theta_new"] = kept["mu"] + kept["tau"] * rng.standard_normal(kept["mu"].shape)
    kept["theta"], kept["bias"] = split(values, rng.standard_normal((*kept["mu"].shape, sum(flags))), flags)
    flagged = tuple(study.name for study, flag in zip(studies, flags, strict=True) if flag)
    names = tuple(study.name for study in studies)
    return Answered(kept, quantities(names, flags), remarks(names, flags), {"bias": flagged})


def split(values: Values, e: Array, flags: Flags) -> tuple[Array, Array]:
    """Return theta, (chains, draws, K), and the bias of the J flagged trials, (chains, draws, J),
    by standard normals ``e``.
    """
    mu, tau, beta0, kappa = (values[name][..., None] for name in ("mu", "tau", "beta0", "kappa"))
    theta = mu + tau * values["z"]
    where = np.flatnonzero(flags)
    z, both = values["z"][..., where], np.hypot(tau, kappa)
    theta[..., where] = mu + tau * (tau * z - kappa * e) / both
    return theta, beta0 + kappa * (kappa * z + tau * e) / both
