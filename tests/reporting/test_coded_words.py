"""Codes of an audit: each has its sentence, and a finding is as plain as its code and values."""

import ast
import inspect
import pickle
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import get_args

import pytest

import bayes_ivig as bi
from bayes_ivig.formulas.every_method import Recipe
from bayes_ivig.reporting.audit.coded_words import SENTENCES
from bayes_ivig.results.audit import Audit
from bayes_ivig.results.coded import Code, Coded, coded

ANALYSES = Path(bi.__file__).parent / "analyses"


@pytest.fixture(scope="module")
def ivig() -> Audit:
    return bi.published.audit("ivig")


def calls() -> Iterator[ast.Call]:
    """Every code with its values that an analysis writes down."""
    for path in ANALYSES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "coded":
                yield node


def test_every_code_has_a_sentence_and_is_used() -> None:
    used = {call.args[0].value for call in calls() if isinstance(call.args[0], ast.Constant)}
    assert set(SENTENCES) == set(get_args(Code)) == used


def test_every_code_comes_with_the_values_of_its_sentence() -> None:
    for call in calls():
        name, *values = call.args
        assert isinstance(name, ast.Constant)
        inspect.signature(SENTENCES[name.value]).bind(*values)  # raises TypeError


def test_codes_among_values_are_worded_first() -> None:
    half = coded("of_study", "half_added")
    both = coded("with_conditions", [half, coded("cut_off")])
    words = SENTENCES["with_conditions"]([SENTENCES["of_study"]("half_added"), SENTENCES["cut_off"]()])
    finding = replace(bi.published.audit("ivig").findings[0], reason=both)
    assert finding.message == words


def plain(value: object) -> bool:
    """Whether a value is a number, a text, a recipe, a frozen dataclass of inputs, or a tuple of these."""
    if isinstance(value, Coded) or type(value) is tuple:
        return all(map(plain, value.values if isinstance(value, Coded) else value))
    if is_dataclass(value):
        return type(value).__module__.startswith("bayes_ivig.inputs.") and all(
            plain(getattr(value, field.name)) for field in fields(value)
        )
    return value is None or isinstance(value, Recipe) or type(value) in (bool, int, float, str)


def test_findings_hold_plain_values(ivig: Audit) -> None:
    for finding in ivig:
        assert plain(finding.reason)
        assert plain(finding.looked_at)


def test_findings_compare_hash_and_pickle(ivig: Audit) -> None:
    again = bi.published.audit("ivig").findings
    assert again == ivig.findings
    assert list(map(hash, again)) == list(map(hash, ivig.findings))
    back = pickle.loads(pickle.dumps(ivig.findings))
    assert back == ivig.findings
    assert [each.message for each in back] == list(ivig.table()["message"])
    assert len({finding.reason for finding in ivig}) > len(ivig) / 2
