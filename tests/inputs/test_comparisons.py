"""Which trials ask one question: groups by a column, and what a sidecar may say of them."""

from pathlib import Path

import pandas as pd
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.comparisons.phrases import compares_nothing, joined, key_of, phrase

HEADER = "study,treatment_events,treatment_total,control_events,control_total"
ROWS = ("A,5,40,12,41", "B,4,50,9,52", "C,2,20,3,19", "D,3,30,5,31")


def written(folder: Path, cells: tuple[str, ...], sidecar: str = "", column: str = "comparison") -> Path:
    path = folder / "mine.csv"
    lines = [f'{row},"{cell}"' for row, cell in zip(ROWS, cells, strict=True)]
    path.write_text("\n".join([f"{HEADER},{column}", *lines]) + "\n", encoding="utf-8")
    if sidecar:
        path.with_suffix(".toml").write_text(sidecar, encoding="utf-8")
    return path


def groups(dataset: bi.Dataset) -> dict[str, tuple[str, tuple[str, ...]]]:
    found = dataset.comparisons
    assert found is not None
    return {each.key: (each.phrase, each.trials) for each in found.groups}


@pytest.mark.parametrize("outcome", ["live_birth", "miscarriage"])
def test_the_case_has_five_questions_and_a_trial_that_asks_none(outcome: str) -> None:
    dataset = bi.load_dataset("ivig", outcome)
    assert groups(dataset) == {
        "instead_of_heparin_and_aspirin": (
            "instead of heparin and aspirin",
            ("Dendrinos 2009", "Triolo 2003"),
        ),
        "instead_of_a_steroid": ("instead of a steroid", ("Perricone 2008", "Vaquero 2001")),
        "against_placebo_or_vitamins": ("against placebo or vitamins", ("Branch 2000", "Mahmoud 2004")),
        "against_placebo_antibody_negative": ("against placebo", ("Yamada 2022",)),
        "against_nothing_by_refusal": ("against nothing, by refusal", ("Stricker 2000",)),
    }
    assert dataset.comparisons is not None
    assert dataset.comparisons.nothing == ("Heilmann 2001",)
    assert dataset.comparisons.unstated == ()


def test_a_trial_without_a_comparison_is_in_no_group_of_any_outcome() -> None:
    for outcome in ("live_birth", "miscarriage", "obstetric_complication", "neonatal_outcome"):
        members = bi.load_dataset("ivig", outcome).comparison_sets.values()
        assert "Heilmann 2001" not in {name for trials in members for name in trials}


def test_groups_go_as_far_as_the_trials_of_an_outcome() -> None:
    assert set(bi.load_dataset("ivig", "obstetric_complication").comparison_sets) == {
        "instead_of_a_steroid",
        "against_placebo_or_vitamins",
    }


def test_a_group_is_a_set_of_trials_to_choose() -> None:
    dataset = bi.load_dataset("ivig", "live_birth")
    chosen = dataset.trials("instead_of_heparin_and_aspirin")
    assert chosen.study_names == ("Dendrinos 2009", "Triolo 2003")
    assert chosen.selection == "instead_of_heparin_and_aspirin"
    assert dataset.trials("instead_of_a_steroid, -Vaquero 2001").study_names == ("Perricone 2008",)
    with pytest.raises(DataError, match="did you mean 'instead_of_a_steroid'"):
        dataset.trials("instead_of_steroid")


def test_a_column_called_comparison_makes_a_group_of_every_value() -> None:
    frame = pd.DataFrame(
        {
            "study": ["A", "B", "C", "D", "E"],
            "treatment_events": [5, 4, 2, 3, 4],
            "treatment_total": [40, 50, 20, 30, 40],
            "control_events": [12, 9, 3, 5, 6],
            "control_total": [41, 52, 19, 31, 40],
            "comparison": ["placebo", "Instead of aspirin", "placebo", "no comparison", ""],
        }
    )
    dataset = bi.Dataset.from_dataframe(frame)
    assert groups(dataset) == {
        "placebo": ("against placebo", ("A", "C")),
        "instead_of_aspirin": ("instead of aspirin", ("B",)),
    }
    assert dataset.comparisons is not None
    assert (dataset.comparisons.nothing, dataset.comparisons.unstated) == (("D",), ("E",))
    assert dataset.trials("placebo").study_names == ("A", "C")


def test_rows_in_another_order_make_the_same_groups(tmp_path: Path) -> None:
    dataset = bi.load_dataset(written(tmp_path, ("placebo", "nothing", "placebo", "usual care")))
    turned = bi.load_dataset(written(tmp_path, ("placebo", "nothing", "placebo", "usual care")))
    backwards = bi.Dataset(
        tuple(reversed(turned.studies)),
        columns=tuple((name, tuple(reversed(cells))) for name, cells in turned.columns),
    )
    assert {key: set(names) for key, names in dataset.comparison_sets.items()} == {
        key: set(names) for key, names in backwards.comparison_sets.items()
    }


