"""``--json``: the documents of every command, their keys in version 2, and version 1 as it was."""

import json
import math
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from command import Ask
from typer.testing import CliRunner

import bayes_ivig as bi
from bayes_ivig.cli.app import app
from bayes_ivig.cli.json_version import spelt_out
from bayes_ivig.reporting.document_keys import plain_key, plain_keys

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
FORMER = HERE / "former_documents"  # of release 0.1, as the commands printed them
KEY = re.compile(r"[a-z][a-z0-9_]*")
SAME = 1e-6  # relative, of numbers printed with eight digits on another processor
LIVE = ("ivig", "--outcome", "live_birth")
PRIORS = ("--mu-prior", "normal(0, 1)", "--mu-prior", "normal(0, 2.82)", "--tau-prior", "half_normal(0.5)")
SETS = ("--trials", "published", "--trials", "all")
DOCS = HERE.parents[1] / "docs" / "json.md"
TABLE = "ivig.csv"  # in the folder of the test, without its sidecar
COMMANDS: dict[str, tuple[str, ...]] = {
    "audit": ("audit", "ivig"),
    "benefit": ("benefit", *LIVE),
    "benefit_harm": ("benefit-harm", "ivig", "--harm", "obstetric_complication"),
    "benefits": ("benefit", *LIVE, *SETS, "--level", "0.9"),
    "by": ("subsets", *LIVE, "--by", "randomised"),
    "calibrate": ("calibrate", "--simulations", "20"),
    "check": ("check", *LIVE),
    "compare_priors": ("compare-priors", *LIVE, *PRIORS, *SETS),
    "cumulative": ("subsets", *LIVE, "--cumulative"),
    "data": ("data",),
    "data_show": ("data", "show", *LIVE),
    "data_show_part": ("data", "show", "ivig", "--outcome", "preterm_birth"),
    "fit": ("fit", *LIVE),
    "fit_level": ("fit", *LIVE, "--level", "0.9", "--threshold", "1.5"),
    "import": ("import", TABLE),
    "import_list": ("import", TABLE, "--list"),
    "leave_one_out": ("subsets", *LIVE, "--leave-one-out"),
    "models": ("models",),
    "models_show": ("models", "show", "binomial_normal"),
    "pool": ("pool", *LIVE, "--method", "revman-random"),
    "pool_reml": ("pool", *LIVE, "--method", "reml", "--hartung-knapp"),
    "reconstruct": (
        "reconstruct", "ivig", "--claims", "ivig", "--outcome", "preterm_birth", "--max-tables", "5",
    ),
    "subsets": ("subsets", *LIVE, "--size", "2"),
    "tipping": ("tipping", *LIVE),
}  # fmt: skip
SINCE = {
    "contrast": ("contrast", *LIVE, "--by", "randomised"),
    "selection": ("selection", *LIVE),
}  # commands that version 1 did not know
EVERYWHERE = ["json", "dataset", "measure", "provenance"]
SETTINGS = {
    "benefit": {"level", "interval", "quantity", "event"},
    "benefit_harm": {"model"},
    "by": {"level", "model", "view", "difference_prior"},
    "calibrate": {"likelihood", "design", "simulations"},
    "check": {"model", "engine"},
    "compare_priors": {"level", "interval"},
    "cumulative": {"level", "model", "view"},
    "fit": {"level", "interval", "thresholds", "model", "engine", "effect", "odds_ratio", "prediction"},
    "leave_one_out": {"level", "model", "view"},
    "pool": {"level", "interval", "method", "rules", "hartung_knapp", "effect", "odds_ratio", "prediction"},
    "reconstruct": {"requirements"},
    "subsets": {"level", "model"},
    "tipping": {"level", "interval", "model", "conclusion"},
}
MOVING = {"version", "engine_sha256"}  # with the program, not with its answers


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(HERE.parents[1] / "data" / "ivig.csv", tmp_path / TABLE)


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from keys(each)
    if isinstance(value, list):
        for each in value:
            yield from keys(each)


