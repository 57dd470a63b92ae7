"""Meta-regression: its density, an integral that needs no sampling, known truths,
and more coefficients than studies.
"""

import numpy as np
import pandas as pd
import pytest
from integral_witness import Weighted, agrees, log_curve, smoothed
from scipy.special import expit
from scipy.stats import binom, norm, t

import bayes_ivig as bi
from bayes_ivig.engines.nuts import meta_regression
from bayes_ivig.inputs.characteristics.covariates import design_of

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
PRIORS = {"mu": "normal(0, 1)", "tau": "half_normal(0.5)", "alpha": "normal(-1, 2)", "beta": "normal(0, 0.5)"}
ENGINE = bi.NUTS(draws=1500, tune=700)


@pytest.mark.parametrize("baseline", ["midpoint", "control"])
@pytest.mark.parametrize("shrinkage", ["stated", "learned"])
def test_the_density_is_the_one_stated(shrinkage: str, baseline: str) -> None:
    model = bi.models.MetaRegression(
        covariates=["latitude", "allocation"], shrinkage=shrinkage, baseline=baseline, **PRIORS
    )
    share = 0.5 if baseline == "midpoint" else 0.0
    plan = meta_regression.plan(DATA, model)
    x = np.array(design_of(DATA, DATA.study_names, model).rows)
    r1, n1, r0, n0 = np.array([study.counts for study in DATA.studies]).T

    def both(mu: float, tau: float, scale: float, turn: float) -> tuple[dict[str, np.ndarray], float]:
        z, alpha, u = turn * np.linspace(-1, 1, 6), np.linspace(-2, 0, 6) - turn, turn * np.array([0.8, -0.3])
        coefficient = (
            {"beta": u} if shrinkage == "stated" else {"multiple": u, "beta_scale_log__": np.log(scale)}
        )
        point = {"mu": mu, "tau_log__": np.log(tau), "z": z, "alpha": alpha, **coefficient}
        theta = mu + x @ (u if shrinkage == "stated" else scale * u) + tau * z
        log = (
            norm.logpdf(mu)
            + model.tau.logpdf(tau)
            + np.log(tau)
            + norm.logpdf(z).sum()
            + norm.logpdf(u, 0, 0.5).sum()
        )
        log += norm.logpdf(alpha, -1, 2).sum() + (model.beta_scale.logpdf(scale) + np.log(scale)) * (
            shrinkage == "learned"
        )
        log += binom.logpmf(r0, n0, expit(alpha - share * theta)).sum()
        log += binom.logpmf(r1, n1, expit(alpha + (1 - share) * theta)).sum()
        return {name: np.asarray(value) for name, value in point.items()}, float(log)

    density = plan.build().compile_logp(mode="FAST_COMPILE")
    (one, log_one), (other, log_other) = both(0.4, 0.7, 0.3, 1.0), both(-0.3, 0.2, 0.8, -0.5)
    # constants are left out
    assert float(density(one) - density(other)) == pytest.approx(log_one - log_other, rel=1e-10)


@pytest.mark.mcmc
def test_one_covariate_against_the_integral() -> None:
    """mu, beta and tau on a grid, a study's own effect and baseline integrated out;
    one has an empty control cell.
    """
    model = bi.models.MetaRegression(
        covariates=["latitude"], baseline="control", **{**PRIORS, "alpha": "normal(0, 2)"}
    )
    mu, beta, tau = np.linspace(-2.5, 2.5, 71), np.linspace(-1.8, 1.4, 65), np.linspace(0, 2.2, 34)
    m, b, s = np.meshgrid(mu, beta, tau, indexing="ij")
    # trapezium at 0
    log_weight = norm.logpdf(m) + norm.logpdf(b, 0, 0.5) + model.tau.logpdf(s) - np.log(2) * (s == 0)
    for study, (x,) in zip(DATA.studies, design_of(DATA, DATA.study_names, model).rows, strict=True):
        log_weight = log_weight + smoothed(log_curve(study, 2), m + x * b, s)
    exact = Weighted(log_weight, mu=mu, **{"beta[latitude]": beta}, tau=tau)
    posterior = bi.fit(DATA, model, engine=ENGINE)
    assert posterior.diagnostics.ok
    for name in ("mu", "beta[latitude]", "tau"):
        agrees(posterior, name, exact)
    at_55 = bi.models.effect_at(posterior, {"latitude": 55})
    slope = (55 - SIX["latitude"].mean()) / SIX["latitude"].std()
    assert at_55.mean == pytest.approx(posterior["mu"].mean + slope * posterior["beta[latitude]"].mean)
    assert bi.models.effect_at(posterior, {"latitude": 55}, new_study=True).sd > at_55.sd
    assert "mu, tau and theta_new are of studies with latitude 35.83" in posterior.remarks
    table = bi.checks.prior_and_posterior(posterior)
    assert list(table.index) == ["mu", "tau", "beta[latitude]"]
    assert table.loc["mu", "distance"] > 0.2


@pytest.mark.mcmc
def test_simulated_studies_give_their_truth_back_with_more_coefficients_than_studies() -> None:
    """14 studies, 15 covariates: effects fall by 1.2 per SD of the first, the others are noise;
    all are shrunk together.
    """
    rng = np.random.default_rng(21)
    x = rng.normal(size=(14, 15))
    x = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    theta, alpha = -0.5 - 1.2 * x[:, 0] + 0.2 * rng.normal(size=14), rng.normal(-0.5, 0.7, 14)
    counts = {
        "treatment_events": rng.binomial(400, expit(alpha + theta)), "treatment_total": 400,
        "control_events": rng.binomial(400, expit(alpha)), "control_total": 400,
    }  # fmt: skip
    columns = {f"x{j}": x[:, j] for j in range(15)}
    data = bi.Dataset.from_dataframe(
        pd.DataFrame({"study": [f"s/{i}" for i in range(14)], **counts, **columns})
    )
    model = bi.models.MetaRegression(
        covariates=list(columns), shrinkage="learned", **{**PRIORS, "beta": "student_t(4, 0, 1)"}
    )
    posterior = bi.fit(data, model, engine=bi.NUTS())
    assert posterior.diagnostics["divergences"] == 0
    assert all(posterior.diagnostics[f"rhat.{name}"] < 1.01 for name in ("mu", "tau", "beta[x0]"))
    for name, truth in (("mu", -0.5), ("beta[x0]", -1.2), *((f"beta[x{j}]", 0.0) for j in range(1, 15))):
        assert 0.001 < posterior[name].prob_below(truth) < 0.999, name
    assert posterior["beta[x0]"].prob_below(0) > 0.95
    shown = np.log(counts["treatment_events"] / (400 - counts["treatment_events"]))
    shown -= np.log(counts["control_events"] / (400 - counts["control_events"]))
    assert np.array([marginal.mean for marginal in posterior.theta.values()]) == pytest.approx(shown, abs=0.2)


def test_a_heavier_tail_of_coefficients_is_a_prior_like_any_other() -> None:
    model = bi.models.MetaRegression(covariates=["latitude"], beta="student_t(4, 0, 0.5)")
    at = np.array([-1.0, 0.3])
    assert model.beta.logpdf(at) == pytest.approx(t.logpdf(at, 4, 0, 0.5))


def test_effects_at_values_need_a_regression() -> None:
    with pytest.raises(
        bi.errors.ModelError, match="needs the posterior of a MetaRegression; found one of Model"
    ):
        bi.models.effect_at(bi.fit(DATA, bi.Model()), {"latitude": 3})
