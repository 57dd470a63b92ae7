"""What the interactive part leaves out for its size is said, and nothing is computed before that is known."""

from dataclasses import replace

import numpy as np
import pytest
from report_cases import THREE, own

import bayes_ivig as bi
from bayes_ivig.analyses import explorer as explorers
from bayes_ivig.reporting.explorer import Explorer, explorer_of
from bayes_ivig.reporting.sections import page_of


def many(number):
    events = np.random.default_rng(number).integers(1, 20, (number, 2))
    return tuple((f"S{i}", int(a), 40, int(b), 41) for i, (a, b) in enumerate(events))


def bring(reanalysis):
    return next((section for section in page_of(reanalysis).sections if section.key == "bring"), None)


def test_a_table_too_large_for_the_page_is_named_with_its_trials():
    (outcome,) = own(THREE).outcomes
    section = bring(replace(own(THREE), outcomes=(replace(outcome, explorer=None),)))
    assert [block.kind for block in section.blocks] == ["text"]
    assert "3 trials would make the page too large" in section.blocks[0].text


def test_a_hundred_trials_are_too_many_for_the_page():
    table = tuple(bi.Study(*row) for row in many(120))
    assert explorers.explorer_outcome(bi.Dataset(table), bi.Model()) is None


def test_likelihoods_left_out_are_named():
    found = explorer_of(own(many(25)))
    assert isinstance(found, Explorer)
    offered = [table["label"] for table in found.payload["outcomes"][0]["tables"]]
    assert 1 <= len(offered) < 4
    assert offered[0] == "binomial, baseline normal(0, 10)"
    for name in {"hypergeometric", "normal"} - set(offered):
        assert name in found.intro.split("too large:")[1]


def test_nothing_is_said_where_everything_is_offered():
    found = explorer_of(own(THREE))
    assert "not offered" not in found.intro
    assert len(found.payload["outcomes"][0]["tables"]) == 4


def test_a_baseline_on_the_control_arm_is_named():
    found = explorer_of(own(THREE, model="binomial_control"))
    assert found.payload["outcomes"][0]["tables"][0]["label"].startswith("binomial, control baseline normal")


def test_no_surface_is_built_that_the_page_cannot_hold(monkeypatch):
    monkeypatch.setattr(explorers, "surface_on", lambda *_: pytest.fail("a surface was built"))
    events = np.random.default_rng(1).integers(1, 20, (1000, 2))
    studies = [bi.Study(f"S{i}", int(a), 40, int(b), 41) for i, (a, b) in enumerate(events)]
    assert explorers.explorer_outcome(bi.Dataset(tuple(studies)), bi.Model()) is None
