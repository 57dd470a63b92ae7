"""Which command has which of the options that commands share, and what these do in each."""

import csv
import io
import json
import os
import sys
from functools import cache
from pathlib import Path

import pytest
import typer
from command import Ask, Ran

import bayes_ivig as bi
from bayes_ivig.cli.app import app

pytestmark = pytest.mark.slow

SHARED = ("--json", "--csv", "--plot", "--level")
TABLE = (
    "study,treatment_events,treatment_total,control_events,control_total,year,design\n"
    "A,5,40,12,41,1990,a\nB,4,50,9,52,1995,a\nC,2,20,3,19,2001,b\nD,7,30,9,33,2004,b\n"
)
# command: has --json, --csv, --plot, --level; takes a table through -
HAS = {
    "fit": ("--json --csv --plot --level", True),
    "pool": ("--json --csv --plot --level", True),
    "contrast": ("--json --csv --plot --level", True),
    "next-trial": ("--json --csv --plot --level", True),
    "update": ("--json --csv --plot --level", True),
    "average": ("--json --csv --plot --level", True),
    "regress": ("--json --csv --plot --level", True),
    "subsets": ("--json --csv --plot --level", True),
    "benefit": ("--json --csv --plot --level", True),
    "benefit-harm": ("--json --csv --plot --level", True),
    "check": ("--json --csv --level", True),  # drawn in the report, beside other trial sets
    "compare-priors": ("--json --csv --plot --level", True),
    "selection": ("--json --csv --plot --level", True),
    "tipping": ("--json --csv --plot", True),  # limits are of the conclusion's own probability
    "reconstruct": ("--json --csv", True),  # tables of counts: no limits, nothing drawn
    "audit": ("--json --csv", True),  # checks: no limits, nothing drawn; counts come through -
    "calibrate": ("--json --csv --plot", False),  # simulates its tables; levels are in its columns
    "import": ("--json", True),  # -o writes its table
    "report": ("", False),  # a folder, which names its source
    "models": ("--json", False),
    "data": ("--json", False),
}
RUNS = {
    "fit": ("fit", "-"),
    "pool": ("pool", "-"),
    "contrast": ("contrast", "-", "--by", "design"),
    "subsets": ("subsets", "-", "--leave-one-out"),
    "benefit": ("benefit", "-"),
    "check": ("check", "-"),
    "compare-priors": ("compare-priors", "-", "--mu", "normal(0, 1)", "--tau", "half_normal(1)"),
    "selection": ("selection", "-", "--direction", "below"),
    "tipping": ("tipping", "-"),
    "update": ("update", "-", "--by", "year"),
}


@cache
def parameters(name: str) -> dict[str, str]:
    """The options of a command, of a group those of its own, with what its help says."""
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    return {option: getattr(each, "help", "") or "" for each in command.params for option in each.opts}


def feed(monkeypatch: pytest.MonkeyPatch, path: Path, text: str) -> None:
    """Let standard input be this text."""
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", path.open(encoding="utf-8"))


def rows_of(ran: Ran) -> list[dict[str, str]]:
    """The table on standard output, which holds nothing else."""
    return list(csv.DictReader(io.StringIO(ran.out)))


def test_every_command_is_in_the_table() -> None:
    assert set(typer.main.get_command(app).commands) == set(HAS)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", HAS)
def test_a_command_has_what_the_table_says(name: str) -> None:
    has = parameters(name)
    assert [option for option in SHARED if option in has] == HAS[name][0].split()
    data = next((text for option, text in has.items() if option in ("data", "--counts", "table", "file")), "")
    assert (" -" in data) == HAS[name][1]


