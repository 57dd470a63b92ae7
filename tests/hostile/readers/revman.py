"""RevMan's files: reviews whose XML is spoiled, packages and exported tables whose cells are."""

import io
import math
import re
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from edits import Rows, cell_edit, edit_cells, fraction, hostile_cell, spoiled_bytes, written
from hypothesis import strategies as st
from registry import Reader
from rule import Case

from bayes_ivig.analyses.imports.stored import recomputed
from bayes_ivig.errors import BayesIvigError, DataError
from bayes_ivig.files.reading import content
from bayes_ivig.inputs.counts.dataset import table_dataset
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.foreign.formats.sheets import sheets
from bayes_ivig.inputs.foreign.found import FoundTable, Stated
from bayes_ivig.inputs.foreign.revman.tables import csv_tables, is_revman, is_revman_csv, tables
from bayes_ivig.measures import measure_of

sys.path.append(str(Path(__file__).parents[2] / "inputs" / "foreign"))  # of what makes RevMan's files

from making.revman import Line, Outcome, Review, export, package, review

TRIALS = (
    Line("Adams 1990", (4, 40, 9, 41), "young", "1990"),
    Line("Berg 1995", (0, 25, 3, 26), "young"),
    Line("Adams 1990", (12, 60, 11, 58), "old", "1990", "a note"),
)
MEANS = (Line("Adams 1990", (5.5, 1.25, 20, 7, 1.5, 22)), Line("Berg 1995", (4, 2, 30, 4.5, 2.5, 31)))
MADE = {
    "Drug v placebo": (
        Outcome("Death", TRIALS, measure="RR", random=True),
        Outcome("Alive", TRIALS, swap=True, totals="SUB"),
        Outcome("Pain", MEANS, "CONT", "SMD", "IV"),
    ),
    "Drug v usual care": (
        Outcome("Survival", (Line("Adams 1990", (-0.25, 0.125)),), "IV", "Hazard Ratio", "IV"),
        Outcome("Relapse", (Line("Adams 1990", (-2.5, 8.25)),), "IPD", "Hazard Ratio", "IV", level=0.99),
        Outcome("Death", TRIALS, measure="PETO_OR", method="PETO", totals="NO"),
    ),
}
REVIEW = review(Review(MADE, bias={"Blinding?": {"Adams 1990": "YES"}}))
ATTRIBUTE = re.compile(rb'([A-Z_0-9]+)=("[^"]*"|\'[^\']*\')')
ELEMENT = re.compile(rb"<(/?)([A-Z_0-9]+)[^>]*>")
INSERTED = (
    b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>",
    b"<!DOCTYPE x SYSTEM 'file:///etc/passwd'>",
    b"&a;", b"&#0;", b"&#x202e;", b"<![CDATA[<X>]]>", b"<!-- -->", b"<?x y?>",
    b"<A>" * 3000, b"<A>" * 3000 + b"</A>" * 3000, b"<A/>" * 3000, b"<NAME>x</NAME>",
    b"<DICH_DATA/>", b"<DICH_SUBGROUP/>", b"<DICH_OUTCOME/>", b"<COMPARISON/>", b"<STUDY/>",
)  # fmt: skip


class XmlEdit(NamedTuple):
    """``at`` is a place as a share of all; ``text`` is what ``kind`` puts there."""

    kind: str
    at: float
    text: str
    inserted: bytes


xml_edit = st.builds(
    XmlEdit,
    st.sampled_from(("value", "value", "value", "drop", "drop", "name", "insert", "element", "twice", "cut")),
    fraction,
    hostile_cell,
    st.sampled_from(INSERTED),
)


def edit_xml(raw: bytes, edits: Sequence[XmlEdit]) -> bytes:
    """Return XML after a sequence of edits of attributes and elements."""
    for edit in edits:
        pattern = ATTRIBUTE if edit.kind in ("value", "drop", "name") else ELEMENT
        places = list(pattern.finditer(raw))
        if places:
            found = places[int(edit.at * len(places))]
            raw = (raw[: found.start()] + _in_its_place(edit, found) + raw[found.end() :])[:2_000_000]
    return raw


