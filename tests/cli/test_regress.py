"""The command for meta-regression: the fit of the model that it states."""

import csv
from pathlib import Path

import pytest
from command import Ask

import bayes_ivig as bi

pytestmark = pytest.mark.mcmc

TABLE = (
    "study,treatment_events,treatment_total,control_events,control_total,year,design\n"
    "A,5,40,12,41,1990,a\nB,4,50,9,52,1995,a\nC,2,20,3,19,2001,b\nD,7,30,9,33,2004,b\n"
)


def test_a_coefficient_is_that_of_the_model_in_python(ask: Ask, tmp_path: Path) -> None:
    path, kept = tmp_path / "mine.csv", tmp_path / "out.csv"
    path.write_text(TABLE, encoding="utf-8")
    ran = ask(
        "regress", str(path), "--by", "year", "--reference", "year=2000", "--likelihood", "normal",
        "--beta-prior", "normal(0, 1)", "--csv", str(kept), "--plot", str(tmp_path / "drawn.svg"),
    )  # fmt: skip
    assert ran.status == 0
    with kept.open(encoding="utf-8") as file:
        row = next(each for each in csv.DictReader(file) if each["quantity"] == "beta[year]")
    model = bi.models.MetaRegression(("year",), (("year", 2000.0),), likelihood="normal", beta="normal(0, 1)")
    own = bi.fit(bi.load_dataset(path), model, engine=bi.NUTS(seed=1)).summary().loc["beta[year]"]
    for name in ("median", "lower", "upper"):
        assert float(row[name]) == pytest.approx(own[name], rel=1e-7)
    assert "year 2000" in " ".join(ran.out.split())
    assert 'role="img"' in (tmp_path / "drawn.svg").read_text(encoding="utf-8")


def test_what_is_no_column_is_one_message(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TABLE, encoding="utf-8")
    for wrong in (
        ("--by", "yaer"),
        ("--by", "year", "--reference", "year"),
        ("--by", "year", "--level", "2"),
    ):
        ran = ask("regress", str(path), *wrong)
        assert (ran.status, ran.out) == (2, "") and ran.err.startswith("error:")
