"""The effect on the measure's own scale: against the closed form of a log-normal, sums over the grid, draws
and the summary.
"""

import doctest
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

import bayes_ivig as bi
from bayes_ivig.errors import ArgumentError, ModelError
from bayes_ivig.results.marginals.mapped import MappedMarginal
from bayes_ivig.results.marginals.marginal import DrawsMarginal
from bayes_ivig.results.posterior import own_scale

LIVE = bi.load_dataset("ivig", "live_birth")
Y, SIGMA, PRIOR_SD = np.array([0.3, -0.2, 0.6]), np.array([0.4, 0.5, 0.3]), 0.8

MIXED = "mixture(0.5: normal(0, 1), 0.5: normal(0, 2))"


@pytest.fixture(scope="module")
def posterior() -> bi.Posterior:
    return bi.fit(LIVE, bi.Model())


@pytest.fixture(scope="module")
def conjugate() -> tuple[bi.Marginal, Any]:
    """Normal estimates under a common effect and a normal prior: the ratio is log-normal."""
    data = bi.Effects(Y, SIGMA, measure="HR")
    post = bi.fit(data, bi.Model(mu=f"normal(0, {PRIOR_SD})", effects="common", measure="HR"))
    precision = (SIGMA**-2).sum() + PRIOR_SD**-2
    mean, sd = (Y * SIGMA**-2).sum() / precision, precision**-0.5
    return post.effect, stats.lognorm(sd, scale=np.exp(mean))


def test_every_answer_of_a_log_normal_ratio(conjugate) -> None:
    effect, exact = conjugate
    x, p = np.array([0.3, 0.8, 1.0, 1.25, 2.5]), np.array([0.025, 0.3, 0.5, 0.975])
    assert effect.median == pytest.approx(exact.median(), rel=1e-6)
    assert effect.quantile(p) == pytest.approx(exact.ppf(p), rel=1e-6)
    assert effect.interval(0.9) == pytest.approx(exact.interval(0.9), rel=1e-6)
    assert effect.prob_below(x) == pytest.approx(exact.cdf(x), abs=1e-7)
    assert effect.prob_above(x) == pytest.approx(exact.sf(x), abs=1e-7)
    assert effect.prob_between(0.8, 1.25) == pytest.approx(exact.cdf(1.25) - exact.cdf(0.8), abs=1e-7)
    assert effect.density(x) == pytest.approx(exact.pdf(x), rel=1e-6)
    assert (effect.mean, effect.sd) == pytest.approx((exact.mean(), exact.std()), rel=1e-6)


def test_the_shortest_interval_is_that_of_the_ratio_and_not_of_its_logarithm(conjugate) -> None:
    effect, exact = conjugate
    best = minimize_scalar(lambda a: exact.ppf(a + 0.9) - exact.ppf(a), bounds=(0, 0.1), method="bounded").x
    assert effect.shortest_interval(0.9) == pytest.approx((exact.ppf(best), exact.ppf(best + 0.9)), rel=1e-4)
    assert effect.shortest_interval(0.9)[0] < effect.interval(0.9)[0]


def test_no_ratio_lies_below_zero(conjugate) -> None:
    effect, _ = conjugate
    assert list(effect.prob_below([-2, 0, np.inf])) == [0, 0, 1]
    assert list(effect.prob_above([-2, 0, np.inf])) == [1, 1, 0]
    assert list(effect.density([-2, 0, np.inf])) == [0, 0, 0]
    assert list(effect.quantile([0, 1])) == [0, np.inf]


def test_the_summary_says_the_same(posterior) -> None:
    table = posterior.summary(0.9)
    for name, marginal in (("mu", posterior.odds_ratio), ("theta_new", posterior.prediction)):
        lower, upper = marginal.interval(0.9)
        expected = [marginal.median, lower, upper, 0.9, marginal.prob_above(1)]
        assert list(table.loc[name].iloc[1:]) == pytest.approx(expected, rel=1e-12)
    assert posterior.odds_ratio.median == posterior.effect.median


def test_the_mean_in_a_new_study_is_that_of_the_grid(posterior) -> None:
    """E exp(theta_new) = E exp(mu + tau^2 / 2) over the joint posterior."""
    joint = posterior.joint()
    expected = (joint.mass * np.exp(joint.mu[:, None] + joint.tau**2 / 2)).sum()
    assert posterior.prediction.mean == pytest.approx(expected, rel=1e-3)
    pooled = (joint.mass * np.exp(joint.mu)[:, None]).sum()
    assert posterior.effect.mean == pytest.approx(pooled, rel=1e-6)


@pytest.mark.parametrize(
    ("options", "of_effect", "of_new"),
    [
        ({"tau": "half_normal(0.4)"}, (True, True), (True, True)),
        ({"tau": "half_normal(0.9)"}, (True, True), (True, False)),
        ({"tau": "half_normal(1.1)"}, (True, True), (False, False)),
        ({"tau": "uniform(0, 4)"}, (True, True), (True, True)),
        ({"tau": "half_cauchy(0.5)"}, (True, True), (False, False)),
        ({"tau": "half_normal(0.4)", "mu": "student_t(4, 0, 1)"}, (False, False), (False, False)),
        ({"mu": MIXED, "tau": "uniform(0, 2)"}, (True, True), (True, True)),
        ({"tau": "half_normal(0.4)", "effects": "student_t(4)"}, (True, True), (False, False)),
    ],
)  # fmt: skip
def test_which_moments_exist(options, of_effect, of_new) -> None:
    post = bi.fit(LIVE, bi.Model(**options))
    for marginal, exist in ((post.effect, of_effect), (post.prediction, of_new)):
        assert (marginal.mean is not None, marginal.sd is not None) == exist


