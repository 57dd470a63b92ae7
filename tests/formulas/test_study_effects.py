"""Mean differences, standardised ones and O - E, held to metafor's tests, closed forms and simulation."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from bayes_ivig.formulas.study_effects.log_rank import one_step
from bayes_ivig.formulas.study_effects.means import (
    Arm,
    exact_correction,
    mean_difference,
    pooled_df,
    pooled_sd,
    standardised_mean_difference,
    welch_df,
)
from bayes_ivig.formulas.study_effects.rates import log_rate_ratio

# dat.normand1999 of the R package metadat: length of stay under specialised and routine care
SPECIALISED = Arm.of(
    [55, 27, 64, 66, 14, 19, 52, 21, 30],
    [47, 7, 17, 20, 8, 7, 45, 16, 27],
    [155, 31, 75, 18, 8, 57, 34, 110, 60],
)
ROUTINE = Arm.of(
    [75, 29, 119, 137, 18, 18, 41, 31, 23],
    [64, 4, 29, 48, 11, 4, 34, 27, 20],
    [156, 32, 71, 18, 13, 52, 33, 183, 52],
)


def test_standardised_differences_are_those_of_metafor() -> None:
    """Printed in metafor's own tests (test_misc_escalc.r, measure SMD of the first four studies)."""
    g, v = standardised_mean_difference(SPECIALISED, ROUTINE)
    assert g[:4] == pytest.approx([-0.3552, -0.3479, -2.3176, -1.8880], abs=5.1e-5)
    assert v[:4] == pytest.approx([0.0131, 0.0645, 0.0458, 0.1606], abs=5.1e-5)


def test_mean_differences_are_those_that_normand_prints() -> None:
    """Table VIII of Normand 1999 (Stat Med 18:321), which gives both arms the SD within arms."""
    sd = pooled_sd(SPECIALISED, ROUTINE)
    y, v = mean_difference(SPECIALISED._replace(sd=sd), ROUTINE._replace(sd=sd))
    assert list(y) == [-20, -2, -55, -71, -4, 1, 11, -10, 7]
    assert v == pytest.approx([40.59, 2.05, 15.28, 150.22, 20.19, 1.22, 95.38, 8.03, 20.69], abs=5.1e-3)


def test_review_manager_has_its_own_correction_and_variance() -> None:
    """Worked by hand: d = (10 - 8) / 2 = 1 with 10 and 12 people, J = 1 - 3 / 79."""
    a, b = Arm.of(10, 2, 10), Arm.of(8, 2, 12)
    g, v = standardised_mean_difference(a, b, "revman")
    assert float(g) == pytest.approx(1 - 3 / 79, rel=1e-14)
    assert float(v) == pytest.approx(22 / 120 + (76 / 79) ** 2 / (2 * (22 - 3.94)), rel=1e-14)


def test_the_correction_makes_the_estimate_unbiased() -> None:
    """E[d] of a noncentral t, by numerical integration, times J is the true difference."""
    n1, n0, delta = 4, 6, 0.8
    df, scale = n1 + n0 - 2, math.sqrt(1 / n1 + 1 / n0)
    law = stats.nct(df, delta / scale)
    mean, _ = integrate.quad(lambda t: t * scale * law.pdf(t), -60, 60, limit=400)
    assert float(exact_correction(df)) * mean == pytest.approx(delta, rel=1e-6)


def test_the_approximate_correction_is_close_to_the_exact_one() -> None:
    df = np.array([4.0, 10, 100, 1e6])
    assert exact_correction(df) == pytest.approx(1 - 3 / (4 * df - 1), rel=4e-3)
    assert math.isnan(exact_correction(1.0))


def test_degrees_of_freedom() -> None:
    """Equal arms: Welch's are n1 + n0 - 2; one arm without spread: those of the other."""
    a = Arm.of([5, 5], [2, 2], [9, 9])
    b = Arm.of([4, 4], [2, 0], [9, 40])
    assert welch_df(a, b) == pytest.approx([16, 8])
    assert list(pooled_df(a, b)) == [16, 47]


def test_welch_agrees_with_scipy() -> None:
    a, b = SPECIALISED, ROUTINE
    y, v = mean_difference(a, b)
    test = stats.ttest_ind_from_stats(a.mean, a.sd, a.n, b.mean, b.sd, b.n, equal_var=False)
    assert y / np.sqrt(v) == pytest.approx(test.statistic)
    assert 2 * stats.t.sf(np.abs(y) / np.sqrt(v), welch_df(a, b)) == pytest.approx(test.pvalue)


def test_swapping_arms_negates() -> None:
    for measure in (mean_difference, standardised_mean_difference):
        (y, v), (other, w) = measure(SPECIALISED, ROUTINE), measure(ROUTINE, SPECIALISED)
        assert y == pytest.approx(-other)
        assert v == pytest.approx(w)


def test_the_unit_does_not_matter_to_a_standardised_difference() -> None:
    pounds = [Arm(a.mean * 2.2046 + 3, a.sd * 2.2046, a.n) for a in (SPECIALISED, ROUTINE)]
    for rule in ("metafor", "revman"):
        g, v = standardised_mean_difference(SPECIALISED, ROUTINE, rule)
        h, w = standardised_mean_difference(*pounds, rule)
        assert h == pytest.approx(g)
        assert w == pytest.approx(v)


def test_arms_without_spread_or_people_have_no_effect() -> None:
    one, none = Arm.of(3, 0, 1), Arm.of(4, 0, 1)
    assert not np.isfinite(standardised_mean_difference(one, none)[0])


def test_one_step_from_observed_and_expected() -> None:
    """The log-rank numbers of a trial: O - E = -6.5 with V = 10."""
    y, v = one_step([-6.5, 0], [10, 4])
    assert list(y) == [-0.65, 0]
    assert list(v) == [0.1, 0.25]


def test_one_step_is_peto_of_a_table() -> None:
    """O - E and V of a 2x2 table are those of Fisher's distribution at an odds ratio of 1."""
    r1, n1, r0, n0 = 7, 20, 12, 22
    law = stats.hypergeom(n1 + n0, r1 + r0, n1)
    y, v = one_step(r1 - law.mean(), law.var())
    assert float(y) == pytest.approx((r1 - 19 * 20 / 42) / (19 * 23 * 20 * 22 / (42**2 * 41)))
    assert float(v) == pytest.approx(1 / law.var())


def test_rates() -> None:
    y, v = log_rate_ratio([8, 0], [100, 50], [4, 3], [200, 60])
    assert y == pytest.approx([math.log(4), math.log((0.5 / 50) / (3.5 / 60))])
    assert v == pytest.approx([1 / 8 + 1 / 4, 1 / 0.5 + 1 / 3.5])
