"""Shapes of tables: headers of several rows, one row an arm, several outcomes, none of it."""

import pytest
from layout_grids import cells, counts, read, read_all, sheet

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.foreign.found import Stated
from bayes_ivig.inputs.foreign.layout.tables import tables

TWO = {"A 2001": (1, 10, 2, 12), "B 2002": (3, 11, 4, 15)}
HEADERS = {
    "one row": "Study,Treatment events,Treatment total,Control events,Control total",
    "two rows": ",Treatment,,Control,\nStudy,Events,Total,Events,Total",
    "two rows, the study above": "Study,Treatment,,Control,\n,Events,Total,Events,Total",
    "two rows, filled": "Study,Treatment,Treatment,Control,Control\nStudy,Events,Total,Events,Total",
    "n and N": ",Treatment,,Placebo,\nTrial,n,N,n,N",
    "three rows": "Deaths,,,,\n,Treatment,,Control,\nStudy,Events,Total,Events,Total",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=list(HEADERS))
def test_headers_of_one_row_and_more(header: str) -> None:
    found = read(f"{header}\nA 2001,1,10,2,12\nB 2002,3,11,4,15")
    assert counts(found) == TWO
    assert "treatment" in found.arms_why


@pytest.mark.parametrize(
    "header",
    [
        "Study,Drug,,Placebo,,\n,Events,Total,Events,Total,Year",
        "Study,Drug,Drug,Placebo,Placebo,\n,Events,Total,Events,Total,Country",
    ],
    ids=["a year", "merged cells"],
)
def test_the_name_of_an_arm_goes_no_further_than_its_columns(header: str) -> None:
    found = read(f"{header}\nA 2001,1,10,2,12,2001\nB 2002,3,11,4,15,2002")
    assert counts(found) == TWO
    assert f"column {header.rpartition(',')[2]}" in [each.where for each in found.left_out]


def test_titles_above_notes_and_totals_below_and_blank_rows_within() -> None:
    text = """Table 2. Deaths in seven trials,,,,
,,,,
,Treatment,,Control,
Study,Events,Total,Events,Total
A 2001,1,10,2,12
,,,,
B 2002,3,11,4,15
Total (95% CI),4,21,6,27
Data are numbers of patients.,,,,
"""
    found = read(text)
    assert counts(found) == TWO
    out = {(each.code, each.where): each for each in found.left_out}
    assert out["total", "row 8"].why == "by its name; its counts are the sums of the 2 rows 5, 7"
    assert out["note", "row 1"].what == "Table 2. Deaths in seven trials"
    assert ("note", "row 9") in out
    assert any(code == "blank" for code, _ in out)


def test_blank_columns_are_no_matter() -> None:
    assert counts(read("Study,,ai,n1i,,ci,n2i\nA 2001,,1,10,,2,12\nB 2002,,3,11,,4,15")) == TWO


def test_names_that_stand_twice_are_two_arms_of_which_none_is_known() -> None:
    text = "Study,Events,Total,Events,Total\nA 2001,1,10,2,12\nB 2002,3,11,4,15"
    with pytest.raises(DataError, match="which arm is the treatment is not known"):
        read(text)
    assert counts(read(text, treatment="1", control="2")) == TWO


def test_no_header_is_an_error_with_its_readings_until_columns_are_numbered() -> None:
    text = "A 2001,1,10,2,12\nB 2002,3,11,4,15"
    with pytest.raises(DataError) as caught:
        read(text)
    assert "reading 1: events in columns 2 and 4, totals in 3 and 5: A 2001 1/10 against 2/12" in str(
        caught.value
    )
    assert "--map treatment_events=2 --map treatment_total=3" in str(caught.value)
    places = {"study": "1", "treatment_events": "2", "treatment_total": "3"}
    found = read(text, columns=places | {"control_events": "4", "control_total": "5"})
    assert counts(found) == TWO


