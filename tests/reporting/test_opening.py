"""What opens an outcome, and the answers of all outcomes in one table: numbers of plain fits, on any table,
and nothing that a table does not have.
"""

import math

import pytest
from meaning import tells
from report_cases import BAD_EVENT, THREE, ivig, own

import bayes_ivig as bi
from bayes_ivig.reporting.drawing.render import svg_file
from bayes_ivig.reporting.reconstruction.summary_table import posteriors_sentence
from bayes_ivig.reporting.report.opening_section import (
    answer_figure,
    answer_table,
    opening_blocks,
    published_sentence,
)
from bayes_ivig.reporting.wording.outcomes import main_outcome

pytestmark = pytest.mark.slow


def test_an_outcome_without_counts_is_told_by_its_range():
    preterm = ivig().outcome("preterm_birth")
    line = posteriors_sentence(preterm)
    chances = [float(reading.marginal.prob_above(0.0)) for reading in preterm.readings]
    chances += [
        float(p.averaged().prob_above(0.0)) for each in preterm.reconstructed for p in each.posteriors
    ]
    assert f"P(OR > 1) from {min(chances):.3f} to {max(chances):.3f}" in line
    weight = ivig().outcome("birth_weight")
    below = float(weight.readings[0].marginal.prob_below(0.0))
    assert tells(posteriors_sentence(weight), "mean difference", "186.7 g", "25.3", f"{below:.3f}")


def test_a_published_result_stands_beside_a_plain_fit():
    said = published_sentence(main_outcome(ivig()))
    six = bi.load_dataset("ivig", "live_birth").trials("published")
    median = math.exp(bi.fit(six, bi.Model())["mu"].quantile(0.5))
    pooled = bi.pool(six, method="revman-random").ratio.estimate
    assert tells(said, "six trials the paper pooled", "published 2.86 (1.04 to 7.90)")
    assert tells(said, f"pooled again {pooled:.2f}", f"posterior {median:.2f}")


def test_an_outcome_opens_with_its_direction_and_what_is_known_of_the_trials():
    (text,) = opening_blocks(main_outcome(ivig()), ivig())
    assert text.text.startswith("An odds ratio above 1 favours IVIG. ")
    assert text.text.endswith(ivig().about.note)
    assert opening_blocks(main_outcome(own(THREE)), own(THREE)) == ()


def test_one_trial_makes_one_row_and_one_picture():
    one = own(THREE[:1], BAD_EVENT.partition("[")[0])
    assert len(answer_table(one).rows) == 1
    assert svg_file(answer_figure(one).draw(), "one").count("<svg") == 1


def test_the_table_has_posterior_before_pooled_and_no_mirror_image():
    table = answer_table(ivig())
    titles = [column.title for column in table.columns]
    assert titles.index("Posterior OR") < titles.index("Pooled again, OR")
    assert "Pregnancy loss" not in {row[0] for row in table.rows}
    row = next(row for row in table.rows if row[1] == "All nine trials")
    assert row[titles.index("Posterior OR")] == "1.80" and row[titles.index("Pooled again, OR")] == "1.50"
