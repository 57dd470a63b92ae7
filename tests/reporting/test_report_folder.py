"""The folder of a report: another's is left alone, what stands in the way is said before the work, and what
an earlier report made and this one does not make goes.
"""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from report_cases import BAD_EVENT, THREE, own

from bayes_ivig import write_report
from bayes_ivig.errors import BayesIvigError
from bayes_ivig.reporting.report import write
from bayes_ivig.reporting.report.folder import earlier_files, require_folder
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

pytestmark = pytest.mark.slow

COMMITTED = Path(__file__).parents[2] / "reports" / "ivig"


@pytest.fixture(scope="module")
def small() -> Reanalysis:
    return own(THREE, BAD_EVENT)


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "page_of", None)


def everything(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def test_the_files_of_a_report_are_told_by_its_own() -> None:
    committed = {
        path.relative_to(COMMITTED).as_posix()
        for kind in ("charts", "tables")
        for path in (COMMITTED / kind).iterdir()
    }
    assert set(earlier_files(COMMITTED)) == {name for name in committed if not name.endswith(".png")}


def test_what_is_not_made_again_goes_and_what_is_the_users_stays(small: Reanalysis, tmp_path: Path) -> None:
    first = write_report(small, tmp_path, png=True)
    mine = {
        "notes.md": b"mine",
        "charts/own.svg": b"mine",
        "tables/own.csv": b"mine",
        "report.pdf": b"printed",
    }
    for name, content in mine.items():
        (tmp_path / name).write_bytes(content)
    fewer = replace(small, options=replace(small.options, leave_out=("bring", "checks")))
    second = write_report(fewer, tmp_path)
    gone = {path.relative_to(tmp_path).as_posix() for path in set(first) - set(second)}
    assert any(name.endswith(".png") for name in gone)
    assert "tables/reproduce.csv" not in gone
    assert any(name.endswith(".csv") for name in gone)
    held = everything(tmp_path)
    assert not gone & held.keys()
    assert {name: held[name] for name in mine} == mine
    assert {tmp_path / name for name, content in held.items() if content is not None} == {
        *second, *(tmp_path / name for name in mine)
    }  # fmt: skip


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize(
    "theirs",
    [
        {"report.md": "dear"}, {"brief.md": "dear"}, {"results.json": "{}"},
        {"results.json": '{"schema": "another"}'}, {"results.json": "[" * 100_000},
        {"charts/a.svg": "<svg/>"}, {"thesis.tex": "long"},
    ],
)  # fmt: skip
def test_a_folder_of_other_things_is_left_alone(
    small: Reanalysis, tmp_path: Path, theirs: dict[str, str]
) -> None:
    for name, text in theirs.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    before = everything(tmp_path)
    with pytest.raises(BayesIvigError, match=r"no report of this program made .* --force"):
        write_report(small, tmp_path)
    assert everything(tmp_path) == before


def test_it_can_be_forced_and_a_link_to_it_is_followed(small: Reanalysis, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    for name in ("report.md", "thesis.tex"):
        (tmp_path / "there" / name).write_text("mine")
    written = write_report(small, tmp_path / "link", force=True)
    assert tmp_path / "link" / "report.md" in written
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "thesis.tex").read_text() == "mine"
    assert len((tmp_path / "there" / "report.md").read_text(encoding="utf-8")) > 1000
    require_folder(tmp_path / "there")  # now it is a report's


def test_hidden_files_are_nobodys_report(small: Reanalysis, tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*")
    require_folder(tmp_path)
    assert everything(tmp_path) == {".gitignore": b"*"}


IN_THE_WAY = {
    "tables is a file": lambda folder: (folder / "tables").write_text("x"),
    "charts is a link": lambda folder: (folder / "charts").symlink_to(folder.parent / "else"),
    "report.html is a folder": lambda folder: (folder / "report.html").mkdir(),
    "brief.html is a folder": lambda folder: (folder / "brief.html").mkdir(),
    "brief.docx is a link": lambda folder: (folder / "brief.docx").symlink_to(folder.parent / "else"),
    "results.json is a link": lambda folder: (folder / "results.json").symlink_to(folder.parent / "else"),
    "a table is a folder": lambda folder: (folder / "tables" / "answer.csv").mkdir(parents=True),
    "a chart is a link": lambda folder: (
        (folder / "charts").mkdir(), (folder / "charts" / "a.svg").symlink_to("b")
    ),
}  # fmt: skip


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize("what", IN_THE_WAY)
@pytest.mark.parametrize("force", [True, False])
def test_what_stands_in_the_way_is_said_before_anything_is_made(
    small: Reanalysis, tmp_path: Path, what: str, force: bool
) -> None:
    (tmp_path / "else").mkdir()
    out = tmp_path / "out"
    out.mkdir()
    IN_THE_WAY[what](out)
    before = everything(tmp_path)
    with pytest.raises(BayesIvigError, match="the report cannot be written: "):
        write_report(small, out, force=force)
    assert everything(tmp_path) == before


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize("name", ["tables/mine.csv", "report.md"])
def test_a_table_that_is_read_is_not_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / name).write_text("study")
    with pytest.raises(BayesIvigError, match="is read by this command"):
        require_folder(tmp_path, force=True, read=(tmp_path / name,))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("a" * 300, "too long"),
        ("a/" * 2500, "too long"),
        ("file/report", "not a folder"),
        ("file", "not a folder"),
    ],
)
def test_a_folder_that_cannot_be_is_said(tmp_path: Path, path: str, message: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BayesIvigError, match=message):
        require_folder(tmp_path / path)
    assert everything(tmp_path) == {"file": b""}


TERMINATED = """
import signal, sys
from bayes_ivig.files import writing
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
with writing.folder_of({"report.md": "new"}, sys.argv[1]):
    print("ready", flush=True)
    signal.pause()
"""


def test_a_run_that_is_told_to_end_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("old")
    with subprocess.Popen([sys.executable, "-c", TERMINATED, str(tmp_path)], stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"ready\n"
        run.send_signal(signal.SIGTERM)
        assert run.wait(timeout=20) == 143
    assert everything(tmp_path) == {"report.md": b"old"}
