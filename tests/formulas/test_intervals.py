"""Ranges of printed numbers: what is proved impossible must be, and the truth is never excluded."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from bayes_ivig.formulas import intervals as iv

DECIMALS = st.integers(0, 3)


def planes(**ranges: iv.Range) -> list[iv.Plane]:
    return [plane for name, values in ranges.items() for plane in iv.strip(name, values)]


def printed(value: float, decimals: int) -> iv.Range:
    return iv.rounded(float(f"{value:.{decimals}f}"), 0.5 * 10.0**-decimals)


@given(st.floats(-1e6, 1e6), DECIMALS)
def test_a_number_lies_in_the_range_of_its_rounding_and_of_its_digits_cut_off(
    value: float, decimals: int
) -> None:
    lower, upper = printed(value, decimals)
    assert lower <= value <= upper
    assert upper - lower < 1.01 * 10.0**-decimals + 3e-3
    cut = math.trunc(value * 10**decimals) / 10**decimals
    lower, upper = iv.cut_off(cut, 0.5 * 10.0**-decimals)
    assert lower <= value <= upper


@given(st.floats(-4, 4), st.floats(0.01, 5), DECIMALS)
def test_an_honest_ratio_with_its_limits_leaves_a_polygon_that_holds_it(
    centre: float, half: float, decimals: int
) -> None:
    numbers = {"estimate": centre, "ci_lower": centre - half, "ci_upper": centre + half}
    ranges = {name: iv.log_range(printed(math.exp(value), decimals)) for name, value in numbers.items()}
    points = iv.corners(planes(**{name: found for name, found in ranges.items() if found is not None}))
    assert points.size
    for name, value in numbers.items():
        lower, upper = iv.span(points, name)
        assert lower - 1e-6 <= value <= upper + 1e-6
    least, most = iv.p_value_range(points, 0.95, math.inf)
    assert least - 1e-9 <= 2 * stats.norm.sf(abs(centre) / half * stats.norm.ppf(0.975)) <= most + 1e-9


@given(st.floats(-2, 2), st.floats(0.05, 3), st.floats(-1, 1), st.integers(1, 2))
def test_the_polygon_is_what_a_fine_grid_finds(
    centre: float, half: float, shift: float, decimals: int
) -> None:
    """Independent of corners: whether some (c, h) on a grid meets all three ranges,
    with the estimate moved by a shift.
    """
    room = 0.5 * 10.0**-decimals
    ranges = {"estimate": (centre + shift - room, centre + shift + room)}
    ranges |= {
        "ci_lower": (centre - half - room, centre - half + room),
        "ci_upper": (centre + half - room, centre + half + room),
    }
    lower, upper = ranges["estimate"]
    middle = (
        (ranges["ci_lower"][0] + ranges["ci_upper"][0]) / 2,
        (ranges["ci_lower"][1] + ranges["ci_upper"][1]) / 2,
    )
    apart = max(lower - middle[1], middle[0] - upper)
    if abs(apart) > 1e-6:  # at the very edge either answer is right
        assert bool(iv.corners(planes(**ranges)).size) == (apart < 0)


def test_two_numbers_that_exclude_each_other_leave_nothing() -> None:
    """An estimate below its lower limit needs a negative half-width."""
    assert not iv.corners(planes(estimate=(0.1, 0.2), ci_lower=(0.3, 0.4))).size


@pytest.mark.parametrize("df", [math.inf, 1.0, 4.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_p_value_cuts_the_polygon_where_it_should(df: float, sign: int) -> None:
    ranges = planes(
        estimate=(sign * 0.5 - 0.01, sign * 0.5 + 0.01), ci_upper=(sign * 0.5 + 0.39, sign * 0.5 + 0.41)
    )
    points = iv.corners(ranges)
    least, most = iv.p_value_range(points, 0.95, df)
    quantile = stats.norm.ppf(0.975) if math.isinf(df) else stats.t.ppf(0.975, df)
    tail = stats.norm.sf if math.isinf(df) else lambda x: stats.t.sf(x, df)
    # corners of the polygon
    farthest, nearest = (0.51 / 0.38, 0.49 / 0.42) if sign > 0 else (0.49 / 0.38, 0.51 / 0.42)
    assert least == pytest.approx(2 * tail(farthest * quantile), rel=1e-6)
    assert most == pytest.approx(2 * tail(nearest * quantile), rel=1e-6)
    inside, outside = (least + most) / 2, most + 0.02
    assert iv.corners([*ranges, *iv.p_value_planes((inside, inside), df, 0.95, sign)]).size
    assert not iv.corners([*ranges, *iv.p_value_planes((outside, outside), df, 0.95, sign)]).size
    assert not iv.corners([*ranges, *iv.p_value_planes((inside, inside), df, 0.95, -sign)]).size


def test_no_interval_has_a_p_value_of_zero() -> None:
    ranges = planes(estimate=(0.4, 0.5), ci_lower=(0.1, 0.2))
    assert not iv.corners([*ranges, *iv.p_value_planes((0.0, 0.0), math.inf, 0.95, 1)]).size


@given(st.floats(0, 500), st.integers(1, 40))
def test_heterogeneity_goes_from_i_squared_to_p_and_back(q: float, df: int) -> None:
    i2 = 100 * max(0.0, 1 - df / q) if q > 0 else 0.0
    p = float(stats.chi2.sf(q, df))
    lower, upper = iv.q_p_range(iv.q_range((i2 - 0.5, i2 + 0.5), df), df)
    assert lower - 1e-9 <= p <= upper + 1e-9
    assert iv.heterogeneity_fits((i2 - 0.5, i2 + 0.5), (p - 0.005, p + 0.005), [df]).all()
    assert not iv.heterogeneity_fits((i2 - 0.5, i2 + 0.5), (upper + 0.01, upper + 0.02), [df]).any()
    least, most = iv.i2_range(iv.q_of_p_range((p - 0.005, p + 0.005), df), df)
    assert least - 1e-6 <= i2 <= most + 1e-6


@pytest.mark.parametrize(
    ("i2", "df", "p"),
    [
        ((44.5, 45.5), 3, (0.1384, 0.1444)),
        ((44.5, 45.5), 2, (0.1596, 0.1650)),
        ((51.5, 52.5), 5, (0.0616, 0.0669)),
    ],
)
def test_the_arithmetic_of_the_paper(i2: iv.Range, df: int, p: iv.Range) -> None:
    assert iv.q_p_range(iv.q_range(i2, df), df) == pytest.approx(p, abs=1e-4)


def test_the_middle_of_the_preterm_interval() -> None:
    """The geometric middle of 0.58 to 5.24, both rounded, is 1.735 to 1.753 at most."""
    ends = [iv.log_range(iv.rounded(value, 0.005)) for value in (0.58, 5.24)]
    assert ends[0] is not None and ends[1] is not None
    points = iv.corners(planes(ci_lower=ends[0], ci_upper=ends[1]))
    low, high = math.sqrt(0.575 * 5.235), math.sqrt(0.585 * 5.245)
    assert iv.exp_range(iv.span(points, "estimate")) == pytest.approx((low, high), rel=1e-6)


def test_a_limit_that_prints_as_zero_may_be_any_small_number() -> None:
    assert iv.log_range((-0.005, 0.005)) == (iv.LOWEST_LOG, pytest.approx(math.log(0.005)))
    assert iv.log_range((-0.005, -0.001)) is None
    assert iv.exp_range((-1.0, 1e5)) == (pytest.approx(math.exp(-1)), math.inf)
    assert np.isfinite(iv.corners(planes(estimate=(-0.1, 0.1), ci_lower=(iv.LOWEST_LOG, -5.0)))).all()
