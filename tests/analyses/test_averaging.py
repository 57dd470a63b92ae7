"""Averaging over models: a published analysis, closed forms, and what is refused."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from bayes_ivig import Dataset, Model, Study, fit, load_dataset
from bayes_ivig.analyses.other_models.averaging import average_models
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.likelihoods.scales import ODDS_RATIO

# Two trials of honey for cough, adverse events (Oduwole et al.
# 2018), as averaged in the RoBMA vignette on binary outcomes.
HONEY = Dataset((Study("one", 5, 35, 0, 39), Study("two", 2, 40, 0, 40)))
COCHRANE = Model(
    mu="student_t(3, 0, 0.48)", tau="inverse_gamma(1.67, 0.45)", alpha="logistic(0, 1)", baseline="midpoint"
)


def test_the_published_average_of_two_honey_trials() -> None:
    """Printed from 5,000 draws by bridge sampling: Bayes factors 2.63
    and 1.30, conditional OR 2.26 (0.78 to 17.6).
    """
    average = average_models(HONEY, COCHRANE)
    assert average.inclusion_bayes_factor("effect") == pytest.approx(2.63, abs=0.05)
    assert average.inclusion_bayes_factor("heterogeneity") == pytest.approx(1.30, abs=0.05)
    lower, median, upper = np.exp(average.conditional["mu"].quantile([0.025, 0.5, 0.975]))
    assert (lower, median) == (pytest.approx(0.78, abs=0.03), pytest.approx(2.26, abs=0.05))
    assert upper == pytest.approx(17.6, rel=0.05)


def test_log_evidence_of_all_four_models_against_scipy() -> None:
    """The normal likelihood at mu = 0 and with mu ~ normal(0, 1) has closed forms given tau;
    scipy integrates over tau.
    """
    dataset = load_dataset("ivig", "live_birth").trials("published")
    model = Model(likelihood="normal", mu="normal(0, 1)", tau="half_normal(0.5)")
    y, s = ODDS_RATIO.estimates(counts_of(dataset.studies))

    def evidence(tau: float, prior_sd: float) -> float:
        covariance = np.diag(s**2 + tau**2) + prior_sd**2
        return float(np.exp(stats.multivariate_normal(np.zeros(y.size), covariance).logpdf(y)))

    expected = {}
    for effect, sd in ((False, 0.0), (True, 1.0)):
        expected[effect, False] = math.log(evidence(0.0, sd))
        mass = integrate.quad(
            lambda t, sd=sd: evidence(t, sd) * stats.halfnorm.pdf(t, scale=0.5), 0, 6, epsabs=0, epsrel=1e-9
        )
        expected[effect, True] = math.log(mass[0])
    for weight in average_models(dataset, model).weights:
        assert weight.log_marginal_likelihood == pytest.approx(
            expected[weight.effect, weight.heterogeneity], abs=1e-4
        )


def test_probabilities_follow_from_evidence_and_prior() -> None:
    dataset = load_dataset("ivig", "live_birth")
    average = average_models(dataset, prior={"null common": 2, "effect random": 6})
    assert [weight.prior_probability for weight in average.weights] == [0.25, 0.75]
    ratio = math.exp(average.weights[1].log_marginal_likelihood - average.weights[0].log_marginal_likelihood)
    assert average.inclusion_bayes_factor("effect") == pytest.approx(ratio, rel=1e-9)
    assert sum(weight.posterior_probability for weight in average.weights) == pytest.approx(1.0)


def test_without_a_null_it_lies_between_common_and_random_effects() -> None:
    dataset = load_dataset("ivig", "obstetric_complication")
    average = average_models(dataset, prior={"effect common": 0.5, "effect random": 0.5})
    common, random = (fit(dataset, Model(effects=effects))["mu"] for effects in ("common", "random"))
    share = average.inclusion_probability("heterogeneity")
    mixed = share * random.prob_above(0.0) + (1 - share) * common.prob_above(0.0)
    assert average.averaged["mu"].prob_above(0.0) == pytest.approx(mixed, abs=1e-9)
    assert average.averaged["mu"].mean == pytest.approx(share * random.mean + (1 - share) * common.mean)
    assert average.averaged["tau"].quantile((1 - share) / 2) == pytest.approx(0.0, abs=1e-12)
    assert average.inclusion_bayes_factor("effect") is None


def test_the_average_has_a_point_at_no_effect() -> None:
    average = average_models(HONEY, COCHRANE)
    mu = average.averaged["mu"]
    assert mu.prob_above(0.0) + mu.prob_below(0.0) == pytest.approx(
        average.inclusion_probability("effect"), abs=1e-9
    )
    p = (1 - average.inclusion_probability("effect")) / 2 + mu.prob_below(0.0)
    assert mu.quantile(p) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("model", "prior", "said"),
    [
        (Model(), {"null": 1}, "no model 'null'"),
        (Model(), {"null common": -1}, "0 or more"),
        (Model(), {}, "above 0"),
        (Model(effects="common"), None, "random-effects"),
        (Model(mu="flat()"), None, "improper"),
    ],
)
def test_what_cannot_be_averaged_is_refused(model, prior, said) -> None:
    with pytest.raises(ModelError, match=said):
        average_models(HONEY, model, prior=prior)
