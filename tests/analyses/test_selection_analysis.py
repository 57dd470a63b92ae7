"""What is asked of a selection model: the effect before and after, what tips it, and other priors."""

from dataclasses import replace

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import ModelError
from bayes_ivig.results.small_studies.selection import LOWEST, SelectionAnalysis

SAME = 5e-4  # of a probability: two exact answers on grids of their own
BRUTE = 2e-3  # of a probability, brute-force sums on a coarser grid (about 3e-3 SD)
LINE = 0.8
# P(OR > 1) of all nine trials, hypergeometric, mu ~ normal(0, 2.82), tau ~ half_normal(0.5), one-sided
# p-values cut at 0.025, with a uniform weight and with one of 0.3; log Bayes factor of the first against no
# selection: brute-force sums outside this package
UNIFORM, FIXED, LOG_BAYES_FACTOR = 0.73309655, 0.66246624, 0.01656276


@pytest.fixture(scope="module")
def live() -> bi.Dataset:
    return bi.load_dataset("ivig", "live_birth")


@pytest.fixture(scope="module")
def found(live: bi.Dataset) -> SelectionAnalysis:
    return bi.bias.selection(live)


def without_direction(data: bi.Dataset) -> bi.Dataset:
    return replace(data, about=replace(data.about, event=None))


def above(posterior: bi.Posterior) -> float:
    return float(posterior["mu"].prob_above(0.0))


def test_the_case_goes_from_88_to_about_73(found: SelectionAnalysis) -> None:
    assert round(above(found.uncorrected), 2) == 0.88
    assert above(found.posterior) == pytest.approx(UNIFORM, abs=BRUTE)
    assert found.log_bayes_factor == pytest.approx(LOG_BAYES_FACTOR, abs=BRUTE)
    weights = dict(zip(found.curve.weights, found.curve.effects, strict=True))
    assert found.chance(weights[0.3]) == pytest.approx(FIXED, abs=BRUTE)


def test_no_suppression_is_the_uncorrected_effect(found: SelectionAnalysis) -> None:
    assert found.curve.weights[0] == 1
    assert found.chance(found.curve.effects[0]) == pytest.approx(above(found.uncorrected), abs=SAME)
    chances = [found.chance(mu) for mu in found.curve.effects]
    assert np.all(np.diff(chances) < 0)


@pytest.mark.parametrize("i", [10, -1])
def test_a_point_of_the_curve_is_a_fit_with_that_weight(
    live: bi.Dataset, found: SelectionAnalysis, i: int
) -> None:
    fixed = bi.fit(live, bi.models.Selection(weights=found.curve.weights[i]))
    assert found.chance(found.curve.effects[i]) == pytest.approx(above(fixed), abs=SAME)


def test_at_the_weight_that_tips_it_a_fit_is_on_the_line(live: bi.Dataset, found: SelectionAnalysis) -> None:
    turns = found.tipping(LINE)
    assert turns is not None
    assert LOWEST < turns < 1
    assert above(bi.fit(live, bi.models.Selection(weights=turns))) == pytest.approx(LINE, abs=SAME)


def test_what_is_below_the_line_already_does_not_tip(found: SelectionAnalysis) -> None:
    assert found.short_of(0.95)
    assert found.tipping(0.95) is None
    assert "below 0.95 already" in found.text()


def test_what_never_falls_says_so(found: SelectionAnalysis) -> None:
    assert found.tipping(0.001) is None
    assert "stays at 0.001 or above" in " ".join(found.text(line=0.001).split())


def test_every_trial_that_counts_lies_in_one_interval(live: bi.Dataset, found: SelectionAnalysis) -> None:
    names = [name for step in found.steps for name in step.studies]
    assert sorted(names) == sorted(name for name, _ in found.p_values)
    assert set(live.uninformative).isdisjoint(names)
    for step in found.steps:
        assert all(step.p_from < p <= step.p_to for name, p in found.p_values if name in step.studies)


def test_an_interval_without_trials_is_named(live: bi.Dataset) -> None:
    asked = bi.bias.selection(live, bi.models.Selection(steps=(1e-6, 0.025)))
    assert [step.p_to for step in asked.empty] == [1e-6]
    assert "no trial has p up to 1e-06" in " ".join(asked.text().split())
    assert asked.steps_table()["k"].sum() == len(asked.p_values)


@pytest.mark.parametrize("weights", ["uniform", "cumulative_dirichlet(1)"])
def test_the_prior_of_a_weight_is_that_of_its_draws(live: bi.Dataset, weights: str) -> None:
    asked = bi.bias.selection(live, bi.models.Selection(steps=(0.025, 0.5), weights=weights))
    rng = np.random.default_rng(1)
    eta = rng.dirichlet(np.ones(3), size=200_000)
    drawn = {
        "uniform": rng.uniform(size=(200_000, 2)),
        "cumulative_dirichlet(1)": np.column_stack([eta[:, 1] + eta[:, 2], eta[:, 2]]),
    }[weights]
    for step, sample in zip(asked.steps[1:], drawn.T, strict=True):
        expected = np.quantile(sample, [0.5, 0.025, 0.975])
        assert step.prior_limits(0.95) == pytest.approx(expected, abs=5e-3)  # 200,000 draws
        median, lower, upper = step.limits(0.95)
        assert 0 < lower < median < upper < 1


