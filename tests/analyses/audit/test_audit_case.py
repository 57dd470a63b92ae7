"""What an audit finds in the paper of the case, from the printed numbers alone and with the counts."""

import pytest
from audit_claims import find

from bayes_ivig.inputs.paper.claims import load_claims
from bayes_ivig.published import audit
from bayes_ivig.results.audit import Audit


@pytest.fixture(scope="module")
def case() -> Audit:
    return audit("ivig")


def test_preterm_birth_is_not_in_the_middle_and_p_is_impossible(case: Audit) -> None:
    centre = find(case, "preterm_birth", "centre")
    assert centre.verdict == "inconsistent"
    assert "1.735 to 1.752" in centre.message
    assert centre.mend == "ci_lower 0.80 instead of 0.58"
    assert "estimate 1.75 instead of 2.05" in centre.message
    p_value = find(case, "preterm_birth", "interval_p")
    assert (p_value.verdict, p_value.mend) == ("inconsistent", "effect_p >0.05 instead of <0.05")
    assert "0.131 to 0.328" in p_value.message
    assert "includes 1" in p_value.message


def test_neonatal_heterogeneity_needs_one_trial_less(case: Audit) -> None:
    found = find(case, "neonatal_outcome", "heterogeneity_p")
    assert found.verdict == "consistent if"
    assert "P = 0.138 to 0.144" in found.message
    assert "only 3 of the 4 trials are estimable" in found.message


def test_mirror_images_have_one_p_value(case: Audit) -> None:
    found = find(case, "live_birth against miscarriage", "complement")
    assert (found.verdict, found.mend) == (
        "inconsistent",
        "heterogeneity_p of miscarriage 0.07 instead of 0.06",
    )
    assert found.printed == "0.07 and 0.06"


@pytest.mark.parametrize(
    ("subject", "check", "mend"),
    [
        ("Heilmann 2001 women", "equal", "66 instead of 102"),
        ("women with an outcome in a cited study", "percentage", "count 12 instead of 11"),
        ("Vaquero 2001 IVIG arm", "percentage", "77% instead of 78%"),
        ("Dendrinos 2009 intention to treat", "study_effect", "measure RR instead of OR"),
        ("Habets 2022 women by arm", "sum", "part 284 instead of 248"),
    ],
)
def test_what_other_numbers_contradict(case: Audit, subject: str, check: str, mend: str) -> None:
    found = find(case, subject, check)
    assert (found.verdict, found.mend) == ("inconsistent", mend)


def test_nothing_else_is_called_inconsistent(case: Audit) -> None:
    assert (
        len(case.of("inconsistent", "paper"))
        == case.counts("paper")["inconsistent"]
        == case.counts("paper")["causes"]
        == 5
    )
    others = {found.claim for found in case.of("inconsistent", "other")}
    assert others == {
        "Habets 2022 women by arm",
        "Dendrinos 2009 intention to treat",
        "Vaquero 2001 IVIG arm",
    }
    assert not case.ok
    conditional = {found.claim for found in case.of("consistent if")}
    assert conditional == {"miscarriage", "neonatal_outcome", "women in the six pooled trials"}
    assert len(case) == sum(case.counts(about)["checks"] for about in ("paper", "other")) == 56


def test_the_366_women_are_the_column_they_are_called_by(case: Audit) -> None:
    """The paper's abstract says "366 aPL-positive women"; an earlier version held
    that against the trial sizes, 487.
    """
    found = find(case, "aPL-positive women over nine trials", "sum")
    assert (found.verdict, found.message) == (
        "consistent",
        "16 + 15 + 15 + 99 + 4 + 82 + 40 + 78 + 17 = 366, as printed.",
    )
    assert not any("366" in each.printed for each in case.of("inconsistent"))
    women = find(case, "women in the six pooled trials", "sum")
    assert women.message.endswith("(trial set 'published'): 66 + 15 + 24 + 31 + 82 + 99 = 317.")
    assert women.mend == ""


@pytest.mark.parametrize(
    ("outcome", "method"),
    [
        ("live_birth", "revman-random"),
        ("obstetric_complication", "revman-random"),
        ("neonatal_outcome", "mh"),
    ],
)
def test_the_counts_give_the_published_results(case: Audit, outcome: str, method: str) -> None:
    assert find(case, outcome, "recomputed").verdict == "consistent"
    best = next(match for match in case.matches if match.claim == outcome)
    assert (best.measure, best.method, best.convention, best.quantile) == ("OR", method, "revman", "z")
    assert not best.missed
    claim = next(claim for claim in load_claims("ivig") if claim.outcome == outcome)
    printed = {name: getattr(claim, name) for name in best.met}
    assert all(number.met_by(dict(best.recomputed)[name]) for name, number in printed.items())


def test_trials_and_participants_agree_with_the_counts(case: Audit) -> None:
    for outcome in (
        "live_birth",
        "miscarriage",
        "obstetric_complication",
        "neonatal_outcome",
        "preterm_birth",
    ):
        assert find(case, outcome, "trials").verdict == "consistent"
        assert find(case, outcome, "participants").verdict == "consistent"
    assert find(case, "preterm_birth", "recomputed").verdict == "cannot tell"
    assert "8 of them can be estimated" in find(case, "preterm_birth", "trials").message


def test_the_stated_rule(case: Audit) -> None:
    assert find(case, "live_birth", "model_rule").verdict == "consistent"
    preterm = find(case, "preterm_birth", "model_rule")
    assert preterm.verdict == "cannot tell"
    assert "Both conditions hold" in preterm.message


def test_the_printed_numbers_alone_need_no_counts() -> None:
    alone = audit(load_claims("ivig"))
    wrong = {(found.claim, found.check) for found in alone.of("inconsistent")}
    assert wrong == {("preterm_birth", "centre"), ("preterm_birth", "interval_p")}
    assert not alone.matches


def test_an_audit_as_a_table_and_as_a_document(case: Audit) -> None:
    table = case.table()
    assert list(table.columns) == [
        "claim",
        "check",
        "verdict",
        "message",
        "mend",
        "printed",
        "where",
        "about",
        "cause",
    ]
    assert len(table) == len(case) == len(list(case))
    document = case.to_dict()
    findings = document["findings"]
    assert isinstance(findings, list)
    assert list(findings[0]) == ["claim", "check", "verdict", "message", "mend", "about", "cause"]
    assert document["counts"] == {
        about: {verdict.replace(" ", "_"): number for verdict, number in case.counts(about).items()}
        for about in ("paper", "other")
    }
    assert [each["cause"] for each in findings if each["verdict"] == "inconsistent"] == list(range(1, 9))
    assert all(each["cause"] is None for each in findings if each["verdict"] != "inconsistent")
    assert findings[0]["mend"] is None
