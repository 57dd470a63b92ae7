"""Quadrature and NUTS give the same posterior: two programs with nothing in common but the model.

Tolerance: four Monte Carlo standard errors, which chance alone exceeds once in 16,000 comparisons;
seeds are fixed.
"""

from functools import cache

import numpy as np
import pytest
from arviz_stats.base.array import array_stats

import bayes_ivig as bi
from bayes_ivig.inputs.counts.dataset import outcomes
from bayes_ivig.likelihoods.registry import NAMES

pytestmark = pytest.mark.mcmc

WITHIN = 4.0
PROBABILITIES = (0.025, 0.5, 0.975)
SAMPLER = bi.NUTS(seed=2, target_accept=0.99)


@cache
def bundled() -> dict[str, bi.Dataset]:
    """Every bundled table whose counts are known, in every one of its trial sets;
    complements mirror another.
    """
    found = {}
    for outcome in outcomes("ivig"):
        try:
            table = bi.load_dataset("ivig", outcome=outcome)
        except bi.errors.DataError:  # counts known only in part
            continue
        if not table.about.complement_of:
            found |= {f"{outcome} {name}": table.trials(name) for name in table.trial_sets}
    return found


def distances(dataset: bi.Dataset, model: bi.Model, sampler: bi.NUTS) -> dict[str, float]:
    """Difference between the engines in Monte Carlo standard errors, for every reported number."""
    exact, drawn = bi.fit(dataset, model), bi.fit(dataset, model, engine=sampler)
    assert exact.studies == drawn.studies
    assert exact.diagnostics.ok
    assert drawn.diagnostics.ok, drawn.diagnostics.problems
    values = drawn.answers.values
    found = {}
    for name in ("mu", "tau", "theta_new"):
        if name not in values:
            continue
        if exact[name].mean is not None:
            found[f"{name} mean"] = (drawn[name].mean - exact[name].mean) / drawn.diagnostics[
                f"mcse.{name}.mean"
            ]
        for p in PROBABILITIES:
            found[f"{name} {p}"] = share_distance(values[name] <= exact[name].quantile(p), p)
    found["P(OR>1)"] = share_distance(values["mu"] > 0, exact["mu"].prob_above(0.0))
    for i, study in enumerate(drawn.studies if "theta" in values else ()):
        error = float(array_stats.mcse(values["theta"][..., i], method="mean"))
        found[f"theta[{study}] mean"] = (drawn.theta[study].mean - exact.theta[study].mean) / error
    return found


def share_distance(holds: np.ndarray, probability: float) -> float:
    """Distance of a share of draws from its probability; a quantile is compared so too, for where the density
    is far from flat (tau near 0) the Monte Carlo error of the quantile itself is understated. At least one
    draw's worth of error."""
    error = float(array_stats.mcse(holds.astype(float), method="mean")) if 0 < holds.mean() < 1 else 0.0
    return (float(holds.mean()) - probability) / max(error, 1 / holds.size)


def assert_agree(dataset: bi.Dataset, model: bi.Model, sampler: bi.NUTS = SAMPLER) -> None:
    found = distances(dataset, model, sampler)
    assert {name: value for name, value in found.items() if not abs(value) < WITHIN} == {}


@pytest.mark.parametrize(
    "priors", [("normal(0, 2.82)", "half_normal(0.5)"), ("normal(0, 1)", "half_normal(1)")], ids=str
)
@pytest.mark.parametrize("likelihood", NAMES)
@pytest.mark.parametrize("name", bundled())
def test_bundled_tables(name: str, likelihood: str, priors: tuple[str, str]) -> None:
    assert_agree(bundled()[name], bi.Model(likelihood=likelihood, mu=priors[0], tau=priors[1]))


OTHERS = {
    "common effect": {"effects": "common"},
    "midpoint baseline, heavy tails, tau squared": {
        "baseline": "midpoint",
        "alpha": "logistic(0, 1)",
        "mu": "student_t(4, 0, 0.58)",
        "tau": 'turner2015("obstetric outcomes", "pharmacological vs. placebo / control")',
    },
    "limits and mixtures": {
        "mu": "mixture(0.8: normal(0.2, 0.3), 0.2: normal(0, 4))",
        "tau": "uniform(0, 4)",
        "alpha": "mixture(0.5: normal(0, 2), 0.5: logistic(1, 1))",
    },
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_models(name: str) -> None:
    """Small tau has a funnel of its own under the log-normal prior on tau squared: more draws."""
    sampler = bi.NUTS(seed=2, target_accept=0.99)
    assert_agree(bundled()["live_birth published"], bi.Model(**OTHERS[name]), sampler)


def test_flat_priors() -> None:
    model = bi.Model(likelihood="normal", mu="flat()", tau="uniform_tau2(0, 50)")
    assert_agree(bundled()["live_birth all"], model, bi.NUTS(seed=2))


def test_pymc_samples_the_same_posterior() -> None:
    sampler = bi.NUTS(seed=2, target_accept=0.995, sampler="pymc")
    assert_agree(bundled()["live_birth published"], bi.Model(likelihood="normal"), sampler)


def test_dropped_studies_are_the_same_in_both() -> None:
    """Under the normal likelihood a trial with only events says nothing;
    a trial with an empty arm never does.
    """
    table = bundled()["live_birth published"]
    extra = (bi.Study("nobody treated", 0, 0, 3, 9), bi.Study("all live", 4, 4, 6, 6))
    wider = bi.Dataset((*table.studies, *extra), "wider")
    drawn = bi.fit(wider, bi.Model(likelihood="normal"), engine=SAMPLER)
    same = bi.fit(table, bi.Model(likelihood="normal"), engine=SAMPLER)
    assert drawn.studies == same.studies == table.study_names
    assert np.array_equal(drawn.answers.values["mu"], same.answers.values["mu"])
