"""The workbook of all tables: numbers are numbers, nothing runs, and the bytes are the same every time."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import pytest
from hostile_texts import PAYLOADS
from python_calamine import CalamineWorkbook
from report_cases import BAD_EVENT, THREE, own

from bayes_ivig.reporting.document.blocks import Column, Page, Section, Table
from bayes_ivig.reporting.document.csv import csv_files
from bayes_ivig.reporting.document.xlsx import number_format, xlsx_of
from bayes_ivig.reporting.report.sections import page_of

TABLE = Table(
    "Trials.",
    (Column("Trial", "text"), Column("IVIG"), Column("OR (95% credible)")),
    (("A 2000", "7/7", "1.80 (0.69 to > 999)"), ("B", "\N{EN DASH}", "not estimable")),
    ("A detail.", "Another."),
)
TEXTS = (*PAYLOADS, "a\x00b\x1f", "\ufffe", "\ud800", "=1+1", "+1", "x" * 40_000, "a'b [c]: d?*/\\")


def sheets(raw: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_a_sheet_lists_the_others_and_each_has_a_table_with_its_details() -> None:
    held = sheets(
        xlsx_of(
            Page(
                "T",
                "s",
                (Section("a", "One", (TABLE, replace(TABLE))), Section("b", "Two", (replace(TABLE),))),
            )
        )
    )
    assert list(held) == ["Contents", "1 a", "2 a-2", "3 b"]
    assert held["Contents"][2:4] == [
        ["Sheet", "Table", "Section", "What it shows"],
        ["1 a", 1.0, "One", "Trials."],
    ]
    first = held["1 a"]
    assert [row[0] for row in first] == [
        "Table 1. Trials.", "Contents", "Trial", "A 2000", "B", "", "A detail.", "Another."
    ]  # fmt: skip
    assert first[2:5] == [
        ["Trial", "IVIG events", "IVIG total", "OR", "OR, 95% credible lower", "OR, 95% credible upper",
         "OR, 95% credible upper, bound", "OR (95% credible), in words"],
        ["A 2000", 7.0, 7.0, 1.8, 0.69, 999.0, ">", ""],
        ["B", "", "", "", "", "", "", "not estimable"],
    ]  # fmt: skip


def test_numbers_are_shown_with_the_digits_that_are_printed() -> None:
    found = {text: number_format(text) for text in ("1.80", "-0.056", "12000", "1e-05", "2.1e+05")}
    assert list(found.values()) == ["0.00", "0.000", "0", "0E+00", "0.0E+00"]
    with zipfile.ZipFile(io.BytesIO(xlsx_of(Page("T", "s", (Section("a", "One", (TABLE,)),))))) as archive:
        assert 'ySplit="3"' in archive.read("xl/worksheets/sheet2.xml").decode()
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        about = archive.read("docProps/core.xml").decode()
    assert re.findall(r"\d{4}-\d\d-\d\d", about) == ["2000-01-01", "2000-01-01"]


def test_any_text_is_a_text() -> None:
    tables = tuple(
        Section(
            f"s{i}" * 20, text, (Table(text, (Column(text, "text"), Column(text)), ((text, text),), (text,)),)
        )
        for i, text in enumerate(TEXTS)
    )
    raw = xlsx_of(Page(TEXTS[0], "s", tables))
    held = sheets(raw)
    assert len(held) == len(TEXTS) + 1
    assert all(len(name) <= 31 for name in held)
    assert raw == xlsx_of(Page(TEXTS[0], "s", tables))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not any(b"<f>" in part for part in parts.values())
    assert not any(b"http" in part for name, part in parts.items() if "worksheets/_rels" in name)


def test_the_names_of_sheets_have_room_in_the_list() -> None:
    page = Page("T", "s", (Section("a_long_key_of_an_outcome_of_some_review", "One", (TABLE,)),))
    raw = xlsx_of(page)
    longest = max(map(len, sheets(raw)))
    assert longest == 31, "as long as a workbook allows"
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        first = re.search(
            r'<col min="1" max="1" width="([\d.]+)"', archive.read("xl/worksheets/sheet1.xml").decode()
        )
    assert first is not None and float(first[1]) > longest


@pytest.mark.slow
def test_a_workbook_has_what_the_tables_for_programs_have() -> None:
    page = page_of(own(THREE, BAD_EVENT))
    held = sheets(xlsx_of(page))
    files = csv_files(page)
    assert len(held) == len(files)  # contents, and an index
    index = csv.DictReader(io.StringIO(files["tables/index.csv"]))  # names of sheets may be shorter
    file_of = {row["sheet"]: f"tables/{row['file']}" for row in index}
    assert set(file_of) | {"Contents"} == set(held)
    for name, path in file_of.items():
        assert len(held[name]) >= len(files[path].splitlines()) + 2
