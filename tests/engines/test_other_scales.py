"""Risk ratios and risk differences as scales of a model: what must hold whatever the data, and NUTS."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.engines.grid import surface
from bayes_ivig.engines.grid.axes import Belief, Fineness
from bayes_ivig.inputs.counts.study import Study

type Table = tuple[int, int, int, int]

SETS: dict[str, tuple[Table, ...]] = {
    "sparse": ((0, 25, 3, 24), (1, 40, 0, 38), (2, 30, 5, 33), (0, 12, 0, 14)),
    "mixed": ((3, 50, 7, 50), (7, 60, 3, 50), (12, 40, 20, 42), (5, 30, 4, 31)),
    "only_events": ((12, 12, 10, 11), (20, 20, 18, 20), (9, 10, 8, 10), (15, 15, 14, 15)),
    "large": ((480, 1000, 520, 990), (2200, 5000, 2350, 5100)),
}
# priors that suit either scale
PRIORS = {"RR": ("normal(0, 2.82)", "half_normal(0.5)"), "RD": ("normal(0, 0.5)", "half_normal(0.15)")}
FLAT = 2e-6  # of a log likelihood that should be 0
SAMPLED = 0.06  # posterior SDs between quantiles of 12,000 draws and exact ones


def table(name: str) -> bi.Dataset:
    if name == "live_birth":
        return bi.load_dataset("ivig", "live_birth")
    return bi.Dataset(tuple(Study(f"Study {i}", *row) for i, row in enumerate(SETS[name], 1)), name)


def model(measure: str, **others: str) -> bi.Model:
    mu, tau = PRIORS[measure]
    return bi.Model(measure=measure, **{"mu": mu, "tau": tau} | others)  # type: ignore[arg-type]


def fitted(dataset: bi.Dataset, measure: str, **others: str) -> bi.Posterior:
    return bi.fit(dataset, model(measure, **others))


def assert_same(one: bi.Posterior, other: bi.Posterior, sign: int = 1, within: float = 1e-3) -> None:
    """Assert that two posteriors, the second one mirrored if so said, give the same quantiles."""
    shares = np.array([0.025, 0.25, 0.5, 0.75, 0.975])
    for name in ("mu", "theta_new"):
        sd = one[name].sd
        assert sd is not None
        mirrored = other[name].quantile(shares) if sign > 0 else -other[name].quantile(1 - shares)
        np.testing.assert_allclose(one[name].quantile(shares), mirrored, atol=within * sd)
    assert one["tau"].quantile(0.5) == pytest.approx(other["tau"].quantile(0.5), rel=5 * within)


@pytest.mark.parametrize("measure", PRIORS)
@pytest.mark.parametrize("likelihood", ["binomial", "normal"])
@pytest.mark.parametrize("name", ["sparse", "mixed"])
def test_swapping_the_arms_mirrors_the_answer(measure: str, likelihood: str, name: str) -> None:
    dataset = table(name)
    swapped = replace(
        dataset,
        studies=tuple(s.counting(*s.counts[2:], *s.counts[:2]) for s in dataset.studies),
    )
    assert_same(
        fitted(dataset, measure, likelihood=likelihood), fitted(swapped, measure, likelihood=likelihood), -1
    )


@pytest.mark.parametrize("name", ["sparse", "mixed"])
def test_counting_people_without_the_event_mirrors_a_risk_difference_only(name: str) -> None:
    dataset = table(name)
    assert_same(fitted(dataset, "RD"), fitted(dataset.complement(), "RD"), -1)
    one, other = fitted(dataset, "RR")["mu"], fitted(dataset.complement(), "RR")["mu"]
    assert abs(one.quantile(0.5) + other.quantile(0.5)) > 0.05


@pytest.mark.parametrize("measure", PRIORS)
def test_the_order_of_studies_does_not_matter(measure: str) -> None:
    dataset = table("sparse")
    assert_same(
        fitted(dataset, measure), fitted(replace(dataset, studies=dataset.studies[::-1]), measure), 1, 1e-6
    )


@pytest.mark.parametrize("effects", ["random", "student_t(4)"])
@pytest.mark.parametrize("measure", PRIORS)
def test_a_flat_curve_leaves_every_mu_and_tau_as_it_is(measure: str, effects: str) -> None:
    asked = model(measure, effects=effects)
    built = surface.build(table("mixed"), asked, [Belief(asked.mu, asked.tau)], Fineness())
    flat = np.zeros_like(built.log_curves)
    bare = replace(built, log_curves=flat, common=flat, random=None)
    # beyond, within 1/1000 of a limit, nodes are a factor apart that a normal cut off there bends within
    inside = np.abs(built.axes.mu.x) < 0.999 if measure == "RD" else slice(None)
    assert np.abs(surface.smoothed(bare).each[:, inside]).max() < FLAT


def test_no_risk_difference_lies_outside_its_limits() -> None:
    for name in ("live_birth", "only_events"):
        posterior = fitted(table(name), "RD", tau="half_normal(1)", mu="uniform(-1, 1)")
        marginals = [
            posterior["mu"],
            posterior["theta_new"],
            *(posterior.theta[s] for s in posterior.studies),
        ]
        for marginal in marginals:
            assert marginal.prob_between(-1, 1) == pytest.approx(1, abs=1e-9)
            assert -1 <= marginal.quantile(0.0) < marginal.quantile(1.0) <= 1
        assert np.abs(posterior.to_arviz()["posterior"]["theta_new"]).max() <= 1
        assert posterior["theta_new"].prob_above(0.9) > 0.001


@pytest.mark.parametrize("measure", PRIORS)
def test_draws_of_a_posterior_are_of_its_marginals(measure: str) -> None:
    posterior = fitted(table("only_events"), measure)
    drawn = posterior.to_arviz()["posterior"]
    for name in ("mu", "tau", "theta_new"):
        sd = posterior[name].sd
        assert sd is not None
        quantiles = np.quantile(drawn[name].to_numpy(), [0.05, 0.5, 0.95])
        np.testing.assert_allclose(
            quantiles, posterior[name].quantile([0.05, 0.5, 0.95]), atol=3 * SAMPLED * sd
        )


def test_large_trials_are_as_their_normal_approximation() -> None:
    r1, n1, r0, n0 = 4410, 9800, 4700, 9900
    one = bi.Dataset((Study("Large", r1, n1, r0, n0),))
    p1, p0 = r1 / n1, r0 / n0
    for measure, y, v in (
        ("RR", np.log(p1 / p0), 1 / r1 - 1 / n1 + 1 / r0 - 1 / n0),
        ("RD", p1 - p0, p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0),
    ):
        mu = fitted(one, measure, effects="common", mu="normal(0, 100)")["mu"]
        expected = stats.norm(y, np.sqrt(v)).ppf([0.025, 0.5, 0.975])
        np.testing.assert_allclose(mu.quantile([0.025, 0.5, 0.975]), expected, atol=0.01 * np.sqrt(v))


def test_a_huge_spread_separates_the_studies() -> None:
    """With tau as large as it may be, each study's effect follows its own curve, uniform in between."""
    dataset = table("mixed")
    apart = fitted(dataset, "RD", tau="uniform(400, 500)", mu="uniform(-1, 1)")
    for study in dataset.studies:
        alone = bi.fit(
            dataset.trials((study.name,)), bi.Model(measure="RD", effects="common", mu="uniform(-1, 1)")
        )
        sd = alone["mu"].sd
        assert sd is not None
        np.testing.assert_allclose(
            apart.theta[study.name].quantile([0.025, 0.5, 0.975]),
            alone["mu"].quantile([0.025, 0.5, 0.975]),
            atol=2e-3 * sd,
        )


