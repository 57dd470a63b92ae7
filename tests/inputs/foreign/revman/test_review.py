"""Reviews of RevMan 5: what every kind of outcome becomes, nothing lost or turned round on the way."""

import pytest
from making.revman import Line, Outcome, Review, review

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.foreign.found import FoundTable, Stated
from bayes_ivig.inputs.foreign.revman.tables import is_revman, tables

COUNTS = (Line("Adams 1990", (4, 40, 9, 41), year="1990"), Line("Berg 1995", (0, 25, 3, 26), note="a note"))
MEANS = (Line("Adams 1990", (5.5, 1.25, 20, 7, 1.5, 22)), Line("Berg 1995", (4, 2, 30, 4.5, 2.5, 31)))
DEATH = Outcome("Death", COUNTS)


NOTHING = Stated()


def read(*outcomes: Outcome, stated: Stated = NOTHING, **more: object) -> tuple[FoundTable, ...]:
    made = Review({"Drug v placebo": outcomes}, **more)  # type: ignore[arg-type]
    return tables(review(made), "review.rm5", stated)


def rows(table: FoundTable, *columns: str) -> list[tuple[str, ...]]:
    return list(zip(*(table.table.column(name) for name in columns), strict=True))


FOUR = ("treatment_events", "treatment_total", "control_events", "control_total")
SIX = ("treatment_mean", "treatment_sd", "treatment_n", "control_mean", "control_sd", "control_n")


def test_counts_are_read_with_their_names_arms_and_direction() -> None:
    (table,) = read(DEATH)
    assert rows(table, "study", *FOUR) == [
        ("Adams 1990", "4", "40", "9", "41"),
        ("Berg 1995", "0", "25", "3", "26"),
    ]
    assert (table.name, table.outcome, table.comparison) == ("Death", "Death", "Drug v placebo")
    assert (table.treatment, table.control, table.arms_known) == ("Drug", "Placebo", "format")
    assert (table.measure, table.event, table.doubt) == ("OR", "bad", "")
    assert [each.theirs for each in table.mapping] == ["EVENTS_1", "TOTAL_1", "EVENTS_2", "TOTAL_2"]
    assert table.table.column("year") == ("1990", "") and table.table.column("footnote") == ("", "a note")
    assert dict(table.details) == {"title": "A review made for tests"}


def test_every_kind_of_outcome_has_its_columns_and_measure() -> None:
    found = read(
        DEATH,
        Outcome("Pain", MEANS, "CONT", "SMD", "IV"),
        Outcome("Survival", (Line("Adams 1990", (-0.25, 0.125)),), "IV", "Hazard Ratio", "IV"),
        Outcome("Relapse", (Line("Adams 1990", (-2.5, 8.25)),), "IPD", "Hazard Ratio", "IV"),
        Outcome("Score", (Line("Adams 1990", (1.5, 0.5)),), "IV", "Something new", "IV", log_data=False),
        Outcome("Rate", (Line("Adams 1990", (0.5, 0.25)),), "IV", "Something Ratio", "IV"),
        Outcome("Peto", COUNTS, measure="PETO_OR", method="PETO"),
    )
    assert [table.measure for table in found] == ["OR", "SMD", "HR", "HR", "DIFF", "RATIO", "OR"]
    assert rows(found[1], *SIX)[0] == ("5.5", "1.25", "20", "7", "1.5", "22")
    assert rows(found[2], "yi", "sei") == [("-0.25", "0.125")]
    assert rows(found[3], "o_minus_e", "variance") == [("-2.5", "8.25")]
    assert rows(found[4], "yi", "sei") == [("1.5", "0.5")]


def test_observed_less_expected_on_another_measure_become_estimates() -> None:
    (table,) = read(Outcome("Rate", (Line("Adams", (-2.5, 6.25)),), "IPD", "Rate Ratio", "IV"))
    assert table.measure == "IRR" and rows(table, "yi", "sei") == [("-0.4", "0.4")]
    assert [each.theirs for each in table.mapping] == ["(O_E) / VAR", "1 / sqrt(VAR)"]


def test_a_measure_that_the_file_leaves_open_is_settled_by_what_is_stated() -> None:
    logs = Outcome("Survival", (Line("Adams", (-0.5, 0.25)),), "IV", "Hazard Ratio", "IV", log_data=False)
    (table,) = read(logs)
    assert table.measure == "DIFF" and any("state the measure HR" in note for note in table.notes)
    (table,) = read(logs, stated=Stated(measure="HR"))
    assert table.measure == "HR" and rows(table, "yi", "sei") == [("-0.5", "0.25")]


def test_non_events_are_counted_where_the_file_asks_for_them() -> None:
    (table,) = read(Outcome("Death", COUNTS, swap=True))
    assert rows(table, *FOUR) == [("36", "40", "32", "41"), ("25", "25", "23", "26")]
    assert any("non-events" in note for note in table.notes)
    assert table.mapping[0].theirs == "TOTAL_1 - EVENTS_1"


