"""Commands as users start them, each a process of its own under bounds of memory and time: what a test in one
process cannot try, and a sample of what it can.
"""

import os
import resource
import sys
import tempfile
from pathlib import Path
from subprocess import PIPE, Popen, TimeoutExpired

import pytest
from fire import fire
from readers.commands import BIN, GOOD, Ran, holds, lines, weighed, written
from rule import Case, Fault, judge

pytestmark = pytest.mark.slow

MEMORY = 3_000_000_000  # bytes of memory that is written to
SECONDS = 120
MANY = 12  # command lines of chance

# what only a process can be given: devices, pipes, its own files as outputs, arguments that are no UTF-8
LINES = {
    "a device without an end": ["pool", "/dev/zero"],
    "a device of chance": ["pool", "/dev/urandom"],
    "nothing": ["pool", "/dev/null"],
    "claims of a device": ["audit", "/dev/zero"],
    "a model of a device": ["models", "show", "/dev/zero"],
    "options of a device": ["report", "t.csv", "--options", "/dev/zero"],
    "a folder": ["pool", "sub"],
    "a name of bytes": ["pool", b"\xff\xfe.csv"],
    "an output of bytes": ["pool", "t.csv", "--trials", b"\xff"],
    "the input as output": ["compare-priors", "t.csv", "--csv", "t.csv"],
    "a path that is too long": ["report", "t.csv", "--out", "a" * 5000],
    "a name that is too long": ["benefit", "t.csv", "--csv", "a" * 300],
    "a folder that is not ours": ["report", "t.csv", "--out", "sub"],
}


def started(folder: Path, words: list[str | bytes]) -> Ran:
    """Run a command as a process; raises ``Fault`` where it does not end."""
    bounds = (resource.RLIMIT_DATA, (MEMORY, MEMORY))
    process = Popen(
        [BIN, *words], cwd=folder, stdin=PIPE, stdout=PIPE, stderr=PIPE,
        preexec_fn=lambda: resource.setrlimit(*bounds),  # noqa: PLW1509 - nothing else runs in it
        env={**os.environ, "BAYES_IVIG_CACHE": "off", "OPENBLAS_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    try:
        out, err = process.communicate(timeout=SECONDS)
    except TimeoutExpired:
        process.kill()
        process.communicate()
        raise Fault("time", f"no end in {SECONDS} seconds") from None
    return Ran(process.returncode, out.decode(), err.decode(), tuple(map(os.fsdecode, words)))


def read(folder: Path, case: Case) -> Ran:
    return weighed(started(folder, list(case.arguments)))


@pytest.mark.parametrize("name", LINES)
def test_what_only_a_process_can_be_given(name: str, tmp_path: Path) -> None:
    words = LINES[name]
    case = Case(GOOD, tuple(map(os.fsdecode, words)))
    assert judge(case, read, holds, tmp_path) == "refused"


def test_command_lines_of_chance(request: pytest.FixtureRequest) -> None:
    def judged(case: Case) -> str:
        with tempfile.TemporaryDirectory() as folder:
            return judge(case, read, holds, Path(folder), written(case))

    tally = fire(lines(), judged, MANY)
    request.node.user_properties.append(("hostile", {"processes": dict(tally.counts)}))
    assert not tally.faults
    assert tally.counts["refused"] > 3
    assert tally.counts["accepted"] >= 1
