"""A meta-regression as a whole: slopes with their units, effects at values, heterogeneity, influence."""

import json
from typing import NamedTuple

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import BayesIvigError, ModelError
from bayes_ivig.results.marginals.marginal import DrawsMarginal
from bayes_ivig.results.posterior.coefficients import slope_columns
from bayes_ivig.results.posterior.quantity import Quantity

pytestmark = pytest.mark.slow

# Colditz et al. 1994, as in dat.bcg of metafor: events, people, vaccinated and not, latitude, allocation
ROWS = (
    ("Aronson", 4, 123, 11, 139, 44, "random"),
    ("Ferguson & Simes", 6, 306, 29, 303, 55, "random"),
    ("Rosenthal 1960", 3, 231, 11, 220, 42, "random"),
    ("Hart & Sutherland", 62, 13598, 248, 12867, 52, "random"),
    ("Frimodt-Moller", 33, 5069, 47, 5808, 13, "alternate"),
    ("Stein & Aronson", 180, 1541, 372, 1451, 44, "alternate"),
    ("Vandiviere", 8, 2545, 10, 629, 19, "random"),
    ("TPT Madras", 505, 88391, 499, 88391, 13, "random"),
    ("Coetzee & Berjak", 29, 7499, 45, 7277, 27, "random"),
    ("Rosenthal 1961", 17, 1716, 65, 1665, 42, "systematic"),
    ("Comstock 1974", 186, 50634, 141, 27338, 18, "systematic"),
    ("Comstock & Webster", 5, 2498, 3, 2341, 33, "systematic"),
    ("Comstock 1976", 27, 16913, 29, 17854, 33, "systematic"),
)
BCG = bi.Dataset(
    tuple(bi.Study(*row[:5]) for row in ROWS),
    name="bcg",
    columns=(
        ("latitude", tuple(str(row[5]) for row in ROWS)),
        ("allocation", tuple(row[6] for row in ROWS)),
    ),
)
NORMAL = {"likelihood": "normal", "beta": "normal(0, 10)", "mu": "normal(0, 10)", "tau": "half_normal(1)"}


class Slopes(NamedTuple):
    """A posterior as far as its coefficients are concerned, all with the same marginal."""

    quantities: tuple[Quantity, ...]
    own: DrawsMarginal

    def __getitem__(self, _: str) -> DrawsMarginal:  # type: ignore[override]
        return self.own


@pytest.fixture(scope="module")
def posterior() -> bi.Posterior:
    model = bi.models.MetaRegression(
        ("latitude",), references={"latitude": 33.46}, units={"latitude": 10}, **NORMAL
    )
    return bi.fit(BCG, model)


@pytest.fixture(scope="module")
def whole(posterior: bi.Posterior) -> bi.models.Regression:
    return bi.models.regression(posterior, at=[{"latitude": 13}, {"latitude": 55}])


def test_a_slope_is_per_its_unit(posterior: bi.Posterior) -> None:
    row = posterior.regression_table().loc["beta[latitude]"]
    assert row["unit"] == 10
    # as multinma prints it for these trials: -0.03 per degree
    assert row["median"] / 10 == pytest.approx(-0.03, abs=0.005)
    assert row["ratio_median"] == pytest.approx(np.exp(row["median"]), rel=1e-12)
    assert row["prob_gt_0"] == pytest.approx(posterior["beta[latitude]"].prob_above(0), abs=1e-12)
    one = bi.fit(BCG, bi.models.MetaRegression(("latitude",), **NORMAL | {"beta": "normal(0, 1000)"}))
    ours = one.regression_table().loc["beta[latitude]"]
    assert ours["unit"] == pytest.approx(np.std([row[5] for row in ROWS], ddof=1), rel=1e-9)
    assert ours["median"] / ours["unit"] == pytest.approx(row["median"] / 10, rel=0.02)


