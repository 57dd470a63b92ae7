"""I squared, its p-value, the number of trials, and the rule that chooses a model by them."""

import pytest
from audit_claims import claim, find, other

from bayes_ivig.analyses.audit.heterogeneity import heterogeneity_p
from bayes_ivig.analyses.audit.stated_rule import model_rule
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.published import audit

RULE = "fixed: p >= 0.10 and i2 <= 50%; random: p < 0.10 or i2 > 50%"


def spread(i2: str, p: str, **fields: object) -> Claim:
    return claim("2.0", "1.0", "4.0", i2_percent=i2, heterogeneity_p=p, **fields)


@pytest.mark.parametrize(
    ("printed", "verdict", "said"),
    [
        (spread("52", "0.07", k=6), "consistent", "5 df"),
        (spread("45", "0.16", k=4), "consistent if", "only 3 of the 4 trials"),
        (spread("45", "0.16", k=4, k_estimable=3), "consistent", "2 df"),
        (spread("45", "0.16", k=9, k_estimable=4), "consistent if", "only 3 of the 4 trials"),
        (spread("45", "0.36", k=4, model="fixed"), "inconsistent", "Fewer estimable trials do not help"),
        (spread("45", "0.36", k=4, method="revman-random", model="random"), "inconsistent", "0.138 to 0.144"),
        (spread("45", "0.36", k=4, model="random"), "consistent if", "computed from tau2"),
        (spread("45", "0.36", k=4, method="reml"), "consistent if", "computed from tau2"),
        (spread("0", "0.90", k=5), "consistent", "4 df"),
        (spread("0", "<0.05", k=5, model="fixed"), "inconsistent", "P < 0.05 is printed"),
        (spread("90", "<0.001", k=12), "consistent", "P <"),
        (spread("45", "0.14"), "cannot tell", "would fit 4"),
        (spread("95", "0.90", model="fixed"), "inconsistent", "no number of trials"),
        (claim("2.0", "1.0", "4.0", i2_percent="45", k=4), "cannot tell", "not printed"),
        (spread("60", "0.05", k=1), "inconsistent", "One trial alone"),
        (spread("0", "1.00", k=1), "cannot tell", "One trial alone"),
        (spread("63.9", "0.06", k=3, model="fixed"), "consistent", "2 df"),
    ],
)
def test_heterogeneity(printed: Claim, verdict: str, said: str) -> None:
    found = heterogeneity_p(printed).finding
    assert found.verdict == verdict
    assert said in found.message


@pytest.mark.parametrize(
    ("printed", "mend"),
    [
        (spread("45", "0.19", k=4, model="fixed"), "heterogeneity_p 0.14 instead of 0.19"),
        (spread("12", "0.066", k=6, model="fixed"), "i2_percent 52 instead of 12"),
        (spread("70.0", "0.0008", k=4, model="fixed"), "k 9 instead of 4"),
        (spread("0", "<0.05", k=5, model="fixed"), "heterogeneity_p >0.05 instead of <0.05"),
    ],
)
def test_the_smallest_change_in_units_of_the_last_digit(printed: Claim, mend: str) -> None:
    assert find(audit([printed]), "death", "heterogeneity_p").mend == mend


@pytest.mark.parametrize(
    ("printed", "verdict", "mend"),
    [
        (spread("52", "0.07", model="random"), "consistent", ""),
        (spread("52", "0.07", model="fixed"), "inconsistent", "model random instead of fixed"),
        (spread("20", "0.30", model="common"), "consistent", ""),
        (spread("20", "0.30", model="random"), "inconsistent", "model fixed instead of random"),
        (spread("50", "0.10", model="random"), "consistent", ""),
        (spread("50", "0.10", model="fixed"), "consistent", ""),
        (spread("20", "0.30"), "cannot tell", ""),
        (claim("2.0", model="random"), "cannot tell", ""),
        (claim("2.0", i2_percent="70", model="fixed"), "inconsistent", "model random instead of fixed"),
    ],
)
def test_a_stated_rule(printed: Claim, verdict: str, mend: str) -> None:
    found = model_rule(printed, other("rule", rule=RULE))
    assert (found.verdict, found.mend) == (verdict, mend)


def test_a_rule_that_contradicts_itself() -> None:
    rule = other("rule", rule="fixed: p >= 0.10 or i2 <= 50; random: p < 0.10 or i2 > 50")
    found = model_rule(spread("46", "0.07", model="fixed"), rule)
    assert found.verdict == "consistent if"
    assert "Both conditions hold" in found.message


def test_a_rule_without_its_text_leaves_the_question_open() -> None:
    """A row of kind rule whose cell of parts is empty: what it needs is said, nothing is raised."""
    finding = model_rule(spread("46", "0.07", model="fixed"), other("rule"))
    assert finding.verdict == "cannot tell"
    assert "parts" in finding.message
