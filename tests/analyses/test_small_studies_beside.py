"""PET and PEESE beside the effect and the effect under selection."""

import pytest

import bayes_ivig as bi
from bayes_ivig.results.small_studies.small_studies import SmallStudies

SAME = 5e-4  # of a probability


@pytest.fixture(scope="module")
def live() -> bi.Dataset:
    return bi.load_dataset("ivig", "live_birth")


@pytest.fixture(scope="module")
def found(live: bi.Dataset) -> SmallStudies:
    return bi.bias.small_studies(live)


@pytest.mark.parametrize("form", ["pet", "peese"])
def test_a_limit_is_that_of_its_own_fit(live: bi.Dataset, found: SmallStudies, form: str) -> None:
    fitted = bi.fit(live, bi.models.PetPeese(form, likelihood="hypergeometric"))
    row = found.row(form)  # type: ignore[arg-type]
    assert row.posterior["mu"].prob_above(0) == pytest.approx(fitted["mu"].prob_above(0), abs=SAME)
    assert row.log_bayes_factor == pytest.approx(
        fitted.log_marginal_likelihood - found.selection.uncorrected.log_marginal_likelihood, abs=1e-3
    )
    assert row.posterior["slope"].median > 0


def test_every_row_has_the_same_trials_likelihood_and_priors(found: SmallStudies) -> None:
    models = [row.posterior.model for row in found.rows]
    assert [row.adjustment for row in found.rows] == ["none", "selection", "pet", "peese"]
    assert {model.likelihood for model in models} == {"hypergeometric"}
    assert {(str(model.mu), str(model.tau)) for model in models} == {("normal(0, 2.82)", "half_normal(0.5)")}
    table = found.table()
    assert table["slope_median"].notna().tolist() == [False, False, True, True]
    assert table["log_bayes_factor"].notna().tolist() == [False, True, True, True]


def test_no_row_is_called_the_truth(found: SmallStudies) -> None:
    text = " ".join(found.text().split())
    assert "none is the corrected truth" in text
    assert "an empty cell makes both large" in text
    assert found.to_dict()["rows"][2]["slope"]["lower"] > 0