def test_a_study_in_several_subgroups_is_named_after_them_and_a_repeated_arm_is_pointed_out() -> None:
    lines = (
        Line("Adams 1990", (4, 40, 9, 41), "low dose"),
        Line("Berg 1995", (1, 25, 3, 26), "low dose"),
        Line("Adams 1990", (2, 38, 9, 41), "high dose"),
    )
    (table,) = read(Outcome("Death", lines))
    assert table.table.column("study") == (
        "Adams 1990 (low dose)",
        "Berg 1995",
        "Adams 1990 (high dose)",
    )
    assert table.classes == ("subgroup",)
    assert any("same control arm" in note and "'Adams 1990'" in note for note in table.notes)
    assert not any("same treatment arm" in note for note in table.notes)


def test_studies_that_share_a_name_are_told_apart_by_year_and_number() -> None:
    lines = (
        Line("Lee", (1, 9, 2, 9), year="1990"),
        Line("Lee", (1, 8, 2, 9), year="1990"),
        Line("Lee", (1, 7, 2, 9), year="1991"),
    )
    made = review(Review({"x": (Outcome("Death", lines),)})).replace(
        b'<STUDY DATA_SOURCE=\'PUB\' ID="STD-Lee" NAME="Lee" YEAR="1991"/>',
        b"<STUDY ID='STD-Lee-2' NAME='Lee' YEAR='1991'/>",
    )
    head, _, tail = made.rpartition(b'STUDY_ID="STD-Lee"')
    (table,) = tables(head + b'STUDY_ID="STD-Lee-2"' + tail, "review.rm5", Stated())
    assert table.table.column("study") == ("Lee 1990", "Lee 1990 (2)", "Lee 1991")


def test_risk_of_bias_of_groups_of_outcomes_has_a_column_for_each() -> None:
    raw = review(Review({"x": (DEATH,)}, bias={"Blinding": {"Adams 1990": "YES"}})).replace(
        b"<QUALITY_ITEM_DATA>",
        b"<QUALITY_ITEM_DATA_ENTRY_GROUP ID='G1'><NAME>Scores</NAME></QUALITY_ITEM_DATA_ENTRY_GROUP>"
        b"<QUALITY_ITEM_DATA_ENTRY_GROUP ID='G2'><NAME>All outcomes</NAME></QUALITY_ITEM_DATA_ENTRY_GROUP>"
        b"<QUALITY_ITEM_DATA><QUALITY_ITEM_DATA_ENTRY RESULT='NO' GROUP_ID='G1' STUDY_ID='STD-Adams-1990'/>"
        b"<QUALITY_ITEM_DATA_ENTRY RESULT='YES' GROUP_ID='G2' STUDY_ID='STD-Berg-1995'/>",
    )
    (table,) = tables(raw, "r.rm5", NOTHING)
    assert rows(table, "bias: Blinding (Scores)", "bias: Blinding") == [("high", "low"), ("", "low")]


def test_risk_of_bias_stands_beside_the_studies_in_words() -> None:
    (table,) = read(
        DEATH, bias={"Blinding?": {"Adams 1990": "YES", "Berg 1995": "NO"}, "Other": {"Berg 1995": "UNKNOWN"}}
    )
    assert rows(table, "bias: Blinding", "bias: Other") == [("low", ""), ("high", "unclear")]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-8", "UTF-16"])
def test_a_review_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    line = Line("Müller\N{NO-BREAK SPACE}1990", (1, 10, 2, 10))
    made = review(Review({"Fälle": (Outcome("Tod", (line,)),)}, encoding=encoding))
    assert is_revman(made)
    (table,) = tables(made, "review.rm5", Stated())
    assert table.table.column("study") == ("Müller 1990",) and table.comparison == "Fälle"


def test_outcomes_of_one_name_are_told_apart_by_their_numbers() -> None:
    found = tables(
        review(Review({"A v B": (DEATH, Outcome("Pain", COUNTS)), "A v C": (DEATH,)})), "r.rm5", Stated()
    )
    assert [table.name for table in found] == ["1.1 Death", "Pain", "2.1 Death"]
    assert [table.comparison for table in found] == ["A v B", "A v B", "A v C"]


def test_what_holds_no_numbers_is_left_out_and_named() -> None:
    more = "<OTHER_OUTCOME NO='9'><NAME>Views</NAME></OTHER_OUTCOME>"
    empty = Outcome("Nothing", ())
    bare = Outcome("Bare", (Line("Adams 1990", (0, 0, 0, 0)),))
    (table,) = read(DEATH, empty, bare, more=more)
    left = {(each.what, each.code) for each in table.left_out}
    assert left == {("Views", "other_type"), ("Nothing", "blank"), ("Adams 1990", "blank")}
    with pytest.raises(DataError, match="no outcome whose rows compare two groups; there are: 'Nothing'"):
        read(empty)


