"""``bayes-ivig check``: the numbers of the checks, in words and as JSON, on awkward tables too."""

from pathlib import Path

import pytest
from command import call, table

import bayes_ivig as bi
from bayes_ivig.analyses.checks.check_model import MOST_TRIALS

pytestmark = pytest.mark.slow

ROWS = (
    "Ærø & Sons; 2001,0,12,3,9\n-minus,7,7,8,8\nC,11,24,9,27\nD,30,60,25,61\nempty,0,0,4,5\nfar,38,40,3,40\n"
)
FLAT = """title = "flat"
likelihood = "normal"
effects = "random"
[priors.mu]
prior = "flat()"
rationale = "r"
source = "s"
[priors.tau]
prior = "half_normal(0.2)"
rationale = "r"
source = "s"
"""

ROUNDED = 1e-7  # what leaves for a file has eight significant digits


def test_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path, ROWS)
    ran = call(monkeypatch, capsys, "check", path, "--model", "normal_normal", "--json")
    found = ran.document
    assert ran.status == 0 and found["missing"] == [] and found["problems"] == []
    posterior = bi.fit(bi.load_dataset(path), bi.load_model("normal_normal"))
    exact = bi.checks.loo(posterior)
    assert [row["elpd"] for row in found["leave_one_out"]["studies"]] == pytest.approx(
        exact.pointwise.tolist(), rel=ROUNDED
    )
    assert found["leave_one_out"]["method"] == "exact" and found["leave_one_out"]["se"] == pytest.approx(
        exact.se, rel=ROUNDED
    )
    check = bi.checks.posterior_predictive_check(posterior)
    above = [row["prob_above"] for row in found["posterior_predictive"]["arms"]]
    assert above == pytest.approx([row.prob_above for row in check.rows], rel=ROUNDED)
    scaled = bi.checks.power_scaling(posterior)
    for row in found["power_scaling"]["quantities"]:
        assert row["prior"] == pytest.approx(scaled[row["quantity"]].prior, rel=ROUNDED)
        assert row["diagnosis"] == scaled[row["quantity"]].diagnosis
    prior = bi.checks.prior_predictive_check(posterior.dataset, posterior.model)
    middle = prior.quantities[0].quantiles[2]
    assert found["prior_predictive"]["quantities"][0]["q50"] == pytest.approx(middle, rel=ROUNDED)


def test_the_text_names_what_stands_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "tight.toml"
    model.write_text(FLAT.replace("flat()", "normal(-1, 0.2)"), encoding="utf-8")
    ran = call(monkeypatch, capsys, "check", table(tmp_path, ROWS), "--model", str(model))
    assert ran.status == 0
    words = " ".join(ran.out.split())
    assert (
        "unlike what the others foretell, mid-p below 0.05 in" in words and "far, log odds ratio (p" in words
    )
    assert "mu: prior and data may be in conflict: both move it" in words
    assert "Ærø & Sons; 2001, log odds ratio" in ran.out and "checks: passed" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_an_improper_prior_leaves_out_what_it_cannot_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = tmp_path / "flat.toml"
    model.write_text(FLAT, encoding="utf-8")
    ran = call(monkeypatch, capsys, "check", table(tmp_path, ROWS), "--model", str(model))
    assert ran.status == 0 and "Before any data" not in ran.out
    assert "prior predictive check: an improper prior foretells nothing" in " ".join(ran.out.split())
    assert "Each study foreseen from the others" in ran.out  # the posterior without one study exists
    one = call(
        monkeypatch,
        capsys,
        "check",
        table(tmp_path, "only,3,9,4,9\n", "one.csv"),
        "--model",
        str(model),
        "--json",
    )
    assert one.document["leave_one_out"] is None and one.document["prior_predictive"] is None
    assert any("nothing foresees the only study" in words for words in one.document["missing"])


def test_wrong_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path, ROWS)
    for arguments, words in (
        (("--engine", "nut"), "did you mean 'nuts'"),
        (("--model", "bivariate"), "here a two-arm model is needed"),
        (("--trials", "nobody"), "no trial set or study 'nobody'"),
    ):
        ran = call(monkeypatch, capsys, "check", path, *arguments)
        assert (ran.status, ran.out) == (2, "") and words in ran.err


def test_more_trials_than_are_checked_are_refused_before_the_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"S{i},3,20,4,21\n" for i in range(MOST_TRIALS + 1))
    path = tmp_path / "many.csv"
    path.write_text("study,treatment_events,treatment_total,control_events,control_total\n" + rows)
    ran = call(monkeypatch, capsys, "check", str(path))
    assert (ran.status, ran.out) == (2, "")
    assert f"found {MOST_TRIALS + 1:,} trials; up to {MOST_TRIALS:,}" in ran.err
