"""The files of a report beside the page: tables as CSV, charts as PNG, the page printed,
all in place at once or not at all.
"""

import csv
import io
import re
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from browser import program
from report_cases import BAD_EVENT, THREE, hostile, own

from bayes_ivig import write_report
from bayes_ivig.analyses.reanalysis.reanalyze import MOST_TRIALS
from bayes_ivig.errors import BayesIvigError, DataError
from bayes_ivig.reporting.document import pdf
from bayes_ivig.reporting.document.blocks import Cell, Column, Page, Section, Table
from bayes_ivig.reporting.document.csv import csv_files
from bayes_ivig.reporting.document.html import html_of
from bayes_ivig.reporting.document.markdown import markdown_of
from bayes_ivig.reporting.drawing.pictures import picture
from bayes_ivig.reporting.report.sections import page_of

pytestmark = pytest.mark.slow

REPORTS = Path(__file__).parents[2] / "reports" / "ivig"
LARGEST_DRAWING = 32_000  # bytes
MANY_MARKS = {"live_birth_specifications.svg": 64_000}  # an interval and a row of dots for each of hundreds


@pytest.fixture(scope="module")
def page():
    return page_of(own(THREE, BAD_EVENT))


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def test_every_table_is_a_file_and_stands_in_the_index(page):
    files = csv_files(page)
    tables = [block for block in page.blocks() if isinstance(block, Table)]
    index = rows(files["tables/index.csv"])
    assert len(files) == len(tables) + 1
    assert {f"tables/{line[0]}" for line in index[1:]} | {"tables/index.csv"} == set(files)
    assert {int(line[2]) for line in index[1:]} == {page.number(table) for table in tables}
    for line in index[1:]:
        header, *body = rows(files[f"tables/{line[0]}"])
        (table,) = (each for each in tables if page.number(each) == int(line[2]))
        assert len(body) == len(table.rows)
        assert len(header) == len(set(header)), line[0]
        assert {len(row) for row in body} <= {len(header)}


def test_numbers_read_as_numbers(page, written):
    header, *body = rows(csv_files(page)["tables/answer.csv"])
    assert header[2:5] == ["Posterior OR", "95% credible interval lower", "95% credible interval upper"]
    for row in body:
        assert all(float(cell) > 0 for cell in row[2:])
    found = {path.name: path.read_text(encoding="utf-8") for path in (written[0] / "tables").iterdir()}
    assert not set("".join(found.values())) & set("\N{MINUS SIGN}\N{FIGURE SPACE}\N{NO-BREAK SPACE}")
    assert rows(found["birth_weight-appendix.csv"])[1][2:4] == ["-398.8", "25.3"]


def test_a_table_of_more_trials_than_a_report_shows_is_refused_before_the_work():
    rows = tuple((f"S{i}", 3, 10, 4, 11) for i in range(MOST_TRIALS + 1))
    with pytest.raises(
        DataError, match=f"found {MOST_TRIALS + 1:,} trials; a report shows up to {MOST_TRIALS:,}"
    ):
        own(rows)


def test_of_a_long_table_the_page_shows_the_ends_and_the_file_all_of_it():
    rows = tuple((f"S{i}", f"{i}.50 to {i}.75") for i in range(2_000))
    table = Table("Trials.", (Column("Study", "text"), Column("Interval")), rows)
    page = Page("A page", "", (Section("trials", "Trials", (table,)),))
    for text in (markdown_of(page), html_of(page)):
        assert re.findall(r"\bS\d+\b", text) == [f"S{i}" for i in (*range(240), *range(1_990, 2_000))]
        assert "The first 240 and the last 10 of 2,000 rows" in text
    assert len(csv_files(page)["tables/trials.csv"].splitlines()) == 2_001


def test_cells_of_every_kind():
    columns = (Column("Name", "text"), Column("Limits"), Column("Mixed"), Column("Value"))
    table = Table(
        "A, \N{MINUS SIGN}1",
        columns,
        (
            ("1 to 2", "\N{MINUS SIGN}1.50 to < 0.001", "1 to 2", Cell("\N{EN DASH}")),
            ('O\'Brien, "<b>1</b>"\nx', "\N{EN DASH}", "all to some", Cell("\N{MINUS SIGN}0.5", "strong")),
        ),
        ("detail",),
    )
    files = csv_files(
        Page(
            "t", "s", (Section("a", "A", (table, replace(table)), (Section("a-b", "B", (replace(table),)),)),)
        )
    )
    assert list(files) == ["tables/a.csv", "tables/a-2.csv", "tables/a-b.csv", "tables/index.csv"]
    assert rows(files["tables/a.csv"]) == [
        ["Name", "Limits lower", "Limits upper", "Limits upper, bound", "Mixed lower", "Mixed upper",
         "Mixed, in words", "Value"],
        ["1 to 2", "-1.50", "0.001", "<", "1", "2", "", ""],
        ['O\'Brien, "<b>1</b>"\nx', "", "", "", "", "", "all to some", "-0.5"],
    ]  # fmt: skip
    assert rows(files["tables/index.csv"])[1] == ["a.csv", "1 a", "1", "A", "A, -1", "detail"]


