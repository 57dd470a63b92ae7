"""Exact curves of log risk ratios and risk differences: both risks from an effect and the mean log odds,
and the integral over that mean.
"""

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import integrate, optimize, special, stats

from bayes_ivig.formulas.likelihood import Baseline, Counts
from bayes_ivig.formulas.scales.odds_product import HalfDistance, of_log_risk_ratio, of_risk_difference
from bayes_ivig.formulas.scales.two_risks import two_risks_twice

type Array = NDArray[np.float64]
type Table = tuple[int, int, int, int]

TABLES: tuple[Table, ...] = (
    (3, 50, 7, 50), (0, 20, 3, 22), (0, 25, 0, 25), (10, 10, 5, 10), (10, 10, 10, 10), (480, 1000, 520, 990),
    (10, 10, 0, 10), (1, 1, 0, 1), (99, 100, 80, 100), (20, 20, 19, 20), (0, 5, 5, 5), (2, 9000, 11, 9100),
)  # fmt: skip
EFFECTS = {"RR": (-3.0, -0.7, -0.01, 0.0, 0.3, 1.4, 5.0), "RD": (-0.9, -0.31, -0.001, 0.0, 0.04, 0.5, 0.99)}
HALF: dict[str, HalfDistance] = {"RR": of_log_risk_ratio, "RD": of_risk_difference}
PRIORS = {"normal(0, 10)": stats.norm(0, 10), "normal(-2, 1)": stats.norm(-2, 1)}
EXACT, DRAWN = 1e-8, 5e-6  # at 257 nodes, and at the 65 of a first look


def risks_of(measure: str, effect: float, mean: float) -> tuple[float, float]:
    """Both risks as roots of their definition, by bisection: nothing of the closed forms is used."""

    def treated(control: float) -> float:
        return control * math.exp(effect) if measure == "RR" else control + effect

    def excess(control: float) -> float:
        odds = [math.log(p) - math.log1p(-p) for p in (control, treated(control))]
        return sum(odds) / 2 - mean

    low = 0.0 if measure == "RR" else max(0.0, -effect)
    high = min(1.0, math.exp(-effect)) if measure == "RR" else min(1.0, 1 - effect)
    width = high - low
    control = optimize.brentq(excess, low + 1e-14 * width, high - 1e-12 * width, xtol=1e-16, rtol=1e-14)
    return treated(control), control


