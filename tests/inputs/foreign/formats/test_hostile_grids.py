"""Files made to take memory or time, or to run something: refused at once, in one message."""

import io
import resource
import sqlite3
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from inputs.foreign.formats.test_sheets import GRID, ROWS, TRIALS, refused
from inputs.foreign.making import datasets, r_text, spreadsheets

from bayes_ivig.files import databases
from bayes_ivig.files.compressed import decompressed
from bayes_ivig.inputs.foreign.formats.sheets import sheets
from bayes_ivig.inputs.foreign.found import Stated

SECONDS = 6.0  # of the processor, for any of these
MEMORY = 1_000 * 2**20  # bytes that any of them may make the process grow by


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    """Bound memory and time of each test."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    with Path("/proc/self/statm").open(encoding="ascii") as file:
        taken = int(file.read().split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (taken + MEMORY, hard))
    start = time.process_time()
    try:
        yield
        assert time.process_time() - start < SECONDS
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


BOOK = spreadsheets.xlsx({"Data": GRID})
SHEET = "xl/worksheets/sheet1.xml"
FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
FAR_WITHOUT_PLACES = b"<row/>" * 100_000 + b"<row>" + b"<c><v>1</v></c>" * 16_000 + b"</row></sheetData>"
OTHERWISE = {
    "plainly": FAR,
    "in other quotes": FAR.replace(b'"', b"'"),
    "with a sign of more before it": FAR.replace(b"<c ", b'<c x=">" '),
    "in small letters": FAR.replace(b"XFD", b"xfd"),
    "with blanks": FAR.replace(b'r="', b'r = "'),
    "in rows alone": b'<row r="1048576"><c><v>1</v></c></row><row r="1"><c r="XFD1"><v>1</v></c></row>'
    b"</sheetData>",
    "without places": FAR_WITHOUT_PLACES,
    "beyond all": FAR.replace(b"XFD1048576", b"ZZZZZZZ4294967295"),
}


@pytest.mark.parametrize("how", OTHERWISE)
def test_two_cells_far_apart_are_no_grid(how: str) -> None:
    raw = spreadsheets.changed(BOOK, SHEET, b"</sheetData>", OTHERWISE[how])
    assert "cells" in refused(raw)


def test_cells_that_are_formatted_and_blank_do_not_count() -> None:
    blank = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    (sheet,) = sheets(spreadsheets.changed(BOOK, SHEET, b"</sheetData>", blank), "t.xlsx", Stated())
    assert sheet.rows == ROWS


def test_a_text_that_a_million_cells_show_is_counted_as_often() -> None:
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (i, i) for i in range(4, 20_000))
    raw = spreadsheets.changed(BOOK, SHEET, b"</sheetData>", cells + b"</sheetData>")
    raw = spreadsheets.changed(raw, "xl/sharedStrings.xml", b"<t>study</t>", b"<t>" + b"x" * 30_000 + b"</t>")
    assert "counted as often as cells show them" in refused(raw)


def test_many_texts_beside_a_long_one_are_read() -> None:
    rows = [["x" * 30_000], *[[f"Trial {i}"] for i in range(20_000)]]
    (sheet,) = sheets(spreadsheets.xlsx({"Data": rows}), "t.xlsx", Stated())
    assert sheet.rows[-1] == ("Trial 19999",)


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "jasp"])
def test_a_zip_bomb_is_refused_before_a_library_sees_it(suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = {"xlsx": SHEET, "ods": "content.xml", "jasp": "data.bin"}[suffix]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr({"xlsx": "xl/workbook.xml"}.get(suffix, "styles.xml"), b"<a/>")
        with archive.open(name, "w", force_zip64=True) as member:
            for _ in range(60):
                member.write(bytes(2**20))
    raw = made.getvalue()
    assert len(raw) < 400_000
    monkeypatch.setattr("python_calamine.CalamineWorkbook.from_filelike", None, raising=False)
    assert "grows more than 250-fold" in refused(raw)


def test_a_member_that_hides_its_size_is_what_was_counted_for_the_library_too() -> None:
    """Stated as 10 bytes long, with their checksum; a library that unpacked it all would find 60 MB more."""
    content = zipfile.ZipFile(io.BytesIO(BOOK)).read(SHEET)
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(BOOK)) as before,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            after.writestr(name, content + b" " * 60_000_000 if name == SHEET else before.read(name))
    raw = bytearray(made.getvalue())
    local = raw.index(SHEET.encode()) - 30
    central = raw.index(SHEET.encode(), raw.index(b"PK\x01\x02")) - 46
    for at, offset in ((local, 14), (central, 16)):
        struct.pack_into("<I", raw, at + offset, zlib.crc32(content))
        struct.pack_into("<I", raw, at + offset + 8, len(content))
    (sheet,) = sheets(bytes(raw), "t.xlsx", Stated())
    assert sheet.rows == ROWS


def test_entities_are_refused_where_they_could_be_expanded() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    start = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    raw = spreadsheets.changed(BOOK, "xl/workbook.xml", start, start + laughs)
    assert "document type or entities of its own" in refused(raw)
    raw = spreadsheets.ods({"Data": GRID})
    raw = spreadsheets.changed(raw, "content.xml", b"?><office", b"?>" + laughs + b"<office")
    assert "document type or entities of its own" in refused(raw)


def test_repeated_cells_of_ods_are_counted_before_they_are_written_out() -> None:
    def of(rows: str) -> bytes:
        return spreadsheets.ods_of({"Data": rows})

    one = spreadsheets.ods_cell("x", ' table:number-columns-repeated="16384"')
    assert "more than 1,000 columns" in refused(of(f"<table:table-row>{one}</table:table-row>"))
    many = spreadsheets.ods_row(["a", "b"] * 100, ' table:number-rows-repeated="1048576"')
    assert "more rows or cells than are read" in refused(of(many))
    assert "more rows or cells than are read" in refused(of(many.replace("1048576", "60000") * 5))
    blank = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    (sheet,) = sheets(of(spreadsheets.ods_row(["a"]) + blank), "t.ods", Stated())
    assert sheet.rows == (("a",),)
    assert "nested too deep" in refused(
        of("<table:table-row><table:table-cell>" + "<text:p>" * 200 + "</text:p>" * 200)
    )


FAR_AWAY = struct.pack("<HHHH", 0x0203, 14, 65_535, 255)  # a number in the last place


def far_xls() -> bytes:
    raw = bytearray(spreadsheets.xls({"Data": [["study", 1.5], ["A", 2.123456789]]}))
    at = raw.index(struct.pack("<HHHH", 0x0203, 14, 1, 1))  # the number in the second row and column
    struct.pack_into("<HH", raw, at + 4, 65_535, 255)
    return bytes(raw)


def test_an_old_workbook_with_a_cell_far_away_is_refused() -> None:
    assert "16,777,216 cells; at most" in refused(far_xls())
    raw = far_xls().replace(FAR_AWAY, struct.pack("<HHHH", 0x0203, 14, 9, 9_999))
    assert "a cell in column 10,000" in refused(raw)


def test_an_old_workbook_with_a_long_text_in_many_cells_is_refused() -> None:
    rows = [["x" * 30_000]] * 5_000
    assert "5,000 cells with texts of up to 30,000 characters" in refused(spreadsheets.xls({"Data": rows}))


@pytest.mark.parametrize("kind", ["sectors", "fat"])
def test_an_old_workbook_whose_sectors_lead_in_a_circle_is_refused(kind: str) -> None:
    raw = bytearray(spreadsheets.xls({"Data": [["study " * 100, i] for i in range(500)]}))
    (first,) = struct.unpack_from("<I", raw, 76)
    at = (first + 1) * 512
    if kind == "sectors":
        for i in range(128):
            struct.pack_into("<I", raw, at + 4 * i, 0)
    else:
        struct.pack_into("<I", raw, 68, first)
        struct.pack_into("<I", raw, 72, 10**6)
        struct.pack_into("<I", raw, at + 508, first)
    if kind == "sectors":
        assert "lead in a circle" in refused(bytes(raw))
    else:
        assert sheets(bytes(raw), "t.xls", Stated())[0].rows[-1][1] == "499", (
            "tables beyond the first are not"
        )


RUNS: dict[str, tuple[str, str]] = {
    "a view that never ends in place of the data": (
        "DROP TABLE DataSet_1; CREATE VIEW DataSet_1 AS WITH RECURSIVE r(rowNumber) AS "
        "(SELECT 1 UNION ALL SELECT rowNumber + 1 FROM r) SELECT rowNumber FROM r;",
        "its database",
    ),
    "a column that is computed by a function": (
        "ALTER TABLE Labels RENAME TO L; CREATE TABLE Labels (columnId INT, value INT, "
        "label TEXT AS (hex(zeroblob(100000000))) VIRTUAL); "
        "INSERT INTO Labels (columnId, value) VALUES (1, 0);",
        "cannot be read",
    ),
    "a virtual table": (
        "DROP TABLE Labels; CREATE VIRTUAL TABLE Labels USING fts5(columnId, value, label);",
        "something that is no table",
    ),
    "no table of columns": ("DROP TABLE Columns;", "lacks the tables of a JASP file"),
    "a text of two million letters": (
        "INSERT INTO Labels (columnId, value, label) VALUES (1, 7, printf('%.*c', 2000000, 'x'));",
        "cannot be read",
    ),
}


@pytest.mark.parametrize("what", RUNS)
def test_a_database_runs_nothing(what: str) -> None:
    statements, message = RUNS[what]
    assert message in refused(datasets.jasp(TRIALS, more=statements))


def test_triggers_of_a_database_do_not_fire_and_nothing_can_be_asked_but_rows() -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON Labels BEGIN DELETE FROM DataSet_1; END;"
    raw = datasets.jasp_database(TRIALS, more=trigger)
    with databases.opened(raw) as tables:
        assert len(tables.rows("DataSet_1", ["rowNumber"])) == 2
        for name in ('rowNumber" FROM DataSet_1; DROP TABLE Columns; --', "no_such"):
            with pytest.raises(ValueError, match="cannot be read"):
                tables.rows("DataSet_1", [name])
        assert tables.columns("DataSet_1' OR 1=1 --") == ()
    assert sheets(datasets.jasp(TRIALS, more=trigger), "t.jasp", Stated())[0].rows == ROWS


def test_a_question_to_a_database_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "STEP", 100)
    monkeypatch.setattr(databases, "MOST_STEPS", 10)
    more = "".join(f"INSERT INTO Labels (columnId, value) VALUES (9, {i});" for i in range(3_000))
    assert "takes too long" in refused(datasets.jasp(TRIALS, more=f"BEGIN; {more} COMMIT;"))


@pytest.mark.parametrize("cut", [50, 1_000, 5_000])
def test_a_database_that_is_cut_short_or_scrambled_is_damaged(cut: int) -> None:
    raw = datasets.jasp_database(TRIALS)
    assert "database" in refused(datasets.jasp_zip({"internal.sqlite": raw[:cut]}))
    assert "database" in refused(
        datasets.jasp_zip({"internal.sqlite": raw[:cut] + b"\xff" * (len(raw) - cut)})
    )


def test_a_database_in_the_mode_of_a_log_is_read() -> None:
    raw = bytearray(datasets.jasp_database(TRIALS))
    raw[18:20] = b"\x02\x02"
    assert sheets(datasets.jasp_zip({"internal.sqlite": bytes(raw)}), "t.jasp", Stated())[0].rows == ROWS


def test_limits_of_a_database_are_those_of_sqlite_itself() -> None:
    """The guards in use exist in the library that is installed; without them a connection would be open."""
    connection = sqlite3.connect(":memory:")
    connection.setconfig(sqlite3.SQLITE_DBCONFIG_TRUSTED_SCHEMA, False)
    assert not connection.getconfig(sqlite3.SQLITE_DBCONFIG_TRUSTED_SCHEMA)
    connection.close()


def old_jasp_stating(**about: int) -> bytes:
    import json

    parts = {
        "metadata.json": json.dumps({"dataSet": about | {"fields": [{"name": "a"}]}}).encode(),
        "data.bin": b"",
    }
    return datasets.jasp_zip(parts)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (old_jasp_stating(columnCount=1, rowCount=10**9), "1,000,000,000 rows; at most"),
        (old_jasp_stating(columnCount=1, rowCount=-1), "not whole"),
        (old_jasp_stating(columnCount=10**6, rowCount=1), "not whole"),
        (old_jasp_stating(columnCount=1, rowCount=5), "cut short"),
    ],
)
def test_what_an_old_jasp_file_states_is_not_believed(raw: bytes, message: str) -> None:
    assert message in refused(raw)


R_BOMBS: dict[str, Callable[[], bytes]] = {
    "a sequence of 10^12": lambda: r_text.rds(r_text.compact(1e12)),
    "many long sequences": lambda: r_text.rds(r_text.listed([r_text.compact(2_000_000)] * 10)),
    "more objects than are read": lambda: r_text.rds(f"{r_text.LIST}\n30000\n" + "254\n" * 30_000),
    "lists within lists": lambda: r_text.rds(f"{r_text.LIST}\n1\n" * 50_000 + "254\n"),
    "a vector that states more than there is": lambda: r_text.rds(f"{r_text.REAL}\n2147483647\n1\n"),
    "an unknown kind": lambda: r_text.rds("77\n"),
}


@pytest.mark.parametrize("what", R_BOMBS)
def test_bombs_of_r_are_refused(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bayes_ivig.inputs.foreign.formats.r_data.MOST_OBJECTS", 20_000)
    assert "R data that are damaged, cut short or of an unknown kind" in refused(R_BOMBS[what]())


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz"])
def test_what_is_compressed_is_bounded_as_it_comes_out(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import bz2
    import gzip
    import lzma

    pack = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[kind]
    monkeypatch.setattr("bayes_ivig.files.compressed.FREE", 2**20)
    raw = pack(b"study,a\n" * 400_000)
    assert len(raw) < 10_000
    assert "bytes when unpacked, which is the most that is read" in refused(raw)
    good = pack(b"study,a\nx,1\n")
    assert decompressed(good) == b"study,a\nx,1\n"
    assert decompressed(good + good) == b"study,a\nx,1\n" * 2
    assert "damaged or cut short" in refused(good[: len(good) - 9])
    assert "damaged or cut short" in refused(good + b"junk")


def test_a_text_of_a_million_columns_is_refused() -> None:
    assert "columns; at most 1,000 are read" in refused(b"," * 30_000 + b"\n")
    assert "columns; at most 1,000 are read" in refused(b"a;" * 5_000 + b"\n" + b"1;" * 5_000)
    assert "columns; at most 1,000 are read" in refused(b"a  " * 5_000 + b"\n" + b"1  " * 5_000)
    assert "at most 1,000 columns are read" in refused(b"," * 1_000_000 + b"\n")
    assert "columns" in refused(spreadsheets.xlsx({"Data": [list(range(1_001))]}))
    assert "columns" in refused(datasets.stata({f"v{i}": [i] for i in range(1_001)}))


def test_a_cell_that_is_too_long_is_refused() -> None:
    assert "characters; at most 32,767 are read" in refused(b"study,a\n" + b"x" * 40_000 + b",1\n")
    long = "x" * 40_000
    raw = spreadsheets.changed(BOOK, "xl/sharedStrings.xml", b"<t>study</t>", f"<t>{long}</t>".encode())
    assert "characters; at most 32,767 are read" in refused(raw)
    assert "at most 32,767 are read" in refused(spreadsheets.ods({"Data": [[long]]}))
    assert "at most 32,767 are read" in refused(r_text.rds(r_text.frame({"a": r_text.vector([long])}, 1)))
    assert "at most 32,767 are read" in refused(datasets.stata({"a": [long, "b"]}))


def test_a_long_text_of_stata_that_many_rows_share_is_counted_as_often() -> None:
    raw = datasets.stata({"a": ["x" * 30_000] + ["y"] * 20_000})
    assert "at most 268,435,456 characters are read" in refused(raw)