def test_no_drawing_of_the_committed_report_is_large():
    """What a page takes to load; the report is held byte for byte, so no test of a chart need weigh it."""
    sizes = {path.name: path.stat().st_size for path in (REPORTS / "charts").glob("*.svg")}
    assert len(sizes) > 30
    assert {n: size for n, size in sizes.items() if size > MANY_MARKS.get(n, LARGEST_DRAWING)} == {}


def test_the_folder_holds_all_that_is_promised(tmp_path):
    written = write_report(own(THREE, BAD_EVENT), tmp_path / "new" / "folder", png=True)
    names = {path.relative_to(tmp_path / "new" / "folder").as_posix() for path in written}
    assert {
        "report.html",
        "report.md",
        "results.json",
        "tables/index.csv",
        "tables.xlsx",
        "brief.docx",
        "brief.html",
        "brief.md",
    } <= names
    assert {name[:-4] for name in names if name.endswith(".svg")} == {
        name[:-4] for name in names if name.endswith(".png")
    }
    assert {path for path in (tmp_path / "new" / "folder").rglob("*") if path.is_file()} == set(written)
    png = next(path for path in written if path.name.endswith("forest_all.png")).read_bytes()
    svg = next(path for path in written if path.name.endswith("forest_all.svg")).read_text(encoding="utf-8")
    width = float(re.search(r' width="([\d.]+)', svg)[1])
    assert int.from_bytes(png[16:20], "big") == pytest.approx(2 * width, abs=2)
    assert png == picture(svg, 2), "in the letters of our own font, which test_docx holds to every machine"


def test_without_being_asked_there_is_no_png_and_no_pdf(tmp_path):
    names = {path.suffix for path in write_report(own(THREE[:1]), tmp_path)}
    assert names == {".svg", ".csv", ".json", ".md", ".html", ".docx", ".xlsx"}


def test_the_page_is_printed_whole(tmp_path):
    program()
    written = write_report(hostile(), tmp_path, pdf=True)
    assert [path.name for path in written[-2:]] == ["report.pdf", "brief.pdf"]
    content = written[-2].read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) >= 3


def stub(folder, body):
    path = folder / "chromium-headless-shell"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("echo 'cannot start' >&2; exit 3", r"printing report\.pdf failed \(exit status 3\): cannot start"),
        ("exit 0", "it said nothing"),
        ("sleep 30", "took more than 1 s and was stopped"),
    ],
)
def test_a_browser_that_fails_leaves_the_folder_as_it_was(tmp_path, monkeypatch, body, message):
    bin_, folder = tmp_path / "bin", tmp_path / "out"
    bin_.mkdir()
    folder.mkdir()
    (folder / "report.html").write_text("old", encoding="utf-8")
    browser = stub(bin_, body)
    monkeypatch.setattr(pdf, "SECONDS", 1)
    with pytest.raises(BayesIvigError, match=message):
        pdf.print_page(folder / "report.html", folder / "report.pdf", browser)
    monkeypatch.setattr("bayes_ivig.reporting.report.write.find_browser", lambda: browser)
    with pytest.raises(BayesIvigError, match=message):
        write_report(own(THREE[:1]), folder, pdf=True, force=True)
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == {
        "report.html": "old"
    }


def test_browsers_are_found_on_the_path_first_then_where_playwright_keeps_them(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "APPLICATIONS", ())
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "kept"))
    with pytest.raises(BayesIvigError, match="needs a browser of the Chromium family, and none was found"):
        pdf.find_browser()
    for version in ("1100", "1200"):
        home = tmp_path / "kept" / f"chromium_headless_shell-{version}" / "chrome-linux"
        home.mkdir(parents=True)
        stub(home, "exit 0").rename(home / "headless_shell")
    assert pdf.find_browser() == home / "headless_shell"
    (tmp_path / "bin").mkdir()
    on_path = stub(tmp_path / "bin", "exit 0")
    assert pdf.find_browser() == on_path
