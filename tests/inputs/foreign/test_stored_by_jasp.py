"""What a file of JASP stores of its analyses stands beside the same computed from its data."""

import csv
import math
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from inputs.foreign.making import jasp_results as made
from inputs.foreign.making.datasets import old_jasp
from inputs.foreign.making.jasp_results import NAMES

import bayes_ivig as bi

Y = [-0.9, -1.6, 0.3, -0.2, -0.7]
ERROR = [0.3, 0.45, 0.2, 0.15, 0.6]
DATA: dict[str, Any] = {"study": list("ABCDE"), "yi": Y, "sei": ERROR, "other": [0.1, 0.2, 0.3, 0.4, 0.5]}
RANDOM, FIXED = made.pooled(Y, ERROR), made.pooled(Y, ERROR, random=False)
CORPUS = Path(__file__).parents[2] / "reference" / "corpus.csv"


def read(tmp_path: Path, raw: bytes, measure: str | None = "OR") -> bi.Imported:
    path = tmp_path / "t.jasp"
    path.write_bytes(raw)
    return bi.read(path, measure=measure)


def stored(tmp_path: Path, *analyses: Any, data: Any = None, measure: str | None = "OR") -> bi.Imported:
    return read(tmp_path, made.jasp(data or DATA, list(analyses)), measure)


def left_out(found: bi.Imported) -> list[str]:
    frame = found.left_out
    return [why for where, why in zip(frame["where"], frame["why"], strict=True) if where == "stored results"]


@pytest.mark.parametrize(
    "analysis",
    [
        made.old(RANDOM),
        made.old(RANDOM, "modelContainer", estimateCiLevel=0.95, effectSize="yi", effectSizeSe="sei"),
        made.new(RANDOM),
    ],
    ids=["before 0.17", "0.17", "since 0.19"],
)
def test_every_number_is_stored_beside_the_same(tmp_path: Path, analysis: Any) -> None:
    found = stored(tmp_path, analysis).stored_results
    assert sorted(found["quantity"]) == sorted(NAMES)
    assert found["agrees"].all(), found
    assert set(found["method"]) == {"dl"}
    assert set(found["measure"]) == {"OR"}
    by_name = dict(zip(found["quantity"], found["recomputed"], strict=True))
    assert by_name == pytest.approx(RANDOM, rel=1e-9)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("p_value", "q_p_value")])
def test_a_wrong_number_is_reported(tmp_path: Path, name: str) -> None:
    for analysis in (made.old, made.new):
        found = stored(tmp_path, analysis({**RANDOM, name: RANDOM[name] * 1.01})).stored_results
        assert set(found["quantity"][~found["agrees"]]) == {name}


def test_a_common_effect_has_no_tau(tmp_path: Path) -> None:
    found = stored(tmp_path, made.old(FIXED, method="Fixed Effects"), made.new(FIXED, method="equalEffects"))
    assert len(found.stored_results) == 2 * len(FIXED)
    assert found.stored_results["agrees"].all()
    assert set(found.stored_results["method"]) == {"fixed"}


def test_exponentials_are_brought_back_to_logs(tmp_path: Path) -> None:
    values = {
        name: math.exp(v) if name in ("estimate", "ci_lower", "ci_upper") else v for name, v in RANDOM.items()
    }
    del values["standard_error"]  # is not shown of them
    found = stored(tmp_path, made.new(values, transformEffectSize="exponential")).stored_results
    assert len(found) == len(RANDOM) - 1
    assert found["agrees"].all()


def test_a_t_test_is_compared_without_limits(tmp_path: Path) -> None:
    found = stored(tmp_path, made.new(RANDOM, fixedEffectTest="t")).stored_results
    assert set(found["quantity"]) == set(NAMES) - {"ci_lower", "ci_upper", "p_value"}
    assert found["agrees"].all()


# What JASP 0.19 shows of the trials of BCG, in tests of jaspMetaAnalysis (Forest Plot - edge cases): log risk
# ratios, REML, Hartung & Knapp; as logs, and as ratios.
BCG = {
    "estimate": -0.7145323, "standard_error": 0.1807917, "ci_lower": -1.108444, "ci_upper": -0.320621,
    "p_value": 0.00192001508513394, "tau2": 0.313243325980895, "q": 152.23, "q_p_value": 1.99676459084581e-26,
}  # fmt: skip
RATIOS = {"estimate": 0.4894209, "ci_lower": 0.3300722, "ci_upper": 0.7256983}
HOW = {"method": "restrictedML", "fixedEffectTest": "knha"}


def bcg() -> dict[str, Any]:
    with CORPUS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["dataset"] == "bcg"]
    a, n, c, m = ([int(row[name]) for row in rows] for name in ("r1", "n1", "r0", "n0"))
    cells = list(zip(a, n, c, m, strict=True))
    yi = [math.log(a * m / (c * n)) for a, n, c, m in cells]
    sei = [math.sqrt(1 / a - 1 / n + 1 / c - 1 / m) for a, n, c, m in cells]
    counts = {"treatment_events": a, "treatment_total": n, "control_events": c, "control_total": m}
    return {"study": [row["study"] for row in rows], "yi": yi, "sei": sei}, counts  # type: ignore[return-value]


