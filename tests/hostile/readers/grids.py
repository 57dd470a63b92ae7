"""Files of other programs as grids of cells: texts, workbooks, datasets of R, Stata, SPSS and JASP."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from edits import spoiled_bytes, spoiled_tables
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from inputs.foreign.making import datasets, jasp_results, r_text, spreadsheets
from readers.counts import counts
from registry import Reader
from rule import Case

from bayes_ivig.files.archives import packed, unpacked
from bayes_ivig.inputs.foreign.formats.sheets import sheets
from bayes_ivig.inputs.foreign.found import Sheet, Stated

TRIALS = {
    "study": ["Adams 2001", "Bak\u00e9 & Sons", "C"],
    "e": [3, 0, 12],
    "n": [40, 25, 60],
    "x": [0.1, 12.5, 3.0],
}
FOUND = jasp_results.pooled(TRIALS["x"], [1.0, 2.0, 0.5])
GRID = [list(TRIALS), *zip(*TRIALS.values(), strict=True)]
TEXTS = (
    b"study;e;n;x\nA;1;1.234;0,5\nB;2;20;1,25\n",
    b"Table 1, of trials\n\nstudy\te\tn\nA\t1\t10\nB\t2\t20\nNote: x, y\n",
    b'"author" "ai" "n1i"\n"1" "Smith J" 4 123\n"2" "Jones" 5 100\n',
    "study,e,n\nM\u00fcller,1,10\n\u00c5se,2,20\n".encode("windows-1252"),
    "study|e|n\nM\u00fcller|1|10\n".encode("utf-16"),
    b"# note\nstudy,e,n\nA,12/45,12 (27 %)\nB,Dec-45,3\n",
)
BOOKS = {
    "t.xlsx": spreadsheets.xlsx({"Data": GRID, "B": [["x", 1]]}, merged={"A6:B6": "m"}),
    "t.ods": spreadsheets.ods({"Data": GRID, "B": [["x", 1]]}),
    "t.jasp": jasp_results.jasp(TRIALS, [jasp_results.new(FOUND), jasp_results.old(FOUND)]),
    "old.jasp": datasets.old_jasp(TRIALS),
}
PARTS: dict[str, Mapping[str, bytes]] = {name: unpacked(raw) for name, raw in BOOKS.items()}
SPOILED = {
    "t.xlsx": ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"),
    "t.ods": ("content.xml",),
    "t.jasp": ("internal.sqlite", "analyses.json"),
    "old.jasp": ("metadata.json", "data.bin"),
}
WHOLE = {
    "t.xls": spreadsheets.xls({"Data": GRID}),
    "t.dta": datasets.stata(TRIALS),
    "t.sav": datasets.spss(TRIALS),
    "t.zsav": datasets.spss(TRIALS, packed=True),
    **BOOKS,
}
FACTOR = r_text.factor([1, 2], "ab")
R = {
    "t.rds": datasets.rds(datasets.r_frame(TRIALS), compression=None),
    "packed.rds": datasets.rds(datasets.r_frame(TRIALS)),
    "t.rda": r_text.rda({"dat": r_text.frame({"e": r_text.vector([1, 2]), "g": FACTOR}, 2)}),
}


def of(files: Mapping[str, bytes]) -> SearchStrategy[Case]:
    """Cases of whole files, spoiled here and there."""
    return st.sampled_from(sorted(files)).flatmap(
        lambda name: spoiled_bytes(st.just(files[name]), 2).map(lambda raw: Case({name: raw}, (name,)))
    )


@st.composite
def repacked(draw: st.DrawFn) -> Case:
    """Zips that are whole, with one member that is spoiled."""
    name = draw(st.sampled_from(sorted(SPOILED)))
    member = draw(st.sampled_from(SPOILED[name]))
    spoiled = draw(spoiled_bytes(st.just(PARTS[name][member]), 2))
    return Case({name: packed({**PARTS[name], member: spoiled})}, (name,))


@st.composite
def zips(draw: st.DrawFn) -> Case:
    """Zips of a few members, their bytes spoiled."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in draw(st.sampled_from(sorted(PARTS.items())))[1].items():
            archive.writestr(name, raw)
    return Case({"t.zip": draw(spoiled_bytes(st.just(made.getvalue()), 1))}, ("t.zip",))


def texts() -> SearchStrategy[Case]:
    """Tables in text of many habits, spoiled."""
    tables = st.one_of(spoiled_tables(counts()), spoiled_bytes(st.sampled_from(TEXTS), 3))
    return tables.map(lambda raw: Case({"t.csv": raw}, ("t.csv",)))


def read(folder: Path, case: Case) -> tuple[Sheet, ...]:
    (name,) = case.arguments
    return sheets((folder / name).read_bytes(), name, Stated())


def grids_hold(found: tuple[Sheet, ...]) -> None:
    assert found
    for sheet in found:
        assert len({len(row) for row in sheet.rows}) == 1, "as long as each other"
        assert len(sheet.rows) == len(sheet.numbers)
        assert any(any(row) for row in sheet.rows)
        assert all(cell == cell.strip() for row in sheet.rows for cell in row)
        assert list(sheet.numbers) == sorted(set(sheet.numbers))
        assert not sheet.labels or len(sheet.labels) <= len(sheet.rows[0])


ALL = (0.05, 0.95)  # a few bytes of a dataset are its numbers, and most of a text is good whatever it says
READERS = (
    Reader("text tables", texts(), read, grids_hold, ALL),
    Reader("zips", zips(), read, grids_hold, (0.0, 0.9), share=0.4),
    Reader("books and datasets", of(WHOLE), read, grids_hold, ALL, share=0.5),
    Reader("parts of zips", repacked(), read, grids_hold, ALL, share=0.5),
    Reader("R data", of(R), read, grids_hold, ALL, share=0.5),
)
