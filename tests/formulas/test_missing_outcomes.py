"""Curves of trials with people who were not seen, held to direct sums over baselines and IMORs."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special

from bayes_ivig.formulas.likelihood import Baseline, Counts, binomial_twice
from bayes_ivig.formulas.missing_outcomes.arm import People
from bayes_ivig.formulas.missing_outcomes.curves import Trial, curve, estimate, log_likelihood
from bayes_ivig.formulas.missing_outcomes.risks import Imor, of_all, of_seen
from bayes_ivig.priors.families import Normal

type Array = NDArray[np.float64]

PRIOR = Normal(0, 3)
BASE = Baseline(PRIOR.logpdf, 0, 3, share=0.5)
THETA = np.array([-2.5, -0.4, 0.0, 1.3, 3.0])
TRIAL = Trial(People(10, 45, 5), People(8, 45, 7))
SPARSE = Trial(People(0, 20, 9), People(5, 6, 3))


def direct(trial: Trial, theta: Array, imor: Imor) -> Array:
    """Sum over the baseline and both log IMORs, on plain grids, from the definition of the IMOR alone."""
    alpha, step = np.linspace(-18, 18, 361, retstep=True)
    z = np.linspace(-6, 6, 25)
    weight = np.exp(-(z**2) / 2)
    weight /= weight.sum()
    c = imor.correlation
    other = c * z[:, None] + math.sqrt(1 - c**2) * z if c else z[None]
    deltas = imor.mean[0] + imor.sd[0] * z[:, None], imor.mean[1] + imor.sd[1] * other
    answers = []
    for effect in theta:
        logs = [
            by_bisection(arm, (alpha + sign * effect)[:, None, None], delta)
            for arm, sign, delta in zip(trial, (0.5, -0.5), deltas, strict=True)
        ]
        inner = (np.exp(logs[0] + logs[1]) * weight[:, None] * weight).sum(axis=(1, 2))
        answers.append(math.log((inner * np.exp(PRIOR.logpdf(alpha))).sum() * step))
    ways = sum(math.log(math.comb(int(arm.seen), int(arm.events))) for arm in trial)
    return np.array(answers) + ways


def by_bisection(arm: People, eta: Array, delta: Array) -> Array:
    """Return the log likelihood where the log odds of everybody are ``eta``."""
    low, high = eta - 25 + 0 * delta, eta + 25 + 0 * delta
    for _ in range(45):
        middle = (low + high) / 2
        p, q = special.expit(middle), special.expit(middle + delta)
        above = (1 - arm.share) * p + arm.share * q > special.expit(eta)
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return arm.events * middle - arm.seen * np.logaddexp(0, middle)


@pytest.mark.parametrize("imor", [Imor((0.5, -1), (1, 0.3)), Imor((0, 0), (1, 1.5), 0.6), Imor((1, -2))])
@pytest.mark.parametrize("trial", [TRIAL, SPARSE])
def test_curves_are_those_of_direct_sums(trial: Trial, imor: Imor) -> None:
    fine, rough = curve(trial, THETA, imor, BASE, 65)
    assert fine == pytest.approx(direct(trial, THETA, imor), abs=2e-5)
    assert rough == pytest.approx(fine, abs=2e-4)


def test_an_imor_of_one_leaves_the_available_cases() -> None:
    counts = Counts(*(np.array([float(x)]) for x in (10, 45, 8, 45)))
    plain, _ = binomial_twice(counts, THETA[None], BASE, 129)
    assert curve(TRIAL, THETA, Imor(), BASE, 65)[0] == pytest.approx(plain[0], abs=1e-6)


def test_nobody_missing_leaves_no_room_for_an_imor() -> None:
    everybody = Trial(People(10, 50, 0), People(8, 52, 0))
    one, other = (curve(everybody, THETA, imor, BASE, 65)[0] for imor in (Imor(), Imor((3, -3), (2, 2), 0.4)))
    assert one == pytest.approx(other, abs=1e-10)


def test_exchanging_the_arms_turns_the_curve_round() -> None:
    imor = Imor((0.5, -1), (1, 0.3), 0.4)
    turned = Imor((-1, 0.5), (0.3, 1), 0.4)
    one = curve(TRIAL, THETA, imor, BASE, 65)[0]
    other = curve(Trial(TRIAL.control, TRIAL.treatment), -THETA, turned, BASE, 65)[0]
    assert one == pytest.approx(other, abs=1e-6)


def test_counting_people_without_the_event_turns_the_curve_round() -> None:
    imor = Imor((0.5, -1), (1, 0.3))
    without = Trial(*(People(arm.seen - arm.events, arm.seen, arm.missing) for arm in SPARSE))
    one = curve(SPARSE, THETA, imor, BASE, 65)[0]
    other = curve(without, -THETA, Imor((-0.5, 1), (1, 0.3)), BASE, 65)[0]
    assert one == pytest.approx(other, abs=2e-6)


def test_a_well_seen_arm_blurred_by_its_imor() -> None:
    """Edges as sharp as the arm is known, in a curve as wide as the IMOR makes it."""
    trial, imor = Trial(People(600, 9000, 3000), People(800, 10000, 2000)), Imor((0.5, -1), (2, 0.3))
    theta = np.linspace(-0.5, 1.5, 9)
    assert curve(trial, theta, imor, BASE, 65)[0] == pytest.approx(
        curve(trial, theta, imor, BASE, 129)[0], abs=2e-4
    )


def test_log_odds_of_all_and_of_the_seen() -> None:
    rng = np.random.default_rng(1)
    x, w, delta = rng.uniform(-80, 80, 500), rng.uniform(0, 0.99, 500), rng.normal(0, 4, 500)
    assert of_seen(of_all(x, w, delta), w, delta) == pytest.approx(x, abs=1e-11)
    assert float(of_all(0.0, 0.5, math.log(3))) == pytest.approx(special.logit(0.5 * 0.5 + 0.5 * 0.75))


def test_the_likelihood_at_both_arms_log_odds() -> None:
    """Averaged over the baseline by a plain sum, it is the curve."""
    imor = Imor((0.5, 0), (1, 1), 0.5)
    alpha, step = np.linspace(-24, 24, 4801, retstep=True)
    for effect, log in zip(THETA, curve(TRIAL, THETA, imor, BASE, 65)[0], strict=True):
        own = log_likelihood(TRIAL, (alpha + effect / 2, alpha - effect / 2), imor)
        assert math.log(np.exp(own + PRIOR.logpdf(alpha)).sum() * step) == pytest.approx(log, abs=1e-5)


def test_the_estimate_is_near_the_top_of_the_curve() -> None:
    big = Trial(People(100, 450, 50), People(80, 450, 70))
    y, s = estimate(big, Imor((0.5, -0.5), (0.5, 0.5), 0.3))
    theta = np.linspace(y - 1.5 * s, y + 1.5 * s, 61)
    logs = curve(big, theta, Imor((0.5, -0.5), (0.5, 0.5), 0.3), BASE, 65)[0]
    weights = np.exp(logs - logs.max())
    mean = float((weights * theta).sum() / weights.sum())
    assert mean == pytest.approx(y, abs=0.1 * s)