def test_a_model_without_coefficients_has_no_such_table() -> None:
    plain = bi.fit(BCG, bi.Model(likelihood="normal"))
    for ask in (
        plain.regression_table,
        lambda: bi.models.regression(plain),
        lambda: plain.bubble("latitude"),
    ):
        with pytest.raises(ModelError, match="needs the posterior of a"):
            ask()


def test_effects_stand_at_the_references_and_where_they_are_asked(whole: bi.models.Regression) -> None:
    table, posterior = whole.effects_table(0.9), whole.posterior
    assert list(table.index) == ["references", "latitude=13", "latitude=55"]
    lower, median, upper = np.exp(posterior["mu"].quantile([0.05, 0.5, 0.95]))
    row = table.loc["references"]
    assert [row["or_lower"], row["or_median"], row["or_upper"]] == pytest.approx(
        [lower, median, upper], rel=1e-9
    )
    # a line: the log odds ratio two units north differs by two slopes in the mean
    mean = [each.effect.mean for each in whole.effects]
    assert mean[2] - mean[1] == pytest.approx(4.2 * posterior["beta[latitude]"].mean, abs=2e-3)
    assert (table["prediction_lower"] < table["or_lower"]).all()


def test_heterogeneity_is_set_beside_that_without_covariates(whole: bi.models.Regression) -> None:
    plain = bi.fit(BCG, whole.posterior.model.two_arm)
    table = whole.heterogeneity_table()
    assert table.loc["without covariates", "median"] == pytest.approx(plain["tau"].median, rel=1e-9)
    assert whole.tau_ratio == pytest.approx(whole.posterior["tau"].median / plain["tau"].median, rel=1e-9)
    assert whole.tau_ratio < 0.75  # latitude explains much (Berkey et al. 1995)


def test_leaving_a_trial_out_is_a_plain_fit_in_the_same_units(whole: bi.models.Regression) -> None:
    assert [each.study for each in whole.without] == list(BCG.study_names)
    name = "TPT Madras"
    rest = bi.fit(BCG.trials([each for each in BCG.study_names if each != name]), whole.posterior.model)
    row = whole.influence_table(0.9).loc[("beta[latitude]", name)]
    own = rest["beta[latitude]"].quantile([0.05, 0.5, 0.95])
    assert [row["lower"], row["median"], row["upper"]] == pytest.approx(own, abs=1e-4)
    moved = whole.influence_table()["change"].abs()
    assert whole.most_influential[0].study == moved.idxmax()[1]


def test_units_that_nobody_stated_stay_when_a_trial_is_left_out() -> None:
    posterior = bi.fit(BCG, bi.models.MetaRegression(("latitude",), **NORMAL))
    whole = bi.models.regression(posterior)
    unit = posterior.regression_table()["unit"].iloc[0]
    centre = np.mean([row[5] for row in ROWS])
    stated = bi.models.MetaRegression(("latitude",), {"latitude": centre}, units={"latitude": unit}, **NORMAL)
    name = "Vandiviere"
    rest = bi.fit(BCG.trials([each for each in BCG.study_names if each != name]), stated)
    row = whole.influence_table().loc[("beta[latitude]", name)]
    assert row["median"] == pytest.approx(rest["beta[latitude]"].median, abs=1e-4)


def test_a_class_that_only_one_trial_has_is_told() -> None:
    few = BCG.trials(["Aronson", "Ferguson & Simes", "Hart & Sutherland", "Comstock 1974"])
    whole = bi.models.regression(bi.fit(few, bi.models.MetaRegression(("allocation",), **NORMAL)))
    without = {each.study: each for each in whole.without}
    assert not without["Comstock 1974"].slopes and without["Comstock 1974"].note
    assert without["Aronson"].slopes
    row = whole.influence_table().loc[("beta[allocation=systematic]", "Comstock 1974")]
    assert np.isnan(row["median"]) and row["note"]


