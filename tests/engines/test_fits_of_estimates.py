"""Posteriors of trials known by their estimates, alone and beside trials with counts: against closed forms,
sums of our own over (mu, tau), published numbers and, beside counts, the sampling engine.
"""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

import bayes_ivig as bi
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.results.posterior.posterior import Posterior

SCHOOLS = ([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18])  # Rubin 1981, J Educ Stat 6:377


def schools() -> bi.Dataset:
    return bi.Effects(*SCHOOLS, measure="MD", names=list("ABCDEFGH"))


def mixed() -> bi.Dataset:
    return bi.Dataset.from_dataframe(
        pd.DataFrame(
            {
                "study": ["A", "B", "C", "D"],
                "treatment_events": [3, None, 10, 0],
                "treatment_total": [20, None, 40, 25],
                "control_events": [6, None, 12, 2],
                "control_total": [21, None, 41, 24],
                "estimate": [None, 0.75, None, None],
                "lower": [None, 0.41, None, None],
                "upper": [None, 1.37, None, None],
            }
        )
    )


def sums(y: np.ndarray, s: np.ndarray, mu: object, tau: object) -> dict[str, float]:
    """Moments of mu and tau and the log marginal likelihood, by sums on a plain grid of (mu, tau)."""
    wide = 14 * float(s.min())
    at = np.linspace(float(y.mean()) - wide, float(y.mean()) + wide, 2001)
    t = np.linspace(0, 12 * float(s.min()), 1501)
    v = s**2 + t[:, None] ** 2
    logs = stats.norm.logpdf(y, at[:, None, None], np.sqrt(v)).sum(axis=-1)
    logs += mu.logpdf(at)[:, None] + tau.logpdf(t)  # type: ignore[attr-defined]
    weights = np.ones_like(t)
    weights[[0, -1]] = 0.5
    share = np.exp(logs - logs.max()) * weights
    mass = share.sum() * (at[1] - at[0]) * (t[1] - t[0])
    of_mu, of_tau = share.sum(axis=1) / share.sum(), share.sum(axis=0) / share.sum()
    mean = float(of_mu @ at)
    return {
        "mean": mean,
        "sd": math.sqrt(float(of_mu @ (at - mean) ** 2)),
        "tau": float(of_tau @ t),
        "evidence": math.log(mass) + float(logs.max()),
    }


def test_a_common_effect_is_the_closed_form_of_normals() -> None:
    y, s = (np.array(x, float) for x in SCHOOLS)
    post = bi.fit(schools(), bi.Model(effects="common", mu="normal(5, 20)", measure="MD"))
    precision = (s**-2).sum() + 20**-2
    mean = ((y / s**2).sum() + 5 / 20**2) / precision
    assert post["mu"].mean == pytest.approx(mean, rel=1e-8)
    assert post["mu"].sd == pytest.approx(precision**-0.5, rel=1e-6)
    whole = np.diag(s**2) + 20**2
    evidence = stats.multivariate_normal(np.full(8, 5.0), whole).logpdf(y)
    assert post.log_marginal_likelihood == pytest.approx(evidence, abs=1e-6)


def test_eight_schools_as_gelman_et_al_print_them() -> None:
    """Bayesian Data Analysis, 3rd ed., section 5.5: pooled 7.7 with standard error 4.1; table 5.3,
    quartiles of every school's effect from 200 draws (whose own error is about 1 to 1.5), tau uniform.
    """
    common = bi.fit(schools(), bi.Model(effects="common", mu="normal(0, 1000)", measure="MD"))
    assert round(float(common["mu"].mean), 1) == 7.7  # type: ignore[arg-type]
    assert round(float(common["mu"].sd), 1) == 4.1  # type: ignore[arg-type]
    post = bi.fit(schools(), bi.Model(mu="flat()", tau="uniform(0, 1000)", measure="MD"))
    printed = {
        "A": (7, 10, 16), "B": (3, 8, 12), "C": (2, 7, 11), "D": (4, 8, 11),
        "E": (1, 5, 10), "F": (2, 6, 10), "G": (7, 10, 15), "H": (3, 8, 13),
    }  # fmt: skip
    for school, quartiles in printed.items():
        found = post.theta[school].quantile([0.25, 0.5, 0.75])
        assert np.abs(np.asarray(found) - quartiles).max() < 2.0, (school, found)


