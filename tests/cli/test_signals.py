"""Signals as a shell sends them: the process dies of the signal itself, without a word or an orphan."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import BIN, call

import bayes_ivig.cli.app

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them"),
]
# a run in the background ignores interrupts, and what it starts does so, too
BEFORE = """
import os, signal, sys, threading, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
sys.argv = ["bayes-ivig", "report", "ivig", "--out", "/nonexistent/nowhere"]
from bayes_ivig.cli import main
def send(number):
    os.kill(os.getpid(), number)
    sum(range(1000))  # handlers are called between two steps of the interpreter
"""
# a command that is nothing but this
AS_COMMAND = """
import bayes_ivig.cli.app, bayes_ivig.cli.signals
bayes_ivig.cli.app.app = work
main()
"""


def run(code: str, command: str = "main()") -> tuple[int, str, str]:
    """Run code in a Python of its own, within a minute; returns status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-c", BEFORE + code + command],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "module", ["bayes_ivig.cli.run", "typer", "numpy", "bayes_ivig.engines.grid.surface"]
)
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_imports_are_cut_short_without_a_word(module: str, name: str) -> None:
    number = getattr(signal, name)
    finder = f"""
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            send({int(number)})
sys.meta_path.insert(0, Finder())
sys.argv = ["bayes-ivig", "fit", "ivig", "--outcome", "live_birth"]
"""
    assert run(finder) == (-number, "", "")


SWALLOWED = {
    "by an import": """
def work(**_):
    try:
        send(signal.SIGINT)
    except BaseException:
        raise ImportError("numpy could not be imported") from None
""",
    "by a bare except": """
def work(**_):
    try:
        send(signal.SIGINT)
    except BaseException:
        pass
""",
    "by a destructor": """
class Late:
    def __del__(self):
        send(signal.SIGINT)
def work(**_):
    Late()
    time.sleep(60)
""",
}


@pytest.mark.parametrize("how", SWALLOWED)
def test_an_interrupt_that_is_swallowed_still_ends_the_process(how: str) -> None:
    assert run(SWALLOWED[how], AS_COMMAND) == (-signal.SIGINT, "", "")


def test_the_work_unwinds_and_a_twin_of_the_signal_is_no_second_one(tmp_path: Path) -> None:
    work = f"""
def work(**_):
    try:
        send(signal.SIGTERM)
    finally:
        send(signal.SIGTERM)
        Path({str(tmp_path)!r}, "tidied").touch()
"""
    assert run(work, AS_COMMAND) == (-signal.SIGTERM, "", "")
    assert (tmp_path / "tidied").exists()


@pytest.mark.parametrize("stuck", ["time.sleep(0.6); send(signal.SIGINT); time.sleep(60)", "held()"])
def test_unwinding_cannot_hang(stuck: str) -> None:
    """A second Ctrl-C ends it, and its own patience does where a lock is held for ever."""
    work = f"""
def held():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
def work(**_):
    bayes_ivig.cli.signals.PATIENCE = 1
    try:
        send(signal.SIGINT)
    finally:
        {stuck}
"""
    began = time.monotonic()
    status, _, errors = run(work, AS_COMMAND)
    assert (status in (-signal.SIGINT, 128 + signal.SIGINT), errors) == (True, "")
    assert time.monotonic() - began < 30


def test_what_was_ignored_stays_ignored() -> None:
    work = """
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.signal(signal.SIGINT, signal.SIG_IGN)
def work(**_):
    send(signal.SIGHUP)
    send(signal.SIGINT)
    print("done")
"""
    assert run(work, AS_COMMAND) == (0, "done\n", "")


def test_an_interrupt_without_a_signal_has_its_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    monkeypatch.setattr(bayes_ivig.cli.app, "app", interrupted)
    assert call(monkeypatch, capsys, "models") == (130, "", "")
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def of_its_group(group: int) -> list[str]:
    """Processes of a group that still run."""
    running = subprocess.run(["ps", "-wweo", "pgid=,stat=,args="], capture_output=True, text=True, check=True)
    lines = [line.split(None, 2) for line in running.stdout.splitlines()]
    return [" ".join(line) for line in lines if line[0] == str(group) and not line[1].startswith("Z")]


def test_processes_of_a_calibration_leave_with_it(tmp_path: Path) -> None:
    """The signal comes to all of them at once, as from a terminal, while they begin."""
    code = BEFORE.replace(
        '"report", "ivig", "--out", "/nonexistent/nowhere"', f'"calibrate", "--out", "{tmp_path}"'
    )
    script = tmp_path / "script.py"  # processes are spawned: they read the file of the first one
    script.write_text(f"{code}\nif __name__ == '__main__':\n    main()\n", encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while sum("spawn_main" in line for line in of_its_group(running.pid)) < 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)
    assert running.communicate(timeout=60) == ("", "")
    assert running.returncode == -signal.SIGINT
    while of_its_group(running.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert of_its_group(running.pid) == []


def test_it_runs_as_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bayes_ivig", "--version"], capture_output=True, text=True, check=True
    )
    assert (
        done.stdout == subprocess.run([BIN, "--version"], capture_output=True, text=True, check=True).stdout
    )
