"""Interpolation, derivatives and cumulative integrals on equal steps."""

import numpy as np
import pytest

from bayes_ivig.formulas.interpolation import (
    POINTS,
    cumulative,
    gather,
    interpolate,
    log_sum,
    stencil,
    upsample,
)


def test_polynomials_of_degree_seven_are_exact_everywhere() -> None:
    nodes = np.arange(20, dtype=float)
    polynomial = np.polynomial.Polynomial([1, -2, 0.3, 0.01, -2e-3, 1e-4, -3e-6, 5e-8])
    at = np.linspace(0, 19, 57)
    rows = polynomial(nodes)[None, :]
    first, weights = stencil(np.broadcast_to(at, (1, at.size)), nodes.size, derivatives=2)
    for order, weight in enumerate(weights):
        expected = polynomial.deriv(order)(at) if order else polynomial(at)
        assert gather(rows, first, weight)[0] == pytest.approx(expected, rel=1e-8, abs=1e-8)


def test_rows_are_read_at_their_own_positions() -> None:
    rows = np.stack([np.sin(np.arange(30) / 5), np.cos(np.arange(30) / 5)])
    found = interpolate(rows, np.array([[3.3, 20.7], [8.1, 14.9]]))
    assert found[0] == pytest.approx(np.sin(np.array([3.3, 20.7]) / 5), abs=1e-8)
    assert found[1] == pytest.approx(np.cos(np.array([8.1, 14.9]) / 5), abs=1e-8)


def test_upsampling_keeps_the_nodes_and_fills_in_between() -> None:
    x = np.linspace(-4, 4, 25)
    fine = np.linspace(-4, 4, 24 * 8 + 1)
    dense = upsample(-0.5 * x**2, 8)
    assert dense == pytest.approx(-0.5 * fine**2, abs=1e-10)


def test_cumulative_integral_of_a_density() -> None:
    from scipy import stats

    x = np.linspace(-9, 9, 181)
    assert cumulative(stats.norm.pdf(x), 0.1) == pytest.approx(stats.norm.cdf(x), abs=1e-8)


@pytest.mark.parametrize("size", [POINTS, POINTS + 1, 400])
def test_denser_rows_are_the_interpolated_ones(size: int) -> None:
    rows = np.random.default_rng(size).normal(size=(90, 2, size))
    position = np.broadcast_to(np.arange((size - 1) * 4 + 1) / 4, (180, (size - 1) * 4 + 1))
    assert (
        np.max(np.abs(upsample(rows, 4).reshape(180, -1) - interpolate(rows.reshape(180, size), position)))
        < 1e-12
    )


def test_sums_of_exponentials_reach_below_doubles_and_keep_what_is_impossible() -> None:
    logs = np.array([[-2000.0, -2001.0, -np.inf], [-np.inf, -np.inf, -np.inf], [0.0, 700.0, 709.0]])
    expected = [-2000 + np.log1p(np.exp(-1)), -np.inf, 709 + np.log1p(np.exp(-9.0) + np.exp(-709.0))]
    # 1e-14 of which are the shaker's (formulas.shaking)
    assert log_sum(logs, axis=1) == pytest.approx(expected, rel=2e-14)
    assert log_sum(logs[:1].T, axis=0) == pytest.approx([expected[0]], rel=2e-14)
