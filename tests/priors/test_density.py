"""Densities of one's own: a function, integrated and kept as a table, is the distribution that scipy knows;
what is no density is answered with one message.
"""

import copy
import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from bayes_ivig.errors import BayesIvigError, ModelError
from bayes_ivig.priors.density import Density
from bayes_ivig.priors.families import HalfCauchy, Normal
from bayes_ivig.priors.parsing import parse_prior

pytestmark = pytest.mark.slow

REAL, HALF = (-math.inf, math.inf), (0.0, math.inf)
P = np.array([1e-6, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1 - 1e-6])
KNOWN: list[tuple[Any, tuple[float, float]]] = [
    (stats.norm(0.3, 0.01), REAL),
    (stats.norm(-2, 40), REAL),
    (stats.t(3, 1, 0.5), REAL),
    (stats.cauchy(1, 0.5), REAL),
    (stats.laplace(0.3, 0.2), REAL),
    (stats.logistic(1, 0.1), REAL),
    (stats.uniform(0.2, 0.5), REAL),
    (stats.triang(0.3, -1, 2), REAL),
    (stats.skewnorm(4, 0, 0.3), REAL),
    (stats.gamma(2, scale=0.3), HALF),
    (stats.gamma(0.5), HALF),
    (stats.halfcauchy(0, 0.5), HALF),
    (stats.lognorm(1), HALF),
    (stats.invgamma(0.5), HALF),
    (stats.weibull_min(1.5), HALF),
    (stats.beta(2, 3, -1, 3), (-1.0, 2.0)),
    (stats.beta(0.5, 0.5), (0.0, 1.0)),
    (stats.expon(2, 1), (2.0, math.inf)),
]


