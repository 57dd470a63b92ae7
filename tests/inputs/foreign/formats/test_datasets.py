"""Datasets of Stata, SPSS, R and JASP: labels, missing values, dates, names of rows, filters."""

from datetime import datetime
from io import BytesIO

import pytest
from inputs.foreign.formats.test_sheets import ROWS, TRIALS, only, refused
from inputs.foreign.making import datasets, r_text

from bayes_ivig.inputs.foreign.formats.sheets import sheets
from bayes_ivig.inputs.foreign.found import Stated

LABELLED = {
    "study": ["A", "B"],
    "arm": [1.0, 2.0],
    "n": [30, 40],
    "d": [datetime(2020, 1, 2), datetime(2021, 3, 4)],
}
ABOUT = {
    "column_labels": ["Author", "Treatment", "", "When"],
    "variable_value_labels": {"arm": {1: "placebo", 2: "drug"}, "n": {30: "thirty"}},
}
WRITE = {"dta": datasets.stata, "sav": datasets.spss}


@pytest.mark.parametrize("kind", WRITE)
def test_labels_of_values_and_columns_are_read(kind: str) -> None:
    sheet = only(WRITE[kind](LABELLED, **ABOUT))
    assert sheet.rows == (
        ("study", "arm", "n", "d"),
        ("A", "placebo", "30", "2020-01-02"),
        ("B", "drug", "40", "2021-03-04"),
    )
    assert sheet.labels == ("Author", "Treatment", "", "When")
    assert sheet.header
    assert "look at: 'n' has labels for some of its values only (30 = thirty)" in "; ".join(sheet.notes)


def test_what_is_missing_is_blank() -> None:
    sheet = only(datasets.stata({"study": ["A", "B"], "x": [None, 1.5]}))
    assert sheet.rows[1:] == (("A", ""), ("B", "1.5"))


def test_missing_values_of_spss_that_its_user_stated_are_blank() -> None:
    sheet = only(datasets.spss({"x": [1.0, 99.0]}, missing_ranges={"x": [99.0]}))
    assert [row[0] for row in sheet.rows] == ["x", "1"]


def test_a_number_of_single_precision_has_its_own_shortest_text() -> None:
    import numpy as np
    import pandas as pd

    made = BytesIO()
    frame = pd.DataFrame({"x": np.array([0.1, 0.35], dtype=np.float32), "y": [0.1, 1 / 3]})
    frame.to_stata(made, write_index=False)
    assert only(made.getvalue()).rows == (("x", "y"), ("0.1", "0.1"), ("0.35", "0.3333333333333333"))


def test_an_old_dataset_of_stata_in_another_encoding_is_noted_and_may_be_stated() -> None:
    raw = datasets.stata({"study": ["Bak\u00e9", "x"], "e": [1, 2]}, version=10).replace(
        "\u00e9".encode(), b"\xe9 "
    )
    sheet = only(raw)
    assert sheet.rows[1] == ("Bak\u00e9", "1")
    assert "look at: the file does not state its encoding; windows-1252 was taken" in "; ".join(sheet.notes)
    assert only(raw, encoding="iso-8859-5").rows[1] == ("Bak\u0449", "1")


# R


def test_columns_of_r_are_read_by_their_class() -> None:
    frame = r_text.frame(
        {
            "study": r_text.factor([1, 2, None], ["Adams 2001", "Bak\u00e9"]),
            "yi": r_text.vector([0.1, None, 3.0], {"measure": r_text.vector(["RR"])}),
            "n": r_text.vector([1, None, 3], {"label": r_text.vector(["People"])}),
            "t": r_text.vector(["x", None, "NA"]),
            "d": r_text.vector([19_000.0, None, 1.5], {"class": r_text.vector(["Date"])}),
            "s": r_text.vector([86_400.0, None, 90_000.0], {"class": r_text.vector(["POSIXct", "POSIXt"])}),
            "b": r_text.vector([True, None, False]),
            "k": r_text.compact(3),
        },
        3,
        ["escalc"],
    )
    sheet = only(r_text.rds(frame))
    assert sheet.rows == (
        ("study", "yi", "n", "t", "d", "s", "b", "k"),
        ("Adams 2001", "0.1", "1", "x", "2022-01-08", "1970-01-02", "TRUE", "1"),
        ("Bak\u00e9", "", "", "", "", "", "", "2"),
        ("", "3", "3", "NA", "1970-01-02 12:00:00", "1970-01-02 01:00:00", "FALSE", "3"),
    )
    assert sheet.labels == ("", "", "People", "", "", "", "", "")
    assert not sheet.notes


