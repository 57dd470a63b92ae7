"""Marginals on a grid against distributions whose answers are known."""

import numpy as np
import pytest
from scipy import stats

from bayes_ivig.errors import ModelError
from bayes_ivig.results.marginals.axis import Axis
from bayes_ivig.results.marginals.grid import Densities, GridMarginal
from bayes_ivig.results.marginals.marginal import DrawsMarginal, Marginal, PointMarginal

P = np.array([1e-6, 0.001, 0.025, 0.3, 0.5, 0.975, 0.9999])


def grid(distribution, axis: Axis) -> GridMarginal:
    return GridMarginal(axis, distribution.logpdf(axis.x) + axis.log_slope(axis.u))


REAL = Axis.spanning("identity", (0.2, 1.0), (-30, 30), 0.15)
KNOWN = {
    "normal": (stats.norm(0.3, 0.5), REAL),
    "skewed": (stats.gumbel_r(0.1, 0.6), REAL),
    "half-normal": (stats.halfnorm(scale=0.5), Axis("softplus", 0.5, 2.0, -3.0, 0.12, 52, unit=0.35)),
    "uniform": (stats.uniform(0, 4), Axis.spanning("identity", (0.0, 2.0), (-36, 36), 0.12).between(0, 4)),
}


@pytest.mark.parametrize("name", KNOWN)
def test_every_question_of_a_known_distribution(name: str) -> None:
    distribution, axis = KNOWN[name]
    marginal = grid(distribution, axis)
    unit = distribution.std()
    assert isinstance(marginal, Marginal)
    assert marginal.mean == pytest.approx(distribution.mean(), abs=1e-6 * unit)
    assert marginal.sd == pytest.approx(unit, rel=1e-6)
    assert marginal.quantile(P) == pytest.approx(distribution.ppf(P), abs=5e-4 * unit)
    x = distribution.ppf(np.array([1e-5, 0.1, 0.6, 0.99, 1 - 1e-5]))
    assert marginal.prob_below(x) == pytest.approx(distribution.cdf(x), rel=2e-3)
    assert marginal.prob_above(x) == pytest.approx(distribution.sf(x), rel=2e-3)
    assert marginal.prob_between(x[1], x[3]) == pytest.approx(0.89, abs=1e-5)
    assert marginal.density(x[1:4]) == pytest.approx(distribution.pdf(x[1:4]), rel=1e-4)
    assert marginal.interval(0.9) == pytest.approx(distribution.ppf([0.05, 0.95]), abs=1e-4 * unit)


def test_scalars_give_floats_and_arrays_give_arrays() -> None:
    marginal = grid(*KNOWN["normal"])
    assert isinstance(marginal.quantile(0.5), float)
    assert isinstance(marginal.prob_above(0.0), float)
    assert np.shape(marginal.density([[0.0, 1.0]])) == (1, 2)


def test_shortest_interval_leaves_the_long_tail_out() -> None:
    half_normal = grid(*KNOWN["half-normal"])
    lower, upper = half_normal.shortest_interval(0.95)
    assert lower == pytest.approx(0.0, abs=1e-6)
    assert upper == pytest.approx(0.5 * stats.norm.ppf(0.975), abs=1e-5)
    symmetric = grid(*KNOWN["normal"])
    assert symmetric.shortest_interval(0.8) == pytest.approx(symmetric.interval(0.8), abs=1e-3)


@pytest.mark.parametrize(("df", "mean", "sd"), [(1, False, False), (2, True, False), (3, True, True)])
def test_moments_that_do_not_exist_are_none(df: int, mean: bool, sd: bool) -> None:
    marginal = grid(stats.t(df), Axis.spanning("identity", (0.0, 1.0), (-1e8, 1e8), 0.15))
    assert (marginal.mean is not None) is mean
    assert (marginal.sd is not None) is sd
    assert marginal.quantile(0.975) == pytest.approx(stats.t(df).ppf(0.975), rel=1e-4)


def test_probabilities_outside_zero_to_one_are_refused() -> None:
    with pytest.raises(ModelError, match="from 0 to 1"):
        grid(*KNOWN["normal"]).quantile(1.2)


def test_draws_answer_like_the_distribution_they_come_from() -> None:
    draws = np.random.default_rng(1).normal(0.3, 0.5, (4, 5000))
    marginal = DrawsMarginal(draws)
    assert marginal.mean == pytest.approx(0.3, abs=0.02)
    assert marginal.prob_above(0.3) + marginal.prob_below(0.3) == pytest.approx(1.0)
    assert marginal.prob_between(-0.2, 0.8) == pytest.approx(0.6827, abs=0.02)
    lower, upper = marginal.shortest_interval(0.95)
    assert upper - lower == pytest.approx(2 * 1.96 * 0.5, abs=0.06)
    assert marginal.density(0.3) == pytest.approx(stats.norm.pdf(0) / 0.5, rel=0.05)


def test_a_point_is_certain() -> None:
    point = PointMarginal(0.0)
    assert point.interval(0.95) == (0.0, 0.0)
    assert (point.prob_above(0.0), point.prob_below(0.1), point.sd) == (0.0, 1.0, 0.0)


@pytest.mark.parametrize("axis", [axis for _, axis in KNOWN.values()], ids=list(KNOWN))
def test_an_axis_maps_there_and_back_with_the_slope_it_states(axis: Axis) -> None:
    # beyond, a bounded axis meets its limits in rounding
    u = axis.u[np.abs(axis.centre + axis.scale * np.sinh(axis.u)) < 15]
    x = axis.x_of(u)
    assert axis.u_of(x) == pytest.approx(u, abs=1e-6)
    h = 1e-5
    assert np.log((axis.x_of(u + h) - axis.x_of(u - h)) / (2 * h)) == pytest.approx(
        axis.log_slope(u), abs=1e-4
    )
    assert (axis.log_slope(u + h) - axis.log_slope(u - h)) / (2 * h) == pytest.approx(axis.bend(u), abs=1e-4)


def test_marginals_that_share_an_axis_answer_as_they_do_alone() -> None:
    distributions = [stats.norm(0.3, 0.5), stats.gumbel_r(0.1, 0.6), stats.norm(-1, 2)]
    together = Densities(REAL, np.stack([d.logpdf(REAL.x) + REAL.log_slope(REAL.u) for d in distributions]))
    for i, distribution in enumerate(distributions):
        alone, shared = grid(distribution, REAL), together.marginal(i)
        assert shared.quantile(P) == pytest.approx(alone.quantile(P), rel=1e-13)
        assert shared.prob_above(P) == pytest.approx(alone.prob_above(P), rel=1e-13)
        assert (shared.mean, shared.sd) == (alone.mean, alone.sd)
    assert together.marginal(0, moments=0).mean is None
