"""Smoothing by normal densities, where the answer is closed: a normal curve smoothed is a normal curve."""

import numpy as np
import pytest
from scipy import integrate, stats

from bayes_ivig.engines.grid.smoothing import UNKNOWN, at_points, mixture, smooth
from bayes_ivig.results.marginals.axis import Axis

AXIS = Axis.spanning("identity", (0.0, 1.0), (-100, 100), 0.1)
SDS = np.array([0.0, 1e-6, 1e-3, 0.03, 0.1, 0.2, 0.5, 1.0, 5.0, 50.0])
CENTRES = np.linspace(-9, 9, 37)


def test_a_normal_curve_widens_by_the_variance_far_into_the_tails() -> None:
    y, s = np.array([0.3, -1.0, 2.0]), np.array([0.5, 0.4, 1.0])
    curves = stats.norm.logpdf(AXIS.x, y[:, None], s[:, None])
    found = smooth(curves[None], AXIS, CENTRES, SDS)
    spread = np.sqrt(s[None, :, None] ** 2 + SDS[:, None, None] ** 2)
    assert found == pytest.approx(stats.norm.logpdf(CENTRES, y[None, :, None], spread), abs=2e-6)


def test_a_plateau_goes_on_beyond_the_axis() -> None:
    """A rising logistic curve smoothed by a normal far wider than the axis."""
    curve = -np.logaddexp(0, -AXIS.x)
    found = smooth(curve[None, None], AXIS, np.array([0.0, 30.0]), np.array([400.0]), tails=True)[0, 0]
    for centre, value in zip((0.0, 30.0), found, strict=True):
        mass = integrate.quad(
            lambda x, c=centre: stats.norm.pdf(x, c, 400) / (1 + np.exp(-x)), -700, 3000, limit=400
        )[0]
        assert np.exp(value) == pytest.approx(mass, rel=3e-4)


def test_two_curves_in_conflict_are_still_right_where_doubles_underflow() -> None:
    """At sd 0.01 the middle between curves 0.8 apart lies 80 SDs from either; exp(-1500) is no double."""
    axis = Axis.spanning("identity", (0.0, 0.02), (-20, 20), 0.01)
    curves = stats.norm.logpdf(axis.x, np.array([[0.0], [0.8]]), 0.005)
    found = smooth(curves[None], axis, np.array([0.4]), np.array([0.01]))[0, :, 0]
    assert found == pytest.approx(stats.norm.logpdf(0.4, [0.0, 0.8], np.hypot(0.005, 0.01)), rel=1e-6)


def test_each_sd_may_have_rows_of_its_own() -> None:
    means = np.array([-0.5, 0.7, 1.5])
    rows = stats.norm.logpdf(AXIS.x, means[:, None], 0.4)[:, None, :]
    sds = np.array([0.01, 0.3, 2.0])
    found = smooth(rows, AXIS, CENTRES, sds)[:, 0]
    assert found == pytest.approx(
        stats.norm.logpdf(CENTRES, means[:, None], np.hypot(0.4, sds)[:, None]), abs=2e-6
    )


def test_many_rows_are_smoothed_as_few_are() -> None:
    """Rows go through in parts; a part more must change nothing."""
    means = np.linspace(-2, 2, 300)
    rows = stats.norm.logpdf(AXIS.x, means[:, None], 0.5)[None]
    found = smooth(rows, AXIS, CENTRES, SDS, tails=True)
    spread = np.hypot(0.5, SDS)[:, None, None]
    assert np.max(np.abs(found - stats.norm.logpdf(CENTRES, means[:, None], spread))) < 2e-6


def test_a_mixture_of_smoothed_rows_adds_them_up_at_every_width_and_depth() -> None:
    """Weights differ by hundreds of logs, widths by seven orders of magnitude, and rows lie apart."""
    means, weights = (
        np.array([[-0.5, -0.5, 1.5, 0.0, 0.2, 0.1]]).T + np.array([0.0, 0.3]),
        np.array([0.0, -3.0, -50.0, -1.0, -2.0, 0.0]),
    )
    sds = np.array([0.0, 1e-6, 1e-3, 0.06, 0.4, 3.0])
    rows = weights[:, None, None] + stats.norm.logpdf(AXIS.x, means[..., None], 0.4)
    found = mixture(rows, AXIS, CENTRES, sds)
    each = weights[:, None, None] + stats.norm.logpdf(
        CENTRES, means[..., None], np.hypot(0.4, sds)[:, None, None]
    )
    assert found == pytest.approx(np.logaddexp.reduce(each, axis=0), abs=3e-6)


def test_a_mixture_is_exact_where_its_factor_makes_the_depths_matter() -> None:
    """The predicted density at 3 is exp(-1780) of its mode,
    but the study's own likelihood leaves nothing nearer.
    """
    axis = Axis.spanning("identity", (0.0, 0.1), (-20, 20), 0.02)
    rows = stats.norm.logpdf(axis.x, 0.0, 0.04)[None, None]
    own = stats.norm.logpdf(CENTRES, 3.0, 0.02)[None]
    found = mixture(rows, axis, CENTRES, np.array([0.03]), own)[0]
    near = np.argmin(np.abs(CENTRES - 3.0))
    assert found[near] == pytest.approx(stats.norm.logpdf(3.0, 0.0, 0.05), rel=1e-5)
    # a bound, where nothing asks for more
    assert mixture(rows, axis, CENTRES, np.array([0.03]))[0, near] > found[near]


def test_points_between_nodes_are_read_off_the_curve() -> None:
    curves = stats.norm.logpdf(AXIS.x, np.array([[0.3], [-1.0]]), 0.5)
    assert at_points(curves, AXIS, CENTRES) == pytest.approx(
        stats.norm.logpdf(CENTRES, [[0.3], [-1.0]], 0.5), abs=1e-6
    )


def test_what_does_not_matter_is_marked_as_unknown() -> None:
    axis = Axis.spanning("identity", (0.0, 0.02), (-20, 20), 0.01)
    curve = stats.norm.logpdf(axis.x, 0.0, 0.005)[None, None]
    asked = smooth(
        curve, axis, np.array([0.0, 0.8]), np.array([0.01]), matters=lambda _, bounds: ~bounds.any(axis=1)
    )
    assert asked[0, 0, 0] == pytest.approx(stats.norm.logpdf(0.0, 0.0, np.hypot(0.005, 0.01)), rel=1e-6)
    assert asked[0, 0, 1] == pytest.approx(curve.max() + UNKNOWN)


@pytest.mark.parametrize("centre", [7453.0, -23402.0, 900.0])
@pytest.mark.parametrize("peak", [1e3, 1e6])
def test_a_sharp_peak_is_found_from_far_out_in_its_straight_tail(centre: float, peak: float) -> None:
    """The bracket of a mode, halved, is short beside a normal's own width long before it holds the peak."""
    axis = Axis.spanning("identity", (0.0, peak**-0.5), (-4e4, 4e4), 0.1)
    sd = abs(centre) / 60

    def curve(x: np.ndarray) -> np.ndarray:
        return peak * (2 * np.log(2.0) - np.logaddexp(0, x) - np.logaddexp(0, -x))

    found = smooth(curve(axis.x)[None, None], axis, np.array([centre]), np.array([sd]))[0, 0, 0]
    x = np.linspace(-60, 60, 240_001) * peak**-0.5
    terms = curve(x) + stats.norm.logpdf(x, centre, sd)
    assert found == pytest.approx(np.logaddexp.reduce(terms) + np.log(x[1] - x[0]), abs=1e-3)
