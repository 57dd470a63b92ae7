"""Every prior is one distribution, told four ways: density, probabilities,
quantiles and draws agree, and scipy agrees.
"""

import copy
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prior_examples import ALL, COMPOSITE, OF_DATA, OWN, PLAIN, WITNESSED
from scipy import integrate, stats

from bayes_ivig.errors import ModelError
from bayes_ivig.priors.composite import KINDS, LibraryPrior, Mixture, OnTau2, Prior
from bayes_ivig.priors.families import HalfCauchy, HalfNormal, HalfStudentT, Normal, StudentT, Uniform
from bayes_ivig.priors.scale_free import Flat, ScaleFree
from bayes_ivig.priors.skewed import InverseGamma, LogNormal

pytestmark = pytest.mark.slow

EXACT = 1e-12  # relative: the same formula in another order
TAIL = 1e-9  # relative: inverting a special function far out
TINY = np.array([1e-12, 1e-10, 1e-6, 1e-3])
MIDDLE = np.linspace(0.01, 0.99, 33)
PROBABILITIES = np.concatenate([TINY, MIDDLE, 1 - TINY[::-1]])


def mass(prior: Prior) -> float:
    """Integral of the density, piece by piece between the prior's own quantiles."""
    ends = np.logspace(-10, -2.1, 20)
    edges = np.unique(np.asarray(prior.quantile(np.concatenate([ends, MIDDLE, 1 - ends]))))

    def density(x: float) -> float:
        return float(np.exp(prior.logpdf(x)))

    return math.fsum(integrate.quad(density, a, b)[0] for a, b in itertools.pairwise(edges))


@pytest.mark.parametrize("prior", ALL, ids=str)
def test_the_density_integrates_to_one(prior: Prior) -> None:
    assert mass(prior) == pytest.approx(1, abs=1e-8)  # 1e-10 of it lies outside the edges on either side


@pytest.mark.parametrize("prior", ALL, ids=str)
def test_the_density_is_the_slope_of_the_probability(prior: Prior) -> None:
    x = np.asarray(prior.quantile(np.array([0.05, 0.3, 0.5, 0.7, 0.95])))
    step = 1e-5 * float(prior.quantile(0.75) - prior.quantile(0.25))
    slope = (prior.cdf(x + step) - prior.cdf(x - step)) / (2 * step)
    np.testing.assert_allclose(np.exp(prior.logpdf(x)), slope, rtol=1e-5)


@pytest.mark.parametrize("prior", ALL, ids=str)
def test_quantiles_invert_probabilities(prior: Prior) -> None:
    x = np.asarray(prior.quantile(PROBABILITIES))
    assert np.all(np.diff(x) > 0)
    np.testing.assert_allclose(prior.cdf(x), PROBABILITIES, rtol=1e-8, atol=1e-15)


@pytest.mark.parametrize("prior", [prior for prior in ALL if prior.support[0] == -math.inf], ids=str)
def test_symmetric_tails_are_as_precise_above_as_below(prior: Prior) -> None:
    below = np.asarray(prior.quantile(np.array([1e-12, 1e-10])))
    above = np.asarray(prior.quantile(1 - np.array([1e-12, 1e-10])))
    # 1 - p itself carries four figures
    np.testing.assert_allclose(1 - prior.cdf(above), [1e-12, 1e-10], rtol=1e-3)
    np.testing.assert_allclose(prior.cdf(below), [1e-12, 1e-10], rtol=1e-8)


@pytest.mark.parametrize("prior", ALL, ids=str)
def test_draws_follow_the_distribution(prior: Prior) -> None:
    draws = prior.sample(np.random.default_rng(7), 20_000)
    assert draws.shape == (20_000,)
    assert stats.kstest(draws, lambda x: np.asarray(prior.cdf(x))).pvalue > 1e-3
    np.testing.assert_array_equal(draws, prior.sample(np.random.default_rng(7), 20_000))


@pytest.mark.parametrize("prior", ALL, ids=str)
def test_the_support_is_where_the_density_is(prior: Prior) -> None:
    low, high = prior.support
    assert prior.proper
    if low > -math.inf:
        assert prior.logpdf(low - 0.1) == -math.inf
        assert prior.cdf(low - 0.1) == 0
    if high < math.inf:
        assert prior.logpdf(high + 0.1) == -math.inf
        assert prior.cdf(high + 0.1) == 1
    assert prior.quantile(0.0) == low
    assert prior.quantile(1.0) == pytest.approx(high)


@pytest.mark.parametrize("prior", ALL, ids=str)
def test_shapes_are_kept(prior: Prior) -> None:
    grid = np.linspace(0.1, 0.9, 6).reshape(2, 3)
    for ask in (prior.logpdf, prior.cdf, prior.quantile):
        assert np.shape(ask(0.5)) == ()
        assert np.shape(ask(grid)) == (2, 3)
        np.testing.assert_array_equal(ask([0.25, 0.5]), ask(np.array([0.25, 0.5])))


