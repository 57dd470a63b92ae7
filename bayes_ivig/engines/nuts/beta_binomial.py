"""Beta-binomial counts: the arms' risks are drawn from beta distributions,
and integrated out (Kuss 2015, Stat Med 34:1097).

    mu, nu, phi ~ priors,  m0 = expit(nu),  m1 = expit(nu + mu)
    r0_i ~ BetaBinomial(n0_i, m0 / phi0, (1 - m0) / phi0), r1_i ~ BetaBinomial(n1_i,
    m1 / phi1, (1 - m1) / phi1)

with phi0 = phi1 = phi, or each with the prior of phi. Given the parameters, an arm's own risk is Beta(a + r,
b + n - r): the studies' effects are drawn from that afterwards, so that the sampler sees three or four
parameters, whatever the table.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.engines.nuts.plan import Answered, Plan, Values, coords, counts_data, estimable, prior_data
from bayes_ivig.engines.nuts.priors import form, place
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.model.arms import BetaBinomial
from bayes_ivig.results.posterior.quantity import Quantity

type Array = NDArray[np.float64]

PRIORS = ("mu", "nu", "phi")
ARMS = ("treatment", "control")  # in the order of the columns of the counts
NU = Quantity("nu", "log odds of the mean risk under control", "log odds")


def plan(dataset: Dataset, model: BetaBinomial) -> Plan:
    """Return how to sample this model on this dataset; raises ``DataError``."""
    studies = estimable(dataset)
    forms = tuple(form(getattr(model, name)) for name in PRIORS)
    return Plan(
        model=model,
        studies=studies,
        structure=(model.KIND, model.dispersion, len(studies), forms),
        data=observed(studies, model),
        build=lambda: build(studies, model),
        answer=lambda values, rng: answer(values, rng, studies),
    )


def build(studies: tuple[Study, ...], model: BetaBinomial) -> Any:
    """Return the PyMC model, with dimensions ``study`` and ``arm``."""
    import pymc as pm

    data = observed(studies, model)
    with pm.Model(coords=coords(studies)) as built:
        mu, nu = place("mu", model.mu), place("nu", model.nu)
        if model.dispersion == "common":
            phi = place("phi", model.phi, positive=True)
        else:
            by_arm = [place(f"phi_{arm}", model.phi, positive=True) for arm in ARMS]
            phi = pm.math.stack(by_arm)
        mean = pm.math.sigmoid(pm.math.stack([nu + mu, nu]))
        other = pm.math.sigmoid(-pm.math.stack([nu + mu, nu]))  # 1 - mean, exact where the mean is near 1
        totals = pm.Data("totals", data["totals"], dims=("study", "arm"))
        events = pm.Data("events", data["events"], dims=("study", "arm"))
        pm.BetaBinomial(
            "count", n=totals, alpha=mean / phi, beta=other / phi, observed=events, dims=("study", "arm")
        )
    return built


def observed(studies: tuple[Study, ...], model: BetaBinomial) -> dict[str, Any]:
    """Return every array that the model reads as data, by name."""
    data = counts_data(studies) | prior_data("mu", model.mu) | prior_data("nu", model.nu)
    names = ["phi"] if model.dispersion == "common" else [f"phi_{arm}" for arm in ARMS]
    for name in names:
        data |= prior_data(name, model.phi)
    return data


def answer(values: Values, rng: np.random.Generator, studies: tuple[Study, ...]) -> Answered:
    """Return the draws of the parameters, of the implied tau,
    and of the effects of the studies and of a new one.
    """
    phis = [name for name in ("phi", "phi_control", "phi_treatment") if name in values]
    kept = {name: values[name] for name in ("mu", "nu", *phis)}
    counts = counts_data(studies)
    log_odds, variance = {}, np.zeros(kept["mu"].shape)
    for column, arm in enumerate(ARMS):
        centre = kept["nu"] + kept["mu"] if arm == "treatment" else kept["nu"]
        phi = values.get("phi", values.get(f"phi_{arm}"))
        assert phi is not None
        a, b = special.expit(centre) / phi, special.expit(-centre) / phi
        r, n = counts["events"][:, column], counts["totals"][:, column]
        log_odds[arm] = draw_log_odds(a[..., None] + r, b[..., None] + n - r, rng)
        log_odds[f"new {arm}"] = draw_log_odds(a, b, rng)
        variance += special.polygamma(1, a) + special.polygamma(1, b)  # of the log odds of a beta risk
    kept |= {
        "tau": np.sqrt(variance),
        "theta": log_odds["treatment"] - log_odds["control"],
        "alpha": log_odds["control"],
    }
    kept["theta_new"] = log_odds["new treatment"] - log_odds["new control"]
    kept |= {name.replace("phi", "icc"): kept[name] / (1 + kept[name]) for name in phis}
    return Answered(kept, (NU, *(quantity for name in phis for quantity in _dispersion(name))))


def draw_log_odds(a: Array, b: Array, rng: np.random.Generator) -> Array:
    """Draw the log odds of a Beta(a, b) risk, as the difference of two log gamma variates:
    a risk itself may round to 0 or 1.
    """
    return _log_gamma(a, rng) - _log_gamma(b, rng)


def _log_gamma(shape: Array, rng: np.random.Generator) -> Array:
    """Draw the log of a gamma variate: G(a) = G(a + 1) U^(1 / a),
    which does not round to 0 for a small shape a.
    """
    return np.asarray(np.log(rng.standard_gamma(shape + 1)) - rng.standard_exponential(shape.shape) / shape)


def _dispersion(name: str) -> tuple[Quantity, Quantity]:
    where = {"phi": "", "phi_control": " under control", "phi_treatment": " under treatment"}[name]
    return (
        Quantity(
            name, f"overdispersion{where}, 1 / (a + b) of the risks' beta distribution", "overdispersion"
        ),
        Quantity(
            name.replace("phi", "icc"),
            f"intraclass correlation of the patients of an arm{where}",
            "correlation",
        ),
    )
