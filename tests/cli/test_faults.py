"""The last net: what nobody foresaw is one message with its own status, and tests see the error itself."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command import call

import bayes_ivig.cli.app
from bayes_ivig.cli.faults import FAULT, SHOWN

pytestmark = pytest.mark.slow

CODE = """
import sys, bayes_ivig.cli.app
from bayes_ivig.cli import main
def work(**_):
    {work}
bayes_ivig.cli.app.app = work
sys.argv = ["bayes-ivig", "models"]
main()
"""


def ran(work: str, folder: Path, **environment: str) -> tuple[int, str]:
    """Run a command that is nothing but this, as its own process; returns status and errors."""
    own = {name: value for name, value in os.environ.items() if name != SHOWN} | {"TMPDIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(work=work)],
        capture_output=True, text=True, check=False, env=own | environment,
    )  # fmt: skip
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_a_fault_is_one_message_and_keeps_its_traceback(tmp_path: Path) -> None:
    status, errors = ran("{}['scale']", tmp_path)
    (kept,) = tmp_path.iterdir()
    assert status == FAULT
    assert "Traceback" not in errors
    assert all(part in errors for part in ("fault of bayes-ivig", "KeyError: 'scale'", str(kept)))
    assert "Traceback" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o077 == 0


def test_a_traceback_is_shown_on_request(tmp_path: Path) -> None:
    status, errors = ran("{}['scale']", tmp_path, **{SHOWN: "1"})
    assert status == FAULT
    assert "Traceback" in errors
    assert not list(tmp_path.iterdir())


def test_without_a_place_for_it_the_way_to_see_it_is_said(tmp_path: Path) -> None:
    """An error whose own text fails is one, too."""
    work = """import tempfile
    class Odd(Exception):
        def __str__(self): raise ValueError
    tempfile.tempdir = "/nonexistent"
    raise Odd"""
    status, errors = ran(work, tmp_path)
    assert status == FAULT
    assert SHOWN in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("work", "what"),
    [
        ("bytearray(2 ** 62)", "out of memory"),
        ("import numpy; numpy.ones((2 ** 45,))", "256. TiB"),
        ("deep = None\n    for _ in range(10 ** 6): deep = [deep]\n    repr(deep)", "nested"),
        (f"raise OSError({errno.ENOSPC}, 'No space left on device', 'x.csv')", "x.csv"),
    ],
)
def test_what_runs_out_is_one_line_of_what_to_do(work: str, what: str, tmp_path: Path) -> None:
    status, errors = ran(work, tmp_path)
    assert (status, errors.count("\n")) == (2, 1)
    assert errors.startswith("error: ")
    assert what in errors
    assert not list(tmp_path.iterdir())


def test_a_test_sees_the_error_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(**_: object) -> None:
        raise LookupError("a fault")

    monkeypatch.setattr(bayes_ivig.cli.app, "app", broken)
    with pytest.raises(LookupError, match="a fault"):
        call(monkeypatch, capsys, "models")
