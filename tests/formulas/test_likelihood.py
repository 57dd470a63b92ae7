"""Likelihood curves against sums and integrals done the slow way."""

import math

import numpy as np
import pytest
from scipy import special, stats

from bayes_ivig.formulas import likelihood
from bayes_ivig.formulas.likelihood import Baseline, Counts
from bayes_ivig.priors.families import Logistic, Normal, StudentT

pytestmark = pytest.mark.slow

TABLES = [
    (7, 7, 9, 9),
    (0, 20, 0, 22),
    (22, 24, 0, 7),
    (1, 1, 0, 1),
    (5, 7, 6, 8),
    (0, 20, 3, 22),
    (41, 53, 22, 29),
]
THETAS = np.array([-6.0, -1.5, 0.0, 0.4, 2.0, 7.0])
PRIORS = {
    "normal": (Normal(0, 10), Baseline(Normal(0, 10).logpdf, 0.0, 10.0)),
    "narrow": (Normal(-2, 0.3), Baseline(Normal(-2, 0.3).logpdf, -2.0, 0.3)),
    "uniform risk": (Logistic(0, 1), Baseline(Logistic(0, 1).logpdf, 0.0, 1.7)),
    "student": (StudentT(3, 0, 2), Baseline(StudentT(3, 0, 2).logpdf, 0.0, 2.6, 1e4)),
}


def counts(*tables: tuple[int, int, int, int]) -> Counts:
    return Counts(*np.array(tables, float).T)


def slow_binomial(table: tuple[int, int, int, int], theta: float, prior, share: float) -> float:
    """Sum two binomial probabilities times the baseline prior over 200,001 nodes,
    as far as the prior reaches.
    """
    r1, n1, r0, n0 = table
    u = np.linspace(-14, 14, 200_001)
    alpha = np.sinh(u)
    risk0, risk1 = special.log_expit(alpha - share * theta), special.log_expit(alpha + (1 - share) * theta)
    survive0, survive1 = (
        special.log_expit(-(alpha - share * theta)),
        special.log_expit(-(alpha + (1 - share) * theta)),
    )
    terms = (
        r0 * risk0
        + (n0 - r0) * survive0
        + r1 * risk1
        + (n1 - r1) * survive1
        + prior.logpdf(alpha)
        + np.log(np.cosh(u))
    )
    ways = math.log(math.comb(n1, r1) * math.comb(n0, r0))
    return special.logsumexp(terms) + math.log(u[1] - u[0]) + ways


@pytest.mark.parametrize("share", [0.0, 0.5], ids=["control", "midpoint"])
@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("table", TABLES, ids=str)
def test_binomial_curve_is_the_integral_over_the_baseline(table, prior, share) -> None:
    stated, baseline = PRIORS[prior]
    curve = likelihood.binomial(counts(table), THETAS, baseline._replace(share=share), nodes=97)[0]
    expected = [slow_binomial(table, theta, stated, share) for theta in THETAS]
    # A Student-t baseline has polynomial tails, which an empty or full study leaves uncut.
    assert curve == pytest.approx(expected, abs=2e-3 if prior == "student" else 1e-5)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_hypergeometric_curve_is_scipys_pmf(table) -> None:
    r1, n1, r0, n0 = table
    curve = likelihood.hypergeometric(counts(table), THETAS)[0]
    expected = [
        stats.nchypergeom_fisher.logpmf(r1, n1 + n0, n1, r1 + r0, math.exp(theta)) for theta in THETAS
    ]
    assert curve == pytest.approx(expected, abs=1e-9)


def test_long_hypergeometric_support_is_summed_in_strides() -> None:
    table = (1500, 30000, 1400, 29000)
    thetas = np.linspace(-0.5, 0.5, 7)
    windowed = likelihood.hypergeometric(counts(table), thetas)[0]
    r1, n1, r0, n0 = table
    x = np.arange(0, r1 + r0 + 1)
    for theta, found in zip(thetas, windowed, strict=True):
        terms = special.gammaln(n1 + 1) - special.gammaln(x + 1) - special.gammaln(n1 - x + 1)
        terms = (
            terms
            + special.gammaln(n0 + 1)
            - special.gammaln(r1 + r0 - x + 1)
            - special.gammaln(n0 - (r1 + r0) + x + 1)
            + theta * x
        )
        assert found == pytest.approx(terms[r1] - special.logsumexp(terms), abs=1e-7)


