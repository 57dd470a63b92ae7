"""What a trial is worth, on the command line: a second part, and only where it is asked for."""

import csv
import io
from pathlib import Path

import pytest
from command import Ask

import bayes_ivig as bi

TABLE = (
    "study,treatment_events,treatment_total,control_events,control_total\n"
    "A,5,40,12,41\nB,9,50,9,52\nC,6,20,3,19\n"
)
PLAN = ("--per-arm", "10", "--per-arm", "20", "--control-risk", "0.25")
STAKES = ("--event", "bad", "--cost", "0.01", "--population", "1000", "--horizon", "5", "--discount", "0.03")
COSTS = ("--cost-per-person", "0.02", "--fixed-cost", "1")


@pytest.fixture
def path(tmp_path: Path) -> str:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    return str(path)


def test_a_second_part_says_what_it_is_worth(ask: Ask, path: str) -> None:
    plain, more = ask("next-trial", path, *PLAN).out, ask("next-trial", path, *PLAN, *STAKES, *COSTS).out
    value = bi.planning.value_of_information(
        bi.fit(bi.load_dataset(path)), per_arm=[10, 20], control_risk=0.25, event="bad", cost=0.01,
        population=1000, horizon=5, discount=0.03, cost_per_person=0.02, fixed_cost=1, draws=2000,
    )  # fmt: skip
    assert more == f"{plain.rstrip()}\n\nWhat it is worth\n\n{value.text()}\n"


def test_the_document_has_one_key_more_and_the_table_more_columns(ask: Ask, path: str) -> None:
    plain = ask("next-trial", path, *PLAN, "--json").document
    document = ask("next-trial", path, *PLAN, *STAKES, *COSTS, "--json").document
    value = document.pop("value")
    assert document == plain
    assert value["sizes"][1]["cost"] == pytest.approx(1 + 0.02 * 40)
    assert value["evpi"] >= value["evppi"]["mu"] >= value["endless"]["evsi"] >= value["sizes"][1]["evsi"] > 0
    printed = ask("next-trial", path, *PLAN, *STAKES, *COSTS, "--csv", "-").out
    rows = list(csv.DictReader(io.StringIO(printed)))
    assert [float(row["evsi"]) for row in rows[:2]] == [each["evsi"] for each in value["sizes"]]
    assert float(rows[0]["prob_reaches_line"]) == plain["sizes"][0]["prob_reaches_line"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--population", "10"), "good or bad"),
        (("--event", "bad", "--fixed-cost", "1"), "people affected a year"),
        (("--event", "bad", "--cost", "0", "--in-trials", "2"), "--in-trials: not with --event"),
        (("--event", "neither"), "event"),
    ],
)
def test_what_cannot_be_weighed(ask: Ask, path: str, more: tuple[str, ...], said: str) -> None:
    ran = ask("next-trial", path, *PLAN, *more)
    assert (ran.status, ran.out) == (2, "") and said in " ".join(ran.err.split())
