"""Meta-regression with study effects integrated out: its splines, their slopes, its density,
the effects drawn afterwards, and the sampler that keeps the effects beside it.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from integral_witness import log_curve, smoothed
from scipy import integrate
from scipy.stats import kstest, norm
from scipy.stats import t as student

import bayes_ivig as bi
from bayes_ivig.engines.grid.curves import informative
from bayes_ivig.engines.grid.student_t import mixing
from bayes_ivig.engines.marginal import effects, potential, regression
from bayes_ivig.engines.marginal.table import Table, tabulated
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.characteristics.covariates import design_of
from bayes_ivig.inputs.estimates.arrays import counts_of

SIX = pd.DataFrame(
    {
        "study": ["Aronson", "Ferguson", "Hart/Sutherland", "Comstock, Puerto Rico", "Madras", "É 1948"],
        "treatment_events": [4, 6, 12, 18, 15, 2],
        "treatment_total": [60, 75, 90, 80, 66, 40],
        "control_events": [11, 19, 18, 17, 13, 0],
        "control_total": [62, 70, 88, 79, 70, 41],
        "latitude": [44, 55, 52, 18, 13, 33],
        "allocation": ["random", "alternate", "random", "alternate", "random", "random"],
    }
)
DATA = bi.Dataset.from_dataframe(SIX)
BY = ("latitude", "allocation")
# of the vaccine's trials, in the order of the corpus (Colditz et al. 1994, JAMA 271:698)
LATITUDE = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33]
YEAR = [1948, 1949, 1960, 1977, 1973, 1953, 1973, 1980, 1968, 1961, 1974, 1969, 1976]
HOW = ["random"] * 4 + ["alternate"] * 2 + ["random"] * 3 + ["systematic"] * 4


def made(model: bi.Model, which: slice = slice(6)) -> tuple[Table, np.ndarray, np.ndarray]:
    """The table of six trials or some, with their estimates and standard errors."""
    studies = informative(DATA, model)[which]
    y, s = model.family.estimates(counts_of(studies))
    return tabulated(studies, model), y, s


def points(seed: int, count: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 1.5, (count, 6)), np.abs(rng.normal(0, 0.7, count))


def test_splines_are_the_integrals_of_the_counts() -> None:
    """At spreads that the witness's 48 nodes of Gauss and Hermite resolve."""
    table, *_ = made(bi.Model(baseline="control", alpha="normal(0, 2)"))
    m, tau = points(1)
    m, tau = m / 2, np.minimum(tau, 0.5)
    wanted = np.stack([smoothed(log_curve(each, 2), m[:, i], tau) for i, each in enumerate(DATA.studies)], 1)
    assert table.at(m, tau) == pytest.approx(wanted, abs=1e-3)


def test_splines_and_their_slopes_are_those_of_a_normal() -> None:
    table, y, s = made(bi.Model("normal"))
    m, tau = points(2)
    variance = s**2 + tau[:, None] ** 2
    assert table.at(m, tau) == pytest.approx(norm.logpdf(y, m, np.sqrt(variance)), abs=1e-4)
    for at, (mean, spread) in enumerate(zip(m, tau, strict=True)):
        total, slopes, slope = potential.summed(*table.data.values(), mean, spread, *table.size)
        assert total == pytest.approx(table.at(mean, spread).sum(), abs=1e-9)
        away, v = y - mean, variance[at]
        assert slopes == pytest.approx(away / v, abs=2e-3)
        assert slope == pytest.approx((spread * (away**2 / v**2 - 1 / v)).sum(), abs=5e-3)
    assert potential.summed(*table.data.values(), m[0], 0.0, *table.size)[2] == pytest.approx(
        0, abs=1e-12
    )  # even
    far, further = (table.at(np.full(6, value), np.array(0.5)) for value in (1e4, 1e5))
    assert far == pytest.approx(further, abs=1e-12)  # flat beyond its ends
    common, *_ = made(bi.Model("normal", effects="common"))
    assert common.at(m, None) == pytest.approx(norm.logpdf(y, m, s), abs=1e-4)