def test_random_effects_are_those_of_plain_sums() -> None:
    y, s = (np.array(x, float) for x in SCHOOLS)
    model = bi.Model(measure="MD", mu="normal(0, 20)", tau="half_normal(10)")
    post = bi.fit(schools(), model)
    expected = sums(y, s, stats.norm(0, 20), stats.halfnorm(scale=10))
    assert post["mu"].mean == pytest.approx(expected["mean"], rel=1e-5)
    assert post["mu"].sd == pytest.approx(expected["sd"], rel=1e-4)
    assert post["tau"].mean == pytest.approx(expected["tau"], rel=1e-4)
    assert post.log_marginal_likelihood == pytest.approx(expected["evidence"], abs=1e-5)


@pytest.mark.parametrize("factor", [1e-3, 0.1, 1e3, 1e5])
def test_the_unit_of_measurement_does_not_matter(factor: float) -> None:
    y, s = SCHOOLS
    model = bi.Model(measure="MD", mu=f"normal(0, {50 * factor!r})", tau=f"half_normal({10 * factor!r})")
    scaled = bi.fit(
        bi.Effects([x * factor for x in y], [x * factor for x in s], measure="MD", names=list("ABCDEFGH")),
        model,
    )
    plain = bi.fit(schools(), bi.Model(measure="MD", mu="normal(0, 50)", tau="half_normal(10)"))
    assert scaled.diagnostics.ok
    assert scaled["mu"].mean == pytest.approx(factor * float(plain["mu"].mean), rel=1e-6)  # type: ignore[arg-type]
    assert scaled["tau"].quantile(0.5) == pytest.approx(factor * float(plain["tau"].quantile(0.5)), rel=1e-4)
    assert scaled.theta["A"].mean == pytest.approx(factor * float(plain.theta["A"].mean), rel=1e-5)  # type: ignore[arg-type]


def test_order_and_direction_do_not_matter() -> None:
    dataset = bi.Effects([0.3, -0.2, 0.5], [0.2, 0.3, 0.25], measure="SMD")
    turned = bi.Effects([-0.5, 0.2, -0.3], [0.25, 0.3, 0.2], measure="SMD")
    one, other = bi.fit(dataset, bi.Model()), bi.fit(turned, bi.Model())
    assert one["mu"].mean == pytest.approx(-float(other["mu"].mean), rel=1e-6)  # type: ignore[arg-type]
    assert one["mu"].prob_above(0) == pytest.approx(float(other["mu"].prob_below(0)), abs=1e-7)


def test_errors_with_degrees_of_freedom_are_student_t() -> None:
    post = bi.fit(
        bi.Effects([0.5], [0.2], measure="SMD", df=4), bi.Model(effects="common", mu="normal(0, 0.3)")
    )

    def density(x: float) -> float:
        return float(stats.norm.pdf(x, 0, 0.3) * stats.t.pdf((0.5 - x) / 0.2, 4) / 0.2)

    whole = integrate.quad(density, -4, 4, points=[0, 0.5], limit=200)[0]
    mean = integrate.quad(lambda x: x * density(x), -4, 4, points=[0, 0.5], limit=200)[0] / whole
    assert post["mu"].mean == pytest.approx(mean, rel=1e-6)
    assert post.log_marginal_likelihood == pytest.approx(math.log(whole), abs=1e-6)
    normal = bi.fit(bi.Effects([0.5], [0.2], measure="SMD"), bi.Model(effects="common", mu="normal(0, 0.3)"))
    many = bi.fit(
        bi.Effects([0.5], [0.2], measure="SMD", df=1e7), bi.Model(effects="common", mu="normal(0, 0.3)")
    )
    assert many["mu"].mean == pytest.approx(float(normal["mu"].mean), rel=1e-5)  # type: ignore[arg-type]


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric", "normal"])
def test_of_a_mixed_table_every_trial_is_its_own_curve(likelihood: str) -> None:
    """Under a common effect curves multiply: the posterior is that of the counts, times a normal density."""
    model = bi.Model(likelihood, effects="common", mu="normal(0, 1)")
    both, counted = bi.fit(mixed(), model), bi.fit(mixed().trials("-B"), model)
    own = mixed().studies[1]
    assert isinstance(own, bi.Estimate)
    x = np.linspace(-5, 5, 20001)
    density = np.asarray(counted["mu"].density(x)) * stats.norm.pdf(own.y, x, own.standard_error)
    mean = float(x @ density / density.sum())
    assert both["mu"].mean == pytest.approx(mean, abs=1e-5)
    whole = math.log(density.sum() * (x[1] - x[0]))
    assert both.log_marginal_likelihood - counted.log_marginal_likelihood == pytest.approx(whole, abs=1e-4)  # type: ignore[operator]


