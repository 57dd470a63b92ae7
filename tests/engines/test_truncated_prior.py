"""A prior with one limit is the same by every door: an object, text, a model file, the sampler."""

from pathlib import Path

import numpy as np
import pytest

import bayes_ivig as bi

pytestmark = pytest.mark.slow

TEXT = "truncated(normal(0.3, 0.2), 0, inf)"
LEVELS = np.array([0.025, 0.5, 0.975])


def test_object_text_and_model_file_agree(tmp_path: Path) -> None:
    trials = bi.load_dataset("ivig", "live_birth")
    made = bi.priors.Truncated(bi.priors.Normal(0.3, 0.2), 0, float("inf"))
    assert str(made) == TEXT
    stated = bi.load_model("binomial_normal")
    path = tmp_path / "own.toml"
    text = (Path(__file__).parents[2] / "models" / "binomial_normal.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("half_normal(0.5)", TEXT), encoding="utf-8")
    own = bi.load_model(path)
    assert own.tau == made != stated.tau
    by_file, by_text = bi.fit(trials, own), bi.fit(trials, stated).under(tau=TEXT)
    np.testing.assert_allclose(by_file["tau"].quantile(LEVELS), by_text["tau"].quantile(LEVELS), atol=1e-4)


def test_zero_and_infinity_cut_a_half_normal_out_of_a_normal() -> None:
    trials = bi.load_dataset("ivig", "live_birth")
    one = bi.fit(trials, bi.Model(tau=bi.priors.parse_prior("truncated(normal(0, 0.5), 0, inf)")))
    other = bi.fit(trials, bi.Model())
    for name in ("mu", "tau"):
        np.testing.assert_allclose(one[name].quantile(LEVELS), other[name].quantile(LEVELS), atol=1e-9)
    assert one.log_marginal_likelihood == pytest.approx(other.log_marginal_likelihood, abs=1e-9)


@pytest.mark.mcmc
def test_the_sampler_agrees() -> None:
    trials = bi.load_dataset("ivig", "live_birth")
    model = bi.Model(
        mu=bi.priors.parse_prior("truncated(normal(0, 1), -0.2, inf)"), tau=bi.priors.parse_prior(TEXT)
    )
    exact, drawn = bi.fit(trials, model), bi.fit(trials, model, engine=bi.NUTS(draws=2000, chains=4, seed=3))
    for name in ("mu", "tau"):
        sd = exact[name].sd
        assert sd is not None
        away = np.abs(drawn[name].quantile(LEVELS) - exact[name].quantile(LEVELS))
        assert away.max() < 0.12 * sd  # three times the MCSE of a tail quantile
