"""Loss, preterm live birth and term live birth together: a continuation ratio of two binomial-normal models.

    live births          l0_i ~ Bin(n0_i, alpha_i - theta_i / 2)                     (log odds)
                         l1_i ~ Bin(n1_i, alpha_i + theta_i / 2)
    preterm given live   p0_i ~ Bin(l0_i, alpha_preterm_i - theta_preterm_i / 2)
                         p1_i ~ Bin(l1_i, alpha_preterm_i + theta_preterm_i / 2)
    theta_i         = mu         + tau         z_i
    theta_preterm_i = mu_preterm + tau_preterm (rho z_i + sqrt(1 - rho^2) z_preterm_i),   z ~ Normal(0, 1)

With the baseline on the control arm the log odds are alpha_i and alpha_i + theta_i instead. The three-way
count of an arm is the product of the two steps, so a study without preterm counts simply lacks the second. A
study with preterm counts in one arm only lacks it too: its baseline is free, so one arm can say nothing on a
contrast except through the prior of that baseline, and summed over studies such hearsay would look like a
finding. Study effects of the second step exist only where it is observed; elsewhere they integrate to 1. Both
steps are not centred: see two_arm. Study effects are put together from the draws afterwards: as variables of
the model they would double the time to compile.
"""

from typing import Any

import numpy as np

from bayes_ivig.engines.nuts.plan import (
    Answered,
    Array,
    Plan,
    Values,
    arm_log_odds,
    coords,
    counts_data,
    estimable,
    observe_counts,
    prior_data,
)
from bayes_ivig.engines.nuts.priors import form, place, place_correlation
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.joint_dataset import JointDataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.joint import JointOutcome
from bayes_ivig.results.other_models.joint_outcome import quantities, remarks, term_effects

PLACED = ("mu", "tau", "alpha", "mu_preterm", "tau_preterm")


def plan(dataset: Dataset, model: JointOutcome) -> Plan:
    """Return how to sample this model on this dataset; raises ``DataError``,
    also where preterm counts are impossible.
    """
    table = JointDataset.from_columns(dataset)
    studies = estimable(dataset)
    second = tuple(
        study for study in table.preterm_studies() if study.name in {first.name for first in studies}
    )
    forms = tuple(form(getattr(model, name)) for name in (*PLACED, "alpha_preterm"))
    return Plan(
        model=model,
        studies=studies,
        structure=(model.KIND, model.effects, model.baseline, len(studies), len(second), forms),
        data=observed(studies, second, model),
        build=lambda: build(studies, second, model),
        answer=lambda values, rng: answer(values, rng, model, table),
    )


def build(studies: tuple[Study, ...], second: tuple[Study, ...], model: JointOutcome) -> Any:
    """Return the PyMC model, with dimensions ``study``, ``arm`` and ``preterm_study``;
    ``second`` may be empty.
    """
    import pymc as pm

    data = observed(studies, second, model)
    with pm.Model(coords=coords(studies) | {"preterm_study": [study.name for study in second]}) as built:
        mu, tau = place("mu", model.mu), place("tau", model.tau, positive=True)
        z = pm.Normal("z", 0.0, 1.0, dims="study")
        alpha = place("alpha", model.alpha, dims="study")
        observe_counts(data, arm_log_odds(alpha, mu + tau * z, model.baseline))
        mu_preterm, tau_preterm = (
            place("mu_preterm", model.mu_preterm),
            place("tau_preterm", model.tau_preterm, positive=True),
        )
        rho = place_correlation("rho", model.rho) if model.correlated else None
        if second:
            _observe_preterm(data, mu_preterm + tau_preterm * _effects(data, z, rho), model)
    return built


def _effects(data: dict[str, Any], z: Any, rho: Any) -> Any:
    """Return the standard normal effects of the second step, correlated with those of the first."""
    import pymc as pm

    own = pm.Normal("z_preterm", 0.0, 1.0, dims="preterm_study")
    if rho is None:
        return own
    rows = pm.Data("preterm_rows", data["preterm_rows"], dims="preterm_study")
    return rho * z[rows] + pm.math.sqrt(1 - rho**2) * own


def _observe_preterm(data: dict[str, Any], theta: Any, model: JointOutcome) -> None:
    import pymc as pm

    alpha = place("alpha_preterm", model.alpha_preterm, dims="preterm_study")
    totals = pm.Data("preterm_totals", data["preterm_totals"], dims=("preterm_study", "arm"))
    events = pm.Data("preterm_events", data["preterm_events"], dims=("preterm_study", "arm"))
    log_odds = arm_log_odds(alpha, theta, model.baseline)
    pm.Binomial("preterm_count", totals, logit_p=log_odds, observed=events, dims=("preterm_study", "arm"))


def observed(studies: tuple[Study, ...], second: tuple[Study, ...], model: JointOutcome) -> dict[str, Any]:
    """Return every array that the model reads as data, by name."""
    data = counts_data(studies)
    for name in PLACED:
        data |= prior_data(name, getattr(model, name))
    if model.correlated:
        data |= prior_data("rho", model.rho)
    if second:
        data |= {f"preterm_{name}": counts for name, counts in counts_data(second).items()}
        data |= prior_data("alpha_preterm", model.alpha_preterm)
    if second and model.correlated:
        names = [study.name for study in studies]
        data["preterm_rows"] = np.array([names.index(study.name) for study in second], np.int64)
    return data


def answer(values: Values, rng: np.random.Generator, model: JointOutcome, table: JointDataset) -> Answered:
    """Return the draws of both steps and, at the model's baseline risks, of term live birth;
    new studies' effects correlated.
    """
    scalars = ("mu", "tau", "mu_preterm", "tau_preterm", "rho")
    kept = {name: values[name] for name in (*scalars, "alpha", "alpha_preterm") if name in values}
    kept["theta"] = kept["mu"][..., None] + kept["tau"][..., None] * values["z"]
    z, own = rng.standard_normal((2, *kept["mu"].shape))
    rho = kept.get("rho", np.zeros_like(z))
    kept["theta_new"] = kept["mu"] + kept["tau"] * z
    kept["theta_new_preterm"] = kept["mu_preterm"] + kept["tau_preterm"] * (
        rho * z + np.sqrt(1 - rho**2) * own
    )
    second = tuple(study.name for study in table.preterm_studies())
    if second:
        names = [study.name for study in table.live.studies if study.estimable]
        kept["theta_preterm"] = _preterm_effects(values, rho, [names.index(name) for name in second])
    kept |= term_effects(kept["mu"], kept["mu_preterm"], model.live_risk, model.preterm_risk)
    further = quantities(kept, model, table)
    labels: dict[str, tuple[str, ...]] = {
        name: second for name in ("theta_preterm", "alpha_preterm") if name in kept
    }
    return Answered(kept, further, remarks(further, model, table), labels)


def _preterm_effects(values: Values, rho: Array, rows: list[int]) -> Array:
    """Return theta_preterm, (chains, draws, J), of the studies in these rows."""
    rho = rho[..., None]
    effects = rho * values["z"][..., rows] + np.sqrt(1 - rho**2) * values["z_preterm"]
    return values["mu_preterm"][..., None] + values["tau_preterm"][..., None] * effects
