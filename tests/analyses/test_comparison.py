"""``compare_priors`` and the width curve: every column against a plain fit, a closed form or a simulation."""

import math

import numpy as np
import pytest
from scipy import special, stats

from bayes_ivig import Dataset, Model, Study, average_models, fit, load_dataset, plot
from bayes_ivig.analyses.priors.strength import conflict, information
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.priors import (
    Normal,
    StudentT,
    mixture_weights,
    parse_prior,
    prior_width_curve,
    zampieri,
)
from bayes_ivig.priors import (
    compare as compare_priors,
)
from bayes_ivig.priors.composite import resolved
from bayes_ivig.reporting.priors.chart import plot_comparison

pytestmark = pytest.mark.slow

LIVE = load_dataset("ivig", "live_birth")
FIRST = [
    "likelihood", "mu_prior", "tau_prior", "alpha_prior", "trials", "k", "k_informative", "or_median",
    "or_lower", "or_upper", "level", "prob_or_gt_1", "tau_median", "log_marginal_likelihood",
]  # fmt: skip
CLOSE = 1e-3


def test_every_row_is_a_plain_fit() -> None:
    found = compare_priors(
        LIVE,
        mu=["normal(0, 2.82)", StudentT(2, 0, 0.38)],
        tau="half_normal(0.5)",
        alpha=["normal(0, 10)", "normal(0, 2.5)"],
        likelihoods=["binomial", "normal"],
        trials=["published", ("Branch 2000", "Triolo 2003", "Yamada 2022")],
    )
    assert list(found.columns[:14]) == FIRST
    assert len(found) == 2 * 2 * (2 + 1)  # alpha is of no use to the normal likelihood
    for row in found.to_dict("records"):
        trials = row["trials"] if row["trials"] == "published" else tuple(row["trials"].split(", "))
        alpha = {} if row["alpha_prior"] == "none" else {"alpha": row["alpha_prior"]}
        posterior = fit(
            LIVE.trials(trials), Model(row["likelihood"], mu=row["mu_prior"], tau=row["tau_prior"], **alpha)
        )
        mu, sd = posterior["mu"], posterior["mu"].sd
        logs = np.log([row["or_lower"], row["or_median"], row["or_upper"]])
        assert logs == pytest.approx(mu.quantile([0.025, 0.5, 0.975]), abs=CLOSE * sd)
        assert row["prob_or_gt_1"] == pytest.approx(mu.prob_above(0.0), abs=CLOSE)
        assert row["prob_or_gt_1_25"] == pytest.approx(mu.prob_above(np.log(1.25)), abs=CLOSE)
        assert row["tau_median"] == pytest.approx(
            posterior["tau"].quantile(0.5), abs=CLOSE * posterior["tau"].sd
        )
        assert row["log_marginal_likelihood"] == pytest.approx(posterior.log_marginal_likelihood, abs=CLOSE)
        new = posterior["theta_new"]
        limits = np.log([row["prediction_lower"], row["prediction_upper"]])
        assert limits == pytest.approx(new.quantile([0.025, 0.975]), abs=CLOSE * new.sd)
        assert (row["k"], row["k_informative"]) == (posterior.k, posterior.k_informative)
        check = posterior.baseline_check()
        other = math.nan if check is None else check.other_prob_or_gt_1
        assert row["prob_or_gt_1_tight_baseline"] == pytest.approx(other, abs=CLOSE, nan_ok=True)


def test_the_bayes_factor_is_that_of_model_averaging() -> None:
    row = compare_priors(LIVE, mu="normal(0, 1)", tau="half_normal(0.5)").iloc[0]
    average = average_models(LIVE, Model(mu="normal(0, 1)"), prior={"null random": 1, "effect random": 1})
    assert row["bf_effect"] == pytest.approx(average.inclusion_bayes_factor("effect"), rel=2e-3)


