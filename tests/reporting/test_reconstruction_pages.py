"""What the report says of reconstructed counts and of other ways to count, held to the results behind it."""

import json

import numpy as np
import pytest
from joined import joined
from meaning import tells
from report_cases import BAD_EVENT, THREE, ivig, own

from bayes_ivig.analyses.reconstruction.posterior import reconstruction_posterior
from bayes_ivig.inputs.counts.description import About
from bayes_ivig.inputs.counts.partial import PartialStudy, PartialTable
from bayes_ivig.inputs.model.two_arm import Model
from bayes_ivig.inputs.paper.claims import Claim, Printed
from bayes_ivig.priors.scale_free import Flat
from bayes_ivig.reporting.reconstruction.chart import plot_reconstruction
from bayes_ivig.reporting.reconstruction.section import (
    importance_table,
    posterior_table,
    reconstruction_appendix,
    reconstruction_section,
)
from bayes_ivig.reporting.reconstruction.summary_table import partial_table, reading_sentences
from bayes_ivig.reporting.reconstruction.weights_section import averaging_table
from bayes_ivig.reporting.report.render import render_markdown
from bayes_ivig.reporting.report.results_json import results_json
from bayes_ivig.results.reanalysis.reanalysis import SummaryOutcome
from bayes_ivig.results.reconstruction.posterior import ReconstructedReading

pytestmark = pytest.mark.slow

OTHERS = """
[alternatives.everybody]
title = "A: <b>everybody</b> | randomised"
counts = { A = [5, 44, 12, 45] }
basis = "withdrawals counted as alive"
[alternatives.without_c]
drop = ["C"]
"""


def section_of(outcome):
    return joined(
        reconstruction_section(outcome, outcome.name), reconstruction_appendix(outcome, outcome.name)
    )


@pytest.fixture(scope="module")
def preterm():
    return ivig().outcome("preterm_birth")


def test_the_answer_has_the_reconstructed_counts() -> None:
    text = render_markdown(ivig())
    first = text[text.index(". All outcomes and main") :]
    first = first[: first.index("\n## ", 5)]
    rows = [line for line in first.splitlines() if line.startswith("| Preterm birth |")]
    assert [("Reconstructed counts" in row, "Published summary" in row) for row in rows] == [
        (True, False)
    ] * 2
    assert "over 4,711 tables" in rows[0]
    assert "over 9,937 tables" in rows[1]


def test_the_table_shows_the_averaged_posteriors(preterm) -> None:
    rows = posterior_table(preterm).rows
    found = [
        (reading, each)
        for reading in preterm.reconstructed
        if not reading.narrowed
        for each in reading.posteriors
    ]
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
        assert row[5] == f"{each.prob_or_gt_1.mean():.3f}"
        assert float(row[3]) == pytest.approx(each.weights("evidence") @ each.prob_or_gt_1, abs=6e-4)
        assert row[6] == f"{1 / np.sum(each.weights('evidence') ** 2):,.0f}"


def test_a_reading_without_a_table_an_assumption_and_hearsay_are_named(preterm) -> None:
    section = section_of(preterm)
    assert section is not None
    items = next(block.items for block in section.blocks if block.kind == "items")
    assert tells(items[-1], "estimate and upper limit", "no table")
    told = [item for item in items if "7 of 7 against 3 of 9" in item]
    assert len(told) == 2
    assert all(tells(item, "secondary source", "not read") for item in told)
    assert tells(importance_table(preterm).details[0], "assumed", "Mahmoud 2004", "Yuan Table 1")
    assert any(line.startswith("Imputed: an assumption") for line in partial_table(preterm).details)


def test_a_printed_p_value_that_no_reading_gives_is_named(preterm) -> None:
    """Values: normal, from the odds ratios and limits 1.743 (0.58 to 5.24),
    2.05 (0.58 to 7.25) and 2.05 (0.80 to 5.24).
    """
    assert tells(reading_sentences(preterm)[-1], "P < 0.05", "none", "0.322", "0.265", "0.134")
    weight = reading_sentences(ivig().outcome("birth_weight"))
    assert len(weight) == 2
    assert tells(weight[1], "prior is flat", "credible interval", "confidence interval")


