"""``bayes-ivig fit`` with the sampler: bad draws are not accepted in silence,
every number has its error, posteriors are kept.
"""

from functools import partial
from pathlib import Path

import pytest
from command import Ran, call, table

import bayes_ivig as bi
from bayes_ivig.engines import nuts

ROWS = "Ærø 2001,0,12,3,9\nB,7,7,8,8\nC,22,24,0,7\nD,9,20,3,22\n"
ARGUMENTS = ("--tau-prior", "half_normal(25)", "--engine", "nuts")


@pytest.mark.mcmc
@pytest.mark.parametrize("form", ["--json", None])
def test_bad_draws_leave_with_status_1(
    form: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Few draws and large steps: sentences with remedies on standard error,
    the failed check in the result, which is kept.
    """
    monkeypatch.setattr(nuts, "NUTS", partial(bi.NUTS, draws=100, tune=100, target_accept=0.5))
    kept = tmp_path / "kept.nc"
    options = ("--threshold", "1.5", "--save", str(kept), *([form] if form else []))
    ran = call(monkeypatch, capsys, "fit", table(tmp_path, ROWS), *ARGUMENTS, *options)
    assert ran.status == 1
    said = [line for line in ran.err.splitlines() if line.startswith("check failed: ")]
    assert any("chains do not agree, R-hat" in line and "or use Quadrature()" in line for line in said)
    assert any("bulk effective sample size" in line and "take more draws" in line for line in said)
    assert any("of 400 draws diverged" in line and "NUTS(target_accept=0.99)" in line for line in said)
    loaded = bi.Posterior.load(kept)
    assert not loaded.diagnostics.ok and f"saved: {kept}" in ran.err
    if form:
        assert_document(ran, loaded)
    else:
        assert "checks: FAILED" in ran.out


def assert_document(ran: Ran, loaded: bi.Posterior) -> None:
    found = ran.document
    assert found["diagnostics"]["ok"] is False and found["diagnostics"]["problems"] == list(
        loaded.diagnostics.problems
    )
    assert {each["name"]: each["value"] for each in found["diagnostics"]["numbers"]}["divergences"] > 0
    assert {"sampler", "backend", "versions", "seed", "draws"} <= set(found["engine"])
    assert found["engine"]["sampler"] == "nutpie" and "numba" in found["engine"]["backend"]
    errors = {each["quantity"]: each for each in found["mcse"]}
    assert set(errors) == {
        "mu",
        "tau",
        "theta_new",
        *(f"theta[{study['study']}]" for study in found["studies"]),
    }
    for name in ("mu", "tau", "theta_new"):
        assert set(errors[name]) >= {"mean", "sd", "q2_5", "q50", "q97_5"}
    for key in set(found["probability"]) - {"p_benefit"}:
        assert errors["mu"][key] > 0
    assert found["mu"]["q50"] == pytest.approx(loaded["mu"].quantile(0.5), rel=1e-7)


def test_what_cannot_be_saved_is_said_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("bayes_ivig.engines.fitting.fit", None)
    for name, words in (("p.csv", "end the path in .nc or .zarr"), ("none/p.nc", "no such folder")):
        ran = call(monkeypatch, capsys, "fit", table(tmp_path, ROWS), "--save", str(tmp_path / name))
        assert (ran.status, ran.out) == (2, "") and words in ran.err


def test_an_exact_posterior_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.zarr"
    ran = call(
        monkeypatch,
        capsys,
        "fit",
        table(tmp_path, ROWS),
        "--likelihood",
        "normal",
        "--save",
        str(kept),
        "--json",
    )
    assert ran.status == 0 and "mcse" not in ran.document
    assert bi.Posterior.load(kept)["mu"].quantile(0.5) == pytest.approx(ran.document["mu"]["q50"], rel=1e-7)
