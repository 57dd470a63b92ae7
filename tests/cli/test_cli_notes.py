"""Warnings of ours leave the command as plain notes on standard error; others as Python prints them."""

import warnings

import pytest

import bayes_ivig.cli.app
from bayes_ivig.cli import main
from bayes_ivig.files.cache import CacheWarning


def test_a_warning_of_ours_is_a_note(monkeypatch, capsys) -> None:
    def app(**_: object) -> None:
        warnings.simplefilter("always")
        warnings.warn("answer.json: a stored sampled answer is left aside", CacheWarning, stacklevel=1)
        warnings.warn("from elsewhere", RuntimeWarning, stacklevel=1)

    monkeypatch.setattr(bayes_ivig.cli.app, "app", app)
    before = warnings.showwarning
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0
    assert warnings.showwarning is before
    out, err = capsys.readouterr()
    first, second, *_ = err.splitlines()
    assert first == "note: answer.json: a stored sampled answer is left aside"
    assert "RuntimeWarning: from elsewhere" in second
    assert not out