def test_not_a_number_and_infinity_are_blank() -> None:
    raw = review(Review({"x": (Outcome("Pain", MEANS, "CONT", "MD", "IV"),)}))
    raw = raw.replace(b'SD_1="1.25"', b'SD_1="NaN"').replace(b'TOTAL_2="22"', b'TOTAL_2="-Infinity"')
    (table,) = tables(raw, "r.rm5", Stated())
    assert table.table.column("study") == ("Berg 1995",)
    assert [each.what for each in table.left_out] == ["Adams 1990"]


# Which arm is the treatment, and which way benefit lies


def test_a_first_group_that_reads_as_a_control_is_a_doubt_until_it_is_settled() -> None:
    turned = Outcome("Death", COUNTS, labels=("Placebo", "Drug"))
    (table,) = read(turned)
    assert "'Placebo', against 'Drug'" in table.doubt and "State the treatment" in table.doubt
    (table,) = read(turned, stated=Stated(treatment="drug"))
    assert not table.doubt and (table.treatment, table.control, table.arms_known) == (
        "Drug",
        "Placebo",
        "stated",
    )
    assert rows(table, *FOUR)[0] == ("9", "41", "4", "40")
    assert table.mapping[0].theirs == "EVENTS_2"
    (table,) = read(turned, stated=Stated(treatment="Placebo"))
    assert not table.doubt and rows(table, *FOUR)[0] == ("4", "40", "9", "41")
    (table,) = read(turned, stated=Stated(control="Placebo"))
    assert rows(table, *FOUR)[0] == ("9", "41", "4", "40")


@pytest.mark.parametrize(
    ("labels", "doubtful"),
    [
        (("Usual care", "Programme"), True),
        (("No treatment", "Drug"), True),
        (("Controls", "Aspirin"), True),
        (("Placebo", "Control"), False),
        (("Aspirin", "Control"), False),
        (("", ""), False),
    ],
)
def test_which_labels_leave_a_doubt(labels: tuple[str, str], doubtful: bool) -> None:
    (table,) = read(Outcome("Death", COUNTS, labels=labels))
    assert bool(table.doubt) == doubtful


def test_a_group_that_is_stated_must_be_in_the_file_and_be_one() -> None:
    with pytest.raises(DataError, match=r"no group is called 'Aspirin'.*groups are Drug, Placebo"):
        read(DEATH, stated=Stated(treatment="Aspirin"))
    with pytest.raises(DataError, match="both stated as 'Drug'"):
        read(DEATH, stated=Stated(treatment="Drug", control="Drug"))


@pytest.mark.parametrize(
    ("labels", "graph", "event"),
    [
        (("Drug", "Placebo"), ("Favours drug", "Favours placebo"), "bad"),
        (("Drug", "Placebo"), ("Favours placebo", "Favours drug"), "good"),
        (("Drug", "Placebo"), ("Favours [drug]", "Favors [placebo]"), "bad"),
        (("Drug", "Placebo"), ("Favours experimental", "Favours control"), None),
        (("Experimental", "Control"), ("Favours experimental", "Favours control"), None),
        (("Drug", "Placebo"), ("Favours drug", "Favours drug"), None),
        (("Drug", "Placebo"), ("", ""), None),
        (("Drug", "Placebo"), ("Drug", "Placebo"), None),
    ],
)
def test_the_direction_is_taken_from_labels_that_name_the_groups_alone(
    labels: tuple[str, str], graph: tuple[str, str], event: str | None
) -> None:
    (table,) = read(Outcome("Pain", COUNTS, labels=labels, graph=graph))
    assert table.event == event
    (table,) = read(Outcome("Pain", COUNTS, labels=labels, graph=graph), stated=Stated(event="good"))
    assert table.event == "good"


@pytest.mark.parametrize(
    ("name", "swap", "event"),
    [
        ("Response rate", False, None),
        ("Deaths", False, "bad"),
        ("Deaths", True, None),
        ("Response rate", True, "bad"),
        ("Failure to respond", False, "bad"),
        ("Pain at 3 days", False, "bad"),
    ],
)
def test_a_direction_that_the_name_of_the_outcome_contradicts_is_not_taken(
    name: str, swap: bool, event: str | None
) -> None:
    (table,) = read(Outcome(name, COUNTS, swap=swap))
    assert table.event == event
    assert event or any("reads otherwise; state it" in note for note in table.notes)


def test_the_direction_stays_with_the_event_where_arms_are_exchanged() -> None:
    for treatment in ("Drug", "Placebo"):
        (table,) = read(DEATH, stated=Stated(treatment=treatment))
        assert table.event == "bad"
