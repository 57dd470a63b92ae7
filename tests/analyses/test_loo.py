"""Leave-one-study-out densities and model comparison: against closed forms, refits and each other."""

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.analyses.checks.compare_models import compare_models
from bayes_ivig.analyses.checks.loo import loo
from bayes_ivig.formulas.effect_sizes import log_odds_ratio, to_cells

ALIKE = bi.Dataset(tuple(bi.Study(f"S{i}", 12 + i, 40, 18 - i, 38 + i) for i in range(6)), "alike")
ODD = bi.Dataset(
    (bi.Study("zero", 0, 12, 3, 9), bi.Study("empty", 0, 0, 4, 5), bi.Study("all", 7, 7, 8, 8),
     bi.Study("far", 22, 24, 0, 7), bi.Study("large", 4100, 10_000, 3900, 10_000)), "odd",
)  # fmt: skip
EXACT = 1e-3  # of a log density: the stated error of a marginal likelihood, twice
SAMPLED = 0.06  # of a log density: importance sampling from 4,000 draws where no Pareto k is large


def normal(y: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    return -0.5 * (y - mean) ** 2 / variance - 0.5 * np.log(2 * np.pi * variance)


def test_common_effect_in_closed_form() -> None:
    """Under normal likelihoods and one effect with a normal prior,
    the others' prediction of a study is normal.
    """
    found = loo(bi.fit(ALIKE, bi.Model(likelihood="normal", effects="common", mu="normal(0.5, 0.8)")))
    y, v = log_odds_ratio(to_cells(*np.array([study.counts for study in ALIKE.studies], float).T))
    w = 1 / v
    precision = w.sum() - w + 0.8**-2
    mean = ((w * y).sum() - w * y + 0.5 * 0.8**-2) / precision
    expected = normal(y, mean, v + 1 / precision)
    assert found.method == "exact" and found.ok and found.likelihood == "normal"
    assert found.pointwise == pytest.approx(expected, abs=EXACT)
    assert found.elpd == pytest.approx(expected.sum(), abs=6 * EXACT)
    assert found.se == pytest.approx(np.sqrt(6) * expected.std(ddof=1), abs=EXACT)
    let_in = normal(y, ((w * y).sum() + 0.5 * 0.8**-2) / (w.sum() + 0.8**-2), v + 1 / (w.sum() + 0.8**-2))
    assert [row.p_loo for row in found.rows] == pytest.approx(let_in - expected, abs=2 * EXACT)


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric"])
def test_ratios_of_separate_fits(likelihood: str) -> None:
    """Zero cells, an arm where all had it, an outlier and a large trial: as fitting twice gives it."""
    model = bi.Model(likelihood=likelihood)
    whole = bi.fit(ODD, model)
    found = loo(whole)
    assert [row.study for row in found.rows] == list(whole.studies)
    for row in found.rows:
        others = bi.fit(ODD.trials(tuple(name for name in ODD.study_names if name != row.study)), model)
        assert row.elpd == pytest.approx(
            whole.log_marginal_likelihood - others.log_marginal_likelihood, abs=EXACT
        )
    assert found.table()["pareto_k"].isna().all()


def test_the_only_study_is_foreseen_by_the_prior() -> None:
    one = bi.Dataset(ALIKE.studies[:1], "one")
    posterior = bi.fit(one, bi.Model(likelihood="normal", effects="common", mu="normal(0, 1)"))
    found = loo(posterior)
    y, v = log_odds_ratio(to_cells(*np.array([ALIKE.studies[0].counts], float).T))
    assert found.pointwise == pytest.approx(normal(y, np.zeros(1), v + 1), abs=EXACT)
    assert found.se is None


COMMON_FLAT = bi.Model(likelihood="normal", effects="common", mu="flat()")
FLAT_TAU = bi.Model(likelihood="normal", tau="flat()", mu="normal(0, 1)")


@pytest.mark.parametrize(
    ("table", "model", "words"),
    [
        (ALIKE.trials(("S0", "S1")), COMMON_FLAT, None),
        (ALIKE.trials(("S0",)), COMMON_FLAT, "under an improper prior"),
        (ALIKE.trials(("S0", "S1", "S2")), FLAT_TAU, None),
        (ALIKE.trials(("S0", "S1")), FLAT_TAU, "of the others does not"),
    ],
)
def test_improper_priors(table: bi.Dataset, model: bi.Model, words: str | None) -> None:
    posterior = bi.fit(table, model)
    if words is None:
        assert np.isfinite(loo(posterior).elpd)
        return
    with pytest.raises(bi.errors.ModelError, match=words):
        loo(posterior)


def test_studies_that_count_in_part_are_refused() -> None:
    posterior = bi.fit(ALIKE, bi.Model(likelihood="normal"), weights={"S1": 0.5})
    with pytest.raises(bi.errors.ModelError, match="count in part"):
        loo(posterior)


@pytest.mark.mcmc
def test_importance_sampling_agrees() -> None:
    model, table = bi.Model(), ALIKE.trials(("S0", "S1", "S3", "S5"))
    exact, found = (
        loo(bi.fit(table, model, engine=engine))
        for engine in (bi.Quadrature(), bi.NUTS(draws=1000, tune=500))
    )
    assert found.method == "psis" and found.ok
    assert found.pointwise == pytest.approx(exact.pointwise, abs=SAMPLED)
    assert [row.p_loo for row in found.rows] == pytest.approx([row.p_loo for row in exact.rows], abs=SAMPLED)
    assert found.table()["pareto_k"].between(-1, 0.7).all()


@pytest.mark.mcmc
def test_importance_sampling_says_where_it_fails() -> None:
    """One large trial far from the others decides alone: its Pareto k is large,
    and the exact answer is far away.
    """
    table = bi.Dataset((*ALIKE.studies[:3], bi.Study("far", 900, 1000, 100, 1000)), "outlier")
    model = bi.Model(tau="half_normal(0.05)")
    sampled = bi.fit(table, model, engine=bi.NUTS(draws=250, tune=250))
    found = loo(sampled)
    assert not found.ok
    assert any(
        problem.startswith("far: Pareto k") and "use Quadrature()" in problem for problem in found.problems
    )
    comparison = compare_models(
        {"sampled": bi.fit(table, model, engine=bi.NUTS(draws=250, tune=250)), "exact": bi.fit(table, model)}
    )
    assert comparison.problems and all(problem.startswith("sampled: ") for problem in comparison.problems)


# Models side by side


def test_comparison_by_hand() -> None:
    models = {
        "random": bi.Model(likelihood="normal"),
        "common": bi.Model(likelihood="normal", effects="common"),
    }
    posteriors = {name: bi.fit(ODD, model) for name, model in models.items()}
    table = compare_models(posteriors).table()
    pointwise = {name: loo(posterior).pointwise for name, posterior in posteriors.items()}
    better, worse = sorted(models, key=lambda name: -pointwise[name].sum())
    assert list(table.index) == [better, worse]
    difference = pointwise[worse] - pointwise[better]
    assert table.loc[better, "elpd_diff"] == 0 and table.loc[better, "elpd_diff_se"] == 0
    assert table.loc[worse, "elpd_diff"] == pytest.approx(difference.sum())
    assert table.loc[worse, "elpd_diff_se"] == pytest.approx(
        np.sqrt(difference.size) * difference.std(ddof=1)
    )
    for name, posterior in posteriors.items():
        assert table.loc[name, "log_marginal_likelihood"] == posterior.log_marginal_likelihood
        assert table.loc[name, "elpd"] == pytest.approx(pointwise[name].sum())


def test_studies_in_another_order_are_matched_by_name() -> None:
    turned = bi.Dataset(tuple(reversed(ALIKE.studies)), "turned")
    model = bi.Model(likelihood="normal")
    table = compare_models({"one": bi.fit(ALIKE, model), "other": bi.fit(turned, model)}).table()
    assert table["elpd_diff"].to_numpy() == pytest.approx(0, abs=EXACT)
    assert table["elpd_diff_se"].to_numpy() == pytest.approx(0, abs=EXACT)


def test_what_cannot_be_compared_is_refused() -> None:
    one = bi.fit(ALIKE, bi.Model(likelihood="normal"))
    cases = {
        "needs two models or more": {"one": one},
        "one has the normal likelihood, other the hypergeometric one": {
            "one": one, "other": bi.fit(ALIKE, bi.Model(likelihood="hypergeometric")),
        }, "one and other are of different trials": {"one": one,
        "other": bi.fit(ALIKE.trials("-S1"), one.model)}, "must be a dict of posteriors by name": [one, one],
        "must be a Posterior": {"one": one, "other": one.model},
    }  # fmt: skip
    for words, posteriors in cases.items():
        with pytest.raises(bi.errors.ModelError, match=words):
            compare_models(posteriors)
