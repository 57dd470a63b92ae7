"""What a report opens with: numbers of plain fits, on any table, and nothing that a table does not have."""

import math
import re

import pytest
from meaning import tells
from report_cases import BAD_EVENT, THREE, ivig, own

import bayes_ivig as bi
from bayes_ivig.reporting.document.blocks import Items
from bayes_ivig.reporting.drawing.render import svg_file
from bayes_ivig.reporting.report.opening_section import (
    answer_figure,
    answer_table,
    first_sentence,
)
from bayes_ivig.reporting.report.rests_on_section import points, summary_point
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.reporting.wording.outcomes import main_outcome

pytestmark = pytest.mark.slow


def told(found):
    return ["".join(part if isinstance(part, str) else part.text for part in point) for point in found]


@pytest.fixture(scope="module")
def lines():
    return told(points(main_outcome(ivig()), "live_birth"))


def test_the_trial_that_carries_the_answer_is_left_out_by_a_plain_fit(lines):
    without = bi.fit(bi.load_dataset("ivig", "live_birth").trials("-Stricker 2000"), bi.Model())
    median, chance = math.exp(without["mu"].quantile(0.5)), without["mu"].prob_above(0.0)
    assert tells(
        lines[0], "nine trials", "Stricker 2000", "most", f"{median:.2f} without", f"{chance:.3f} without"
    )


def test_the_published_choice_is_placed_among_its_like(lines):
    assert tells(lines[1], "84", "three", "nine") and tells(lines[1], "4", "P < 0.05")
    assert tells(lines[1], "9", "largest")


def test_heterogeneity_stands_beside_its_prior(lines):
    tau = bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model())["tau"]
    line = next(each for each in lines if "between-study SD τ" in each)
    assert f"posterior median of {tau.quantile(0.5):.2f}" in line
    assert f"95% below {bi.priors.HalfNormal(0.5).quantile(0.95):.2f}" in line


def test_the_range_over_models_is_that_of_the_table(lines):
    rows = [row for row in main_outcome(ivig()).other_models.rows if row.trials == "all"]
    medians = sorted(row.ratio.estimate for row in rows)
    line = next(each for each in lines if " models of all nine trials" in each)
    # the reference model's is at neither end
    assert f"from {medians[0]:.2f} to {medians[-1]:.2f}, and P(OR > 1)" in line


def test_classes_of_design_are_plain_fits_and_a_plain_contrast(lines):
    line = next(each for each in lines if "each class by itself" in each)
    ratio = float(re.search(r"their ratio is ([0-9.]+) ", line)[1])
    found = next(each for each in main_outcome(ivig()).choices.classes if len(each.contrast.groups) == 2)
    groups = {name: tuple(studies) for name, studies in found.contrast.groups.items()}
    live = bi.load_dataset("ivig", "live_birth")
    plain = bi.trials.contrast(live, by=groups)
    medians = [math.exp(each.quantile(0.5)) for each in plain.differences.values()]
    assert min(abs(math.log(ratio / m)) for m in (*medians, *(1 / m for m in medians))) < 0.005
    for studies in groups.values():
        assert f"{math.exp(bi.fit(live.trials(studies), bi.Model())['mu'].quantile(0.5)):.2f} (" in line


def test_an_outcome_without_counts_is_told_by_its_range():
    preterm = ivig().outcome("preterm_birth")
    (line,) = told([summary_point(preterm, "preterm_birth")])
    chances = [float(reading.marginal.prob_above(0.0)) for reading in preterm.readings]
    chances += [
        float(p.averaged().prob_above(0.0)) for each in preterm.reconstructed for p in each.posteriors
    ]
    assert f"P(OR > 1) from {min(chances):.3f} to {max(chances):.3f}" in line
    assert summary_point(ivig().outcome("birth_weight"), "birth_weight") is None


def test_every_point_leads_to_a_section_of_the_page():
    page = page_of(ivig())
    keys = set()

    def walk(sections):
        for section in sections:
            keys.add(section.key)
            walk(section.sections)

    walk(page.sections)
    (items,) = (
        block
        for block in next(section for section in page.sections if section.key == "answer").blocks
        if isinstance(block, Items) and not isinstance(block.items[0], str)
    )
    targets = [part.target for point in items.items for part in point if not isinstance(part, str)]
    assert len(targets) >= 6 and set(targets) <= keys


def test_one_trial_opens_with_its_numbers_and_no_choice_of_trials():
    one = own(THREE[:1], BAD_EVENT.partition("[")[0])
    assert first_sentence(one).startswith("Odds ratio of death, drug against placebo: ")
    assert not any("moves the posterior most" in line for line in told(points(main_outcome(one), "outcome")))
    assert len(answer_table(one).rows) == 1
    assert svg_file(answer_figure(one).draw(), "one").count("<svg") == 1


def test_the_table_has_posterior_before_pooled_and_no_mirror_image():
    table = answer_table(ivig())
    titles = [column.title for column in table.columns]
    assert titles.index("Posterior OR") < titles.index("Pooled again, OR")
    assert "Pregnancy loss" not in {row[0] for row in table.rows}
    row = next(row for row in table.rows if row[1] == "All nine trials")
    assert row[titles.index("Posterior OR")] == "1.80" and row[titles.index("Pooled again, OR")] == "1.50"