def test_splines_of_student_effects_are_their_integrals() -> None:
    table, y, s = made(bi.Model("normal", effects="student_t(4)"), slice(1))
    m, tau = points(3, count=8)

    def integral(mean: float, spread: float) -> float:
        def height(theta: float) -> float:
            return float(norm.pdf(y[0], theta, s[0]) * student.pdf(theta, 4, mean, spread))

        return float(np.log(integrate.quad(height, -20, 20, points=[y[0], mean], limit=400)[0]))

    assert np.array_equal(table.of_each(m[:, :1], tau), table.at(m[:, :1], tau))
    wanted = [integral(mean, spread) for mean, spread in zip(m[:, 0], tau, strict=True)]
    assert table.at(m[:, :1], tau)[:, 0] == pytest.approx(wanted, abs=2e-3)


@pytest.mark.parametrize("shrinkage", ["stated", "learned"])
def test_the_density_is_the_one_stated(shrinkage: str) -> None:
    model = bi.models.MetaRegression(BY, likelihood="normal", shrinkage=shrinkage)
    plan = regression.plan(DATA, model)
    x = np.array(design_of(DATA, DATA.study_names, model).rows)
    _, y, s = made(bi.Model("normal"))

    def both(mu: float, tau: float, scale: float) -> tuple[dict[str, np.ndarray], float]:
        u = np.array([0.8, -0.3]) * scale
        learned = shrinkage == "learned"
        own = {"multiple": u, "beta_scale_log__": np.log(scale)} if learned else {"beta": u}
        means = mu + x @ (u * scale if learned else u)
        log = norm.logpdf(y, means, np.hypot(s, tau)).sum() + model.mu.logpdf(mu) + model.tau.logpdf(tau)
        log += model.beta.logpdf(u).sum() + learned * (model.beta_scale.logpdf(scale) + np.log(scale))
        point = {"mu": mu, "tau_signed": tau, **own}
        return {name: np.asarray(value) for name, value in point.items()}, float(log)

    density = plan.build().compile_logp(mode="FAST_COMPILE")
    (one, log_one), (other, log_other) = both(0.4, 0.7, 0.3), both(-0.3, 0.2, 0.8)
    # constants are left out
    assert float(density(one) - density(other)) == pytest.approx(log_one - log_other, abs=5e-4)
    mirrored = {**one, "tau_signed": -one["tau_signed"]}
    assert float(density(mirrored)) == pytest.approx(float(density(one)), abs=1e-9)


@pytest.mark.parametrize("tau", [1e-3, 0.3, 4.0])
def test_effects_drawn_afterwards_have_their_distribution(tau: float) -> None:
    rng = np.random.default_rng(4)
    table, y, s = made(bi.Model("normal"))
    means = np.tile(rng.normal(0, 2, 6), (4000, 1))
    theta = effects.drawn(table, means, np.full(4000, tau), None, rng)
    share = s**-2 / (s**-2 + tau**-2)
    scores = (theta - means - share * (y - means)) / np.sqrt(1 / (s**-2 + tau**-2))
    assert min(kstest(scores[:, i], "norm").pvalue for i in range(6)) > 1e-3


@pytest.mark.parametrize("heavy", [False, True])
def test_effects_of_an_empty_cell_are_drawn_along_its_curve(heavy: bool) -> None:
    """Against sums over 40,000 values: the trial without events in one arm, at an unlikely mean."""
    rng = np.random.default_rng(5)
    table, *_ = made(bi.Model(baseline="control", alpha="normal(0, 2)"), slice(5, 6))
    x = np.linspace(-14, 14, 40_001)
    prior = student.logpdf(x, 4, -1.5, 0.8) if heavy else norm.logpdf(x, -1.5, 0.8)
    logs = log_curve(DATA.studies[5], 2)(x) + prior
    below = np.cumsum(np.exp(logs - logs.max()))
    theta = effects.drawn(
        table, np.full((5000, 1), -1.5), np.full(5000, 0.8), mixing(4.0) if heavy else None, rng
    )
    assert kstest(theta[:, 0], lambda at: np.interp(at, x, below / below[-1])).pvalue > 1e-3


