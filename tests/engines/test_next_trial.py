"""One trial more: closed forms under known spread, martingales, brute-force nested sums, several at once."""

import math
from functools import cache

import numpy as np
import pytest
from scipy import special, stats

import bayes_ivig as bi
from bayes_ivig.results.next_trial.next_trial import NextTrial

CLOSED = 1e-3  # of a probability, and of an SD
LINE, IMPORTANT = 0.9, 1.25
ERRORS = (0.1, 0.3, 1.0)
# 20 tables: events and totals of both arms, by chance but always the same
RNG = np.random.default_rng(20)
ARMS = [
    [(int(RNG.binomial(n, 0.3)), n, int(RNG.binomial(m, 0.4)), m) for n, m in RNG.integers(8, 80, (k, 2))]
    for k in RNG.integers(2, 8, 20)
]


def table(arms: list[tuple[int, int, int, int]]) -> bi.Dataset:
    return bi.Dataset(tuple(bi.Study(f"T{i}", *(int(x) for x in row)) for i, row in enumerate(arms)))


@cache
def few() -> bi.Dataset:
    return table([(4, 40, 12, 42), (6, 50, 9, 52), (2, 22, 5, 19), (11, 60, 14, 63)])


@pytest.mark.parametrize(("effects", "tau"), [("common", 0.0), ("random", 0.05), ("random", 0.3)])
def test_closed_forms_where_everything_is_normal_and_tau_known(effects: str, tau: float) -> None:
    spread = f"uniform({tau - 1e-4:g}, {tau + 1e-4:g})" if tau else "half_normal(1)"
    model = bi.Model(likelihood="normal", effects=effects, mu="normal(0, 1)", tau=spread)
    post = bi.fit(few(), model)
    mean, sd = post["mu"].mean, post["mu"].sd
    assert mean is not None and sd is not None
    plan = bi.next_trial(post, standard_errors=ERRORS, line=LINE, important=IMPORTANT)
    for row, error in zip(plan.sizes, ERRORS, strict=True):
        wide = math.hypot(error, tau)
        left = math.sqrt(1 / (1 / sd**2 + 1 / wide**2))
        moves = math.sqrt(sd**2 - left**2)  # SD of the updated mean, before the trial
        needed = stats.norm.ppf(LINE) * left
        expected = {
            "reached": stats.norm.sf((needed - mean) / moves),
            "harm": stats.norm.cdf((-needed - mean) / moves),
            "importantly": stats.norm.sf((needed + math.log(IMPORTANT) - mean) / moves),
            "sd_mu": left,
            "width": 2 * stats.norm.ppf(0.975) * left,
            "benefit": stats.norm.sf(-mean / sd),
            "significant": stats.norm.sf((1.959964 * error - mean) / math.sqrt(sd**2 + wide**2))
            + stats.norm.cdf((-1.959964 * error - mean) / math.sqrt(sd**2 + wide**2)),
        }
        assert {name: row.value[name] for name in expected} == pytest.approx(expected, abs=CLOSED)
    if tau:
        left = math.sqrt(1 / (1 / sd**2 + 1 / tau**2))
        assert plan.endless.value["sd_mu"] == pytest.approx(left, abs=CLOSED)


@pytest.mark.parametrize("arms", ARMS, ids=[f"table {i}" for i in range(len(ARMS))])
def test_nothing_is_learnt_from_a_plan(arms: list[tuple[int, int, int, int]]) -> None:
    """The mean of the updated probabilities is the probability, whatever the trial is."""
    post = bi.fit(table(arms), bi.Model(mu="normal(0, 1)"))
    plan = bi.next_trial(post, per_arm=[12], draws=400)
    assert plan.sizes[0].every
    assert plan.gap[0] == pytest.approx(0, abs=1e-4)
    assert plan.before["benefit"] == pytest.approx(post["mu"].prob_above(0), abs=1e-4)
    drawn = bi.next_trial(post, per_arm=[300], draws=400).sizes[0]
    assert not drawn.every
    assert abs(drawn.value["benefit"] - plan.before["benefit"]) < 4 * drawn.error["benefit"] + 1e-4


def test_all_tables_of_a_small_trial_against_refits() -> None:
    """Each of the tables of a trial of three against three is fitted as one study more, its control risk
    known: brute force, and its probability is what the prediction says.
    """
    risk, size = 0.25, 3
    post = bi.fit(few(), bi.Model(mu="normal(0, 1)"))
    plan = bi.next_trial(post, per_arm=[size], control_risk=risk, line=0.9)
    grid = post.answers.grid
    assert grid is not None and grid.surface.axes.tau is not None
    axes = grid.surface.axes
    mass = np.exp(grid.log_joint - grid.log_joint.max() + axes.mu.log_weights[:, None])
    mass /= mass.sum()
    z, weights = special.roots_hermitenorm(81)
    theta = axes.mu.x[:, None, None] + axes.tau.x[:, None] * z
    treated = special.expit(special.logit(risk) + theta)
    reached, mean_sd = 0.0, 0.0
    for r in range(size + 1):
        likelihood = (stats.binom.pmf(r, size, treated) * weights).sum(axis=-1) / weights.sum()
        after = mass * likelihood
        chance = float(after.sum())
        by_mu = after.sum(axis=1) / chance
        mean = by_mu @ axes.mu.x
        mean_sd += chance * math.sqrt(by_mu @ axes.mu.x**2 - mean**2)
        density = by_mu / np.exp(axes.mu.log_weights)
        above = np.interp(0.0, axes.mu.x, np.cumsum(by_mu) - by_mu / 2)
        assert density.min() >= 0
        reached += chance * float(1 - above >= 0.9)
    value = plan.sizes[0].value
    assert value["sd_mu"] == pytest.approx(mean_sd, abs=2e-4)
    assert value["reached"] == pytest.approx(reached, abs=2e-3)


