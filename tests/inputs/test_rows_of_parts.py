"""Rows of means, of O - E, of person-time, of people not seen and of effective counts: read, checked,
written.
"""

import math
from pathlib import Path

import pandas as pd
import pytest

import bayes_ivig as bi
from bayes_ivig.errors import DataError
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.estimate import Estimate
from bayes_ivig.inputs.estimates.parts import by_rule

MEANS = "study,treatment_mean,treatment_sd,treatment_n,control_mean,control_sd,control_n\n"
# dat.normand1999 of the R package metadat: length of stay after a stroke
NORMAND = (
    MEANS + "Edinburgh,55,47,155,75,64,156\nOrpington mild,27,7,31,29,4,32\nMontreal home,14,8,8,18,11,13\n"
)


def load(tmp_path: Path, text: str, measure: str | None = None, *, fractional: bool = False) -> bi.Dataset:
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return bi.load_dataset(path, measure=measure, fractional=fractional)


def refused(tmp_path: Path, text: str, measure: str | None = None) -> str:
    with pytest.raises(DataError) as caught:
        load(tmp_path, text, measure)
    return str(caught.value)


def only(dataset: bi.Dataset) -> Estimate:
    (study,) = dataset.studies
    assert isinstance(study, Estimate)
    return study


def test_means_make_mean_differences(tmp_path: Path) -> None:
    dataset = load(tmp_path, NORMAND, "MD")
    assert [study.y for study in dataset.studies] == [-20, -2, -4]
    assert dataset.studies[0].standard_error == pytest.approx(math.sqrt(47**2 / 155 + 64**2 / 156))


def test_means_make_standardised_differences(tmp_path: Path) -> None:
    """The first two as metafor's tests print them."""
    dataset = load(tmp_path, NORMAND, "SMD")
    assert [study.y for study in dataset.studies][:2] == pytest.approx([-0.3552, -0.3479], abs=5.1e-5)
    assert [s.standard_error**2 for s in dataset.studies][:2] == pytest.approx([0.0131, 0.0645], abs=5.1e-5)


def test_review_manager_computes_them_otherwise(tmp_path: Path) -> None:
    dataset = load(tmp_path, MEANS + "a,10,2,10,8,2,12\n", "SMD")
    (study,) = by_rule(dataset.studies, "revman")
    assert isinstance(study, Estimate)
    assert study.y == pytest.approx(1 - 3 / 79)
    assert study.standard_error**2 == pytest.approx(22 / 120 + (76 / 79) ** 2 / (2 * (22 - 3.94)))
    assert by_rule(by_rule(dataset.studies, "revman"), "metafor") == dataset.studies


@pytest.mark.parametrize(("cell", "df"), [("", math.inf), ("12", 12), ("pooled", 20), ("welch", 20)])
def test_degrees_of_freedom_are_normal_unless_stated(tmp_path: Path, cell: str, df: float) -> None:
    text = MEANS.replace("\n", ",df\n") + f"a,10,2,11,8,2,11,{cell}\n"
    assert only(load(tmp_path, text, "MD")).df == pytest.approx(df)


def test_exchanged_arms_negate(tmp_path: Path) -> None:
    one = only(load(tmp_path, MEANS + "a,10,2,10,8,3,12\n", "SMD"))
    other = only(load(tmp_path, MEANS + "a,8,3,12,10,2,10\n", "SMD"))
    assert other.y == pytest.approx(-one.y)
    assert other.standard_error == pytest.approx(one.standard_error)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("a,10,,10,8,2,12", "treatment_sd: empty; of a standard error SE"),
        ("a,10,0,10,8,2,12", "treatment_sd: found 0, a spread that no measurement has"),
        ("a,10,-1,10,8,2,12", "treatment_sd: found -1"),
        ("a,10,2,1,8,2,12", "treatment_n: found 1; one person has no standard deviation"),
        ("a,10,2,10.5,8,2,12", "treatment_n: found 10.5"),
        ("a,,2,10,8,2,12", "treatment_mean: empty"),
        ("a,ten,2,10,8,2,12", "treatment_mean: found 'ten'"),
        ("a,10,2,10,8,2,", "control_n: empty"),
    ],
)
def test_arms_that_cannot_be(tmp_path: Path, row: str, found: str) -> None:
    said = refused(tmp_path, MEANS + row + "\n", "MD")
    assert "row 2: column" in said
    assert found in said


def test_means_need_a_measure(tmp_path: Path) -> None:
    assert "state which difference is meant: measure MD" in refused(tmp_path, NORMAND)


def test_o_minus_e(tmp_path: Path) -> None:
    study = only(load(tmp_path, "study,o_minus_e,variance\na,-6.5,10\n", "HR"))
    assert (study.y, study.standard_error) == pytest.approx((-0.65, math.sqrt(0.1)))
    assert only(load(tmp_path, "study,o_minus_e,variance\na,-6.5,10\n")).y == pytest.approx(-0.65)