def _in_its_place(edit: XmlEdit, found: re.Match[bytes]) -> bytes:
    whole = found.group()
    match edit.kind:
        case "value":
            return found.group(1) + b"=" + quoteattr(edit.text).encode("utf-8", "replace")
        case "drop" | "cut":
            return b""
        case "name":
            return b"OTHER_" + whole
        case "element":
            return whole.replace(found.group(2), b"DICH_DATA")
        case "twice":
            return whole * 2
        case _:
            return edit.inserted + whole


reviews = st.one_of(
    st.just(REVIEW),
    st.builds(edit_xml, st.just(REVIEW), st.lists(xml_edit, max_size=4)),
    st.builds(edit_xml, st.just(REVIEW), st.lists(xml_edit, max_size=2)),
    spoiled_bytes(st.just(REVIEW), 2),
)


def members() -> dict[str, Rows]:
    """Return the tables of a package as rows."""
    import csv

    with zipfile.ZipFile(io.BytesIO(package(MADE, version=2))) as archive:
        return {
            name: [list(row) for row in csv.reader(archive.read(name).decode("utf-8-sig").splitlines())]
            for name in archive.namelist()
        }


TABLES = members()


@st.composite
def packages(draw: st.DrawFn) -> bytes:
    """A data package with spoiled cells in one of its tables."""
    spoiled = draw(st.sampled_from(sorted(TABLES)))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in TABLES.items():
            edits = draw(st.lists(cell_edit, max_size=3)) if name == spoiled else []
            archive.writestr(name, written(edit_cells(rows, edits)))
    return made.getvalue()


exports = st.builds(
    lambda edits, rows: written(edit_cells(rows, edits)),
    st.lists(cell_edit, max_size=3),
    st.just([list(row) for row in export(MADE).rows]),
)


def read_review(folder: Path, case: Case) -> tuple[FoundTable, ...]:
    raw = content(folder / "r.rm5")
    is_revman(raw)
    return tables(raw, "r.rm5", Stated())


def read_export(folder: Path, case: Case) -> tuple[FoundTable, ...]:
    (sheet,) = sheets(content(folder / "e.csv"), "e.csv", Stated())
    if not is_revman_csv(sheet):
        raise DataError("e.csv: is no export")
    return csv_tables(sheet, Stated())


def holds(found: object) -> None:
    """Names differ, numbers are finite, and what is stored is computed again or says why not."""
    assert isinstance(found, tuple) and found
    names = [table.name for table in found]
    assert len(set(names)) == len(names)
    for table in found:
        own = table.table.column("study")
        assert len(set(own)) == len(own) and all(own)
        assert measure_of(table.measure)
        assert all(math.isfinite(value) for each in table.stored for _, value in each.values)
        assert all(math.isfinite(value) for each in table.stored for *_, value in each.each)
        assert {study for each in table.stored for study in each.studies} <= set(own)
        try:
            dataset = table_dataset(table.table, table.name, About(), table.measure)
        except BayesIvigError:
            continue
        assert all(each.why or each.recomputed is not None for each in recomputed(dataset, table.stored))


READERS = (
    Reader("reviews", reviews.map(lambda raw: Case({"r.rm5": raw})), read_review, holds, (0.2, 0.9), 0.5),
    Reader(
        "packages",
        st.one_of(packages(), packages(), spoiled_bytes(packages(), 2)).map(lambda raw: Case({"r.rm5": raw})),
        read_review,
        holds,
        (0.2, 0.95),
        0.3,
    ),
    Reader(
        "exports",
        st.one_of(exports, exports, spoiled_bytes(exports, 2)).map(lambda raw: Case({"e.csv": raw})),
        read_export,
        holds,
        (0.2, 0.95),
        0.3,
    ),
)
