"""The numbers of a Baujat plot: against the formulas written out, Cochran's Q, and what metafor states."""

import numpy as np
import pytest
from frequentist_reference import tables

import bayes_ivig as bi
from bayes_ivig.errors import ModelError
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.frequentist.series import baujat
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study


def test_the_parts_are_those_of_cochrans_q_and_the_influence_is_in_closed_form() -> None:
    """Under a common effect the estimate without a study has a closed form: sums less its terms."""
    found = baujat(tables()["bcg"], measure="RR")
    whole = pool(tables()["bcg"], method="fixed", measure="RR")
    y = np.array([study.estimate for study in whole.studies], float)
    w = np.array([study.standard_error for study in whole.studies], float) ** -2.0
    mean = (w @ y) / w.sum()
    without = (w @ y - w * y) / (w.sum() - w)
    table = found.table()
    assert list(table["study"]) == list(tables()["bcg"].study_names)
    assert table["q_contribution"].to_numpy() == pytest.approx(w * (y - mean) ** 2)
    assert table["influence"].to_numpy() == pytest.approx((without - mean) ** 2 * (w.sum() - w))
    assert table["estimate_without"].to_numpy() == pytest.approx(without)
    assert table["q_contribution"].sum() == pytest.approx(
        152.2330, abs=5e-5
    )  # metafor, QE of rma(method="FE")


def test_a_random_effects_model_estimates_its_heterogeneity_anew() -> None:
    """Five effects of variance 1: REML's v + tau^2 is their sample variance, and that of a mean a part of it.

    Residuals and estimates without each are those that metafor's own tests state (test_misc_handling_nas.r).
    """
    effects = bi.Effects([3, 2, 5, 4, 6], [1, 1, 1, 1, 1], measure="MD")
    table = baujat(effects, method="reml").table()
    residuals, without = np.array([-1, -2, 1, 0, 2]), np.array([4.25, 4.5, 3.75, 4, 3.5])
    spread = [np.var(np.delete([3, 2, 5, 4, 6], i), ddof=1) / 4 for i in range(5)]
    assert table["estimate_without"].to_numpy() == pytest.approx(without, abs=1e-5)
    assert table["q_contribution"].to_numpy() == pytest.approx(residuals**2 / 2.5, abs=1e-5)
    assert table["influence"].to_numpy() == pytest.approx((without - 4) ** 2 / spread, abs=1e-5)


def test_what_does_not_exist_and_what_is_refused() -> None:
    one = baujat(Dataset((Study("a", 1, 20, 3, 21), Study("nobody", 0, 20, 0, 20)))).table()
    assert one.iloc[0]["q_contribution"] == pytest.approx(0, abs=1e-20)
    assert one[["influence", "estimate_without"]].isna().all(axis=None)
    assert one.iloc[1].isna().sum() == 3
    with pytest.raises(ModelError, match="inverse variances; methods that do are fixed, dl"):
        baujat(tables()["bcg"], method="mh")
    with pytest.raises(ModelError, match=r"no method 'fixd' .did you mean 'fixed'"):
        baujat(tables()["bcg"], method="fixd")
