"""The audit as users run it: bundled, from files, strict, as JSON, and with broken input."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from command import HEADER, Ran, run

pytestmark = pytest.mark.slow

type Ask = Callable[..., Ran]

CLAIMS = "outcome,measure,k,estimate,ci_lower,ci_upper,i2_percent,heterogeneity_p,effect_p,model,where\n"
GOOD = "death,OR,6,2.86,1.04,7.90,52,0.07,<0.05,random,abstract\n"
BAD = "death,OR,6,2.05,0.58,5.24,46,0.07,<0.05,random,abstract\n"
OTHER = 'kind,subject,printed,parts,total\npercentage,"women, at 22 weeks",71,11,17\n'


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def verdicts(ran: Ran) -> dict[tuple[str, str], str]:
    return {(found["claim"], found["check"]): found["verdict"] for found in ran.document["findings"]}


def test_the_bundled_case(ask: Ask) -> None:
    ran = ask("audit", "ivig")
    assert (ran.status, ran.err) == (0, "")
    first, rest = ran.out.split("Consistent under a condition")
    paper, others = (line for line in " ".join(ran.out.split()).split("Audit of ivig, ")[1:3])
    assert paper.startswith(
        "46 checks of the paper audited: 5 inconsistent, 3 consistent if, 6 cannot tell, 32 consistent"
    )
    assert others.startswith(
        "10 checks of what other papers print: 3 inconsistent, 0 consistent if, 1 cannot tell, 6 consistent"
    )
    for said in (
        "is 1.735 to 1.752",
        "mend: ci_lower 0.80 instead of 0.58",
        "is a risk ratio",
        "part 284 instead of 248",
    ):
        assert said in " ".join(first.split())
    assert "only 3 of the 4 trials are estimable" in " ".join(rest.split())
    assert max(map(len, ran.out.splitlines())) <= 80


def test_a_document(ask: Ask, tmp_path: Path) -> None:
    path = write(tmp_path, "claims.csv", CLAIMS + BAD)
    ran = ask("audit", path, "--other", write(tmp_path, "other.csv", OTHER), "--json")
    assert ran.status == 0
    assert {"findings", "counts", "matches"} <= set(ran.document)
    keys = {"claim", "check", "verdict", "message", "mend", "about", "cause"}
    assert all(set(found) == keys for found in ran.document["findings"])
    found = verdicts(ran)
    assert found["death", "centre"] == found["death", "interval_p"] == "inconsistent"
    assert found["women, at 22 weeks", "percentage"] == "inconsistent"
    assert found["death", "heterogeneity_p"] == "consistent if"
    assert (
        next(each for each in ran.document["findings"] if each["check"] == "heterogeneity_p")["mend"] is None
    )


@pytest.mark.parametrize(("row", "status"), [(GOOD, 0), (BAD, 1)])
def test_strict(ask: Ask, tmp_path: Path, row: str, status: int) -> None:
    path = write(tmp_path, "claims.csv", CLAIMS + row)
    assert ask("audit", path, "--strict").status == status
    assert ask("audit", path).status == 0
    ran = ask("audit", path, "--strict", "--json")
    assert ran.status == status
    json.loads(ran.out)


def test_other_claims_alone(ask: Ask, tmp_path: Path) -> None:
    ran = ask("audit", write(tmp_path, "other.csv", OTHER), "--json")
    assert verdicts(ran) == {("women, at 22 weeks", "percentage"): "inconsistent"}


def test_what_another_paper_prints_does_not_fail_a_strict_audit(ask: Ask, tmp_path: Path) -> None:
    rows = "kind,subject,printed,parts,total,about\npercentage,women,71,11,17,{}\n"
    for about, status in (("other", 0), ("paper", 1), ("", 1)):
        path = write(tmp_path, "other.csv", rows.format(about))
        ran = ask("audit", path, "--strict")
        assert ran.status == status
        assert ("Inconsistent, in other papers" in ran.out) == (about == "other")
    ran = ask("audit", write(tmp_path, "other.csv", rows.format("mine")))
    assert ran.status == 2
    assert "row 2: column about: found 'mine'" in ran.err


def test_with_counts(ask: Ask, tmp_path: Path) -> None:
    counts = write(tmp_path, "counts.csv", f"{HEADER}A,5,40,12,41\nB,4,50,9,52\nC,2,20,3,19\nD,0,9,0,0\n")
    pooled = ask("pool", counts, "--method", "revman-fixed", "--json").document
    numbers = [f"{math.exp(pooled[name]):.2f}" for name in ("estimate", "ci_lower", "ci_upper")]
    printed = (*numbers, f"{pooled['i2']:.0f}", f"{pooled['q_p_value']:.2f}", f"{pooled['p_value']:.3f}")
    row = f"death,OR,4,{','.join(printed)},fixed,\n"
    ran = ask("audit", write(tmp_path, "claims.csv", CLAIMS + row), "--counts", counts, "--json")
    assert verdicts(ran)["death", "recomputed"] == "consistent"
    assert ran.document["matches"][0]["method"] == "mh"
    wrong = row.replace(numbers[0], "0.99", 1)
    ran = ask("audit", write(tmp_path, "claims.csv", CLAIMS + wrong), "--counts", counts, "--strict")
    assert ran.status == 1
    assert f"estimate {numbers[0]} instead of 0.99" in " ".join(ran.out.split())


def test_names_that_could_command_a_terminal(ask: Ask, tmp_path: Path) -> None:
    path = write(tmp_path, "claims.csv", CLAIMS + BAD.replace("death", '"\x1b[31mÄ ""death"", all\u202e"'))
    ran = ask("audit", path)
    assert ran.status == 0
    assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("claims.csv", CLAIMS, "no claims; the table needs one row"),
        ("claims.csv", CLAIMS + GOOD.replace("2.86", "x"), "row 2: column estimate: found 'x'"),
        ("claims.csv", "kind,subject\nsom,x\n", "did you mean 'sum'?"),
        ("claims.csv", "a,b\n1,2\n", "missing column"),
    ],
)
def test_broken_input(ask: Ask, tmp_path: Path, name: str, text: str, said: str) -> None:
    ran = ask("audit", write(tmp_path, name, text))
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_files_that_are_not_there(ask: Ask, tmp_path: Path) -> None:
    claims = write(tmp_path, "claims.csv", CLAIMS + GOOD)
    for arguments in (
        ["ivigg"],
        ["nothing.csv"],
        [claims, "--other", "nothing.csv"],
        [claims, "--counts", "nothing.csv"],
    ):
        ran = ask("audit", *arguments)
        assert ran.status == 2
        assert ran.err.startswith("error: ")
        assert "Traceback" not in ran.err


def test_as_its_own_process(tmp_path: Path) -> None:
    ran = run("audit", write(tmp_path, "claims.csv", CLAIMS + BAD), "--strict")
    assert ran.status == 1
    assert "mend: ci_lower 0.80 instead of 0.58" in ran.out
    assert ran.err == ""
