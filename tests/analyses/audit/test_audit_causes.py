"""Findings with one cause count once; a number that another sum explains accuses nobody;
other papers are counted apart.
"""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from audit_claims import find

from bayes_ivig import Dataset, Study
from bayes_ivig.analyses.audit.causes import with_causes
from bayes_ivig.inputs.paper.claims import Claim, Printed
from bayes_ivig.inputs.paper.other_claims import OtherClaim
from bayes_ivig.published import audit
from bayes_ivig.reporting.audit.section import audit_sentence
from bayes_ivig.reporting.audit.text import audit_text
from bayes_ivig.results.audit import Change, Finding
from bayes_ivig.results.coded import coded

COUNTS = Dataset(
    (Study("A", 5, 40, 12, 41), Study("B", 4, 50, 9, 52), Study("C", 2, 20, 3, 19)), outcome="death"
)


def numbers(text: str) -> tuple[Printed, ...]:
    return tuple(map(Printed, text.split()))


def added(subject: str, parts: str, total: str, **more: object) -> OtherClaim:
    return OtherClaim("sum", subject, Printed(total), numbers(parts), Printed(total), **more)  # type: ignore[arg-type]


def effect(outcome: str, estimate: str, lower: str, upper: str, **more: object) -> Claim:
    return Claim(outcome, "OR", Printed(estimate), Printed(lower), Printed(upper), **more)  # type: ignore[arg-type]


WOMEN = added("women with the antibody", "16 15 15 99 4", "149")
SIZES = added("trial sizes", "16 15 31 99 24", "149")


def test_a_wrong_sum_that_another_claimed_sum_explains_accuses_nobody() -> None:
    alone = find(audit([], other=[SIZES]), "trial sizes", "sum")
    assert (alone.verdict, alone.mend) == ("inconsistent", "total 185 instead of 149")
    both = find(audit([], other=[SIZES, WOMEN]), "trial sizes", "sum")
    assert (both.verdict, both.mend) == ("consistent if", "")
    assert (
        "consistent if it counts what stands as 'women with the antibody': 16 + 15 + 15 + 99 + 4 = 149"
        in both.message
    )
    shorter = added("some", "100 49 0 0", "149")  # as many trials are wanted, not the number alone
    assert find(audit([], other=[SIZES, shorter]), "trial sizes", "sum").verdict == "inconsistent"
    elsewhere = replace(WOMEN, about="other")
    assert find(audit([], other=[SIZES, elsewhere]), "trial sizes", "sum").verdict == "inconsistent"


@pytest.mark.parametrize(
    ("total", "told"),
    [
        ("222", "the people of both arms"),
        ("110", "the people of the treatment arms"),
        ("112", "the people of the control arms"),
        ("35", "the events of both arms"),
        ("11", "the events of the treatment arms"),
        ("24", "the events of the control arms"),
        ("60", "the column 'enrolled'"),
    ],
)
def test_a_wrong_sum_that_the_counts_explain_accuses_nobody(total: str, told: str) -> None:
    counts = replace(COUNTS, columns=(("enrolled", ("10", "20", "30")), ("place", ("x", "2", "3"))))
    found = find(audit([], counts, other=[added("women", "90 102 31", total)]), "women", "sum")
    assert found.verdict == "consistent if"
    assert told in found.message
    assert (
        find(audit([], other=[added("women", "90 102 31", total)]), "women", "sum").verdict == "inconsistent"
    )


def test_participants_that_are_another_column_accuse_nobody() -> None:
    claim = effect("death", "0.42", "0.20", "0.88", k=3, n=60)
    assert find(audit([claim], COUNTS), "death", "participants").verdict == "inconsistent"
    counts = replace(COUNTS, columns=(("enrolled", ("10", "20", "30")),))
    found = find(audit([claim], counts), "death", "participants")
    assert found.verdict == "consistent if"
    assert found.message.endswith("10 + 20 + 30 = 60.")


