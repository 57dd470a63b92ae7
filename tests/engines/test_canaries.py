"""The hash of the exact engine: the same for what computes the same, another one for another number."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import bayes_ivig
from bayes_ivig import Quadrature
from bayes_ivig.engines.grid import canaries
from bayes_ivig.engines.grid.canaries import (
    CANARIES,
    TOLERANCE,
    Canary,
    answers_to,
    engine_sha256,
    hash_of,
    same,
)

pytestmark = pytest.mark.slow

STATED = tuple(canary.answers for canary in CANARIES)
FINER = Quadrature(tolerance=1e-7, refinements=6)


@pytest.mark.parametrize("canary", CANARIES, ids=[canary.name for canary in CANARIES])
def test_the_answers_are_the_stated_ones(canary: Canary) -> None:
    """Where the engine's numbers change on purpose, these are the ones to state in their place."""
    assert tuple(round(value, 7) for value in answers_to(canary)) == pytest.approx(canary.answers, abs=2e-7)


@pytest.mark.parametrize("canary", CANARIES, ids=[canary.name for canary in CANARIES])
def test_a_finer_grid_is_the_same_engine(canary: Canary) -> None:
    """The stated answers are right to a quarter of the tolerance,
    so that noise of the grid does not use it up.
    """
    assert answers_to(canary, FINER) == pytest.approx(canary.answers, abs=TOLERANCE / 4)


def test_the_tables_reach_what_the_engine_is_used_for() -> None:
    models = [dict(canary.model) for canary in CANARIES]
    assert {"binomial", "hypergeometric", "normal"} == {
        model.get("likelihood", "binomial") for model in models
    }
    assert {"random", "common", "student_t(4)"} == {model.get("effects", "random") for model in models}
    assert {"control", "midpoint"} == {model.get("baseline", "midpoint") for model in models}
    cells = [row for canary in CANARIES for row in canary.counts]
    assert (
        any(0 in row for row in cells)
        and any(row[0] == row[2] == 0 for row in cells)
        and any(min(row) > 400 for row in cells)
    )
    assert len(STATED) == 12 and not all(len(answers) == 7 for answers in STATED), (
        "one has no marginal likelihood"
    )


def test_what_changes_the_hash() -> None:
    own = hash_of(STATED)
    near = tuple(tuple(value + 0.9 * TOLERANCE for value in answers) for answers in STATED)
    assert hash_of(near) == own
    for place in range(len(STATED[0])):
        moved = list(STATED[0])
        moved[place] += 1.1 * TOLERANCE
        assert hash_of((tuple(moved), *STATED[1:])) != own
    assert hash_of(((*STATED[0][:-1], float("nan")), *STATED[1:])) != own
    assert not same(STATED[0], STATED[0][:-1])


def test_the_settings_change_the_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    own = hash_of(STATED)
    monkeypatch.setattr(canaries, "Quadrature", lambda: Quadrature(tolerance=1e-3))
    assert hash_of(STATED) != own


def hash_in(folder: Path, **environment: str) -> str:
    """The hash by a process of its own, with the package in that folder."""
    code = "from bayes_ivig.engines.grid.canaries import engine_sha256 as told; print(told())"
    run = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    done = subprocess.run(
        [sys.executable, "-c", code], env=run, cwd=folder, capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stderr
    return done.stdout.strip()


def test_a_comment_leaves_the_hash_and_a_number_changes_it(tmp_path: Path) -> None:
    root = Path(bayes_ivig.__file__).parent
    shutil.copytree(
        root, tmp_path / "bayes_ivig", ignore=shutil.ignore_patterns("__pycache__", "reporting", "cli")
    )
    curves = tmp_path / Path(sys.modules["bayes_ivig.engines.grid.curves"].__file__ or "").relative_to(
        root.parent
    )
    source = curves.read_text(encoding="utf-8")
    curves.write_text(f"# another comment\n{source}", encoding="utf-8")
    assert hash_in(tmp_path) == engine_sha256()
    assert "shaken(" in source, "what every value of a curve passes through, replaced below"
    # of logs: a likelihood of 1.001 times, and a sharper one
    for other in ("values + 0.0009995", "1.001 * values"):
        curves.write_text(f"{source}\n\ndef shaken(values):\n    return {other}\n", encoding="utf-8")
        assert hash_in(tmp_path) != engine_sha256()


def test_the_hash_does_not_hang_on_last_bits() -> None:
    assert {hash_in(Path(bayes_ivig.__file__).parents[1], BAYES_IVIG_SHAKE=seed) for seed in "035"} == {
        engine_sha256()
    }
