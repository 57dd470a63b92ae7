"""``pool``, ``models``, ``data`` and ``report`` on the command line."""

from collections.abc import Callable
from pathlib import Path

import pytest
from command import HEADER, Ran, table

from bayes_ivig import resources
from bayes_ivig.results.pooled import CONTRACT

pytestmark = pytest.mark.slow

type Ask = Callable[..., Ran]

POOL = ("pool", "ivig", "--outcome", "live_birth")


# pool


def test_the_document_of_a_pooled_estimate(ask: Ask) -> None:
    ran = ask(*POOL, "--method", "revman-random", "--measure", "OR", "--json")
    found = ran.document
    assert (ran.status, ran.err) == (0, "")
    assert {*CONTRACT, "zero_cells", "cautions", "effect", "odds_ratio", "prediction"} <= set(found)
    assert list(found["zero_cells"]) == ["rule", "studies_altered"]
    assert (found["method"], found["measure"], found["k"], found["k_listed"]) == ("revman-random", "OR", 8, 9)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD", "rr"])
def test_measures(ask: Ask, measure: str) -> None:
    assert ask(*POOL, "--measure", measure, "--json").document["measure"] == measure.upper()
    ran = ask(*POOL, "--measure", measure)
    assert f"IVIG {'minus' if measure == 'RD' else 'over'} comparator" in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 80


def test_hartung_knapp_level_and_trials(ask: Ask) -> None:
    options = ("--method", "reml", "--hartung-knapp", "--trials", "published")
    wide, narrow = (ask(*POOL, *options, "--level", level, "--json").document for level in ("0.95", "0.9"))
    assert wide["k_listed"] == 6
    assert wide["ci_lower"] < narrow["ci_lower"]
    assert "90% confidence interval" in ask(*POOL, *options, "--level", "0.9").out


@pytest.mark.parametrize(
    "rows", ["A,0,10,0,10\n", "A,0,0,1,10\n", "A,1,10,2,10\n"], ids=["no events", "empty arm", "one study"]
)
@pytest.mark.parametrize("method", ["mh", "peto", "reml", "revman-random", "glmm-cm-el"])
def test_what_does_not_exist_is_null_with_a_note(ask: Ask, tmp_path: Path, rows: str, method: str) -> None:
    path = table(tmp_path, rows)
    ran = ask("pool", path, "--method", method, "--json")
    assert ran.status == 0
    assert ran.document["prediction_lower"] is None
    assert ran.document["note"]
    assert "\n\n\n" not in ask("pool", path, "--method", method).out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--method", "revman-randon"), "no method 'revman-randon' (did you mean 'revman-random'?)"),
        (("--measure", "HR"), "events and totals give no HR; they give OR, RR, RD"),
        (("--method", "peto", "--measure", "RR"), "method 'peto' pools OR only"),
        (("--method", "mh", "--hartung-knapp"), "Hartung-Knapp does not apply to method 'mh'"),
        (("--level", "95"), "--level: found 95; must lie between 0 and 1"),
        (("--trials", "Nobody"), "no trial set or study 'Nobody'"),
    ],
)
def test_wrong_options_of_pool(ask: Ask, options: tuple[str, ...], said: str) -> None:
    ran = ask(*POOL, *options, "--json")
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


# models


def test_models(ask: Ask) -> None:
    listed = ask("models", "--json").document["models"]
    assert [model["name"] for model in listed] == list(resources.names("models", ".toml"))
    assert all(name in ask("models").out for name in resources.names("models", ".toml"))
    assert max(len(line) for line in ask("models").out.splitlines()) <= 80


@pytest.mark.parametrize("name", resources.names("models", ".toml"))
def test_a_model_is_shown_with_its_reasons(ask: Ask, name: str) -> None:
    ran = ask("models", "show", name)
    found = ask("models", "show", name, "--json").document
    assert (ran.status, found["name"]) == (0, name)
    assert {"name", "title", "notes"} <= set(found)
    if "family" not in found:
        assert list(found)[3:11] == [
            "name",
            "title",
            "likelihood",
            "effects",
            "mu",
            "tau",
            "alpha",
            "baseline",
        ]
    assert {note["parameter"] for note in found["notes"]} <= set(found)
    for note in found["notes"]:
        assert f"{note['parameter']} ~ " in ran.out
        assert note["rationale"].split()[0] in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 80


