"""Columns for programs: every form of a printed number, and all tables of four reports, there and back."""

import io
import re
from collections import Counter

import pandas as pd
import pytest
from report_cases import BAD_EVENT, THREE, hostile, ivig, own, wide

from bayes_ivig.reporting.document.blocks import Cell, Column, Page, Section, Table
from bayes_ivig.reporting.document.columns import Series, series_of
from bayes_ivig.reporting.document.csv import csv_files, placed_tables
from bayes_ivig.reporting.report.sections import page_of

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")
DATE = re.compile(r"\d{1,4}[-/]\d{1,2}(?:[-/]\d{1,4})?")  # a spreadsheet program makes a day of it
NONE = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"


def series(title: str, *cells: str | Cell, column: Column | None = None) -> dict[str, tuple[str, ...]]:
    """The columns for programs of one printed column beside the names of its rows."""
    rows = tuple((f"row {i}", cell) for i, cell in enumerate(cells))
    made = series_of(Table("T", (Column("Name", "text"), column or Column(title)), rows))[1:]
    assert all(is_right(each) for each in made)
    return {each.title: each.cells for each in made}


def is_right(each: Series) -> bool:
    return not each.numeric or all(isinstance(float(cell or 0), float) for cell in each.cells)


@pytest.mark.parametrize(
    ("title", "cells", "expected"),
    [
        ("OR", ("1.80", "201", NONE), {"OR": ("1.80", "201", "")}),
        ("k", ("12,000", "9"), {"k": ("12000", "9")}),
        ("k", ("1,00", "9"), {"k": ("", "9"), "k, in words": ("1,00", "")}),
        ("x", (f"{MINUS}0.056", "+0.001", "1e-05"), {"x": ("-0.056", "0.001", "1e-05")}),
        ("P", ("> 0.999", "0.5"), {"P": ("0.999", "0.5"), "P, bound": (">", "")}),
        ("Weight", ("14.0%", NONE), {"Weight, %": ("14.0", "")}),
        ("Mean", (f"{MINUS}186.7 g",), {"Mean, g": ("-186.7",)}),
        ("After", ("5 days to 2 weeks",), {"After": ("5 days to 2 weeks",)}),
        (
            "After", ("5 to 9 days", "5 days to 2 weeks"),
            {
                "After lower, days": ("5", ""),
                "After upper, days": ("9", ""),
                "After, in words": ("", "5 days to 2 weeks"),
            },
        ),
        ("Mean", ("1 g", "2 kg"), {"Mean, g": ("1", ""), "Mean, in words": ("", "2 kg")}),
        ("95%", ("1.04 to 7.90",), {"95% lower": ("1.04",), "95% upper": ("7.90",)}),
        (
            "CI", ("5.80 to > 999", f"{MINUS}1 to +2"),
            {"CI lower": ("5.80", "-1"), "CI upper": ("999", "2"), "CI upper, bound": (">", "")},
        ),
        (
            "OR (95% credible)", ("1.80 (0.69 to 5.32)",),
            {"OR": ("1.80",), "OR, 95% credible lower": ("0.69",), "OR, 95% credible upper": ("5.32",)},
        ),
        (
            "Difference", (f"+96 ({MINUS}78 to +196)",),
            {"Difference": ("96",), "Difference lower": ("-78",), "Difference upper": ("196",)},
        ),
        ("IVIG: events/total", ("7/7",), {"IVIG: events": ("7",), "IVIG: total": ("7",)}),
        ("IVIG", ("7/9", NONE), {"IVIG events": ("7", ""), "IVIG total": ("9", "")}),
        ("IVIG", ("1 of 7", "unknown of 9"), {"IVIG": ("1", ""), "IVIG of": ("7", "9")}),
        ("Trials (people)", ("9 (451)",), {"Trials": ("9",), "people": ("451",)}),
        (
            "Trials (people)", ("9 (1,451)", "3 of 4 (90)"),
            {"Trials": ("9", "3"), "people": ("1451", "90"), "Trials of": ("", "4")},
        ),
        ("OR", ("1.5", "not estimable"), {"OR": ("1.5", ""), "OR, in words": ("", "not estimable")}),
        ("Result", ("never", "+ A 2000", "- B"), {"Result": ("never", "plus A 2000", "minus B")}),
        ("Spread", ("I² = 52%, P < 0.07", NONE), {
            "Spread: I², %": ("52", ""), "Spread: P": ("0.07", ""), "Spread: P, bound": ("<", ""),
        }),
        ("Spread", ("τ = 0.77 (0.09 to 1.50)", "P(OR > 1) = 0.9"), {
            "Spread: τ": ("0.77", ""), "Spread: τ lower": ("0.09", ""), "Spread: τ upper": ("1.50", ""),
            "Spread: P(OR > 1)": ("", "0.9"),
        }),
        ("To treat", ("7.1 to benefit (13 to harm)",), {"To treat": ("7.1 to benefit (13 to harm)",)}),
        ("Odd", ("1 to 2 to 3", "1.2.3", "1 - 2"), {"Odd": ("1 to 2 to 3", "1.2.3", "1 - 2")}),
    ],
)  # fmt: skip
def test_a_form_of_numbers(title: str, cells: tuple[str, ...], expected: dict[str, tuple[str, ...]]) -> None:
    assert series(title, *cells) == expected