def test_several_trials_are_one_where_there_is_one_and_tell_more_with_heterogeneity() -> None:
    post = bi.fit(few(), bi.Model(mu="normal(0, 1)", tau="half_normal(1)"))
    plan = bi.next_trial(post, per_arm=[400], trials=[1, 4], control_risk=0.25, draws=1000)
    one, four = plan.sizes
    assert four.value["sd_mu"] < one.value["sd_mu"] - 4 * (one.error["sd_mu"] + four.error["sd_mu"])
    assert abs(four.value["benefit"] - plan.before["benefit"]) < 4 * four.error["benefit"] + 1e-3
    assert (four.treatment, four.control, four.trials) == (100, 100, 4)


def test_without_heterogeneity_it_does_not_matter_how_people_are_divided() -> None:
    post = bi.fit(few(), bi.Model(effects="common", mu="normal(0, 1)"))
    plan = bi.next_trial(post, per_arm=[400], trials=[1, 4], control_risk=0.25, draws=2000)
    one, four = plan.sizes
    error = math.hypot(one.error["sd_mu"], four.error["sd_mu"])
    assert abs(one.value["sd_mu"] - four.value["sd_mu"]) < 5 * error + 1e-3


def test_more_people_tell_more_and_no_trial_more_than_one_without_end() -> None:
    plan = bi.next_trial(bi.fit(few()), per_arm=[10, 40, 60], control_risk=0.25)
    widths = [row.value["sd_mu"] for row in (*plan.sizes, plan.endless)]
    assert widths == sorted(widths, reverse=True)
    assert plan.endless.value["sd_mu"] < plan.before["sd_mu"]


def test_a_common_effect_is_known_by_a_trial_without_end() -> None:
    plan = bi.next_trial(bi.fit(few(), bi.Model(effects="common")), per_arm=[20], control_risk=0.25)
    assert plan.endless.value["sd_mu"] == pytest.approx(0, abs=1e-9)
    assert plan.endless.value["reached"] + plan.endless.value["harm"] == pytest.approx(1, abs=2e-3)


def test_where_events_are_bad_benefit_lies_below() -> None:
    up, down = few(), table([(c, d, a, b) for a, b, c, d in [s.counts for s in few().studies]])  # type: ignore[misc]
    about = {"event": "bad"}
    good = bi.next_trial(bi.fit(down), per_arm=[20], control_risk=0.25)
    bad = bi.next_trial(bi.fit(described(up, about)), per_arm=[20], control_risk=0.25)
    assert bad.before["benefit"] == pytest.approx(good.before["benefit"], abs=1e-6)
    assert bad.important == pytest.approx(1 / good.important)


def described(dataset: bi.Dataset, about: dict[str, str]) -> bi.Dataset:
    from dataclasses import replace

    return replace(dataset, about=replace(dataset.about, **about))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"per_arm": []}, "no size"),
        ({"per_arm": [0]}, "people in an arm"),
        ({"per_arm": [10], "trials": [11]}, "equal trials"),
        ({"allocation": 0.0}, "allocation"),
        ({"dropout": 1.0}, "dropout"),
        ({"line": 0.4}, "above 0.5"),
        ({"draws": 5}, "draws"),
        ({"control_risk": 1.5}, "between 0 and 1"),
        ({"standard_errors": [0.0]}, "standard_errors"),
        ({"standard_errors": [0.1], "trials": 2}, "one trial each"),
        ({"important": -1.0}, "important"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_plans_that_are_none(asked: dict[str, object], said: str) -> None:
    with pytest.raises(bi.errors.ModelError, match=said):
        bi.next_trial(bi.fit(few()), **asked)  # type: ignore[arg-type]


def test_only_of_whole_exact_posteriors_and_people_only_of_odds_ratios() -> None:
    whole = bi.fit(few())
    with pytest.raises(bi.errors.ModelError, match="count in part"):
        bi.next_trial(whole.weighted({"T0": 0.5}))
    risk = bi.fit(few(), bi.Model(measure="RR"))
    with pytest.raises(bi.errors.ModelError, match="standard_errors"):
        bi.next_trial(risk, per_arm=[20])
    assert isinstance(bi.next_trial(risk, standard_errors=0.3), NextTrial)
