"""``bayes-ivig benefit`` from the outside: text, JSON, CSV, charts, and what is refused."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from command import Ask, table

from bayes_ivig import Model, control_risk, fit, load_dataset

pytestmark = pytest.mark.slow

CASE = ("ivig", "--outcome", "live_birth")
AWKWARD = '"Ünal, <b>2019</b>",22,24,0,7\n"=cmd|x",29,50,17,49\nnobody,3,9,0,0\nno events,0,20,0,22\n'


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_one_posterior_in_every_form(ask: Ask, tmp_path: Path) -> None:
    written, curve, drawn = (tmp_path / name for name in ("rows.csv", "curve.csv", "curve.svg"))
    options = ("--important-difference", "50", "--zone", "0.8,1.25", "--threshold", "2", "--level", "0.9")
    files = ("--csv", str(written), "--curve-csv", str(curve), "--plot", str(drawn))
    done = ask("benefit", *CASE, *options, "--json", *files)
    assert (done.status, done.err) == (0, "")
    (row,) = done.document["rows"]
    mu = fit(load_dataset("ivig", "live_birth"), Model())["mu"]
    assert row["probability"]["p_benefit"] == row["probability"]["or_gt_1"]
    assert row["probability"]["or_gt_1"] == pytest.approx(mu.prob_above(0.0))
    assert [(zone["lower"], zone["upper"]) for zone in row["zones"]] == [(0.8, 1.25), (0.5, 2)]
    assert row["zones"][1]["mu"]["harm"] == pytest.approx(mu.prob_below(-math.log(2)))
    assert list(row["odds_ratio"]) == ["median", "lower", "upper", "level"]
    assert row["odds_ratio"]["upper"] == pytest.approx(math.exp(mu.quantile(0.95)))
    absolute = {each["control_risk"]: each for each in row["absolute"]}
    p0 = absolute["low"]["control_per_1000"] / 1000
    shift = math.log((p0 + 0.05) / (0.95 - p0) / (p0 / (1 - p0)))
    assert absolute["low"]["prob_important_benefit"] == pytest.approx(mu.prob_above(shift))
    assert len(row["curve"]["odds_ratio"]) == len(row["curve"]["theta_new"]) == 161
    assert "seed" not in done.document["provenance"]
    stored = read(written)
    assert [each["control_risk"] for each in stored] == list(absolute)
    assert float(stored[0]["prob_important_more"]) == pytest.approx(absolute["low"]["prob_important_more"])
    assert float(stored[0]["zone_above"]) == pytest.approx(row["zones"][0]["mu"]["above"])
    assert [float(each["mu"]) for each in read(curve)] == pytest.approx(row["curve"]["mu"])
    assert 'role="img"' in drawn.read_text(encoding="utf-8")


def test_text_for_a_reader(ask: Ask) -> None:
    done = ask("benefit", *CASE, "--important-difference", "50")
    assert (done.status, done.err) == (0, "")
    assert all(len(line) <= 80 for line in done.out.splitlines())
    lines = {" ".join(line.split()) for line in done.out.splitlines()}
    assert "pooled (mu) 1.80 0.69 to 5.32 0.886 0.886" in lines
    assert "pooled (mu) 0.049 0.180 0.772" in lines
    assert "low control risk 333 473 (255 to 726) +140 (\N{MINUS SIGN}78 to +393)" in lines
    assert {"low control risk 7.1 to benefit", "(13 to harm, through no effect, to 2.5 to benefit)"} <= lines
    assert "low control risk 0.046 0.179 0.775" in lines
    assert "- an event is good, so OR > 1 favours IVIG" in lines
    details = " ".join(done.out.partition("Details")[2].split())
    for said in (
        "mu ~ normal(0, 2.82)",
        "logistic(0, 1)",
        "the baseline prior matters",
        "50 events per 1000 people",
    ):
        assert said in details


def test_an_interval_on_one_side_does_not_run_through_no_effect(ask: Ask) -> None:
    done = ask("benefit", *CASE, "--trials", "published", "--baseline-risk", "0.4")
    lines = {" ".join(line.split()) for line in done.out.splitlines()}
    assert "stated control risk 3.2 to benefit (2.1 to 10)" in lines
    losses = ask(
        "benefit", "ivig", "--outcome", "miscarriage", "--trials", "published", "--baseline-risk", "ours=0.6"
    )
    lines = {" ".join(line.split()) for line in losses.out.splitlines()}
    assert "ours 3.2 to benefit (2.1 to 10)" in lines
    assert "control risks: as stated" in losses.out


def test_several_side_by_side_are_what_plain_fits_give(ask: Ask, tmp_path: Path) -> None:
    priors = (
        "--mu-prior",
        "normal(0, 2.82)",
        "--mu-prior",
        "normal(0, 0.35)",
        "--tau-prior",
        "half_normal(1)",
    )
    sets = ("--trials", "published", "--trials", "-Stricker 2000", "--likelihood", "normal")
    drawn = tmp_path / "absolute.png"
    done = ask("benefit", *CASE, *priors, *sets, "--json", "--plot", str(drawn), "--draw", "absolute")
    rows = {row["label"]: row for row in done.document["rows"]}
    assert len(rows) == 4
    row = rows["mu ~ normal(0, 0.35), trials -Stricker 2000"]
    dataset = load_dataset("ivig", "live_birth").trials("-Stricker 2000")
    plain = fit(dataset, Model("normal", mu="normal(0, 0.35)", tau="half_normal(1)"))
    assert row["odds_ratio"]["median"] == pytest.approx(math.exp(plain["mu"].quantile(0.5)), rel=1e-3)
    assert (row["k"], row["model"]["tau"], row["model"]["mu"]) == (7, "half_normal(1)", "normal(0, 0.35)")
    assert drawn.read_bytes().startswith(b"\x89PNG")
    text = ask("benefit", *CASE, *priors, *sets)
    assert all(len(line) <= 80 for line in text.out.splitlines())
    said = " ".join(text.out.split())
    assert "the same in every row: likelihood normal, effects random, tau half_normal(1)" in said


def test_a_table_without_a_direction_names_neither_side(ask: Ask, tmp_path: Path) -> None:
    mine = table(tmp_path, AWKWARD)
    refused = " ".join(ask("benefit", mine, "--important-difference", "5").out.split())
    assert "no absolute effects: the control arms" in refused and "for one more event" not in refused
    done = ask("benefit", mine, "--important-difference", "5", "--baseline-risk", "0.1")
    assert (done.status, done.err) == (0, "")
    said = " ".join(done.out.split())
    assert "P(benefit)" not in said and "to benefit" not in said
    assert "for one more event" in said and "whether an event is good or bad is not stated" in said
    document = ask("benefit", mine, "--json").document
    assert document["rows"][0]["probability"]["p_benefit"] is None
    assert "benefit and harm null" in document["note"] and "important_difference null" in document["note"]
    alone = ask(
        "benefit", table(tmp_path, "x,0,0,3,9\ny,4,9,3,9\n", "one.csv"), "--plot", str(tmp_path / "a.html")
    )
    assert alone.status == 0
    assert "https://cdn" not in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_control_arms_that_no_prior_expects_are_followed_beyond_it(ask: Ask, tmp_path: Path) -> None:
    """Risks of nothing and of everything: the spread of control risks lies far beyond its prior;
    a double sum knows where.
    """
    done = ask(
        "benefit", table(tmp_path, "none,3,1000000,0,1000000\nall,999990,1000000,1000000,1000000\n"), "--json"
    )
    assert (done.status, done.err) == (0, "")
    found = control_risk(load_dataset(tmp_path / "mine.csv")).spread
    x = np.linspace(-80, 80, 8001)
    # of no event among a million, and mirrored of nothing but events
    curve = np.exp(-1e6 * np.logaddexp(0, x))
    mean, spread = np.linspace(-12, 12, 121), np.linspace(0.5, 9, 171)
    weight = np.empty((mean.size, spread.size))
    for j, s in enumerate(spread):
        kernel = np.exp(-0.5 * ((x - mean[:, None]) / s) ** 2) / s
        weight[:, j] = (kernel @ curve) * (kernel @ curve[::-1]) * np.exp(-0.5 * s**2)
    weight *= (np.exp(-mean) / (1 + np.exp(-mean)) ** 2)[:, None]
    below = np.cumsum(weight.sum(axis=0)) / weight.sum()
    assert found.quantile(0.5) == pytest.approx(float(np.interp(0.5, below, spread + 0.025)), abs=0.01)
    assert found.quantile(0.5) > 4  # its prior has 95% below 1.96


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--zone", "1.25"), "two odds ratios and a comma"),
        (("--zone", "1.25,2"), "hold 1"),
        (("--threshold", "1"), "other than 1"),
        (("--baseline-risk", "40"), "between 0 and 1"),
        (("--baseline-risk", "a=0.4", "--baseline-risk", "a=0.5"), "given twice"),
        (("--important-difference", "1000"), "below 1000"),
        (("--level", "95"), "between 0 and 1"),
        (("--quantity", "theta"), "no quantity"),
        (("--draw", "curves"), "did you mean 'curve'"),
        (("--plot", "a.pdf"), "must end in"),
        (("--curve-csv", "nowhere/a.csv"), "no such folder"),
        (("--model", "bivariate"), "two-arm model is needed"),
        (("--trials", "publishd"), "did you mean 'published'"),
        (("--mu-prior", "norml(0, 1)"), "normal"),
    ],
)
def test_mistakes_leave_with_2_and_one_message(ask: Ask, arguments: tuple[str, ...], said: str) -> None:
    done = ask("benefit", *CASE, *arguments)
    assert done.status == 2
    assert said in done.err
    assert done.out == ""
    assert "Traceback" not in done.err
