"""Spreadsheets: merged cells, dates, hidden sheets, errors and formulas without a result, far from A1 too."""

from datetime import date
from io import BytesIO

import pytest
from inputs.foreign.formats.test_sheets import GRID, TRIALS, only, refused
from inputs.foreign.making import spreadsheets

from bayes_ivig.files import compounds
from bayes_ivig.inputs.foreign.formats.sheets import sheets
from bayes_ivig.inputs.foreign.found import Stated

TWO_ROWS = [
    ["", "", "", "", ""],
    ["", "ev", "n", "ev", "n"],
    ["Adams", 3, 40, 5, 41],
    ["Baker", 0, 25, 2, 24],
]
MERGED = (("Study", "Drug", "Drug", "Placebo", "Placebo"), ("Study", "ev", "n", "ev", "n"))


def as_xlsx() -> bytes:
    areas = {"A1:A2": "Study", "B1:C1": "Drug", "D1:E1": "Placebo", "A6:E6": "Source: made by us"}
    return spreadsheets.xlsx({"Data": TWO_ROWS}, merged=areas)


def as_xls() -> bytes:
    areas = {(0, 1, 0, 0): "Study", (0, 0, 1, 2): "Drug", (0, 0, 3, 4): "Placebo"}
    areas[(5, 5, 0, 4)] = "Source: made by us"
    return spreadsheets.xls({"Data": TWO_ROWS}, merged=areas)


def as_ods() -> bytes:
    def over(value: str, across: int, down: int = 1) -> str:
        spans = f' table:number-columns-spanned="{across}" table:number-rows-spanned="{down}"'
        return spreadsheets.ods_cell(value, spans) + "<table:covered-table-cell/>" * (across - 1)

    first = f"<table:table-row>{over('Study', 1, 2)}{over('Drug', 2)}{over('Placebo', 2)}</table:table-row>"
    rest = "".join(map(spreadsheets.ods_row, TWO_ROWS[1:]))
    last = f"<table:table-row/><table:table-row>{over('Source: made by us', 5)}</table:table-row>"
    return spreadsheets.ods_of({"Data": first + rest + last})


@pytest.mark.parametrize("made", [as_xlsx, as_xls, as_ods], ids=["xlsx", "xls", "ods"])
def test_a_merged_text_stands_in_all_its_cells_and_a_title_once(made: object) -> None:
    sheet = only(made())  # type: ignore[operator]
    assert sheet.rows[:2] == MERGED
    assert sheet.rows[2] == ("Adams", "3", "40", "5", "41")
    assert sheet.rows[-1] == ("Source: made by us", "", "", "", "")
    assert "merged cells filled with their text at A1, B1, D1" in sheet.notes


def test_a_merged_number_is_not_counted_twice() -> None:
    rows = [["study", "e", "n"], ["A", 1, None], ["B", 2, None]]
    sheet = only(spreadsheets.xlsx({"Data": rows}, merged={"C2:C3": "50"}))
    assert [row[2] for row in sheet.rows] == ["n", "50", ""]
    assert "look at: a number in merged cells at C2 (the first is '50')" in "; ".join(sheet.notes)


@pytest.mark.parametrize("write", [spreadsheets.xlsx, spreadsheets.xls, spreadsheets.ods])
def test_a_date_among_counts_is_noticed_whatever_wrote_it(write: object) -> None:
    rows = [["study", "e/n"], ["A", "3/40"], ["B", date(2024, 12, 5)], ["C", "7/60"]]
    sheet = only(write({"Data": rows}))  # type: ignore[operator]
    assert sheet.rows[2] == ("B", "2024-12-05")
    assert "look at: dates ('2024-12-05') among numbers at B3" in "; ".join(sheet.notes)


@pytest.mark.parametrize("write", [spreadsheets.xlsx, spreadsheets.ods])
def test_a_hidden_sheet_is_read_and_said_to_be_hidden(write: object) -> None:
    found = sheets(write({"Data": GRID, "Old": [["x"]]}, hidden="Old"), "t", Stated())  # type: ignore[operator]
    assert [("the sheet is hidden" in sheet.notes) for sheet in found] == [False, True]


