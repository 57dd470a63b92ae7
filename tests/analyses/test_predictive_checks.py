"""Predictive checks: against closed forms and brute force, both engines, and what they are for:
a study that does not belong.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special, stats

import bayes_ivig as bi
from bayes_ivig.analyses.checks.predictive import posterior_predictive_check, prior_predictive_check
from bayes_ivig.formulas.effect_sizes import log_odds_ratio, to_cells

pytestmark = pytest.mark.slow

ALIKE = bi.Dataset(tuple(bi.Study(f"S{i}", 12 + i, 40, 18 - i, 38 + i) for i in range(6)), "alike")
OUTLIER = bi.Dataset((*ALIKE.studies, bi.Study("far", 38, 40, 3, 40)), "outlier")
UNIFORM = "logistic(0, 1)"  # on the log odds: uniform on the risk
SPREAD = 2e-3  # of a probability, evaluated at 4,096 evenly spread points


def estimates(table: bi.Dataset) -> tuple[np.ndarray, np.ndarray]:
    return log_odds_ratio(to_cells(*np.array([study.counts for study in table.studies], float).T))


@pytest.mark.parametrize(("effects", "tau"), [("common", 0.0), ("random", 0.3)])
def test_normal_replicates_in_closed_form(effects: str, tau: float) -> None:
    """With tau known, a new study's estimate is normal around the posterior mean of mu."""
    model = bi.Model(likelihood="normal", effects=effects, mu="normal(0, 1)", tau="uniform(0.2999, 0.3001)")
    found = posterior_predictive_check(bi.fit(ALIKE, model), level=0.9)
    y, v = estimates(ALIKE)
    w = 1 / (v + tau**2)
    mean, variance = (w * y).sum() / (w.sum() + 1), 1 / (w.sum() + 1) + tau**2 + v
    assert found.replicate == "mixed" and [row.arm for row in found.rows] == ["log odds ratio"] * 6
    for i, row in enumerate(found.rows):
        known = stats.norm(mean, np.sqrt(variance[i]))
        assert row.observed == pytest.approx(y[i]) and row.total is None
        assert row.prob_above == pytest.approx(known.sf(y[i]), abs=4 * row.mcse)
        assert row.expected == pytest.approx(mean, abs=0.03)
        assert (row.lower, row.upper) == pytest.approx(known.interval(0.9), abs=0.05)
        # of nine decimals
        assert row.p_value == pytest.approx(2 * min(row.prob_above, 1 - row.prob_above), abs=1e-9)


def test_conditional_normal_replicates_in_closed_form() -> None:
    """With tau known, a study's own effect given all is normal, shrunk towards the mean."""
    model = bi.Model(likelihood="normal", mu="normal(0, 1)", tau="uniform(0.2999, 0.3001)")
    found = posterior_predictive_check(bi.fit(ALIKE, model), replicate="conditional")
    y, v = estimates(ALIKE)
    w = 1 / (v + 0.09)
    mean, variance = (w * y).sum() / (w.sum() + 1), 1 / (w.sum() + 1)
    kept = 0.09 / (0.09 + v)
    own, spread = kept * y + (1 - kept) * mean, kept * v + (1 - kept) ** 2 * variance + v
    for row, value, expected in zip(found.rows, y, stats.norm(own, np.sqrt(spread)).sf(y), strict=True):
        assert row.observed == pytest.approx(value)
        assert row.prob_above == pytest.approx(expected, abs=4 * row.mcse)