@pytest.mark.parametrize("name", RUNS)
def test_a_table_through_standard_input_is_that_of_the_file(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    command, _, *rest = RUNS[name]
    feed(monkeypatch, tmp_path / "stdin.csv", TABLE)
    piped = ask(command, "-", *rest, "--csv", "-")
    assert (piped.status, piped.err) == (0, "")
    named = ask(command, str(tmp_path / "stdin.csv"), *rest, "--csv", str(tmp_path / "out.csv"))
    assert named.status == 0
    assert piped.out == (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert rows_of(piped) and named.out
    feed(monkeypatch, tmp_path / "stdin.csv", TABLE)
    document = ask(command, "-", *rest, "--json").document
    assert document == ask(command, str(tmp_path / "stdin.csv"), *rest, "--json").document


@pytest.mark.parametrize("name", [name for name in RUNS if "--level" in HAS[name][0]])
def test_a_level_is_that_of_every_limit(ask: Ask, tmp_path: Path, name: str) -> None:
    command, _, *rest = RUNS[name]
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    narrow, wide = (
        rows_of(ask(command, str(path), *rest, "--level", level, "--csv", "-")) for level in ("0.5", "0.9")
    )
    assert {row["level"] for row in narrow} == {"0.5"} and {row["level"] for row in wide} == {"0.9"}
    lower, upper = (next(each for each in narrow[0] if each.endswith(end)) for end in ("lower", "upper"))
    for one, other in zip(narrow, wide, strict=True):
        assert float(other[lower]) <= float(one[lower]) <= float(one[upper]) <= float(other[upper])
    if "--plot" not in HAS[name][0] or name == "subsets":
        return
    drawn = tmp_path / "drawn.svg"
    assert ask(command, str(path), *rest, "--plot", str(drawn), "--level", "0.9").status == 0
    text = drawn.read_text(encoding="utf-8")
    assert 'role="img"' in text
    assert name == "benefit" or ("90%" in text and "95%" not in text)


def test_the_limits_of_subsets_are_those_of_a_fit_and_of_pooling_at_that_level(
    ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    level = ("--level", "0.8")
    (row,) = rows_of(ask("subsets", str(path), "--size", "4", *level, "--csv", "-"))
    mu = rows_of(ask("fit", str(path), *level, "--csv", "-"))[0]
    for one, other in (("or_lower", "lower"), ("or_median", "median"), ("or_upper", "upper")):
        assert float(row[one]) == pytest.approx(float(mu[other]), rel=2e-3)
    pooled = bi.pool(bi.load_dataset(path), method="revman-random", level=0.8).ratio
    for name, limit in (("pooled_ci_lower", pooled.lower), ("pooled_ci_upper", pooled.upper)):
        assert float(row[name]) == pytest.approx(limit, rel=1e-6)


def test_a_chart_at_another_level_is_refused_where_it_would_be_wrong(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    ran = ask("subsets", str(path), "--cumulative", "--level", "0.5", "--plot", str(tmp_path / "a.svg"))
    assert ran.status == 2 and "leave --level out" in ran.err
    assert not (tmp_path / "a.svg").exists()


def test_a_table_and_a_document_cannot_share_standard_output(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    ran = ask("fit", str(path), "--json", "--csv", "-")
    assert (ran.status, ran.out) == (2, "")
    assert "--csv -: not with --json" in ran.err


def test_no_drawing_goes_to_standard_output(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = ask("fit", str(path), "--plot", "-")
    assert ran.status == 2 and "--plot: found '-'; only tables go to standard output" in ran.err
    assert not (tmp_path / "-").exists()


def test_a_terminal_and_a_closed_stream_are_refused(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    leader, follower = os.openpty()
    monkeypatch.setattr(sys, "stdin", os.fdopen(follower, encoding="utf-8"))
    ran = ask("fit", "-")
    assert (ran.status, ran.out) == (2, "")
    assert "standard input is a device or a terminal" in " ".join(ran.err.split())
    os.close(leader)
    monkeypatch.setattr(sys, "stdin", io.StringIO(TABLE))
    assert "standard input is closed" in " ".join(ask("pool", "-").err.split())


def test_too_much_and_what_is_no_table_through_standard_input(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    feed(monkeypatch, tmp_path / "t.csv", "a,b\n1,2\n")
    ran = ask("fit", "-")
    assert ran.status == 2 and "standard input" in ran.err
    with (tmp_path / "large.csv").open("wb") as large:
        large.truncate(65 * 2**20)
    monkeypatch.setattr(sys, "stdin", (tmp_path / "large.csv").open(encoding="utf-8"))
    ran = ask("fit", "-")
    assert ran.status == 2 and "at most 67,108,864" in " ".join(ran.err.split())


def test_a_sidecar_of_the_same_name_is_not_taken(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "standard input.toml").write_text('event = "bad"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    feed(monkeypatch, tmp_path / "t.csv", TABLE)
    assert "whether an event is good or bad is not stated" in " ".join(ask("fit", "-").out.split())


def test_groups_by_name_are_those_of_the_function(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    named = {"early": ["A", "B"], "late": ["C", "D"]}
    found = bi.trials.contrast(bi.load_dataset(path), named, difference="normal(0, 1)")
    ran = ask("contrast", str(path), "--by", json.dumps(named), "--difference", "normal(0, 1)", "--csv", "-")
    last = rows_of(ran)[-1]
    assert last["group"] == "early / late"
    assert float(last["median"]) == pytest.approx(found.table().loc["early / late", "median"], rel=1e-7)
    for wrong in ("{", '{"a": 1}', '["A"]x{'):
        assert ask("contrast", str(path), "--by", wrong).status == 2


def test_a_plan_has_the_level_that_it_was_asked_with(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    asked = ("next-trial", str(path), "--per-arm", "20", "--control-risk", "0.2", "--csv", "-")
    narrow, wide = (rows_of(ask(*asked, "--level", level)) for level in ("0.5", "0.9"))
    assert {row["level"] for row in narrow} == {"0.5"} and {row["level"] for row in wide} == {"0.9"}
    for one, other in zip(narrow[:-1], wide[:-1], strict=True):
        assert float(one["expected_width"]) < float(other["expected_width"])