def test_a_difference_is_on_its_own_scale_already() -> None:
    data = bi.Effects([1.0, 2.5, -0.5], [0.8, 1.0, 0.9], measure="MD")
    post = bi.fit(data, bi.Model(measure="MD", mu="normal(0, 5)", tau="half_normal(2)"))
    assert post.effect is post["mu"]
    assert post.prediction is post["theta_new"]
    with pytest.raises(
        ModelError, match=r"the measure of this posterior is a mean difference; ask posterior"
    ):
        _ = post.odds_ratio
    with pytest.raises(ModelError, match=r"ask difference\(a, b\)"):
        bi.trials.contrast(data, {"x": ["Study 1"], "y": ["Study 2", "Study 3"]}, post.model).ratio("x", "y")


def test_draws_are_exponentiated() -> None:
    draws = np.random.default_rng(3).normal(0.4, 0.3, (4, 1000))
    ratio = MappedMarginal(DrawsMarginal(draws), np.exp, np.log, slope=np.exp)
    assert ratio.prob_below(1.3) == np.mean(np.exp(draws) < 1.3)
    assert ratio.interval(0.9) == pytest.approx(np.quantile(np.exp(draws), [0.05, 0.95]), rel=1e-3)
    assert ratio.mean == pytest.approx(np.exp(draws).mean(), rel=1e-3)


@pytest.mark.mcmc
@pytest.mark.slow
def test_a_sampled_posterior_answers_as_its_draws_do(posterior, tmp_path) -> None:
    sampled = bi.fit(LIVE, bi.Model(), engine=bi.NUTS(seed=1))
    ratios = np.exp(sampled["mu"].draws)
    assert sampled.odds_ratio.prob_between(0.8, 1.25) == pytest.approx(
        np.mean((ratios > 0.8) & (ratios < 1.25))
    )
    assert sampled.odds_ratio.median == pytest.approx(np.median(ratios), rel=1e-6)
    assert sampled.prediction.median == pytest.approx(posterior.prediction.median, rel=0.1)
    again = bi.Posterior.load(sampled.save(tmp_path / "sampled.nc"))
    assert again.odds_ratio.interval() == sampled.odds_ratio.interval()


def test_a_saved_posterior_answers_the_same(posterior, tmp_path) -> None:
    again = bi.Posterior.load(posterior.save(tmp_path / "exact.nc"))
    for marginal, kept in ((posterior.effect, again.effect), (posterior.prediction, again.prediction)):
        assert (kept.interval(0.9), kept.mean, kept.sd) == (
            marginal.interval(0.9),
            marginal.mean,
            marginal.sd,
        )


def test_groups_side_by_side() -> None:
    contrast = bi.trials.contrast(LIVE, {"a": LIVE.study_names[:3], "b": LIVE.study_names[3:]})
    table = contrast.table(0.9)
    shown = [contrast.effect("a"), contrast.effect("b"), contrast.ratio("a", "b")]
    assert list(table["median"]) == pytest.approx([each.median for each in shown])
    assert list(table["lower"]) == pytest.approx([each.interval(0.9)[0] for each in shown])
    assert contrast.ratio("a", "b").prob_above(1) == contrast.difference("a", "b").prob_above(0)
    with pytest.raises(ModelError, match="no group 'c'"):
        contrast.effect("c")


@pytest.mark.parametrize(
    ("ask", "error", "write"),
    [
        (lambda m: m.prob_above("1"), ArgumentError, "write prob_above(1)"),
        (lambda m: m.interval(95), ModelError, "write interval(0.95)"),
        (lambda m: m.interval("0.9"), ArgumentError, "write interval(0.9)"),
        (lambda m: m.interval("95%"), ArgumentError, "write interval(0.95)"),
        (lambda m: m.quantile(97.5), ModelError, "write quantile(0.975)"),
        (lambda m: m.prob_between(0.8, "1.25"), ArgumentError, "write b=1.25"),
        (lambda m: m.table(level=90), ModelError, "write table(0.9)"),
    ],
)  # fmt: skip
def test_a_text_or_a_percentage_is_refused_with_what_to_write(posterior, ask, error, write) -> None:
    for marginal in (posterior.odds_ratio, posterior["mu"], posterior["tau"]):
        with pytest.raises(error) as refused:
            ask(marginal)
        assert str(refused.value).endswith(write)


def test_the_examples_say_what_is_true() -> None:
    ran = doctest.testmod(own_scale)
    assert (ran.failed, ran.attempted >= 9) == (0, True)


def test_nothing_is_proposed_where_nobody_can_know(posterior) -> None:
    for wrong in (-1, 200, "high", None):
        with pytest.raises(ModelError) as refused:
            posterior.odds_ratio.interval(wrong)
        assert "write" not in str(refused.value)
