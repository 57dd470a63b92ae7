"""Quantities of two independent log odds ratios: against draws, normal theory, points, and each other."""

import numpy as np
import pytest
from scipy.special import expit, logit
from scipy.stats import norm

import bayes_ivig as bi
from bayes_ivig.results.marginals.mapped import MappedMarginal
from bayes_ivig.results.marginals.marginal import DrawsMarginal, PointMarginal
from bayes_ivig.results.marginals.two_risks import DrawnPair, IndependentPair

DRAWS = 1_000_000
ERRORS = 5  # Monte Carlo standard errors


class Gaussian:
    """A normal posterior, by its distribution function: what the closed forms below are of."""

    def __init__(self, mean: float, sd: float) -> None:
        self.mean, self.sd = mean, sd

    def quantile(self, p):
        return self.mean + self.sd * norm.ppf(p)

    def prob_below(self, x):
        return norm.cdf((np.asarray(x) - self.mean) / self.sd)

    def prob_above(self, x):
        return norm.sf((np.asarray(x) - self.mean) / self.sd)


def pair(one=(0.6, 0.5), other=(0.4, 0.7), risks=(0.6, 0.15)) -> IndependentPair:
    return IndependentPair(Gaussian(*one), Gaussian(*other), risks)


def drawn(own: IndependentPair, seed: int = 3) -> DrawnPair:
    """The same pair by inversion of uniform draws."""
    u = np.random.default_rng(seed).random((2, 1, DRAWS))
    return DrawnPair(own.first.quantile(u[0]), own.second.quantile(u[1]), own.risks)


@pytest.fixture(scope="module")
def sampled() -> DrawnPair:
    return drawn(pair())


TERMS = (
    (-0.6, 1.0, 0.0, 0.0), (-0.09, 0.0, 0.0, 1.0), (-0.51, 1.0, 0.0, -1.0), (-0.555, 1.0, 0.0, -0.5),
    (-0.45, 1.0, -1.0, 0.0), (0.3, -1.0, -2.0, 1.5), (-0.15, 0.0, 1.0, 0.0),
)  # fmt: skip


@pytest.mark.parametrize("terms", TERMS)
def test_a_million_draws_agree(terms, sampled: DrawnPair) -> None:
    exact, draws = pair().marginal(terms), sampled.draws(terms)
    assert exact.mean == pytest.approx(draws.mean(), abs=ERRORS * draws.std() / DRAWS**0.5)
    assert exact.sd == pytest.approx(draws.std(), rel=0.005)
    for x in (0.0, 0.12):
        share = (draws > x).mean()
        assert exact.prob_above(x) == pytest.approx(
            share, abs=ERRORS * (share * (1 - share) / DRAWS) ** 0.5 + 1e-6
        )
        assert exact.prob_above(x) + exact.prob_below(x) == pytest.approx(1, abs=1e-9)
    p = np.array([0.025, 0.5, 0.975])
    assert exact.prob_below(exact.quantile(p)) == pytest.approx(p, abs=1e-9)
    assert exact.interval(0.9) == pytest.approx(np.quantile(draws, [0.05, 0.95]), abs=0.004)
    centre = exact.quantile(0.4)
    assert exact.density(centre) == pytest.approx((np.abs(draws - centre) < 0.005).mean() / 0.01, rel=0.05)


def test_posteriors_of_real_counts_against_draws() -> None:
    posteriors = [
        bi.fit(bi.load_dataset("ivig", name), bi.Model()) for name in ("live_birth", "neonatal_outcome")
    ]
    own = IndependentPair(posteriors[0]["mu"], posteriors[1]["mu"], (0.685, 0.118))
    net = (-0.685 + 0.5 * 0.685 * 0.118, 1.0, 0.0, -0.5)
    gain, harm = (-0.685, 1.0, 0.0, 0.0), (-0.685 * 0.118, 0.0, 0.0, 1.0)
    sampled = drawn(own)
    error = ERRORS * 0.5 / DRAWS**0.5
    assert own.chance(net) == pytest.approx(sampled.chance(net), abs=error)
    assert own.chance(gain, harm) == pytest.approx(sampled.chance(gain, harm), abs=error)
    assert own.chance(gain) == pytest.approx(posteriors[0]["mu"].prob_above(0.0), abs=1e-9)


def test_one_risk_alone_has_a_closed_form() -> None:
    own = pair()
    gain = own.marginal((-0.6, 1.0, 0.0, 0.0))
    assert gain.prob_above(0.0) == pytest.approx(norm.cdf(0.6 / 0.5), abs=1e-12)
    assert gain.quantile(0.3) == pytest.approx(expit(logit(0.6) + 0.6 + 0.5 * norm.ppf(0.3)) - 0.6, abs=1e-12)
    assert own.marginal((0.6, -1.0, 0.0, 0.0)).interval(0.8) == pytest.approx(
        tuple(-x for x in gain.interval(0.8)[::-1])
    )
    harm = own.marginal((-0.15, 0.0, 1.0, 0.0))
    assert harm.prob_above(0.0) == pytest.approx(norm.cdf(0.4 / 0.7), abs=1e-12)