def test_it_is_for_regressions_and_says_so() -> None:
    with pytest.raises(ModelError, match="marginal=True is for meta-regressions"):
        bi.fit(DATA, bi.Model(), engine=bi.NUTS(marginal=True))
    with pytest.raises(ModelError, match="marginal is 1; it must be True or False"):
        bi.NUTS(marginal=1)  # type: ignore[arg-type]


def test_leaving_a_trial_out_of_an_exact_regression_is_a_ratio_of_marginal_likelihoods() -> None:
    """Of fits with and without it, the covariate measured alike in both; within 0.05 of a log density, for
    importance sampling from 8,000 draws.
    """
    model = bi.models.MetaRegression(
        ("latitude",), references={"latitude": 30}, units={"latitude": 10}, likelihood="normal"
    )
    posterior = bi.fit(DATA, model)
    found = {row.study: row.elpd for row in bi.checks.loo(posterior).rows}
    for study in DATA.study_names[:2]:
        kept = [name for name in DATA.study_names if name != study]
        without = bi.fit(DATA.trials(kept), model)
        wanted = posterior.log_marginal_likelihood - without.log_marginal_likelihood
        assert found[study] == pytest.approx(wanted, abs=0.05)


@pytest.mark.mcmc
def test_four_coefficients_as_with_effects_sampled() -> None:
    """The vaccine's thirteen trials: means and quantiles within five Monte Carlo errors of both samplers."""
    table = pd.read_csv(Path(__file__).parents[1] / "reference" / "corpus.csv")
    table = table[table["dataset"] == "bcg"].reset_index(drop=True)
    names = {"r1": "treatment_events", "n1": "treatment_total", "r0": "control_events", "n0": "control_total"}
    table = table.rename(columns=names).assign(latitude=LATITUDE, year=YEAR, allocation=HOW)
    data = bi.Dataset.from_dataframe(table.drop(columns="dataset"))
    model = bi.models.MetaRegression(("latitude", "year", "allocation"))
    engine = bi.NUTS(draws=1000, tune=700, seed=3)
    latent, marginal = bi.fit(data, model, engine=engine), bi.fit(data, model, engine=bi.NUTS(
        draws=1000, tune=700, seed=3, marginal=True))  # fmt: skip
    assert dict(marginal.settings)["study_effects"] == "integrated out"
    assert marginal.diagnostics.ok
    assert marginal.diagnostics["divergences"] == 0
    names_of = ["mu", "tau", "theta_new", *(each.name for each in latent.quantities)]
    assert len(names_of) == 7
    for name in names_of:
        for what in ("mean", "q2.5", "q50", "q97.5"):
            key = f"mcse.{name}.{what}"
            error = np.hypot(latent.diagnostics[key], marginal.diagnostics[key])
            one, other = (
                each[name].mean if what == "mean" else float(each[name].quantile(float(what[1:]) / 100))
                for each in (latent, marginal)
            )
            assert abs(one - other) < 5 * error, (name, what)
    for study in data.study_names[:3]:
        one, other = latent.theta[study], marginal.theta[study]
        assert abs(one.mean - other.mean) < 0.15 * one.sd
        assert other.sd == pytest.approx(one.sd, rel=0.1)
    assert np.isfinite(bi.checks.loo(marginal).elpd)
    short = bi.NUTS(draws=50, tune=50, seed=3, marginal=True)
    one, other = (bi.fit(data, model, engine=short).answers.drawn.values for _ in range(2))
    assert all(np.array_equal(one[name], other[name]) for name in one)
