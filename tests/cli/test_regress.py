"""The command for meta-regression: the fit of the model that it states."""

import csv
import json
from pathlib import Path

import pytest
from command import Ask

import bayes_ivig as bi

pytestmark = pytest.mark.slow

TABLE = (
    "study,treatment_events,treatment_total,control_events,control_total,year,design\n"
    "A,5,40,12,41,1990,a\nB,4,50,9,52,1995,a\nC,2,20,3,19,2001,b\nD,7,30,9,33,2004,b\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "mine.csv"
    found.write_text(TABLE, encoding="utf-8")
    return found


def test_a_coefficient_is_that_of_the_model_in_python(ask: Ask, path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "out.csv"
    ran = ask(
        "regress", str(path), "--by", "year", "--reference", "year=2000", "--likelihood", "normal",
        "--beta-prior", "normal(0, 1)", "--unit", "year=10", "--effects", "student_t(4)", "--at", "year=2010",
        "--csv", str(kept), "--plot", str(tmp_path / "drawn.svg"),
    )  # fmt: skip
    assert ran.status == 0
    with kept.open(encoding="utf-8") as file:
        rows = {each["quantity"]: each for each in csv.DictReader(file)}
    model = bi.models.MetaRegression(
        ("year",), {"year": 2000}, units={"year": 10}, likelihood="normal", effects="student_t(4)",
        beta="normal(0, 1)",
    )  # fmt: skip
    own = bi.fit(bi.load_dataset(path), model)
    assert own.engine == "quadrature"
    for name in ("median", "lower", "upper"):
        assert float(rows["beta[year]"][name]) == pytest.approx(
            own.summary().loc["beta[year]"][name], rel=1e-7
        )
    there = own.at(year=2010).odds_ratio.median
    assert float(rows["mu[year=2010.0]"]["median"]) == pytest.approx(there, rel=1e-7)
    told = " ".join(ran.out.split())
    assert "year 2000" in told and "year, per 10" in told and "engine: quadrature" in told
    drawn = (tmp_path / "drawn.svg").read_text(encoding="utf-8")
    assert 'role="img"' in drawn and ">A</text>" in drawn


def test_the_document_has_slopes_and_that_of_before_is_that_of_the_fit(ask: Ask, path: Path) -> None:
    called = ("regress", str(path), "--by", "design", "--at", "design=b", "--level", "0.9")
    document = json.loads(ask(*called, "--json").out)
    (slope,) = document["slopes"]
    assert (slope["name"], slope["unit"], slope["level"]) == ("beta[design=b]", None, 0.9)
    assert [each["at"] for each in document["effects_at"]] == [[], [{"column": "design", "value": "b"}]]
    former = json.loads(ask(*called, "--json", "1").out)
    posterior = bi.fit(bi.load_dataset(path), bi.models.MetaRegression(("design",)))
    assert former == posterior.to_dict(version=1, level=0.9)


def test_a_comma_in_a_value_stays_in_it(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "comma.csv"
    path.write_text(TABLE.replace(",b\n", ',"b, open"\n'), encoding="utf-8")
    ran = ask("regress", str(path), "--by", "design", "--at", "design=b, open")
    assert ran.status == 0 and "at design b, open" in " ".join(ran.out.split())


@pytest.mark.mcmc
def test_sampling_is_there_for_who_asks(ask: Ask, path: Path) -> None:
    ran = ask("regress", str(path), "--by", "design", "--engine", "nuts", "--seed", "3")
    assert "engine: nuts" in ran.out and "seed 3" in " ".join(ran.out.split())


@pytest.mark.parametrize(
    "wrong",
    [
        ("--by", "yaer"),
        ("--by", "year", "--reference", "year"),
        ("--by", "year", "--level", "2"),
        ("--by", "year", "--unit", "year=ten"),
        ("--by", "year", "--at", "year"),
        ("--by", "year", "--at", "design=a"),
        ("--by", "design", "--at", "design=c"),
        ("--by", "year", "--engine", "quadrat"),
    ],
)
def test_what_does_not_fit_is_one_message(ask: Ask, path: Path, wrong: tuple[str, ...]) -> None:
    ran = ask("regress", str(path), *wrong)
    assert (ran.status, ran.out) == (2, "") and ran.err.startswith("error:")
