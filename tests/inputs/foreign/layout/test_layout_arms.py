"""Which arm is the treatment: by name, by label, by ratios beside counts, by statement, or not known."""

import pytest
from layout_grids import cells, counts, read

from bayes_ivig.errors import DataError

LONG = "study,arm,r,n\nA,{0},1,10\nA,{1},2,12\nB,{0},3,11\nB,{1},4,15"


@pytest.mark.parametrize(
    ("drug", "control"),
    [
        ("Aspirin", "placebo"), ("Aspirin", "Control group"), ("Aspirin", "usual care"),
        ("X", "No treatment"),
        ("Intervention", "Comparator"), ("Aspirin", "standard care"), ("Experimental", "Control"), ("1", "0"),
        ("Standard", "Placebo"), ("A + B", "A + placebo"), ("treated", "untreated"), ("E", "C"), ("T", "C"),
        ("X", "no X"), ("X", "Sham"), ("X", "waiting list"), ("X", "treatment as usual"),
    ],
)  # fmt: skip
def test_labels_that_say_which_is_the_control(drug: str, control: str) -> None:
    found = read(LONG.format(drug, control))
    assert counts(found) == {"A": (1, 10, 2, 12), "B": (3, 11, 4, 15)}
    assert (found.treatment, found.control) == (drug, control)
    swapped = read(LONG.format(control, drug))
    assert counts(swapped) == {"A": (2, 12, 1, 10), "B": (4, 15, 3, 11)}


@pytest.mark.parametrize(
    ("one", "other"),
    [("A", "B"), ("1", "2"), ("Aspirin", "Warfarin"), ("placebo", "control"), ("usual", "standard")],
)
def test_labels_that_do_not_say(one: str, other: str) -> None:
    with pytest.raises(DataError) as caught:
        read(LONG.format(one, other))
    assert f"arms are called '{one}' and '{other}'" in str(caught.value)
    assert "reading 1" in str(caught.value)
    assert "reading 2" in str(caught.value)
    assert counts(read(LONG.format(one, other), control=one))["A"] == (2, 12, 1, 10)
    assert counts(read(LONG.format(one, other), treatment=one))["A"] == (1, 10, 2, 12)


def test_a_label_that_is_not_there() -> None:
    with pytest.raises(DataError, match=r"no arm 'Asprin' .did you mean 'Aspirin'.*Aspirin, Warfarin"):
        read(LONG.format("Aspirin", "Warfarin"), treatment="Asprin")


def test_placebo_under_the_treatment_is_a_contradiction() -> None:
    text = (
        "study,treatment,control,event.e,n.e,event.c,n.c\nA,Placebo,Drug,1,10,2,12\nB,Placebo,Drug,3,11,4,15"
    )
    with pytest.raises(DataError) as caught:
        read(text)
    assert "columns of the treatment are labelled 'Placebo' in 2 of 2 rows" in str(caught.value)
    assert "reading 2: treatment 'control', control 'treatment': odds ratio of all trials about 1.19" in str(
        caught.value
    )
    found = read(text.replace("Placebo,Drug", "Drug,Placebo"))
    assert (found.treatment, found.control) == ("Drug", "Placebo")


def test_the_header_says_placebo_first() -> None:
    found = read(",Placebo,,Ibuprofen,\nStudy,Events,Total,Events,Total\nA,2,12,1,10\nB,4,15,3,11")
    assert counts(found) == {"A": (1, 10, 2, 12), "B": (3, 11, 4, 15)}
    assert found.treatment.casefold() == "ibuprofen"


def test_two_drugs_in_the_header_are_not_known_unless_stated() -> None:
    text = ",Aspirin,,Warfarin,\nStudy,Events,Total,Events,Total\nA,2,12,1,10\nB,4,15,3,11"
    with pytest.raises(DataError, match="which arm is the treatment is not known"):
        read(text)
    assert counts(read(text, treatment="Warfarin", control="Aspirin"))["A"] == (1, 10, 2, 12)
    assert counts(read(text, treatment="Aspirin", control="Warfarin"))["A"] == (2, 12, 1, 10)


def test_ratios_beside_counts_tell_numbered_arms_apart() -> None:
    text = "Study,r1,n1,r2,n2,OR,lower,upper\nA,10,100,20,120,{},0.1,9\nB,30,110,20,150,{},0.1,9"
    found = read(text.format("1.80", "0.41"))
    assert found.arms_known == "numbers"
    assert counts(found)["A"] == (20, 120, 10, 100)
    assert counts(read(text.format("0.56", "2.44")))["A"] == (10, 100, 20, 120)
    with pytest.raises(DataError, match="not known"):
        read(text.format("0.9", "0.41"))


