"""The command, ready to be called by a test."""

from collections.abc import Callable

import pytest
from command import Ran, call

type Ask = Callable[..., Ran]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run the command in this process: ``ask("fit", "ivig", ...)``."""
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *arguments: call(monkeypatch, capsys, *arguments)
