"""results.json follows its schema, whatever the table; the schema describes every key;
nothing is on it that is not there.
"""

import json
import re
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
from report_cases import BAD_EVENT, HEADER, THREE, hostile, ivig, own

import bayes_ivig as bi
from bayes_ivig.reporting.any_result_json import described
from bayes_ivig.reporting.report.results_json import VERSION, results_json
from bayes_ivig.results.pooled import Ratio

pytestmark = pytest.mark.slow

SCHEMA = bi.results_schema()
CHECK = jsonschema.Draft202012Validator(SCHEMA)
DOCS = Path(__file__).parents[2] / "docs" / "results_json.md"
TABLES = {
    "ivig": ivig,
    "one study": lambda: own((("A", 5, 40, 12, 41),)),
    "two studies, one with an empty arm": lambda: own((("A", 5, 40, 12, 41), ("B", 0, 0, 3, 9))),
    "no events at all": lambda: own((("A", 0, 40, 0, 41), ("B", 0, 30, 0, 9))),
    "a bad event": lambda: own(THREE, BAD_EVENT),
    "names that look like markup": hostile,
    "a conditional likelihood": lambda: own(THREE, BAD_EVENT, "hypergeometric_normal"),
    "one common effect": lambda: own(THREE, "", "common_effect"),
}


@cache
def document(name):
    return json.loads(results_json(TABLES[name]()))


@pytest.mark.parametrize("name", TABLES)
def test_the_document_follows_its_schema(name):
    assert [error.message for error in CHECK.iter_errors(document(name))] == []


def test_the_schema_is_one_and_describes_every_key():
    CHECK.check_schema(SCHEMA)
    assert VERSION.partition(".")[0] == "2"

    def bare(part, where=""):
        for key, value in part.items():
            if key in ("properties", "patternProperties"):
                for name, stated in value.items():
                    if not ("description" in stated or "const" in stated or "description" in defined(stated)):
                        yield f"{where}.{name}"
            if isinstance(value, dict):
                yield from bare(value, f"{where}.{key}")

    def defined(stated):
        return SCHEMA["$defs"].get(stated.get("$ref", "").rpartition("/")[2], {})

    assert list(bare(SCHEMA)) == []


def test_every_part_of_the_case_is_in_the_schema_by_name():
    whole = document("ivig")
    known = SCHEMA["$defs"]["sections"]["properties"]
    there = {key for part in (whole, *whole["outcomes"]) for key in part["sections"]}
    assert there <= set(known), "describe these under $defs.sections.properties of the schema"


def test_the_schema_refuses_what_is_wrong():
    right = document("a bad event")
    for change in (
        lambda d: d["provenance"].pop("data_sha256"),
        lambda d: d.update(schema_version="1.1"),
        lambda d: d.update(more=1),
        lambda d: d["outcomes"][0]["trial_sets"][0]["posterior"]["probability"].update({"or_gt_1": 1.5}),
        lambda d: d["outcomes"][0]["trial_sets"][0]["posterior"]["mu"].update(q50=None),
        lambda d: d["outcomes"][0].update(event="great"),
        lambda d: d["outcomes"][0]["sensitivity"][0].update(k=-1),
    ):
        wrong = deepcopy(right)
        change(wrong)
        assert not CHECK.is_valid(wrong)


def test_numbers_are_the_ones_of_the_results():
    found = document("ivig")
    live = next(each for each in found["outcomes"] if each["outcome"] == "live_birth")
    published = next(each for each in live["trial_sets"] if each["trials"] == "published")
    exact = bi.fit(bi.load_dataset("ivig", "live_birth").trials("published"), bi.Model())
    assert published["posterior"]["mu"]["q50"] == pytest.approx(float(exact["mu"].quantile(0.5)), rel=1e-5)
    assert live["published"]["ci_upper"] == "7.90"
    assert live["alternatives"][0]["pooled"]["upper"] == pytest.approx(
        np.exp(live["as_published"]["ci_upper"]), rel=1e-5
    )
    audit = bi.published.audit("ivig")
    assert [each["verdict"] for each in found["audit"]["findings"]] == [each.verdict for each in audit]


def test_the_page_about_it_names_every_key_at_the_top_and_its_lines_run():
    text = DOCS.read_text(encoding="utf-8")
    assert not [key for key in SCHEMA["properties"] if key != "schema" and f"`{key}`" not in text]
    block = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1].replace(
        "reports/ivig/results.json", "report.json"
    )
    *lines, last = block.strip().splitlines()
    names = {}
    Path("report.json").write_text(results_json(ivig()), encoding="utf-8")
    exec("\n".join(lines[:-1]), names)
    assert eval(lines[-1], names)["published"] == pytest.approx(3.663, abs=0.001)
    assert len(eval(last, names)) == len(bi.published.audit("ivig").of("inconsistent"))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@dataclass(frozen=True)
class Part:
    """A result of a kind that results.json has not seen."""

    name: str
    limits: Ratio
    rows: tuple[tuple[float, int], ...]
    table: pd.DataFrame
    prior: bi.priors.Normal
    inside: np.ndarray = field(default_factory=lambda: np.ones(3), repr=False)


def test_a_new_result_is_described_by_its_fields():
    table = pd.DataFrame({"a": [1, 2], "b": [np.float64(0.5), np.nan]})
    found = described(Part("x", Ratio(1.0, None, 2.0), ((0.5, 1),), table, bi.priors.Normal(0, 2)))
    rows = found.pop("table")
    limits = {"estimate": 1.0, "lower": None, "upper": 2.0}
    assert found == {"name": "x", "limits": limits, "rows": [[0.5, 1]], "prior": "normal(0, 2)"}
    assert (rows[0], rows[1]["a"]) == ({"a": 1, "b": 0.5}, 2)
    bounds = pd.DataFrame(
        {"numerical_error": [2.3e-5, 0.0, 1e-5]}, index=pd.Index(["a", "b", "c"], name="step")
    )
    assert [tuple(row.values()) for row in described(bounds)] == [("a", 1e-4), ("b", 0.0), ("c", 1e-5)]
    posterior = bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model())
    assert described(posterior)["odds_ratio"]["median"] == pytest.approx(1.797, abs=0.001)
    assert set(described(posterior["mu"])) == {"mean", "sd", "q2.5", "q50", "q97.5"}
    with pytest.raises(TypeError, match="cannot hold a function"):
        described({"a": described})


def test_a_reanalysis_without_an_audit_says_so():
    assert json.loads(results_json(replace(own(THREE), audit=None)))["audit"] is None


def test_a_single_claim_is_about_a_single_table_without_a_name(tmp_path):
    (tmp_path / "my.csv").write_text(HEADER + "A,5,40,12,41\nB,4,50,9,52\n", encoding="utf-8")
    (tmp_path / "my.toml").write_text('claims = "printed.csv"\n', encoding="utf-8")
    claims = "outcome,measure,model,estimate,ci_lower,ci_upper\nloss,OR,random,0.39,0.17,0.90\n"
    (tmp_path / "printed.csv").write_text(claims, encoding="utf-8")
    found = bi.reanalyze(tmp_path / "my.csv")
    (outcome,) = found.outcomes
    assert (outcome.name, str(outcome.claim.estimate)) == ("", "0.39")
    assert found.audit.findings
