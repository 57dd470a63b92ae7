"""What the report says of reconstructed counts and of other ways to count, held to the results behind it."""

import json

import numpy as np
import pytest
from report_cases import BAD_EVENT, THREE, ivig, own

from bayes_ivig.reporting.charts.reconstruction import plot_reconstruction
from bayes_ivig.reporting.markdown import render_markdown
from bayes_ivig.reporting.reconstruction_tables import importance_table, posterior_table, reconstruction_section
from bayes_ivig.reporting.results_json import results_json

OTHERS = """
[alternatives.everybody]
title = "A: <b>everybody</b> | randomised"
counts = { A = [5, 44, 12, 45] }
basis = "withdrawals counted as alive"
[alternatives.without_c]
drop = ["C"]
"""


@pytest.fixture(scope="module")
def preterm():
    return ivig().outcome("preterm_birth")


def test_the_answer_has_the_reconstructed_counts() -> None:
    text = render_markdown(ivig())
    first = text[: text.index("## Live birth")]
    rows = [line for line in first.splitlines() if line.startswith("| Preterm birth |")]
    assert [("Reconstructed counts" in row, "Published summary" in row) for row in rows] == [(True, False)] * 2
    assert "averaged over 4,711 tables" in rows[0]
    assert "averaged over 9,937 tables" in rows[1]


def test_the_table_shows_the_averaged_posteriors(preterm) -> None:
    rows = posterior_table(preterm).rows
    found = [(reading, each) for reading in preterm.reconstructed for each in reading.posteriors]
    assert len(rows) == len(found) == 14
    for row, (reading, each) in zip(rows, found, strict=True):
        cells = [getattr(cell, "text", cell) for cell in row]
        lower, middle, upper = np.exp(each.averaged().quantile([0.025, 0.5, 0.975]))
        assert cells[1] == f"{reading.tables:,}"
        assert cells[3] == f"{middle:.2f}"
        assert cells[4] == f"{lower:.2f} to {upper:.2f}"
        assert cells[5] == f"{each.averaged().prob_above(0.0):.3f}"
        assert cells[6] == f"{each.prob_or_gt_1.min():.3f} to {each.prob_or_gt_1.max():.3f}"
        assert float(cells[8]) == pytest.approx(each.weights("evidence") @ each.prob_or_gt_1, abs=6e-4)


def test_the_report_says_which_trial_to_ask(preterm) -> None:
    section = reconstruction_section(preterm, "preterm_birth")
    assert section is not None
    text = " ".join(getattr(block, "text", "") for block in section.blocks)
    assert "53,635,081,500 possible tables" in text
    assert "The unknown number that matters most is that of Mahmoud 2004, comparator" in text
    assert importance_table(preterm).rows[0][0] == "Mahmoud 2004, comparator"
    assert "nobody has read them" in " ".join(posterior_table(preterm).details)


def test_the_chart_draws_every_reading_once_for_each_denominator(preterm) -> None:
    drawn = json.dumps(plot_reconstruction(preterm).to_dict(validate=False), ensure_ascii=False)
    assert drawn.count("(4,711 tables)") == 1
    assert drawn.count('"live births"') == drawn.count('"pregnant women"') == 7
    assert "(31 tables)" in drawn


def test_the_json_has_every_average(preterm) -> None:
    (found,) = [each for each in json.loads(results_json(ivig()))["outcomes"] if each["outcome"] == "preterm_birth"]
    assert found["possible_tables"] == 53_635_081_500
    one = found["reconstructed"][0]
    assert one["averaged"]["uniform"]["prob_or_gt_1"] == pytest.approx(
        preterm.reconstructed[0].posteriors[0].averaged().prob_above(0.0), abs=1e-5
    )
    assert one["importance"][0]["study"] == "Mahmoud 2004"


def test_other_ways_to_count_are_tabulated() -> None:
    found = own(THREE, BAD_EVENT + OTHERS)
    text = render_markdown(found)
    rows = [line for line in text.splitlines() if "everybody" in line and line.startswith("|")]
    assert len(rows) == 1
    assert "withdrawals counted as alive" in rows[0]
    assert "<b>" not in rows[0]
    (outcome,) = found.outcomes
    assert [row.name for row in outcome.alternatives] == ["", "everybody", "without_c"]
    assert "Counted another way" not in render_markdown(own(THREE, BAD_EVENT))
