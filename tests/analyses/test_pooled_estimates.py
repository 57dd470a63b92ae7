"""Estimates pooled over many choices of trials, beside published results and one choice at a time."""

import numpy as np
import pytest

import bayes_ivig as bi
from bayes_ivig.analyses.trials.pooled_estimates import pooled_estimates
from bayes_ivig.analyses.trials.subsets import inclusion

SCHOOLS = bi.Effects([28, 8, -3, 7, -1, 1, 18, 12], [15, 10, 16, 11, 9, 11, 10, 18], measure="MD")
RATIOS = bi.Effects(
    estimate=[0.85, 0.5, 1.4, 0.9], lower=[0.7, 0.3, 1.0, 0.5], upper=[1.03, 0.83, 1.96, 1.62], measure="HR"
)


def test_eight_schools() -> None:
    """Rubin 1981, J Educ Stat 6:377: a pooled estimate of 7.7, standard error 4.1; Q 4.6 on 7, so no tau."""
    found = {key: value[0] for key, value in pooled_estimates(SCHOOLS, np.ones((1, 8))).items()}
    assert found["pooled_md"] == pytest.approx(7.69, abs=0.005)
    half = (found["pooled_ci_upper"] - found["pooled_ci_lower"]) / 2
    assert half == pytest.approx(1.96 * 4.07, abs=0.01)
    assert found["i2"] == 0.0


def test_every_choice_is_its_own_pooling_by_the_book() -> None:
    inside = inclusion(RATIOS, None)
    found = pooled_estimates(RATIOS, inside)
    y = np.array([study.y for study in RATIOS.studies])
    v = np.array([study.standard_error for study in RATIOS.studies]) ** 2
    for i, row in enumerate(inside > 0):
        own, var = y[row], v[row]
        w = 1 / var
        q = float((w * (own - (w * own).sum() / w.sum()) ** 2).sum())
        spare = row.sum() - 1
        tau2 = max(0.0, (q - spare) / (w.sum() - (w**2).sum() / w.sum())) if spare else 0.0
        w = 1 / (var + tau2)
        middle, error = (w * own).sum() / w.sum(), w.sum() ** -0.5
        expected = np.exp([middle, middle - 1.959963984540054 * error, middle + 1.959963984540054 * error])
        assert [found[key][i] for key in ("pooled_hr", "pooled_ci_lower", "pooled_ci_upper")] == (
            pytest.approx(expected.tolist(), rel=1e-9)
        )
        assert found["i2"][i] == (
            pytest.approx(100 * max(0.0, 1 - spare / q)) if spare else pytest.approx(np.nan, nan_ok=True)
        )


def test_a_choice_of_none_has_no_effect() -> None:
    assert np.isnan(pooled_estimates(SCHOOLS, np.zeros((1, 8)))["pooled_md"][0])