@pytest.mark.parametrize("turned", [1, -1])
@pytest.mark.parametrize("counted", [False, True])
def test_numbers_of_jasp_itself(tmp_path: Path, counted: bool, turned: int) -> None:
    data, counts = bcg()  # type: ignore[misc]
    data = {**data, "yi": [turned * y for y in data["yi"]]}
    if counted:
        data = {**data, **counts}
    values = BCG
    if turned < 0:
        limits = {"ci_lower": -BCG["ci_upper"], "ci_upper": -BCG["ci_lower"]}
        values = {**BCG, "estimate": -BCG["estimate"], **limits}
    analyses = [made.new(values, **HOW)]
    if turned > 0:
        ratios = {**{n: v for n, v in BCG.items() if n != "standard_error"}, **RATIOS}
        analyses.append(made.new(ratios, transformEffectSize="exponential", **HOW))
    found = stored(tmp_path, *analyses, data=data, measure=None if counted else "RR").stored_results
    found = found[found["quantity"] != "i2"]
    assert len(found) == (15 if turned > 0 else 8)
    assert found["agrees"].all(), found
    assert set(found["measure"]) == {"RR"}
    assert set(found["method"]) == {"reml"}


@pytest.mark.parametrize(
    ("analysis", "why"),
    [
        (made.analysis({}, {}, "BayesianMetaAnalysis"), "only classical meta-analyses"),
        (made.old(RANDOM, modelTerms=[{"components": ["other"]}]), "moderators"),
        (made.new(RANDOM, clustering={"value": "study", "types": "nominal"}), "clusters"),
        (made.new(RANDOM, subgroup="other"), "subgroups"),
        (made.new(RANDOM, effectSizeModelIncludeIntercept=False), "no intercept"),
        (made.new(RANDOM, fixParametersTau2=True), "fixes parameters"),
        (made.new(RANDOM, method="pauleMandelMu"), "'pauleMandelMu'"),
        (made.new(RANDOM, method="fixedEffects", fixedEffectTest="knha"), "'knha'"),
        (made.new(RANDOM, transformEffectSize="smdToCles"), "'smdToCles'"),
        (made.new({**RANDOM, "estimate": -1.0}, transformEffectSize="exponential"), "no exponential"),
        (made.new(RANDOM, confidenceIntervalsLevel=0), "a level of 0"),
        (made.new(RANDOM, effectSize=""), "no column of effects"),
        (made.new(RANDOM, effectSize="gone"), "not in the data"),
        (made.new(RANDOM, effectSize="other"), "not the numbers that were read"),
        (made.analysis({}, made.old(RANDOM)["options"]), "no results"),
    ],
)
def test_what_is_not_computed_again_is_said(tmp_path: Path, analysis: Any, why: str) -> None:
    found = stored(tmp_path, made.old(RANDOM), analysis)
    assert len(found.stored_results) == len(NAMES), "the other one is"
    (reason,) = left_out(found)
    assert reason.startswith("not compared: ")
    assert why in reason


def test_several_outcomes_are_not_compared(tmp_path: Path) -> None:
    data = {**DATA, "outcome": ["x", "x", "y", "y", "y"]}
    found = stored(tmp_path, made.new(RANDOM), data=data)
    assert found.stored_results.empty
    assert "several outcomes" in left_out(found)[0]


@pytest.mark.parametrize(
    "text",
    [
        b"{", b"[" * 5000, b'{"analyses": [NaN]}', b"\xff\xfe\x00", b'{"a": 1, "a": 2}',
        b'{"analyses": ' + b"1" * 400 + b"}",
    ],
)  # fmt: skip
def test_spoiled_analyses_leave_the_data_as_they_are(tmp_path: Path, text: bytes) -> None:
    found = read(tmp_path, made.jasp(DATA, text))
    assert found.dataset.studies == stored(tmp_path).dataset.studies
    (reason,) = left_out(found)
    assert "its results cannot be read" in reason


ODD: tuple[Any, ...] = (None, 1, -1e308, "x", "", [], {}, [1], {"value": {}}, {"data": [1, {}]}, True)


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_no_value_in_the_wrong_place_is_an_error(tmp_path: Path, odd: Any) -> None:
    whole = stored(tmp_path).dataset.studies
    for make in (made.old, made.new):
        plain = make(RANDOM)
        analyses = [{**plain, key: odd} for key in plain]
        analyses += [{**plain, "options": {**plain["options"], key: odd}} for key in plain["options"]]
        analyses += [{**plain, "results": {**plain["results"], key: odd}} for key in plain["results"]]
        for number, table in enumerate(_tables(plain["results"])):
            spoiled = deepcopy(plain)
            rows = [{**row, key: odd} for row in table["data"] for key in row]
            _tables(spoiled["results"])[number]["data"] = rows
            analyses.append(spoiled)
        assert stored(tmp_path, *analyses[:99], odd).dataset.studies == whole


def _tables(results: Any) -> list[Any]:
    found = []
    for value in results.values():
        if isinstance(value, dict):
            found += [value] if "data" in value else _tables(value)
    return found


def test_a_file_without_analyses_says_nothing(tmp_path: Path) -> None:
    assert stored(tmp_path).stored_results.empty
    assert not left_out(read(tmp_path, old_jasp({key: DATA[key] for key in ("study", "yi", "sei")})))
