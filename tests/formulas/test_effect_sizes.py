"""Study effects and Mantel-Haenszel sums from counts, including the counts that overflow integers."""

import numpy as np
import pytest

from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas import mantel_haenszel as mh


def test_floats_before_products() -> None:
    million = np.array([10**6], dtype=np.int64)
    cells = es.to_cells(million // 2, million, million // 2 + 1, million)
    assert all(cell.dtype == np.float64 for cell in cells)
    _, information, _ = mh.peto_terms(cells)
    assert information[0] == pytest.approx(125000.0, rel=1e-5)
    small = np.array([300], dtype=np.int16)
    assert es.to_cells(small, small, small, small)[0][0] == 300.0


def test_definitions_by_hand() -> None:
    cells = es.to_cells([12], [30], [5], [25])
    a, b, c, d = 12.0, 18.0, 5.0, 20.0
    y, v = es.log_odds_ratio(cells)
    assert (y[0], v[0]) == pytest.approx((np.log(a * d / b / c), 1 / a + 1 / b + 1 / c + 1 / d))
    y, v = es.log_risk_ratio(cells)
    assert (y[0], v[0]) == pytest.approx((np.log(0.4 / 0.2), 1 / a - 1 / 30 + 1 / c - 1 / 25))
    y, v = es.risk_difference(cells)
    assert (y[0], v[0]) == pytest.approx((0.2, 0.4 * 0.6 / 30 + 0.2 * 0.8 / 25))


def test_marks() -> None:
    cells = es.to_cells([0, 7, 3, 0, 1], [5, 7, 9, 0, 4], [0, 9, 0, 2, 2], [5, 9, 9, 4, 5])
    assert es.has_no_events(cells).tolist() == [True, False, False, False, False]
    assert es.has_only_events(cells).tolist() == [False, True, False, False, False]
    assert es.has_empty_arm(cells).tolist() == [False, False, False, True, False]
    assert es.has_zero_cell(cells).tolist() == [True, True, True, True, False]


def test_one_study_pools_to_itself() -> None:
    cells = es.to_cells([12], [30], [5], [25])
    for terms, pooled, effect in (
        (mh.odds_ratio_terms, mh.odds_ratio_from_sums, es.log_odds_ratio),
        (mh.risk_ratio_terms, mh.risk_ratio_from_sums, es.log_risk_ratio),
    ):
        estimate, variance = pooled(terms(cells).sum(axis=-1))
        y, v = effect(cells)
        assert (float(estimate), float(variance)) == pytest.approx((y[0], v[0]))
    estimate, variance = mh.risk_difference_from_sums(
        mh.risk_difference_terms(cells).sum(axis=-1), sato=False
    )
    assert (float(estimate), float(variance)) == pytest.approx((0.2, es.risk_difference(cells)[1][0]))


def test_empty_studies_add_nothing() -> None:
    one = es.to_cells([12], [30], [5], [25])
    two = es.keep_studies(es.to_cells([12, 3], [30, 9], [5, 2], [25, 8]), np.array([True, False]))
    for terms in (mh.odds_ratio_terms, mh.risk_ratio_terms, mh.risk_difference_terms, mh.peto_terms):
        assert terms(two).sum(axis=-1) == pytest.approx(terms(one).sum(axis=-1))