def test_no_header_and_one_reading_of_the_columns_leaves_the_arms() -> None:
    text = "A 2001,10,11,9,12\nB 2002,3,11,4,15"
    with pytest.raises(DataError, match="which arm is the treatment is not known"):
        read(text)
    assert counts(read(text, treatment="2", control="1"))["A 2001"] == (9, 12, 10, 11)


LONG = {
    "MetaInsight": "Study,T,R,N\nA 2001,Drug,1,10\nA 2001,Placebo,2,12\nB 2002,Placebo,4,15\n"
    "B 2002,Drug,3,11",
    "gemtc": "study,treatment,responders,sampleSize\nA 2001,Drug,1,10\nA 2001,Control,2,12\n"
    "B 2002,Drug,3,11\n"
    "B 2002,Control,4,15",
    "names once": "Study,Arm,Events,Total\nA 2001,Drug,1,10\n,Usual care,2,12\nB 2002,Drug,3,11\n"
    ",Usual care,4,15",
    "indicator": "study,treated,events,n\nA 2001,1,1,10\nA 2001,0,2,12\nB 2002,1,3,11\nB 2002,0,4,15",
    "12/45": "study,group,n/N\nA 2001,Intervention,1/10\nA 2001,Control,2/12\nB 2002,Intervention,3/11\n"
    "B 2002,Control,4/15",
    "apart": "study,trt,r,n\nA 2001,Drug,1,10\nB 2002,Drug,3,11\nA 2001,No treatment,2,12\n"
    "B 2002,No treatment,4,15",
}


@pytest.mark.parametrize("text", LONG.values(), ids=list(LONG))
def test_one_row_an_arm(text: str) -> None:
    found = read(text)
    assert counts(found) == TWO
    assert found.arms_known == "name"
    assert found.control


def test_one_row_an_arm_without_labels() -> None:
    text = "Study,Events,Total\nA 2001,1,10\nA 2001,2,12\nB 2002,3,11\nB 2002,4,15"
    with pytest.raises(DataError, match="two rows, and no column says which is the treatment"):
        read(text)
    assert counts(read(text, treatment="row 1", control="row 2")) == TWO
    assert counts(read(text, treatment="row 2", control="row 1"))["A 2001"] == (2, 12, 1, 10)


def test_one_row_an_arm_of_means() -> None:
    found = read("Study,T,N,Mean,SD\nKuo,Placebo,30,-0.2,1.1\nKuo,Orlistat,31,-1.6,1.64")
    assert cells(found, "treatment_mean", "treatment_n", "control_sd")["Kuo"] == ("-1.6", "31", "1.1")


def test_wide_with_labels_is_turned_round_row_by_row() -> None:
    found = read(
        "Study,T.1,R.1,N.1,T.2,R.2,N.2\nA 2001,Placebo,2,12,Drug,1,10\nB 2002,Drug,3,11,Placebo,4,15"
    )
    assert counts(found) == TWO
    assert (found.treatment, found.control) == ("Drug", "Placebo")


NETWORK = "Study,T,R,N\nA,Placebo,3,20\nA,X,5,21\nB,Placebo,4,22\nB,Y,6,23\nB,X,2,24\nC,X,1,30\nC,Y,2,31"


def test_a_network_is_refused_with_its_pairs() -> None:
    with pytest.raises(DataError) as caught:
        read(NETWORK)
    said = str(caught.value)
    assert "3 treatments (Placebo, X, Y)" in said
    assert "--treatment X --control Placebo (2 trials)" in said
    assert "--treatment Y --control Placebo (1 trial)" in said
    found = read(NETWORK, treatment="Y", control="X")
    assert counts(found) == {"B": (6, 23, 2, 24), "C": (2, 31, 1, 30)}
    left = {each.where: each.code for each in found.left_out}
    assert set(left.values()) == {"other_treatment"}


def test_a_wide_network() -> None:
    text = "Study,T.1,R.1,N.1,T.2,R.2,N.2,T.3,R.3,N.3\nA,P,3,20,X,5,21,,,\nB,P,4,22,Y,6,23,X,2,24"
    with pytest.raises(DataError, match="3 treatments"):
        read(text)
    assert counts(read(text, treatment="X", control="P")) == {"A": (5, 21, 3, 20), "B": (2, 24, 4, 22)}


