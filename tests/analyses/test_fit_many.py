"""Many tables: each row is that of its table alone, whatever becomes of others and wherever it is made."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bayes_ivig as bi
from bayes_ivig.analyses.processes import AHEAD, in_order
from bayes_ivig.errors import ModelError

MANY = 210  # more than are done before processes begin


def tables(n: int) -> Iterator[bi.Dataset]:
    rng = np.random.default_rng(7)
    for i in range(n):
        totals = rng.integers(15, 120, (2, int(rng.integers(2, 7))))
        events = rng.binomial(totals, [[0.3], [0.4]])
        rows = zip(events[0], totals[0], events[1], totals[1], strict=True)
        studies = tuple(bi.Study(f"S{j}", *map(int, row)) for j, row in enumerate(rows))
        yield bi.Dataset(studies, name=f"table {i}")


EMPTY = bi.Dataset((bi.Study("A", 0, 0, 1, 10),), name="empty")
SMD = bi.Effects([0.2, 0.5], [0.2, 0.3], measure="SMD", name="smd")


def odds_below_one(posterior: bi.Posterior) -> float:
    return float(posterior["mu"].prob_below(0.0))


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    ask = {"low": "OR < 0.8", "below_one": odds_below_one}
    return bi.fit_many(tables(MANY), ask=ask, level=0.9, workers=0)


def test_a_row_is_that_of_its_table_alone(frame: pd.DataFrame) -> None:
    assert frame["label"].tolist() == [f"table {i}" for i in range(MANY)]
    assert set(frame["status"]) == {"fitted"}
    for row, dataset in list(zip(frame.to_dict("records"), tables(MANY), strict=True))[::9]:
        posterior = bi.fit(dataset)
        assert row["or_median"] == posterior.effect.median
        assert (row["or_lower"], row["or_upper"]) == tuple(np.exp(posterior["mu"].quantile([0.05, 0.95])))
        assert (row["k"], row["level"], row["measure"]) == (posterior.k, 0.9, "OR")
        assert row["prob_or_gt_1"] == posterior.effect.prob_above(1.0)
        assert row["below_one"] == pytest.approx(1 - row["prob_or_gt_1"], abs=1e-12)
        assert row["low"] == posterior.odds_ratio.prob_below(0.8)
        assert row["tau_median"] == posterior["tau"].median
        assert row["log_marginal_likelihood"] == posterior.log_marginal_likelihood


@pytest.mark.slow
def test_processes_change_nothing(frame: pd.DataFrame) -> None:
    ask = {"low": "OR < 0.8", "below_one": odds_below_one}
    pd.testing.assert_frame_equal(bi.fit_many(tables(MANY), ask=ask, level=0.9), frame, check_exact=True)


def test_what_cannot_be_fitted_is_a_row_with_its_reason() -> None:
    of = list(tables(2))
    rows = bi.fit_many(iter([of[0], EMPTY, "own.csv", of[1]]), ask={"low": "OR < 0.8"})  # type: ignore[arg-type]
    assert rows["status"].tolist() == ["fitted", "not fitted", "not fitted", "fitted"]
    assert "no study" in rows["reason"][1] or "information" in rows["reason"][1]
    assert rows["reason"][2] == "found the text 'own.csv'; must be a Dataset"
    assert rows[["k", "or_median", "low", "tau_median"]].isna().any(axis=1).tolist() == [
        False,
        True,
        True,
        False,
    ]
    alone = bi.fit_many([of[1]], ask={"low": "OR < 0.8"}).iloc[0]
    assert rows.iloc[3]["or_median"] == alone["or_median"]
    nothing = bi.fit_many([EMPTY])
    assert np.isnan(nothing["effect_median"][0])
    assert len(bi.fit_many([])) == 0


def test_tables_on_several_measures_share_columns() -> None:
    rows = bi.fit_many([*tables(1), SMD], ask={"above": "effect > 0.3", "odds": "OR > 1"})
    assert rows["measure"].tolist() == ["OR", "SMD"]
    smd = bi.fit(SMD)
    assert rows["effect_median"][1] == smd.effect.median
    assert rows["above"][1] == smd.effect.prob_above(0.3)
    assert rows["status"].tolist() == ["fitted", "not answered"]
    assert rows["reason"][1] == "odds: asks of OR, and this table is on SMD"
    assert np.isnan(rows["odds"][1])


def test_a_function_that_fails_takes_no_other_answer_along() -> None:
    rows = bi.fit_many(
        {"mine": EMPTY, "yours": next(tables(1))}, ask={"bad": lambda _: 1 / 0, "low": "OR < 1"}
    )
    assert rows["label"].tolist() == ["mine", "yours"]
    assert rows["status"].tolist() == ["not fitted", "not answered"]
    assert rows["reason"][1] == "bad: ZeroDivisionError: division by zero"
    assert 0 < rows["low"][1] < 1


@pytest.mark.parametrize("text", ["OR", "OR <= 1", "< 1", "P(OR < 1)", "OR < one", ""])
def test_a_text_that_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(
        ModelError, match=r"ask\['mine'\]: found '.*'; must be a measure, < or >, and a value"
    ):
        bi.fit_many(tables(1), ask={"mine": text})


def test_a_model_that_is_only_sampled_is_refused_at_once() -> None:
    with pytest.raises(ModelError, match="which only sampling holds"):
        bi.fit_many(tables(1), "bivariate")


@pytest.mark.slow
def test_parts_are_fetched_as_they_are_needed() -> None:
    made = 0

    def parts() -> Iterator[str]:
        nonlocal made
        for i in range(40):
            made += 1
            yield "x" * i

    for taken, size in enumerate(in_order(len, parts(), 2)):
        assert size == taken
        assert made <= taken + 2 * AHEAD + 2


SCRIPT = """
import sys
sys.path.insert(0, {here!r})
from test_fit_many import MANY, tables
import bayes_ivig as bi
print("begun")
for _ in range({times}):
    frame = bi.fit_many(tables(MANY), workers=2)
print(len(frame), frame["status"].nunique())
"""


@pytest.mark.slow
def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(here=str(Path(__file__).parent), times=1), encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, timeout=300)
    assert (done.stdout, done.stderr) == (f"begun\n{MANY} 1\n", "")


def running_in(group: int) -> list[str]:
    listed = subprocess.run(["ps", "-wweo", "pgid=,stat=,args="], capture_output=True, text=True, check=True)
    lines = [line.split(None, 2) for line in listed.stdout.splitlines()]
    return [" ".join(line) for line in lines if line[0] == str(group) and not line[1].startswith("Z")]


@pytest.mark.slow
def test_processes_leave_on_an_interrupt(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(here=str(Path(__file__).parent), times=1000), encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while sum("spawn_main" in each for each in running_in(run.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(run.pid, signal.SIGINT)
    _, error = run.communicate(timeout=60)
    assert "KeyboardInterrupt" in error
    while running_in(run.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert running_in(run.pid) == []