def test_conflict_is_the_predictive_tail_of_the_estimate() -> None:
    """Simulated: estimates drawn around draws of the prior fall as far out as the data's own in
    that share of cases.
    """
    pairs = [
        (parse_prior(text), parse_prior("half_normal(0.5)"))
        for text in ("normal(0, 0.3)", "student_t(3, -1, 0.4)", "flat()")
    ]
    trials = LIVE.trials("published")
    found = conflict(trials, Model(), pairs)
    flat = fit(trials, Model(mu="flat()"))["mu"]
    low, middle, high = np.asarray(flat.quantile(special.ndtr([-1.0, 0.0, 1.0])))
    rng = np.random.default_rng(4)
    for value, (prior, _) in zip(found[:2], pairs, strict=False):
        draws = prior.sample(rng, 200_000) + rng.normal(0, (high - low) / 2, 200_000)
        below = np.mean(draws < middle)
        assert value == pytest.approx(2 * min(below, 1 - below), abs=0.006)
    assert np.isnan(found[2])
    one_sided = conflict(LIVE.trials("Branch 2000"), Model(), pairs[:1])
    assert np.isnan(one_sided[0])  # 7 of 7 and 9 of 9: no estimate without a prior


def test_conflict_with_arms_of_a_million_is_found_in_time() -> None:
    huge = Dataset(
        (Study("one", 0, 20, 3, 22), Study("two", 5, 40, 12, 41), Study("three", 2, 1_000_000, 4, 1_000_000))
    )
    pair = (Normal(0, 1), parse_prior("half_normal(1)"))
    flat = fit(huge, Model(mu="normal(0, 30)", tau="half_normal(1)"))["mu"]
    low, middle, high = np.asarray(flat.quantile(special.ndtr([-1.0, 0.0, 1.0])))
    expected = 2 * special.ndtr(-abs(middle) / np.hypot(1.0, (high - low) / 2))
    assert conflict(huge, Model(), [pair])[0] == pytest.approx(expected, abs=2e-3)


def test_effective_sample_sizes() -> None:
    """Closed forms (normal, Student-t by integration), and a mixture by brute force over its log density."""
    assert information(Normal(0.4, 4.0)) == 1.0
    assert information(Normal(0, 0.355)) == pytest.approx(127, abs=0.5)
    assert information(parse_prior("flat()")) == 0.0
    assert np.isnan(information(parse_prior("uniform(-1, 1)")))
    x = np.linspace(-60, 60, 400_001)
    for prior in (
        StudentT(4, 0.2, 0.7),
        parse_prior("logistic(0, 0.5)"),
        parse_prior("mixture(0.8: normal(1, 0.3), 0.2: normal(0, 2))"),
        parse_prior("risk_ratio(0.2231, 0.1134, 0.55)"),
        parse_prior('risk_ratio(-0.0834, 0.1023, "119 of 216", "opposite")'),
    ):
        logs = prior.logpdf(x)
        expected = 16 * np.sum(np.exp(logs) * np.gradient(logs, x) ** 2) * (x[1] - x[0])
        assert information(prior) == pytest.approx(expected, rel=2e-3)
    assert stats.norm(0, 0.355).std() == 0.355


def test_a_thousand_priors_in_one_call() -> None:
    mu = [Normal(c, s) for c in (-0.5, -0.25, 0.0, 0.25, 0.5) for s in (0.25, 0.5, 1.0, 2.0, 5.0)]
    tau = [f"half_normal({scale:.4g})" for scale in np.geomspace(0.05, 2, 40)]
    found = compare_priors(LIVE, mu=mu, tau=tau)
    assert len(found) == 1000
    assert found["numerical_error"].max() < 1e-3
    assert not found.isna().any(axis=None)
    tight = found[(found["mu_prior"] == "normal(0, 0.25)") & (found["tau_prior"] == tau[-1])].iloc[0]
    assert (tight["or_upper"] / tight["or_lower"]) < np.exp(4 * 0.25)


def test_an_improper_pair_is_a_blank_row_with_the_reason() -> None:
    """One 7 of 7 against 9 of 9 has a posterior under a proper prior on mu alone."""
    found = compare_priors(
        LIVE, mu=["flat()", "normal(0, 1)"], tau="half_normal(1)", trials=["Branch 2000", "all"]
    )
    blank, *others = found.to_dict("records")
    assert blank["mu_prior"] == "flat()"
    assert "the posterior does not exist under an improper prior on mu" in blank["note"]
    assert blank["k"] == 1
    assert np.isnan(
        [blank[key] for key in ("or_median", "prob_or_gt_1", "bf_effect", "conflict_p", "numerical_error")]
    ).all()
    assert [row["note"] for row in others] == ["", "", ""]
    assert np.isfinite([row["or_median"] for row in others]).all()
    words = str(plot_comparison(found).to_dict(validate=False)["datasets"])
    assert words.count("normal(0, 1)") >= 2