@pytest.mark.parametrize(("prior", "witness"), [pytest.param(*pair, id=str(pair[0])) for pair in WITNESSED])
def test_scipy_agrees(prior: Prior, witness: object) -> None:
    x = np.asarray(prior.quantile(MIDDLE))
    ask = [np.vectorize(getattr(witness, name)) for name in ("logpdf", "cdf", "ppf")]
    np.testing.assert_allclose(prior.logpdf(x), ask[0](x), rtol=EXACT, atol=EXACT)
    np.testing.assert_allclose(prior.cdf(x), ask[1](x), rtol=TAIL, atol=1e-14)
    np.testing.assert_allclose(prior.quantile(MIDDLE), ask[2](MIDDLE), rtol=TAIL, atol=1e-14)


@given(st.floats(0.3, 1e4), st.floats(1e-3, 1e3), st.floats(1e-12, 1 - 1e-12))
def test_a_half_t_is_a_folded_t(df: float, scale: float, p: float) -> None:
    half, whole = HalfStudentT(df, scale), StudentT(df, 0, scale)
    x = float(half.quantile(p))
    assert float(half.cdf(x)) == pytest.approx(p, rel=1e-6)
    # scipy's t is coarse near 0
    assert float(half.cdf(x)) == pytest.approx(float(whole.cdf(x) - whole.cdf(-x)), abs=1e-8)


def test_special_cases_coincide() -> None:
    x = np.array([1e-9, 0.3, 2.0, 40.0])
    np.testing.assert_allclose(HalfStudentT(1, 0.5).logpdf(x), HalfCauchy(0.5).logpdf(x), rtol=EXACT)
    np.testing.assert_allclose(HalfStudentT(1, 0.5).cdf(x), HalfCauchy(0.5).cdf(x), rtol=EXACT)
    np.testing.assert_allclose(StudentT(1e9, 0, 2).logpdf(x), Normal(0, 2).logpdf(x), rtol=1e-6)
    np.testing.assert_allclose(StudentT(1e99, 0, 2).logpdf(0.0), Normal(0, 2).logpdf(0.0), rtol=1e-6)


# Known numbers


def predictive_factor(tau: Prior) -> float:
    """exp of the 97.5% quantile of theta, theta ~ Normal(0, tau^2) with tau from its prior:
    how far odds ratios reach.
    """
    middles = (np.arange(400_000) + 0.5) / 400_000
    taus = np.asarray(tau.quantile(middles))
    low, high = 0.0, 100.0
    for _ in range(60):
        x = (low + high) / 2
        low, high = (x, high) if float(stats.norm.cdf(x / taus).mean()) < 0.975 else (low, x)
    return math.exp(low)


@pytest.mark.parametrize(
    ("tau", "factor"),
    [(HalfNormal(0.5), 2.977), (HalfNormal(1), 8.864), (HalfCauchy(0.5), 156)],
    ids=str,
)
def test_prior_predictive_spread_of_odds_ratios(tau: Prior, factor: float) -> None:
    assert predictive_factor(tau) == pytest.approx(factor, rel=2e-4 if factor < 10 else 0.01)


def test_a_prior_on_tau_squared_has_its_jacobian() -> None:
    tau = np.array([0.05, 0.3, 1.7])
    on_tau2 = OnTau2(LogNormal(-3.52, 1.74))
    np.testing.assert_allclose(on_tau2.logpdf(tau), LogNormal(-3.52 / 2, 1.74 / 2).logpdf(tau), rtol=EXACT)
    np.testing.assert_allclose(OnTau2(Uniform(0, 50)).logpdf(tau), np.log(2 * tau / 50), rtol=EXACT)
    assert OnTau2(Uniform(0, 50)).support == (0.0, math.sqrt(50))


# Mixtures


def test_a_mixture_of_scales_far_apart_has_its_quantiles() -> None:
    apart = Mixture((0.5, 0.5), (InverseGamma(0.01, 0.01), HalfNormal(1)))
    p = np.array([1e-10, 0.01, 0.3, 0.6, 0.9])
    np.testing.assert_allclose(apart.cdf(apart.quantile(p)), p, rtol=1e-8)


def test_a_mixture_adds_densities() -> None:
    mixed = Mixture((0.8, 0.2), (Normal(0.2, 0.3), Normal(0, 4)))
    x = np.array([-9.0, 0.0, 0.2])
    by_hand = 0.8 * np.exp(Normal(0.2, 0.3).logpdf(x)) + 0.2 * np.exp(Normal(0, 4).logpdf(x))
    np.testing.assert_allclose(np.exp(mixed.logpdf(x)), by_hand, rtol=EXACT)
    assert Mixture((0.5, 0.5), (Uniform(0, 1), HalfNormal(1))).support == (0.0, math.inf)


