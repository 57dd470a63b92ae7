"""The door for reading: regular files and pipes, bounded in size and in waiting; one message for all else."""

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from bayes_ivig import resources
from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.files import reading


def message(path: str | Path, most: int = 100) -> str:
    with pytest.raises(DataError) as caught:
        reading.read_bytes(path, "a CSV file", most)
    assert "\n" not in str(caught.value), "one line"
    assert str(caught.value).endswith("give the path of a CSV file"), "what to do"
    return str(caught.value)


def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100)
    (tmp_path / "link").symlink_to(path)
    assert reading.read_bytes(path, most=100) == reading.read_bytes(tmp_path / "link", most=100) == b"x" * 100


def test_the_error_is_of_the_kind_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such file; give the path of a model"):
        reading.read_bytes(tmp_path / "none", "a model", error=ModelError)


def test_size_is_bounded_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 2_000_101)
    assert "holds 2,000,101 bytes; at most 100 " in message(path)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="files without a size of their own")
def test_a_file_that_states_no_size_is_bounded_too() -> None:
    assert "more than 100 bytes" in message("/proc/self/maps")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom", "/dev/null", "/dev/tty"])
def test_devices_are_refused(device: str) -> None:
    assert "is a device" in message(device)


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "is a folder" in message(tmp_path)
    with socket.socket(socket.AF_UNIX) as own:
        own.bind(str(tmp_path / "s"))
        assert "is a socket" in message(tmp_path / "s")


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "broken").symlink_to("gone.csv")
    (tmp_path / "round").symlink_to("round")
    (tmp_path / "file").write_bytes(b"")
    assert "is a link to gone.csv, and nothing is there" in message(tmp_path / "broken")
    assert "round in a circle" in message(tmp_path / "round")
    assert "not a folder" in message(tmp_path / "file" / "a.csv")
    assert "5,0" in message(tmp_path / ("x" * 5_000))
    assert "NUL" in message("a\0b")
    assert "no path" in message("a\udcff\ud800b"), "half a character, which is no byte of a name either"


def test_a_path_is_shown_without_what_a_terminal_would_obey(tmp_path: Path) -> None:
    shown = message(tmp_path / "a\x1b[31m\u202e\nb")
    assert shown.isprintable()
    assert r"a\x1b[31m\u202e\nb" in shown


def test_a_name_that_is_not_utf_8_is_read_and_shown(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv")
    try:
        Path(name).write_bytes(b"x")
    except OSError:
        pytest.skip("this disk takes UTF-8 only")
    assert reading.read_bytes(name) == b"x"
    Path(name).unlink()
    assert message(name).isprintable()


def test_a_working_folder_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert "the working folder itself is gone" in message("a.csv")


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def test_a_pipe_that_nobody_writes_is_not_waited_for(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONGEST_SILENCE", 0.2)
    start = time.monotonic()
    assert "nothing came" in message(pipe)
    assert time.monotonic() - start < 5


def test_a_pipe_is_read_as_long_as_something_comes(pipe: Path) -> None:
    def write() -> None:
        with pipe.open("wb", buffering=0) as end:
            for _ in range(3):
                end.write(b"x" * 30)
                time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    assert reading.read_bytes(pipe, most=100) == b"x" * 90
    writer.join()


def test_a_pipe_is_bounded_in_size_and_in_time(pipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    end = os.open(pipe, os.O_RDWR)  # keeps the pipe open
    os.write(end, b"x" * 101)
    assert "more than 100 bytes" in message(pipe)
    os.write(end, b"x")
    monkeypatch.setattr(reading, "LONGEST", 0.2)
    assert "did not end" in message(pipe)
    os.close(end)


def test_a_bundled_file_is_read_once() -> None:
    path = resources.folder("data") / "ivig.csv"
    assert reading.read_bytes(path) is reading.read_bytes(path)
    round_about = path.parent / ".." / path.parent.name / path.name  # might lead to anything
    assert reading.read_bytes(round_about) is not reading.read_bytes(path)