def test_thresholds_are_those_asked_for() -> None:
    found = compare_priors(LIVE, 1.1, 0.8, mu="normal(0, 1)", tau="half_normal(1)").iloc[0]
    mu = fit(LIVE, Model(mu="normal(0, 1)", tau="half_normal(1)"))["mu"]
    asked = [found[f"prob_or_gt_{x}"] for x in ("1", "1_1", "0_8")]
    assert asked == pytest.approx([mu.prob_above(np.log(x)) for x in (1, 1.1, 0.8)], abs=CLOSE)
    assert "prob_or_gt_1_25" not in found


def test_a_named_set_in_one_word() -> None:
    found = compare_priors(LIVE, mu=["zampieri(0.4)", "normal(0, 1)"], tau="half_normal(1)")
    assert list(found["mu_prior"]) == [*map(str, zampieri(0.4)), "normal(0, 1)"]
    medians = dict(zip(found["mu_prior"], found["or_median"], strict=True))
    for strength in ("strong", "moderate", "weak"):
        ordered = (
            f'pessimistic("{strength}", 0.4)',
            f'named("neutral_{strength}")',
            f'optimistic("{strength}", 0.4)',
        )
        assert sorted(ordered, key=medians.__getitem__) == list(ordered)


ROBUST = 'evidence("OR 0.4 (0.25 to 0.64)", robust=0.2)'


def test_the_weight_left_to_a_robust_prior() -> None:
    """Weights by the marginal likelihoods of plain fits under each part alone."""
    parts = [(0.8, resolved(parse_prior(ROBUST)).parts[0]), (0.2, Normal(0, 4))]
    logs = [np.log(w) + fit(LIVE, Model(mu=part)).log_marginal_likelihood for w, part in parts]
    expected = np.exp(logs - np.logaddexp.reduce(logs))
    row = compare_priors(LIVE, mu=[ROBUST, "normal(0, 1)"], tau="half_normal(0.5)")
    assert row["part_weight_prior"][0] == 0.8
    assert row["part_weight"][0] == pytest.approx(expected[0], abs=CLOSE)
    assert expected[0] < 0.5  # 0.8 before the data, which contradict it
    assert np.isnan([row["part_weight"][1], row["part_weight_prior"][1]]).all()
    table = mixture_weights(LIVE, Model(mu=ROBUST))
    assert list(table["weight"]) == pytest.approx(list(expected), abs=CLOSE)
    both = mixture_weights(LIVE, Model(tau="mixture(0.5: half_normal(0.1), 0.5: half_normal(2))"))
    logs = [fit(LIVE, Model(tau=f"half_normal({s})")).log_marginal_likelihood for s in (0.1, 2)]
    assert both["weight"][0] == pytest.approx(1 / (1 + np.exp(logs[1] - logs[0])), abs=CLOSE)
    with pytest.raises(ModelError, match="is a mixture, such as"):
        mixture_weights(LIVE, Model())


def test_a_prior_that_shares_trials_is_flagged_where_they_are_at_hand() -> None:
    habets = 'evidence("habets2022", baseline_risk=0.3, overlap="allowed")'
    found = compare_priors(
        LIVE,
        mu=habets,
        tau="half_normal(1)",
        trials=["all", "randomised_apl", ("Branch 2000", "Triolo 2003")],
    )
    assert list(found["note"]) == [
        "prior and data share Mahmoud 2004, Perricone 2008, Stricker 2000",
        "prior and data share Mahmoud 2004", "",
    ]  # fmt: skip


def test_a_power_prior_is_the_conjugate_answer_on_a_common_effect() -> None:
    """Normal estimates, tau all but 0: precision of the pooled estimate plus a0 times
    that of the evidence.
    """
    study = Dataset((Study("one", 30, 60, 20, 60),))
    y, v = np.log(30 * 40 / (30 * 20)), 1 / 30 + 1 / 30 + 1 / 20 + 1 / 40
    m0, s0 = np.log(1.28), np.log(2.10 / 0.78) / (2 * 1.959963985)
    for power in (1.0, 0.3):
        row = compare_priors(
            study,
            mu=f'evidence("OR 1.28 (0.78 to 2.10)", discount={power})',
            tau="half_normal(0.0001)",
            likelihoods="normal",
        ).iloc[0]
        precision = 1 / v + power / s0**2
        assert np.log(row["or_median"]) == pytest.approx((y / v + power * m0 / s0**2) / precision, abs=1e-4)
        width = np.log(row["or_upper"] / row["or_lower"])
        assert width == pytest.approx(2 * 1.959963985 / np.sqrt(precision), rel=1e-3)