def test_fixed_weights_are_as_stated(live: bi.Dataset) -> None:
    asked = bi.bias.selection(live, weights=0.3)
    assert [step.limits(0.95) for step in asked.steps] == [(1, 1, 1), (0.3, 0.3, 0.3)]
    assert asked.weights == "0.3"
    assert above(asked.posterior) == pytest.approx(above(bi.fit(live, asked.posterior.model)), abs=SAME)


def test_other_priors_and_fewer_trials_are_analyses_of_their_own(
    live: bi.Dataset, found: SelectionAnalysis
) -> None:
    sceptical = "normal(0, 0.35)"
    direct = bi.bias.selection(live, bi.models.Selection(mu=sceptical))
    under = found.under(mu=sceptical)
    assert above(under.posterior) == pytest.approx(above(direct.posterior), abs=SAME)
    assert above(under.uncorrected) == pytest.approx(above(direct.uncorrected), abs=SAME)
    assert under.tipping(0.6) == pytest.approx(direct.tipping(0.6), abs=2e-3)
    fewer = found.without("Stricker 2000")
    left = bi.bias.selection(live.trials("-Stricker 2000"))
    assert above(fewer.posterior) == pytest.approx(above(left.posterior), abs=SAME)
    assert len(fewer.p_values) == len(found.p_values) - 1


def test_a_posterior_under_selection_answers_like_any_other(found: SelectionAnalysis) -> None:
    good = bi.benefit(found.posterior)
    assert good.probability() == pytest.approx(above(found.posterior))
    series = found.posterior.leave_one_out()
    assert "Stricker 2000" in list(series)
    assert above(series["Stricker 2000"]) < above(found.posterior)


def test_a_model_gives_its_priors_and_the_binomial_likelihood_its_place(live: bi.Dataset) -> None:
    model = bi.Model(mu="normal(0, 1)", tau="half_normal(1)")
    asked = bi.bias.selection(live, model).posterior.model
    assert (asked.likelihood, str(asked.mu), str(asked.tau)) == (
        "hypergeometric",
        "normal(0, 1)",
        "half_normal(1)",
    )
    assert bi.bias.selection(live, bi.Model("normal")).posterior.model.likelihood == "normal"
    with pytest.raises(ModelError, match="family meta_regression"):
        bi.bias.selection(live, "meta_regression")


def test_without_a_direction_nobody_knows_what_is_favoured(live: bi.Dataset) -> None:
    data = without_direction(live)
    with pytest.raises(ModelError, match="direction"):
        bi.bias.selection(data)
    asked = bi.bias.selection(data, bi.models.Selection(direction="above"))
    assert asked.event == "OR > 1"
    assert asked.table()["prob_benefit"].isna().all()
    two = bi.bias.selection(data, bi.models.Selection(side="two", steps=0.05))
    assert two.direction == ""
    assert "two-sided" in two.text()


def test_a_bad_event_is_the_same_seen_from_the_other_side(live: bi.Dataset, found: SelectionAnalysis) -> None:
    lost = tuple(
        bi.Study(s.name, *(s.counts[1] - s.counts[0], s.counts[1], s.counts[3] - s.counts[2], s.counts[3]))
        for s in live.studies
    )
    mirrored = bi.bias.selection(bi.Dataset(lost, about=replace(live.about, event="bad")))
    assert mirrored.direction == "below"
    assert mirrored.chance(mirrored.posterior["mu"]) == pytest.approx(above(found.posterior), abs=SAME)


def test_the_table_has_both_effects_and_every_weight(found: SelectionAnalysis) -> None:
    table = found.table(0.9)
    assert table["selection"].tolist()[:3] == ["none", "uniform", "fixed"]
    assert table["level"].eq(0.9).all()
    assert table["prob_benefit"].iloc[1] == pytest.approx(above(found.posterior))
    assert table["weight"].tolist()[2:] == list(found.curve.weights)


def test_missing_trials_are_fewer_under_larger_weights(live: bi.Dataset) -> None:
    few, many = (bi.bias.selection(live, weights=weight).missing.median for weight in (0.9, 0.2))
    assert 0 < few < many


def test_numbers_do_not_hang_on_the_order_of_trials(live: bi.Dataset, found: SelectionAnalysis) -> None:
    turned = bi.bias.selection(replace(live, studies=live.studies[::-1], columns=()))
    assert above(turned.posterior) == pytest.approx(above(found.posterior), abs=1e-9)


def test_priors_side_by_side_are_those_of_their_own_fits(live: bi.Dataset, found: SelectionAnalysis) -> None:
    frame = found.compare_priors(mu=["normal(0, 1)", "normal(0, 0.35)"], tau="half_normal(1)")
    assert frame["tau_prior"].unique().tolist() == ["half_normal(1)"]
    for row in frame.to_dict("records"):
        model = bi.models.Selection(mu=row["mu_prior"], tau=row["tau_prior"])
        assert row["prob_or_gt_1"] == pytest.approx(above(bi.fit(live, model)), abs=SAME)
        assert row["prob_no_selection"] == pytest.approx(above(bi.fit(live, model.two_arm)), abs=SAME)
    own = found.compare_priors()
    assert own["prob_or_gt_1"].tolist() == pytest.approx([above(found.posterior)], abs=SAME)