def test_ratios_of_the_other_direction_are_said_and_never_mixed_in() -> None:
    text = "Study,ai,n1i,ci,n2i,OR,lower,upper\nA,10,100,20,120,1.8,0.8,4\nB,30,110,20,150,0.41,0.2,0.8\n"
    assert any("of the control against the treatment" in note for note in read(text).notes)
    with pytest.raises(DataError, match="of the control against the treatment; turn one of them round"):
        read(text + "C,,,,,0.5,0.2,1.1")


def test_stated_names_are_given_to_arms_that_columns_name() -> None:
    text = "study,event.e,n.e,event.c,n.c\nA,1,10,2,12"
    found = read(text, treatment="Aspirin", control="Placebo")
    assert (found.treatment, found.control) == ("Aspirin", "Placebo")
    assert counts(found) == {"A": (1, 10, 2, 12)}
    with pytest.raises(DataError, match="'placebo' is stated for the treatment"):
        read(text, treatment="placebo", control="Aspirin")


def test_people_not_seen_come_with_their_arm() -> None:
    found = read("study,event.e,n.e,missing.e,event.c,n.c,missing.c\nA,1,10,3,2,12,NA")
    assert cells(found, "treatment_missing", "control_missing") == {"A": ("3", "")}


@pytest.mark.parametrize(
    ("header", "treatment", "control"),
    [
        (",IVG,,Placebo,\nStudy,Events,Total,Events,Total", "IVG", "Placebo"),
        ("study,Drug A events,Drug A total,Placebo events,Placebo total", "Drug A", "Placebo"),
        ("study,drug_events,drug_n,placebo_events,placebo_n", "drug", "placebo"),
        ("study,event.cisa,n.cisa,event.plac,n.plac", "cisa", "plac"),
        ("study,Experimental cases,Experimental N,Usual care cases,Usual care N", "", "Usual care"),
        ("study,event.e,n.e,event.c,n.c", "", ""),
        ("study,eventsRosi,nRosi,eventsControl,nControl", "Rosi", ""),
    ],
)
def test_arms_are_called_as_the_file_calls_them(header: str, treatment: str, control: str) -> None:
    found = read(f"{header}\nA,1,10,2,12")
    assert (found.treatment, found.control) == (treatment, control)
    assert counts(found) == {"A": (1, 10, 2, 12)}


def test_columns_of_events_and_totals_in_one_cell_are_called_by_any_name_beside_a_control() -> None:
    found = read("study,Aspirin,Placebo\nA,1/10,2/12\nB,3/11,4/15")
    assert counts(found) == {"A": (1, 10, 2, 12), "B": (3, 11, 4, 15)}
    assert (found.treatment, found.control) == ("Aspirin", "Placebo")
    with pytest.raises(DataError, match="not known"):
        read("study,Aspirin,Warfarin,Year\nA,1/10,2/12,2001\nB,3/11,4/15,2002")


def test_two_drugs_with_letters_are_two_arms() -> None:
    text = "study,Drug A events,Drug A total,Drug B events,Drug B total\nA,1,10,2,12"
    with pytest.raises(DataError, match="columns of one arm are Drug A events, Drug A total"):
        read(text)
    for stated in ({"treatment": "Drug B", "control": "Drug A"}, {"treatment": "b", "control": "a"}):
        assert counts(read(text, **stated)) == {"A": (2, 12, 1, 10)}


@pytest.mark.parametrize(
    ("drug", "other"), [("Drug A", "Placebo"), ("IVIG", "Placebo"), ("Surgery", "Drugs"), ("Drug", "Sham")]
)
def test_arms_that_columns_are_named_for_are_taken_as_they_are_stated(drug: str, other: str) -> None:
    """Either way round, and by one label alone where the other columns say whose they are."""
    table = f"study,{drug} events,{drug} total,{other} events,{other} total\nA,1,10,2,12\nB,3,11,4,15"
    found = read(table, treatment=drug, control=other)
    assert counts(found) == {"A": (1, 10, 2, 12), "B": (3, 11, 4, 15)}
    assert (found.treatment, found.control, found.arms_known) == (drug, other, "stated")
    turned = read(table, treatment=other, control=drug)
    assert counts(turned) == {"A": (2, 12, 1, 10), "B": (4, 15, 3, 11)}
    assert (turned.treatment, turned.control, turned.arms_known) == (other, drug, "stated")
    assert counts(read(table, control=other)) == counts(found)
    if drug.startswith("Drug"):  # whose own words are those of a treatment; else both are to be stated
        assert counts(read(table, treatment=other)) == counts(turned)
    else:
        with pytest.raises(DataError, match="state both, --treatment and --control"):
            read(table, treatment=other)