def test_the_report_says_how_little_a_trial_report_would_tell(preterm) -> None:
    section = section_of(preterm)
    assert section is not None
    text = " ".join(getattr(block, "text", "") for block in section.blocks)
    assert "53,635,081,500 possible tables" in text
    own = preterm.reconstructed[0].posteriors[0]
    first = own.importance()[0]
    assert first.of_posterior < own.between_tables() < 0.05
    assert f"What matters most is {importance_table(preterm).rows[0][0]}" in text
    assert "No single trial's report would settle this outcome." in text
    assert "ask for that trial first" not in text
    assert importance_table(preterm).rows[0][1] == f"{100 * first.of_posterior:.1f}%"
    assert "nobody has read them" in " ".join(posterior_table(preterm).details)


def test_a_trial_that_leaves_much_open_is_asked_for() -> None:
    """Two trials; of the large one the control arm is anything from 10 to 90 of 100."""
    table = PartialTable(
        (PartialStudy("Large", (50, 50), 100, (10, 90), 100), PartialStudy("Small", (3, 3), 9, (4, 4), 9)),
        "two",
    )
    events = np.array([[[50, r], [3, 4]] for r in range(10, 91)])
    found = reconstruction_posterior((table, events), Model())
    one = ReconstructedReading("as printed", "", len(events), (found,))
    claim = Claim("o", "OR", estimate=Printed("1.3"))
    section = section_of(SummaryOutcome("o", About(), claim, Flat(), (), (), (one,), len(events)))
    assert section is not None
    text = " ".join(getattr(block, "text", "") for block in section.blocks)
    assert found.importance()[0].of_posterior > 0.5
    assert "Ask for that trial's report first." in text
    assert "would settle" not in text


def test_the_baselines_are_set_side_by_side(preterm) -> None:
    section = section_of(preterm)
    assert section is not None
    (table,) = [b for b in section.blocks if b.kind == "table" and "under other baselines" in b.caption]
    assert len(table.rows) == len(preterm.baselines) == 14
    for row, each in zip(table.rows, preterm.baselines, strict=True):
        assert (row[2], row[4]) == (f"{each.by_evidence[0]:.2f}", f"{each.by_evidence[3]:.3f}")
        assert row[7] == f"{each.effective:,.0f} of {each.tables:,}"
    assert "total of events" in " ".join(table.details)


def test_the_chart_draws_every_reading_once_for_each_denominator(preterm) -> None:
    drawn = json.dumps(plot_reconstruction(preterm).to_dict(validate=False), ensure_ascii=False)
    assert drawn.count("(4,711 tables)") == 1
    assert drawn.count('"live births"') == drawn.count('"pregnant women"') == 7
    assert "(31 tables)" in drawn


def test_the_json_has_every_average(preterm) -> None:
    (found,) = [
        each for each in json.loads(results_json(ivig()))["outcomes"] if each["outcome"] == "preterm_birth"
    ]
    assert found["possible_tables"] == 53_635_081_500
    one = found["reconstructed"][0]
    own = preterm.reconstructed[0].posteriors[0]
    assert one["weights"] == "evidence"
    assert one["averaged"]["evidence"]["prob_or_gt_1"] == pytest.approx(
        own.averaged().prob_above(0.0), abs=1e-5
    )
    assert one["averaged"]["uniform"]["prob_or_gt_1"] == pytest.approx(own.prob_or_gt_1.mean(), abs=1e-3)
    assert one["variance_between_tables"] == pytest.approx(own.between_tables(), rel=1e-4)
    assert [each["model"]["baseline"] for each in found["sections"]["baselines"]] == ["midpoint"] * 6 + [
        "control"
    ] * 6 + ["none"] * 2
    first = one["importance"][0]
    assert first["study"] == own.importance()[0].study
    assert 0 < first["of_posterior"] < one["variance_between_tables"]


def test_other_ways_to_count_are_tabulated() -> None:
    found = own(THREE, BAD_EVENT + OTHERS)
    text = render_markdown(found)
    rows = [line for line in text.splitlines() if "everybody" in line and line.startswith("|")]
    assert [row.split("|")[1].strip() for row in rows] == ["All three trials", "Large trials"]
    assert "withdrawals counted as alive" in text
    assert "<b>" not in rows[0]
    (outcome,) = found.outcomes
    assert [row.name for row in outcome.alternatives] == ["", "everybody", "without_c", "", "everybody"]
    assert "counted another way" not in render_markdown(own(THREE, BAD_EVENT))
