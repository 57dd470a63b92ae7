"""Confidence limits of tau squared, I squared and H: printed ones, their definition, where there are none."""

import math

import pytest
from frequentist_reference import tables
from scipy import stats

from bayes_ivig.frequentist.pooling import pool
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.inputs.counts.study import Study


def test_q_profile_limits_as_metafor_prints_them() -> None:
    """BCG vaccine, log odds ratios: metafor's page on van Houwelingen et al. 2002 prints 0.1302 to 1.1812.

    It looks for them to the fourth root of the machine's precision, 1.2e-4.
    """
    limits = pool(tables()["bcg"], method="reml", measure="OR").heterogeneity
    assert (limits.tau2_lower, limits.tau2_upper) == pytest.approx((0.1302, 1.1812), abs=1.2e-4)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_q_profile_limits_put_q_at_its_quantiles(level: float) -> None:
    pooled = pool(tables()["bcg"], method="dl", measure="RR", level=level)
    effects = [(s.estimate, s.standard_error) for s in pooled.studies]
    tails = []
    for tau2 in (pooled.heterogeneity.tau2_lower, pooled.heterogeneity.tau2_upper):
        assert tau2 is not None
        weights = [1 / (error**2 + tau2) for _, error in effects]
        mean = sum(w * y for w, (y, _) in zip(weights, effects, strict=True)) / sum(weights)
        q = sum(w * (y - mean) ** 2 for w, (y, _) in zip(weights, effects, strict=True))
        tails.append(float(stats.chi2.sf(q, len(effects) - 1)))
    assert tails == pytest.approx([(1 - level) / 2, (1 + level) / 2], abs=1e-6)


def test_h_and_i_squared_by_the_standard_error_of_log_h() -> None:
    """Higgins & Thompson 2002 (Stat Med 21:1539), the form for Q above k: from Q and k alone."""
    pooled = pool(tables()["bcg"], method="dl", measure="RR")
    assert pooled.q is not None
    own, k = pooled.heterogeneity, pooled.k
    error = 0.5 * (math.log(pooled.q) - math.log(k - 1)) / (math.sqrt(2 * pooled.q) - math.sqrt(2 * k - 3))
    h = math.sqrt(pooled.q / (k - 1))
    limits = [h * math.exp(sign * 1.959963985 * error) for sign in (-1, 1)]
    assert [own.h, own.h_lower, own.h_upper] == pytest.approx([h, *limits], rel=1e-8)
    assert [own.i2_lower, own.i2_upper] == pytest.approx([100 * (1 - x**-2) for x in limits], rel=1e-8)


def test_without_heterogeneity_the_limits_begin_at_none() -> None:
    alike = Dataset(tuple(Study(name, 10, 50, 20, 50) for name in "abcd"))
    none = pool(alike, method="dl").heterogeneity
    assert (none.tau2_lower, none.i2_lower, none.h, none.h_lower) == (0, 0, 1, 1)


def test_two_studies_have_no_error_of_log_h_and_one_has_no_limits() -> None:
    two = pool(Dataset((Study("a", 1, 50, 2, 50), Study("b", 10, 50, 11, 50))), method="dl").heterogeneity
    assert (two.h, two.h_lower, two.i2_upper) == (1, None, None)
    assert two.tau2_upper is not None
    one = pool(Dataset((Study("a", 1, 50, 2, 50),)), method="dl").heterogeneity
    assert [getattr(one, name) for name in one.__dataclass_fields__] == [None] * 7