def test_a_wrong_digit_in_an_odds_ratio_and_its_mirror_image_is_one_cause() -> None:
    """OR 0.42 (0.20 to 0.88) and 2.38 (1.14 to 5.00), both printed with a wrong estimate
    that are reciprocals.
    """
    pair = OtherClaim("complement", "alive against dead")
    wrong = [effect("dead", "0.62", "0.20", "0.88"), effect("alive", "1.61", "1.14", "5.00")]
    found = audit(wrong, other=[pair])
    assert {(each.claim, each.check) for each in found.of("inconsistent")} == {
        ("dead", "centre"),
        ("alive", "centre"),
    }
    assert found.counts("paper")["causes"] == 1
    apart = audit(wrong)
    assert apart.counts("paper")["causes"] == 2  # nobody says that they are mirror images
    half = audit([wrong[0], effect("alive", "2.38", "1.14", "5.00")], other=[pair])
    assert {each.check for each in half.of("inconsistent")} == {"centre", "complement"}
    assert half.counts("paper")["causes"] == 1


def test_one_wrong_count_in_three_places_is_one_cause() -> None:
    """44 women printed as 54: a percentage, a sum and a repeated number are wrong."""
    rows = [
        OtherClaim("percentage", "share", Printed("65.9"), numbers("29"), Printed("54")),
        added("both arms", "54 41", "85"),
        OtherClaim("equal", "twice", Printed("54"), numbers("44")),
        OtherClaim("percentage", "something else", Printed("71"), numbers("11"), Printed("17")),
    ]
    found = audit([], other=rows)
    assert [each.cause for each in found] == [1, 1, 1, 2]
    text = " ".join(audit_text(found).split())
    assert "4 checks of the paper audited: 4 inconsistent with 2 causes, 0 consistent if" in text
    assert text.count("same cause as share (percentage): one change mends both") == 2
    assert audit_sentence(found, "paper").endswith(
        "4 are inconsistent, with two causes, 0 consistent under a condition, 0 consistent; "
        "for 0 too little is printed."
    )
    assert found.counts("paper") == {
        "checks": 4, "consistent": 0, "consistent if": 0, "inconsistent": 4, "cannot tell": 0, "causes": 2
    }  # fmt: skip


def test_a_wrong_heterogeneity_p_of_one_mirror_image_is_one_cause() -> None:
    """I2 52% of six trials means P = 0.062 to 0.067; printed 0.17 for one outcome and 0.06
    for its mirror image.
    """
    spread = {"k": 6, "i2_percent": Printed("52"), "model": "fixed"}
    claims = [effect("dead", "0.42", "0.20", "0.88", heterogeneity_p=Printed("0.17"), **spread)]
    claims.append(effect("alive", "2.38", "1.14", "5.00", heterogeneity_p=Printed("0.06"), **spread))
    found = audit(claims, other=[OtherClaim("complement", "dead against alive")])
    assert {each.check for each in found.of("inconsistent")} == {"heterogeneity_p", "complement"}
    assert found.counts("paper")["causes"] == 1


def test_causes_are_the_fewest_changes_by_brute_force() -> None:
    """For random findings of up to five with changes of four numbers;
    greedy is exact wherever two changes are enough.
    """
    rng = np.random.default_rng(2)
    for _ in range(200):
        some = [tuple(Change(f"x.{n}", n, n) for n in range(4) if rng.random() < 0.4) for _ in range(5)]
        findings = [
            Finding(str(i), "sum", "inconsistent", coded("nothing_printed"), changes=changes)
            for i, changes in enumerate(some)
        ]
        marked = with_causes(findings)
        own = sum(not changes for changes in some)
        mendable = [changes for changes in some if changes]
        fewest = next(
            size
            for size in range(5)
            for chosen in itertools.combinations(range(4), size)
            if all(any(int(change.low) in chosen for change in changes) for changes in mendable)
        )
        causes = {each.cause for each in marked}
        assert causes == set(range(1, len(causes) + 1))
        assert len(causes) >= own + fewest
        assert len(causes) == own + fewest or fewest >= 2
        for cause in causes:
            group = [each.changes for each in marked if each.cause == cause]
            assert len(group) == 1 or set.intersection(
                *({change.number for change in changes} for changes in group)
            )
