"""Files that a command writes: never one that it reads, never two in one place, and what stands in the way is
said before the work.
"""

import os
import subprocess
from pathlib import Path

import pytest
from command import BIN, Ask, table

ROWS = "A 2004,5,40,12,41\nB 1999,4,50,9,52\nC 2010,2,20,3,19\n"
SIDECAR = 'event = "bad"\n[evidence]\nguidelines = "said.csv"\n'
AGAIN = "is read by this command"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    table(tmp_path, ROWS)
    (tmp_path / "mine.toml").write_text(SIDECAR)
    (tmp_path / "said.csv").write_text("organisation,statement\nA,b\n")
    (tmp_path / "model.toml").write_bytes(
        (Path(__file__).parents[2] / "models" / "binomial_normal.toml").read_bytes()
    )
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.csv").symlink_to("mine.csv")
    os.link(tmp_path / "mine.csv", tmp_path / "second.csv")
    (tmp_path / "round.csv").symlink_to("round.csv")
    return tmp_path


def everything(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every table be refused: what is said before the work is said without one."""
    monkeypatch.setattr("bayes_ivig.inputs.counts.dataset.load_dataset", None)


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("mine.csv", AGAIN), ("./sub/../mine.csv", AGAIN), ("link.csv", AGAIN), ("second.csv", AGAIN),
        ("mine.toml", AGAIN), ("said.csv", AGAIN), ("model.toml", AGAIN), ("sub", "is a folder"),
        ("nowhere/a.csv", "no such folder"), ("mine.csv/a.csv", "a part of it is a file"),
        ("round.csv", "leads round in a circle"), ("a" * 300 + ".csv", "too long"),
        ("a/" * 2500 + "b.csv", "too long"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["subsets", "benefit", "tipping"])
def test_what_stands_in_the_way_is_said_at_once(
    folder: Path, ask: Ask, command: str, path: str, message: str
) -> None:
    before = everything(folder)
    ran = ask(command, "mine.csv", "--model", "model.toml", "--csv", path)
    assert (ran.status, ran.out) == (2, "")
    assert message in ran.err
    assert ran.err.count("error:") == 1
    assert everything(folder) == before


@pytest.mark.usefixtures("no_work")
@pytest.mark.parametrize(
    ("one", "other"),
    [("a.csv", "a.csv"), ("a.csv", "sub/../a.csv"), ("a.csv", "A.CSV"), ("é.csv", "e\u0301.csv")],
)
def test_two_outputs_are_two_files(folder: Path, ask: Ask, one: str, other: str) -> None:
    before = everything(folder)
    ran = ask("benefit", "mine.csv", "--csv", one, "--curve-csv", other)
    assert (ran.status, ran.out) == (2, "")
    assert "is the same file as that of --csv" in ran.err
    assert everything(folder) == before


@pytest.mark.usefixtures("no_work")
def test_a_bundled_table_is_not_overwritten_either(ask: Ask) -> None:
    path = Path(__file__).parents[2] / "data" / "ivig.csv"
    ran = ask("subsets", "ivig", "--csv", str(path))
    assert (ran.status, ran.out) == (2, "")
    assert AGAIN in ran.err


def test_what_is_sent_to_standard_output_stands_there_before_the_text(folder: Path) -> None:
    with Path("out.txt").open("wb") as file:
        subprocess.run(
            [BIN, "subsets", "mine.csv", "--csv", "/dev/stdout"], stdout=file, check=True, cwd=folder
        )
    lines = Path("out.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("trials,")
    assert len(lines) > 2 * 7, "the table as CSV, then as text"


def test_without_a_working_folder_one_line_says_so(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    for last in ("report ivig", "fit ivig --outcome live_birth --save a.nc"):
        gone.mkdir(exist_ok=True)
        command = f"cd {gone} && rmdir {gone} && {BIN} {last}"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert "the working folder itself is gone" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_leaves_is_no_error(folder: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{BIN} subsets mine.csv --csv /dev/stdout | true; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["subsets mine.csv --plot a.svg", "report mine.csv --out out"])
@pytest.mark.parametrize(
    ("limit", "why"),
    [
        ("-n 16", "only 16 files may be open at once"),
        ("-v 8388608", "only 8,192 MiB of addresses may be reserved"),
    ],
)
def test_where_a_limit_would_end_the_library_of_charts_none_is_begun(
    folder: Path, command: str, limit: str, why: str
) -> None:
    before = everything(folder)
    done = subprocess.run(
        ["sh", "-c", f"ulimit {limit}; {BIN} {command}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert why in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert everything(folder) == before


def test_a_limit_of_file_size_leaves_nothing(folder: Path) -> None:
    before = everything(folder)
    command = f"ulimit -f 1; {BIN} subsets mine.csv --csv t.csv --plot t.html > /dev/null"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 2, done.stderr
    assert "File too large" in done.stderr
    assert {name: what for name, what in everything(folder).items() if name != "t.csv"} == before


@pytest.mark.slow
def test_the_name_of_a_file_need_not_be_text(folder: Path) -> None:
    """Linux takes any bytes; what is written says them so that it can be read."""
    odd = os.fsdecode(b"mine\xff\n.csv")
    Path("mine.csv").rename(odd)
    for last in (
        ["report", odd, "--title", os.fsdecode(b"a\xff"), "--out", os.fsdecode(b"out\xff")],
        ["fit", odd, "--save", os.fsdecode(b"p\xff.nc")],
        ["subsets", odd, "--plot", os.fsdecode(b"a\xff.svg")],
    ):
        done = subprocess.run([BIN, *last], capture_output=True, check=False)
        assert (done.returncode, done.stderr.count(b"Traceback")) == (0, 0), done.stderr
    written = Path(os.fsdecode(b"out\xff")) / "report.html"
    assert r"mine\udcff\n" in written.read_text(encoding="utf-8")
    assert {os.fsdecode(b"p\xff.nc"), os.fsdecode(b"a\xff.svg")} <= {path.name for path in Path().iterdir()}
