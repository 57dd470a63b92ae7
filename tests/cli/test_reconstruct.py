"""``bayes-ivig reconstruct`` as users run it: the contract of its JSON, its exit statuses, its messages."""

from pathlib import Path

import pytest
from command import HEADER, call

from bayes_ivig.analyses.reconstruction import plan as planning

CLAIMS = "outcome,measure,estimate,ci_lower,ci_upper,i2_percent,heterogeneity_p\n"
LIVE = (
    HEADER + 'Heilmann 2001,16,17,40,49\n"Mahmoud, 2004",,7,,8\nPerricone 2008,12,12,9,12\n'
    "Stricker 2000,22,24,0,7\nVaquero 2001,41,53,22,29\nYamada 2022,29,50,17,49\n"
)  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    table, claims = tmp_path / "live.csv", tmp_path / "claims.csv"
    table.write_text(LIVE, encoding="utf-8")
    claims.write_text(CLAIMS + "live_birth,OR,2.86,1.04,7.90,52,0.07\n", encoding="utf-8")
    return str(table), str(claims)


@pytest.fixture
def run(monkeypatch, capsys):
    return lambda *arguments: call(monkeypatch, capsys, "reconstruct", *map(str, arguments))


def test_the_document_of_a_table_that_is_settled(run, files) -> None:
    ran = run(files[0], "--claims", files[1], "--outcome", "live_birth", "--rule", "revman-random", "--json")
    found = ran.document
    assert ran.status == 0
    assert {key: found[key] for key in ("complete", "searched", "count")} == {
        "complete": True,
        "searched": 72,
        "count": 1,
    }
    assert found["ranges"] == [
        {"study": "Mahmoud, 2004", "arm": "treatment", "min": 5, "max": 5},
        {"study": "Mahmoud, 2004", "arm": "control", "min": 6, "max": 6},
    ]
    (table,) = found["tables"]
    assert {"study": "Mahmoud, 2004", "treatment_events": 5, "control_events": 6} in table
    assert len(table) == 6
    assert "72 tables in the box" in ran.err


def test_fields_may_name_rules_of_their_own(run, files) -> None:
    require = "ci_lower:revman-random,estimate:revman-fixed"
    ran = run(files[0], "--claims", files[1], "--require", require, "--json")
    assert ran.document["requirements"] == [
        "ci_lower = 1.04 (revman-random, OR)",
        "estimate = 2.86 (revman-fixed, OR)",
    ]


def test_the_cap_is_on_the_list_only(run, files) -> None:
    ran = run(files[0], "--claims", files[1], "--require", "i2", "--max-tables", "1", "--json")
    assert len(ran.document["tables"]) == 1 < ran.document["count"]


def test_the_text_says_which_tables_and_that_they_are_reconstructed(run, files) -> None:
    ran = run(files[0], "--claims", files[1], "--outcome", "live_birth")
    assert "1 of 72 possible tables gives all that is required" in ran.out.replace("\n", " ")
    assert "5/7 v 6/8" in ran.out
    assert "counts found so are reconstructed" in ran.out


def test_a_table_without_unknown_counts_is_checked(run) -> None:
    ran = run("ivig", "--claims", "ivig", "--outcome", "neonatal_outcome", "--rule", "revman-fixed")
    assert ran.status == 0
    assert "1 of 1 possible table gives all that is required" in ran.out
    assert "Every count is known" in ran.out
    assert "1 table in the box" in ran.err


def test_the_text_of_a_claim_that_cannot_be_true(run, files) -> None:
    claims = Path(files[1])
    claims.write_text(claims.read_text().replace(",52,", ",12,"))
    ran = run(files[0], "--claims", claims)
    assert ran.status == 0
    assert "none of 72 possible tables" in ran.out
    assert "No table meets i2 = 12 (revman-random, OR), whatever else is required." in ran.out.replace(
        "\n", " "
    )


def test_a_partial_answer_is_not_presented_as_complete(run, tmp_path, monkeypatch, files) -> None:
    monkeypatch.setattr(planning, "DIRECT", -1)
    ran = run(
        files[0],
        "--claims",
        files[1],
        "--outcome",
        "live_birth",
        "--time-limit",
        "0",
        "--work",
        tmp_path / "w",
        "--json",
    )
    assert ran.status == 1
    assert ran.document["complete"] is False
    assert "there may be more" in ran.document["note"]
    assert "not complete: 0 of" in ran.err
    text = run(files[0], "--claims", files[1], "--outcome", "live_birth", "--time-limit", "0")
    assert text.status == 1
    assert "NOT COMPLETE" in text.out
    whole = run(files[0], "--claims", files[1], "--outcome", "live_birth", "--work", tmp_path / "w", "--json")
    assert (whole.status, whole.document["complete"], whole.document["count"]) == (0, True, 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((",7,,8", ",,,8"), ["row 3", "treatment_total", "every total must be a number"]),
        ((",7,,8", ",7,9,8"), ["Mahmoud, 2004", "control_events", "9 events in an arm of 8"]),
        (("29,50", "x,50"), ["row 7", "treatment_events", "'x'"]),
        (("Perricone", "Yamada 2022\n#"), ["cells where the header has 5 columns"]),
    ],
)
def test_a_table_that_cannot_be_searched(run, files, change, words) -> None:
    table = Path(files[0])
    table.write_text(LIVE.replace(*change))
    ran = run(table, "--claims", files[1], "--outcome", "live_birth")
    assert ran.status == 2
    assert ran.out == ""
    for word in words:
        assert word in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--outcome", "live_brith"), "live_birth"),
        (("--rule", "revman"), "revman-fixed"),
        (("--require", "estimat"), "'estimate'"),
        (("--time-limit", "-1"), "--time-limit"),
        (("--max-tables", "-3"), "max_tables"),
        (("--require", "effect_p"), "no claim prints it"),
    ],
)
def test_a_wrong_option_is_named(run, files, arguments, words) -> None:
    ran = run(files[0], "--claims", files[1], *arguments)
    assert ran.status == 2
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_the_bundled_box_is_announced_before_it_is_searched(run) -> None:
    ran = run(
        "ivig",
        "--claims",
        "ivig",
        "--outcome",
        "preterm_birth",
        "--require",
        "estimate,ci_lower,i2",
        "--time-limit",
        "0",
    )
    assert ran.status == 1
    assert "53,635,081,500 tables in the box; at most" in ran.err
    printed = run("ivig", "--claims", "ivig", "--outcome", "preterm_birth")
    assert printed.status == 0
    assert "bounds alone show" in printed.err
    assert "No table can" in printed.out