@pytest.mark.parametrize("measure", PRIORS)
def test_the_measure_may_be_that_of_the_table(measure: str) -> None:
    dataset = replace(table("mixed"), measure=measure)
    mu, tau = PRIORS[measure]
    posterior = bi.fit(dataset, bi.Model(mu=mu, tau=tau))  # type: ignore[arg-type]
    assert posterior.model.measure == measure
    assert_same(posterior, fitted(table("mixed"), measure), 1, 1e-9)


@pytest.mark.parametrize("measure", PRIORS)
@pytest.mark.parametrize("effects", ["random", "common"])
def test_fewer_trials_and_other_priors_are_answered_as_by_a_fit(measure: str, effects: str) -> None:
    dataset = table("mixed")
    whole = fitted(dataset, measure, effects=effects)
    assert_same(whole.without("Study 2"), fitted(dataset.trials("-Study 2"), measure, effects=effects))
    mu = "normal(0.1, 0.2)"
    assert_same(whole.under(mu=mu), fitted(dataset, measure, effects=effects, mu=mu))


@pytest.mark.parametrize("measure", ["RR"])
def test_a_subset_is_what_a_fit_of_it_says(measure: str) -> None:
    dataset = table("mixed")
    rows = bi.trials.subsets(dataset, model(measure), size=3)
    for trials, median in zip(rows["trials"], rows.filter(regex="(q50|median)$").iloc[:, 0], strict=True):
        mu = fitted(dataset.trials(tuple(trials.split("; "))), measure)["mu"].quantile(0.5)
        assert float(median) == pytest.approx(np.exp(mu) if measure == "RR" else mu, abs=2e-3)


