"""Rows that are no trials: totals, subtotals, copies, parts; arms that stand in several rows."""

import pytest
from layout_grids import counts, read

HEAD = "Study,event.e,n.e,event.c,n.c\n"
ROWS = "A 2001,1,10,2,12\nB 2002,3,11,4,15\nC 2003,5,50,6,51\n"


@pytest.mark.parametrize(
    "name", ["Total", "Overall", "Pooled", "Total (95% CI)", "D 2004", "sum of all", "TOTAL"]
)
def test_a_row_that_is_the_sum_of_all_others_is_a_total(name: str) -> None:
    found = read(f"{HEAD}{ROWS}{name},9,71,12,78")
    assert set(counts(found)) == {"A 2001", "B 2002", "C 2003"}
    (total,) = [each for each in found.left_out if each.code == "total"]
    assert (total.where, total.what) == ("row 5", name)
    assert "sums of the 3 rows 2, 3, 4" in total.why


def test_a_row_that_is_named_a_total_and_is_none_is_said_to_be() -> None:
    found = read(f"{HEAD}{ROWS}Total,9,71,12,79")
    (total,) = [each for each in found.left_out if each.code == "total"]
    assert "look at it: its counts (9, 71, 12, 79) are not the sums of the rows (9, 71, 12, 78)" in total.why


def test_an_author_called_total_in_some_year_is_a_trial() -> None:
    assert "Total 2004" in counts(read(f"{HEAD}{ROWS}Total 2004,9,71,12,79"))


def test_subtotals_before_and_after_their_rows() -> None:
    more = "D 2004,2,20,3,21\nE 2005,1,30,2,31\n"
    found = read(f"{HEAD}{ROWS}Adults,9,71,12,78\n{more}Children,3,50,5,52\nAll,12,121,17,130")
    assert len(counts(found)) == 5
    assert [each.what for each in found.left_out if each.code == "total"] == ["Adults", "Children", "All"]
    found = read(f"{HEAD}Outcome,12,121,17,130\nAdults,9,71,12,78\n{ROWS}Children,3,50,5,52\n{more}")
    assert len(counts(found)) == 5
    assert {each.what for each in found.left_out if each.code == "total"} == {"Adults", "Children", "Outcome"}


def test_a_trial_beside_its_own_parts() -> None:
    found = read(
        f"{HEAD}S 2004 (men),5,50,9,51\nJ 2001,3,30,4,31\nS 2004,12,102,19,102\nS 2004 (others),7,52,10,51"
    )
    assert set(counts(found)) == {"S 2004 (men)", "S 2004 (others)", "J 2001"}
    assert [each.what for each in found.left_out if each.code == "total"] == ["S 2004"]


def test_a_copy_is_left_out_and_a_twin_is_said() -> None:
    found = read(f"{HEAD}{ROWS}A 2001,1,10,2,12\nD 2004,3,11,4,15")
    assert set(counts(found)) == {"A 2001", "B 2002", "C 2003", "D 2004"}
    assert [(each.where, each.code) for each in found.left_out] == [("row 5", "repeat")]
    assert any("'B 2002' (row 3) and 'D 2004' (row 6) have the same numbers" in note for note in found.notes)


@pytest.mark.parametrize(
    "names", [("S 2004 low", "S 2004 high", "S 2004 top"), ("S (low)", "S (high)", "S (top)")]
)
def test_a_control_arm_that_stands_three_times_is_said(names: tuple[str, ...]) -> None:
    rows = "".join(f"{name},{i + 5},50,9,51\n" for i, name in enumerate(names))
    found = read(f"{HEAD}{rows}J 2001,3,30,4,31")
    (note,) = [note for note in found.notes if "control arm" in note]
    assert note.startswith("look at: the control arm 9/51 stands in 3 rows of one trial")
    assert "counted 3 times" in note


def test_trials_without_events_are_no_sums() -> None:
    found = read(f"{HEAD}A,0,10,0,10\nB,0,20,0,20\nC,0,30,0,30")
    assert len(counts(found)) == 3


def test_names_that_repeat_are_told_apart_by_the_year_the_subgroup_or_the_row() -> None:
    found = read(
        "trial,author,year,ai,n1i,ci,n2i\n1,Hart,1948,1,10,2,12\n2,Hart,1949,3,11,4,15\n3,Ro*,1960,5,50,6,51"
    )
    assert set(counts(found)) == {"Hart 1948", "Hart 1949", "Ro"}
    assert any("told apart by the year: 'Hart 1948', 'Hart 1949'" in note for note in found.notes)
    (study,) = [reading for reading in found.mapping if reading.ours == "study"]
    assert study.theirs == "author"
    assert "'trial' numbers only" in study.why
    found = read("study,subgroup,ai,n1i,ci,n2i\nHart,men,1,10,2,12\nHart,others,3,11,4,15")
    assert set(counts(found)) == {"Hart (men)", "Hart (others)"}
    found = read("study,ai,n1i,ci,n2i\nHart,1,10,2,12\nHart,3,11,4,15")
    assert set(counts(found)) == {"Hart (row 2)", "Hart (row 3)"}
