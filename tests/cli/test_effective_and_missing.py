"""Fractional counts and people who were not seen, on the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from command import HEADER, Ran

type Ask = Callable[..., Ran]

FRACTIONS = HEADER + "a,7.5,30,4,20.25\nb,4,30,9,40\n"
LOST = HEADER.replace("\n", ",treatment_missing,control_missing\n") + "a,10,50,8,52,5,12\nb,4,30,9,40,,6\n"


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("command", [("fit",), ("pool", "--method", "dl"), ("subsets",)])
def test_fractions_are_taken_where_asked_for(ask: Ask, tmp_path: Path, command: tuple[str, ...]) -> None:
    path = written(tmp_path, FRACTIONS)
    refused = ask(command[0], path, *command[1:])
    assert refused.status == 2
    assert "column treatment_events: found '7.5'" in refused.err
    assert "--fractional" in refused.err
    assert ask(command[0], path, *command[1:], "--fractional", "--json").status == 0


def test_a_conditional_likelihood_refuses_fractions(ask: Ask, tmp_path: Path) -> None:
    ran = ask("fit", written(tmp_path, FRACTIONS), "--fractional", "--likelihood", "hypergeometric")
    assert ran.status == 2
    assert "effective counts that are no whole numbers (a): not for the hypergeometric likelihood" in ran.err


def test_people_who_were_not_seen(ask: Ask, tmp_path: Path) -> None:
    path = written(tmp_path, LOST)
    available, modelled = ask("fit", path, "--json"), ask("fit", path, "--missing", "imor(1, 1)", "--json")
    assert (available.status, modelled.status) == (0, 0)
    assert "missing" not in available.document["model"]
    assert modelled.document["model"]["missing"] == "imor(1, 1)"
    assert modelled.document["mu"]["mean"] != available.document["mu"]["mean"]
    assert "imor(1, 1)" in ask("fit", path, "--missing", "imor(1, 1)").out
    wrong = ask("fit", path, "--missing", "imor(1, -1)")
    assert wrong.status == 2
    assert "a standard deviation between 0 and 5" in wrong.err