def test_frames_in_lists_and_matrices_are_sheets_of_their_own_and_more_is_not() -> None:
    frame = r_text.frame({"e": r_text.vector([1, 2])}, 2, ["tbl_df", "tbl"])
    names = r_text.listed([r_text.vector(["r1", "r2"]), r_text.vector(["a", "b"])])
    matrix = r_text.vector([1, 2, 3, 4], {"dim": r_text.vector([2, 2]), "dimnames": names})
    fit = r_text.named_list({"beta": r_text.vector([0.5]), "data": frame}, ["rma.uni", "rma"])
    found = sheets(
        r_text.rda({"dat": frame, "fit": fit, "m": matrix, "x": r_text.vector(["a"])}), "t.rda", Stated()
    )
    assert [(sheet.name, sheet.source) for sheet in found] == [
        ("dat", "t.rda: dat"),
        ("fit$data", "t.rda: fit$data"),
        ("m", "t.rda: m"),
    ]
    assert found[2].rows == (("", "a", "b"), ("r1", "1", "3"), ("r2", "2", "4"))


def test_names_of_rows_are_a_column_where_they_are_texts() -> None:
    frame = r_text.frame({"e": r_text.vector([1, 2])}, 2, names=["Adams", "Baker"])
    sheet = only(r_text.rds(frame))
    assert sheet.rows == (("", "e"), ("Adams", "1"), ("Baker", "2"))
    assert sheet.notes == ("names of rows are the first column",)
    assert only(r_text.rds(r_text.frame({"e": r_text.vector([1])}, 1, names=["1"]))).rows == (("e",), ("1",))


def test_a_column_that_is_a_list_is_left_out_and_said() -> None:
    frame = r_text.frame({"e": r_text.vector([1, 2]), "l": r_text.listed([r_text.vector([1])] * 2)}, 2)
    sheet = only(r_text.rds(frame))
    assert sheet.rows == (("e",), ("1",), ("2",))
    assert sheet.notes == ("look at: columns l are no plain vectors, and were left out",)


# JASP


def test_rows_that_the_filter_of_jasp_leaves_out_are_left_out_and_said() -> None:
    sheet = only(datasets.jasp(TRIALS, left_out=[0]))
    assert (sheet.rows, sheet.numbers) == ((ROWS[0], ROWS[2]), (1, 3))
    assert sheet.notes == ("1 row left out by the file's own filter",)
    assert sheet.labels == tuple(f"The {name}" for name in TRIALS)
    old = only(datasets.old_jasp(TRIALS, kept=[False, True]))
    assert (old.rows, old.numbers, old.notes) == (sheet.rows, sheet.numbers, sheet.notes)


def test_cells_of_jasp_are_labels_numbers_or_blank_by_the_kind_of_their_column() -> None:
    more = (
        "UPDATE Columns SET columnType = 'ordinal' WHERE id = 2;"
        "INSERT INTO Labels (columnId, value, label) VALUES (2, 5, 'five');"
        "UPDATE DataSet_1 SET Column_2_INT = 5, Column_2_DBL = 5 WHERE rowNumber = 1;"
        "UPDATE DataSet_1 SET Column_2_INT = 7, Column_2_DBL = 'NaN' WHERE rowNumber = 2;"
        "UPDATE DataSet_1 SET Column_3_DBL = 'inf', Column_3_INT = -1 WHERE rowNumber = 1;"
        "UPDATE DataSet_1 SET Column_3_DBL = NULL, Column_3_INT = NULL WHERE rowNumber = 2;"
    )
    assert [row[1:3] for row in only(datasets.jasp(TRIALS, more=more)).rows[1:]] == [
        ("five", "inf"),
        ("7", ""),
    ]


def test_a_jasp_file_whose_labels_have_numbers_of_another_start_is_read_by_them() -> None:
    more = "UPDATE Labels SET value = value + 10; UPDATE DataSet_1 SET Column_1_INT = Column_1_INT + 10;"
    assert only(datasets.jasp(TRIALS, more=more)).rows == ROWS


def test_a_jasp_file_of_an_early_database_without_titles_is_read() -> None:
    sheet = only(datasets.jasp(TRIALS, more="ALTER TABLE Columns DROP COLUMN title;"))
    assert (sheet.rows, sheet.labels) == (ROWS, ())


def test_a_jasp_file_without_rows_or_columns_says_so() -> None:
    assert "is a JASP file without data" in refused(datasets.jasp(TRIALS, more="DELETE FROM Columns;"))
