"""Mixed-model likelihoods against SciPy's distributions and brute-force sums."""

import numpy as np
import pytest
from scipy import special, stats

import bayes_ivig as bi
from bayes_ivig.formulas import effect_sizes as es
from bayes_ivig.formulas import glmm
from bayes_ivig.formulas.optimum import maximise


@pytest.mark.parametrize(
    "counts",
    [
        (5, 20, 9, 21),
        (0, 20, 9, 21),
        (20, 20, 9, 21),
        (3, 400, 1, 50),
        (150, 900, 170, 880),
        (2500, 9000, 3000, 8000),
    ],
)
def test_hypergeometric_moments(counts: tuple[int, int, int, int]) -> None:
    r1, n1, r0, n0 = counts
    delta = np.array([-3.0, -0.4, 0.0, 1.7])
    found = glmm.hypergeometric(es.to_cells([r1], [n1], [r0], [n0]), delta[None, :])
    reference = [stats.nchypergeom_fisher(n1 + n0, n1, r1 + r0, np.exp(x)) for x in delta]
    if n1 + n0 > 10_000:  # SciPy's moments are approximate there; its probabilities are not
        support = np.arange(max(0, r1 + r0 - n0), min(r1 + r0, n1) + 1)
        weights = [d.pmf(support) / d.pmf(support).sum() for d in reference]
        means = [(w * support).sum() for w in weights]
        variances = [(w * (support - m) ** 2).sum() for w, m in zip(weights, means, strict=True)]
    else:
        means, variances = [d.mean() for d in reference], [d.var() for d in reference]
    assert found.slope[0] == pytest.approx(r1 - np.array(means), abs=1e-4)
    assert -found.bend[0] == pytest.approx(np.array(variances), rel=1e-5)
    logs = np.array([d.logpmf(r1) for d in reference])
    present = np.isfinite(logs)  # SciPy's underflow
    assert (found.value[0] - found.value[0, 2])[present] == pytest.approx((logs - logs[2])[present], abs=1e-6)


@pytest.mark.parametrize("tau", [0.0, 0.05, 0.8, 3.0])
@pytest.mark.parametrize("counts", [(5, 20, 9, 21), (0, 20, 9, 21), (400, 900, 170, 880)])
def test_quadrature_against_a_fine_sum(counts: tuple[int, int, int, int], tau: float) -> None:
    cells = es.to_cells(*([x] for x in counts))
    theta = np.array([-0.5, 0.6])
    z = np.linspace(-40, 40, 4001)  # data 30 SDs from theta pull the integrand that far
    values = glmm.hypergeometric(cells, (theta[:, None, None] + tau * z))
    fine = np.log(
        (np.exp(values.value[:, 0]) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)).sum(axis=1) * (z[1] - z[0])
    )
    found = glmm.conditional_exact(cells, theta, np.full(2, tau))
    assert found == pytest.approx(fine, abs=2e-5 if tau < 2 else 2e-3)


@pytest.mark.parametrize("tau", [0.5, 2.0, 3.0, 8.0, 15.0])
@pytest.mark.parametrize("theta", [-6.0, 2.0, 6.0])
def test_quadrature_where_the_trial_is_far_from_the_mean(theta: float, tau: float) -> None:
    """Out there a likelihood is as good as straight, and Newton's steps jump over the mode and back."""
    cells = es.to_cells([7], [100], [5], [8])
    z = np.linspace(-40, 40, 40_001)
    curve = glmm.hypergeometric(cells, (theta + tau * z)[None, None, :]).value[0, 0]
    fine = special.logsumexp(curve - z * z / 2) + np.log((z[1] - z[0]) / np.sqrt(2 * np.pi))
    assert glmm.conditional_exact(cells, np.array([theta]), np.array([tau]))[0] == pytest.approx(
        fine, abs=1e-6
    )


def test_a_spread_that_no_trial_bounds_has_a_wide_interval() -> None:
    """An empty arm against a strong trial the other way: a search that lost its way gave 1.35 to 1.98."""
    studies = (bi.Study("empty", 2, 5, 0, 7), bi.Study("strong", 7, 100, 5, 8))
    found = bi.pool(bi.Dataset(studies), method="glmm-cm-el")
    assert found.tau2 is not None and found.tau2 == pytest.approx(15.55, abs=0.05)
    assert found.ratio.lower is not None and found.ratio.lower < 0.01 and found.ratio.upper > 1000


@pytest.mark.parametrize("method", ["glmm-um-fs", "glmm-um-rs", "glmm-cm-al", "glmm-cm-el"])
def test_heterogeneity_beyond_all_measure_is_no_maximum(method: str) -> None:
    """And the top of a lower hill, at tau 0, does not stand in for it."""
    studies = (bi.Study("few", 2, 45, 0, 17), bi.Study("huge", 47, 1_000_000, 58, 58))
    found = bi.pool(bi.Dataset(studies), method=method)
    assert found.estimate is None
    assert "no maximum found" in found.note


def test_best_baselines_are_best() -> None:
    cells = es.to_cells([5, 0, 30], [20, 18, 60], [9, 4, 22], [21, 19, 55])
    theta, tau = np.array([-0.3]), np.array([0.7])
    best = glmm.unconditional_fixed(cells, theta, tau)[0]
    a, b, c, d = cells
    for shift in (-0.05, 0.05):
        alpha = np.array([np.log((a + c + 0.5) / (b + d + 0.5))]) + shift
        tried = glmm.mix(lambda x, at=alpha: glmm.two_binomials(cells, at, x).curve, theta, tau).sum()
        assert tried <= best + 1e-12


def test_laplace_is_exact_without_spread() -> None:
    cells = es.to_cells([5, 3], [20, 18], [9, 4], [21, 19])
    found = glmm.unconditional_random(cells, np.array([-0.5]), np.array([0.2]), np.zeros(1), np.zeros(1))[0]
    a, b, c, d = cells
    direct = stats.binom.logpmf(a, a + b, 1 / (1 + np.exp(0.4))) + stats.binom.logpmf(
        c, c + d, 1 / (1 + np.exp(0.6))
    )
    ways = (
        stats.binom.logpmf(a, a + b, 0.5)
        + (a + b) * np.log(2)
        + stats.binom.logpmf(c, c + d, 0.5)
        + (c + d) * np.log(2)
    )
    assert found == pytest.approx((direct - ways).sum(), rel=1e-12)


def test_maximise_a_curved_ridge_and_an_unbounded_slope() -> None:
    peak = maximise(
        lambda p: -((1 - p[:, 0]) ** 2) - 10 * (p[:, 1] - p[:, 0] ** 2) ** 2, np.array([-1.0, 1.0])
    )
    assert peak.converged
    assert peak.point == pytest.approx([1, 1], abs=1e-5)
    assert peak.information == pytest.approx(np.array([[82.0, -40], [-40, 20]]), rel=1e-4)
    endless = maximise(lambda p: p[:, 0], np.zeros(1), steps=30)
    assert not endless.converged
