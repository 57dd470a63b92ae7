"""Every broken file is answered with where, what was found and what to do; never with a traceback of ours."""

from pathlib import Path

import pytest

from bayes_ivig.errors import MOST_PROBLEMS, DataError, ReadNote
from bayes_ivig.inputs.counts import table as tables
from bayes_ivig.inputs.counts.dataset import load_dataset
from bayes_ivig.inputs.counts.study import Study
from bayes_ivig.inputs.estimates.studies import whole_number

HEADER = "study,treatment_events,treatment_total,control_events,control_total"
GOOD = "Alpha 1999,1,10,2,10"


def write(folder: Path, content: str | bytes, name: str = "counts.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def message(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        load_dataset(path)
    assert caught.value.__cause__ is None
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("row", "column", "found", "remedy"),
    [
        ("Beta,11,10,2,10", "treatment_events", "11 events in an arm of 10", "cannot exceed treatment_total"),
        ("Beta,1,10,12,10", "control_events", "12 events in an arm of 10", "cannot exceed control_total"),
        ("Beta,-1,10,2,10", "treatment_events", "-1 is negative", "whole number of 0 or more"),
        ("Beta,1,-10,2,10", "treatment_total", "-10 is negative", "whole number of 0 or more"),
        ("Beta,1.5,10,2,10", "treatment_events", "'1.5'", "whole number of 0 or more"),
        ("Beta,1,10,,10", "control_events", "empty", "whole number of 0 or more"),
        ("Beta,1,10,two,10", "control_events", "'two'", "whole number of 0 or more"),
        ("Beta,1,10,2,NA", "control_total", "'NA'", "whole number of 0 or more"),
        ("Beta,nan,10,2,10", "treatment_events", "'nan'", "whole number of 0 or more"),
        ("Beta,1,inf,2,10", "treatment_total", "'inf'", "whole number of 0 or more"),
        ("Beta,1,1e3,2,10", "treatment_total", "'1e3'", "whole number of 0 or more"),
        ("Beta,1,1_0,2,10", "treatment_total", "'1_0'", "whole number of 0 or more"),
        ('Beta,1,"1,000",2,10', "treatment_total", "'1,000'", "whole number of 0 or more"),
        ("Beta,1,\u0661\u0660,2,10", "treatment_total", "'\u0661\u0660'", "whole number of 0 or more"),
        ("Beta,1,99999999999,2,10", "treatment_total", "99999999999", "look at the cell again"),
        (" ,1,10,2,10", "study", "blank", "needs a study name"),
        ("Alpha 1999,3,10,2,10", "study", "'Alpha 1999' is also the study of row 2", "names must differ"),
    ],
)
def test_a_bad_cell(tmp_path: Path, row: str, column: str, found: str, remedy: str) -> None:
    said = message(write(tmp_path, f"{HEADER}\n{GOOD}\n{row}\n"))
    assert len(said.splitlines()) == 1
    assert f": row 3: column {column}: " in said
    assert found in said
    assert remedy in said


def test_all_bad_cells_are_reported_at_once(tmp_path: Path) -> None:
    said = message(
        write(tmp_path, f"{HEADER}\nAlpha,11,10,x,10\n,1,10,2,10\nAlpha,1,10,-2,10\n")
    ).splitlines()
    assert [line.split(": ")[1:3] for line in said] == [
        ["row 2", "column control_events"],
        ["row 2", "column treatment_events"],
        ["row 3", "column study"],
        ["row 4", "column study"],
        ["row 4", "column control_events"],
    ]


def test_a_long_list_of_problems_is_cut_and_counted(tmp_path: Path) -> None:
    rows = "\n".join(f"Study {i},11,10,2,10" for i in range(30))
    said = message(write(tmp_path, f"{HEADER}\n{rows}\n")).splitlines()
    assert len(said) == MOST_PROBLEMS + 1
    assert said[-1].endswith("and 10 more problems")


