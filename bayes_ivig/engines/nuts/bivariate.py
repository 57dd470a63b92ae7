"""The two arms' log odds as a bivariate normal over studies (van Houwelingen,
Arends & Stijnen 2002, Stat Med 21:589).

    mu, nu_control, omega_control, omega_treatment, rho ~ priors
    alpha_i ~ Normal(nu_control, omega_control^2)                       the control arm's log odds
    beta_i given alpha_i ~ Normal(m_i, omega_treatment^2 (1 - rho^2))   the treatment arm's
    m_i = nu_control + mu + rho omega_treatment (alpha_i - nu_control) / omega_control
    r0_i ~ Bin(n0_i, alpha_i), r1_i ~ Bin(n1_i, beta_i), on the log odds scale;  theta_i = beta_i - alpha_i

tau^2 = omega_control^2 + omega_treatment^2 - 2 rho omega_control omega_treatment is implied. A study with an
empty arm is left out, as everywhere in this package, although its other arm would say something of that arm's
mean and SD.
"""

from typing import Any

import numpy as np

from bayes_ivig.engines.nuts.centring import baseline_weights, effect_weights, place_by_study
from bayes_ivig.engines.nuts.plan import (
    Answered,
    Plan,
    Values,
    coords,
    counts_data,
    estimable,
    observe_counts,
    prior_data,
)
from bayes_ivig.engines.nuts.priors import form, place, place_correlation
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.arms import Bivariate
from bayes_ivig.results.posterior.quantity import Quantity

PLAIN = ("mu", "nu_control", "omega_control", "omega_treatment")
QUANTITIES = (
    Quantity("nu_control", "mean log odds of the control arm", "log odds"),
    Quantity("nu_treatment", "mean log odds of the treatment arm", "log odds"),
    Quantity("omega_control", "between-study SD of the log odds of the control arm", "SD of log odds"),
    Quantity("omega_treatment", "between-study SD of the log odds of the treatment arm", "SD of log odds"),
    Quantity("rho", "correlation between studies of the two arms' log odds", "correlation"),
)


def plan(dataset: Dataset, model: Bivariate) -> Plan:
    """Return how to sample this model on this dataset; raises ``DataError``."""
    studies = estimable(dataset)
    return Plan(
        model=model,
        studies=studies,
        structure=(model.KIND, len(studies), *(form(getattr(model, name)) for name in PLAIN)),
        data=observed(studies, model),
        build=lambda: build(studies, model),
        answer=answer,
    )


def build(studies: tuple[Study, ...], model: Bivariate) -> Any:
    """Return the PyMC model, with dimensions ``study`` and ``arm``."""
    import pymc as pm

    data = observed(studies, model)
    with pm.Model(coords=coords(studies)) as built:
        mu, nu = place("mu", model.mu), place("nu_control", model.nu_control)
        spread = [
            place(name, getattr(model, name), positive=True) for name in ("omega_control", "omega_treatment")
        ]
        rho = place_correlation("rho", model.rho)
        alpha = pm.Deterministic(
            "alpha", place_by_study("a", (nu, spread[0]), data["a_weights"]), dims="study"
        )
        expected = nu + mu + rho * spread[1] * (alpha - nu) / spread[0]
        beta = place_by_study("z", (expected, spread[1] * pm.math.sqrt(1 - rho**2)), data["z_weights"])
        pm.Deterministic("theta", beta - alpha, dims="study")
        observe_counts(data, pm.math.stack([beta, alpha], axis=1))
    return built


def observed(studies: tuple[Study, ...], model: Bivariate) -> dict[str, Any]:
    """Return every array that the model reads as data, by name."""
    data = counts_data(studies)
    data |= {"z_weights": effect_weights(studies), "a_weights": baseline_weights(studies, "control")}
    for name in model.PRIORS:
        data |= prior_data(name, getattr(model, name))
    return data


def answer(values: Values, rng: np.random.Generator) -> Answered:
    """Return the draws of the parameters, of the implied tau, and of the effect in a new study."""
    kept = {name: values[name] for name in (*PLAIN, "rho", "theta", "alpha")}
    control, treatment = kept["omega_control"], kept["omega_treatment"]
    # The difference first: with equal SDs and a correlation near 1 the three squares would cancel.
    kept["tau"] = np.sqrt((control - treatment) ** 2 + 2 * (1 - kept["rho"]) * control * treatment)
    kept["nu_treatment"] = kept["nu_control"] + kept["mu"]
    kept["theta_new"] = kept["mu"] + kept["tau"] * rng.standard_normal(kept["mu"].shape)
    return Answered(kept, QUANTITIES)