@pytest.mark.parametrize("measure", HALF)
@pytest.mark.parametrize("mean", [-6.0, -1.2, 0.0, 0.4, 3.0])
def test_risks_have_the_effect_and_the_mean_of_log_odds_that_were_asked_for(
    measure: str, mean: float
) -> None:
    for effect in EFFECTS[measure]:
        w, _ = HALF[measure](np.array(effect), np.array(mean))
        treatment, control = special.expit(mean + w), special.expit(mean - w)
        assert (treatment, control) == pytest.approx(risks_of(measure, effect, mean), rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("measure", HALF)
def test_every_pair_of_risks_is_one_effect_with_one_mean(measure: str) -> None:
    p1, p0 = np.random.default_rng(1).uniform(size=(2, 2000))
    mean = (special.logit(p1) + special.logit(p0)) / 2
    w, _ = HALF[measure](np.log(p1 / p0) if measure == "RR" else p1 - p0, mean)
    np.testing.assert_allclose(special.expit(mean + w), p1, atol=1e-13)
    np.testing.assert_allclose(special.expit(mean - w), p0, atol=1e-13)


@pytest.mark.parametrize("measure", HALF)
def test_derivatives_in_the_mean_are_those_of_small_steps(measure: str) -> None:
    effect = np.array(EFFECTS[measure])[:, None]
    mean, step = np.linspace(-5, 5, 41), 1e-5
    of = HALF[measure]
    slopes = (of(effect, mean + step)[0] - of(effect, mean - step)[0]) / (2 * step)
    np.testing.assert_allclose(of(effect, mean)[1], slopes, atol=1e-8)


@pytest.mark.parametrize("measure", HALF)
def test_far_effects_and_means_stay_numbers(measure: str) -> None:
    effect = np.array([-900.0, -1e-12, 1e-300, 900.0]) if measure == "RR" else np.array([-1 + 1e-15, 1e-300])
    w, slope = HALF[measure](effect[:, None], np.array([-900.0, 0.0, 900.0]))
    assert np.isfinite(w).all()
    assert (np.abs(slope) <= 1).all()


def by_quadrature(measure: str, table: Table, effect: float, prior: stats.rv_continuous) -> float:
    """The log of the integral by adaptive quadrature over the control arm's risk,
    with the density that the prior of the mean log odds gives it.
    """
    r1, n1, r0, n0 = table
    low = 0.0 if measure == "RR" else max(0.0, -effect)
    high = min(1.0, math.exp(-effect)) if measure == "RR" else min(1.0, 1 - effect)

    def at(control: float) -> float:
        treated = control * math.exp(effect) if measure == "RR" else control + effect
        if not (0 < control < 1 and 0 < treated < 1):
            return 0.0
        mean = (special.logit(treated) + special.logit(control)) / 2
        slope = math.exp(effect) if measure == "RR" else 1.0
        jacobian = (1 / (control * (1 - control)) + slope / (treated * (1 - treated))) / 2
        logs = stats.binom.logpmf(r1, n1, treated) + stats.binom.logpmf(r0, n0, control)
        return float(math.exp(logs - top + prior.logpdf(mean)) * jacobian)

    top = 0.0
    top = max(
        stats.binom.logpmf(r1, n1, p1) + stats.binom.logpmf(r0, n0, p0)
        for p1, p0 in (risks_of(measure, effect, m) for m in np.linspace(-8, 8, 65))
    )

    def in_logits(x: float) -> float:
        share = special.expit(x)
        return at(low + (high - low) * share) * (high - low) * share * special.expit(-x)

    edges = np.linspace(-36.0, 36.0, 73)
    pieces = [
        integrate.quad(in_logits, a, b, epsabs=1e-14, epsrel=1e-11)[0] for a, b in itertools.pairwise(edges)
    ]
    return math.log(sum(pieces)) + top


@pytest.mark.parametrize("measure", HALF)
@pytest.mark.parametrize("table", TABLES)
def test_curves_are_integrals_over_the_control_risk(measure: str, table: Table) -> None:
    # a prior that the limits of the witness in the control risk, 1e-16, do not cut
    prior, effects = PRIORS["normal(-2, 1)"], EFFECTS[measure][1:-1:2]
    counts = Counts(*np.array(table, float)[:, None])
    baseline = Baseline(prior.logpdf, -2.0, 1.0)
    curve = two_risks_twice(counts, np.array(effects), baseline, 257, HALF[measure])[0][0]
    expected = [by_quadrature(measure, table, effect, prior) for effect in effects]
    np.testing.assert_allclose(curve, expected, atol=EXACT)


@pytest.mark.parametrize("measure", HALF)
@pytest.mark.parametrize("prior", PRIORS)
def test_few_nodes_are_close_to_many_for_every_table(measure: str, prior: str) -> None:
    counts = Counts(*np.array(TABLES, float).T)
    theta = np.linspace(-6, 6, 61)
    theta = np.tanh(theta / 2) if measure == "RD" else theta
    own = PRIORS[prior]
    baseline = Baseline(own.logpdf, own.mean(), own.std())
    exact, _ = two_risks_twice(counts, theta, baseline, 2049, HALF[measure])
    fine, _ = two_risks_twice(counts, theta, baseline, 257, HALF[measure])
    first, _ = two_risks_twice(counts, theta, baseline, 65, HALF[measure])
    seen = exact > exact.max(axis=1, keepdims=True) - 40
    assert np.abs(fine - exact)[seen].max() < EXACT
    assert np.abs(first - exact)[seen].max() < DRAWN


@pytest.mark.parametrize("measure", HALF)
def test_a_trial_without_people_says_nothing(measure: str) -> None:
    baseline = Baseline(stats.norm(0, 10).logpdf, 0.0, 10.0)
    theta = np.array(EFFECTS[measure])
    curve, _ = two_risks_twice(Counts(*np.zeros((4, 1))), theta, baseline, 257, HALF[measure])
    np.testing.assert_allclose(curve, 0.0, atol=1e-12)


@pytest.mark.parametrize("measure", HALF)
def test_swapping_arms_mirrors_the_curve(measure: str) -> None:
    counts = Counts(*np.array(TABLES, float).T)
    swapped = Counts(counts.r0, counts.n0, counts.r1, counts.n1)
    theta, baseline = np.array(EFFECTS[measure]), Baseline(stats.norm(0, 10).logpdf, 0.0, 10.0)
    one, _ = two_risks_twice(counts, theta, baseline, 129, HALF[measure])
    other, _ = two_risks_twice(swapped, -theta, baseline, 129, HALF[measure])
    np.testing.assert_allclose(one, other, atol=1e-9)


def test_counting_people_without_the_event_negates_a_difference() -> None:
    counts = Counts(*np.array(TABLES, float).T)
    others = Counts(counts.n1 - counts.r1, counts.n1, counts.n0 - counts.r0, counts.n0)
    theta, baseline = np.array(EFFECTS["RD"]), Baseline(stats.norm(0, 10).logpdf, 0.0, 10.0)
    one, _ = two_risks_twice(counts, theta, baseline, 129, of_risk_difference)
    other, _ = two_risks_twice(others, -theta, baseline, 129, of_risk_difference)
    np.testing.assert_allclose(one, other, atol=1e-9)
