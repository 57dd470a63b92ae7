"""What is done where little is said: the reference model, models by name or file, and pooling by REML."""

from collections.abc import Callable
from pathlib import Path
from shutil import copy
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import bayes_ivig as bi
from bayes_ivig import resources
from bayes_ivig.errors import ModelError


@pytest.fixture(scope="module")
def live() -> bi.Dataset:
    return bi.load_dataset("ivig", "live_birth")


def test_fit_without_a_model_is_that_of_the_reference_model(live: bi.Dataset) -> None:
    plain, stated = bi.fit(live), bi.fit(live, bi.Model())
    assert plain.model == bi.Model()
    assert np.array_equal(
        plain["mu"].quantile([0.025, 0.5, 0.975]), stated["mu"].quantile([0.025, 0.5, 0.975])
    )
    bundled = bi.load_model("binomial_normal")
    assert isinstance(bundled, bi.Model)
    for part in ("likelihood", "effects", "mu", "tau", "alpha", "baseline"):
        assert getattr(bi.Model(), part) == getattr(bundled, part)


def test_a_model_by_name_and_by_file(live: bi.Dataset, tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    copy(resources.find("models", "hypergeometric_normal", ".toml", ModelError), own)
    expected = bi.fit(live, bi.load_model("hypergeometric_normal"))["mu"].quantile(0.5)
    for stated in ("hypergeometric_normal", str(own), own):
        posterior = bi.fit(live, stated)
        assert posterior["mu"].quantile(0.5) == expected
    assert posterior.model.name == "mine"
    assert bi.fit(live)["mu"].quantile(0.5) != expected


ASKED: dict[str, Callable[[bi.Dataset, Any], Any]] = {
    "subsets": lambda d, model: bi.trials.subsets(d, model, size=2),
    "without_each": bi.trials.without_each,
    "prior_width_curve": lambda d, model: bi.priors.prior_width_curve(d, model, widths=(0.5, 1.0)),
    "compare_alternatives": bi.compare_alternatives,
    "average_models": lambda d, model: bi.average_models(d, model).table(),
    "prior_predictive_check": lambda d, model: bi.checks.prior_predictive_check(d, model).table(),
    "compare_measures": lambda d, model: bi.checks.compare_measures(d, models=[model]).table(),
    "specification_curve": lambda d, model: bi.trials.specification_curve(
        d, trials=["all"], models=[model], mu="normal(0, 1)", tau="half_normal(1)"
    ).table(),
}


@pytest.mark.parametrize("name", ASKED)
def test_wherever_a_model_is_taken_its_name_is(live: bi.Dataset, name: str) -> None:
    by_name, by_model = (
        ASKED[name](live, model)
        for model in ("hypergeometric_normal", bi.load_model("hypergeometric_normal"))
    )
    assert by_name.equals(by_model)


def test_a_model_that_is_only_sampled_is_refused_by_name(live: bi.Dataset) -> None:
    with pytest.raises(ModelError, match=r"bivariate: a model of the family bivariate, which only sampling"):
        bi.trials.subsets(live, "bivariate")


def test_pool_without_a_method_maximises_the_restricted_likelihood(live: bi.Dataset) -> None:
    pooled = bi.pool(live)
    assert (pooled.method, pooled) == ("reml", bi.pool(live, method="reml"))
    known = [study for study in pooled.studies if study.estimate is not None]
    y = np.array([study.estimate for study in known], float)
    v = np.array([study.standard_error for study in known], float) ** 2

    def deviance(tau2: float) -> float:
        w = 1 / (v + tau2)
        mean = (w @ y) / w.sum()
        return float(np.log(v + tau2).sum() + np.log(w.sum()) + w @ (y - mean) ** 2)

    best = minimize_scalar(deviance, bounds=(0, 20), method="bounded", options={"xatol": 1e-10}).x
    w = 1 / (v + best)
    assert pooled.tau2 == pytest.approx(best, rel=1e-5)
    assert pooled.estimate == pytest.approx((w @ y) / w.sum(), rel=1e-5)
    assert "method reml, which is the default, with" in " ".join(pooled.text(width=200).split())
    assert "which is the default" not in bi.pool(live, method="dl").text(width=200)
    assert bi.classical.leave_one_out(live)[0].pooled.method == "reml"
    assert bi.classical.cumulative(live)[-1].pooled == pooled