@pytest.mark.parametrize("total", [5_000, 45_000, 49_990])
def test_long_supports_far_from_the_data_where_nearly_all_have_the_event(total: int) -> None:
    """The mode is the root of a quadratic, one form of which loses all its digits there."""
    n1, n0 = 20_000, 30_000
    r1 = total - n0 + 7 if total > n0 else 7
    thetas = np.array([-700.0, -200.0, -40.0, -6.0, -1.0, 0.0, 1.0, 6.0, 40.0, 200.0, 700.0])
    found = likelihood.hypergeometric(counts((r1, n1, total - r1, n0)), thetas)[0]
    x = np.arange(max(0, total - n0), min(n1, total) + 1)
    terms = stats.hypergeom(n1 + n0, n1, total).logpmf(x) + thetas[:, None] * x
    assert found == pytest.approx(terms[:, r1 - x[0]] - special.logsumexp(terms, axis=1), abs=1e-5)


def test_a_study_without_information_has_a_flat_hypergeometric_curve() -> None:
    flat = likelihood.hypergeometric(counts((0, 20, 0, 22), (7, 7, 9, 9)), THETAS)
    assert flat == pytest.approx(np.zeros_like(flat), abs=1e-12)


def test_totals_of_a_million_do_not_overflow() -> None:
    big = counts((100_000, 1_000_000, 110_000, 1_000_000))
    thetas = np.linspace(-0.2, 0.0, 41)
    for curve in (
        likelihood.hypergeometric(big, thetas)[0],
        likelihood.binomial(big, thetas, PRIORS["normal"][1])[0],
    ):
        peak = thetas[np.argmax(curve)]
        assert np.isfinite(curve).all()
        assert peak == pytest.approx(math.log(100_000 * 890_000 / (900_000 * 110_000)), abs=0.005)


def test_swapping_arms_mirrors_all_but_the_control_baseline() -> None:
    table, swapped = counts((5, 12, 2, 9)), counts((2, 9, 5, 12))
    prior = PRIORS["normal"][1]
    midpoint = prior._replace(share=0.5)
    assert likelihood.hypergeometric(table, THETAS) == pytest.approx(
        likelihood.hypergeometric(swapped, -THETAS)
    )
    assert likelihood.binomial(table, THETAS, midpoint) == pytest.approx(
        likelihood.binomial(swapped, -THETAS, midpoint), abs=1e-9
    )
    assert (
        np.max(
            np.abs(likelihood.binomial(table, THETAS, prior) - likelihood.binomial(swapped, -THETAS, prior))
        )
        > 1e-4
    )


def test_every_second_baseline_node_bounds_the_error_of_all() -> None:
    tables = counts(*TABLES)
    baseline = PRIORS["normal"][1]
    fine, rough = likelihood.binomial_twice(tables, THETAS, baseline, 65)
    exact = likelihood.binomial(tables, THETAS, baseline, 257)
    assert np.max(np.abs(fine - exact)) < 1e-5
    assert np.max(np.abs(fine - exact)) < np.max(np.abs(rough - exact)) / 16


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_likelihood_is_right_thousands_of_log_odds_away(share: float) -> None:
    """Priors with heavy tails reach as far; the witness is a sum on 200,001 nodes of the baseline."""
    table = Counts(*(np.array([n]) for n in (505.0, 88_391.0, 499.0, 88_391.0)))
    far = np.array([-4800.0, -1500.0, 1500.0, 4800.0])
    fine, _ = likelihood.binomial_twice(table, far, PRIORS["normal"][1]._replace(share=share), 65)
    alpha, step = np.linspace(-6000.0, 6000.0, 200_001, retstep=True)
    for found, theta in zip(fine[0], far, strict=True):
        logs = stats.norm.logpdf(alpha, 0.0, 10.0)
        for r, eta in ((505.0, alpha + (1 - share) * theta), (499.0, alpha - share * theta)):
            logs += r * eta - 88_391.0 * np.logaddexp(0.0, eta)
        logs += sum(likelihood.log_choose(np.array([88_391.0]), np.array([r]))[0] for r in (505.0, 499.0))
        top = logs.max()
        assert found == pytest.approx(top + np.log(np.exp(logs - top).sum() * step), rel=1e-7)


def test_the_start_of_the_baseline_mode_expects_the_events_observed() -> None:
    thetas = np.append(np.linspace(-200, 200, 41), [-600.0, -301.0, 301.0, 600.0])[None]
    for r, n1, n0 in ((7.0, 12.0, 30.0), (12.0, 12.0, 30.0), (1e5, 1e6, 2e6), (41.5, 12.0, 30.0)):
        alpha = likelihood.expecting(np.array([[r]]), np.array([[n1]]), np.array([[n0]]), thetas)
        found = n0 * special.expit(alpha) + n1 * special.expit(alpha + thetas)
        assert found == pytest.approx(np.full_like(found, r), rel=1e-6)
