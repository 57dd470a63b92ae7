"""Regression tests for small-study effects against statsmodels' weighted least squares
and a printed example.
"""

import numpy as np
import pytest
from frequentist_reference import tables

from bayes_ivig.errors import ModelError
from bayes_ivig.formulas.effect_sizes import log_risk_ratio, to_cells
from bayes_ivig.formulas.regression import weighted_line
from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.frequentist.small_study import funnel, small_study_test
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study

BIG = ["bcg", "nielweise2007", "collins1985a_recur", "hartmannboyce2018_gum"]


def arrays(name: str) -> np.ndarray:
    rows = [
        study.counts
        for study in tables()[name].studies
        if 0 < study.counts[0] + study.counts[2] < study.counts[1] + study.counts[3]
    ]
    return np.array(rows, dtype=float).T


@pytest.mark.parametrize("name", BIG)
def test_against_weighted_least_squares(name: str) -> None:
    import statsmodels.api as sm

    r1, n1, r0, n0 = arrays(name)
    a, b, c, d = r1, n1 - r1, r0, n0 - r0
    extra = 0.5 * ((a == 0) | (b == 0) | (c == 0) | (d == 0))
    v = sum(1 / (x + extra) for x in (a, b, c, d))
    y = np.log((a + extra) * (d + extra) / (b + extra) / (c + extra))
    n = n1 + n0
    score, information = a - n1 * (a + c) / n, n1 * n0 * (a + c) * (b + d) / n**2 / (n - 1)
    models = {
        "egger": sm.WLS(y / np.sqrt(v), sm.add_constant(1 / np.sqrt(v))).fit(),
        "harbord": sm.OLS(score / np.sqrt(information), sm.add_constant(np.sqrt(information))).fit(),
        "peters": sm.WLS(y, sm.add_constant(1 / n), weights=1 / (1 / (a + c) + 1 / (b + d))).fit(),
    }
    for test, model in models.items():
        found = small_study_test(tables()[name], test=test)
        position = 1 if test == "peters" else 0
        wanted = (model.params[position], model.tvalues[position], model.pvalues[position])
        assert (found.coefficient, found.statistic, found.p_value) == pytest.approx(wanted, rel=1e-8)
        assert (found.k, found.df) == (len(y), len(y) - 2)


def test_printed_example() -> None:
    """Log risk ratios of the BCG trials on their standard errors, as metafor's documentation prints it."""
    y, v = log_risk_ratio(to_cells(*arrays("bcg")))
    line = weighted_line(np.sqrt(v), y, 1 / v)
    assert float(line.slope / line.slope_error) == pytest.approx(-1.4013, abs=5e-5)
    assert float(line.intercept) == pytest.approx(-0.1909, abs=5e-5)


def test_few_studies_warn() -> None:
    case = small_study_test(tables()["ivig_live_published"])
    assert (case.test, case.k, case.df) == ("harbord", 6, 4)
    assert any("fewer than 10" in warning for warning in case.warnings)
    two = Dataset((Study("a", 1, 9, 3, 9), Study("b", 4, 9, 3, 9)))
    found = small_study_test(two, test="egger")
    assert found.p_value is found.coefficient is found.adjusted is None
    assert "needs at least 3" in found.warnings[0]
    with pytest.raises(ModelError, match="did you mean 'peters'"):
        small_study_test(two, test="peter")


def test_funnel() -> None:
    drawn = funnel(tables()["bcg"], level=0.9)
    assert drawn.centre == pool(tables()["bcg"], method="fixed").estimate
    assert len(drawn.studies) == 13
    centre, lower, upper = drawn.limits(0.5)
    assert (upper - centre, centre - lower) == pytest.approx((0.8224268, 0.8224268))
