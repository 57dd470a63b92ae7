"""Events in person-time: Poisson and conditional curves, their posteriors, and NUTS."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

import bayes_ivig as bi
from bayes_ivig.formulas.likelihood import Baseline, Counts
from bayes_ivig.formulas.scales.two_rates import conditional, poisson_twice

type Rates = tuple[int, float, int, float]

ROWS: tuple[Rates, ...] = (
    (5, 120.5, 9, 130.0), (0, 40.0, 3, 55.2), (12, 300.0, 20, 280.0), (1, 10.0, 1, 12.5), (0, 5.0, 0, 7.0),
    (480, 90000.0, 530, 91000.0),
)  # fmt: skip
EFFECTS = np.array([-3.0, -0.8, 0.0, 0.3, 2.0])
EXACT = 1e-8
SAMPLED = 0.12  # posterior SDs between quantiles of 12,000 draws and exact ones


def table(rows: tuple[Rates, ...] = ROWS[:4]) -> bi.Dataset:
    studies = tuple(
        bi.Study(f"Study {i}", r1, 0, r0, 0, treatment_time=t1, control_time=t0)
        for i, (r1, t1, r0, t0) in enumerate(rows, 1)
    )
    return bi.Dataset(studies, measure="IRR")


def counts(rows: tuple[Rates, ...] = ROWS) -> Counts:
    return Counts(*np.array(rows, float).T)


@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize("row", ROWS)
def test_poisson_curves_are_integrals_over_the_baseline_rate(row: Rates, share: float) -> None:
    r1, t1, r0, t0 = row
    prior = stats.norm(-2, 1.5)
    curve = poisson_twice(counts((row,)), EFFECTS, Baseline(prior.logpdf, -2, 1.5, share=share), 257)[0][0]
    for effect, value in zip(EFFECTS, curve, strict=True):

        def at(a: float, effect: float = effect, top: float = float(value)) -> float:
            logs = stats.poisson.logpmf(r1, t1 * math.exp(a + (1 - share) * effect))
            logs += stats.poisson.logpmf(r0, t0 * math.exp(a - share * effect)) + prior.logpdf(a)
            return math.exp(logs - top)

        pieces = [integrate.quad(at, low, low + 1, epsabs=1e-13)[0] for low in np.arange(-16.0, 12.0)]
        assert math.log(sum(pieces)) == pytest.approx(0, abs=EXACT)


@pytest.mark.parametrize("row", ROWS)
def test_conditional_curves_are_binomial(row: Rates) -> None:
    r1, t1, r0, t0 = row
    chance = t1 * np.exp(EFFECTS) / (t1 * np.exp(EFFECTS) + t0)
    expected = stats.binom.logpmf(r1, r1 + r0, chance)
    np.testing.assert_allclose(conditional(counts((row,)), EFFECTS)[0], expected, atol=1e-9)


def test_a_flat_baseline_gives_the_conditional_curve() -> None:
    some = counts(tuple(row for row in ROWS if row[0] + row[2]))
    wide = Baseline(stats.norm(0, 1e5).logpdf, 0.0, 1e5, share=0.5)
    curve, _ = poisson_twice(some, EFFECTS, wide, 513)
    known = conditional(some, EFFECTS)
    apart = curve - known
    np.testing.assert_allclose(apart, np.broadcast_to(apart[:, :1], apart.shape), atol=1e-6)


@pytest.mark.parametrize("likelihood", ["poisson", "conditional_poisson"])
def test_conditional_and_poisson_answers_agree_and_mirror(likelihood: str) -> None:
    dataset = table()
    mu = bi.fit(dataset, bi.Model(likelihood=likelihood, alpha="normal(0, 1000)"))["mu"]  # type: ignore[arg-type]
    other = bi.fit(dataset, bi.Model(likelihood="conditional_poisson"))["mu"]
    swapped = table(tuple((r0, t0, r1, t1) for r1, t1, r0, t0 in ROWS[:4]))
    mirrored = bi.fit(swapped, bi.Model(likelihood=likelihood, alpha="normal(0, 1000)"))["mu"]  # type: ignore[arg-type]
    shares = np.array([0.025, 0.5, 0.975])
    np.testing.assert_allclose(mu.quantile(shares), other.quantile(shares), atol=1e-4)
    np.testing.assert_allclose(mu.quantile(shares), -mirrored.quantile(1 - shares), atol=1e-4)


def test_the_unit_of_person_time_hardly_matters() -> None:
    in_days = table(tuple((r1, 365.25 * t1, r0, 365.25 * t0) for r1, t1, r0, t0 in ROWS[:4]))
    one, other = (bi.fit(each, bi.Model())["mu"] for each in (table(), in_days))
    assert one.quantile(0.5) == pytest.approx(other.quantile(0.5), abs=0.02)


def test_the_default_likelihood_of_rates_is_poisson() -> None:
    posterior = bi.fit(table(), bi.Model())
    assert (posterior.model.likelihood, posterior.model.measure) == ("poisson", "IRR")
    assert bi.Model(measure="IRR").likelihood == "poisson"
    assert bi.Model(likelihood="conditional_poisson").measure == "IRR"


def test_a_large_trial_is_as_its_normal_approximation() -> None:
    (r1, t1, r0, t0) = ROWS[5]
    posterior = bi.fit(table((ROWS[5],)), bi.Model(effects="common", mu="normal(0, 100)"))  # type: ignore[arg-type]
    expected = stats.norm(math.log(r1 / t1 / (r0 / t0)), math.sqrt(1 / r1 + 1 / r0)).ppf([0.025, 0.5, 0.975])
    np.testing.assert_allclose(posterior["mu"].quantile([0.025, 0.5, 0.975]), expected, atol=2e-3)


def test_what_rates_cannot_answer_is_refused() -> None:
    with pytest.raises(bi.errors.ModelError, match="not what this table gives: IRR"):
        bi.fit(table(), bi.Model(measure="OR"))
    with pytest.raises(bi.errors.ModelError, match="measure IRR: not for the hypergeometric likelihood"):
        bi.Model(measure="IRR", likelihood="hypergeometric")
    with pytest.raises(bi.errors.ModelError, match="poisson likelihood of events in person-time"):
        bi.Model(measure="RR", likelihood="poisson")
    with pytest.raises(bi.errors.ModelError, match="IRR is not what this table gives"):
        bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model(measure="IRR"))
    with pytest.raises(bi.errors.ModelError, match="measure OR is not what this table gives: IRR"):
        bi.fit(replace(table(), measure="OR"), bi.Model())
    one = bi.Study("Counted", 3, 40, 5, 41)
    with pytest.raises(bi.errors.DataError, match="Study 1"):
        bi.fit(bi.Dataset((one, table().studies[0])), bi.Model())
    with pytest.raises(bi.errors.DataError, match="Counted: no person-time is known"):
        bi.fit(bi.Dataset((one, table().studies[0]), measure="IRR"), bi.Model())


def test_a_rate_ratio_known_by_its_estimate_joins_rates() -> None:
    (r1, t1, r0, t0) = ROWS[5]
    known = bi.Estimate("Known", math.log(r1 / t1 / (r0 / t0)), math.sqrt(1 / r1 + 1 / r0))
    mixed = replace(table(), studies=(*table().studies, known))
    for likelihood in ("poisson", "conditional_poisson"):
        one, other = (
            bi.fit(each, bi.Model(likelihood=likelihood))["mu"]
            for each in (mixed, table((*ROWS[:4], ROWS[5])))
        )
        assert one.sd is not None
        np.testing.assert_allclose(
            one.quantile([0.025, 0.5, 0.975]), other.quantile([0.025, 0.5, 0.975]), atol=0.01 * one.sd
        )


def test_a_trial_of_rates_is_foreseen_given_its_events() -> None:
    posterior = bi.fit(table(), bi.Model(tau="half_normal(0.01)"))  # type: ignore[arg-type]
    first = posterior.influence().studies[0]
    others = posterior.without("Study 1")["mu"]
    r1, t1, r0, t0 = ROWS[0]
    theta = others.quantile((np.arange(4000) + 0.5) / 4000)
    chance = 1 / (1 + np.exp(-theta) * t0 / t1)
    below = stats.binom.cdf(r1 - 1, r1 + r0, chance) + stats.binom.pmf(r1, r1 + r0, chance) / 2
    assert first.prob_below == pytest.approx(below.mean(), abs=2e-3)


def test_rates_are_pooled_by_inverse_variance() -> None:
    r1, t1, r0, t0 = np.array([ROWS[0], ROWS[2], ROWS[3]]).T
    y, weights = np.log(r1 / t1 / (r0 / t0)), 1 / (1 / r1 + 1 / r0)
    pooled = bi.pool(table((ROWS[0], ROWS[2], ROWS[3])), method="fixed")
    assert pooled.measure == "IRR"
    assert pooled.estimate == pytest.approx(float(weights @ y / weights.sum()), rel=1e-12)
    assert pooled.standard_error == pytest.approx(float(weights.sum() ** -0.5), rel=1e-12)


@pytest.mark.mcmc
@pytest.mark.parametrize("likelihood", ["poisson", "conditional_poisson"])
def test_nuts_agrees_on_rates(likelihood: str) -> None:
    exact = bi.fit(table(), bi.Model(likelihood=likelihood))
    drawn = bi.fit(table(), bi.Model(likelihood=likelihood), engine=bi.NUTS(seed=2))
    assert drawn.diagnostics.ok
    pairs = [(exact[name], drawn[name]) for name in ("mu", "tau", "theta_new")]
    pairs += [(exact.theta[study], drawn.theta[study]) for study in exact.studies]
    for one, other in pairs:
        assert one.sd is not None
        np.testing.assert_allclose(
            other.quantile([0.05, 0.5, 0.95]), one.quantile([0.05, 0.5, 0.95]), atol=SAMPLED * one.sd
        )
