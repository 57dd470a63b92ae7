"""Tables of counts as values: built from files and DataFrames, restricted to trial sets, complemented."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.dataset import Dataset, descriptions, load_dataset, outcomes
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.counts.study import COUNTS, Study

HEADER = "study,treatment_events,treatment_total,control_events,control_total"
SETS = (("early", ("A", "C")), ("late", ("D",)))
FOUR = Dataset(
    tuple(Study(name, i, 10, 2, 10) for i, name in enumerate("ABCD")),
    about=About(event="good", trial_sets=SETS),
    columns=(("year", ("1", "2", "3", "4")),),
)

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=8)
CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=5)


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    found = []
    for name in draw(st.lists(NAMES, min_size=1, max_size=8, unique=True)):
        n1, n0 = draw(st.integers(0, 200)), draw(st.integers(0, 200))
        found.append(Study(name, draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0))
    column = ("note", tuple(draw(CELLS) for _ in found))
    event = draw(st.sampled_from(("good", "bad", None)))
    return Dataset(tuple(found), "DataFrame", "death", About(event=event), (column,))


def frame(**changes: object) -> pd.DataFrame:
    columns = {"study": ["A", "B"], "treatment_events": [1, 2], "treatment_total": [10, 10]}
    columns |= {"control_events": [3, 4], "control_total": [10, 10]}
    return pd.DataFrame(columns | changes)


def write(folder: Path, table: str, sidecar: str = "") -> Path:
    (folder / "counts.csv").write_text(table, encoding="utf-8")
    if sidecar:
        (folder / "counts.toml").write_text(sidecar, encoding="utf-8")
    return folder / "counts.csv"


# Values


@given(datasets())
def test_a_dataframe_and_back(dataset: Dataset) -> None:
    again = Dataset.from_dataframe(dataset.to_dataframe())
    assert (again.studies, again.columns, again.outcome) == (dataset.studies, dataset.columns, "death")
    pd.testing.assert_frame_equal(again.to_dataframe(), dataset.to_dataframe())


@given(datasets())
def test_complement_twice_is_the_dataset_itself(dataset: Dataset) -> None:
    other = dataset.complement()
    assert other.complement() == dataset
    assert other.outcome == "not death"
    assert {dataset.about.event, other.about.event} in ({"good", "bad"}, {None})


@given(datasets(), st.data())
def test_a_selection_keeps_the_order_of_the_table(dataset: Dataset, data: st.DataObject) -> None:
    wanted = data.draw(st.lists(st.sampled_from(dataset.study_names), min_size=1))
    chosen = dataset.trials(wanted)
    assert chosen.study_names == tuple(name for name in dataset.study_names if name in wanted)
    assert dict(chosen.columns)["note"] == tuple(
        note
        for name, note in zip(dataset.study_names, dict(dataset.columns)["note"], strict=True)
        if name in wanted
    )


def test_is_a_value() -> None:
    again = Dataset(list(FOUR.studies), about=FOUR.about, columns=FOUR.columns)  # type: ignore[arg-type]
    assert again == FOUR
    assert hash(again) == hash(FOUR)
    assert len(FOUR) == 4
    assert FOUR.complement() != FOUR


@pytest.mark.parametrize(
    ("studies", "columns", "said"),
    [
        ((), (), "no studies"),
        ((Study("A", 1, 2, 1, 2), Study("A", 0, 2, 1, 2)), (), "more than once: A"),
        (("A",), (), "studies[0] is the text 'A'; it must be a Study"),
        ((Study("A", 1, 2, 1, 2),), (("year", ("1", "2")),), "column year: 2 values for 1 studies"),
    ],
)
def test_refuses_what_is_no_table(studies: tuple[Study, ...], columns: object, said: str) -> None:
    with pytest.raises(DataError, match=r"table: |Dataset: ") as caught:
        Dataset(studies, columns=columns)  # type: ignore[arg-type]
    assert said in str(caught.value)


# Trial sets


@pytest.mark.parametrize(
    ("selection", "kept"),
    [
        ("all", "ABCD"),
        ("early", "AC"),
        ("B", "B"),
        ("D, A", "AD"),
        (("D", "A"), "AD"),
        (["B", "B"], "B"),
        (np.array(["B", "C"]), "BC"),
        ("-B", "ACD"),
        ("-B, -D", "AC"),
        (("-B", "-B"), "ACD"),
        ("early, -C", "A"),
        (("early", "-C"), "A"),
        ("all, -B, -D", "AC"),
    ],
)
def test_trial_sets(selection: object, kept: str) -> None:
    chosen = FOUR.trials(selection)  # type: ignore[arg-type]
    assert chosen.study_names == tuple(kept)
    assert chosen.about == FOUR.about


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        ("earlie", "'earlie' (did you mean 'early'?)"),
        ("E", "no trial set or study 'E'"),
        ("-E", "no trial set or study '-E'"),
        ("", "an empty trial set"),
        ((), "an empty trial set"),
        ("A,-B", "not both"),
        ("early, -B", "no trial set or study '-B'"),
        ("early, late", "'early' is a trial set, to be given on its own"),
        (("early",), "'early' is a trial set, to be given on its own"),
        ("-A,-B,-C,-D", "holds no study"),
        (7, "selection is 7; it must be the name of a trial set or a list of study names"),
    ],
)
def test_refuses_a_trial_set_that_is_not_there(selection: object, said: str) -> None:
    with pytest.raises(DataError) as caught:
        FOUR.trials(selection)  # type: ignore[arg-type]
    assert said in str(caught.value)


SOME = Dataset(
    (
        Study("none", 0, 100, 0, 100),
        Study("only", 7, 7, 9, 9),
        Study("one arm", 0, 0, 3, 9),
        Study("mirror", 0, 10, 10, 10),
        Study("usual", 2, 10, 0, 10),
    ),
    about=About(trial_sets=(("small", ("only", "mirror")), ("flat", ("none", "only")))),
)


@pytest.mark.parametrize(
    ("selection", "kept", "label"),
    [
        ("-uninformative", ("mirror", "usual"), "-uninformative"),
        ("small, -uninformative", ("mirror",), "-uninformative of small"),
        ("-uninformative, -usual", ("mirror",), "-uninformative, -usual"),
    ],
)
def test_trials_that_cannot_tell_the_arms_apart_can_be_left_out(
    selection: str, kept: tuple[str, ...], label: str
) -> None:
    assert SOME.uninformative == ("none", "only")
    chosen = SOME.trials(selection)
    assert (chosen.study_names, chosen.selection) == (kept, label)
    assert chosen.trials("-uninformative").study_names == kept


def test_a_set_in_which_none_can_tell_is_not_emptied() -> None:
    with pytest.raises(DataError, match=r"-uninformative leaves no trial: none can tell the arms apart"):
        SOME.trials("flat, -uninformative")


def test_a_study_of_that_name_goes_first() -> None:
    odd = Dataset((Study("uninformative", 1, 2, 1, 2), Study("B", 0, 2, 0, 2)))
    assert odd.trials("-uninformative").study_names == ("B",)


def test_names_with_commas_and_hyphens_are_found_whole() -> None:
    odd = Dataset((Study("Doe, J 1999", 1, 2, 1, 2), Study("-odd", 1, 2, 1, 2)))
    assert odd.trials("Doe, J 1999").study_names == ("Doe, J 1999",)
    assert odd.trials("-Doe, J 1999").study_names == ("-odd",)
    assert odd.trials("-odd").study_names == ("-odd",)


def test_the_selection_in_force_is_named() -> None:
    assert FOUR.selection == "all"
    assert FOUR.trials("early").selection == "early"
    assert FOUR.trials("early").trials("all").selection == "early"
    assert FOUR.trials("early").trials("-C").selection == "-C of early"
    assert FOUR.trials(("D", "A")).selection == "D, A"


# DataFrames


def test_a_dataframe_under_other_names() -> None:
    theirs = frame().rename(columns={"study": "trial", "treatment_events": "x"})
    dataset = Dataset.from_dataframe(theirs, columns={"study": "trial", "treatment_events": "x"})
    assert dataset.studies == Dataset.from_dataframe(frame()).studies


def test_study_names_may_be_the_index() -> None:
    assert Dataset.from_dataframe(frame().set_index("study")).study_names == ("A", "B")


@pytest.mark.parametrize(
    "values", [[1.0, 2.0], ["1", "2"], np.array([1, 2], dtype=np.uint8), pd.array([1, 2], "Int64")]
)
def test_whole_numbers_of_any_type_are_counts(values: object) -> None:
    dataset = Dataset.from_dataframe(frame(treatment_events=values))
    assert [study.treatment_events for study in dataset.studies] == [1, 2]


@pytest.mark.parametrize(
    "missing",
    [[1, np.nan], [1, None], pd.array([1, pd.NA], "Int64"), [1, pd.NaT], pd.array(["1", None], "string")],
)
def test_a_missing_value_is_an_empty_cell(missing: object) -> None:
    with pytest.raises(DataError) as caught:
        Dataset.from_dataframe(frame(control_events=missing))
    assert str(caught.value).startswith("DataFrame: row 1 (counting from 0): column control_events: empty")


@pytest.mark.parametrize(
    ("values", "said"),
    [([1, 2.5], "'2.5'"), ([1, True], "'True'"), ([1, [2]], "'[2]'"), ([1, 11], "11 events")],
)
def test_a_bad_value_in_a_dataframe(values: list[object], said: str) -> None:
    with pytest.raises(DataError) as caught:
        Dataset.from_dataframe(frame(treatment_events=pd.Series(values, dtype=object)))
    assert "row 1 (counting from 0): column treatment_events" in str(caught.value)
    assert said in str(caught.value)


def test_a_row_of_a_dataframe_is_named_by_its_index_too() -> None:
    labelled = frame(treatment_events=[1, -2])
    labelled.index = pd.Index(["first", "second"])
    with pytest.raises(
        DataError, match=r"row 1 \(counting from 0, index 'second'\): column treatment_events: -2"
    ):
        Dataset.from_dataframe(labelled)


def test_repeated_columns_of_a_dataframe() -> None:
    with pytest.raises(DataError, match="column 'study' stands in the header more than once"):
        Dataset.from_dataframe(pd.concat([frame(), frame()[["study"]]], axis=1))


@pytest.mark.parametrize("found", [[1, 2], None, {"study": ["A"]}])
def test_refuses_what_is_no_dataframe(found: object) -> None:
    with pytest.raises(DataError, match="must be a pandas DataFrame"):
        Dataset.from_dataframe(found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"study": "stdy"}, "column 'stdy' (given for 'study') is not in the table (did you mean 'study'?)"),
        ({"studdy": "study"}, "'studdy' is not one of our column names (did you mean 'study'?)"),
        (
            {"treatment_events": "control_events", "control_events": "control_events"},
            "more than one of our names",
        ),
    ],
)
def test_refuses_a_map_of_columns_that_does_not_fit(columns: dict[str, str], said: str) -> None:
    with pytest.raises(DataError) as caught:
        Dataset.from_dataframe(frame(), columns=columns)
    assert said in str(caught.value)


def test_a_column_that_a_map_replaces_is_kept_aside() -> None:
    dataset = Dataset.from_dataframe(frame(ours=["X", "Y"]), columns={"study": "ours"})
    assert dataset.study_names == ("X", "Y")
    assert dict(dataset.columns) == {"study (unused)": ("A", "B")}


def test_a_dataframe_without_rows() -> None:
    with pytest.raises(DataError, match="no studies"):
        Dataset.from_dataframe(frame().iloc[:0])


# Several outcomes, and sidecars

TWO = f"outcome,{HEADER}\ndeath,A,1,10,2,10\nstroke,A,3,10,4,10\ndeath,B,5,10,6,10\n"


def test_an_outcome_is_chosen_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, TWO)
    assert load_dataset(path, "death").study_names == ("A", "B")
    assert load_dataset(str(path), outcome="stroke").studies == (Study("A", 3, 10, 4, 10),)
    assert outcomes(path) == ("death", "stroke")


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (None, "several outcomes; choose one of death, stroke"),
        ("strok", "no outcome 'strok' (did you mean 'stroke'?)"),
    ],
)
def test_an_outcome_that_is_not_there(tmp_path: Path, outcome: str | None, said: str) -> None:
    with pytest.raises(DataError) as caught:
        load_dataset(write(tmp_path, TWO), outcome)
    assert said in str(caught.value)


def test_a_single_outcome_needs_no_choice(tmp_path: Path) -> None:
    path = write(tmp_path, f"outcome,{HEADER}\ndeath,A,1,10,2,10\n")
    assert load_dataset(path).outcome == "death"
    assert outcomes(write(tmp_path, f"{HEADER}\nA,1,10,2,10\n")) == ("",)


def test_some_rows_without_an_outcome_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="row 5: column outcome: blank"):
        load_dataset(write(tmp_path, f"{TWO},C,1,10,2,10\n"), "death")


def test_an_outcome_column_left_empty_is_no_outcome(tmp_path: Path) -> None:
    assert load_dataset(write(tmp_path, f"outcome,{HEADER}\n,A,1,10,2,10\n")).outcome == ""


def test_several_datasets_are_not_pooled_as_one(tmp_path: Path) -> None:
    path = write(tmp_path, f"dataset,{HEADER}\none,A,1,10,2,10\ntwo,B,1,10,2,10\n")
    with pytest.raises(DataError, match=r"column dataset holds 2 datasets \(one, two"):
        load_dataset(path)


SIDECAR = """
title = "A case"
treatment = "drug"
thresholds = [1.25, 2]
[outcomes.death]
event = "bad"
trial_sets = {first = ["A"]}
[outcomes.survival]
outcome_title = "Survival"
event = "good"
complement_of = "death"
[outcomes.pain]
partial = "pain.csv"
note = "Read the report."
"""


def test_a_sidecar_describes_its_outcomes(tmp_path: Path) -> None:
    path = write(tmp_path, TWO, SIDECAR)
    death = load_dataset(path, "death")
    assert death.about == About("A case", event="bad", treatment="drug", thresholds=(1.25, 2.0),
                                trial_sets=(("first", ("A",)),))  # fmt: skip
    assert death.trials("first").study_names == ("A",)
    assert load_dataset(path, "stroke").about.event is None
    assert outcomes(path) == ("death", "stroke", "survival", "pain")
    assert descriptions(path)["pain"].partial == "pain.csv"


def test_a_complement_is_counted_and_described_by_the_sidecar(tmp_path: Path) -> None:
    survival = load_dataset(write(tmp_path, TWO, SIDECAR), "survival")
    assert survival.studies == (Study("A", 9, 10, 8, 10), Study("B", 5, 10, 4, 10))
    assert (survival.outcome, survival.about.outcome_title, survival.about.event) == (
        "survival",
        "Survival",
        "good",
    )
    assert survival.trials("first").study_names == ("A",)


@pytest.mark.parametrize(
    ("sidecar", "outcome", "said"),
    [
        (
            SIDECAR,
            "pain",
            "known only in part (pain.csv), so it cannot be fitted as a table of counts. Read the report.",
        ),
        (
            "[outcomes.x]\ncomplement_of = 'deth'",
            "x",
            "complement_of names 'deth'; must be one of death, stroke",
        ),
        ("[outcomes.x]\ncomplement_of = 'x'", "x", "complement_of names 'x'"),
        ("[outcomes.x]\nevent = 'bad'", "x", "no row of the table is about it"),
        ("[trial_sets]\nlate = ['A', 'BB']", "death", "trial set 'late' names 'BB'"),
    ],
)
def test_a_sidecar_that_does_not_fit_its_table(tmp_path: Path, sidecar: str, outcome: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        load_dataset(write(tmp_path, TWO, sidecar), outcome)
    assert said in str(caught.value)


def test_two_outcomes_of_a_sidecar_do_not_share_one_unnamed_table(tmp_path: Path) -> None:
    path = write(
        tmp_path, f"{HEADER}\nA,1,10,2,10\n", "[outcomes.x]\nevent = 'bad'\n[outcomes.y]\nevent = 'bad'\n"
    )
    with pytest.raises(DataError, match="name it in column outcome"):
        load_dataset(path, "x")


def test_an_unnamed_table_takes_the_one_outcome_of_its_sidecar(tmp_path: Path) -> None:
    sidecar = "[outcomes.x]\nevent = 'bad'\n[outcomes.y]\ncomplement_of = 'x'\n"
    path = write(tmp_path, f"{HEADER}\nA,1,10,2,10\n", sidecar)
    assert load_dataset(path, "x").about.event == "bad"
    assert load_dataset(path, "y").studies == (Study("A", 9, 10, 8, 10),)


# Names


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ivigg", "did you mean 'ivig'?"),
        ("ivig.csv", "called by the bare word 'ivig'"),
        ("x.csv", "no such file"),
    ],
)
def test_a_name_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError) as caught:
        load_dataset(name)
    assert said in str(caught.value)


def test_columns_of_a_dataframe_come_out_in_order() -> None:
    assert tuple(FOUR.to_dataframe().columns) == ("study", *COUNTS, "year")


def test_messages_about_a_bundled_table_name_it_without_its_place():
    with pytest.raises(DataError) as caught:
        load_dataset("ivig")
    assert str(caught.value).startswith("ivig: several outcomes; choose one of live_birth")