# Values and refusals


@pytest.mark.parametrize("prior", [*ALL, Flat()], ids=str)
def test_priors_are_values(prior: Prior) -> None:
    again = copy.deepcopy(prior)
    assert prior == again
    assert hash(prior) == hash(again)


def test_whole_numbers_and_numpy_numbers_are_numbers() -> None:
    assert Normal(0, 2) == Normal(0.0, 2.0) == Normal(np.float64(0), np.int64(2))
    assert str(Normal(0, 2)) == "normal(0, 2)"


def test_flat_has_a_density_and_nothing_else() -> None:
    flat = Flat()
    assert not flat.proper
    np.testing.assert_array_equal(flat.logpdf(np.array([-1e9, 0.0, 3.0])), np.zeros(3))
    for ask in (
        lambda: flat.cdf(0.0),
        lambda: flat.quantile(0.5),
        lambda: flat.sample(np.random.default_rng(1), 2),
    ):
        with pytest.raises(ModelError, match=r"flat\(\): an improper prior"):
            ask()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Normal("0", 1), "normal: mean is '0'; it must be a number"),
        (lambda: Normal(True, 1), "normal: mean is True; it must be a number"),
        (lambda: Normal(None, 1), "normal: mean is None; it must be a number"),
        (lambda: Normal(math.nan, 1), "normal: mean is nan; it must lie between"),
        (lambda: Normal(0, math.inf), "normal: sd is inf; it must lie between"),
        (lambda: Normal(0, 0), "normal: sd is 0; it must be above 0"),
        (lambda: Normal(0, 1e-200), "normal: sd is 1e-200; it must be above 1e-100"),
        (lambda: Normal(10**400, -1), "normal: sd is -1; it must be above 0"),
        (lambda: HalfNormal(-1), "half_normal: scale is -1; it must be above 0"),
        (lambda: StudentT(0, 0, 1), "student_t: df is 0; it must be above 0"),
        (lambda: Uniform(2, 2), "uniform(2, 2): the lower limit must be below the upper one"),
        (lambda: OnTau2(Normal(0, 1)), "normal_tau2(0, 1): tau squared cannot be negative"),
        (lambda: OnTau2(OnTau2(HalfNormal(1))), "only a plain family can be stated on tau squared"),
        (
            lambda: OnTau2(LibraryPrior("x", HalfNormal(1), "")),
            "only a plain family can be stated on tau squared",
        ),
        (lambda: Mixture((0.5,), (Normal(0, 1), Normal(0, 2))), "one weight for each part"),
        (lambda: Mixture((), ()), "one weight for each part"),
        (
            lambda: Mixture((0.5, 0.6), (Normal(0, 1), Normal(0, 2))),
            "weights are 0.5, 0.6; they must be above 0 and add up to 1",
        ),
        (lambda: Mixture((1.5, -0.5), (Normal(0, 1), Normal(0, 2))), "weights are 1.5, -0.5"),
        (lambda: Mixture((math.nan, 1), (Normal(0, 1), Normal(0, 2))), "weights are nan, 1"),
        (lambda: Mixture((0.5, 0.5), (Normal(0, 1), Flat())), "flat() is improper"),
        (
            lambda: Mixture((0.5, 0.5), (Normal(0, 1), HalfNormal(1))),
            "found normal(0, 1) from -inf but half_normal(1) from 0",
        ),
        (
            lambda: Mixture(("a", 0.5), (Normal(0, 1), Normal(0, 2))),
            "weights[0] is the text 'a'; it must",
        ),
        (
            lambda: Mixture((0.5, 0.5), ("normal(0, 1)", Normal(0, 2))),
            "parts[0] is the text 'normal",
        ),
    ],
)
def test_refuses(make: object, said: str) -> None:
    with pytest.raises(ModelError) as caught:
        make()  # type: ignore[operator]
    assert said in str(caught.value)


def test_a_half_t_of_the_most_degrees_is_a_half_normal_and_quantiles_overflow_to_infinity() -> None:
    p = np.array([0.025, 0.5, 0.975])
    for df in (1e9, 1e12, 1e19, 1e99):
        assert HalfStudentT(df, 2).quantile(p) == pytest.approx(HalfNormal(2).quantile(p), rel=1e-8)
    assert LogNormal(0, 1e6).quantile(p).tolist() == [0, 1, math.inf]


def test_all_wrong_numbers_are_told_at_once() -> None:
    with pytest.raises(ModelError) as caught:
        StudentT(-1, math.nan, 0)
    assert len(str(caught.value).splitlines()) == 3


def test_examples_hold_every_family() -> None:
    assert len(PLAIN) == len(WITNESSED)
    examples = (*PLAIN, *COMPOSITE, *OF_DATA, *OWN, Flat())
    assert {type(part) for part in examples} | {LibraryPrior, ScaleFree} == set(KINDS)