def unlike(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Where two documents differ by more than the last digits of a number, key order included."""
    if isinstance(one, dict) and isinstance(other, dict) and list(one) == list(other):
        for key in one.keys() - MOVING:
            yield from unlike(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for i, pair in enumerate(zip(one, other, strict=True)):
            yield from unlike(*pair, f"{where}[{i}]")
    elif isinstance(one, float) and isinstance(other, float):
        if not math.isclose(one, other, rel_tol=SAME, abs_tol=1e-8):
            yield f"{where}: {one} is {other}"
    elif one != other or type(one) is not type(other):
        yield f"{where}: {str(one)[:80]} is {str(other)[:80]}"


@cache
def printed(*arguments: str) -> str:
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "80"})
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_version_1_is_what_the_last_release_printed(name: str) -> None:
    text = printed(*COMMANDS[name], "--json", "1")
    found = json.loads(text)
    assert text == json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    former = json.loads((FORMER / f"{name}.json").read_text(encoding="utf-8"))
    assert list(unlike(former, found)) == []


@pytest.mark.parametrize("name", [*COMMANDS, *SINCE])
def test_version_2_says_what_it_is_of_in_keys_that_need_no_quoting(name: str) -> None:
    document = json.loads(printed(*(COMMANDS | SINCE)[name], "--json"))
    assert next(iter(document)) == "json" and document["json"] == 2
    assert [key for key in keys(document) if not KEY.fullmatch(key)] == []
    assert {*EVERYWHERE, *SETTINGS.get(name, ())} <= set(document)
    assert document["provenance"]["version"] == bi.__version__
    assert document["dataset"] is None or {"name", "outcome", "trials"} <= set(document["dataset"])
    for key in ("dataset", "measure"):
        assert document[key] is not None or re.search(rf"\b{key}\b.* null", document["note"])


@pytest.mark.parametrize("name", [*COMMANDS, *SINCE])
def test_the_page_about_it_names_every_key_at_the_top(name: str) -> None:
    text = DOCS.read_text(encoding="utf-8")
    found = json.loads(printed(*(COMMANDS | SINCE)[name], "--json"))
    assert [key for key in found if f"`{key}`" not in text] == []


def test_the_numbers_of_both_versions_are_the_same() -> None:
    old, new = (json.loads(printed(*COMMANDS["fit"], "--json", version)) for version in ("1", "2"))
    post = bi.fit(bi.load_dataset("ivig", "live_birth"))
    assert new["mu"] == {key.replace(".", "_"): value for key, value in old["mu"].items()}
    assert (
        new["odds_ratio"]
        == new["effect"]
        == {
            "median": old["odds_ratio"]["median"],
            "lower": old["odds_ratio"]["q2.5"],
            "upper": old["odds_ratio"]["q97.5"],
            "level": 0.95,
        }
    )
    limits = [math.exp(each) for each in post["theta_new"].interval(0.95)]
    assert [new["prediction"]["lower"], new["prediction"]["upper"]] == pytest.approx(limits, rel=SAME)
    chances = new["probability"]
    assert chances.pop("p_benefit") == pytest.approx(post["mu"].prob_above(0.0), abs=SAME)
    assert list(chances) == ["or_gt_1", "or_gt_1_25", "or_lt_1", "or_lt_0_8"]
    assert list(chances.values()) == list(old["probability"].values())
    assert new["thresholds"] == [1.0, 1.25]


def test_a_level_moves_the_limits_and_is_said() -> None:
    wide, narrow = (json.loads(printed(*COMMANDS[name], "--json")) for name in ("fit", "fit_level"))
    assert (wide["level"], narrow["level"], narrow["odds_ratio"]["level"]) == (0.95, 0.9, 0.9)
    assert wide["odds_ratio"]["lower"] < narrow["odds_ratio"]["lower"]
    assert narrow["odds_ratio"]["upper"] < wide["odds_ratio"]["upper"]
    assert narrow["thresholds"] == [1.0, 1.5]
    assert narrow["prediction"]["level"] == 0.9


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["fit", "d.csv", "--json"], ["fit", "d.csv", "--json=2"]),
        (["fit", "--json", "d.csv"], ["fit", "--json=2", "d.csv"]),
        (["fit", "--json", "--level", "0.9"], ["fit", "--json=2", "--level", "0.9"]),
        (["fit", "d.csv", "--json", "1", "--level", "0.9"], ["fit", "d.csv", "--json=1", "--level", "0.9"]),
        (["fit", "d.csv", "--json=1"], ["fit", "d.csv", "--json=1"]),
        (["fit", "--", "--json"], ["fit", "--", "--json"]),
    ],
)
def test_the_value_of_json_may_be_left_out(given: list[str], meant: list[str]) -> None:
    assert spelt_out(given) == meant
    assert spelt_out(meant) == meant


def test_json_stands_anywhere_and_other_values_get_one_message(ask: Ask) -> None:
    first, last = ask("models", "--json", "show", "binomial_normal"), ask("models", "--json")
    assert first.status == 0
    assert last.document["json"] == 2
    assert ask("pool", "--json", *LIVE).document == ask("pool", *LIVE, "--json", "2").document
    for wrong in (("--json", "3"), ("--json=new",), ("--json", "out.json")):
        ran = ask("pool", *LIVE, *wrong)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.count("Error") == 1, ran.err
    assert "found 3; give --json for version 2, or --json 1" in " ".join(
        ask("pool", *LIVE, "--json", "3").err.replace("│", " ").split()
    )


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("q2.5", "q2_5"), ("or>1.25", "or_gt_1_25"), ("or<0.8", "or_lt_0_8"),
        ("or>1e-06", "or_gt_1eminus_06"),
        ("or_q2.5", "or_lower"), ("tau_q50", "tau_median"), ("prediction_q97.5", "prediction_upper"),
        ("prob_or_gt_1.25", "prob_or_gt_1_25"), ("or_lower_0.95", "or_lower"), ("lower_0.95", "lower"),
        ("consistent if", "consistent_if"), ("q50", "q50"), ("2nd", "n_2nd"),
    ],
)  # fmt: skip
def test_a_key_needs_no_quoting(name: str, key: str) -> None:
    assert plain_key(name) == key
    assert plain_key(key) == key
    assert KEY.fullmatch(key)


def test_what_users_named_stands_in_lists() -> None:
    found = plain_keys(
        {
            "trial_sets": {"Large trials": ["A"], "large_trials": []},
            "quantities": {"slope[dose]": {"q2.5": 0.1, "label": "slope"}},
            "a b": 1,
            "a_b": 2,
        }
    )
    assert found == {
        "trial_sets": [
            {"name": "Large trials", "studies": ["A"]},
            {"name": "large_trials", "studies": []},
        ],
        "quantities": [{"name": "slope[dose]", "q2_5": 0.1, "label": "slope"}],
        "a_b": 1,
        "a_b_": 2,
    }


def test_columns_of_the_users_table_keep_their_names(tmp_path: Path, ask: Ask) -> None:
    path = tmp_path / "mine.csv"
    header = "study,treatment_events,treatment_total,control_events,control_total,Mean age (years)\n"
    path.write_text(header + "A,5,40,12,41,31\nB,4,50,9,52,35\n", encoding="utf-8")
    shown = ask("data", "show", str(path), "--json").document
    assert shown["studies"][0]["columns"] == [{"name": "Mean age (years)", "value": "31"}]
    (outcome,) = ask("import", str(path), "--json").document["outcomes"]
    assert {"name": "Mean age (years)", "value": "35"} in outcome["rows"][1]["columns"]
    assert ask("data", "show", str(path), "--json", "1").document["studies"][0]["Mean age (years)"] == "31"
