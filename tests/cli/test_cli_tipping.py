"""``bayes-ivig tipping`` from the outside: text, JSON, CSV, charts, and what is refused."""

import csv
from pathlib import Path

import pytest
from command import Ask, table

CASE = ("tipping", "ivig", "--outcome", "live_birth", "--trials", "published")
AWKWARD = '"Ünal, <b>2019</b>",22,24,0,7\n"=cmd|x",29,50,17,49\nnobody,3,9,0,0\nno events,0,20,0,22\n'


def test_every_form(ask: Ask, tmp_path: Path) -> None:
    written, drawn = tmp_path / "grid.csv", tmp_path / "map.svg"
    done = ask(*CASE, "--json", "--csv", str(written), "--plot", str(drawn))
    assert (done.status, done.err) == (0, "")
    document = done.document
    assert document["conclusion"]["holds"] is True
    (turn,) = document["sceptical_mu"]["turns"]
    assert turn["prior"] == f"normal(0, {turn['scale']:.6g})"
    plain = ask(
        "fit",
        "ivig",
        "--outcome",
        "live_birth",
        "--trials",
        "published",
        "--mu-prior",
        turn["prior"],
        "--json",
    )
    assert plain.document["probability"]["or_gt_1"] == pytest.approx(0.975, abs=1e-5)
    with written.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["mu_scale", "tau_scale", "chance", "limit", "holds"]
    assert float(rows[0]["chance"]) == pytest.approx(document["grid"]["chances"][0][0])
    assert 'role="img"' in drawn.read_text(encoding="utf-8")
    text = ask(*CASE)
    assert (text.status, text.err) == (0, "")
    assert all(len(line) <= 80 for line in text.out.splitlines())
    assert "Details" in text.out and "half_normal(1.36)" in text.out
    assert "an event is good, so OR > 1 favours IVIG" in text.out


@pytest.mark.parametrize("line", ["P(OR > 1.25) >= 0.9", "or>1.25:.9", "OR > 1.25 0.9"])
def test_a_conclusion_of_ones_own(ask: Ask, line: str) -> None:
    found = ask(
        *CASE, "--likelihood", "normal", "--effects", "common", "--conclusion", line, "--json"
    ).document
    assert {k: found["conclusion"][k] for k in ("odds_ratio", "side", "probability")} == {
        "odds_ratio": 1.25, "side": "above", "probability": 0.9,
    }  # fmt: skip
    assert found["tau"] is None and found["grid"] is None and "note" in found


def test_awkward_names_and_a_common_effect(ask: Ask, tmp_path: Path) -> None:
    mine, written = table(tmp_path, AWKWARD), tmp_path / "line.csv"
    done = ask("tipping", mine)
    assert (done.status, done.err) == (0, "")
    assert "whether an event is good or bad is not stated" in " ".join(done.out.split())
    common = ask("tipping", mine, "--effects", "common", "--csv", str(written))
    assert common.status == 0
    assert written.read_text(encoding="utf-8").startswith("mu_scale,chance,holds\n0.02,")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--conclusion", "probably good"), "such as 'P(OR > 1) >= 0.975'"),
        (("--conclusion", "OR > 1 : 1.5"), "probability is 1.5"),
        (("--effects", "common", "--plot", "a.svg"), "--width-of mu"),
        (("--mu-prior", "norml(0, 1)"), "did you mean 'normal'"),
        (("--likelihood", "poison"), "likelihood"),
        (("--likelihood", "poisson"), "person-time"),
        (("--plot", "a.pdf"), "must end in .svg, .png or .html"),
        (("--csv", "nowhere/a.csv"), "no such folder"),
        (("--model", "bivariate"), "bivariate"),
    ],
)
def test_mistakes_leave_with_2_and_one_message(ask: Ask, arguments: tuple[str, ...], said: str) -> None:
    done = ask(*CASE, *arguments)
    assert done.status == 2
    assert said in done.err
    assert done.out == "" and "Traceback" not in done.err