def test_what_a_scale_cannot_hold_is_refused_with_the_reason() -> None:
    for measure in PRIORS:
        with pytest.raises(bi.errors.ModelError, match="distribution of the odds ratio alone"):
            bi.Model(measure=measure, likelihood="hypergeometric")
        with pytest.raises(bi.errors.ModelError, match="baseline: found 'control' with measure"):
            bi.Model(measure=measure, baseline="control")
    with pytest.raises(bi.errors.ModelError, match="lies between -1 and 1"):
        bi.Model(measure="RD", mu=bi.priors.Normal(5, 0.1))
    assert str(bi.Model(measure="RD", mu=bi.priors.Normal(0, 0.2)).mu) == "truncated(normal(0, 0.2), -1, 1)"
    assert str(bi.Model(measure="RD", mu=bi.priors.Uniform(-0.5, 0.5)).mu) == "uniform(-0.5, 0.5)"


@pytest.mark.mcmc
@pytest.mark.parametrize("measure", PRIORS)
@pytest.mark.parametrize("likelihood", ["binomial", "normal"])
def test_nuts_agrees(measure: str, likelihood: str) -> None:
    dataset = table("live_birth")
    exact = fitted(dataset, measure, likelihood=likelihood)
    drawn = bi.fit(dataset, model(measure, likelihood=likelihood), engine=bi.NUTS(seed=3))
    assert drawn.diagnostics.ok
    pairs = [(exact[name], drawn[name]) for name in ("mu", "tau", "theta_new")]
    pairs += [(exact.theta[study], drawn.theta[study]) for study in exact.studies]
    for one, other in pairs:
        assert one.sd is not None
        np.testing.assert_allclose(
            other.quantile([0.05, 0.5, 0.95]), one.quantile([0.05, 0.5, 0.95]), atol=2 * SAMPLED * one.sd
        )


@pytest.mark.mcmc
def test_nuts_refuses_student_t_effects_between_limits() -> None:
    with pytest.raises(bi.errors.ModelError, match=r"for Quadrature\(\) only"):
        bi.fit(table("mixed"), model("RD", effects="student_t(4)"), engine=bi.NUTS(seed=1))


@pytest.mark.parametrize("measure", PRIORS)
def test_a_trial_is_not_foreseen_by_the_chances_of_an_odds_ratio(measure: str) -> None:
    posterior = fitted(table("mixed"), measure)
    rows = posterior.influence().studies
    assert {row.note for row in rows} == {"not worked out for counts on this scale"}
    assert all(row.prob_below is None and row.median_without is not None for row in rows)
    spread = posterior.heterogeneity_fraction()
    assert 0 < spread.quantile(0.5) < 1
