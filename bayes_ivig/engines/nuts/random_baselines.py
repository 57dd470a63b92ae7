"""The binomial-normal model with exchangeable baselines.

    mu, tau, nu, omega ~ priors,  theta_i ~ Normal(mu, tau^2),  alpha_i ~ Normal(nu, omega^2)
    r0_i ~ Bin(n0_i, p0_i), r1_i ~ Bin(n1_i, p1_i), on the log odds scale
    control baseline:  p0 = alpha_i,               p1 = alpha_i + theta_i
    midpoint baseline: p0 = alpha_i - theta_i / 2, p1 = alpha_i + theta_i / 2

(Methods of this form: Jackson et al. 2018, Stat Med 37:1059, there with maximum likelihood.) A study with an
empty arm is left out, as everywhere in this package, although its other arm would say something of nu and
omega.
"""

from typing import Any

import numpy as np

from bayes_ivig.engines.nuts.centring import baseline_weights, effect_weights, place_by_study
from bayes_ivig.engines.nuts.plan import (
    Answered,
    Plan,
    Values,
    arm_log_odds,
    coords,
    counts_data,
    estimable,
    observe_counts,
    prior_data,
)
from bayes_ivig.engines.nuts.priors import form, place
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.arms import RandomBaselines
from bayes_ivig.likelihoods.baselines import PLACES
from bayes_ivig.results.posterior.quantity import Quantity

PRIORS = ("mu", "tau", "nu", "omega")


def plan(dataset: Dataset, model: RandomBaselines) -> Plan:
    """Return how to sample this model on this dataset; raises ``DataError``."""
    studies = estimable(dataset)
    forms = tuple(form(getattr(model, name)) for name in PRIORS)
    return Plan(
        model=model,
        studies=studies,
        structure=(model.KIND, model.baseline, len(studies), forms),
        data=observed(studies, model),
        build=lambda: build(studies, model),
        answer=lambda values, rng: answer(values, rng, model),
    )


def build(studies: tuple[Study, ...], model: RandomBaselines) -> Any:
    """Return the PyMC model, with dimensions ``study`` and ``arm``."""
    import pymc as pm

    data = observed(studies, model)
    with pm.Model(coords=coords(studies)) as built:
        mu, tau = place("mu", model.mu), place("tau", model.tau, positive=True)
        nu, omega = place("nu", model.nu), place("omega", model.omega, positive=True)
        theta = pm.Deterministic("theta", place_by_study("z", (mu, tau), data["z_weights"]), dims="study")
        alpha = pm.Deterministic("alpha", place_by_study("a", (nu, omega), data["a_weights"]), dims="study")
        observe_counts(data, arm_log_odds(alpha, theta, model.baseline))
    return built


def observed(studies: tuple[Study, ...], model: RandomBaselines) -> dict[str, Any]:
    """Return every array that the model reads as data, by name."""
    data = counts_data(studies)
    data |= {"z_weights": effect_weights(studies), "a_weights": baseline_weights(studies, model.baseline)}
    for name in PRIORS:
        data |= prior_data(name, getattr(model, name))
    return data


def answer(values: Values, rng: np.random.Generator, model: RandomBaselines) -> Answered:
    """Return the draws of mu, tau, theta, alpha, nu and omega, and of the effect in a new study."""
    kept = {name: values[name] for name in (*PRIORS, "theta", "alpha")}
    kept["theta_new"] = values["mu"] + values["tau"] * rng.standard_normal(values["mu"].shape)
    where = PLACES[model.baseline].of
    return Answered(
        kept,
        (
            Quantity("nu", f"mean log odds {where}", "log odds"),
            Quantity("omega", f"between-study SD of the log odds {where}", "SD of log odds"),
        ),
    )