def test_errors_and_formulas_without_a_result_are_named_by_their_places() -> None:
    raw = spreadsheets.xlsx({"Data": [["study", "e", "n"], ["A", 1, 2], ["B", 3, 4]]})
    part = "xl/worksheets/sheet1.xml"
    raw = spreadsheets.changed(raw, part, b'<c r="B2"><v>1</v>', b'<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v>')
    raw = spreadsheets.changed(raw, part, b'<c r="C3"><v>4</v>', b'<c r="C3"><f>B3+1</f>')
    sheet = only(raw)
    assert [row[1:] for row in sheet.rows] == [("e", "n"), ("", "2"), ("3", "")]
    told = "; ".join(sheet.notes)
    assert "look at: errors of formulas (such as #DIV/0!) at B2, read as blank" in told
    assert "look at: formulas without a stored result at C3, read as blank" in told


def test_rows_keep_their_numbers_wherever_a_table_begins() -> None:
    rows: list[list[object]] = [[], [], ["", "", "study", "e"], [], ["", "", "A", 1]]
    for raw in (spreadsheets.xlsx({"D": rows}), spreadsheets.xls({"D": rows}), spreadsheets.ods({"D": rows})):
        sheet = only(raw)
        assert sheet.rows == (("study", "e"), ("", ""), ("A", "1"))
        assert sheet.numbers == (3, 4, 5)


def test_numbers_that_are_texts_are_made_plain_and_numbers_say_nothing_of_texts() -> None:
    def second(text: str) -> str:
        return only(spreadsheets.xlsx({"D": [["s", "x"], ["A", text], ["B", 2.5]]})).rows[1][1]

    assert second("1,5") == "1.5"
    assert second("1,234") == "1,234", "2.5 is no text, so that the comma may be either"


def test_numbers_have_the_shortest_text_that_gives_them_back() -> None:
    values = [12.0, 0.1, 1e-7, 2.5e300, -3, True, 123456789012]
    expected = ["12", "0.1", "1e-07", "2.5e+300", "-3", "TRUE", "123456789012"]
    for write in (spreadsheets.xlsx, spreadsheets.ods):
        assert [row[0] for row in only(write({"D": [[value] for value in values]})).rows] == expected


def test_no_digit_of_a_number_is_lost() -> None:
    assert only(spreadsheets.ods({"D": [[0.1 + 0.2]]})).rows == (("0.30000000000000004",),)


def test_the_own_reader_of_ods_agrees_with_calamine() -> None:
    import python_calamine

    rows = [*GRID, ["x y", 1.5, True, date(2024, 1, 2)], ["", "", "", 3]]
    raw = spreadsheets.ods({"Data": rows})
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(raw))
    read = book.get_sheet_by_name("Data").to_python()
    own = only(raw).rows
    as_text = {True: "TRUE", date(2024, 1, 2): "2024-01-02"}
    for theirs, ours in zip(read, own, strict=True):
        assert [as_text.get(v, v) if not isinstance(v, float) else v for v in theirs] == [
            float(c) if isinstance(v, float) else c for v, c in zip(theirs, ours, strict=True)
        ]


def test_comments_on_cells_of_ods_are_no_part_of_them() -> None:
    cell = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>a comment</text:p>'
        "</office:annotation><text:p>Adams<text:s/><text:span>2001</text:span></text:p><text:p>b</text:p>"
        "</table:table-cell>"
    )
    assert only(spreadsheets.ods_of({"D": f"<table:table-row>{cell}</table:table-row>"})).rows == (
        ("Adams 2001 b",),
    )


def test_a_workbook_with_a_password_says_so() -> None:
    raw = compounds.compound("EncryptedPackage", b"x")
    assert "is protected by a password; save it again without one" in refused(raw)


@pytest.mark.parametrize("size", [1, 4_095, 4_096, 4_097, 5_000_000])
def test_a_plain_file_system_holds_what_was_put_into_it(size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    raw = compounds.compound("Workbook", content[:size])
    assert compounds.stream(raw, "Book", "Workbook")[:size] == content[:size]
    with pytest.raises(ValueError, match="holds no Book"):
        compounds.stream(raw, "Book")


def test_an_old_workbook_of_many_and_long_texts_is_the_same_after_its_way() -> None:
    rows = [["study", "x" * 9_000, "é" * 5_000], *[[f"Trial é {i}", i, i + 0.5] for i in range(2_000)]]
    sheet = only(spreadsheets.xls({"Data": rows}))
    assert sheet.rows[0] == tuple(rows[0])
    assert sheet.rows[-1] == ("Trial é 1999", "1999", "1999.5")
    assert len(sheet.rows) == 2_001


def test_all_sheets_come_in_their_order() -> None:
    names = ["Z", "A", "M"]
    for write in (spreadsheets.xlsx, spreadsheets.xls, spreadsheets.ods):
        found = sheets(write({name: [list(TRIALS)] for name in names}), "t", Stated())
        assert [sheet.name for sheet in found] == names
