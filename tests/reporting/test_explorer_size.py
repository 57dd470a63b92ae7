"""What the interactive part leaves out for its size is said, and nothing is computed before that is known."""

from dataclasses import replace

import numpy as np
import pytest
from report_cases import THREE, own

import bayes_ivig as bi
from bayes_ivig.analyses.reanalysis import explorer as explorers
from bayes_ivig.formulas import shaking
from bayes_ivig.reporting.document.blocks import Explorer
from bayes_ivig.reporting.explorer.section import BEYOND, explorer_of, nodes_inside, packed
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.results.reanalysis.explorer import MOST_CENTRE, SDS

pytestmark = pytest.mark.slow


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


@pytest.mark.parametrize("number", [45, 70])
def test_of_a_likelihood_with_a_baseline_that_is_left_out_the_baseline_is_named(number):
    table = tuple(bi.Study(*row) for row in many(number))
    found = explorers.explorer_outcome(bi.Dataset(table), bi.Model())
    assert found is not None
    assert ("binomial", "normal(0, 2.5)", "midpoint") in found.left_out
    (outcome,) = own(THREE).outcomes
    page = bring(replace(own(THREE), outcomes=(replace(outcome, explorer=found),)))
    assert "binomial, baseline normal(0, 2.5)" in page.blocks[0].intro


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


FAR = (
    ("A", 12, 50, 20, 52),
    ("B", 30, 101, 33, 99),
    ("C", 8, 40, 15, 41),
    ("D", 22, 80, 30, 78),
    ("E", 4990, 5000, 5, 5000),
)


def test_what_is_packed_does_not_hang_on_last_bits(monkeypatch):
    """Far below a study's best some logs are numerical error, one here by half of itself;
    they are cut off.
    """
    data = bi.Dataset(tuple(bi.Study(*row) for row in FAR))
    made = []
    for seed in (None, 1):
        monkeypatch.setattr(shaking, "SEED", seed)
        surfaces = explorers.explorer_outcome(data, bi.Model(baseline="midpoint"))
        made.append([packed(table, nodes_inside(surfaces)) for table in surfaces.tables])
    assert made[0] == made[1]


def test_nothing_is_cut_off_where_a_posterior_can_lie():
    """Even a prior of SD 0.2 at an odds ratio of 1/4 with the far trial alone:
    its mode is thousands below the trial's best.
    """
    surfaces = explorers.explorer_outcome(
        bi.Dataset(tuple(bi.Study(*row) for row in FAR)), bi.Model(baseline="midpoint")
    )
    for table in surfaces.tables:
        below = table.common.max(axis=1, keepdims=True) - table.common
        x, inside = surfaces.mu.x, nodes_inside(surfaces)
        best = int(np.argmin(below[4] + ((x + MOST_CENTRE) / SDS[0]) ** 2 / 2))
        assert inside[best]
        assert below[4, inside].max() < below[4].max() - BEYOND
        assert inside.sum() < inside.size