@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric"])
def test_an_estimate_only_is_as_its_normal_curve_under_any_likelihood(likelihood: str) -> None:
    dataset = bi.Effects([0.3, -0.2, 0.5], [0.2, 0.3, 0.25], measure="OR")
    stated, normal = bi.fit(dataset, bi.Model(likelihood)), bi.fit(dataset, bi.Model("normal"))
    assert stated.model.likelihood == "normal"
    assert stated.log_marginal_likelihood == normal.log_marginal_likelihood
    # with the counts of trial A gone, a mixed table's estimate alone gives the same under each likelihood
    (alone,) = {round(float(bi.fit(mixed().trials(("B",)), bi.Model(each))["mu"].mean), 9)  # type: ignore[arg-type]
                for each in (likelihood, "normal")}  # fmt: skip
    assert alone < 0


def test_default_priors_are_those_of_the_measure() -> None:
    y, s = [0.3, -0.2, 0.5], [0.2, 0.3, 0.25]
    for code in ("OR", "RR", "HR", "IRR", "RATIO"):
        model = bi.fit(bi.Effects(y, s, measure=code), bi.Model()).model
        assert (str(model.mu), str(model.tau)) == ("normal(0, 2.82)", "half_normal(0.5)")
    model = bi.fit(bi.Effects(y, s, measure="SMD"), bi.Model()).model
    assert (str(model.mu), str(model.tau)) == ("normal(0, 1.41)", "half_normal(0.25)")
    stated = bi.fit(bi.Effects(y, s, measure="SMD"), bi.Model(mu="normal(0, 2.82)")).model
    assert (str(stated.mu), str(stated.tau)) == ("normal(0, 2.82)", "half_normal(0.25)")
    for code in ("MD", "RD", "DIFF"):
        with pytest.raises(ModelError, match="no default prior for mu and tau"):
            bi.fit(bi.Effects(y, s, measure=code), bi.Model())
    with pytest.raises(ModelError, match="no default prior for tau of a mean difference"):
        bi.fit(bi.Effects(y, s, measure="MD"), bi.Model(mu="normal(0, 1)"))
    assert bi.fit(bi.Effects(y, s, measure="MD"), bi.Model(effects="common", mu="normal(0, 1)")).k == 3


def test_the_suggested_priors_rest_on_the_unit_information_of_the_trials() -> None:
    counts = {"study": ["A", "B"], "treatment_total": [100, 50], "control_total": [100, 50]}
    table = pd.DataFrame(counts | {"yi": [1.0, 2.0], "sei": [1.0, 2.0]})
    dataset = bi.Dataset.from_dataframe(table, measure="MD")
    unit = math.sqrt(300 / (1 + 1 / 4))  # sum n / sum 1/SE^2, Röver et al. 2021
    with pytest.raises(
        ModelError, match=rf"normal\(0, {unit / math.sqrt(2):.2g}\).*half_normal\({unit / 8:.2g}\)"
    ):
        bi.fit(dataset, bi.Model())
    # on log odds ratios that SD is 4 (Kass & Wasserman 1995), and the reference priors its parts
    assert (round(4 / math.sqrt(2), 1), 4 / 8) == (2.8, 0.5)


def test_a_prior_made_for_another_measure_is_refused() -> None:
    y, s = [0.3, -0.2, 0.5], [0.2, 0.3, 0.25]
    turner = 'turner2015("obstetric outcomes", "pharmacological vs. placebo / control")'
    of_ratios = 'cochrane("Cochrane", "tau", "log RR")'
    assert bi.fit(bi.Effects(y, s, measure="OR"), bi.Model(tau=turner)).k == 3
    assert bi.fit(bi.Effects(y, s, measure="RR"), bi.Model(tau=of_ratios)).k == 3
    with pytest.raises(ModelError, match="made for measure OR, another scale than that of log risk ratio"):
        bi.fit(bi.Effects(y, s, measure="RR"), bi.Model(tau=turner))
    with pytest.raises(ModelError, match="made for measure RR"):
        bi.fit(mixed(), bi.Model(tau=of_ratios))
    with pytest.raises(ModelError, match="made for measure OR"):
        bi.priors.compare(bi.Effects(y, s, measure="RR"), mu="normal(0, 1)", tau=["half_normal(1)", turner])


