"""Estimators of tau squared: vectorised over leading axes, exact at their defining equations,
and safe with few studies.
"""

import numpy as np
import pytest

from bayes_ivig.formulas import heterogeneity as het
from bayes_ivig.formulas import tau_squared as ts

RNG = np.random.default_rng(20)
Y, V = RNG.normal(0, 0.7, (40, 6)), RNG.uniform(0.02, 0.8, (40, 6))
V[::3, 4:] = np.inf
Y[::3, 4:] = 0.0
ESTIMATORS = [
    ts.hedges, ts.hunter_schmidt, ts.sidik_jonkman, ts.paule_mandel, ts.maximum_likelihood,
    ts.restricted_maximum_likelihood,
]  # fmt: skip


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda f: f.__name__)
def test_rows_are_independent_and_absent_studies_do_not_count(estimator) -> None:
    together = estimator(Y, V)
    assert together.shape == (40,)
    for i in range(40):
        present = np.isfinite(V[i])
        assert together[i] == pytest.approx(
            float(estimator(Y[i][present], V[i][present])), rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda f: f.__name__)
def test_one_study_or_none_gives_zero(estimator) -> None:
    assert float(estimator(np.array([0.4]), np.array([0.1]))) == 0
    assert float(estimator(np.array([0.4, 0.0]), np.array([0.1, np.inf]))) == 0
    assert float(estimator(np.zeros(3), np.full(3, np.inf))) == 0
    assert float(estimator(np.full(4, 0.3), np.full(4, 0.1))) == 0


def test_paule_mandel_solves_its_equation() -> None:
    tau2, k = ts.paule_mandel(Y, V), het.studies(V)
    gap = ts.generalised_q(Y, V, tau2) - (k - 1)
    assert np.abs(gap[tau2 > 0]).max() < 1e-9
    assert (gap[tau2 == 0] <= 0).all()


@pytest.mark.parametrize("restricted", [False, True])
def test_likelihood_estimators_find_the_highest_point(restricted: bool) -> None:
    estimator = ts.restricted_maximum_likelihood if restricted else ts.maximum_likelihood
    tau2 = estimator(Y, V)
    grid = np.linspace(0, 4, 4001)
    heights = ts.log_likelihood(
        Y[:, None, :], V[:, None, :], np.broadcast_to(grid, (40, 4001)), restricted=restricted
    )
    assert (ts.log_likelihood(Y, V, tau2, restricted=restricted) >= heights.max(axis=1) - 1e-12).all()
    assert np.abs(ts.score(Y, V, tau2, restricted=restricted)[tau2 > 0]).max() < 1e-6


def test_balanced_studies_have_closed_forms() -> None:
    y = Y[1]
    v = np.full(6, 0.05)
    expected = y.var(ddof=1) - 0.05
    for estimator in (ts.hedges, ts.paule_mandel, ts.restricted_maximum_likelihood):
        assert float(estimator(y, v)) == pytest.approx(expected, rel=1e-9)
    assert float(ts.maximum_likelihood(y, v)) == pytest.approx(y.var() - 0.05, rel=1e-9)


def test_q_profile_of_the_bcg_trials() -> None:
    """Log risk ratios: tau squared .1197 to 1.1115, as metafor's documentation prints it."""
    from bayes_ivig.formulas import effect_sizes as es

    r1 = [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27]
    n1 = [123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913]
    r0 = [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29]
    n0 = [139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854]
    y, v = es.log_risk_ratio(es.to_cells(r1, n1, r0, n0))
    assert ts.solve_q(y, v, np.array([23.3366642, 4.4037885])) == pytest.approx([0.1197, 1.1115], abs=5e-5)
    assert float(ts.restricted_maximum_likelihood(y, v)) == pytest.approx(0.3132, abs=5e-5)