def test_what_moved_has_other_ends_than_an_interval() -> None:
    assert series("", "1.80 to 1.04", column=Column("OR", ends=("from", "to"))) == {
        "OR from": ("1.80",), "OR to": ("1.04",)
    }  # fmt: skip
    assert series("Events", "5/7 to 1/7") == {
        "Events from": ("5",), "Events total from": ("7",), "Events to": ("1",), "Events total to": ("7",)
    }  # fmt: skip
    assert series("", "+8.6 (1 to 2)", column=Column("Extra", unit="of 100")) == {
        "Extra, of 100": ("8.6",), "Extra lower, of 100": ("1",), "Extra upper, of 100": ("2",)
    }  # fmt: skip


def test_only_columns_of_numbers_are_taken_apart() -> None:
    for align in ("text", "long"):
        assert series("", "7/9", "1 to 2", column=Column("A", align)) == {"A": ("7/9", "1 to 2")}
    assert series("", "low", "1 to 2", column=Column("A", "short")) == {"A": ("low", "1 to 2")}
    assert series("", "7/9", column=Column("A", "short")) == {"A events": ("7",), "A total": ("9",)}
    names = Table("T", (Column("Study", "text"),), (("1,000",), ("2 to 3",)))
    assert series_of(names) == (Series("Study", ("1,000", "2 to 3")),)
    assert series("Bias", Cell("+ low", "low"), Cell(f"{MINUS} high", "high")) == {"Bias": ("low", "high")}


def test_titles_that_occur_again_are_told_apart_by_their_group() -> None:
    titles = ("Model", "A: OR", "95%", "P", "B: OR", "95%", "P")
    row = ("m", "1.5", "1 to 2", "0.5", "1.5", "1 to 2", "0.5")
    columns = tuple(Column(title, "text" if title == "Model" else "number") for title in titles)
    assert [each.title for each in series_of(Table("T", columns, (row,)))] == [
        "Model", "A: OR", "A: 95% lower", "A: 95% upper", "A: P",
        "B: OR", "B: 95% lower", "B: 95% upper", "B: P",
    ]  # fmt: skip
    twice = Table("T", (Column("P"), Column("P"), Column("P (2)")), (("1", "2", "3"),))
    assert [each.title for each in series_of(twice)] == ["P", "P (2)", "P (2) (2)"]


def test_a_unit_goes_with_the_interval_beside_it() -> None:
    columns = (Column("A", "text"), Column("Mean"), Column("95%"), Column("P"))
    made = series_of(Table("T", columns, (("a", "2.5 g", "1 to 4", "0.1"),)))
    assert [each.title for each in made] == ["A", "Mean, g", "95% lower, g", "95% upper, g", "P"]


def test_no_cell_begins_as_a_formula_does() -> None:
    rows = (("+ A", "-5", "=1"), ("-b", "- c", "@d"), ("-3 days", "+e", "x"))
    table = Table("T", (Column("=A", "text"), Column("+B", "text"), Column("C", "text")), rows)
    lines = csv_files(Page("t", "s", (Section("a", "A", (table,)),)))["tables/a.csv"].splitlines()
    assert lines == ["'=A,'+B,C", "plus A,-5,'=1", "'-b,minus c,'@d", "'-3 days,'+e,x"]


CASES = {
    "ivig": ivig, "three": lambda: own(THREE, BAD_EVENT), "wide": wide, "hostile": hostile,
}  # fmt: skip


def tokens(*texts: str) -> Counter[str]:
    found = (NUMBER.findall(text.replace(MINUS, "-").replace("\u2007", "")) for text in texts)
    return Counter(number.replace(",", "") for each in found for number in each)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_every_table_is_read_by_pandas_and_has_the_printed_numbers(case: str) -> None:
    page = page_of(CASES[case]())
    files = csv_files(page)
    for placed in placed_tables(page):
        made = series_of(placed.table)
        text = files[f"tables/{placed.file}"]
        assert not text.startswith("\ufeff")
        frame = pd.read_csv(io.StringIO(text))
        assert len(set(frame.columns)) == len(made), placed.file
        assert len(frame) == len(placed.table.rows)
        for name, each in zip(frame.columns, made, strict=True):
            if each.numeric:
                assert pd.api.types.is_numeric_dtype(frame[name]), (placed.file, name)
                assert frame[name].count() == sum(map(bool, each.cells))
        titles = tokens(*(each.title for each in made))
        for row, printed in enumerate(placed.table.cells):
            held = [each.cells[row] for each in made]
            assert not any(DATE.fullmatch(cell) for cell in held), placed.file
            said, kept = tokens(*(cell.text for cell in printed)), tokens(*held)
            assert not kept - said, (placed.file, row)
            assert not set(said - kept) - set(titles), (placed.file, row)
