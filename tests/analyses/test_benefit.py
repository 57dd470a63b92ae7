"""The benefit summary against the posterior it comes from, and power-scaling against reweighted draws."""

import math

import numpy as np
import pytest
from scipy import special

from bayes_ivig import Dataset, Model, Study, benefit, control_risk, fit, load_dataset
from bayes_ivig.checks import power_scaling
from bayes_ivig.engines.further.power_scaling import distance
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.likelihoods.scales import ODDS_RATIO
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal

pytestmark = pytest.mark.slow

LIVE = load_dataset("ivig", "live_birth")
POSTERIOR = fit(LIVE, Model())
FOUND = benefit(POSTERIOR)


def test_the_curve_and_the_zone_are_the_posteriors() -> None:
    assert FOUND.zone == (0.8, 1.25)
    assert FOUND.curve.loc[1.0, "mu"] == pytest.approx(POSTERIOR["mu"].prob_above(0.0))
    assert (np.diff(FOUND.above["mu"]) <= 0).all() and (np.diff(FOUND.above["theta_new"]) <= 0).all()
    for name, masses in FOUND.masses.items():
        assert masses.below + masses.inside + masses.above == pytest.approx(1)
        assert masses.inside == pytest.approx(
            POSTERIOR[name].prob_between(math.log(0.8), math.log(1.25)), abs=1e-9
        )
    assert FOUND.zones.loc["mu", "above"] == FOUND.masses["mu"].above


def test_the_direction_is_the_datasets() -> None:
    assert FOUND.event == "good"
    assert FOUND.probability() == POSTERIOR["mu"].prob_above(0.0)
    assert FOUND.probability("theta_new", 1.25) == POSTERIOR["theta_new"].prob_above(math.log(1.25))
    losses = benefit(fit(load_dataset("ivig", "miscarriage"), Model()), baseline=0.3)
    assert losses.event == "bad"
    assert losses.probability(odds_ratio=1.25) == losses.posterior["mu"].prob_below(-math.log(1.25))
    unsaid = benefit(fit(Dataset((Study("a", 3, 9, 4, 9),)), Model()), baseline={"here": 0.3})
    assert unsaid.probability() is None
    assert unsaid.summary_of_findings.loc[0, "prob_benefit"] is None


def test_absolute_effects_at_three_risks_and_two_settings() -> None:
    table = FOUND.absolute
    assert list(table.index) == ["low", "median", "high", "typical study", "new study"]
    assert list(table["baseline"]) == ["known", "known", "known", "conditional", "marginal"]
    levels = control_risk(LIVE).levels()
    assert table.loc["low", "control_per_1000"] == pytest.approx(1000 * levels["low"])
    plain = POSTERIOR.absolute(levels["high"])
    assert table.loc["high", "difference_upper"] == pytest.approx(plain.per_1000.interval()[1])
    assert table.loc["high", "number_needed_upper"] == pytest.approx(1 / plain.risk_difference.interval()[1])
    assert table["through_infinity"].all()
    assert table.loc["new study", "prob_more_events"] == pytest.approx(
        POSTERIOR["theta_new"].prob_above(0.0), abs=1e-6
    )


def test_a_row_of_findings() -> None:
    (row,) = FOUND.summary_of_findings.to_dict("records")
    assert (row["outcome"], row["participants"], row["trials"]) == ("Live birth", 451, 9)
    assert row["or_median"] == pytest.approx(math.exp(POSTERIOR["mu"].quantile(0.5)))
    assert row["control_per_1000"] == pytest.approx(1000 * FOUND.control.levels()["median"])
    assert row["prob_benefit"] == row["prob_or_gt_1"] == POSTERIOR["mu"].prob_above(0.0)


