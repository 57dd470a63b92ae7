"""Student-t study effects: the mixture of normals against scipy, and the posterior against a double sum."""

import math

import numpy as np
import pytest
from scipy import integrate, special, stats

from bayes_ivig import Dataset, Model, Study, fit, load_dataset
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.grid.student_t import mixing, smooth_robust
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.estimates.arrays import counts_of
from bayes_ivig.likelihoods.scales import ODDS_RATIO
from bayes_ivig.results.marginals.axis import Axis

pytestmark = pytest.mark.slow

DATASET = Dataset((Study("a", 29, 50, 17, 49), Study("b", 15, 38, 29, 40), Study("c", 12, 21, 16, 19)))


@pytest.mark.parametrize("df", [1.0, 4.0, 30.0, 500.0])
def test_mixed_normals_are_a_student_t(df: float) -> None:
    factors, log_weights, _ = mixing(df)
    x = np.array([0.0, 0.5, 2.0, 6.0])
    mixed = special.logsumexp(stats.norm.logpdf(x[:, None], 0, factors) + log_weights, axis=1)
    assert mixed == pytest.approx(stats.t(df).logpdf(x), abs=1e-6)


def test_a_smoothed_curve_is_the_integral() -> None:
    theta = Axis.spanning("identity", (0.0, 1.0), (-150, 150), 0.1)
    mu, tau = Axis.spanning("identity", (0.0, 1.0), (-6, 6), 0.6), Axis("identity", 0.0, 1.0, 0.02, 0.3, 9)
    curve = stats.norm.logpdf(theta.x, 0.7, 0.5)[None]
    found = smooth_robust(curve, (theta, mu, tau), mixing(4.0))[0]
    for i, j in ((1, 0), (4, 3), (5, 0), (5, 8)):
        centre, scale = mu.x[i], tau.x[j]
        mass = integrate.quad(
            lambda x, c=centre, t=scale: stats.norm.pdf(x, 0.7, 0.5) * stats.t.pdf((x - c) / t, 4) / t,
            -3.5, 5, points=[centre, 0.7] if -3.5 < centre < 5 else [0.7], limit=400,
        )[0]  # fmt: skip
        assert found[i, j] == pytest.approx(math.log(mass), abs=1e-4)


def test_the_posterior_against_a_double_sum() -> None:
    y, s = ODDS_RATIO.estimates(counts_of(DATASET.studies))
    mu, theta = np.linspace(-7, 7, 141), np.linspace(-20, 20, 4001)
    nodes, lengths = np.polynomial.legendre.leggauss(12)
    tau = 1.5 + nodes  # from 0.5 to 2.5
    logs = np.empty((mu.size, tau.size))
    curves = stats.norm.pdf(y[:, None], theta, s[:, None])
    for j, t in enumerate(tau):
        logs[:, j] = np.log(curves @ (stats.t.pdf((theta[:, None] - mu) / t, 4) / t * 0.01)).sum(axis=0)
    logs += stats.norm.logpdf(mu, 0, 2.82)[:, None]
    weight = np.exp(logs - logs.max()) * lengths
    weight /= weight.sum()
    marginal = weight.sum(axis=1)
    posterior = fit(DATASET, Model(likelihood="normal", effects="student_t(4)", tau="uniform(0.5, 2.5)"))
    assert posterior["mu"].mean == pytest.approx(marginal @ mu, abs=2e-4)
    assert posterior["mu"].sd == pytest.approx(math.sqrt(marginal @ (mu - marginal @ mu) ** 2), abs=2e-4)
    assert posterior["tau"].mean == pytest.approx(weight.sum(axis=0) @ tau, abs=2e-4)


def test_many_degrees_of_freedom_are_normal_effects() -> None:
    robust, normal = fit(DATASET, Model(effects="student_t(2000)")), fit(DATASET, Model())
    assert robust["mu"].quantile([0.1, 0.5, 0.9]) == pytest.approx(
        normal["mu"].quantile([0.1, 0.5, 0.9]), abs=2e-3
    )


def test_an_outlying_trial_pulls_less() -> None:
    agreeing = tuple(Study(f"trial {i}", 20 + i, 60, 20, 60) for i in range(7))
    outlier = Dataset((*agreeing, Study("outlier", 55, 60, 5, 60)))
    normal, robust = (
        fit(outlier, Model(effects=effects))["mu"].quantile(0.5) for effects in ("random", "student_t(2)")
    )
    assert 0 < robust < normal


def test_moments_follow_the_degrees_of_freedom() -> None:
    assert fit(DATASET, Model(effects="student_t(2)"))["theta_new"].sd is None
    assert fit(DATASET, Model(effects="student_t(1)"))["theta_new"].mean is None
    assert fit(DATASET, Model(effects="student_t(4)"))["theta_new"].sd is not None


@pytest.mark.parametrize("effects", ["student_t(0.5)", "student_t", "student_t(-3)", "randon", 4])
def test_other_effects_are_refused(effects) -> None:
    with pytest.raises(ModelError, match="effects"):
        Model(effects=effects)


@pytest.mark.parametrize("df", [1, 2, 4])
def test_a_new_study_has_the_tails_of_its_distribution(df: float) -> None:
    """P(theta_new > x) is the mean over the posterior of mu and tau of a Student-t's tail,
    however far out.
    """
    posterior = fit(load_dataset("ivig", outcome="live_birth"), Model(effects=f"student_t({df})"))
    answers = posterior.answers
    assert isinstance(answers, GridAnswers)
    _, mu, tau = answers.surface.axes
    assert tau is not None
    logs = answers.log_joint + mu.log_weights[:, None]
    share = np.exp(logs - np.logaddexp.reduce(logs, axis=None))
    x = np.array([2.0, 5.0, 20.0, 100.0])
    tails = stats.t.sf((x[:, None, None] - mu.x[:, None]) / tau.x, df)
    np.testing.assert_allclose(
        posterior["theta_new"].prob_above(x), (share * tails).sum(axis=(1, 2)), rtol=1e-3
    )
