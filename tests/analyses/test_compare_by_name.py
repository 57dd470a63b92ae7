"""Priors by names of the user's own, limits of any level, and baselines, in a comparison of priors."""

import numpy as np
import pandas as pd
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import ArgumentError, ModelError

MU = {"vague": "normal(0, 2.82)", "sceptical": bi.priors.Normal(0, 0.35)}
TAU = {"usual": "half_normal(0.5)", "wide": "half_cauchy(1)"}


@pytest.fixture(scope="module")
def live() -> bi.Dataset:
    return bi.load_dataset("ivig", "live_birth")


@pytest.fixture(scope="module")
def frame(live: bi.Dataset) -> pd.DataFrame:
    return bi.priors.compare(live, mu=MU, tau=TAU, level=0.8, baseline="control")


def test_names_stand_beside_their_priors(live: bi.Dataset, frame: pd.DataFrame) -> None:
    named = list(zip(frame["mu_name"], frame["tau_name"], strict=True))
    assert named == [(mu, tau) for mu in MU for tau in TAU]
    assert [str(MU[mu]) for mu in frame["mu_name"]] == [
        text.replace("normal(0.0", "normal(0") for text in frame["mu_prior"]
    ]
    both = bi.priors.compare(
        live,
        mu=MU,
        tau="half_normal(0.5)",
        likelihoods=["binomial", "hypergeometric"],
        trials=["all", "published"],
    )
    assert both["mu_name"].tolist() == ["vague", "sceptical"] * 4
    assert "tau_name" not in both
    assert "mu_name" not in bi.priors.compare(live, mu=list(MU.values()), tau="half_normal(0.5)")


@pytest.mark.parametrize("row", range(4))
def test_the_numbers_are_those_of_single_fits(live: bi.Dataset, frame: pd.DataFrame, row: int) -> None:
    one = frame.iloc[row]
    model = bi.Model(mu=MU[one["mu_name"]], tau=TAU[one["tau_name"]], baseline="control")  # type: ignore[arg-type]
    posterior = bi.fit(live, model)
    sd = posterior["mu"].sd
    assert sd is not None
    limits = np.log(one[["or_lower", "or_median", "or_upper"]].to_numpy(float))
    assert limits == pytest.approx(posterior["mu"].quantile([0.1, 0.5, 0.9]), abs=2e-3 * sd)
    new = np.log(one[["prediction_lower", "prediction_upper"]].to_numpy(float))
    assert new == pytest.approx(posterior["theta_new"].quantile([0.1, 0.9]), abs=5e-3)
    assert (one["level"], one["baseline"]) == (0.8, "control")


def test_the_usual_level_moves_no_bit(live: bi.Dataset) -> None:
    plain = bi.priors.compare(live, mu="normal(0, 1)", tau="half_normal(0.5)")
    stated = bi.priors.compare(
        live, mu="normal(0, 1)", tau="half_normal(0.5)", level=0.95, baseline="midpoint"
    )
    pd.testing.assert_frame_equal(plain, stated, check_exact=True)
    assert "baseline" not in plain


def test_text_and_chart_have_the_names(live: bi.Dataset, frame: pd.DataFrame) -> None:
    text = bi.priors.PriorComparison(frame, live).text(width=100)
    assert "80% credible interval" in text
    assert "mu ~ sceptical, tau ~ wide" in text
    assert "- sceptical: mu ~ normal(0, 0.35)" in text
    assert "baseline control" in text


def test_a_name_of_a_set_is_numbered(live: bi.Dataset) -> None:
    rows = bi.priors.compare(
        live, mu={"mine": "normal(0, 1)", "set": "zampieri(0.4)"}, tau="half_normal(0.5)"
    )
    names = rows["mu_name"].tolist()
    assert names[:2] == ["mine", "set 1"]
    assert names[-1] == f"set {len(names) - 1}"


def test_what_is_no_prior_is_refused_by_its_name(live: bi.Dataset) -> None:
    with pytest.raises(ArgumentError, match=r"mu\['mine'\] is 3; it must be"):
        bi.priors.compare(live, mu={"mine": 3}, tau="half_normal(1)")  # type: ignore[dict-item]
    with pytest.raises(ModelError, match="level is 95; it must lie between 0 and 1"):
        bi.priors.compare(live, mu=MU, tau=TAU, level=95)
    with pytest.raises(ArgumentError, match="baseline is the text 'middle'"):
        bi.priors.compare(live, mu=MU, tau=TAU, baseline="middle")  # type: ignore[arg-type]