@pytest.mark.parametrize("cells", [("1", "2", "1", "2.5"), ("", "", "NA", "not reported")])
def test_numbers_and_blanks_say_nothing_of_comparisons(tmp_path: Path, cells: tuple[str, ...]) -> None:
    dataset = bi.load_dataset(written(tmp_path, cells))
    assert dataset.comparisons is None
    assert dataset.comparison_sets == {}


def test_remarks_are_no_classes() -> None:
    studies = tuple(bi.Study(f"T{i}", 3, 20, 4, 20) for i in range(13))
    told = tuple(f"remark {i}" for i in range(13))
    assert bi.Dataset(studies, columns=(("comparison", told),)).comparisons is None
    assert bi.Dataset(studies[:12], columns=(("comparison", told[:12]),)).comparisons is not None


def test_without_a_column_there_are_no_comparisons() -> None:
    assert bi.Dataset((bi.Study("A", 1, 9, 2, 9),)).comparisons is None


def test_a_group_does_not_take_the_name_of_a_trial_or_of_a_set(tmp_path: Path) -> None:
    sidecar = "[trial_sets]\nplacebo = ['D']\n"
    dataset = bi.load_dataset(written(tmp_path, ("placebo", "a", "a", "other"), sidecar))
    assert dataset.trials("placebo").study_names == ("D",)
    assert dataset.trials("other").study_names == ("D",)


def test_values_that_make_one_key_are_groups_of_their_own(tmp_path: Path) -> None:
    dataset = bi.load_dataset(written(tmp_path, ("usual care", "usual-care", "all", "usual care")))
    assert dataset.comparison_sets == {"usual_care": ("A", "D"), "usual_care_2": ("B",), "all_2": ("C",)}


SIDECAR = """
[words]
people = "patients"
[words.columns]
region = "the region"
[comparisons]
column = "region"
none = ["unknown land"]
[comparisons.groups.north]
title = "in the north"
values = ["Oslo", "Bergen"]
people = "northerners"
note = "Cold."
[comparisons.contrasts.both]
of = ["north"]
against = ["rome"]
without = [["A"]]
"""


def test_a_sidecar_names_another_column_and_joins_values(tmp_path: Path) -> None:
    cells = ("Oslo", "Bergen", "Rome", "unknown land")
    dataset = bi.load_dataset(written(tmp_path, cells, SIDECAR, "region"))
    found = dataset.comparisons
    assert found is not None
    north, rome = found.groups
    assert (north.key, north.phrase, north.people, north.note) == (
        "north",
        "in the north",
        "northerners",
        "Cold.",
    )
    assert (rome.key, rome.phrase, rome.people) == ("rome", "where the region is Rome", "patients")
    assert found.nothing == ("D",)
    assert dataset.trials("north").study_names == ("A", "B")


def test_the_column_may_stand_in_the_characteristics_that_a_sidecar_names(tmp_path: Path) -> None:
    path = written(tmp_path, ("x", "x", "x", "x"), "", "note")
    (tmp_path / "known.csv").write_text("study,versus\nA,placebo\nC,aspirin\n", encoding="utf-8")
    path.with_suffix(".toml").write_text(
        '[evidence]\ncharacteristics = "known.csv"\n[comparisons]\ncolumn = "versus"\n', encoding="utf-8"
    )
    found = bi.load_dataset(path).comparisons
    assert found is not None
    assert {group.key: group.trials for group in found.groups} == {"placebo": ("A",), "aspirin": ("C",)}
    assert found.unstated == ("B", "D")


def test_a_table_of_comparisons_must_hold_the_column(tmp_path: Path) -> None:
    path = written(tmp_path, ("", "", "", ""), column="note")
    (tmp_path / "known.csv").write_text("study,dose\nA,1\n", encoding="utf-8")
    path.with_suffix(".toml").write_text("[comparisons]\ncolumn = 'versus'\ntable = 'known.csv'\n", "utf-8")
    with pytest.raises(DataError, match=r"known.csv: comparisons.table: no column 'versus'; there are study"):
        bi.load_dataset(path)


def test_a_protocol_names_comparisons_that_there_are(tmp_path: Path) -> None:
    cells = ("placebo", "placebo", "aspirin", "aspirin")
    before = "[judgements]\nby = 'A'\n[judgements.stated_before]\nsource = 'x'\ncomparisons = ['{}']\n"
    path = written(tmp_path, cells, before.format("placebo"))
    judged = bi.load_dataset(path).about.judgements
    assert judged is not None and judged.stated_before is not None
    assert judged.stated_before.comparisons == ("placebo",)
    path.with_suffix(".toml").write_text(before.format("placeb"), encoding="utf-8")
    with pytest.raises(DataError, match=r"no comparison 'placeb' \(did you mean 'placebo'\?\); there are"):
        bi.load_dataset(path)


