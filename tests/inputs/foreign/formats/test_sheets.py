"""The door: every format written by us comes back, the format told by the bytes and not by the name."""

import gzip
import pickle
from datetime import date

import pytest
from inputs.foreign.making import datasets, r_text, spreadsheets

from bayes_ivig.errors import DataError
from bayes_ivig.files.archives import packed
from bayes_ivig.inputs.foreign.formats.sheets import sheets
from bayes_ivig.inputs.foreign.found import Sheet, Stated

TRIALS = {
    "study": ["Adams 2001", "Baké & Sons"],
    "tdeath": [3, 0],
    "ttotal": [40, 25],
    "share": [0.1, 12.5],
}
ROWS = (
    ("study", "tdeath", "ttotal", "share"),
    ("Adams 2001", "3", "40", "0.1"),
    ("Baké & Sons", "0", "25", "12.5"),
)
GRID = [list(TRIALS), *zip(*TRIALS.values(), strict=True)]
TEXT = "\n".join(",".join(map(str, row)) for row in GRID) + "\n"
R_FRAME = r_text.frame({name: r_text.vector(values) for name, values in TRIALS.items()}, 2)
WRITTEN = {
    "csv": (TEXT.encode(), "t.csv"),
    "csv with a mark": (b"\xef\xbb\xbf" + TEXT.encode(), "t.csv"),
    "utf-16": (TEXT.encode("utf-16"), "t.csv"),
    "utf-16 of the other order": (b"\xfe\xff" + TEXT.encode("utf-16-be"), "t.csv"),
    "semicolons": (TEXT.replace(",", ";").replace(".", ",").encode(), "t.csv"),
    "tabs": (TEXT.replace(",", "\t").encode(), "t.tsv"),
    "bars": (TEXT.replace(",", "|").encode(), "t.txt"),
    "old line ends": (TEXT.replace("\n", "\r").encode(), "t.csv"),
    "gzip": (gzip.compress(TEXT.encode()), "t.csv.gz"),
    "xlsx": (spreadsheets.xlsx({"Data": GRID}), "t.xlsx"),
    "xls": (spreadsheets.xls({"Data": GRID}), "t.xls"),
    "ods": (spreadsheets.ods({"Data": GRID}), "t.ods"),
    "dta": (datasets.stata(TRIALS), "t.dta"),
    "old dta": (datasets.stata(TRIALS, version=10), "t.dta"),
    "sav": (datasets.spss(TRIALS), "t.sav"),
    "zsav": (datasets.spss(TRIALS, packed=True), "t.zsav"),
    "rda": (datasets.rda({"dat": datasets.r_frame(TRIALS)}), "t.rda"),
    "rds": (datasets.rds(datasets.r_frame(TRIALS), compression="xz"), "t.rds"),
    "rds as bzip2": (datasets.rds(datasets.r_frame(TRIALS), compression="bzip2"), "t.rds"),
    "rds as it is": (datasets.rds(datasets.r_frame(TRIALS), compression=None), "t.rds"),
    "rds of version 2": (datasets.rds(datasets.r_frame(TRIALS), format_version=2), "t.rds"),
    "rds as text": (r_text.rds(R_FRAME), "t.rds"),
    "rda as text": (r_text.rda({"dat": R_FRAME}), "t.RData"),
    "jasp": (datasets.jasp(TRIALS), "t.jasp"),
    "old jasp": (datasets.old_jasp(TRIALS), "t.jasp"),
    "less old jasp": (datasets.old_jasp(TRIALS, apart=True), "t.jasp"),
}  # fmt: skip
TYPED = ("dta", "sav", "rda", "rds", "jasp")


def only(raw: bytes, path: str = "t", **stated: str) -> Sheet:
    (sheet,) = sheets(raw, path, Stated(**stated))
    return sheet