def test_what_was_asked_is_what_is_shown() -> None:
    asked = benefit(
        POSTERIOR,
        zone=(0.5, 2),
        odds_ratios=[1, 1.5],
        baseline={"a": 0.2, "b": 0.6},
        quantity="theta_new",
        level=0.8,
    )
    assert list(asked.curve.index) == [1, 1.5]
    assert list(asked.absolute.index) == ["a", "b"]
    plain = POSTERIOR.absolute(0.6, quantity="theta_new")
    assert asked.absolute.loc["b", "difference_lower"] == pytest.approx(plain.per_1000.interval(0.8)[0])
    assert asked.summary_of_findings.loc[0, "or_lower"] == pytest.approx(
        math.exp(POSTERIOR["theta_new"].interval(0.8)[0])
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"zone": (2, 1)}, "increase"),
        ({"zone": (1.25, 2)}, "does not hold 1"),
        ({"zone": 1}, "above 0, not 1"),
        ({"zone": "0.8"}, "two odds ratios"),
        ({"zone": [(0.8, 1.25), (0.5,)]}, "two odds ratios"),
        ({"odds_ratios": [0, 1]}, "above 0"),
        ({"odds_ratios": ["a"]}, r"odds_ratios\[0\] is the text 'a'; it must be a number"),
        ({"level": 95}, "between 0 and 1"),
        ({"level": "0.9"}, "between 0 and 1"),
        ({"important_difference": 0}, "per 1000 people"),
        ({"important_difference": True}, "important_difference is True; it must be a number"),
        ({"baseline": {}}, "no control risk"),
        ({"baseline": {"x": 40}}, "strictly between 0 and 1"),
        ({"quantity": "theta"}, "no quantity"),
    ],
)
def test_what_is_no_benefit_question_is_refused(options, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        benefit(POSTERIOR, **options)


def test_several_zones_and_both_directions() -> None:
    found = benefit(POSTERIOR, zone=[(0.8, 1.25), 2], baseline=0.4)
    assert found.limits == ((0.8, 1.25), (0.5, 2.0))
    mu = found.zones.loc["mu"]
    assert list(mu["above"]) == [POSTERIOR["mu"].prob_above(math.log(x)) for x in (1.25, 2)]
    assert list(mu["benefit"]) == list(mu["above"]) and list(mu["harm"]) == list(mu["below"])
    assert (
        found.probability_of_harm(odds_ratio=2)
        == found.probability_of_harm(odds_ratio=0.5)
        == mu["below"].iloc[1]
    )
    with pytest.raises(ModelError, match="above 0"):
        found.probability(odds_ratio=-1)
    losses = benefit(fit(load_dataset("ivig", "miscarriage"), Model()), zone=2, baseline=0.4)
    assert (
        losses.zones.loc["mu", "benefit"]
        == losses.zones.loc["mu", "below"]
        == pytest.approx(mu["above"].iloc[1], abs=1e-4)
    )
    unsaid = benefit(fit(Dataset((Study("a", 3, 9, 4, 9),)), Model()), baseline=0.3, important_difference=50)
    assert unsaid.zones.loc["mu", "benefit"] is None
    assert unsaid.absolute.loc["stated", ["prob_harm", "prob_important_benefit"]].tolist() == [None, None]
    assert unsaid.probability_of_harm() is None


def test_an_important_difference_at_known_risks_is_a_shift_of_the_odds_ratio() -> None:
    """At least 50 more per 1000 from p0 = 0.4 is an odds ratio beyond (0.45 / 0.55) / (0.4 / 0.6);
    not beyond 0 or 1000.
    """
    found = benefit(
        POSTERIOR, baseline={"middle": 0.4, "rare": 0.001, "common": 0.999}, important_difference=50
    )
    more, fewer = (math.log(odds / (0.4 / 0.6)) for odds in (0.45 / 0.55, 0.35 / 0.65))
    row = found.absolute.loc["middle"]
    assert (
        row["prob_important_more"]
        == row["prob_important_benefit"]
        == pytest.approx(POSTERIOR["mu"].prob_above(more), abs=1e-9)
    )
    assert (
        row["prob_important_fewer"]
        == row["prob_important_harm"]
        == pytest.approx(POSTERIOR["mu"].prob_below(fewer), abs=1e-9)
    )
    assert row[["prob_important_more", "prob_no_important", "prob_important_fewer"]].sum() == pytest.approx(1)
    assert (
        found.absolute.loc["rare", "prob_important_fewer"]
        == found.absolute.loc["common", "prob_important_more"]
        == 0
    )
    assert found.summary_of_findings.loc[0, "prob_important_benefit"] == row["prob_important_benefit"]


def test_an_important_difference_in_other_settings_against_draws() -> None:
    found = benefit(POSTERIOR, important_difference=50)
    rng = np.random.default_rng(3)
    shares = (np.arange(200_000) + 0.5) / 200_000
    for name, quantity, kind in (
        ("typical study", "mu", "conditional"),
        ("new study", "theta_new", "marginal"),
    ):
        theta = rng.permutation(np.asarray(POSTERIOR[quantity].quantile(shares)))
        at = np.asarray(found.control.log_odds(kind).quantile(shares))
        difference = 1000 * (special.expit(at + theta) - special.expit(at))
        row = found.absolute.loc[name]
        assert row["prob_important_more"] == pytest.approx((difference > 50).mean(), abs=3e-3)
        assert row["prob_important_fewer"] == pytest.approx((difference < -50).mean(), abs=3e-3)
        assert row["difference_per_1000"] == pytest.approx(np.median(difference), abs=1.5)


def test_several_posteriors_side_by_side() -> None:
    """Each as it answers alone; a prior changed on the posterior is that of a plain fit."""
    named = {
        "vague": POSTERIOR,
        "sceptical": POSTERIOR.under(mu="normal(0, 0.35)"),
        "published": POSTERIOR.trials("published"),
    }
    found = benefit(named, important_difference=50, zone=2)
    assert list(found) == list(named) and len(found) == 3
    plain = benefit(fit(LIVE, Model(mu="normal(0, 0.35)")), important_difference=50, zone=2)
    assert found["sceptical"].above["mu"] == pytest.approx(plain.above["mu"], abs=1e-4)
    curve = found.curve
    assert list(curve.columns) == ["posterior", "odds_ratio", "mu", "theta_new"] and len(curve) == 3 * 161
    alone = benefit(named["published"], important_difference=50, zone=2)
    rows = found.absolute[found.absolute["posterior"] == "published"].set_index("control_risk")
    assert rows.loc["high", "difference_upper"] == alone.absolute.loc["high", "difference_upper"]
    assert list(found.summary_of_findings["trials"]) == [9, 9, 6]
    assert list(found.zones["posterior"].unique()) == list(named)
    for wrong in ({}, {"a": 1}, [POSTERIOR]):
        with pytest.raises(ModelError, match=r"several by label|must be a Posterior|dict of Posteriors"):
            benefit(wrong)


def test_rare_events_and_arms_of_everybody_stay_between_the_limits() -> None:
    for studies in (
        (Study("a", 0, 100, 0, 100), Study("b", 1, 5000, 3, 5000), Study("c", 0, 20, 2, 20)),
        (Study("a", 100, 100, 100, 100), Study("b", 50, 50, 49, 50)),
        (Study("a", 500_000, 1_000_000, 400_000, 1_000_000), Study("empty", 5, 10, 0, 0)),
    ):
        dataset = Dataset(studies)
        found = benefit(fit(dataset, Model()), important_difference=1, baseline=control_risk(dataset))
        table = found.absolute
        control, difference = table["control_per_1000"], table[["difference_lower", "difference_upper"]]
        assert ((control > 0) & (control < 1000)).all()
        assert (table["treated_lower"] < table["treated_per_1000"]).all() and (
            table["treated_upper"] <= 1000
        ).all()
        assert (difference["difference_lower"] < table["difference_per_1000"]).all()
        known = table["baseline"] == "known"
        assert (table["treated_upper"] - control)[known].tolist() == pytest.approx(
            difference["difference_upper"][known].tolist(), abs=1e-6
        )
        chances = table[["prob_important_fewer", "prob_no_important", "prob_important_more"]]
        assert chances.sum(axis=1).tolist() == pytest.approx([1.0] * 5)


# Power-scaling


def test_distances_of_normals_against_dense_sums() -> None:
    """The divergence over the whole line, its bound where all but one of 4000 draws lie;
    the larger of the two tails.
    """
    axis = Axis.spanning("identity", (0.0, 1.0), (-30, 30), 0.1)

    def normal(mean, sd):
        return GridMarginal(axis, -0.5 * ((axis.x - mean) / sd) ** 2 + axis.log_slope(axis.u))

    one, other = normal(0.3, 1.0), normal(0.5, 1.2)
    inside, wide = np.linspace(*one.quantile([1 / 4000, 1 - 1 / 4000]), 40_001), np.linspace(-11, 13, 40_001)
    found = []
    for side in ("prob_below", "prob_above"):
        p, q = (np.maximum(getattr(each, side)(wide), 1e-300) for each in (one, other))
        m = (p + q) / 2
        both = np.trapezoid(p * np.log2(p / m) + q * np.log2(q / m), wide)
        bound = np.trapezoid(getattr(one, side)(inside) + getattr(other, side)(inside), inside)
        found.append(math.sqrt(both / bound))
    assert distance(one, other) == pytest.approx(max(found), rel=1e-5)
    assert distance(one, one) == pytest.approx(0, abs=1e-7)
    assert 0 < distance(one, other) < 1


def moved(x: np.ndarray, mass: np.ndarray, other: np.ndarray) -> float:
    """Distance of two distributions on equal steps, by cumulative sums between the ends that one
    of 4000 draws would reach.
    """
    found = []
    for p, q in ((mass, other), (mass[::-1], other[::-1])):
        below = [np.cumsum(each / each.sum()) - each / each.sum() / 2 for each in (p, q)]
        inside = (below[0] > 1 / 4000) & (below[0] < 1 - 1 / 4000)
        p, q = (each[inside] for each in below)  # noqa: PLW2901
        m = (p + q) / 2
        found.append(math.sqrt((p * np.log2(p / m) + q * np.log2(q / m)).sum() / (p + q).sum()))
    return max(found)


@pytest.mark.parametrize("centre", [0, -2])
def test_sensitivities_against_a_dense_grid(centre: float) -> None:
    """Normal likelihood: log likelihood and log priors on a dense grid of mu and tau, each to its power."""
    dataset = LIVE.trials(["Yamada 2022", "Dendrinos 2009", "Vaquero 2001"])
    y, s = (values[:, None, None] for values in ODDS_RATIO.estimates(counts_of(dataset.studies)))
    mu, tau = np.linspace(-6, 6, 601), np.linspace(0.002, 2.998, 750)
    v = s**2 + tau**2
    parts = {
        "likelihood": (-0.5 * (np.log(v) + (y - mu[:, None]) ** 2 / v)).sum(axis=0),
        "prior_mu": -0.5 * ((mu[:, None] - centre) / 0.7) ** 2 + 0 * tau,
        "prior_tau": -0.5 * (tau / 0.5) ** 2 + 0 * mu[:, None],
    }
    logs = sum(parts.values())
    parts["prior"] = parts["prior_mu"] + parts["prior_tau"]
    found = power_scaling(fit(dataset, Model("normal", mu=f"normal({centre}, 0.7)")))
    for part, component in parts.items():
        for name, x, axis in (("mu", mu, 1), ("tau", tau, 0)):
            base = np.exp(logs - logs.max()).sum(axis=axis)
            slopes = []
            for power in (0.99, 1.01):
                scaled = logs + (power - 1) * component
                slopes.append(
                    moved(x, base, np.exp(scaled - scaled.max()).sum(axis=axis)) / abs(math.log2(power))
                )
            assert getattr(found[name], part) == pytest.approx(sum(slopes) / 2, rel=0.015, abs=1e-4)


def test_conflict_grows_and_is_named() -> None:
    """A prior that is moved away from the data: the sensitivity to it grows,
    and to the likelihood as well.
    """
    trials = Dataset((Study("a", 300, 600, 200, 600),))
    found = [
        power_scaling(fit(trials, Model("normal", "common", mu=f"normal({mean}, 0.5)")))["mu"]
        for mean in (0.7, 0, -2)
    ]
    assert found[0].prior < found[1].prior < found[2].prior
    assert found[0].diagnosis == "none"
    assert found[2].diagnosis == "prior-data conflict"
    strong = power_scaling(
        fit(Dataset((Study("tiny", 2, 5, 2, 5),)), Model("normal", "common", mu="normal(0.5, 0.1)"))
    )["mu"]
    assert strong.diagnosis == "strong prior or weak likelihood"
    assert found[0].prior_tau is None


def test_a_flat_prior_is_not_sensitive() -> None:
    found = power_scaling(fit(LIVE, Model("normal", mu="flat()", tau="half_normal(0.3)")))
    assert found["mu"].prior_mu == pytest.approx(0, abs=1e-6)
    assert list(found.table().index) == ["mu", "tau", "theta_new"]
    with pytest.raises(ModelError, match="there are mu"):
        found["nu"]