def test_a_model_file_of_ones_own(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "Mine"\nlikelihood = "binomial"\neffects = "common"\nbaseline = "control"\n',
        encoding="utf-8",
    )
    assert "Mine" in ask("models", "show", str(path)).out
    assert (
        ask("fit", "ivig", "--outcome", "live_birth", "--model", str(path), "--json").document["model"]["tau"]
        == "0"
    )
    path.write_text('title = 1\neffects = "x"\n', encoding="utf-8")
    ran = ask("models", "show", str(path))
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (2, "", 3)


def test_no_such_model(ask: Ask) -> None:
    ran = ask("models", "show", "binomial_nromal")
    assert (ran.status, ran.out) == (2, "")
    assert "(did you mean 'binomial_normal'?)" in ran.err


# data


def test_data(ask: Ask) -> None:
    listed = {entry["outcome"]: entry for entry in ask("data", "--json").document["datasets"]}
    assert list(listed) == [
        "live_birth",
        "obstetric_complication",
        "neonatal_outcome",
        "miscarriage",
        "preterm_birth",
    ]
    assert listed["preterm_birth"]["known"].startswith("in part")
    assert "preterm_birth" in ask("data").out


def test_data_show(ask: Ask) -> None:
    found = ask("data", "show", "ivig", "--outcome", "live_birth", "--json").document
    assert {"dataset", "event", "studies", "trial_sets", "alternatives"} <= set(found)
    assert found["studies"][0]["study"] == "Branch 2000"
    assert [len(each["studies"]) for each in found["trial_sets"] if each["name"] == "published"] == [6]
    text = ask("data", "show", "ivig", "--outcome", "live_birth").out
    assert "Live birth (an event is good)" in text
    assert max(len(line) for line in text.splitlines()) <= 80
    some = ask("data", "show", "ivig", "--outcome", "live_birth", "--trials", "randomised", "--json").document
    assert (some["dataset"]["trials"], len(some["studies"])) == ("randomised", 5)


@pytest.mark.parametrize(
    "raw",
    [
        (HEADER + "A,1,10,2,10\nB,3,10,2,10\n").encode("utf-8-sig"),
        (HEADER + "A,1,10,2,10\nB,3,10,2,10\n").replace("\n", "\r\n").encode(),
        b'outcome,"study",treatment_events,treatment_total,control_events,control_total,year\nx,A,1,10,2,10,1999\nx,B,3,10,2,10,\n',
    ],
    ids=["byte order mark", "carriage returns", "one outcome"],
)
def test_tables_from_elsewhere(ask: Ask, tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(raw)
    studies = ask("data", "show", str(path), "--json").document["studies"]
    assert [(study["study"], study["treatment_events"]) for study in studies] == [("A", 1), ("B", 3)]
    assert ask("fit", str(path), "--json").document["k"] == 2


def test_a_sidecar_is_read(ask: Ask, tmp_path: Path) -> None:
    path = table(tmp_path, "A,1,10,2,10\nB,3,10,2,10\n")
    sidecar = Path(path).with_suffix(".toml")
    sidecar.write_text(
        'outcome_title = "Death"\nevent = "bad"\ntreatment = "drug"\n[trial_sets]\nfirst = ["A"]\n',
        encoding="utf-8",
    )
    ran = ask("fit", path, "--trials", "first")
    assert "Death: drug against control, 1 of 1 studies" in ran.out
    assert "an event is bad, so OR < 1 favours drug" in ran.out
    sidecar.write_text('event = "maybe"\nfoo = 1\n', encoding="utf-8")
    ran = ask("data", "show", path)
    assert (ran.status, ran.out, len(ran.err.splitlines())) == (2, "", 2)


# report


def test_report_of_a_table_of_ones_own(ask: Ask, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = ask("report", table(tmp_path, "A,1,10,2,10\nB,3,10,2,10\n"), "--out", str(out))
    assert ran.status == 0
    assert {"report.html", "report.md", "results.json"} <= {Path(line).name for line in ran.out.splitlines()}
    assert all(Path(line).is_file() for line in ran.out.splitlines())


def test_wrong_report(ask: Ask, tmp_path: Path) -> None:
    path = table(tmp_path, "A,1,10,2,10\n")
    for arguments in (("nothing",), (path, "--out", path), (path, "--model", "nope")):
        ran = ask("report", *arguments)
        assert (ran.status, ran.out) == (2, "")
        assert "Traceback" not in ran.err