@pytest.mark.parametrize(
    ("content", "found", "remedy"),
    [
        (HEADER + "\n", "no studies", "one row per study"),
        ("", "empty", "header line"),
        ("\n\n , \n", "empty", "header line"),
        ("study,events\nAlpha,1\n", "missing column 'treatment_events'", "needed are"),
        ("Alpha,1,10,2,11\nBeta,1,10,2,12\n", "no names of columns", "--map treatment_events=2"),
        (
            f"{HEADER},control_total\n{GOOD},10\n",
            "column 'control_total' stands in the header more",
            "keep one",
        ),
        (f"{HEADER.replace(',', ';')}\n", "no table of trials", "say which column is what"),
        (f"{HEADER}\n{GOOD}\nBeta,1,10\n", "row 3: 3 cells where the header has 5", "quote a cell"),
        (f"{HEADER}\nDoe, J 1999,1,10,2,10\n", "row 2: 6 cells where the header has 5", "quote a cell"),
        (f'{HEADER}\n"Doe" J,1,10,2,10\n', "row 2: not a CSV file", "quotes"),
        (f'{HEADER}\n{GOOD}\n"Doe,1,10,2,10\n', "row 3: not a CSV file", "quotes"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is a picture", "type the table into a spreadsheet"),
        (b"PK\x03\x04\x14\x00", "damaged or cut short", "save it again"),
        (b"study\x00,", "NUL", "state --encoding utf-16-le"),
    ],
)
def test_a_broken_file(tmp_path: Path, content: str | bytes, found: str, remedy: str) -> None:
    said = message(write(tmp_path, content))
    assert found in said
    assert remedy in said


@pytest.mark.parametrize("mark", [";", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "latin-1", "utf-16"])
def test_other_marks_and_encodings_are_read_and_said(tmp_path: Path, mark: str, codec: str) -> None:
    """Once refused ("use commas", "save it as UTF-8"); now read as files of other programs are."""
    content = f"{HEADER}\n{GOOD}\nM\u00fcller,2,12,3,11\n".replace(",", mark).encode(codec)
    with pytest.warns(ReadNote, match="treatment_events = treatment_events"):
        assert load_dataset(write(tmp_path, content)).study_names == ("Alpha 1999", "M\u00fcller")


def test_a_misspelt_column_is_recognised(tmp_path: Path) -> None:
    said = message(write(tmp_path, f"{HEADER.replace('control_total', 'contol_total')}\n{GOOD}\n"))
    assert "missing column 'control_total' (did you mean 'contol_total'?)" in said


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file" in message(tmp_path / "none.csv")


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    assert "is a folder" in message(tmp_path / "folder.csv")


def test_a_path_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="NUL"):
        load_dataset(tmp_path / "a\0b.csv")


def test_unknown_counts_point_to_the_command_that_takes_them(tmp_path: Path) -> None:
    said = message(write(tmp_path, f"{HEADER},control_events_min\nAlpha,1,10,,10,0\n"))
    assert "reconstruct" in said.splitlines()[0]
    assert "row 2: column control_events: empty" in said.splitlines()[1]


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{GOOD}\n",
        f"{HEADER}\n{GOOD}",
        f"\ufeff{HEADER}\r\n{GOOD}\r\n",
        f"{HEADER}\r{GOOD}\r",
        f"\n{HEADER}\n\n,,,,\n{GOOD}\n\n",
        f"{HEADER}\n Alpha 1999 , 1 ,10.0, +2 ,10.\n",
        "control_total,control_events,study,treatment_total,treatment_events\n10,2,Alpha 1999,10,1\n",
    ],
)
def test_harmless_differences_are_accepted(tmp_path: Path, content: str) -> None:
    assert load_dataset(write(tmp_path, content)).studies == (Study("Alpha 1999", 1, 10, 2, 10),)


def test_rows_are_counted_as_an_editor_counts_lines(tmp_path: Path) -> None:
    content = f'{HEADER},note\n{GOOD},"two\nlines"\n\nBeta,x,10,2,10,\u2028\n'
    said = message(write(tmp_path, content))
    assert ": row 5: column treatment_events" in said


@pytest.mark.parametrize(
    "header",
    [
        "slab,ai,n1i,ci,n2i",
        "author,ai,n1i,ci,n2i",
        "studlab,event.e,n.e,event.c,n.c",
        "study,event_int,n_int,event_ctrl,n_ctrl",
        "study,ai,n1i,ci,n2i",
    ],
)
def test_the_columns_of_other_programs_are_known(tmp_path: Path, header: str) -> None:
    with pytest.warns(ReadNote):
        dataset = load_dataset(write(tmp_path, f"{header}\n{GOOD}\n"))
    assert dataset.studies == (Study("Alpha 1999", 1, 10, 2, 10),)


def test_of_several_names_for_the_study_the_first_wins(tmp_path: Path) -> None:
    with pytest.warns(ReadNote):
        dataset = load_dataset(write(tmp_path, "author,slab,ai,n1i,ci,n2i\nDoe,Alpha 1999,1,10,2,10\n"))
    assert dataset.study_names == ("Alpha 1999",)
    assert dataset.columns == (("author", ("Doe",)),)


def test_own_columns_are_not_overruled_by_a_program(tmp_path: Path) -> None:
    dataset = load_dataset(write(tmp_path, f"{HEADER},ai\n{GOOD},9\n"))
    assert dataset.studies[0].treatment_events == 1


def test_counts_with_control_first_are_not_guessed(tmp_path: Path) -> None:
    said = message(write(tmp_path, f"study,r1,n1,r2,n2\n{GOOD}\n"))
    assert "which arm is the treatment is not known" in said
    assert "--treatment 1 --control 2, or the other way round" in said


def test_a_table_gives_columns_records_and_rows() -> None:
    table = tables.Table("t", ("a", "b"), (("1", "2"), ("3", "4")), (2, 3))
    assert table.column("b") == ("2", "4")
    assert table.records() == ({"a": "1", "b": "2"}, {"a": "3", "b": "4"})
    assert table.where([False, True]) == tables.Table("t", ("a", "b"), (("3", "4"),), (3,))
    assert table.where([False, True]).place(0) == "t: row 3"


@pytest.mark.parametrize(
    ("cell", "value"), [("0", 0), (" 7 ", 7), ("7.0", 7), ("7.", 7), ("+7", 7), ("-0", 0)]
)
def test_whole_numbers(cell: str, value: int) -> None:
    assert whole_number(cell) == value
