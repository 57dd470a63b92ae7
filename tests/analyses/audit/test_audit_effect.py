"""Estimates, limits and p-values: honest ones pass, impossible ones are proved so, conditions are named."""

import math

import pytest
from audit_claims import claim, find
from scipy import stats

from bayes_ivig.analyses.audit.effect import centre, interval_p
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.published import audit


def t_interval(estimate: float, error: float, df: float) -> tuple[str, str, str, str]:
    """An odds ratio with t limits and t test, printed with two and three decimals."""
    reach = stats.t.ppf(0.975, df) * error
    p = 2 * stats.t.sf(abs(estimate) / error, df)
    ratios = (math.exp(value) for value in (estimate, estimate - reach, estimate + reach))
    estimate_text, lower, upper = (f"{value:.2f}" for value in ratios)
    return estimate_text, lower, upper, f"{p:.3f}"


@pytest.mark.parametrize(
    ("printed", "verdict", "said"),
    [
        (claim("2.86", "1.04", "7.90"), "consistent", "log scale"),
        (claim("-186.71", "-398.76", "25.34", measure="MD"), "consistent", "mean difference"),
        (claim("0.02", "-0.10", "0.14", measure="RD"), "consistent", "risk difference"),
        (claim("0.30", "-0.10", "0.50", measure="SMD"), "inconsistent", "standardised mean difference"),
        (claim("1", "0", "8"), "consistent", "log scale"),
        (claim("0.00", "0.00", "0.03"), "consistent", "log scale"),
        (claim("3", "1", "8"), "consistent", "log scale"),
        (claim("2.86", "7.90", "1.04"), "inconsistent", "above the upper limit"),
        (claim("1.2", "1.3", "1.2"), "inconsistent", "above the upper limit"),
        (claim("1.2", "1.25", "1.2"), "consistent", "log scale"),
        (claim("2.05", "3.00"), "inconsistent", "outside its own limit"),
        (claim("-1.20", "0.50", "2.00"), "inconsistent", "must be above 0"),
        (claim("2.86", "1.04"), "cannot tell", "not printed: the upper limit"),
        (claim("", "1.04", "7.90"), "cannot tell", "not printed: the estimate"),
        (claim("2.86"), "cannot tell", "Needs"),
        (claim("1.50", "1.00", "2.00", measure="RR"), "consistent if", "scale of the ratio itself"),
        (claim("1.7", "1.1", "2.8"), "consistent", "log scale"),
    ],
)
def test_the_middle_of_an_interval(printed: Claim, verdict: str, said: str) -> None:
    found = centre(printed).finding
    assert found.verdict == verdict
    assert said in found.message


def test_digits_cut_off_are_a_condition() -> None:
    """Limits of 1.00098 and 4.00098 have their middle at 2.00122;
    rounded limits that print as 1.0009 and 4.0009 stay below.
    """
    assert math.sqrt(1.00098 * 4.00098) == pytest.approx(2.00122, abs=1e-5)
    assert math.sqrt(1.00095 * 4.00095) < 2.001215
    found = centre(claim("2.00122", "1.0009", "4.0009")).finding
    assert found.verdict == "consistent if"
    assert "cut off" in found.message


def test_exchanged_limits_are_mended_by_exchanging_them() -> None:
    (found,) = [each for each in audit([claim("2.86", "7.90", "1.04")]) if each.check == "centre"]
    assert found.mend == "ci_lower 1.04 and ci_upper 7.90, exchanged"


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [
        (claim("2.86", "1.04", "7.90", effect_p="0.04"), "consistent"),
        (claim("2.86", "1.04", "7.90", effect_p="<0.05"), "consistent"),
        (claim("2.86", "1.04", "7.90", effect_p=">0.05"), "inconsistent"),
        (claim("2.86", "1.04", "7.90", effect_p="0.4"), "inconsistent"),
        (claim("2.86", "1.04", "", effect_p="0.04"), "consistent"),
        (claim("2.86", "", "7.90", effect_p="0.9"), "inconsistent"),
        (claim("", "1.04", "7.90", effect_p="0.042"), "consistent"),
        (claim("2.86", "1.04", "7.90"), "cannot tell"),
        (claim("2.86", effect_p="0.04"), "cannot tell"),
        (claim("0.35", "0.13", "0.96", effect_p="<0.05"), "consistent"),
        (claim("-10", "-30", "10", measure="MD", effect_p="0.33"), "consistent"),
        (claim("-10", "-30", "10", measure="MD", effect_p="<0.001"), "inconsistent"),
        (claim("2", "1", "8", effect_p="<0.05"), "consistent if"),
        (claim("2", "1", "8", effect_p="<0.15"), "consistent"),
    ],
)
def test_the_p_value_of_an_interval(printed: Claim, verdict: str) -> None:
    assert interval_p(printed).finding.verdict == verdict


def test_a_one_sided_p_is_named() -> None:
    found = find(audit([claim("2.86", "1.04", "7.90", effect_p="0.021")]), "death", "interval_p")
    assert found.verdict == "inconsistent"
    assert "one-sided" in found.message
    assert found.mend == "effect_p 0.042 instead of 0.021"


@pytest.mark.parametrize("df", [3, 8])
def test_a_t_interval_is_a_condition(df: int) -> None:
    estimate, lower, upper, p = t_interval(0.9, 0.25, df)
    found = interval_p(claim(estimate, lower, upper, effect_p=p, k=df + 1)).finding
    assert found.verdict == "consistent if"
    assert f"t distribution with {df} df" in found.message


@pytest.mark.parametrize("stated", [{"model": "fixed"}, {"method": "revman-random"}, {"method": "peto"}])
def test_a_t_interval_is_none_where_the_stated_method_has_none(stated: dict[str, str]) -> None:
    estimate, lower, upper, p = t_interval(0.9, 0.25, 3)
    assert (
        interval_p(claim(estimate, lower, upper, effect_p=p, k=4, **stated)).finding.verdict == "inconsistent"
    )


def test_a_wrong_estimate_does_not_make_the_p_value_wrong_too() -> None:
    """P = 0.04 fits the limits; the estimate does not, and the middle says so alone."""
    found = audit([claim("5.86", "1.04", "7.90", effect_p="0.04")])
    assert find(found, "death", "centre").verdict == "inconsistent"
    assert find(found, "death", "centre").mend == "estimate 2.87 instead of 5.86"
    assert find(found, "death", "interval_p").verdict == "consistent"


def test_the_mend_is_the_change_that_leaves_fewest_checks_failing() -> None:
    """An upper limit of 4.898 for 7.898: a smaller change of the estimate mends the middle,
    but not the p-value.
    """
    found = audit([claim("2.862", "1.037", "4.898", effect_p="0.0424", method="mh")])
    assert find(found, "death", "centre").mend.startswith("ci_upper 7.")


def test_other_levels() -> None:
    reach = stats.norm.ppf(0.95) * 0.5
    lower, upper = (f"{math.exp(1 + side * reach):.3f}" for side in (-1, 1))
    p = f"{2 * stats.norm.sf(2.0):.4f}"
    assert (
        interval_p(claim(f"{math.e:.3f}", lower, upper, effect_p=p, level=0.9)).finding.verdict
        == "consistent"
    )
    assert (
        interval_p(claim(f"{math.e:.3f}", lower, upper, effect_p=p, method="mh")).finding.verdict
        == "inconsistent"
    )