@pytest.mark.parametrize("counts", [(5, 12, 9, 20), (0, 6, 3, 9), (7, 7, 0, 4)])
def test_binomial_arms_by_brute_force(counts: tuple[int, ...]) -> None:
    """One study under one effect: the posterior of effect and baseline on a dense grid,
    then the binomials' own tails.
    """
    model = bi.Model(effects="common", mu="normal(0, 1)", alpha=UNIFORM)
    found = posterior_predictive_check(bi.fit(bi.Dataset((bi.Study("A", *counts),)), model))
    r1, n1, r0, n0 = counts
    mu, alpha = np.linspace(-6, 6, 401)[:, None], np.linspace(-14, 14, 1201)
    risks = special.expit(alpha + mu / 2), special.expit(alpha - mu / 2)
    weight = (
        np.exp(model.mu.logpdf(mu) + model.alpha.logpdf(alpha))
        * stats.binom.pmf(r1, n1, risks[0])
        * stats.binom.pmf(r0, n0, risks[1])
    )
    weight /= weight.sum()
    for arm, r, n, risk in (("treatment", r1, n1, risks[0]), ("control", r0, n0, risks[1])):
        row = found["A", arm]
        expected = (weight * (stats.binom.sf(r, n, risk) + stats.binom.pmf(r, n, risk) / 2)).sum()
        assert row.prob_above == pytest.approx(expected, abs=4 * row.mcse)
        assert row.expected == pytest.approx((weight * n * risk).sum(), abs=0.02 * n)
        below = [(weight * stats.binom.cdf(x, n, risk)).sum() for x in range(n + 1)]
        assert row.lower == pytest.approx(np.searchsorted(below, 0.025), abs=1)
        assert row.upper == pytest.approx(np.searchsorted(below, 0.975), abs=1)
        assert (row.observed, row.total) == (r, n)


@pytest.mark.parametrize(
    ("likelihood", "arm"),
    [("binomial", "treatment"), ("hypergeometric", "treatment"), ("normal", "log odds ratio")],
)
def test_a_study_that_does_not_belong(likelihood: str, arm: str) -> None:
    """The mixed check finds it; the conditional one does not,
    since the study's own effect has followed its data.
    """
    posterior = bi.fit(OUTLIER, bi.Model(likelihood=likelihood, tau="half_normal(0.2)"))
    mixed, own = (posterior_predictive_check(posterior, replicate=kind) for kind in ("mixed", "conditional"))
    assert mixed["far", arm].p_value < 0.01
    assert mixed["S3", arm].p_value > 0.05
    assert own["far", arm].p_value > mixed["far", arm].p_value
    assert {row.arm for row in mixed.rows} == (
        {"treatment", "control"} if likelihood == "binomial" else {arm}
    )


def test_the_table() -> None:
    table = posterior_predictive_check(
        bi.fit(ALIKE, bi.Model(likelihood="hypergeometric", effects="common"))
    ).table()
    assert list(table.columns) == [
        "study", "arm", "observed", "total", "expected", "lower", "upper", "level", "prob_above", "p_value",
        "mcse",
    ]  # fmt: skip
    assert len(table) == 6 and table["total"].tolist() == [40] * 6
    again = posterior_predictive_check(
        bi.fit(ALIKE, bi.Model(likelihood="hypergeometric", effects="common"))
    ).table()
    assert table.equals(again)


def test_what_cannot_be_checked() -> None:
    posterior = bi.fit(ALIKE, bi.Model(likelihood="normal", effects="common"))
    for arguments, words in (
        ({"replicate": "mix"}, "did you mean 'mixed'"),
        ({"level": 1.0}, "level is 1.0"),
        ({"seed": -1}, "seed is -1"),
    ):
        with pytest.raises(bi.errors.ModelError, match=words):
            posterior_predictive_check(posterior, **arguments)
    with pytest.raises(bi.errors.ModelError, match="no arm"):
        posterior_predictive_check(posterior)["S0", "placebo"]


@pytest.mark.mcmc
def test_both_engines_agree() -> None:
    table = ALIKE.trials(("S0", "S1", "S2", "S5"))
    fits = [
        bi.fit(table, bi.Model(), engine=engine)
        for engine in (bi.Quadrature(), bi.NUTS(draws=1000, tune=500))
    ]
    for kind in ("mixed", "conditional"):
        one, other = (posterior_predictive_check(each, replicate=kind) for each in fits)
        for left, right in zip(one.rows, other.rows, strict=True):
            assert left.prob_above == pytest.approx(right.prob_above, abs=4 * np.hypot(left.mcse, right.mcse))
            assert (left.lower, left.upper) == pytest.approx((right.lower, right.upper), abs=1)


