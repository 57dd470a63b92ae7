"""Absolute effects and the heterogeneity fraction: monotone maps of a posterior whose answers are known."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate, special, stats

import bayes_ivig as bi
from bayes_ivig import Dataset, Model, Study, fit, load_dataset, load_model
from bayes_ivig.errors import ModelError
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import GridMarginal
from bayes_ivig.results.posterior.absolute import absolute_effects

AXIS = Axis.spanning("identity", (0.2, 1.0), (-30, 30), 0.12)
EFFECT = stats.norm(0.3, 0.5)
LOG_OR = GridMarginal(AXIS, EFFECT.logpdf(AXIS.x) + AXIS.log_slope(AXIS.u))
P0 = 0.4


def risk(theta):
    return special.expit(special.logit(P0) + theta)


def test_quantiles_and_probabilities_are_those_of_the_odds_ratio() -> None:
    effects = absolute_effects(LOG_OR, P0)
    p = np.array([0.025, 0.5, 0.975])
    at = risk(EFFECT.ppf(p))
    assert effects.risk.quantile(p) == pytest.approx(at, abs=1e-5)
    assert effects.risk_ratio.quantile(p) == pytest.approx(at / P0, abs=1e-5)
    assert effects.risk_difference.quantile(p) == pytest.approx(at - P0, abs=1e-5)
    assert effects.per_1000.interval(0.95) == pytest.approx(1000 * (at[[0, 2]] - P0), abs=0.01)
    for marginal, null in (
        (effects.risk, P0),
        (effects.risk_ratio, 1.0),
        (effects.risk_difference, 0.0),
        (effects.per_1000, 0.0),
    ):
        assert marginal.prob_above(null) == pytest.approx(EFFECT.sf(0.0), abs=1e-6)
        assert marginal.prob_below(null) == pytest.approx(EFFECT.cdf(0.0), abs=1e-6)


def test_moments_and_density_against_quadrature() -> None:
    difference = absolute_effects(LOG_OR, P0).risk_difference
    mean = integrate.quad(lambda t: (risk(t) - P0) * EFFECT.pdf(t), -5, 6)[0]
    variance = integrate.quad(lambda t: (risk(t) - P0 - mean) ** 2 * EFFECT.pdf(t), -5, 6)[0]
    assert difference.mean == pytest.approx(mean, abs=1e-6)
    assert difference.sd == pytest.approx(math.sqrt(variance), abs=1e-6)
    assert difference.prob_between(-0.05, 0.05) == pytest.approx(
        integrate.quad(difference.density, -0.05, 0.05)[0], abs=1e-5
    )


def test_number_needed_goes_through_infinity() -> None:
    """The interval of the difference holds 0: two half-lines that meet at infinity,
    not one interval (Altman 1998).
    """
    effects = absolute_effects(LOG_OR, P0)
    lower, upper = effects.risk_difference.interval(0.95)
    needed = effects.number_needed()
    assert needed.through_infinity
    assert (needed.lower, needed.upper) == (pytest.approx(1 / lower), pytest.approx(1 / upper))
    assert needed.median == pytest.approx(1 / (risk(0.3) - P0), rel=1e-4)
    assert needed.prob_more_events == pytest.approx(EFFECT.sf(0.0), abs=1e-6)
    sure = absolute_effects(
        GridMarginal(AXIS, stats.norm(2, 0.3).logpdf(AXIS.x) + AXIS.log_slope(AXIS.u)), P0
    ).number_needed()
    assert not sure.through_infinity


@pytest.mark.parametrize("wrong", [0, 1, -0.2, 1.5, "40%", math.nan])
def test_a_baseline_risk_is_a_probability(wrong) -> None:
    with pytest.raises(ModelError, match="strictly between 0 and 1"):
        absolute_effects(LOG_OR, wrong)


def test_of_a_posterior_for_the_pooled_effect_or_a_new_setting() -> None:
    posterior = fit(load_dataset("ivig", "live_birth").trials("published"), load_model("binomial_normal"))
    pooled, new = posterior.absolute(0.5), posterior.absolute(0.5, quantity="theta_new")
    odds_ratio = math.exp(posterior["mu"].quantile(0.5))
    assert pooled.risk.quantile(0.5) == pytest.approx(odds_ratio / (1 + odds_ratio), abs=1e-6)
    assert pooled.risk_difference.prob_above(0.0) > new.risk_difference.prob_above(0.0)


def test_heterogeneity_fraction_of_equal_trials() -> None:
    """With one standard error s for all, the typical variance is s squared itself."""
    dataset = Dataset(tuple(Study(f"trial {i}", 30, 60, 20, 60) for i in range(4)))
    posterior = fit(dataset, Model())
    squared = 1 / 30 + 1 / 30 + 1 / 20 + 1 / 40
    tau = posterior["tau"].quantile(0.5)
    assert posterior.heterogeneity_fraction().quantile(0.5) == pytest.approx(
        tau**2 / (tau**2 + squared), abs=1e-9
    )
    assert posterior.heterogeneity_fraction().prob_above(0.5) == pytest.approx(
        posterior["tau"].prob_above(math.sqrt(squared)), abs=1e-9
    )
    with pytest.raises(ModelError, match="two studies"):
        fit(Dataset(dataset.studies[:1]), Model()).heterogeneity_fraction()


@pytest.mark.parametrize(
    ("measure", "risk"),
    [
        ("OR", lambda x, p: 1 / (1 + (1 - p) / p * np.exp(-x))),
        ("RR", lambda x, p: np.minimum(p * np.exp(x), 1.0)),
        ("HR", lambda x, p: 1 - (1 - p) ** np.exp(x)),
        ("RD", lambda x, p: np.clip(p + x, 0.0, 1.0)),
    ],
)
@pytest.mark.parametrize("p0", [0.02, 0.4, 0.9])
def test_every_measure_moves_a_known_risk_by_its_own_formula(measure: str, risk: Any, p0: float) -> None:
    prior = {} if measure != "RD" else {"mu": "normal(0, 0.5)", "tau": "half_normal(0.1)"}
    dataset = bi.Effects([0.2, 0.05, 0.4], [0.2, 0.1, 0.3], measure=measure)
    post = bi.fit(dataset, bi.Model(**prior))
    effects = post.absolute(p0)
    for p in (0.025, 0.5, 0.975):
        at = float(risk(np.asarray(post["mu"].quantile(p)), p0))
        assert effects.risk.quantile(p) == pytest.approx(at, abs=1e-9)
        assert effects.risk_ratio.quantile(p) == pytest.approx(at / p0, abs=1e-9)
        assert effects.per_1000.quantile(p) == pytest.approx(1000 * (at - p0), abs=1e-6)
    # more events with treatment is an effect above none, whatever the measure
    assert effects.risk_difference.prob_above(0.0) == pytest.approx(
        float(post["mu"].prob_above(0.0)), abs=1e-9
    )
    assert effects.risk.prob_above(1.0) == 0.0
    assert 0 <= float(effects.risk.mean) <= 1  # type: ignore[arg-type]


@pytest.mark.parametrize("measure", ["SMD", "IRR", "RATIO"])
def test_measures_without_risks_have_no_absolute_effects(measure: str) -> None:
    post = bi.fit(bi.Effects([0.2, 0.05], [0.2, 0.1], measure=measure), bi.Model())
    with pytest.raises(ModelError, match="tells no risk with treatment"):
        post.absolute(0.3)
