"""Any proper prior on any table: the exact engine is right, says so, and does not say that it failed."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import special

import bayes_ivig as bi
from bayes_ivig.engines.grid.answers import GridAnswers
from bayes_ivig.engines.remedies import beyond
from bayes_ivig.formulas.interpolation import share_beyond
from bayes_ivig.results.marginals.axis import Axis
from tests.engines.direct_integral import direct
from tests.engines.hostile_tables import case

pytestmark = pytest.mark.slow

CONFLICT = ((12, 50, 20, 52), (30, 101, 33, 99), (8, 40, 15, 41), (22, 80, 30, 78), (4990, 5000, 5, 5000))
HUGE = ((132544, 10**6, 100226, 10**6), (105578, 10**6, 99982, 10**6), (13348222, 10**8, 100010, 10**6))
ORDINARY = ((12, 50, 20, 52), (30, 101, 33, 99))
SEARCHED = range(24)  # seeds; 400 others, with up to 60 trials, were tried by hand


def table(rows: tuple[tuple[int, int, int, int], ...]) -> bi.Dataset:
    return bi.Dataset(tuple(bi.Study(str(i), *counts) for i, counts in enumerate(rows)))


def test_four_ordinary_trials_and_one_in_conflict() -> None:
    """The numbers are those of an independent implementation:
    the data pull tau far beyond what its prior makes likely.
    """
    found = bi.fit(table(CONFLICT), bi.Model(likelihood="normal"))
    assert found.diagnostics.ok, found.diagnostics.problems
    assert np.exp(found["mu"].quantile(0.5)) == pytest.approx(6.4866, abs=6e-5)
    assert np.exp(found["mu"].interval()) == pytest.approx((0.8920, 45.951), rel=6e-5)
    assert found["tau"].quantile(0.5) == pytest.approx(2.3366, abs=6e-5)


@pytest.mark.parametrize("baseline", ["control", "midpoint"])
@pytest.mark.parametrize("likelihood", ["binomial", "hypergeometric"])
def test_the_same_under_exact_likelihoods(likelihood: str, baseline: str) -> None:
    found = bi.fit(table(CONFLICT), bi.Model(likelihood=likelihood, baseline=baseline))
    assert found.diagnostics.ok
    assert found.diagnostics["at_the_ends"] < 1e-12


HARD = {
    "far prior": (ORDINARY, {"mu": "normal(15, 0.5)"}),
    "narrow prior": (ORDINARY, {"mu": "normal(0, 0.001)", "likelihood": "hypergeometric"}),
    "two narrow priors far apart": (ORDINARY, {"mu": "mixture(0.5: normal(-4, 0.1), 0.5: normal(4, 0.1))"}),
    "against a limit": (((900, 1000, 300, 1000),), {"mu": "uniform(-1, 1)", "tau": "half_normal(0.01)"}),
    "conflict, tau bounded": (HUGE, {"mu": "uniform(-1, 1)", "tau": "uniform(0, 0.001)"}),
    "heavy tail of tau": (
        ((49, 50, 5, 5),),
        {"likelihood": "normal", "mu": "normal(0, 1000)", "tau": "half_cauchy(0.001)"},
    ),
    "conflict": (CONFLICT[2:], {"tau": "half_normal(0.01)", "baseline": "control"}),
    "no event": (((0, 100, 0, 100), (0, 50, 3, 50)), {"tau": "half_normal(20)"}),
}


@pytest.mark.parametrize("name", HARD)
def test_against_cells_halved_until_they_are_even(name: str) -> None:
    rows, settings = HARD[name]
    model = bi.Model(**{"baseline": "midpoint", **settings})
    found, exact = bi.fit(table(rows), model), direct(table(rows), model)
    assert found.diagnostics.ok, found.diagnostics.problems
    assert found.log_marginal_likelihood == pytest.approx(exact.log_evidence, abs=1e-3)
    assert isinstance(found.answers, GridAnswers)
    _, mu, tau = found.answers.surface.axes
    mass = np.exp(found.answers.log_mass - found.answers.log_evidence)
    assert mass.sum(axis=1) @ np.tanh((mu.x - exact.mean) / exact.sd) == pytest.approx(
        exact.probability @ np.tanh((exact.mu - exact.mean) / exact.sd), abs=3e-4
    )
    spread = math.sqrt(exact.probability @ (exact.log_tau - exact.probability @ exact.log_tau) ** 2)
    assert mass.sum(axis=0) @ np.log(tau.x + 1e-5) == pytest.approx(
        exact.probability @ np.log(np.exp(exact.log_tau) + 1e-5), abs=1e-3 * max(spread, 0.1)
    )


def test_what_is_not_worth_computing_is_never_raised() -> None:
    """Three huge trials hundreds of logs apart: a floor under what does not matter once stood above
    what did (-843 for -1213).
    """
    model = bi.Model(baseline="midpoint", mu="uniform(-1, 1)", tau="uniform(0, 0.001)")
    assert bi.fit(table(HUGE), model).log_marginal_likelihood == pytest.approx(-1212.690, abs=2e-3)


@pytest.mark.parametrize("seed", SEARCHED)
def test_no_check_fails_on_a_right_posterior(seed: int) -> None:
    dataset, model = case(seed, most_studies=8)
    found = bi.fit(dataset, model)
    assert found.diagnostics.ok, (model, found.diagnostics.problems)


def test_an_axis_with_several_dense_places() -> None:
    places = ((0.3, 1e-4), (-13.0, 0.01), (5.0, 1e-3))
    axis = Axis.spanning("identity", places[0], (-30.0, 30.0), 0.15, more=places[1:])
    assert axis.size < 500
    np.testing.assert_allclose(axis.u_of(axis.x), axis.u, atol=1e-10)
    for centre, scale in places:
        assert axis.spacing(centre) == pytest.approx(0.15 * scale, rel=0.02)
        normal = axis.log_weights - 0.5 * ((axis.x - centre) / (3 * scale)) ** 2
        assert np.exp(normal).sum() == pytest.approx(3 * scale * math.sqrt(2 * math.pi), rel=1e-12)


@pytest.mark.parametrize("link", ["identity", "softplus", "interval"])
def test_slopes_of_an_axis_with_several_dense_places(link: str) -> None:
    axis = Axis.spanning("identity", (0.3, 1e-2), (-15.0, 15.0), 0.3, more=((-6.0, 0.1),))
    axis = replace(
        axis,
        link=link,
        lower=-1.0 if link == "interval" else -math.inf,
        upper=2.0 if link == "interval" else math.inf,
    )
    h = 1e-5
    np.testing.assert_allclose(
        np.log((axis.x_of(axis.u + h) - axis.x_of(axis.u - h)) / (2 * h)), axis.log_slope(axis.u), atol=1e-4
    )
    np.testing.assert_allclose(
        (axis.log_slope(axis.u + h) - axis.log_slope(axis.u - h)) / (2 * h), axis.bend(axis.u), atol=1e-4
    )


REMEDIES = {
    "both": (
        {"mu": "flat()", "tau": "uniform_sqrt()"},
        ["a proper prior on mu", "on tau with a lighter tail"],
    ),
    "mu": ({"mu": "flat()"}, ["a proper prior on mu"]),
    "tau": ({"tau": "half_cauchy(1)"}, ["a prior on tau with a lighter tail"]),
    "tail of mu": ({"mu": "student_t(4, 0, 0.01)"}, ["a prior on mu with a lighter tail"]),
    "effects": ({"effects": "student_t(1)"}, ["normal study effects"]),
    "none": ({}, ["allow more refinements"]),
}


@pytest.mark.parametrize("name", REMEDIES)
def test_the_remedy_is_what_the_model_lacks(name: str) -> None:
    settings, remedies = REMEDIES[name]
    said = beyond(1e-3, bi.Model(**settings))
    assert all(remedy in said for remedy in remedies)
    assert [
        each
        for other, (_, some) in REMEDIES.items()
        if other not in (name, "both")
        for each in some
        if each in said
    ] == [each for each in remedies[:1] if name == "both"]


def test_a_share_is_said_to_be_most_of_the_posterior_where_it_is() -> None:
    """The share is extrapolated from the last nodes, so that it may come out above 1:
    no share of anything.
    """
    assert beyond(2.0, bi.Model()).startswith("most of the posterior may lie beyond the grid")
    assert beyond(0.08, bi.Model()).startswith(
        "a share of about 0.08 of the posterior may lie beyond the grid"
    )


SEPARATED = bi.Dataset((bi.Study("A", 0, 30, 30, 30), bi.Study("B", 0, 20, 20, 20)))


@pytest.mark.parametrize("df", [1, 4])
def test_a_posterior_in_the_power_tail_of_its_prior_is_followed_there(df: int) -> None:
    """Separated trials push mu out of a narrow Student-t: against sums over the noncentral hypergeometric's
    own formula.
    """
    model = bi.Model(mu=f"student_t({df}, 0, 0.01)", likelihood="hypergeometric", effects="common")
    fitted = bi.fit(SEPARATED, model)
    assert fitted.diagnostics.ok
    mu = -np.sinh(np.linspace(-8, 30, 40001))
    log_slope = np.log(np.cosh(np.linspace(-8, 30, 40001)))
    logs = -(df + 1) / 2 * np.log1p((mu / 0.01) ** 2 / df) + log_slope
    for n in (30, 20):
        x = np.arange(n + 1)
        ways = 2 * np.log(special.binom(n, x))
        logs = logs - special.logsumexp(ways + mu[:, None] * x, axis=1)
    share = np.exp(logs - logs.max())
    below = 1 - (np.cumsum(share) - share / 2) / share.sum()
    at = np.interp([-0.5, -0.025], -below, mu)
    np.testing.assert_allclose(fitted["mu"].quantile([0.5, 0.025]), at, rtol=2e-4)


@pytest.mark.parametrize("tau", ["half_normal(0.5)", "uniform(0, 1e-4)"])
def test_separated_trials_under_a_narrow_student_t_pass_their_checks(tau: str) -> None:
    fitted = bi.fit(SEPARATED, bi.Model(mu="student_t(4, 0, 0.01)", tau=tau, baseline="midpoint"))
    assert fitted.diagnostics.ok and fitted["mu"].sd is not None


def test_a_share_beyond_the_ends_does_not_depend_on_the_step() -> None:
    for step in (0.4, 0.1, 0.02):
        u = np.arange(0.0, 10.0, step)
        one_sided = np.concatenate([np.zeros(3), np.exp(-u) * step])
        assert share_beyond(one_sided) == pytest.approx(np.exp(-u[-1]), rel=0.25)


@pytest.mark.parametrize("tau", ["log_student_t(1, 0, 1)", "log_normal(0, 1000)"])
def test_a_prior_whose_ends_are_zero_and_infinity_in_floats_is_answered(tau: str) -> None:
    """A log-Cauchy is proper, and reaches beyond all floats: what lies there is said, nothing raised."""
    found = bi.fit(table(ORDINARY), bi.Model(likelihood="normal", tau=tau))
    assert np.isfinite(found["tau"].quantile([0.025, 0.5, 0.975])).all()
    assert any("beyond the grid" in problem for problem in found.diagnostics.problems)
