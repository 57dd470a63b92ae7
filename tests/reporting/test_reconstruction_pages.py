"""What the report says of reconstructed counts and of other ways to count, held to the results behind it."""

import json

import numpy as np
import pytest
from report_cases import BAD_EVENT, THREE, ivig, own

from bayes_ivig.reporting.charts.reconstruction import plot_reconstruction
from bayes_ivig.reporting.markdown import render_markdown
from bayes_ivig.reporting.reconstruction_tables import averaging_table, importance_table, posterior_table, reconstruction_section
from bayes_ivig.reporting.results_json import results_json
from bayes_ivig.reporting.summary_tables import partial_table, reading_sentences

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
    found = [(reading, each) for reading in preterm.reconstructed if not reading.narrowed for each in reading.posteriors]
    assert len(rows) == len(found) == 4
    for row, (reading, each) in zip(rows, found, strict=True):
        cells = [getattr(cell, "text", cell) for cell in row]
        lower, middle, upper = np.exp(each.averaged().quantile([0.025, 0.5, 0.975]))
        assert cells[1] == f"{reading.tables:,}"
        assert cells[3] == f"{middle:.2f}"
        assert cells[4] == f"{lower:.2f} to {upper:.2f}"
        assert cells[5] == f"{each.averaged().prob_above(0.0):.3f}"
        assert cells[6] == f"{each.prob_or_gt_1.min():.3f} to {each.prob_or_gt_1.max():.3f}"


def test_the_other_average_is_shown_for_every_reading_and_what_else_is_asked(preterm) -> None:
    rows = averaging_table(preterm).rows
    assert len(rows) == len(preterm.reconstructed) == 7
    for row, reading in zip(rows, preterm.reconstructed, strict=True):
        each = reading.posteriors[0]
        assert row[1] == f"{reading.tables:,}"
        assert row[3] == f"{each.averaged().prob_above(0.0):.3f}"
        assert float(row[5]) == pytest.approx(each.weights("evidence") @ each.prob_or_gt_1, abs=6e-4)
        assert row[6] == f"{1 / np.sum(each.weights('evidence') ** 2):,.0f}"


def test_a_reading_without_a_table_an_assumption_and_hearsay_are_named(preterm) -> None:
    section = reconstruction_section(preterm, "preterm_birth")
    assert section is not None
    items = next(block.items for block in section.blocks if block.kind == "items")
    assert items[-1] == "Estimate and upper limit are right: no table at all."
    told = [item for item in items if "7 of 7 against 3 of 9" in item]
    assert len(told) == 2
    assert all("told by a secondary source from memory, not read" in item for item in told)
    assert (
        importance_table(preterm).details[0].startswith("Rests on numbers that are assumed, not read: Mahmoud 2004 (Yuan Table 1")
    )
    assert any(line.startswith("Imputed: an assumption") for line in partial_table(preterm).details)


def test_a_printed_p_value_that_no_reading_gives_is_named(preterm) -> None:
    """Values: normal, from the odds ratios and limits 1.743 (0.58 to 5.24), 2.05 (0.58 to 7.25) and 2.05 (0.80 to 5.24)."""
    assert reading_sentences(preterm)[-1] == (
        "The printed P < 0.05 of the effect agrees with none of these readings: they give 0.322, 0.265 and 0.134."
    )
    weight = reading_sentences(ivig().outcome("birth_weight"))
    assert len(weight) == 2
    assert weight[1].startswith("The prior is flat, so the credible interval repeats the confidence interval")


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
    assert [row.split("|")[1].strip() for row in rows] == ["All three trials", "Large trials"]
    assert "withdrawals counted as alive" in text
    assert "<b>" not in rows[0]
    (outcome,) = found.outcomes
    assert [row.name for row in outcome.alternatives] == ["", "everybody", "without_c", "", "everybody"]
    assert "Counted another way" not in render_markdown(own(THREE, BAD_EVENT))
