"""The command, ready to be called by a test."""

import pytest
from command import Ask, call


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run the command in this process: ``ask("fit", "ivig", ...)``."""
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *arguments: call(monkeypatch, capsys, *arguments)
