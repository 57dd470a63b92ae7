"""P-values of tables, chances of their intervals and sums over weights, held to SciPy and to closed forms."""

import numpy as np
import pytest
from scipy import integrate, stats

from bayes_ivig.formulas.selection_models import chances, weights
from bayes_ivig.formulas.selection_models.p_values import Rule, interval_of, of_estimates, of_tables

MARGINS = (20.0, 22.0, 12.0)
THETA = np.linspace(-5, 5, 21)
INFINITE = np.array([np.inf])


def tables(margins: tuple[float, float, float]) -> list[np.ndarray]:
    n1, n0, total = (int(value) for value in margins)
    return [
        np.array([[x, n1 - x], [total - x, n0 - total + x]])
        for x in range(max(0, total - n0), min(n1, total) + 1)
    ]


@pytest.mark.parametrize(
    ("side", "rule"),
    [
        ("two-sided", Rule((0.05,), two_sided=True, test="fisher")),
        ("greater", Rule((0.05,), 1, test="fisher")),
        ("less", Rule((0.05,), -1, test="fisher")),
    ],
)
def test_fishers_test_is_scipys(side: str, rule: Rule) -> None:
    x, p = of_tables(MARGINS, rule)
    assert x.size == 13
    assert p == pytest.approx([stats.fisher_exact(table, side)[1] for table in tables(MARGINS)], rel=1e-10)


def test_the_score_test_is_pearsons() -> None:
    _, p = of_tables(MARGINS, Rule((0.05,), two_sided=True, test="score"))
    pearson = [stats.chi2_contingency(table, correction=False)[1] for table in tables(MARGINS)]
    assert p == pytest.approx(pearson, rel=1e-10)
    _, above = of_tables(MARGINS, Rule((0.05,), 1, test="score"))
    _, below = of_tables(MARGINS, Rule((0.05,), -1, test="score"))
    assert above + below == pytest.approx(np.ones(13))
    assert 2 * np.minimum(above, below) == pytest.approx(p)


def test_walds_test_adds_halves_to_tables_with_a_zero_cell_only() -> None:
    _, p = of_tables(MARGINS, Rule((0.05,), two_sided=True))
    for table, found in zip(tables(MARGINS), p, strict=True):
        cells = table + 0.5 if (table == 0).any() else table.astype(float)
        z = np.log(cells[0, 0] * cells[1, 1] / cells[0, 1] / cells[1, 0]) / np.sqrt((1 / cells).sum())
        assert found == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-10)


def test_a_p_value_at_a_cut_is_significant_whatever_its_last_bits() -> None:
    at = np.array([0.05, 0.05 + 1e-13, 0.05 - 1e-13, 0.0500001, 0.5])
    assert interval_of(at, (0.05, 0.5)).tolist() == [0, 0, 0, 1, 1]
    even = of_estimates(np.zeros(1), np.ones(1), INFINITE, Rule((0.5,)))
    assert interval_of(even, (0.5,)).tolist() == [0]


@pytest.mark.parametrize("margins", [MARGINS, (7.0, 4.0, 5.0)])
def test_intervals_of_tables_are_sums_of_scipys_probabilities(margins: tuple[float, float, float]) -> None:
    rule = Rule((0.1, 0.5))
    x, p = of_tables(margins, rule)
    interval = interval_of(p, rule.cuts)
    found = np.exp(chances.of_tables(margins, interval, 3, THETA))
    n1, n0, total = (int(value) for value in margins)
    for t, theta in enumerate(THETA):
        pmf = stats.nchypergeom_fisher(n1 + n0, n1, total, np.exp(theta)).pmf(x)
        assert found[:, t] == pytest.approx(np.bincount(interval, pmf, 3), abs=1e-9)
    assert found.sum(axis=0) == pytest.approx(np.ones(THETA.size), abs=1e-13)


def test_many_tables_are_summed_around_their_mode_as_all_of_them_are(monkeypatch: pytest.MonkeyPatch) -> None:
    margins, rule = (900.0, 700.0, 500.0), Rule((0.025, 0.5))
    interval = interval_of(of_tables(margins, rule)[1], rule.cuts)
    whole = chances.of_tables(margins, interval, 3, THETA)
    monkeypatch.setattr(chances, "IN_FULL", 1)
    assert chances.of_tables(margins, interval, 3, THETA) == pytest.approx(whole, abs=1e-9)


def test_an_interval_without_a_table_has_no_probability() -> None:
    rule = Rule((0.001,))
    margins = (3.0, 3.0, 2.0)
    interval = interval_of(of_tables(margins, rule)[1], rule.cuts)
    found = chances.of_tables(margins, interval, 2, THETA)
    assert np.isneginf(found[0]).all()
    assert found[1] == pytest.approx(np.zeros(THETA.size), abs=1e-14)


