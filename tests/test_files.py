"""Files written whole or not at all: a failure midway leaves the old file, its permissions and its links,
and nothing beside.
"""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bayes_ivig.files import replacing, writing


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def failing(*_: object) -> None:
    raise OSError(28, "No space left on device")


def everything(folder: Path) -> dict[str, bytes | None]:
    """Return what is in a folder and below it, hidden files too; folders hold None."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize(("fault", "error"), [(interrupted, KeyboardInterrupt), (failing, OSError)])
@pytest.mark.parametrize("before", [b"old", None])
def test_a_failure_midway_leaves_the_old_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[..., None],
    error: type[BaseException],
    before: bytes | None,
) -> None:
    path = tmp_path / "a.csv"
    if before is not None:
        path.write_bytes(before)
    there = everything(tmp_path)
    monkeypatch.setattr(os, "fsync", fault)  # all of it is written, and not yet safe
    with pytest.raises(error):
        writing.write_bytes(path, b"new")
    assert everything(tmp_path) == there
    monkeypatch.undo()
    writing.write_bytes(path, b"new")
    assert everything(tmp_path) == {"a.csv": b"new"}


def test_text_is_utf_8_with_its_own_line_ends(tmp_path: Path) -> None:
    writing.write_text(tmp_path / "a.txt", "τ\nμ\r\n")
    assert (tmp_path / "a.txt").read_bytes() == "τ\nμ\r\n".encode()


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_keeps_its_permissions_and_a_new_one_has_those_of_the_umask(tmp_path: Path, mode: int) -> None:
    old, new, plain = (tmp_path / name for name in ("old", "new", "plain"))
    old.touch()
    old.chmod(mode)
    plain.touch()
    for path in (old, new):
        writing.write_bytes(path, b"x")
    assert stat.S_IMODE(old.stat().st_mode) == mode
    assert new.stat().st_mode == plain.stat().st_mode


def test_a_link_stays_one_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    link = tmp_path / "a.csv"
    link.symlink_to(Path("kept") / "really.csv")  # leads nowhere as yet
    for content in (b"one", b"two"):
        writing.write_bytes(link, content)
        assert link.is_symlink()
        assert everything(tmp_path / "kept") == {"really.csv": content}


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    writing.write_bytes(pipe, b"through")
    assert reader.communicate(timeout=20)[0] == b"through"
    assert pipe.is_fifo()


def test_a_file_takes_no_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "letter").write_text("dear")
    with pytest.raises(OSError, match="directory"):
        writing.write_bytes(tmp_path / "a", b"x")
    with pytest.raises(FileNotFoundError):
        writing.write_bytes(tmp_path / "no such" / "b", b"x")
    assert everything(tmp_path) == {"a": None, "a/letter": b"dear"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_a_folder_that_cannot_be_moved_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    store = tmp_path / "p.zarr"
    store.mkdir()
    (store / "zarr.json").write_text("old")
    there = everything(tmp_path)

    def write() -> None:
        with writing.beside(store) as made:
            made.mkdir()
            (made / "zarr.json").write_text("new")

    def fault(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path, "replace", fault)  # the old folder is aside by then
    with pytest.raises(error):
        write()
    assert everything(tmp_path) == there
    monkeypatch.undo()
    write()
    assert everything(tmp_path) == {"p.zarr": None, "p.zarr/zarr.json": b"new"}


def test_a_folder_of_files_is_moved_when_all_are_made(tmp_path: Path) -> None:
    out = tmp_path / "out"
    files_of = {"a.html": "τ", "charts/b.svg": b"<svg>"}
    with writing.folder_of(files_of, out) as made:
        (made / "a.pdf").write_bytes((made / "a.html").read_bytes())
        assert [path.parent for path in out.iterdir()] == [out], "nothing is in place as yet"
    whole = {"a.html": "τ".encode(), "a.pdf": "τ".encode(), "charts": None, "charts/b.svg": b"<svg>"}
    assert everything(out) == whole
    (out / "own.txt").write_text("mine")
    with pytest.raises(KeyboardInterrupt), writing.folder_of({"a.html": "new", "c.csv": "1"}, out):
        raise KeyboardInterrupt
    assert everything(out) == {**whole, "own.txt": b"mine"}


WAITS = """
import signal, sys, time
from bayes_ivig.files import writing
signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background may ignore it
with writing.beside(sys.argv[1]) as made:
    made.write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_ctrl_c_cleans_up(tmp_path: Path) -> None:
    (tmp_path / "a.nc").write_text("old")
    waiting = subprocess.Popen(
        [sys.executable, "-c", WAITS, str(tmp_path / "a.nc")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with waiting:
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == b"ready\n"
        time.sleep(0.05)
        waiting.send_signal(signal.SIGINT)
        try:
            waiting.communicate(timeout=20)
        finally:
            waiting.kill()
    assert waiting.returncode != 0
    assert everything(tmp_path) == {"a.nc": b"old"}


# What a killed run leaves

HOLDS = """
import os, signal, sys, time
from pathlib import Path
from bayes_ivig.files.staging import staged
with staged(Path(sys.argv[1])) as own:
    (own / "half").write_text("made")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_what_a_killed_run_left_is_cleared_away_and_what_another_works_on_is_not(tmp_path: Path) -> None:
    (tmp_path / ".bayes-ivig-mine").write_text("a file, and none of ours")
    with subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE) as working:
        assert working.stdout is not None
        assert working.stdout.readline() == b"ready\n"
        replacing.sweep(tmp_path)
        assert len(everything(tmp_path)) == 3, "somebody is at work there"
        working.kill()
    assert len(everything(tmp_path)) == 3, "nobody could clear it away"
    replacing.sweep(tmp_path)
    assert list(everything(tmp_path)) == [".bayes-ivig-mine"]


def interrupted_among_the_moves(folder: Path, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a folder as a run does that is killed at one of its renames: nothing after that is done."""
    done = 0
    move = Path.replace

    def killed(path: Path, place: Path) -> Path:
        nonlocal done
        done += 1
        if done >= at:
            raise OSError(5, "killed")
        return move(path, place)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        patch.setattr(Path, "unlink", killed)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        with (
            pytest.raises(OSError, match="killed"),
            writing.folder_of({"a": "new", "b/c": "new"}, folder, earlier=lambda _: ["gone", "a"]),
        ):
            pass


@pytest.mark.parametrize("at", [1, 2, 3])
def test_moves_that_were_broken_off_are_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    old = {"a": b"old", "gone": b"old", "own": b"mine"}
    for name, content in old.items():
        (tmp_path / name).write_bytes(content)
    interrupted_among_the_moves(tmp_path, at, monkeypatch)
    replacing.sweep(tmp_path)
    new = {"a": b"new", "b": None, "b/c": b"new", "own": b"mine"}
    assert everything(tmp_path) == (old if at == 1 else new)  # the first rename is that of the journal


def test_a_journal_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    out = tmp_path / "out"
    own = out / ".bayes-ivig-x"
    own.mkdir(parents=True)
    (own / "journal.json").write_text(json.dumps({"put": [], "drop": ["../kept"], "make": []}))
    replacing.sweep(out)
    assert everything(tmp_path) == {"kept": b"mine", "out": None}


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize("at", [2, 3])
def test_an_error_among_the_moves_is_undone_and_an_interrupt_waits_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], at: int
) -> None:
    old = {"a": b"old", "gone": b"old"}
    for name, content in old.items():
        (tmp_path / name).write_bytes(content)
    done = 0
    move = Path.replace

    def broken(path: Path, place: Path) -> Path:
        nonlocal done
        done += 1
        if done == at:
            raise error
        return move(path, place)

    monkeypatch.setattr(Path, "replace", broken)
    with (
        pytest.raises(error),
        writing.folder_of({"a": "new", "b/c": "new"}, tmp_path, earlier=lambda _: ["gone"]),
    ):
        pass
    whole = {"a": b"new", "b": None, "b/c": b"new"}
    assert everything(tmp_path) == (old if error is OSError else whole)


