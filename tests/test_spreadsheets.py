"""No cell of a CSV of ours is a formula to a spreadsheet program, and reading takes the guard off again."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bayes_ivig.cli.files import write_csv
from bayes_ivig.files.spreadsheets import guarded, unguarded
from bayes_ivig.inputs.counts.dataset import load_dataset
from bayes_ivig.reporting.document.blocks import Column, Page, Section, Table
from bayes_ivig.reporting.document.csv import csv_files

CALL = "cmd|' /C calc'!A0"
FORMULAS = (
    '=HYPERLINK("http://evil.example","see")', f"={CALL}", f"+{CALL}", f"-2+3+{CALL}", f"@SUM(1+1)*{CALL}",
    "\t=1+1", "\r=1+1", " =1+1", "\n+1+1", f"\uff1d{CALL}", "+1+1", "-(1+1)",
    '+ HYPERLINK("http://evil.example")', "'=1+1", "=", "+A1", "-A1 - B2",
)  # fmt: skip
INERT = (
    "-5", "+0.5", "-1.2e-5", "-12%", "+8.6 (-7.8 to +19.6)", "-186.7 g", "+ low", "+ Stricker 2000",
    "Branch 2000", "'t Hooft 2001", "O'Brien = 3", "", "1-2", "a@b.example", "3", "'", "-", "+",
)  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_a_text(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", INERT)
def test_what_no_program_runs_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text == unguarded(text)


@given(st.text(alphabet="'=+-@\t\r\n 1a(\uff0d|!.") | st.text())
@example("''=")
def test_the_guard_comes_off_again(text: str) -> None:
    written = guarded(text)
    assert unguarded(written) == text
    assert not written.startswith(("=", "@", "\t", "\r")) or not text


def test_a_table_is_the_same_after_a_spreadsheet_guarded_it(tmp_path: Path) -> None:
    names = [text.strip() for text in FORMULAS if "\r" not in text and "\n" not in text and "'=" not in text]
    path = tmp_path / "mine.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["study", "treatment_events", "treatment_total", "control_events", "control_total"])
        rows.writerows([guarded(name), 1 + i, 20, 3, 20] for i, name in enumerate(dict.fromkeys(names)))
    assert [study.name for study in load_dataset(str(path)).studies] == list(dict.fromkeys(names))


def test_a_written_csv_holds_no_formula(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"study": ["=1+1", "Branch 2000"], "-x": [-1.5, 2.0], "k": [1, 2], "none": [None, "@a"]}
    )
    write_csv(frame, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == "study,'-x,k,none\n'=1+1,-1.5,1,\nBranch 2000,2.0,2,'@a\n"


def test_a_table_of_a_report_holds_no_formula() -> None:
    table = Table(
        "=1+1", (Column("@study", "text"), Column("OR")), (("=1+1", "\N{MINUS SIGN}0.5"), ("b", "2"))
    )
    files = csv_files(Page("=t", "-s", (Section("a", "=A1", (table,)),)))
    assert files["tables/a.csv"] == "'@study,OR\n'=1+1,-0.5\nb,2\n"
    assert "\na.csv,1 a,1,'=A1,'=1+1," in files["tables/index.csv"]
