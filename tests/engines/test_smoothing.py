"""Smoothing by normal densities, where the answer is closed: a normal curve smoothed is a normal curve."""

import numpy as np
import pytest
from scipy import integrate, stats

from bayes_ivig.engines.smoothing import smooth
from bayes_ivig.results.axis import Axis

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
        mass = integrate.quad(lambda x, c=centre: stats.norm.pdf(x, c, 400) / (1 + np.exp(-x)), -700, 3000, limit=400)[0]
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
    assert found == pytest.approx(stats.norm.logpdf(CENTRES, means[:, None], np.hypot(0.4, sds)[:, None]), abs=2e-6)