def test_a_measure_that_the_data_do_not_give_is_refused() -> None:
    with pytest.raises(ModelError, match="measure RR is not what this table gives: OR"):
        bi.fit(mixed(), bi.Model(measure="RR"))
    with pytest.raises(ModelError, match="measure OR"):
        bi.fit(bi.Effects([0.1], [0.2], measure="HR"), bi.load_model("random_baselines"))


def test_models_of_arms_say_that_they_need_counts() -> None:
    with pytest.raises(DataError, match=r"B is known by its estimate only; .* needs counts"):
        bi.fit(mixed(), bi.load_model("beta_binomial"))


def test_a_posterior_of_both_is_saved_and_read(tmp_path: Path) -> None:
    post = bi.fit(mixed(), bi.Model())
    again = Posterior.load(post.save(str(tmp_path / "both.nc")))
    assert again.dataset == post.dataset
    assert again["mu"].mean == post["mu"].mean
    weighted = again.weighted({"B": 0.5})
    assert weighted["mu"].sd > post["mu"].sd  # type: ignore[operator]


def test_bayesmeta_as_its_paper_prints_it_from_estimates_alone() -> None:
    """Röver 2020, J Stat Softw 93(6), section 3: Crins et al. 2014, log odds ratios with standard errors."""
    counts = {
        "Heffron 2003": (14, 61, 15, 20), "Gibelli 2004": (16, 28, 19, 28), "Schuller 2005": (3, 18, 8, 12),
        "Ganschow 2005": (9, 54, 29, 54), "Spada 2006": (4, 36, 11, 36), "Gras 2008": (0, 50, 3, 34),
    }  # fmt: skip
    table = bi.Dataset(tuple(bi.Study(name, *own) for name, own in counts.items()))
    from bayes_ivig.inputs.estimates.arrays import effects_of
    from bayes_ivig.measures import OR

    y, s = effects_of(table.studies, OR)
    given = bi.Effects(list(y), list(s), measure="OR", names=list(counts))
    post = bi.fit(given, bi.Model(mu="normal(0, 4)", tau="half_normal(0.5)"))
    assert post["mu"].mean == pytest.approx(-1.5764366, abs=1e-3)
    assert post["mu"].sd == pytest.approx(0.3295298, abs=1e-3)
    assert post["tau"].mean == pytest.approx(0.3810562, abs=3e-3)
    assert post["theta_new"].quantile(0.5) == pytest.approx(-1.57, abs=0.01)
    same = bi.fit(table, replace(post.model))
    assert post["mu"].mean == pytest.approx(float(same["mu"].mean), abs=1e-9)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "measure", "error"),
    [
        # printed of intravenous immunoglobulin: Yuan et al. 2024, PeerJ 12:e18419, birth weight in grams
        ((-186.71, -398.76, 25.34), "MD", 108.2),
        # Habets et al. 2022, live birth of cohorts; NK cells above 12 %; begun before conception
        ((1.98, 1.44, 2.73), "RR", 0.163),
        ((2.32, 1.77, 3.02), "RR", 0.136),
        ((4.47, 1.53, 13.05), "RR", 0.547),
        # Kofod et al. 2025, live birth; Egerup et al. 2015 (Cochrane); Wang et al. 2016; Hutton et al. 2007
        ((1.02, 0.86, 1.22), "RR", 0.089),
        ((0.92, 0.75, 1.12), "RR", 0.102),
        ((1.25, 1.00, 1.56), "RR", 0.113),
        ((1.28, 0.78, 2.10), "OR", 0.253),
    ],
)
def test_reviews_enter_by_what_they_print(
    row: tuple[float, float, float], measure: str, error: float
) -> None:
    estimate, lower, upper = row
    dataset = bi.Effects(estimate=[estimate], lower=[lower], upper=[upper], measure=measure)
    (study,) = dataset.studies
    assert isinstance(study, bi.Estimate)
    assert study.standard_error == pytest.approx(error, rel=5e-3)
    wide = 1e4 if measure == "MD" else 100
    post = bi.fit(dataset, bi.Model(effects="common", mu=f"normal(0, {wide})"))
    low, high = post["mu"].interval(0.95)
    own = (lambda x: x) if measure == "MD" else math.exp
    # limits come back to the printed digits, but for the little that rounding adds
    assert own(low) == pytest.approx(lower, rel=0.01)
    assert own(high) == pytest.approx(upper, rel=0.01)