@pytest.mark.parametrize(
    "rule", [Rule((0.025, 0.5)), Rule((0.025, 0.5), -1), Rule((0.05, 0.3), two_sided=True)]
)
def test_intervals_of_estimates_are_those_of_the_distribution_function(rule: Rule) -> None:
    s, df = np.array([0.3, 0.5]), np.array([np.inf, 6.0])
    found = np.exp(chances.of_estimates(rule, (s, df), THETA, np.zeros(THETA.size)))
    assert found.sum(axis=1) == pytest.approx(np.ones((2, THETA.size)), abs=1e-12)
    for i, error in enumerate((stats.norm, stats.t(6))):
        # an estimate at each of many quantiles of its distribution falls where its p-value says
        shares = (np.arange(20_000) + 0.5) / 20_000
        y = THETA[12] + s[i] * error.ppf(shares)
        p = of_estimates(y, np.full(y.size, s[i]), np.full(y.size, df[i]), rule)
        seen = np.bincount(interval_of(p, rule.cuts), minlength=3) / shares.size
        assert found[i, :, 12] == pytest.approx(seen, abs=1e-4)


def test_small_chances_of_estimates_keep_their_digits() -> None:
    logs = chances.of_estimates(
        Rule((0.025, 0.5)), (np.ones(1), INFINITE), np.array([-30.0, 30.0]), np.zeros(2)
    )
    z = stats.norm.isf(0.025)
    assert logs[0, 0, 0] == pytest.approx(stats.norm.logsf(z + 30), rel=1e-12)
    assert logs[0, 2, 1] == pytest.approx(stats.norm.logcdf(-30), rel=1e-12)


@pytest.mark.parametrize("intervals", [2, 3, 4])
def test_priors_of_weights_add_up_and_have_their_means(intervals: int) -> None:
    scale = weights.Scale.of(intervals - 1, 12)
    even = weights.uniform(intervals, scale)
    mass = np.exp(even.log_weights)
    assert (mass.sum(), *(mass * even.omega).sum(axis=1)) == pytest.approx(
        (1, 1, *[0.5] * (intervals - 1)), abs=1e-6
    )
    for pivot in range(1, intervals):
        falling = weights.cumulative(intervals, scale, pivot)
        mass = np.exp(falling.log_weights)
        means = 1 - np.arange(intervals) / intervals  # of sums of Dirichlet(1, ..., 1) shares
        assert (mass.sum(), *(mass * falling.omega).sum(axis=1)) == pytest.approx((1, *means), abs=1e-6)
        assert (np.diff(falling.omega, axis=0) <= 0).all()


@pytest.mark.parametrize("counts", [(5, 8), (13, 0), (0, 13)])
def test_one_weight_is_integrated_out_as_adaptive_quadrature_does(counts: tuple[int, int]) -> None:
    significant = np.random.default_rng(1).uniform(0.001, 0.5, 13)
    table = np.stack([significant, 1 - significant], axis=1)[:, :, None]
    nodes = weights.uniform(2, weights.Scale.of(1, 13))
    found, rough = weights.log_selected(table, np.array(counts, float), nodes)

    def density(omega: float) -> float:
        return float(omega ** counts[1] / np.prod(significant + omega * (1 - significant)))

    whole = integrate.quad(density, 0, 1, epsabs=0, epsrel=1e-11, limit=500, points=[0.001, 0.01, 0.1])[0]
    assert found[0] == pytest.approx(np.log(whole), abs=1e-9)
    assert rough[0] == pytest.approx(np.log(whole), abs=1e-4)


def test_falling_weights_do_not_hang_on_the_order_they_are_integrated_in() -> None:
    rng = np.random.default_rng(2)
    table = rng.dirichlet(np.ones(3), (9, 4)).transpose(0, 2, 1).copy()
    counts = np.array([4.0, 3.0, 2.0])
    scale = weights.Scale.of(2, 9)
    one, other = (weights.log_selected(table, counts, weights.cumulative(3, scale, p))[0] for p in (1, 2))
    assert one == pytest.approx(other, abs=1e-6)

    def density(third: float, second: float) -> float:
        omega = np.array([1, second, third])
        return float(2 * np.prod(omega**counts) / np.prod(omega @ table[:, :, 0].T))

    whole = integrate.dblquad(density, 0, 1, 0, lambda second: second, epsabs=0, epsrel=1e-8)[0]
    assert one[0] == pytest.approx(np.log(whole), abs=1e-6)


def test_many_trials_at_tiny_weights_do_not_leave_the_range_of_numbers() -> None:
    table = np.tile(np.array([[1e-9], [1 - 1e-9]]), (400, 1, 1))
    logs = weights.log_published(table, np.array([1.0, 1e-12]))
    assert logs[0] == pytest.approx(400 * np.log(1e-9 + 1e-12), rel=1e-9)
