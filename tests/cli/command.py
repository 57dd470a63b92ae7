"""How the tests of this folder run the command: in this process where only its answer matters,
else as users do.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from pytest import CaptureFixture, MonkeyPatch

HEADER = "study,treatment_events,treatment_total,control_events,control_total\n"
BIN = Path(sys.executable).parent / "bayes-ivig"


class Ran(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output, in which NaN and infinities are refused."""
        found = json.loads(self.out, parse_constant=refuse)
        assert isinstance(found, dict)
        return found


type Ask = Callable[..., Ran]


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def call(monkeypatch: MonkeyPatch, capsys: CaptureFixture[str], *arguments: str) -> Ran:
    """Run ``main`` here with these arguments; a fault of the program is raised as it was."""
    from bayes_ivig.cli import main
    from bayes_ivig.cli.faults import FAULT, SHOWN

    monkeypatch.setattr(sys, "argv", ["bayes-ivig", *arguments])
    monkeypatch.setenv(SHOWN, "1")
    capsys.readouterr()
    status = 0
    try:
        main()
    except SystemExit as left:
        if left.code == FAULT and left.__cause__:
            raise left.__cause__ from None
        status = left.code if isinstance(left.code, int) else 0
    out, err = capsys.readouterr()
    return Ran(status, out, err)


def run(*arguments: str, **options: Any) -> Ran:
    """Run the installed command as its own process; a fault of the program is no answer to any test."""
    from bayes_ivig.cli.faults import FAULT

    done = subprocess.run(
        [BIN, *arguments], capture_output=True, text=True, encoding="utf-8", check=False, **options
    )
    assert done.returncode != FAULT, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def table(folder: Path, rows: str, name: str = "mine.csv") -> str:
    """Write a counts CSV and return its path."""
    path = folder / name
    path.write_text(HEADER + rows, encoding="utf-8")
    return str(path)