@pytest.mark.mcmc
@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric", "normal"])
def test_sampling_agrees_on_a_mixed_table(likelihood: str) -> None:
    model = bi.Model(likelihood)
    table = mixed()
    with_t = replace(
        table,
        studies=tuple(replace(s, df=5.0) if isinstance(s, bi.Estimate) else s for s in table.studies),
    )
    exact = bi.fit(with_t, model)
    drawn = bi.fit(with_t, model, engine=bi.NUTS(seed=1))
    error = 5 * float(exact["mu"].sd) / math.sqrt(1500)  # type: ignore[arg-type]
    assert drawn["mu"].mean == pytest.approx(float(exact["mu"].mean), abs=error)  # type: ignore[arg-type]
    assert drawn["mu"].sd == pytest.approx(float(exact["mu"].sd), rel=0.1)  # type: ignore[arg-type]
    assert drawn.theta["B"].mean == pytest.approx(float(exact.theta["B"].mean), abs=error)  # type: ignore[arg-type]


def test_questions_of_a_mixed_posterior_are_answered() -> None:
    post = bi.fit(mixed(), bi.Model())
    loo = bi.checks.loo(post)
    without = bi.fit(mixed().trials("-B"), bi.Model())
    whole, part = post.log_marginal_likelihood, without.log_marginal_likelihood
    (row,) = [each for each in loo.rows if each.study == "B"]
    assert row.elpd == pytest.approx(whole - part, abs=1e-4)  # type: ignore[operator]
    shares = post.influence()
    (own,) = [each for each in shares.studies if each.study == "B"]
    # the others foretell a normal estimate: P(smaller) by its own standard error, from their new effect
    study = mixed().studies[1]
    assert isinstance(study, bi.Estimate)
    theta = without["theta_new"]
    x = np.linspace(-8, 8, 8001)
    below = np.asarray(theta.density(x)) * stats.norm.cdf((study.y - x) / study.standard_error)
    chance = float(below.sum() * (x[1] - x[0]))
    assert own.prob_below == pytest.approx(chance, abs=1e-3)
    text = post.text()
    assert "1 of 4 trials are known by an estimate only, whose error is normal" in " ".join(text.split())
    assert post.to_dict()["known_by_estimate"] == [{"study": "B", "how": "limits"}]
    moves = bi.tipping.bayesian_fragility(post).moves
    assert moves
    assert "B" not in {move.study for move in moves}


def test_a_table_of_estimates_says_that_no_cell_is_altered_and_what_rounding_does() -> None:
    coarse = bi.Effects(estimate=[0.5, 0.9], lower=[0.3, 0.7], upper=[0.8, 1.2], measure="HR")
    text = " ".join(bi.fit(coarse, bi.Model()).text().split())
    assert "every trial is known by an estimate only" in text
    assert "no cell is altered" in text
    assert "the rounding of what is printed widens standard errors by" in text
    fine = bi.Effects([0.1, 0.2], [0.1, 0.2], measure="HR")
    assert "rounding" not in bi.fit(fine, bi.Model()).text()


@pytest.mark.mcmc
def test_a_compiled_model_of_counts_alone_is_none_of_a_mixed_table() -> None:
    """As many trials, the same likelihood: what is kept of the first reads no estimates of the second."""
    table = mixed()
    counted = [s for s in table.studies if isinstance(s, bi.Study)]
    alone = bi.Dataset(tuple(replace(counted[i % len(counted)], name=f"C{i}") for i in range(len(table))))
    quick = bi.NUTS(draws=100, tune=100, chains=2, seed=1)
    assert set(bi.fit(alone, bi.Model(), engine=quick).theta) == set(alone.study_names)
    assert set(bi.fit(table, bi.Model(), engine=quick).theta) == set(table.study_names)