def test_the_series_without_each_trial_has_the_slopes(posterior: bi.Posterior) -> None:
    few = posterior.trials(["Aronson", "Ferguson & Simes", "TPT Madras", "Comstock 1974"])
    row = few.leave_one_out().table(0.9).loc["Aronson"]
    rest = posterior.trials(["Ferguson & Simes", "TPT Madras", "Comstock 1974"])
    own = rest["beta[latitude]"]
    names = ("beta_latitude_lower", "beta_latitude_median", "beta_latitude_upper")
    assert [row[name] for name in names] == pytest.approx(own.quantile([0.05, 0.5, 0.95]), rel=1e-9)
    assert row["prob_beta_latitude_gt_0"] == pytest.approx(own.prob_above(0), abs=1e-12)


def test_names_that_differ_in_marks_only_keep_columns_of_their_own() -> None:
    own = DrawsMarginal(np.random.default_rng(1).normal(size=(2, 100)))
    slopes = [Quantity(name, name, "log odds ratio") for name in ("beta[a.b]", "beta[a b]")]
    columns = slope_columns(Slopes(tuple(slopes), own), 0.95)
    assert len([name for name in columns if name.endswith("_median")]) == 2


def test_the_table_is_the_summary_with_what_was_asked(whole: bi.models.Regression) -> None:
    table, summary = whole.table(0.9), whole.posterior.summary(0.9)
    assert table.loc[summary.index].equals(summary)
    effect = whole.effects_table(0.9).loc["latitude=13"]
    assert table.loc["mu[latitude=13]", "median"] == effect["or_median"]
    assert table.loc["theta_new[latitude=13]", "upper"] == effect["prediction_upper"]


def test_the_document_says_what_the_text_says(whole: bi.models.Regression) -> None:
    document = whole.to_dict()
    (slope,) = document["slopes"]
    assert (slope["name"], slope["unit"]) == ("beta[latitude]", 10)
    row = whole.slopes_table().loc["beta[latitude]"]
    assert slope["ratio"]["median"] == pytest.approx(row["ratio_median"], rel=1e-7)
    assert slope["prob_gt_0"] == pytest.approx(row["prob_gt_0"], abs=1e-7)
    assert document["effects_at"][1]["at"] == [{"column": "latitude", "value": 13}]
    assert document["heterogeneity"]["ratio_of_medians"] == pytest.approx(whole.tau_ratio, rel=1e-7)
    assert len(document["influence_on_slopes"]) == 13
    former = whole.to_dict(version=1)
    assert former == whole.posterior.to_dict(version=1)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    text = " ".join(whole.text(width=100).split())
    assert f"{row['ratio_median']:.3f}" in text and "latitude, per 10" in text
    assert f"ratio of these medians {whole.tau_ratio:.2f}" in text
    assert f"moved most by {whole.most_influential[0].study}" in text
    assert "observational" in text


def test_the_slope_under_other_priors_is_that_of_other_models(posterior: bi.Posterior) -> None:
    narrow = posterior.under(beta="normal(0, 0.05)")["beta[latitude]"]
    assert abs(narrow.median) < abs(posterior["beta[latitude]"].median)
    own = bi.models.MetaRegression(
        ("latitude",), {"latitude": 33.46}, units={"latitude": 10}, **NORMAL | {"beta": "normal(0, 0.05)"}
    )
    assert narrow.median == pytest.approx(bi.fit(BCG, own)["beta[latitude]"].median, abs=1e-6)


def test_benefit_is_asked_where_trials_have_stated_values(posterior: bi.Posterior) -> None:
    there = posterior.at(latitude=20)
    found = bi.benefit(there, zone=1.25, baseline=0.1)
    assert found.masses["mu"].above == pytest.approx(there["mu"].prob_above(np.log(1.25)), abs=1e-9)
    same = bi.models.effect_at(posterior, {"latitude": 20})
    assert there["mu"].median == pytest.approx(same.median, abs=1e-9)


def test_wrong_values_are_one_message(posterior: bi.Posterior) -> None:
    for wrong in ({"lattitude": 3}, {"latitude": "north"}):
        with pytest.raises(BayesIvigError, match="latitude"):
            bi.models.regression(posterior, at=wrong)