@pytest.mark.parametrize(
    ("sidecar", "said"),
    [
        ("[comparisons]\ncolum = 'x'", "comparisons.colum: unknown key (did you mean 'column'?)"),
        ("[comparisons]\ncolumn = 3", "comparisons.column: found 3; must be text"),
        ("[comparisons]\ntable = 3", "comparisons.table: found 3; must be text"),
        ("[comparisons]\ncolumn = 'x'\ntable = 'no.csv'", "no.csv"),
        ("[comparisons]\nnone = 'x'", "comparisons.none: found 'x'; must be a list of one or more texts"),
        ("[comparisons]\ngroups = 1", "comparisons.groups: found 1; must be a table for each"),
        ("[comparisons.groups.a]\nvalue = ['x']", "comparisons.groups.a.value: unknown key"),
        ("[comparisons.groups.a]\ntitle = 'x'", "comparisons.groups.a.values: found None; must be a list"),
        ("[comparisons.groups]\na = ['placebo']", "comparisons.groups.a: found ['placebo']; must be a table"),
        ("[comparisons.groups.all]\nvalues = ['placebo']", "give the group another name"),
        (
            "[comparisons.groups.a]\nvalues = ['placebo']\n[comparisons.groups.b]\nvalues = ['placebo']",
            "comparisons.groups.b.values: 'placebo' stands in groups.a.values too; a trial belongs to one",
        ),
        (
            "[comparisons]\nnone = ['placebo']\n[comparisons.groups.b]\nvalues = ['placebo']",
            "'placebo' stands in none too",
        ),
        (
            "[comparisons]\ncolumn = 'comparision'",
            "comparisons.column: no column 'comparision' (did you mean 'comparison'?)",
        ),
        (
            "[comparisons.groups.a]\nvalues = ['placebos']",
            "groups.a.values: no trial has 'placebos' in column comparison (did you mean 'placebo'?)",
        ),
        ("[comparisons]\nnone = ['nobody']", "comparisons.none: no trial has 'nobody'"),
        (
            "[comparisons.contrasts.c]\nof = ['placebo']\nagainst = ['asprin']",
            "contrasts.c.against: no group 'asprin' (did you mean 'aspirin'?); there are",
        ),
        ("[comparisons.contrasts.c]\nof = ['placebo']", "contrasts.c.against: found None; must be a list"),
        (
            "[comparisons.contrasts.c]\nof = ['placebo']\nagainst = ['placebo']",
            "contrasts.c.against: 'placebo' stands in of too",
        ),
        (
            "[comparisons.contrasts.c]\nof = ['placebo']\nagainst = ['aspirin']\nwithout = ['A']",
            "contrasts.c.without: found ['A']; must be a list of lists of study names",
        ),
        (
            "[comparisons.contrasts.c]\nof = ['placebo']\nagainst = ['aspirin']\nwithout = [['E']]",
            "contrasts.c.without: no study 'E'; there are A, B, C, D",
        ),
        (
            "[trial_sets]\na = ['A']\n[comparisons.groups.a]\nvalues = ['placebo']",
            "comparisons.groups.a: a trial set has this name too",
        ),
        ("[outcomes.x.comparisons]\ncolumn = 'x'", "outcomes.x.comparisons: unknown key"),
    ],
)
def test_what_is_wrong_with_a_sidecar_is_said_at_the_door(tmp_path: Path, sidecar: str, said: str) -> None:
    path = written(tmp_path, ("placebo", "placebo", "aspirin", "aspirin"), sidecar)
    with pytest.raises(DataError) as error:
        bi.load_dataset(path)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("value", "column", "said"),
    [
        ("placebo", "comparison", "against placebo"),
        ("Instead of aspirin", "comparison", "instead of aspirin"),
        ("added to heparin, against placebo", "comparison", "added to heparin, against placebo"),
        ("no_treatment", "comparator_class", "against no treatment"),
        ("none", "control", "against nothing"),
        ("vs placebo", "comparison", "against placebo"),
        ("versus usual care", "comparison", "against usual care"),
        ("drug vs. placebo", "comparison", "in trials of drug vs. placebo"),
        ("Europe", "region", "where region is Europe"),
        ("yes", "randomised_well", "where randomised well is yes"),
    ],
)
def test_a_value_becomes_a_phrase_by_grammar(value: str, column: str, said: str) -> None:
    assert phrase(value, column) == said


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["against placebo"], "against placebo"),
        (["against placebo", "against vitamins"], "against placebo or vitamins"),
        (["against a", "against b", "against c"], "against a, b, or c"),
        (["against a or b", "against c"], "against a or b, or c"),
        (["instead of a", "against b"], "instead of a or against b"),
        (["against a", "against b, by choice", "against c"], "against a; b, by choice; or c"),
    ],
)
def test_several_phrases_are_joined_by_grammar(parts: list[str], said: str) -> None:
    assert joined(parts) == said


def test_a_key_is_made_of_letters_and_digits() -> None:
    assert key_of("Against Placebo, 5 mg!") == "against_placebo_5_mg"
    assert key_of("Übliche Pflege") == "übliche_pflege"
    assert key_of("?!") == "group"
    assert compares_nothing("not_a_control")
    assert not compares_nothing("nothing")
