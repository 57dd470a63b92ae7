"""A table of other claims is validated at the door, and a stated rule is parsed."""

from pathlib import Path

import pytest

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.paper.claims import Printed, read_claims
from bayes_ivig.inputs.paper.other_claims import holds_other_claims, read_other_claims
from bayes_ivig.inputs.paper.stated_rule import Condition, parse_rules

COUNTED = "treatment_events,treatment_total,control_events,control_total"
HEADER = f"kind,subject,printed,parts,total,measure,{COUNTED},estimate,where\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "other.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    rows = (
        "percentage,deaths,71.0%,11,17,,,,,,,text\nsum,arms,100,33%;67%,100,,,,,,,\n"
        "STUDY_EFFECT,one,,,,or,5,10,4,12,1.802,\n"
    )
    first, second, third = read_other_claims(write(tmp_path, HEADER + rows))
    assert (first.kind, first.printed, first.parts, first.percent) == (
        "percentage",
        Printed("71.0"),
        (Printed("11"),),
        True,
    )
    assert (second.parts, second.percent) == ((Printed("33"), Printed("67")), True)
    assert (third.kind, third.measure, third.counts, third.printed) == (
        "study_effect",
        "OR",
        (5, 10, 4, 12),
        None,
    )
    assert str(third.estimate) == "1.802"


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("percentige,x,71,11,17,,,,,,,", "kind", "did you mean 'percentage'?"),
        ("sum,,71,11,17,,,,,,,", "subject", "blank; say what the claim is about"),
        ("sum,x,many,11,17,,,,,,,", "printed", "must be a number as printed"),
        ("sum,x,71,11;two,17,,,,,,,", "parts", "found 'two'"),
        ("study_effect,x,,,,ODD,,,,,,", "measure", "must be one of OR, RR"),
        ("study_effect,x,,,,OR,5.5,10,4,12,,", "treatment_events", "'5.5'"),
        ("study_effect,x,,,,OR,15,10,4,12,,", "treatment_events", "15 events in an arm of 10"),
        ("rule,x,,when it suits,,,,,,,,", "parts", "must begin with 'fixed:' or 'random:'"),
    ],
)
def test_a_bad_cell(tmp_path: Path, row: str, column: str, said: str) -> None:
    path = write(tmp_path, f"{HEADER}{row}\n")
    with pytest.raises(DataError) as caught:
        read_other_claims(path)
    assert str(caught.value).startswith(f"{path}: row 2: column {column}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEADER, "no claims"),
        ("subject,printed\nx,1\n", "missing column 'kind'"),
        ("kind,subject,prnted\nsum,x,1\n", "did you mean 'printed'?"),
    ],
)
def test_a_broken_table(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said.replace("?", r"\?")):
        read_other_claims(write(tmp_path, text))


def test_every_problem_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_other_claims(write(tmp_path, f"{HEADER}sam,,x,,,,,,,,,\nsum,y,z,,,,,,,,,\n"))
    assert len(str(caught.value).splitlines()) == 4


def test_which_kind_of_table_it_is(tmp_path: Path) -> None:
    assert holds_other_claims(write(tmp_path, f"{HEADER}sum,x,1,1,1,,,,,,,\n"))
    assert not holds_other_claims(
        write(tmp_path, "outcome,measure,estimate,ci_lower,ci_upper\ndeath,OR,1,1,1\n")
    )


def test_percent_signs_in_a_table_of_pooled_results(tmp_path: Path) -> None:
    header = "outcome,measure,estimate,ci_lower,ci_upper,i2_percent,effect_p\n"
    (claim,) = read_claims(write(tmp_path, f"{header}death,RD,-12.5%,-20%,-5.0%,52%,<5%\n"))
    assert [str(number) for number in (claim.estimate, claim.ci_lower, claim.ci_upper)] == [
        "-0.125",
        "-0.20",
        "-0.050",
    ]
    assert (str(claim.i2_percent), str(claim.effect_p)) == ("52", "<0.05")
    with pytest.raises(DataError, match="column estimate: found '12%'"):
        read_claims(write(tmp_path, f"{header}death,OR,12%,1,2,52,\n"))


def test_a_rule() -> None:
    fixed, random = parse_rules(
        "Common: p >= 0.10 AND I2 <= 50%; random: heterogeneity_p<.1 or i2_percent > 50"
    )
    assert (fixed.model, fixed.joined, random.joined) == ("fixed", "and", "or")
    assert fixed.conditions == (Condition("heterogeneity_p", ">=", 0.1), Condition("i2_percent", "<=", 50.0))
    assert str(random) == "random if heterogeneity_p < 0.1 or i2_percent > 50"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "blank"),
        ("fixed", "must begin with"),
        ("mixed: p > 0.1", "must begin with"),
        ("fixed: p > 0.1 and i2 < 50 or i2 > 60", "use one of them"),
        ("fixed: p is large", "must be a comparison"),
        ("fixed: q > 3", "compare heterogeneity_p or i2_percent"),
    ],
)
def test_a_rule_that_cannot_be_read(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_rules(text)