# Before any data


def test_odds_ratios_of_the_prior() -> None:
    model = bi.Model(mu="normal(0.2, 1)", tau="uniform(0.4999, 0.5001)", alpha=UNIFORM)
    found = prior_predictive_check(ALIKE, model)
    levels = np.array(found.levels)
    assert found["pooled odds ratio"].quantiles == pytest.approx(
        np.exp(stats.norm(0.2, 1).ppf(levels)), rel=SPREAD
    )
    assert found["odds ratio in one study"].quantiles == pytest.approx(
        np.exp(stats.norm(0.2, np.sqrt(1.25)).ppf(levels)), rel=5 * SPREAD
    )
    beyond = stats.norm(0.2, 1).sf(np.log(20)) + stats.norm(0.2, 1).cdf(-np.log(20))
    assert found["pooled odds ratio"].prob_extreme == pytest.approx(beyond, abs=SPREAD)
    control = prior_predictive_check(ALIKE, replace(model, baseline="control"))["event rate, control"]
    assert control.quantiles == pytest.approx(levels, abs=SPREAD)
    assert control.prob_extreme == pytest.approx(0.02, abs=SPREAD)
    assert found["tau"].quantiles == pytest.approx([0.5] * 5, abs=1e-3) and found["tau"].prob_extreme is None


def test_arms_of_the_prior_in_closed_form() -> None:
    """A uniform risk foretells every number of events alike, in the arm that the baseline stands on."""
    found = prior_predictive_check(ALIKE, bi.Model(alpha=UNIFORM, baseline="control"))
    for study in ALIKE.studies:
        row = found[study.name, "control"]
        r, n = study.control_events, study.control_total
        assert row.prob_above == pytest.approx((n - r + 0.5) / (n + 1), abs=SPREAD)
        assert row.expected == pytest.approx(n / 2, abs=n * SPREAD)
        assert (row.lower, row.upper) == pytest.approx(
            (np.ceil(0.025 * (n + 1)) - 1, np.ceil(0.975 * (n + 1)) - 1), abs=1
        )
        assert row.mcse == 0.0


def test_the_prior_s_tables() -> None:
    found = prior_predictive_check(
        OUTLIER, bi.Model(likelihood="normal", effects="student_t(4)", tau="dumouchel()")
    )
    assert list(found.table().index) == ["pooled odds ratio", "odds ratio in one study", "tau"]
    assert list(found.table().columns) == [
        "scale",
        "q2_5",
        "q25",
        "q50",
        "q75",
        "q97_5",
        "prob_extreme",
        "extreme",
    ]
    assert list(found.arm_table["study"]) == list(OUTLIER.study_names)
    common = prior_predictive_check(OUTLIER, bi.Model(effects="common"))
    assert list(common.table().index) == [
        "pooled odds ratio",
        "odds ratio in one study",
        "event rate, treatment",
        "event rate, control",
    ]
    assert common["pooled odds ratio"].quantiles == common["odds ratio in one study"].quantiles


@pytest.mark.parametrize(
    "tau", ["half_cauchy(5)", "inverse_gamma_tau2(0.001, 0.001)", "log_normal_tau2(-2.56, 1.74)"]
)
def test_heavy_priors_overflow_nothing(tau: str) -> None:
    found = prior_predictive_check(ALIKE, bi.Model(tau=tau, mu="student_t(1, 0, 10)", baseline="midpoint"))
    assert np.isfinite([row.prob_above for row in found.arms]).all()
    assert not np.isnan([row.quantiles for row in found.quantities]).any()


@pytest.mark.parametrize(
    ("prior", "words"), [({"mu": "flat()"}, r"mu ~ flat\(\)"), ({"tau": "jeffreys()"}, r"tau ~ jeffreys\(\)")]
)
def test_improper_priors_foretell_nothing(prior: dict[str, str], words: str) -> None:
    with pytest.raises(
        bi.errors.ModelError, match=rf"prior_predictive_check: {words} is improper and foretells nothing"
    ):
        prior_predictive_check(ALIKE, bi.Model(**prior))
