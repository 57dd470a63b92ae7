"""Study weights and predictive checks: bayesmeta's weights, sums over all tables, and what does not exist."""

import math

import numpy as np
import pytest
from scipy import special, stats

from bayes_ivig import Dataset, Model, Study, fit, load_dataset
from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.conditional import mid_probability_below
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.likelihoods.scales import ODDS_RATIO
from bayes_ivig.results.posterior.posterior import Posterior

pytestmark = pytest.mark.slow

LIVE = load_dataset("ivig", "live_birth")
THREE = Dataset(
    tuple(
        Study(f"t{i}", *row) for i, row in enumerate([(29, 50, 17, 49), (15, 38, 29, 40), (12, 21, 16, 19)])
    )
)


@pytest.mark.parametrize(
    "counts",
    [(5, 10, 3, 10), (22, 24, 0, 7), (1, 1, 0, 1), (300, 900, 250, 1000), (3, 100_000, 9, 100_000)],
    ids=str,
)
def test_the_conditional_distribution_is_fishers(counts) -> None:
    r1, n1, r0, n0 = counts
    centre = math.log((r1 + 0.5) * (n0 - r0 + 0.5) / (n1 - r1 + 0.5) / (r0 + 0.5))
    for theta in (centre - 2, centre, centre + 1.5):
        fisher = stats.nchypergeom_fisher(n1 + n0, n1, r1 + r0, math.exp(theta))
        expected = fisher.cdf(r1 - 1) + 0.5 * fisher.pmf(r1)
        assert mid_probability_below(counts, np.array([theta]))[0] == pytest.approx(expected, abs=1e-8)


def test_long_supports_are_the_normal_limit() -> None:
    counts = (300_000, 1_000_000, 310_000, 1_000_000)
    y, s = (float(value[0]) for value in ODDS_RATIO.estimates(counts_of((Study("x", *counts),))))
    theta = y + s * np.linspace(-3, 3, 13)
    assert mid_probability_below(counts, theta) == pytest.approx(special.ndtr((y - theta) / s), abs=3e-4)
    assert mid_probability_below(counts, np.array([-60.0, 60.0])) == pytest.approx([1, 0], abs=1e-9)


def test_normal_weights_make_the_posterior_mean() -> None:
    """bayesmeta's weights: the posterior mean is the weighted sum of estimates and of the prior mean."""
    model = Model(likelihood="normal", mu="normal(0.4, 1)")
    posterior = fit(LIVE, model)
    found = posterior.influence()
    y, s = ODDS_RATIO.estimates(
        counts_of(tuple(study for study in LIVE.studies if study.name in posterior.studies))
    )
    shares = np.array([row.weight for row in found.studies])
    assert shares.sum() + found.prior_weight == pytest.approx(1, abs=1e-12)
    assert shares @ y + found.prior_weight * 0.4 == pytest.approx(posterior["mu"].mean, abs=1e-5)
    tau = np.asarray(posterior["tau"].quantile((np.arange(4000) + 0.5) / 4000))
    w = 1 / (s[:, None] ** 2 + tau**2)
    assert shares == pytest.approx((w / (w.sum(axis=0) + 1)).mean(axis=1), abs=1e-5)


def test_large_trials_weigh_alike_under_every_likelihood() -> None:
    """With many events in every cell the exact curves are normal, and so are the weights."""
    dataset = Dataset(
        tuple(
            Study(f"t{i}", r1, 4000, r0, 4000)
            for i, (r1, r0) in enumerate([(900, 800), (500, 640), (2100, 1900)])
        )
    )
    exact = [
        [row.weight for row in fit(dataset, Model(kind)).influence().studies]
        for kind in ("binomial", "hypergeometric")
    ]
    normal = [row.weight for row in fit(dataset, Model("normal")).influence().studies]
    assert exact[0] == pytest.approx(normal, abs=1e-3)
    assert exact[1] == pytest.approx(normal, abs=1e-3)


def predictive(posterior: Posterior, left: str) -> tuple[float, float]:
    """P(fewer) + P(as many) / 2 of the study left out, and log density of its data,
    by brute force over theta.
    """
    others = fit(posterior.dataset.trials(f"-{left}"), posterior.model)
    study = next(each for each in posterior.dataset.studies if each.name == left)
    r1, n1, r0, n0 = study.counts
    theta = np.linspace(*others["theta_new"].interval(1 - 1e-9), 8001)
    share = others["theta_new"].density(theta)[:, None] / others["theta_new"].density(theta).sum()
    x = np.arange(max(0, r1 + r0 - n0), min(n1, r1 + r0) + 1)
    logs = special.gammaln(n1 + 1) - special.gammaln(x + 1) - special.gammaln(n1 - x + 1)
    logs = (
        logs
        + special.gammaln(n0 + 1)
        - special.gammaln(r1 + r0 - x + 1)
        - special.gammaln(n0 - r1 - r0 + x + 1)
    )
    mass = np.exp(
        logs + theta[:, None] * x - special.logsumexp(logs + theta[:, None] * x, axis=1, keepdims=True)
    )
    return float((share * mass * ((x < r1) + 0.5 * (x == r1))).sum()), math.log(
        (share * mass)[:, x == r1].sum()
    )


