"""Whatever fails at whatever call of the system while something is written, or ends the process there: what
was there before is whole afterwards, all of it old or all of it new, and the next run leaves nothing about.

By hand every call is tried, here every ``EVERY``-th: set BAYES_IVIG_EVERY=1.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a process that is killed here is a fork"),
]

PROGRAM = Path(__file__).parent / "faulty_writes.py"
EVERY = os.environ.get("BAYES_IVIG_EVERY", "2")
CARELESS = "in place"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    work = tmp_path_factory.mktemp("faults")
    done = subprocess.run(
        [sys.executable, PROGRAM, work, EVERY],
        capture_output=True, text=True, check=False, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_nothing_is_lost_whatever_fails(found: dict[str, Any]) -> None:
    lost = {
        place: what
        for name, each in found.items()
        if name != CARELESS
        for place, what in each["lost"].items()
    }
    assert lost == {}
    assert all(each["changed"] for each in found.values())
    assert sum(each["injected"] for name, each in found.items() if name != CARELESS) > 500 / int(EVERY)


def test_what_is_written_in_place_is_found_out(found: dict[str, Any]) -> None:
    """The faults are real: one who writes carelessly loses something."""
    assert found[CARELESS]["lost"]
