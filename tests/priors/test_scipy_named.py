"""SciPy's frozen distributions as priors: a family where they are one, a table of their density where not."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import bayes_ivig as bi
from bayes_ivig.errors import BayesIvigError

P = np.array([0.001, 0.2, 0.5, 0.9, 0.999])


def taken(distribution: Any) -> Any:
    return bi.priors.Mixture((1.0,), (distribution,)).parts[0]


def by_text(value: object) -> str:
    """The name of a case: its text; a distribution shows an address."""
    return value if isinstance(value, str) else type(value).__name__


@pytest.mark.parametrize(
    ("distribution", "text"),
    [
        (stats.norm(0, 2.82), "normal(0, 2.82)"),
        (stats.norm(scale=0.5), "normal(0, 0.5)"),
        (stats.t(4, 0, 0.5), "student_t(4, 0, 0.5)"),
        (stats.t(df=4), "student_t(4, 0, 1)"),
        (stats.cauchy(0, 2.5), "student_t(1, 0, 2.5)"),
        (stats.logistic(), "logistic(0, 1)"),
        (stats.uniform(-1, 3), "uniform(-1, 2)"),
        (stats.halfnorm(scale=0.5), "half_normal(0.5)"),
        (stats.halfcauchy(0, 0.5), "half_cauchy(0.5)"),
        (stats.expon(scale=0.5), "exponential(2)"),
        (stats.lognorm(0.8, 0, 1), "log_normal(0, 0.8)"),
        (stats.invgamma(1.77, scale=0.55), "inverse_gamma(1.77, 0.55)"),
        (stats.truncnorm(-2, 2, 0, 0.5), "truncated(normal(0, 0.5), -1, 1)"),
        (stats.truncnorm(0, np.inf, 0, 0.5), "truncated(normal(0, 0.5), 0, inf)"),
    ],
    ids=by_text,
)
def test_a_family_where_it_is_one(distribution: Any, text: str) -> None:
    prior = taken(distribution)
    assert str(prior) == text
    np.testing.assert_allclose(prior.cdf(distribution.ppf(P)), P, rtol=1e-9)


@pytest.mark.parametrize(
    ("distribution", "name"),
    [
        (stats.gamma(2, scale=0.3), "scipy.stats.gamma(a=2, loc=0, scale=0.3)"),
        (stats.beta(2, 3, -1, 2), "scipy.stats.beta(a=2, b=3, loc=-1, scale=2)"),
        (stats.halfnorm(1, 1), "scipy.stats.halfnorm(loc=1, scale=1)"),
        (stats.laplace(5, 1e-4), "scipy.stats.laplace(loc=5, scale=0.0001)"),
        (stats.Normal(mu=0, sigma=1), "scipy.stats.Normal(mu=0.0, sigma=1.0)"),
    ],
    ids=by_text,
)
def test_a_density_with_its_name_where_it_is_none(distribution: Any, name: str) -> None:
    prior = taken(distribution)
    assert isinstance(prior, bi.priors.Density)
    assert prior.name == name
    quantile = distribution.ppf if hasattr(distribution, "ppf") else distribution.icdf
    np.testing.assert_allclose(prior.quantile(P), quantile(P), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("distribution", "message"),
    [
        (stats.norm, r"scipy.stats.norm: a distribution without its numbers; write for example"),
        (stats.poisson(2), "a distribution of whole numbers; a prior has the density of one number"),
        (stats.Binomial(n=3, p=0.5), "a distribution of whole numbers"),
        (stats.multivariate_normal([0, 0]), "multivariate_normal_frozen is no distribution of one number"),
        (stats.norm([0, 1], 1), "scipy.stats.norm: holds several distributions"),
        (stats.norm(0, -1), "scipy.stats.norm: found loc 0, scale -1"),
        (stats.norm(np.nan, 1), "scipy.stats.norm: found loc nan, scale 1"),
    ],
)
def test_what_is_no_prior_gets_one_message(distribution: Any, message: str) -> None:
    with pytest.raises(BayesIvigError, match=message):
        taken(distribution)
    with pytest.raises(BayesIvigError, match=message):
        bi.Model(mu=distribution)


def test_every_door_takes_one() -> None:
    trials = bi.Dataset((bi.Study("a", 12, 50, 20, 52), bi.Study("b", 30, 101, 33, 99)))
    own, text = stats.gamma(2, scale=0.3), "normal(0, 1)"
    model = bi.Model(mu=stats.norm(0, 1), tau=own)
    assert str(model.mu) == text
    fitted = bi.fit(trials, model)
    assert str(fitted.under(mu=stats.norm(0, 2)).model.mu) == "normal(0, 2)"
    frame = bi.priors.compare(trials, mu=[stats.norm(0, 1), "normal(0, 2)"], tau=own)
    assert list(frame["mu_prior"]) == [text, "normal(0, 2)"]
    assert frame["tau_prior"][0] == str(model.tau)
    assert str(bi.priors.Truncated(stats.norm(0, 1), -1, 1)) == "truncated(normal(0, 1), -1, 1)"