def refused(raw: bytes, path: str = "t", **stated: str) -> str:
    with pytest.raises(DataError) as caught:
        sheets(raw, path, Stated(**stated))
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value)


@pytest.mark.parametrize("kind", WRITTEN)
def test_one_table_is_the_same_in_every_format(kind: str) -> None:
    raw, path = WRITTEN[kind]
    sheet = only(raw, path)
    assert (sheet.rows, sheet.numbers) == (ROWS, (1, 2, 3))
    assert sheet.header == any(each in kind for each in TYPED)
    assert sheet.source == (
        f"{path}: sheet Data" if sheet.name == "Data" else f"{path}: dat" if sheet.name else path
    )
    assert not any(note.startswith("look at") for note in sheet.notes), sheet.notes


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_name_does_not_tell_the_format_and_one_that_is_wrong_is_noted(kind: str) -> None:
    raw, path = WRITTEN[kind]
    wrong = "t.dta" if path.endswith(".xlsx") else "t.xlsx"
    sheet = only(raw, wrong)
    assert sheet.rows == ROWS
    assert "its name ends in" in " ".join(sheet.notes), sheet.notes
    assert only(raw, "/dev/stdin").rows == ROWS


def test_a_sheet_is_chosen_by_name() -> None:
    raw = spreadsheets.xlsx({"Data": GRID, "Notes": [["Made by us"]], "Empty": []})
    assert [sheet.name for sheet in sheets(raw, "t.xlsx", Stated())] == ["Data", "Notes"]
    assert only(raw, sheet="notes").rows == (("Made by us",),)
    message = refused(raw, sheet="Dta")
    assert message.endswith(
        "'Dta': there is no such sheet with anything in it (did you mean 'Data'?); there are Data, Notes"
    )
    assert "has no sheets" in refused(TEXT.encode(), sheet="Data")


NEVER = {
    "is, by its name, a pickle": (b"anything", "meta.oma"),
    "is a Python pickle": (pickle.dumps({"a": 1}), "t"),
    "is a Python pickle: OpenMeta": (pickle.dumps({"a": [1]}, protocol=0), "t.csv"),
    "so it is never opened": (pickle.dumps([date(2024, 1, 1)], protocol=2), "t.csv"),
    "is a PDF": (b"%PDF-1.7\n", "t.pdf"),
    "is a picture": (b"\x89PNG\r\n\x1a\n", "t.png"),
    "is a text document": (b"{\\rtf1}", "t.rtf"),
    "is a Parquet or Arrow file": (b"PAR1....", "t.parquet"),
    "is a database": (b"SQLite format 3\x00", "t.db"),
    "is a web page": (b"\n<html><table><tr><td>1</td></tr></table></html>", "t.xls"),
    "is an XML file that is neither": (b"<?xml version='1.0'?><a/>", "t.xml"),
    "is a document (Word or PowerPoint)": (packed({"word/document.xml": b""}), "t.docx"),
    "is a JASP file that holds no data": (datasets.jasp_zip({}), "t.jasp"),
    "holds no data frame; found are an object (vector)": (r_text.rds(r_text.vector([1.5])), "t.rds"),
    "the file is empty": (b"\xef\xbb\xbf\r\n \n", "t.csv"),
    "holds NUL bytes": (b"study,a\x00\n", "t.csv"),
    "is an archive of a kind": (b"7z\xbc\xaf\x27\x1c", "t.7z"),
    "compressed twice": (gzip.compress(gzip.compress(b"a,b\n1,2\n")), "t.gz"),
    "is a document of an old office program": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "t.doc"),
}  # fmt: skip


@pytest.mark.parametrize("what", NEVER)
def test_what_is_not_read_is_refused_with_what_to_do(what: str) -> None:
    assert what in refused(*NEVER[what])


def test_a_zip_of_tables_names_them() -> None:
    assert "a zip archive of a.csv, b.csv; unpack it" in refused(packed({"a.csv": b"1", "b.csv": b"2"}))