def test_benefit_and_harm_multiply_where_each_has_a_risk_of_its_own() -> None:
    own, gain, harm = pair(), (-0.6, 1.0, 0.0, 0.0), (-0.15, 0.0, 1.0, 0.0)
    assert own.chance(gain, harm) == pytest.approx(norm.cdf(1.2) * norm.cdf(0.4 / 0.7), abs=1e-9)
    assert own.chance(harm, gain) == pytest.approx(own.chance(gain, harm), abs=1e-9)


def test_the_order_of_the_two_does_not_matter() -> None:
    """The integral over one is that over the other: risks, posteriors and terms in each other's places."""
    terms, swapped = (-0.5, 1.0, -0.7, 0.4), (-0.5, -0.7, 1.0, 0.4)
    one, other = pair().marginal(terms), pair((0.4, 0.7), (0.6, 0.5), (0.15, 0.6)).marginal(swapped)
    x = np.linspace(-0.5, 0.5, 11)
    assert one.prob_above(x) == pytest.approx(other.prob_above(x), abs=1e-9)
    assert one.mean == pytest.approx(other.mean, abs=1e-9)


def test_two_alike_are_even() -> None:
    own = pair((0.3, 0.4), (0.3, 0.4), (0.3, 0.3))
    assert own.chance((0.0, 1.0, -1.0, 0.0)) == pytest.approx(0.5, abs=1e-9)
    assert own.marginal((0.0, 1.0, -1.0, 0.0)).quantile(0.5) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("wide", [0.5, 3.0])
def test_a_point_and_a_nearly_known_effect_agree(wide: float) -> None:
    """A step of the integrand would be missed by nodes: the wide one is always inside."""
    point = IndependentPair(Gaussian(0.6, wide), PointMarginal(0.4), (0.6, 0.15))
    narrow = IndependentPair(Gaussian(0.6, wide), Gaussian(0.4, 1e-6), (0.6, 0.15))
    terms = (-0.51, 1.0, 0.0, -1.0)
    q = expit(logit(0.15) + 0.4)
    exact = norm.sf((logit(0.51 / (1 - q)) - logit(0.6) - 0.6) / wide)
    assert point.chance(terms) == pytest.approx(exact, abs=1e-9)
    assert narrow.chance(terms) == pytest.approx(exact, abs=1e-6)


def test_two_points_are_arithmetic() -> None:
    own = IndependentPair(PointMarginal(0.0), PointMarginal(np.log(2.0)), (0.5, 0.5))
    quantity = own.marginal((0.0, 1.0, 0.0, -0.75))  # 1/2 - 3/4 x 1/2 x 2/3
    assert (quantity.mean, quantity.sd) == pytest.approx((0.25, 0.0), abs=1e-7)
    assert (quantity.prob_above(0.2), quantity.prob_above(0.3)) == pytest.approx((1.0, 0.0), abs=1e-12)
    assert quantity.interval() == pytest.approx((0.25, 0.25), abs=1e-7)


def test_huge_effects_and_draws_stay_finite() -> None:
    far = IndependentPair(Gaussian(0.0, 30.0), Gaussian(-300.0, 5.0), (0.999, 1e-4))
    quantity = far.marginal((-0.999, 1.0, 0.0, -2.0))
    assert np.isfinite([quantity.mean, quantity.sd, *quantity.interval()]).all()
    rng = np.random.default_rng(5)
    few = IndependentPair(DrawsMarginal(rng.normal(0.6, 0.5, (4, 500))), Gaussian(0.4, 0.7), (0.6, 0.15))
    quantity = few.marginal((-0.51, 1.0, 0.0, -1.0))
    assert quantity.prob_above(quantity.quantile(0.3)) == pytest.approx(0.7, abs=0.01)


def test_a_mapped_marginal_serves_too() -> None:
    """A posterior known only through a monotone map, here the log odds ratio turned round."""
    base = DrawsMarginal(np.random.default_rng(2).normal(0, 1, (1, 4000)))
    turned = MappedMarginal(base, lambda x: -x, lambda x: -x, increasing=False)
    gain = (-0.6, 1.0, 0.0, 0.0)
    one = IndependentPair(turned, Gaussian(0.4, 0.7), (0.6, 0.15)).chance(gain)
    assert one == pytest.approx(base.prob_below(0.0), abs=1e-9)
