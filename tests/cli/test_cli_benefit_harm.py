"""``bayes-ivig benefit-harm`` from the outside: text, JSON, CSV, charts, other people's tables,
and what is refused.
"""

import csv
from pathlib import Path

import pytest
from command import Ask

pytestmark = pytest.mark.slow

COUNTS = ("benefit-harm", "ivig", "--harm", "neonatal_outcome")
HEADER = "outcome,study,treatment_events,treatment_total,control_events,control_total\n"
DEATH, BLEEDING = "O'Brien, <b>1</b> deaths", "b" * 200
SIDECAR = (
    '[outcomes."{}"]\nevent = "bad"\ndenominator = "patients"\n[outcomes.{}]\nevent = "bad"\ndenominator = '
    '"patients"\n'
)


def test_every_reading_of_a_harm_known_in_part(ask: Ask, tmp_path: Path) -> None:
    written, drawn = tmp_path / "harm.csv", tmp_path / "harm.svg"
    done = ask(
        "benefit-harm",
        "ivig",
        "--json",
        "--csv",
        str(written),
        "--plot",
        str(drawn),
        "--weight",
        "0.5",
        "--joint",
    )
    assert (done.status, done.err) == (0, "")
    readings = done.document["readings"]
    assert [(each["known"], each["tables"]) for each in readings[:2]] == [
        ("reconstructed", 4711),
        ("reconstructed", 9937),
    ]
    assert [each["setting"]["among"] for each in readings] == ["events"] * 5 + ["all"] * 2 + ["events"] * 4
    # a stored answer: nothing is sampled
    assert [each["dependence"] for each in readings[7:]] == ["joint", "independent"] * 2
    assert [net["weight"] for net in readings[0]["nets"]] == [0.5]
    assert sum(state["with"]["mean"] for state in readings[0]["states"].values()) == pytest.approx(100)
    with written.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 11 * 41
    curve = readings[0]["curve"]
    assert [float(row["prob_net_benefit"]) for row in rows[:41]] == pytest.approx(
        [at["prob_net_benefit"] for at in curve]
    )
    nets = {float(row["weight"]): float(row["net_mean"]) for row in rows[:41]}
    assert nets[0.5] == pytest.approx(readings[0]["nets"][0]["net"]["mean"])
    assert "4,711 tables" in drawn.read_text(encoding="utf-8")


def test_counts_of_both(ask: Ask, tmp_path: Path) -> None:
    drawn = tmp_path / "people.svg"
    done = ask(
        *COUNTS, "--benefit-risk", "0.6", "--harm-risk", "0.1", "--draw", "people", "--plot", str(drawn)
    )
    assert (done.status, done.err) == (0, "")
    assert (
        "live birth 60.0% of all pregnant women; adverse neonatal outcome 10.0% of those with live birth"
        in " ".join(done.out.split())
    )
    assert all(len(line) <= 80 for line in done.out.splitlines())
    assert "Without treatment" in drawn.read_text(encoding="utf-8")


def test_two_harmful_events_with_awkward_names(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    rows = [
        (name, study, *cells)
        for name in (DEATH, BLEEDING)
        for study, cells in (("=A|x", (0, 9, 3, 8)), ("B", (5, 40, 9, 40)))
    ]
    text = "".join(
        f'"{name}",{study},{",".join(map(str, cells))}\n'
        for name, study, *cells in ((*row[:2], *row[2:]) for row in rows)
    )
    path.write_text(HEADER + text, encoding="utf-8")
    asked = ("benefit-harm", str(path), "--benefit", DEATH, "--harm", BLEEDING)
    silent = ask(*asked)
    assert silent.status == 2
    assert silent.err.count('state event = "good" or "bad"') == 2
    path.with_suffix(".toml").write_text(SIDECAR.format(DEATH, BLEEDING), encoding="utf-8")
    done = ask(*asked, "--plot", str(tmp_path / "net.png"))
    assert (done.status, done.err) == (0, "")
    assert f"no {DEATH}" in " ".join(done.out.split())
    assert ask(*asked, "--draw", "people", "--plot", str(tmp_path / "people.html")).status == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--harm", "preterm"), "did you mean"),
        (("--harm", "neonatal_outcome", "--among", "event"), "among: found 'event'"),
        (("--harm", "obstetric_complication", "--weight", "-1"), "weight: found -1.0"),
        (("--harm", "neonatal_outcome", "--harm-risk", "1.5"), "control risk of the harm"),
        (("--harm", "neonatal_outcome", "--draw", "nets"), "must be net or people"),
        (("--harm", "neonatal_outcome", "--level", "95"), "--level"),
        (
            ("--harm", "neonatal_outcome", "--trials", "Vaquero 2001"),
            "none of its studies is among those of the benefit",
        ),
        (("--harm", "live_birth"), "against itself"),
        (
            ("--harm", "neonatal_outcome"),
            "the control arms of the harm cannot carry one (the prior decides: 15.7 to 65.8 per",
        ),
        (
            ("--harm", "neonatal_outcome", "--harm-risk", "0.05", "--among", "all", "--joint"),
            "--joint: the joint model is of a bad event",
        ),
    ],
)
def test_what_is_refused(ask: Ask, options: tuple[str, ...], said: str) -> None:
    done = ask("benefit-harm", "ivig", *options)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
