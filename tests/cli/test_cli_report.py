"""``bayes-ivig report``: options from a file and from the command line,
and what is said where something is missing.
"""

import os
from pathlib import Path

import pytest
from command import call, table

pytestmark = pytest.mark.slow

ROWS = "A 2004,5,40,12,41\nB 1999,4,50,9,52\nC 2010,2,20,3,19\n"


BEGUN = "note: reanalysing mine.csv; this takes 10 to 60 seconds"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table(tmp_path, ROWS)
    return tmp_path


def test_options_and_the_command_line_together(folder, monkeypatch, capsys):
    Path("report.toml").write_text(
        'title = "From the file"\nevent = "bad"\norder = "year"\nleave_out = ["bring"]\n', encoding="utf-8"
    )
    ran = call(
        monkeypatch,
        capsys,
        "report",
        "mine.csv",
        "--options",
        "report.toml",
        "--title",
        "Said here",
        "--png",
        "--out",
        "out",
    )
    assert (ran.status, ran.err) == (0, f"{BEGUN}\n")
    written = ran.out.split("\n")[:-1]
    assert written[-3:] == ["out/results.json", "out/report.md", "out/report.html"]
    assert {"out/charts/outcome_forest_all.png", "out/tables/answer.csv"} <= set(written)
    text = Path("out/report.md").read_text(encoding="utf-8")
    assert text.startswith("# Said here\n")
    assert "## Bring" not in text
    assert "--options report.toml --title 'Said here'" in text
    studies = text[text.index("study by study: ") :]
    assert studies.index("B 1999") < studies.index("A 2004") < studies.index("C 2010")
    assert "P(benefit)" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--options", "none.toml"),
            "error: none.toml: no such file; give the path of a TOML file of report options",
        ),
        (("--outcome", "deth"), "error: outcomes: no outcome 'deth'; there are none with a name"),
    ],
)
def test_wrong_options_end_with_status_2_and_no_folder(folder, monkeypatch, capsys, arguments, message):
    ran = call(monkeypatch, capsys, "report", "mine.csv", *arguments)
    said = [line for line in ran.err.splitlines() if line != BEGUN]
    assert (ran.status, ran.out, said) == (2, "", [message])
    assert not Path("reports").exists()


def test_sections_that_are_not_there_cannot_be_left_out(folder, monkeypatch, capsys):
    Path("report.toml").write_text('leave_out = ["bias"]\n', encoding="utf-8")
    ran = call(monkeypatch, capsys, "report", "mine.csv", "--options", "report.toml")
    assert ran.status == 2
    assert ran.err.removeprefix(f"{BEGUN}\n").startswith(
        "error: options: leave_out: no section 'bias'; sections of this report are brief, "
    )
    assert not Path("reports").exists()


def test_a_pdf_without_a_browser_is_refused_before_the_work(folder, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(folder))
    monkeypatch.setattr("bayes_ivig.reporting.document.pdf.APPLICATIONS", ())
    ran = call(monkeypatch, capsys, "report", "mine.csv", "--pdf")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(
        "error: report.pdf needs a browser of the Chromium family, and none was found; install one"
    )
    assert not Path("reports").exists()


@pytest.mark.parametrize("out", ["mine.csv", "mine.csv/report", "closed/report"])
def test_a_folder_that_cannot_be_is_said_before_anything_is_computed(out, folder, monkeypatch, capsys):
    Path("closed").mkdir()
    # root may write anywhere
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "closed")
    monkeypatch.setattr("bayes_ivig.analyses.reanalysis.reanalyze.reanalyze", None)
    ran = call(monkeypatch, capsys, "report", "mine.csv", "--out", out)
    assert (ran.status, ran.out) == (2, "")
    assert f"{out}: the report cannot be written: " in " ".join(ran.err.split())
    assert "give another path" in " ".join(ran.err.split())