@pytest.mark.parametrize(("known", "support"), KNOWN, ids=[each.dist.name for each, _ in KNOWN])
def test_is_the_distribution_that_scipy_knows(known: Any, support: tuple[float, float]) -> None:
    own = Density(lambda x: 7 * known.pdf(x), support)
    x = known.ppf(P)
    np.testing.assert_allclose(own.logpdf(x[1:-1]), known.logpdf(x[1:-1]), atol=1e-7)
    np.testing.assert_allclose(own.cdf(x), P, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(own.quantile(P), x, rtol=1e-6, atol=1e-9)
    assert own.error <= 1e-6
    for moment, theirs in ((own.mean, known.mean()), (own.sd, known.std())):
        if moment is not None:
            assert moment == pytest.approx(float(theirs), rel=1e-6, abs=1e-9)


def test_moments_exist_where_the_tails_allow() -> None:
    def tail(df: float) -> Density:
        return Density(stats.t(df).pdf)

    assert tail(1).mean is None
    assert tail(1).sd is None
    assert tail(1.5).mean == pytest.approx(0, abs=1e-6)
    assert tail(1.5).sd is None
    assert tail(2.5).sd is not None
    assert Density(lambda x: 1 / (1 + 4 * x * x), HALF).mean is None


def test_one_number_at_a_time_is_the_same() -> None:
    def scalar(x: float) -> float:
        return math.exp(-x) / (1 + math.exp(-x)) ** 2  # overflows far below 0

    def many(x: Any) -> Any:
        return np.exp(-x) / (1 + np.exp(-x)) ** 2  # NaN there

    theirs = stats.logistic()
    for own in (Density(scalar), Density(many)):
        np.testing.assert_allclose(own.cdf(theirs.ppf(P)), P, rtol=1e-6)


def test_values_and_text() -> None:
    def bell(x: Any) -> Any:
        return np.exp(-0.5 * x**2)

    one, same, other = Density(bell), Density(bell), Density(lambda x: np.exp(-0.51 * x**2), name="bell")
    assert one == same == copy.deepcopy(one)
    assert hash(one) == hash(same)
    assert one != other
    assert str(one) != str(other)
    assert str(one).startswith('density("bell", -inf, inf, "')
    assert Density(bell, name="expert") != one
    assert str(Density(lambda x: 2 * bell(x))).startswith('density("own", ')
    with pytest.raises(ModelError, match=r"cannot be read back from text"):
        parse_prior(str(one))


def test_a_narrow_peak_is_seen_where_it_is_said_to_be() -> None:
    spike = stats.norm(3, 1e-7)
    with pytest.raises(ModelError, match="is 0 at all"):
        Density(spike.pdf)
    assert float(Density(spike.pdf, points=(3,)).quantile(0.975)) == pytest.approx(spike.ppf(0.975), rel=1e-9)


def test_drawn_bars_and_lines() -> None:
    bars = Density.from_grid([-1, -0.5, 0, 0.5], [2, 6, 2], name="expert")
    np.testing.assert_allclose(bars.cdf([-1, -0.5, -0.25, 0, 0.5]), [0, 0.2, 0.5, 0.8, 1], atol=1e-12)
    tent = Density.from_grid([-1, 0, 2], [0, 1, 0])
    theirs = stats.triang(1 / 3, -1, 3)
    np.testing.assert_allclose(tent.cdf(theirs.ppf(P)), P, rtol=1e-6)
    gap = Density.from_grid([0, 1, 2, 3], [1, 0, 1])
    assert gap.logpdf(1.5) == -math.inf
    np.testing.assert_allclose(gap.cdf([0.5, 1, 1.7, 2, 2.5]), [0.25, 0.5, 0.5, 0.5, 0.75], atol=1e-12)
    x = np.linspace(-4, 4, 401)
    smooth = Density.from_grid(x, stats.norm.pdf(x))
    assert smooth.sd == pytest.approx(1, abs=1e-3)


def _raises(x: object) -> float:
    raise KeyError("prior.csv")


HOSTILE: list[tuple[Callable[[], object], str]] = [
    (lambda: Density(_raises), r"_raises: raises KeyError: 'prior.csv' at x = "),
    (lambda: Density(lambda x: -np.exp(-x * x)), r"own: is -.* at x = .*; a density is never below 0"),
    (lambda: Density(lambda x: x * math.nan), r"is NaN at x = .*; a density is a finite number"),
    (lambda: Density(lambda x: x * 0 + math.inf), r"is inf at x = .*; a density is a finite number"),
    (lambda: Density(lambda x: 0 * x), r"is 0 at all 8000 values looked at"),
    (lambda: Density(lambda x: 1.0), r"its integral has no end towards infinity"),
    (lambda: Density(lambda x: 1 / x, (0, 1)), r"its integral has no end towards 0"),
    (lambda: Density(lambda x: 1 / x, (1, math.inf)), r"its integral has no end towards infinity"),
    (lambda: Density(lambda x: 1 / abs(x - 0.1), (-1, 1)), r"rises without end at "),
    (lambda: Density(lambda x: 1 / (1 + abs(x)) ** 1.2), r"lies beyond -.*, where it cannot be followed"),
    (lambda: Density(lambda x: [1, 2]), r"gives 2 numbers for x = .*; it must give one number"),
    (lambda: Density(lambda x: "a"), r"gives a str for x = .*; it must give one number"),
    (lambda: Density(lambda x: None), r"gives a NoneType for x = "),
    (lambda: Density(lambda x: 1j), r"gives a complex for x = "),
    (lambda: Density(lambda x, y: 1.0), r"raises TypeError: "),
    (lambda: Density(0.5), r"own: found 0.5; give a function of x"),
    (lambda: Density(np.exp, (1, 1)), r"exp: support is \(1, 1\); it must be two limits"),
    (lambda: Density(np.exp, (0, math.nan)), r"it must be two limits"),
    (lambda: Density(np.exp, 3), r"it must be two limits"),
    (lambda: Density(np.exp, (-1, 1), name='a"b'), r"name is 'a\"b'; it must be a text"),
    (lambda: Density(np.exp, (-1, 1), name="x" * 90), r"name is 'xxx"),
    (lambda: Density(np.exp, (-1, 1), points=("a",)), r"points is \('a',\); it must be"),
    (lambda: Density.from_grid([0, 1], [1, 2, 3]), r"found 2 x and 3 densities"),
    (lambda: Density.from_grid([0, 1, 1], [1, 2, 3]), r"each above the one before"),
    (lambda: Density.from_grid([0, 1, 2], [1, -2, 3]), r"must be finite, not below 0, and not all 0"),
    (lambda: Density.from_grid([0, 1, 2], [0, 0, 0]), r"not all 0"),
]


@pytest.mark.parametrize(("make", "message"), HOSTILE)
def test_what_is_no_density_gets_one_message(make: Callable[[], object], message: str) -> None:
    with pytest.raises(BayesIvigError, match=message) as caught:
        make()
    assert len(str(caught.value).splitlines()) == 1


def test_noise_is_refused() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(ModelError, match="changes too quickly"):
        Density(lambda x: rng.random(np.shape(x)), (0, 1))


WEIRD = st.fixed_dictionaries(
    {
        "centres": st.lists(st.floats(-3, 3), min_size=1, max_size=3),
        "width": st.floats(0.01, 1),
        "heavy": st.booleans(),
        "gap": st.one_of(st.none(), st.floats(-2, 1.5)),
        "support": st.sampled_from([REAL, (-4.0, 4.0), (-3.5, math.inf)]),
    }
)


@given(WEIRD)
@settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_weird_densities_are_distributions(weird: dict[str, Any]) -> None:
    part = stats.cauchy if weird["heavy"] else stats.norm
    low, high = weird["support"]

    def f(x: Any) -> Any:
        total = np.sum([part.pdf(x, centre, weird["width"]) for centre in weird["centres"]], axis=0)
        inside = (x > low) & (x < high)
        if weird["gap"] is not None:
            inside = inside & np.logical_not((x > weird["gap"]) & (x < weird["gap"] + 0.5))
        return np.where(inside, total, 0.0)

    try:
        own = Density(f, weird["support"], points=tuple(weird["centres"]))
    except ModelError as error:  # where the gap leaves next to nothing
        assert "is 0 at all" in str(error) or "changes too quickly" in str(error)
        return
    p = np.array([0.001, 0.05, 0.3, 0.5, 0.8, 0.99])
    x = own.quantile(p)
    assert np.all(np.diff(x) >= 0)
    np.testing.assert_allclose(own.cdf(x), p, atol=1e-8)
    start, end = float(own.quantile(0.2)), float(own.quantile(0.6))
    edges = sorted(
        {start, end, *(q for q in (weird["gap"] or 9, (weird["gap"] or 9) + 0.5) if start < q < end)}
    )
    edges += [c for c in weird["centres"] if start < c < end]
    edges = sorted(set(edges))

    def mass(a: float, b: float) -> float:
        return math.fsum(
            integrate.quad(lambda v: math.exp(float(own.logpdf(v))), u, w, limit=200)[0]
            for u, w in itertools.pairwise(edges)
            if a <= u and w <= b
        )

    assert mass(start, end) == pytest.approx(0.4, abs=1e-5)
    draws = own.sample(np.random.default_rng(3), 500)
    assert np.all(np.isfinite(own.logpdf(draws)))


def test_agrees_with_the_families() -> None:
    x = np.array([-3.0, 0.0, 0.7])
    np.testing.assert_allclose(
        Density(lambda v: np.exp(-0.5 * (v / 2) ** 2)).logpdf(x), Normal(0, 2).logpdf(x), atol=1e-9
    )
    tau = np.array([1e-6, 0.5, 300.0])
    own = Density(lambda v: 1 / (0.25 + v * v), HALF)
    np.testing.assert_allclose(own.logpdf(tau), HalfCauchy(0.5).logpdf(tau), atol=1e-9)
