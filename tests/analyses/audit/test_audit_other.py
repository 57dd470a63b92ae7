"""Percentages, sums, pairs, single studies and mirror images."""

import pytest
from audit_claims import claim, find, other
from hypothesis import given
from hypothesis import strategies as st

from bayes_ivig.analyses.audit.arithmetic import digits_changed, equal, percentage, total
from bayes_ivig.analyses.audit.complement import complement
from bayes_ivig.analyses.audit.study_effect import study_effect
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.published import audit

DENDRINOS = {"treatment_events": 29, "treatment_total": 44, "control_events": 15, "control_total": 41}
LIMITS = {"ci_lower": "1.14", "ci_upper": "2.84"}
PAIR = OtherClaim("complement", "alive against dead")


@pytest.mark.parametrize(
    ("row", "verdict", "mend"),
    [
        (other("percentage", ("11",), printed="71", total="17"), "inconsistent", "count 12 instead of 11"),
        (other("percentage", ("11",), printed="64.7", total="17"), "consistent", ""),
        (other("percentage", ("11",), printed="64", total="17"), "consistent if", ""),
        (other("percentage", printed="71", total="17"), "consistent", ""),
        (other("percentage", printed="72", total="17"), "inconsistent", "71% instead of 72% (12 of 17)"),
        (other("percentage", printed="72.5", total="1000"), "consistent", ""),
        (other("percentage", ("1",), printed="12", total="8"), "consistent", ""),
        (other("percentage", ("1",), printed="13", total="8"), "consistent", ""),
        (other("percentage", ("11",), printed="71"), "cannot tell", ""),
        (other("percentage", ("11",), total="17"), "cannot tell", ""),
        (other("percentage", ("0",), printed="0", total="0"), "cannot tell", ""),
        (other("percentage", ("7.5",), printed="50", total="15"), "cannot tell", ""),
        (other("percentage", printed="120", total="17"), "inconsistent", "100% instead of 120% (17 of 17)"),
    ],
)
def test_percentages(row: OtherClaim, verdict: str, mend: str) -> None:
    found = percentage(row)
    assert (found.verdict, found.mend) == (verdict, mend)


@given(st.integers(1, 400), st.data(), st.integers(0, 3))
def test_no_honest_percentage_is_accused(whole: int, data: st.DataObject, decimals: int) -> None:
    count = data.draw(st.integers(0, whole))
    printed = f"{100 * count / whole:.{decimals}f}"
    assert (
        percentage(other("percentage", (str(count),), printed=printed, total=whole)).verdict == "consistent"
    )
    assert percentage(other("percentage", printed=printed, total=whole)).verdict == "consistent"


@pytest.mark.parametrize(
    ("row", "verdict", "mend"),
    [
        (other("sum", ("248", "194"), printed="478", total="478"), "inconsistent", "part 284 instead of 248"),
        (other("sum", ("284", "194"), printed="478", total="478"), "consistent", ""),
        (other("sum", ("16", "15"), total="31"), "consistent", ""),
        (other("sum", ("16", "15"), printed="32", total="31"), "inconsistent", "total 31 instead of 32"),
        (other("sum", ("33.3", "33.3", "33.3"), printed="100"), "consistent", ""),
        (other("sum", ("33", "33", "33"), printed="100", percent=True), "consistent", ""),
        (
            other("sum", ("33", "33", "30"), printed="100", percent=True),
            "inconsistent",
            "part 35 instead of 33",
        ),
        (other("sum", (), printed="307", total="307"), "cannot tell", ""),
        (other("sum", ("16", "15")), "cannot tell", ""),
    ],
)
def test_sums(row: OtherClaim, verdict: str, mend: str) -> None:
    found = total(row)
    assert (found.verdict, found.mend) == (verdict, mend)


def test_a_sum_names_every_part_that_could_be_wrong_alone() -> None:
    message = total(other("sum", ("102", "15", "200"), printed="281", total="281")).message
    assert "part 66 instead of 102" in message
    assert "part 164 instead of 200" in message
    assert "instead of 15" not in message


@pytest.mark.parametrize(
    ("first", "second", "changes"),
    [("248", "284", 1), ("248", "248", 0), ("478", "442", 2), ("99", "102", 3), ("7", "17", 1)],
)
def test_digits_changed(first: str, second: str, changes: int) -> None:
    assert digits_changed(first, second) == changes


def test_numbers_that_should_be_one() -> None:
    assert equal(other("equal", ("66",), printed="102", total="102")).mend == "66 instead of 102"
    assert equal(other("equal", ("12.3",), printed="12.34")).verdict == "consistent"
    assert equal(other("equal", ("12.4",), printed="12.34")).verdict == "inconsistent"
    assert equal(other("equal", printed="5")).verdict == "cannot tell"