def test_improper_priors_have_no_evidence() -> None:
    row = compare_priors(LIVE, mu="flat()", tau="half_normal(0.5)").iloc[0]
    assert np.isnan([row["log_marginal_likelihood"], row["bf_effect"], row["conflict_p"]]).all()
    assert np.isfinite([row["or_median"], row["prediction_upper"]]).all()


def test_the_width_curve_runs_from_the_prior_to_the_data() -> None:
    curve = prior_width_curve(LIVE, widths=[0.01, 0.3, 1, 300])
    assert list(curve["prior_width"]) == [0.01, 0.3, 1, 300]
    assert curve["or_median"].iloc[0] == pytest.approx(1, abs=0.001)
    flat = fit(LIVE, Model(mu="flat()"))["mu"]
    assert np.log(curve["or_median"].iloc[-1]) == pytest.approx(flat.quantile(0.5), abs=2e-3)
    taus = prior_width_curve(LIVE, Model("normal"), parameter="tau", widths=[0.2, 1])
    assert list(taus["tau_prior"]) == ["half_normal(0.2)", "half_normal(1)"]
    assert set(taus["likelihood"]) == {"normal"}
    drawn = plot.prior_width(curve).to_dict()
    assert [row["mid"] for row in drawn["datasets"]["values_1"]] == pytest.approx(
        list(curve["or_median"]), rel=1e-4
    )


def test_the_chart_draws_each_row_and_says_when_it_cannot() -> None:
    few = compare_priors(LIVE, mu=["normal(0, 1)", 'elicited("P(OR > 2) = 0.05")'], tau="half_normal(0.5)")
    words = [
        record["text"]
        for records in plot_comparison(few).to_dict(validate=False)["datasets"].values()
        for record in records
        if "text" in record
    ]
    assert {"μ ~ normal(0, 1)", 'μ ~ elicited("P(OR > 2) = 0.05")'} <= set(words)
    many = compare_priors(LIVE, mu=[Normal(0, s) for s in np.geomspace(0.1, 3, 90)], tau="half_normal(0.5)")
    chart = plot_comparison(many).to_dict(validate=False)
    words = [
        record["text"] for records in chart["datasets"].values() for record in records if "text" in record
    ]
    assert "Priors (60 of 90 rows, evenly by rank)" in words


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"mu": "normal(0)", "tau": "half_normal(1)"}, ModelError, "mu: "),
        ({"mu": [], "tau": "half_normal(1)"}, ModelError, "mu is an empty list"),
        ({"mu": "normal(0, 1)", "tau": "normal(0, 1)"}, ModelError, "reaches below 0"),
        ({"mu": "normal(0, 1)", "tau": [3]}, ModelError, r"tau\[0\] is 3"),
        ({"mu": "normal(0, 1)", "tau": "half_normal(1)", "likelihoods": "poisson"}, ModelError, "poisson"),
        (
            {"mu": "normal(0, 1)", "tau": "half_normal(1)", "trials": ["publishd"]},
            DataError,
            "did you mean 'published'",
        ),
        ({"mu": "flat()", "tau": "half_normal(1)", "trials": "Branch 2000"}, ModelError, "does not exist"),
        (
            {"mu": "zampieri()", "tau": "half_normal(1)"},
            ModelError,
            r"mu: prior set 'zampieri\(\)': write zampieri\(0.4\)",
        ),
        ({"mu": "zampieri(0)", "tau": "half_normal(1)"}, ModelError, "must differ from 0"),
    ],
)
def test_what_cannot_be_compared(asked, error, said) -> None:
    with pytest.raises(error, match=said):
        compare_priors(LIVE, **asked)


@pytest.mark.parametrize("wrong", [0, -1, True, "1.25", float("nan")])
def test_wrong_thresholds(wrong) -> None:
    with pytest.raises(ModelError, match=r"thresholds(: found|\[0\] is| is) .*(above 0|a number)"):
        compare_priors(LIVE, wrong, mu="normal(0, 1)", tau="half_normal(1)")


def test_wrong_curves() -> None:
    with pytest.raises(ModelError, match="must be 'mu' or 'tau'"):
        prior_width_curve(LIVE, parameter="alpha")
    empty = Dataset((Study("nobody", 3, 9, 0, 0),))
    with pytest.raises(DataError, match="no study carries information"):
        prior_width_curve(empty)
