"""Tables of very many trials at the command line: what is printed is bounded, and all of it can be had."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bayes_ivig.cli.app import app
from bayes_ivig.engines.grid import in_blocks

TRIALS = 300


@pytest.fixture
def counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(in_blocks, "HELD", 1)
    rows = [f"Trial {i},{5 + i % 7},50,{4 + i % 5},50" for i in range(TRIALS)]
    head = "study,treatment_events,treatment_total,control_events,control_total"
    (tmp_path / "many.csv").write_text("\n".join([head, *rows]))
    return str(tmp_path / "many.csv")


def test_a_fit_prints_the_first_trials_and_how_many_more(counts: str) -> None:
    done = CliRunner().invoke(app, ["fit", counts, "--likelihood", "normal"])
    assert done.exit_code == 0, done.output
    rows = [line for line in done.stdout.splitlines() if line.lstrip().startswith("Trial ")]
    assert 0 < len(rows) < TRIALS
    assert "and 100 more trials" in done.stdout
    assert "--json" in done.stdout


def test_json_holds_every_trial(counts: str) -> None:
    done = CliRunner().invoke(app, ["fit", counts, "--likelihood", "normal", "--json"])
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)["studies"]) == TRIALS


def test_a_product_of_too_many_priors_is_refused_before_the_work(counts: str) -> None:
    priors = [f"--mu=normal(0, {i})" for i in range(1, 1201)]
    taus = [f"--tau=half_normal({i})" for i in range(1, 1201)]
    done = CliRunner().invoke(app, ["compare-priors", counts, *priors, *taus])
    assert done.exit_code != 0
    assert "1,440,000" in str(done.exception)
    assert "1,000,000" in str(done.exception)