def test_two_runs_in_one_folder_leave_the_files_of_one(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom bayes_ivig.files import writing\n"
        "for _ in range(10):\n"
        "    with writing.folder_of({f'{i}/x': sys.argv[2] for i in range(20)}, sys.argv[1]): pass\n"
    )
    out = tmp_path / "out"
    runs = [subprocess.Popen([sys.executable, "-c", code, str(out), name]) for name in ("one", "two")]
    assert [run.wait(timeout=60) for run in runs] == [0, 0]
    held = everything(out)
    assert len(held) == 40
    assert set(held.values()) - {None} in ({b"one"}, {b"two"})


# Pipes and devices


def test_where_the_process_prints_already_it_goes_on_printing(tmp_path: Path) -> None:
    code = (
        "from bayes_ivig.files import writing\nprint('before')\n"
        "writing.write_bytes('/dev/stdout', b'the table\\n')\nprint('after')\n"
    )
    printed = tmp_path / "printed.txt"
    with printed.open("wb") as file:
        subprocess.run([sys.executable, "-c", code], stdout=file, check=True)
    assert printed.read_text() == "before\nthe table\nafter\n"


def test_a_pipe_that_nobody_reads_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(writing, "READER", 0.2)
    with pytest.raises(OSError, match="nobody reads it"):
        writing.write_bytes(tmp_path / "pipe", b"x")
    assert (tmp_path / "pipe").is_fifo()


def test_a_socket_is_not_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("here")
        with pytest.raises(OSError, match="neither a file"):
            writing.write_bytes("here", b"x")
    assert list(everything(tmp_path)) == ["here"]


def test_what_is_private_is_so_whoever_made_it(tmp_path: Path) -> None:
    (tmp_path / "old").touch(0o644)
    for name in ("old", "new"):
        writing.write_bytes(tmp_path / name, b"x", private=True)
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
