"""``bayes-ivig selection`` from the outside: text, JSON, CSV, charts, and what is refused."""

import csv
from pathlib import Path

import pytest
from command import Ask, table

import bayes_ivig as bi

CASE = ("selection", "ivig", "--outcome", "live_birth")
SAME = 5e-4  # of a probability


def test_every_form(ask: Ask, tmp_path: Path) -> None:
    written, drawn = tmp_path / "curve.csv", tmp_path / "curve.svg"
    done = ask(*CASE, "--json", "--csv", str(written), "--plot", str(drawn), "--line", "0.8")
    assert (done.status, done.err) == (0, "")
    document = done.document
    found = bi.bias.selection(bi.load_dataset("ivig", "live_birth"))
    assert document["selection"]["prob_or_gt_1"] == pytest.approx(found.posterior["mu"].prob_above(0))
    assert document["tipping"] == pytest.approx(
        {"of": "benefit", "line": 0.8, "weight": found.tipping(0.8), "smallest_looked_at": 0.05}
    )
    assert [step["p_to"] for step in document["steps"]] == [0.025, 1]
    with written.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["selection"] for row in rows[:3]] == ["none", "uniform", "fixed"]
    assert float(rows[1]["prob_or_gt_1"]) == pytest.approx(document["selection"]["prob_or_gt_1"])
    assert 'role="img"' in drawn.read_text(encoding="utf-8")


def test_the_first_lines_answer(ask: Ask) -> None:
    text = ask(*CASE, "--line", "0.8")
    assert (text.status, text.err) == (0, "")
    assert all(len(line) <= 80 for line in text.out.splitlines())
    start = " ".join(text.out.split("trials published")[0].split())
    assert "P(benefit) from 0.879 to 0.73" in start
    assert "P(benefit) falls below 0.8 once a trial with p above 0.025 is published less than" in start


def test_what_is_asked_is_what_is_fitted(ask: Ask) -> None:
    document = ask(
        *CASE, "--steps", "0.05", "--side", "two", "--weights", "0.3", "--mu-prior", "normal(0, 1)",
        "--tau-prior", "half_normal(1)", "--likelihood", "normal", "--json",
    ).document  # fmt: skip
    model = bi.models.Selection(
        (0.05,), "two", weights=0.3, mu="normal(0, 1)", tau="half_normal(1)", likelihood="normal"
    )
    fitted = bi.fit(bi.load_dataset("ivig", "live_birth"), model)
    assert document["selection"]["prob_or_gt_1"] == pytest.approx(fitted["mu"].prob_above(0), abs=SAME)
    assert document["weights"] == "0.3"
    assert document["direction"] is None


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--steps", "0.025;0.5"), "--steps: found '0.025;0.5'; give numbers between 0 and 1 and commas"),
        (("--steps", "0.5,0.025"), "steps"),
        (("--weights", "wide"), "weights"),
        (("--weights", "0.3,0.2"), "weights"),
        (("--line", "95"), "--line: found 95; must lie between 0 and 1"),
        (("--likelihood", "binomial"), "hypergeometric"),
        (("--side", "three"), "side"),
        (("--direction", "up"), "direction"),
        (("--test", "t"), "test"),
    ],
)
def test_what_cannot_be_asked(ask: Ask, options: tuple[str, ...], why: str) -> None:
    done = ask(*CASE, *options)
    assert (done.status, done.out) == (2, "")
    assert why in " ".join(done.err.split())


def test_a_table_that_does_not_say_what_is_good(ask: Ask, tmp_path: Path) -> None:
    mine = table(tmp_path, "A,5,40,12,41\nB,4,50,9,52\nC,2,20,3,19\n")
    refused = ask("selection", mine)
    assert refused.status == 2
    assert "does not say whether an event is good or bad" in " ".join(refused.err.split())
    done = ask("selection", mine, "--direction", "below")
    assert done.status == 0
    assert "P(OR < 1)" in done.out
    assert "P(benefit)" not in done.out
