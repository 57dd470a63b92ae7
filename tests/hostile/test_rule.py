"""The harness itself: each kind of fault, planted in a reader, is found and named."""

import os
import signal
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from fire import breaks, fire, judge_of, smaller
from hypothesis import strategies as st
from readers.commands import Ran, weighed
from registry import Reader, readers
from rule import Case, Fault, message_problem

from bayes_ivig.errors import DataError
from bayes_ivig.inputs.estimates import studies

CASES = st.integers(0, 100).map(lambda n: Case({"t.csv": b"study\n" * n}))


def looped(folder: Path, case: Case) -> object:
    while True:
        pass


def leaking(folder: Path, case: Case) -> object:
    return bytearray(3_000_000_000)


def littering(folder: Path, case: Case) -> object:
    (folder / ".new-t.csv").write_bytes(b"")
    return None


def overwriting(folder: Path, case: Case) -> object:
    (folder / "t.csv").write_bytes(b"mine now")
    raise DataError("refused")


def warning(folder: Path, case: Case) -> object:
    warnings.warn("overflow", RuntimeWarning, stacklevel=1)
    return None


class RawError(DataError):
    """An error whose text goes out as it is, past the door that all others go through."""

    def __str__(self) -> str:
        return str(self.args[0])


def raising(error: Exception) -> Callable[[Path, Case], object]:
    def read(folder: Path, case: Case) -> object:
        raise error

    return read


PLANTED = {
    "KeyError in": raising(KeyError("k")),
    "RecursionError in": raising(RecursionError()),
    "MemoryError in": leaking,
    "message holds control characters": raising(RawError("found '\x1b[31m'")),
    "message is too long": raising(RawError("found " + "x" * 5000)),
    "message is empty": raising(DataError("")),
    "files (accepted)": littering,
    "files (refused)": overwriting,
    "RuntimeWarning in": warning,
    "time: ": looped,
}


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_fault_is_found(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rule.SECONDS", 0.2)
    tally = fire(CASES, judge_of(Reader("planted", CASES, PLANTED[kind])), 3)
    assert tally.counts == {"fault": 3}
    assert [each.startswith(kind) for each in tally.faults] == [True]


def test_a_property_that_does_not_hold_is_a_fault() -> None:
    def holds(read: object) -> None:
        assert read == "right"

    tally = fire(CASES, judge_of(Reader("planted", CASES, lambda folder, case: "wrong", holds)), 3)
    assert [each.partition(":")[0] for each in tally.faults] == ["property"]


def test_a_bug_in_a_reader_is_named_by_its_place_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts of 13 are planted to break the program; the harness says where, and with how little."""
    whole = studies.whole_number

    def broken(cell: str) -> int:
        if whole(cell) == 13:
            raise IndexError(cell)
        return whole(cell)

    monkeypatch.setattr(studies, "whole_number", broken)
    reader = readers()["counts"]
    tally = fire(reader.cases, judge_of(reader), 300)
    kinds = [kind for kind in tally.faults if kind.startswith("IndexError in inputs/estimates/studies.py")]
    assert kinds
    case = smaller(tally.faults[kinds[0]][0], kinds[0], judge_of(reader))
    assert b"13" in case.files["t.csv"]
    assert case.files["t.csv"].count(b"\n") <= 3
    assert breaks(case, kinds[0], judge_of(reader))


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        ("t.csv: row 3: found 'x'; must be a number", ""),
        ("a\nb", ""),
        ("found '\x00'", "control"),
        ("found '\u202e'", "control"),
        ("one\ttab", "control"),
        (" \n", "empty"),
        ("x\n" * 50, "long"),
        ("x" * 3000, "long"),
    ],
)
def test_messages_are_short_and_show_what_they_hold(message: str, problem: str) -> None:
    assert problem in message_problem(message)
    assert bool(problem) == bool(message_problem(message))


@pytest.mark.parametrize(
    ("ran", "fault"),
    [
        (Ran(3, "", "error: x", ()), "exit status"),
        (Ran(1, "", "Traceback (most recent call last)", ()), "traceback"),
        (Ran(2, "half a result", "error: x", ()), "standard output"),
        (Ran(2, "", "error: x\nerror: y", ()), "2 messages"),
        (Ran(2, "", "error: x\nmore", ()), "lines after"),
        (Ran(2, "", "", ()), "0 messages"),
        (Ran(0, "", "error: x", ()), "exit status 0"),
    ],
)
def test_a_command_leaves_one_message(ran: Ran, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        weighed(ran)


def test_a_command_without_words_shows_its_help() -> None:
    with pytest.raises(DataError, match="help"):
        weighed(Ran(2, "\n Usage: bayes-ivig [OPTIONS] COMMAND\n", "", ()))


def test_a_case_gives_back_the_limits_it_ran_under() -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_DATA)
    handlers = signal.getsignal(signal.SIGPROF), signal.getsignal(signal.SIGALRM)
    reader = Reader("planted", CASES, raising(DataError("no")))
    assert judge_of(reader)(Case()) == "refused"
    assert resource.getrlimit(resource.RLIMIT_DATA) == limits
    assert (signal.getsignal(signal.SIGPROF), signal.getsignal(signal.SIGALRM)) == handlers
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_case_that_waits_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("rule.WAITING", 0.3)
    os.mkfifo(tmp_path / "pipe")
    reader = Reader("planted", CASES, lambda folder, case: (tmp_path / "pipe").read_bytes())
    began = time.monotonic()
    with pytest.raises(Fault, match="no answer"):
        judge_of(reader)(Case())
    assert time.monotonic() - began < 30