@pytest.mark.parametrize(
    ("row", "verdict", "said"),
    [
        (
            other("study_effect", measure="OR", estimate="1.802", **DENDRINOS, **LIMITS),
            "inconsistent",
            "is a risk ratio",
        ),
        (
            other("study_effect", measure="RR", estimate="1.802", **DENDRINOS, **LIMITS),
            "consistent",
            "29/44 against 15/41",
        ),
        (
            other("study_effect", measure="RR", estimate="3.35", **DENDRINOS),
            "inconsistent",
            "is an odds ratio",
        ),
        (
            other("study_effect", measure="OR", estimate="3.35", **DENDRINOS),
            "consistent",
            "odds ratio of 3.351",
        ),
        (
            other("study_effect", measure="", estimate="1.802", **DENDRINOS),
            "consistent if",
            "it is a risk ratio",
        ),
        (
            other("study_effect", measure="RR", estimate="0.555", **DENDRINOS),
            "consistent if",
            "control over treatment",
        ),
        (
            other("study_effect", measure="RR", estimate="1.402", **DENDRINOS, **LIMITS),
            "inconsistent",
            "none is what is printed",
        ),
        (other("study_effect", measure="OR", **DENDRINOS), "cannot tell", "No estimate"),
        (other("study_effect", measure="OR", estimate="1.802", **LIMITS), "cannot tell", "not known"),
        (other("study_effect", measure="OR", estimate="2.802", **LIMITS), "inconsistent", "not the middle"),
        (
            other("study_effect", measure="HR", estimate="2.00", ci_lower="1.00", ci_upper="4.00"),
            "cannot tell",
            "not known",
        ),
    ],
)
def test_the_effect_of_one_study(row: OtherClaim, verdict: str, said: str) -> None:
    found = study_effect(row)
    assert found.verdict == verdict
    assert said in found.message


def test_a_zero_cell_needs_something_added() -> None:
    counts = {"treatment_events": 0, "treatment_total": 10, "control_events": 4, "control_total": 10}
    corrected = (0.5 * 6.5) / (10.5 * 4.5)
    found = study_effect(other("study_effect", measure="OR", estimate=f"{corrected:.3f}", **counts))
    assert found.verdict == "consistent if"
    assert "0.5 is added" in found.message


def test_unknown_events_are_searched() -> None:
    """Only the arm sizes are known: some pair of counts must give a risk ratio,
    none gives this odds ratio.
    """
    sizes = {"treatment_total": 44, "control_total": 41}
    found = study_effect(other("study_effect", measure="RR", estimate="1.802", **LIMITS, **sizes))
    assert found.verdict == "consistent"
    assert "29/44 against 15/41" in found.message
    as_odds = study_effect(other("study_effect", measure="OR", estimate="1.802", **LIMITS, **sizes))
    assert as_odds.verdict == "inconsistent"
    impossible = study_effect(
        other("study_effect", measure="OR", estimate="900.00", ci_lower="890.00", ci_upper="910.11", **sizes)
    )
    assert impossible.verdict == "inconsistent"


ALIVE = claim("2.86", "1.04", "7.90", outcome="alive", i2_percent="52", heterogeneity_p="0.07", k=6, n=317)
DEAD = {"outcome": "dead", "i2_percent": "52", "heterogeneity_p": "0.07", "k": 6, "n": 317}


@pytest.mark.parametrize(
    ("dead", "wrong"),
    [
        (claim("0.35", "0.13", "0.96", **DEAD), []),
        (claim("0.35", "0.13", "0.98", **DEAD), ["ci_upper of dead 0.97 instead of 0.98"]),
        (claim("0.53", "0.13", "0.96", **DEAD), ["estimate of dead 0.35 instead of 0.53"]),
        (claim("0.35", "0.13", "0.96", **(DEAD | {"n": 307})), ["n of dead 317 instead of 307"]),
        (claim("0.35", "0.13", "0.96", **(DEAD | {"heterogeneity_p": "0.065"})), []),
        (
            claim("0.35", "0.13", "0.96", **(DEAD | {"i2_percent": "51"})),
            ["i2_percent of dead 52 instead of 51"],
        ),
        (claim("0.35", "0.13", "0.96", **(DEAD | {"effect_p": "0.5"})), []),
    ],
)
def test_mirror_images(dead: Claim, wrong: list[str]) -> None:
    found = complement(PAIR, [ALIVE, dead])
    assert [each.mend for each in found if each.verdict == "inconsistent"] == wrong
    assert wrong or [each.verdict for each in found] == ["consistent"]


def test_a_risk_ratio_has_no_mirror_image() -> None:
    pair = [claim("1.5", "1.1", "2.0", outcome=name, measure="RR") for name in ("alive", "dead")]
    assert [found.verdict for found in complement(PAIR, pair)] == ["cannot tell"]
    differences = [
        claim(e, low, up, outcome=o, measure="RD")
        for o, e, low, up in (("alive", ".1", "-.1", ".3"), ("dead", "-.1", "-.3", ".1"))
    ]
    assert [found.verdict for found in complement(PAIR, differences)] == ["consistent"]


@pytest.mark.parametrize("subject", ["alive against something", "alive", ""])
def test_a_pair_that_is_not_among_the_claims(subject: str) -> None:
    (found,) = complement(OtherClaim("complement", subject or "nothing"), [ALIVE])
    assert found.verdict == "cannot tell"


def test_names_that_begin_alike() -> None:
    pair = [claim("2.0", "1.0", "4.0", outcome="death"), claim("0.5", "0.25", "1.0", outcome="death_late")]
    (found,) = complement(OtherClaim("complement", "death against death_late"), pair)
    assert found.verdict == "consistent"
    assert find(
        audit(pair, other=[OtherClaim("complement", "death_late against death")]),
        "death_late against death",
        "complement",
    )