@pytest.mark.parametrize(
    ("row", "measure", "found"),
    [
        ("a,-6.5,0", "HR", "the variance of O - E is a number above 0"),
        ("a,-6.5,", "HR", "variance: empty"),
        ("a,650,1", "HR", "columns may be exchanged"),
        ("a,-6.5,10", "MD", "O - E gives no mean difference"),
    ],
)
def test_o_minus_e_that_cannot_be(tmp_path: Path, row: str, measure: str, found: str) -> None:
    assert found in refused(tmp_path, f"study,o_minus_e,variance\n{row}\n", measure)


def test_rates(tmp_path: Path) -> None:
    text = "study,treatment_events,treatment_time,control_events,control_time\na,12,100.5,7,90\n"
    assert load(tmp_path, text, "IRR").studies == (
        Study("a", 12, 0, 7, 0, treatment_time=100.5, control_time=90),
    )
    assert "treatment_time: found '0'" in refused(tmp_path, text.replace("100.5", "0"), "IRR")
    assert "control_time: found ''" in refused(tmp_path, text.replace(",90\n", ",\n"), "IRR")


MISSING = (
    "study,treatment_events,treatment_total,treatment_missing,control_events,control_total,control_missing\n"
)


def test_people_who_were_not_seen(tmp_path: Path) -> None:
    dataset = load(tmp_path, MISSING + "a,10,50,5,8,52,\nb,4,30,,9,40,6\n")
    assert dataset.studies == (
        Study("a", 10, 50, 8, 52, treatment_missing=5),
        Study("b", 4, 30, 9, 40, control_missing=6),
    )
    assert dataset.columns == ()
    said = refused(tmp_path, MISSING + "a,10,50,45,8,52,\n")
    assert "treatment_total is everybody randomised, the 45 included" in said
    assert "found 'few'" in refused(tmp_path, MISSING + "a,10,50,few,8,52,\n")


COUNTS = "study,treatment_events,treatment_total,control_events,control_total\n"


def test_fractions_only_where_asked_for(tmp_path: Path) -> None:
    text = COUNTS + "a,7.5,30,4,20.25\nb,4,30,9,40\n"
    said = refused(tmp_path, text)
    assert "treatment_events: found '7.5'; a count is a whole number of 0 or more" in said
    assert "a design effect says more" in said
    assert "--fractional" in said
    dataset = load(tmp_path, text, fractional=True)
    assert dataset.studies == (Study("a", 7.5, 30, 4, 20.25, fractional=True), Study("b", 4, 30, 9, 40))
    stated = load(
        tmp_path, text.replace("study,", "fractional,study,").replace("\na", "\nyes,a").replace("\nb", "\n,b")
    )
    assert stated.studies == dataset.studies
    assert "found 'perhaps'" in refused(
        tmp_path, "fractional," + text.replace("\na", "\nperhaps,a").replace("\nb", "\n,b")
    )


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        (NORMAND, "MD"),
        (NORMAND, "SMD"),
        ("study,o_minus_e,variance\na,-6.5,10\n", "HR"),
        ("study,treatment_events,treatment_time,control_events,control_time\na,12,100.5,7,90\n", "IRR"),
        (MISSING + "a,10,50,5,8,52,\nb,4,30,,9,40,6\n", "OR"),
        (COUNTS + "a,7.5,30,4,20.25\nb,4,30,9,40\n", "OR"),
    ],
)
def test_what_is_read_is_written_as_it_was(tmp_path: Path, text: str, measure: str) -> None:
    dataset = load(tmp_path, text, measure, fractional=True)
    frame = dataset.to_dataframe()
    assert bi.Dataset.from_dataframe(frame).studies == dataset.studies
    frame.to_csv(tmp_path / "again.csv", index=False)
    again = bi.load_dataset(tmp_path / "again.csv")
    assert again.studies == dataset.studies
    assert again.measure == dataset.measure


def test_counts_win_where_they_give_the_measure(tmp_path: Path) -> None:
    text = COUNTS.replace("\n", ",o_minus_e,variance\n") + "a,7,30,4,20,-1.5,2\n"
    assert isinstance(load(tmp_path, text).studies[0], Study)
    assert isinstance(load(tmp_path, text, "HR").studies[0], Estimate)


def test_a_frame_of_pandas_with_blanks() -> None:
    frame = pd.DataFrame(
        {
            "study": ["a", "b"],
            "treatment_events": [10, 4],
            "treatment_total": [50, 30],
            "treatment_missing": [5, None],
            "control_events": [8, 9],
            "control_total": [52, 40],
        }
    )
    assert [study.missing for study in bi.Dataset.from_dataframe(frame).studies] == [5, 0]