def test_several_outcomes_in_rows_and_in_columns() -> None:
    rows = "Outcome,Study,event.e,n.e,event.c,n.c\nDeath,A,1,10,2,12\nDeath,B,3,11,4,15\nPain,A,0,10,1,12"
    found = read_all(rows)
    assert set(found) == {"Death", "Pain"}
    assert counts(found["Pain"]) == {"A": (0, 10, 1, 12)}
    assert set(read_all(rows, outcome="pain")) == {"Pain"}
    with pytest.raises(DataError, match=r"no outcome 'Pian' .did you mean 'Pain'"):
        read_all(rows, outcome="Pian")
    names = "publication,exp.AR.events,exp.deaths,exp.total,cont.AR.events,cont.deaths,cont.total"
    columns = f"{names}\nA,1,3,10,2,4,12"
    by_column = read_all(columns)
    assert set(by_column) == {"AR", "deaths"}
    assert counts(by_column["deaths"]) == {"A": (3, 10, 4, 12)}
    assert counts(by_column["AR"]) == {"A": (1, 10, 2, 12)}
    over = ",Death,,,,Stroke,,,\n,Drug,,Placebo,,Drug,,Placebo,\nStudy,n,N,n,N,n,N,n,N\nA,1,10,2,12,3,10,4,12"
    assert counts(read_all(over)["Death"]) == {"A": (1, 10, 2, 12)}
    assert counts(read_all(over)["Stroke"]) == {"A": (3, 10, 4, 12)}


def test_comparisons_split_a_table_where_trials_stand_in_several() -> None:
    text = "comparison,study,ai,n1i,ci,n2i\n{},A,1,10,2,12\n{},{},3,11,4,15"
    assert set(read_all(text.format("X v P", "Y v P", "A"))) == {"X v P", "Y v P"}
    assert set(read_all(text.format("early", "late", "B"))) == {""}


def test_other_columns_are_handed_on_and_said() -> None:
    found = read("trial,author,year,ai,n1i,ci,n2i,dose,subgroup\n1,A,2001,1,10,2,12,high,adults")
    assert cells(found, "year", "dose", "subgroup") == {"A": ("2001", "high", "adults")}
    assert found.classes == ("subgroup",)
    said = {each.where for each in found.left_out if each.code == "unused"}
    assert {"column dose", "column year", "column subgroup", "column trial"} <= said


@pytest.mark.parametrize(
    "text",
    ["Read me\nThis file holds nothing", "a,b\n1,2\n3,4", "Study,Country,Year\nA,France,2001\nB,Italy,2002"],
)
def test_a_sheet_without_trials_gives_none(text: str) -> None:
    assert tables(sheet(text), Stated()) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Study,event.e,event.c\nA,1,2\nB,3,4", "no two arms with events and totals"),
        ("Study,nDrug,miDrug,nControl,miControl\nA,10,1,12,2", "not known are Study, miDrug, miControl"),
        ("Study,ai,n1i,ci,n2i\nA,1,10,x,12", "row 2: column ci: found 'x'; a count is a whole number"),
        ("Study,ai,n1i,ci,n2i\nA,11,10,1,12", "11 events in an arm of 10"),
        ("Study,ai,n1i,ci,n2i\n,1,10,1,12", "the trial has no name"),
        ("Study,ai,n1i,ci,n2i\nA,1.5,10,1,12", "found '1.5'"),
    ],
)
def test_trials_that_cannot_be_read_are_an_error(text: str, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read(text)


def test_labels_of_columns_at_length_serve_where_names_do_not() -> None:
    plain = sheet("s,v1,v2,v3,v4\nA,1,10,2,12", header=True)
    labels = ("study", "events treatment", "total treatment", "events control", "total control")
    found = tables(type(plain)(plain.source, plain.rows, plain.numbers, header=True, labels=labels), Stated())
    assert counts(found[0]) == {"A": (1, 10, 2, 12)}
