"""The likelihood of a regression, read off surfaces, against closed forms."""

import numpy as np
import pytest

from bayes_ivig.engines.regression.look_up import look_up
from bayes_ivig.results.marginals.axis import Axis

Y, S = np.array([0.3, -0.8, 1.4]), np.array([0.2, 0.5, 1.0])
AXIS = Axis.spanning("identity", (0.0, 0.9), (-30.0, 30.0), 0.15)
TAU = np.array([0.0, 0.4, 2.0])


def _log_density(means: np.ndarray) -> np.ndarray:
    """Log Normal(Y | mean, S^2 + tau^2) of means (..., K), without constants of pi, at every tau."""
    v = S**2 + TAU[:, None] ** 2
    return np.moveaxis(-0.5 * (np.log(v) + (Y - means[..., None, :]) ** 2 / v), -1, 0)


def test_normal_curves_are_read_and_added_up() -> None:
    values = _log_density(AXIS.x[:, None] * np.ones(3))
    x = np.array([[1, -0.7, 2.0], [1, 0.1, -1.0], [1, 1.4, 0.5]])
    beta = np.random.default_rng(3).normal(0, 2, (500, 3))
    predictors = beta @ x.T
    expected = _log_density(predictors).sum(axis=0)
    found = look_up(values, AXIS, predictors)
    assert found.shape == (500, 3)
    assert found == pytest.approx(expected, rel=5e-6, abs=1e-7)  # eight nodes of a stretched axis


def test_rows_are_read_alike_however_many_there_are() -> None:
    values = _log_density(AXIS.x[:, None] * np.ones(3))
    predictors = np.random.default_rng(4).normal(0, 3, (200_000, 3))  # read in two parts
    found = look_up(values, AXIS, predictors)
    some = np.array([0, 133_332, 133_333, 199_999])
    assert found[some] == pytest.approx(look_up(values, AXIS, predictors[some]), rel=1e-13)


def test_beyond_its_axis_a_study_says_what_it_says_at_the_end() -> None:
    values = _log_density(AXIS.x[:, None] * np.ones(3))
    ends = look_up(values, AXIS, np.array([[AXIS.x[-1]] * 3, [AXIS.x[-1] + 50.0] * 3]))
    assert ends[1] == pytest.approx(ends[0], rel=1e-12)
