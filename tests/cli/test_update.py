"""``bayes-ivig update``: the history on the terminal, a log of conclusions that grows when data change."""

import json
from pathlib import Path
from typing import Any

import pytest
from command import Ask, Ran

import bayes_ivig as bi
from bayes_ivig.inputs.characteristics.fingerprint import fingerprint

pytestmark = pytest.mark.slow

HEAD = "study,treatment_events,treatment_total,control_events,control_total,year\n"
ROWS = ["A,5,40,12,41,1990\n", "B,4,50,9,52,1995\n", "C,2,20,3,19,2001\n"]
DAY = "2026-12-01"


@pytest.fixture
def trials(tmp_path: Path) -> Path:
    path = tmp_path / "trials.csv"
    path.write_text(HEAD + "".join(ROWS), encoding="utf-8")
    return path


def entries(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def refused(ran: Ran, said: str) -> None:
    """One message, exit status 2, nothing on standard output."""
    words = " ".join(ran.err.split())
    assert (ran.status, ran.out) == (2, "") and words.startswith("error: ") and said in words, words


def keep(trials: Path, log: Path, day: str = DAY, *more: str) -> tuple[str, ...]:
    return ("update", str(trials), "--by", "year", "--log", str(log), "--date", day, *more)


def test_it_prints_the_history(ask: Ask, trials: Path) -> None:
    ran = ask("update", str(trials), "--by", "year")
    history = bi.history(bi.load_dataset(str(trials)), "binomial_normal")
    assert ran.status == 0 and ran.out.rstrip("\n") == history.text(width=80)
    document = ask("update", str(trials), "--by", "year", "--simulations", "3", "--json").document
    assert [look["at"] for look in document["looks"]] == ["1990", "1995", "2001"]
    assert [each["scenario"] for each in document["operating_characteristics"]] == ["prior", "no effect"]


def test_a_log_grows_only_when_the_data_or_the_model_change(ask: Ask, trials: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    first = ask(*keep(trials, log))
    assert first.status == 0 and "entry of 2026-12-01 written: New A, B, C" in first.err
    one = log.read_bytes()
    again = ask(*keep(trials, log, "2026-12-02", "--line", "0.9"))
    assert "nothing changed since the entry of 2026-12-01" in again.err and log.read_bytes() == one
    changed = ["A,5,40,13,41,1990\n", ROWS[2], "D,3,30,6,31,2010\n"]
    trials.write_text(HEAD + "".join(changed), encoding="utf-8")
    second = ask(*keep(trials, log, "2026-12-02"))
    assert "New D; other counts of A; removed B" in second.err
    assert log.read_bytes().startswith(one)
    third = ask(*keep(trials, log, "2026-12-02", "--tau-prior", "half_normal(1)"))
    assert "Another model" in third.err
    told = entries(log)
    assert [entry["date"] for entry in told] == [DAY, "2026-12-02", "2026-12-02"]
    assert told[1]["changed"] == {"new": ["D"], "counts": ["A"], "removed": ["B"], "model": False}
    dataset = bi.load_dataset(str(trials))
    post = bi.fit(dataset, "binomial_normal")
    assert told[1]["data_sha256"] == fingerprint(dataset)
    assert told[1]["estimate"] == pytest.approx(post.effect.median, rel=1e-6)
    assert (told[1]["lower"], told[1]["upper"]) == pytest.approx(post.effect.interval(0.95), rel=1e-6)
    assert told[1]["prob_benefit"] == pytest.approx(float(post["mu"].prob_above(0)), abs=1e-8)
    assert (told[1]["k"], told[1]["conclusion"], told[1]["trials"]) == (3, "neither", "all")
    assert told[2]["model"]["tau"] == "half_normal(1)"
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_order_of_rows_is_no_change(ask: Ask, trials: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    ask(*keep(trials, log))
    trials.write_text(HEAD + "".join(reversed(ROWS)), encoding="utf-8")
    assert "nothing was written" in ask(*keep(trials, log)).err
    assert len(entries(log)) == 1


def test_an_end_of_line_that_an_editor_took_is_put_back(ask: Ask, trials: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    ask(*keep(trials, log))
    log.write_bytes(log.read_bytes().rstrip(b"\n"))
    trials.write_text(HEAD + "".join(ROWS[:2]), encoding="utf-8")
    ask(*keep(trials, log))
    assert [entry["k"] for entry in entries(log)] == [3, 2]


DAMAGE = {
    "cut short": lambda text: text[: len(text) // 2],
    "no JSON": lambda _: "study,date\nA,2026\n",
    "a list": lambda _: "[1, 2]\n",
    "a key is gone": lambda text: text.replace('"conclusion"', '"conclusions"'),
    "counts are others": lambda text: text.replace("5\\t40", "6\\t40"),
    "another day": lambda text: text.replace(DAY, "2026-13-01"),
    "days that go back": lambda text: text.replace(DAY, "2026-12-31") + text,
    "binary": lambda _: "\x00\x01",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_log_is_refused_and_left_as_it_is(
    ask: Ask, trials: Path, tmp_path: Path, damage: str
) -> None:
    log = tmp_path / "log.jsonl"
    ask(*keep(trials, log))
    log.write_text(DAMAGE[damage](log.read_text(encoding="utf-8")), encoding="utf-8")
    before = log.read_bytes()
    ran = ask(*keep(trials, log))
    refused(ran, "log of conclusions")
    assert ran.err.count("\n") == 1 and ("line " in ran.err or damage == "binary")
    assert log.read_bytes() == before


def test_a_log_of_another_outcome_and_an_earlier_day_are_refused(
    ask: Ask, trials: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    ask(*keep(trials, log))
    before = log.read_bytes()
    other = ask("update", "ivig", "--outcome", "live_birth", "--log", str(log), "--date", DAY)
    refused(other, "is a log of 'trials OR'; found 'ivig live_birth OR'")
    earlier = ask(*keep(trials, log, "2026-11-30"))
    refused(earlier, "its last entry is of 2026-12-01; found the date 2026-11-30")
    assert log.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--log", "new.jsonl"), "--date DAY: is missing"),
        (("--date", DAY), "--log FILE: is missing"),
        (("--log", "new.jsonl", "--date", "1 December"), "date: found '1 December'"),
        (("--log", "new.jsonl", "--date", "20261201"), "a day such as 2026-12-01"),
        (("--log", "-", "--date", DAY), "found '-'"),
        (("--log", "trials.csv", "--date", DAY), "is read by this command"),
        (("--log", "new.csv", "--csv", "new.csv", "--date", DAY), "is the same file"),
        (("--log", ".", "--date", DAY), "is a folder"),
        (("--log", "no/such/log.jsonl", "--date", DAY), "no such folder"),
    ],
    ids=["no date", "no log", "words", "digits", "dash", "the table", "two outputs", "folder", "nowhere"],
)
def test_what_cannot_be_kept(
    ask: Ask,
    trials: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(trials.parent)
    refused(ask("update", "trials.csv", "--by", "year", *options), said)
    assert [path.name for path in trials.parent.iterdir()] == ["trials.csv"]


def test_a_log_does_not_lie_in_the_folder_of_a_report(
    ask: Ask, trials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bayes_ivig.reporting.report.folder.is_report", lambda folder: folder == tmp_path)
    refused(ask(*keep(trials, tmp_path / "log.jsonl")), "lies in the folder of a report")
