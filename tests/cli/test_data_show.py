"""``data show`` of an outcome whose counts are known only in part:
blanks, limits, and how each count is known.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from command import HEADER, Ran

from bayes_ivig.inputs.counts.partial import load_partial
from bayes_ivig.inputs.counts.study import COUNTS

type Ask = Callable[..., Ran]

PRETERM = ("data", "show", "ivig", "--outcome", "preterm_birth")
DEATHS = 'study,outcome,{}\n"Ärzte, 2001",death,1,10,2,10\n李 2003,death,3,12,4,11\n'.format(
    HEADER.strip().partition(",")[2]
)
SIDECAR = """
treatment = "drug A"
[outcomes.death]
event = "bad"
[outcomes.pain]
partial = "pain.csv"
event = "bad"
note = "Read the report."
[outcomes.pain.trial_sets]
first = ["Ärzte, 2001"]
"""
PAIN = HEADER.strip() + ",treatment_events_min,control_events_status,basis\n"
ROWS = '"Ärzte, 2001",,10,2,1000000,3,reported,"a ""quote"""\n李 2003,3,12,,11,,,\n'


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., str]:
    """Write a table of one's own beside a sidecar that names a second file as its partly known outcome."""

    def write(pain: str = PAIN + ROWS, sidecar: str = SIDECAR) -> str:
        for name, text in (("mine.csv", DEATHS), ("mine.toml", sidecar), ("pain.csv", pain)):
            (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / "mine.csv")

    return write


def test_the_bundled_outcome_known_in_part(ask: Ask) -> None:
    ran = ask(*PRETERM)
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "Preterm birth (an event is bad)"
    assert lines[2].split() == ["study", "IVIG", "limits", "comparator", "limits", "status"]
    rows = {
        line[:14].strip(): line[14:].split("events")[0].split()
        for line in lines[3:]
        if "events " in line[14:]
    }
    assert rows["Branch 2000"] == ["/7", "5", "to", "7", "/9", "0", "to", "9"]
    assert rows["Dendrinos 2009"] == ["1/15", "/29", "0", "to", "8"]
    assert rows["Stricker 2000"] == ["0/22", "0/0"]
    assert len(rows) == 9
    assert "events imputed / unknown;" in ran.out
    assert "Tables within them: 53,635,081,500." in ran.out
    for words in (
        "Yuan Table 1 gives the IVIG arm: 5 preterm births",
        "Other ways to count",
        "branch_as_remembered",
        "Trial sets",
    ):
        assert words in ran.out
    assert max(len(line) for line in lines) <= 80


def test_its_document_has_null_for_unknown_and_agrees_with_the_table(ask: Ask) -> None:
    found = ask(*PRETERM, "--json").document
    assert {"event", "known_in_part", "studies", "tables_within_limits", "alternatives"} <= set(found)
    table = load_partial("ivig", "preterm_birth")
    assert found["tables_within_limits"] == table.size
    for row, study in zip(found["studies"], table.studies, strict=True):
        assert (row["study"], row["treatment_total"], row["control_total"]) == (
            study.name,
            study.treatment_total,
            study.control_total,
        )
        for arm, limits in (("treatment", study.treatment), ("control", study.control)):
            assert (row[f"{arm}_events_min"], row[f"{arm}_events_max"]) == limits
            assert row[f"{arm}_events"] == (None if arm in study.unknown else limits[0])
            assert (row["known"][f"{arm}_events"] == "unknown") == (arm in study.unknown)
        assert list(row["known"]) == list(COUNTS)
    mahmoud = next(row for row in found["studies"] if row["study"] == "Mahmoud 2004")
    assert mahmoud["known"] == dict(
        zip(COUNTS, ("imputed", "reconstructed", "unknown", "reconstructed"), strict=True)
    )
    assert [row["study"] for row in found["studies"] if not row["estimable"]] == ["Stricker 2000"]


def test_a_table_of_ones_own_whose_sidecar_names_a_partial_file(ask: Ask, own: Callable[..., str]) -> None:
    ran = ask("data", "show", own(), "--outcome", "pain")
    assert ran.status == 0
    for line in (
        "Ärzte, 2001   /10    3 to 10  2/1000000           events unknown / reported",
        "Read the report.",
    ):
        assert line in ran.out.splitlines()
    some = ask("data", "show", own(), "--outcome", "pain", "--trials", "first", "--json").document
    assert (some["dataset"]["trials"], some["tables_within_limits"]) == ("first", 8)
    assert [(row["treatment_events"], row["control_events"]) for row in some["studies"]] == [(None, 2)]


def test_a_plain_table_that_says_nothing_of_statuses(ask: Ask, own: Callable[..., str]) -> None:
    lines = ask("data", "show", own(), "--outcome", "death").out.splitlines()
    assert lines[2:5] == [
        "study        drug A  control",
        "Ärzte, 2001  1/10    2/10",
        "李 2003      3/12    4/11",
    ]


def test_a_partial_table_by_its_own_path_needs_no_sidecar(ask: Ask, own: Callable[..., str]) -> None:
    path = own().replace("mine.csv", "pain.csv")
    assert ask("data", "show", path, "--json").document["studies"][1]["control_events"] is None
    # no limits: an empty cell is then a slip
    Path(path).write_text(HEADER + "a,,10,2,10\n", encoding="utf-8")
    ran = ask("data", "show", path)
    assert (ran.status, ran.out) == (2, "")
    assert "row 2: column treatment_events: empty" in ran.err


def test_a_count_that_its_limits_leave_one_value_is_blank_all_the_same(
    ask: Ask, own: Callable[..., str]
) -> None:
    rows = "a,,10,2,10,10,,\n"
    ran = ask(
        "data",
        "show",
        own(PAIN + rows, SIDECAR.partition("[outcomes.pain.trial_sets]")[0]),
        "--outcome",
        "pain",
    )
    assert "a      /10     10 to 10  2/10             events unknown / not said" in ran.out.splitlines()
    assert "Tables within them: 1." in ran.out


@pytest.mark.parametrize(
    ("pain", "said"),
    [
        (ROWS.replace("3,12", "13,12"), "row 3: 李 2003: treatment_events: 13 events in an arm of 12"),
        (
            ROWS.replace("reported", "unknown"),
            "row 2: column control_events_status: found 'unknown', but control_events is 2",
        ),
        (
            ROWS.replace("11,,,", "11,,derived,"),
            "found 'derived', but control_events is empty, which is unknown",
        ),
        (ROWS.replace("reported", "reportet"), "found 'reportet' (did you mean 'reported'?)"),
        (ROWS.partition("\n")[2], "trial set 'first' names 'Ärzte, 2001', not in the table"),
    ],
)
def test_what_cannot_be_is_refused(ask: Ask, own: Callable[..., str], pain: str, said: str) -> None:
    ran = ask("data", "show", own(PAIN + pain), "--outcome", "pain", "--json")
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_a_file_that_the_sidecar_names_in_vain(ask: Ask, own: Callable[..., str]) -> None:
    path = own()
    Path(path).with_name("pain.csv").unlink()
    ran = ask("data", "show", path, "--outcome", "pain")
    assert (ran.status, ran.out) == (2, "")
    assert "pain.csv: no such file; the sidecar of" in ran.err