@pytest.mark.parametrize("effects", ["random", "common", "student_t(4)"])
def test_leave_one_out_against_brute_force(effects: str) -> None:
    posterior = fit(LIVE, Model("hypergeometric", effects))
    found = posterior.influence()
    for name in ("Stricker 2000", "Dendrinos 2009"):
        below, log_density = predictive(posterior, name)
        assert found[name].prob_below == pytest.approx(below, abs=2e-4)
        assert found[name].predictive_p == pytest.approx(2 * min(below, 1 - below), abs=2e-3)
        assert found[name].log_predictive_density == pytest.approx(log_density, abs=1e-3)
        without = fit(LIVE.trials(f"-{name}"), posterior.model)
        assert found[name].prob_above_without == pytest.approx(without["mu"].prob_above(0.0), abs=1e-4)
        assert found[name].median_without == pytest.approx(without["mu"].quantile(0.5), abs=1e-3)
    assert found.log_predictive_density == pytest.approx(
        sum(row.log_predictive_density for row in found.studies)
    )


def test_a_normal_predictive_check_against_a_double_sum() -> None:
    posterior = fit(THREE, Model("normal"))
    y, s = ODDS_RATIO.estimates(counts_of(THREE.studies))
    others = fit(THREE.trials("-t0"), Model("normal"))
    theta = np.asarray(others["theta_new"].quantile((np.arange(20_000) + 0.5) / 20_000))
    assert posterior.influence()["t0"].prob_below == pytest.approx(
        special.ndtr((y[0] - theta) / s[0]).mean(), abs=1e-4
    )


def test_a_dominant_trial_is_left_out_on_a_grid_that_fits_the_others() -> None:
    dataset = Dataset(
        (
            Study("huge", 300_000, 1_000_000, 310_000, 1_000_000),
            Study("small", 5, 10, 3, 10),
            Study("other", 1, 9, 4, 8),
        )
    )
    for effects in ("random", "common"):
        found = fit(dataset, Model(effects=effects)).influence()
        plain = fit(dataset.trials("-huge"), Model(effects=effects))
        assert found["huge"].median_without == pytest.approx(plain["mu"].quantile(0.5), abs=1e-3)
        assert found["huge"].prob_above_without == pytest.approx(plain["mu"].prob_above(0.0), abs=1e-4)
        y, s = ODDS_RATIO.estimates(counts_of(dataset.studies[:1]))
        theta = np.asarray(plain["theta_new"].quantile((np.arange(20_000) + 0.5) / 20_000))
        assert found["huge"].prob_below == pytest.approx(special.ndtr((y[0] - theta) / s[0]).mean(), abs=2e-3)


def test_what_does_not_exist_is_none_with_the_reason() -> None:
    alone = fit(Dataset(THREE.studies[:1]), Model()).influence()
    assert alone["t0"].predictive_p is None
    assert "only study" in alone["t0"].note
    no_choice = fit(LIVE, Model()).influence()["Branch 2000"]
    assert no_choice.predictive_p is None
    assert "no choice" in no_choice.note
    assert no_choice.prob_above_without is not None
    improper = fit(Dataset(THREE.studies[:2]), Model("normal", "common", mu="flat()"))
    assert improper.influence()["t0"].predictive_p is not None
    leaning = Dataset((Study("one-sided", 0, 9, 3, 9), Study("both", 3, 9, 1, 8)))
    assert (
        "does not exist"
        in fit(leaning, Model("hypergeometric", "common", mu="flat()")).influence()["both"].note
    )
    with pytest.raises(ModelError, match="there are t0"):
        alone["nobody"]


def test_a_study_that_counts_half_is_foreseen_by_the_others_alone() -> None:
    half = fit(THREE, Model(), weights={"t0": 0.5}).influence()
    whole = fit(THREE, Model()).influence()
    assert half["t0"].prob_below == pytest.approx(whole["t0"].prob_below, abs=1e-5)
    assert half["t0"].log_predictive_density == pytest.approx(whole["t0"].log_predictive_density, abs=1e-5)
    assert half["t0"].weight < whole["t0"].weight
