"""Habits of tables that others publish: pooled columns, rows of several outcomes, contrasts of networks."""

import pytest
from layout_grids import cells, counts, read, read_all, sheet

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.foreign.found import Stated
from bayes_ivig.inputs.foreign.layout.tables import tables

POOLED = """study,treatment_events,treatment_total,control_events,control_total,review_treatment_events,\
review_treatment_total,review_control_events,review_control_total
A,1,10,2,12,9,71,12,78
B,3,11,4,15,9,71,12,78
C,5,50,6,51,9,71,12,78
"""


def test_a_result_of_all_trials_that_stands_in_every_row_is_no_trial() -> None:
    found = read(POOLED)
    assert counts(found) == {"A": (1, 10, 2, 12), "B": (3, 11, 4, 15), "C": (5, 50, 6, 51)}
    left = {each.where: each for each in found.left_out if each.code == "total"}
    assert set(left) == {
        f"column review_{arm}_{what}" for arm in ("treatment", "control") for what in ("events", "total")
    }
    assert all("the same in every row" in each.why for each in left.values())


def test_an_outcome_without_events_is_an_outcome() -> None:
    text = "study,stroke_t,death_t,n_t,stroke_c,death_c,n_c\n" + "".join(
        f"{x},{i},0,20,2,0,20\n" for i, x in enumerate("ABC")
    )
    assert len(tables(sheet(text), Stated())) == 2


ROWS_OF_ARMS = "study,trt,xi,ni\nA,drug,1,10\nA,control,2,12\nB,drug,3,11\nB,control,4,15\n"


def test_the_i_of_metafor_is_no_intervention() -> None:
    assert counts(read(ROWS_OF_ARMS)) == {"A": (1, 10, 2, 12), "B": (3, 11, 4, 15)}
    means = read("study,trt,mi,sdi,ni\nA,drug,1.5,2,10\nA,placebo,2.5,3,12")
    assert cells(means, "treatment_mean", "control_sd", "control_n") == {"A": ("1.5", "3", "12")}
    beside = read("study,ni,ai,n1i,ci,n2i\nA,22,1,10,2,12\nB,26,3,11,4,15")
    assert counts(beside) == {"A": (1, 10, 2, 12), "B": (3, 11, 4, 15)}
    assert counts(read("study,ri,ni,rc,nc\nA,1,10,2,12")) == {"A": (1, 10, 2, 12)}  # intervention, control


def test_a_true_negative_is_no_total() -> None:
    text = "study,events_t,n_t,events_c,n_c,TP,FP,FN,TN\nA,1,10,2,12,,,,\nB,3,11,4,15,5,6,7,8"
    assert counts(read(text)) == {"A": (1, 10, 2, 12), "B": (3, 11, 4, 15)}


LONG = "no,study,author,year,arm,events,total\n"


@pytest.mark.parametrize("years", [("1979", "1983"), ("1979", "1979")])
def test_two_trials_of_one_author_with_a_row_for_each_arm_stay_two(years: tuple[str, str]) -> None:
    rows = [("1", years[0], "drug", "1,10"), ("1", years[0], "control", "2,12")]
    rows += [("2", years[1], "drug", "3,11"), ("2", years[1], "control", "4,15")]
    text = LONG + "".join(f"{i},{no},Ann,{year},{arm},{n}\n" for i, (no, year, arm, n) in enumerate(rows, 1))
    assert sorted(counts(read(text)).values()) == [(1, 10, 2, 12), (3, 11, 4, 15)]


OUTCOMES = "table,study,ai,n1i,ci,n2i\n6,A,1,10,2,12\n6,B,3,11,4,15\n7,A,2,10,5,12\n7,B,5,11,6,15\n"


def test_rows_that_repeat_by_a_column_are_told_apart_by_it_and_how_to_split_them_is_said() -> None:
    found = read(OUTCOMES)
    assert set(counts(found)) == {"A (6)", "B (6)", "A (7)", "B (7)"}
    assert any("--map outcome='table'" in note for note in found.notes)
    assert set(read_all(OUTCOMES, columns={"outcome": "table"})) == {"6", "7"}


def test_a_copy_that_differs_elsewhere_is_said_to_differ() -> None:
    found = read("study,drug,event.e,n.e,event.c,n.c\nA,x,0,10,0,12\nA,y,0,10,0,12\nB,x,1,20,2,21")
    assert [each.where for each in found.left_out if each.code == "repeat"] == ["row 3"]
    assert any(
        "row 3 (A) is left out as a copy of row 2, but differs in drug" in note for note in found.notes
    )
    plain = read("study,event.e,n.e,event.c,n.c\nA,0,10,0,12\nA,0,10,0,12\nB,1,20,2,21")
    assert not any("is left out as a copy" in note for note in plain.notes)


CONTRASTS = """study,lnOR,selnOR,treat1,treat2
1,-0.5,0.3,a,b
1,0.1,0.3,a,placebo
2,0.9,0.5,a,placebo
3,0.4,0.4,b,placebo
"""


def test_contrasts_of_several_pairs_are_not_one_effect() -> None:
    with pytest.raises(DataError, match="estimates of 3 comparisons") as error:
        read(CONTRASTS)
    assert '--treatment "a" --control "placebo" (2 rows)' in str(error.value)
    found = read(CONTRASTS, treatment="a", control="placebo")
    assert cells(found, "yi") == {"1": ("0.1",), "2": ("0.9",)}
    assert [each.what for each in found.left_out if each.code == "other_treatment"] == [
        "a v b",
        "b v placebo",
    ]


def test_estimates_stand_once_however_many_groups_of_columns_are_blank() -> None:
    text = (
        "study,outcome,mean_t,sd_t,n_t,mean_c,sd_c,n_c,change_mean_t,change_sd_t,change_mean_c,change_sd_c,MD,SE\n"
        "A,x,,,10,,,12,,,,,0.5,0.2\nB,x,,,11,,,15,,,,,0.6,0.2\n"
    )
    assert len(tables(sheet(text), Stated())) == 1


def test_a_column_of_authors_with_years_names_the_trials() -> None:
    assert set(counts(read("id,study year,ai,n1i,ci,n2i\n1,Ann 2001,1,10,2,12\n2,Bob 2002,3,11,4,15"))) == {
        "Ann 2001",
        "Bob 2002",
    }


def test_what_metafor_computes_beside_counts_does_not_hide_them() -> None:
    found = read("id,author,ai,n1i,ci,n2i,yi,vi\n1,Ann,1,10,2,12,-0.5,0.4\n2,Bob,3,11,4,15,-0.1,0.3")
    assert (counts(found), found.measure) == ({"Ann": (1, 10, 2, 12), "Bob": (3, 11, 4, 15)}, "OR")
    means = read("study,yi,vi,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,0.5,0.1,1,2,10,3,4,12")
    assert (cells(means, "control_mean"), means.measure) == ({"A": ("3",)}, "MD")
