"""Printed numbers keep their digits, and a table of claims is validated like a table of counts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.evidence.tables import evidence_names, evidence_table, partial_path
from bayes_ivig.inputs.paper.claims import Claim, Printed, claims_path, load_claims, read_claims

HEADER = (
    "outcome,measure,k,n,estimate,ci_lower,ci_upper,level,i2_percent,heterogeneity_p,effect_p,model,where"
)
GOOD = "death,OR,6,317,2.86,1.04,7.90,0.95,52,0.07,<0.05,random,abstract"


def write(folder: Path, text: str) -> Path:
    path = folder / "claims.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "bound", "value", "decimals", "half_unit"),
    [
        ("7.90", "", 7.9, 2, 0.005),
        ("7.9", "", 7.9, 1, 0.05),
        ("52", "", 52.0, 0, 0.5),
        ("-186.71", "", -186.71, 2, 0.005),
        ("\u2212186.71", "", -186.71, 2, 0.005),
        ("0\u00b720", "", 0.2, 2, 0.005),
        (".05", "", 0.05, 2, 0.005),
        ("+1", "", 1.0, 0, 0.5),
        ("<0.05", "<", 0.05, 2, 0.005),
        ("< 0.00001", "<", 0.00001, 5, 0.000005),
        (">0.9", ">", 0.9, 1, 0.05),
        ("\u22640.001", "<=", 0.001, 3, 0.0005),
    ],
)
def test_a_printed_number(text: str, bound: str, value: float, decimals: int, half_unit: float) -> None:
    printed = Printed(text)
    assert str(printed) == text
    assert (printed.bound, printed.value, printed.decimals) == (bound, value, decimals)
    assert printed.half_unit == pytest.approx(half_unit)


@pytest.mark.parametrize(
    "text", ["", "abc", "nan", "inf", "1e-5", "7.", "1,5", "52%", "1.2.3", "~1", "<", "--1", "1 2"]
)
def test_what_is_no_printed_number(text: str) -> None:
    with pytest.raises(DataError, match="must be a number as printed"):
        Printed(text)


@pytest.mark.parametrize(
    ("text", "value", "met"),
    [
        ("7.90", 7.8984, True),
        ("7.90", 7.8949, False),
        ("7.90", 7.905, True),
        ("7.9", 7.94, True),
        ("0.13", 0.125, True),
        ("0.12", 0.125, True),
        ("-186.71", -186.706, True),
        ("<0.05", 0.042, True),
        ("<0.05", 0.05, False),
        ("<=0.05", 0.05, True),
        (">0.05", 0.05, False),
        (">=0.05", 0.05, True),
        ("7.90", float("nan"), False),
    ],
)
def test_a_value_meets_what_it_rounds_to(text: str, value: float, met: bool) -> None:
    assert Printed(text).met_by(value) is met


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_every_value_meets_its_own_rounding(value: float, decimals: int) -> None:
    printed = Printed(f"{value:.{decimals}f}")
    assert printed.decimals == decimals
    assert printed.met_by(value)


def test_a_table_of_claims(tmp_path: Path) -> None:
    (claim,) = read_claims(write(tmp_path, f"{HEADER}\n{GOOD}\n"))
    assert claim == Claim(
        "death", "OR", Printed("2.86"), Printed("1.04"), Printed("7.90"), 0.95, 6, 317,
        i2_percent=Printed("52"), heterogeneity_p=Printed("0.07"), effect_p=Printed("<0.05"), model="random",
        where="abstract",
    )  # fmt: skip
    assert hash(claim)


def test_what_is_not_printed_is_none(tmp_path: Path) -> None:
    needed = "outcome,measure,estimate,ci_lower,ci_upper,k,method,k_estimable,model,level"
    (claim,) = read_claims(write(tmp_path, f"{needed}\ndeath,or,1.2,,,,mh,4,,\n"))
    assert claim == Claim("death", "OR", Printed("1.2"), method="mh", k_estimable=4)
    assert claim.ci_lower is None
    assert (claim.model, claim.level) == ("unstated", 0.95)


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (GOOD.replace("death", ""), "outcome", "blank; name the outcome"),
        (GOOD.replace("OR", "ODD"), "measure", "found 'ODD'"),
        (GOOD.replace("OR", ""), "measure", "must be one of OR, RR"),
        (
            GOOD.replace("2.86", "2,86").replace("2,86", '"2,86"'),
            "estimate",
            "found '2,86'; must be a number",
        ),
        (GOOD.replace("2.86", "<2.86"), "estimate", "must be a number, not a bound"),
        (GOOD.replace(",6,", ",0,"), "k", "found '0'; must be a whole number of 1 or more"),
        (GOOD.replace("317", "317.5"), "n", "'317.5'"),
        (GOOD.replace("0.95", "95"), "level", "between 0 and 1, for example 0.95"),
        (GOOD.replace("52", "152"), "i2_percent", "between 0 and 100"),
        (GOOD.replace("0.07", "7"), "heterogeneity_p", "between 0 and 1"),
        (GOOD.replace("<0.05", "P<0.05"), "effect_p", "found 'P<0.05'"),
        (GOOD.replace("random", "randm"), "model", "found 'randm' (did you mean 'random'?)"),
    ],
)
def test_a_bad_cell(tmp_path: Path, row: str, column: str, said: str) -> None:
    path = write(tmp_path, f"{HEADER}\n{GOOD}\n{row}\n")
    with pytest.raises(DataError) as caught:
        read_claims(path)
    assert str(caught.value).startswith(f"{path}: row 3: column {column}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEADER}\n", "no claims; the table needs one row per printed result"),
        (
            f"{HEADER},methd\n{GOOD},mh\n",
            "column 'methd' is not one of a claim (did you mean 'method'?); allowed are",
        ),
        (
            f"{HEADER.replace('estimate', 'estimat')}\n{GOOD}\n",
            "missing column 'estimate' (did you mean 'estimat'?)",
        ),
        ("", "the file is empty"),
    ],
)
def test_a_broken_table(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(DataError) as caught:
        read_claims(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("2.86", "x").replace("317", "y")
    with pytest.raises(DataError) as caught:
        read_claims(write(tmp_path, f"{HEADER},odd\n{bad},1\n{GOOD.replace('52', '152')},1\n"))
    assert len(str(caught.value).splitlines()) == 4


def test_claims_are_loaded_by_name_or_path(tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEADER}\n{GOOD}\n")
    assert load_claims(path) == load_claims(str(path)) == read_claims(path)
    assert {claim.outcome for claim in load_claims("ivig")} >= {"live_birth", "preterm_birth", "birth_weight"}
    with pytest.raises(DataError, match="nothing of that name"):
        load_claims("ivigg")


def test_a_sidecar_names_the_claims_of_its_table(tmp_path: Path) -> None:
    (tmp_path / "counts.toml").write_text('claims = "claims.csv"\n')
    assert claims_path(tmp_path / "counts.csv") == tmp_path / "claims.csv"
    assert claims_path(tmp_path / "other.csv") is None


def test_evidence_is_found_by_name() -> None:
    assert "risk_of_bias" in evidence_names()
    assert evidence_table("prisma").column("count")[-2] == "9"


@pytest.mark.parametrize("name", ["risk", "../ivig", "", "claims.csv"])
def test_evidence_that_is_not_there(name: str) -> None:
    with pytest.raises(DataError, match="no evidence table"):
        evidence_table(name)


def test_incomplete_counts_are_found_by_outcome() -> None:
    assert partial_path("ivig", "preterm_birth").is_file()
    with pytest.raises(
        DataError, match="no incomplete counts of outcome 'live_birth'; partly known are preterm_birth"
    ):
        partial_path("ivig", "live_birth")
