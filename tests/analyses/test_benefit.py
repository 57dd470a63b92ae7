"""The benefit summary against the posterior it comes from, and power-scaling against reweighted draws."""

import math

import numpy as np
import pytest

from bayes_ivig import Dataset, Model, ModelError, Study, benefit, control_risk, fit, load_dataset, power_scaling
from bayes_ivig.engines.curves import counts_of, estimates
from bayes_ivig.engines.power_scaling import distance
from bayes_ivig.results.axis import Axis
from bayes_ivig.results.grid_marginal import GridMarginal

LIVE = load_dataset("ivig", "live_birth")
POSTERIOR = fit(LIVE, Model())
FOUND = benefit(POSTERIOR)


def test_the_curve_and_the_zone_are_the_posteriors() -> None:
    assert FOUND.zone == (0.8, 1.25)
    assert FOUND.curve.loc[1.0, "mu"] == pytest.approx(POSTERIOR["mu"].prob_above(0.0))
    assert (np.diff(FOUND.above["mu"]) <= 0).all() and (np.diff(FOUND.above["theta_new"]) <= 0).all()
    for name, masses in FOUND.masses.items():
        assert masses.below + masses.inside + masses.above == pytest.approx(1)
        assert masses.inside == pytest.approx(POSTERIOR[name].prob_between(math.log(0.8), math.log(1.25)), abs=1e-9)
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
    assert table.loc["new study", "prob_more_events"] == pytest.approx(POSTERIOR["theta_new"].prob_above(0.0), abs=1e-6)


def test_a_row_of_findings() -> None:
    (row,) = FOUND.summary_of_findings.to_dict("records")
    assert (row["outcome"], row["participants"], row["trials"]) == ("Live birth", 451, 9)
    assert row["odds_ratio"] == pytest.approx(math.exp(POSTERIOR["mu"].quantile(0.5)))
    assert row["control_per_1000"] == pytest.approx(1000 * FOUND.control.levels()["median"])
    assert row["prob_benefit"] == row["prob_or_gt_1"] == POSTERIOR["mu"].prob_above(0.0)


def test_what_was_asked_is_what_is_shown() -> None:
    asked = benefit(
        POSTERIOR, zone=(0.5, 2), odds_ratios=[1, 1.5], baseline={"a": 0.2, "b": 0.6}, quantity="theta_new", level=0.8
    )
    assert list(asked.curve.index) == [1, 1.5]
    assert list(asked.absolute.index) == ["a", "b"]
    plain = POSTERIOR.absolute(0.6, quantity="theta_new")
    assert asked.absolute.loc["b", "difference_lower"] == pytest.approx(plain.per_1000.interval(0.8)[0])
    assert asked.summary_of_findings.loc[0, "odds_ratio_lower"] == pytest.approx(
        math.exp(POSTERIOR["theta_new"].interval(0.8)[0])
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"zone": (2, 1)}, "increase"),
        ({"zone": 1.25}, "two odds ratios"),
        ({"odds_ratios": [0, 1]}, "above 0"),
        ({"level": 95}, "between 0 and 1"),
        ({"baseline": {}}, "no control risk"),
        ({"baseline": {"x": 40}}, "strictly between 0 and 1"),
        ({"quantity": "theta"}, "no quantity"),
    ],
)
def test_what_is_no_benefit_question_is_refused(options, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        benefit(POSTERIOR, **options)


# Power-scaling


def test_distances_of_normals_against_dense_sums() -> None:
    """Between the quantiles beyond which one of 4000 draws lies; the larger of the two tails."""
    axis = Axis.spanning("identity", (0.0, 1.0), (-30, 30), 0.1)

    def normal(mean, sd):
        return GridMarginal(axis, -0.5 * ((axis.x - mean) / sd) ** 2 + axis.log_slope(axis.u))

    one, other = normal(0.3, 1.0), normal(0.5, 1.2)
    x = np.linspace(*one.quantile([1 / 4000, 1 - 1 / 4000]), 40_001)
    found = []
    for p, q in ((one.prob_below(x), other.prob_below(x)), (one.prob_above(x), other.prob_above(x))):
        m = (p + q) / 2
        both = np.trapezoid(p * np.log2(p / m) + q * np.log2(q / m), x)
        found.append(math.sqrt(both / np.trapezoid(p + q, x)))
    assert distance(one, other) == pytest.approx(max(found), rel=1e-5)
    assert distance(one, one) == pytest.approx(0, abs=1e-7)
    assert 0 < distance(one, other) < 1


def moved(x: np.ndarray, mass: np.ndarray, other: np.ndarray) -> float:
    """Distance of two distributions on equal steps, by cumulative sums between the ends that one of 4000 draws would reach."""
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
    y, s = (values[:, None, None] for values in estimates(counts_of(dataset.studies)))
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
                slopes.append(moved(x, base, np.exp(scaled - scaled.max()).sum(axis=axis)) / abs(math.log2(power)))
            assert getattr(found[name], part) == pytest.approx(sum(slopes) / 2, rel=0.015, abs=1e-4)


def test_conflict_grows_and_is_named() -> None:
    """A prior that is moved away from the data: the sensitivity to it grows, and to the likelihood as well."""
    trials = Dataset((Study("a", 300, 600, 200, 600),))
    found = [power_scaling(fit(trials, Model("normal", "common", mu=f"normal({mean}, 0.5)")))["mu"] for mean in (0.7, 0, -2)]
    assert found[0].prior < found[1].prior < found[2].prior
    assert found[0].diagnosis == "none"
    assert found[2].diagnosis == "prior-data conflict"
    strong = power_scaling(fit(Dataset((Study("tiny", 2, 5, 2, 5),)), Model("normal", "common", mu="normal(0.5, 0.1)")))["mu"]
    assert strong.diagnosis == "strong prior or weak likelihood"
    assert found[0].prior_tau is None


def test_a_flat_prior_is_not_sensitive() -> None:
    found = power_scaling(fit(LIVE, Model("normal", mu="flat()", tau="half_normal(0.3)")))
    assert found["mu"].prior_mu == pytest.approx(0, abs=1e-6)
    assert list(found.table.index) == ["mu", "tau", "theta_new"]
    with pytest.raises(ModelError, match="there are mu"):
        found["nu"]
