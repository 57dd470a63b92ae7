"""``bayes-ivig fit --model NAME`` for families that only sampling holds:
what is said, and what is refused.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from command import Ran

type Ask = Callable[..., Ran]

TABLE = """study,treatment_events,treatment_total,control_events,control_total
"Müller, A. & Söhne 1999",0,12,3,11
=cmd|' /C calc'!A0,8,14,4,13
no events,0,10,0,12
nobody,0,0,6,12
"all, and all",9,9,10,10
"""


@pytest.mark.mcmc
def test_a_family_is_sampled_and_said_so(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    ran = ask("fit", str(path), "--model", "beta_binomial", "--prior", "phi=half_normal(1)", "--seed", "5")
    assert ran.status == 0
    assert "the exact engine cannot hold the family beta_binomial; sampling with NUTS, seed 5" in ran.err
    assert "engine: nuts, as only sampling holds this kind of model" in " ".join(ran.out.split())
    assert "phi ~ half_normal(1)" in ran.out and "averaged over studies" in " ".join(ran.out.split())
    assert "not in the likelihood" in ran.out  # the study with an empty arm
    found = ask(
        "fit", str(path), "--model", "beta_binomial", "--prior", "phi=half_normal(1)", "--seed", "5", "--json"
    ).document
    assert found["model"]["family"] == "beta_binomial" and found["model"]["phi"] == "half_normal(1)"
    quantities = {each["name"]: each for each in found["quantities"]}
    assert set(quantities) == {"nu", "phi", "icc"} and quantities["nu"]["scale"] == "log odds"
    assert found["engine"]["name"] == "nuts" and found["provenance"]["seed"] == 5
    assert (found["k"], found["k_listed"], found["not_in_the_likelihood"]) == (4, 5, ["nobody"])
    icc, phi = (quantities[name]["q50"] for name in ("icc", "phi"))
    assert icc == pytest.approx(phi / (1 + phi), rel=1e-3)
    checked = {each["name"]: each["value"] for each in found["diagnostics"]["numbers"]}
    assert checked["ess_bulk.phi"] > 2000 and checked["divergences"] == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--engine", "quadrature"), "the exact engine cannot hold a model of the family bivariate"),
        (("--likelihood", "normal"), "a model of the family bivariate has no 'likelihood'"),
        (("--tau-prior", "half_normal(1)"), "has no 'tau'"),
        (("--prior", "rho=lkj(-1)"), "eta is -1.0; it must be a number above 0"),
        (("--prior", "rho"), "--prior: found 'rho'; give a name and a prior"),
        (("--prior", "omega=half_normal(1)"), "has no 'omega'"),
    ],
)
def test_refusals(ask: Ask, options: tuple[str, ...], said: str) -> None:
    ran = ask("fit", "ivig", "--outcome", "live_birth", "--model", "bivariate", *options)
    assert ran.status == 2 and ran.out == ""
    assert said in " ".join(ran.err.split())


def test_a_report_needs_a_two_arm_model(ask: Ask, tmp_path: Path) -> None:
    ran = ask("report", "ivig", "--model", "bivariate", "--out", str(tmp_path / "report"))
    assert ran.status == 2 and "here a two-arm model is needed" in " ".join(ran.err.split())
