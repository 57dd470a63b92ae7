"""The next trial in a report: three lines in the body, curves and a table in the appendix, JSON."""

from dataclasses import replace

import pytest
from report_cases import BAD_EVENT, THREE, own

import bayes_ivig as bi
from bayes_ivig.reporting.document.blocks import Figure, Table
from bayes_ivig.reporting.next_trial.section import next_trial_appendix, next_trial_section
from bayes_ivig.reporting.report.results_json import results_document
from bayes_ivig.reporting.wording import numbers
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis


@pytest.fixture(scope="module")
def told() -> Reanalysis:
    return own(THREE, BAD_EVENT)


def outcome(told: Reanalysis) -> CountsOutcome:
    (found,) = told.outcomes
    assert isinstance(found, CountsOutcome)
    return found


def test_the_body_says_the_most_that_one_trial_can_do(told: Reanalysis) -> None:
    section = next_trial_section(outcome(told), "death")
    assert section is not None and section.title == "The next trial"
    said = str(section.blocks[0].parts[0])
    plan = bi.next_trial(outcome(told).trial_set("all").posterior, per_arm=[50, 200, 1_000], draws=1_000)
    most, usual = (numbers.probability(each.value["reached"]) for each in (plan.endless, plan.sizes[1]))
    assert f"without end takes it to 0.975 or beyond with probability {most}" in said
    assert f"One of 200 in each arm does so with probability {usual}" in said
    assert "4 trials of 50 instead" in said


def test_the_appendix_has_curves_and_a_row_for_every_size(told: Reanalysis) -> None:
    section = next_trial_appendix(outcome(told), "death")
    assert section is not None
    (table,) = (block for block in section.blocks if isinstance(block, Table))
    assert [row[1].text for row in table.cells] == ["50", "200", "1,000", "4 trials of 50", "without end"]
    assert all(row[-1].text == "\N{EN DASH}" for row in table.cells[3:]), (
        "several trials, and one without end"
    )
    (figure,) = (block for block in section.blocks if isinstance(block, Figure))
    assert figure.draw().to_dict()["layer"]


def test_where_it_is_not_asked_nothing_is_said(told: Reanalysis) -> None:
    without = replace(outcome(told), next_trial=None)
    assert next_trial_section(without, "x") is None and next_trial_appendix(without, "x") is None
    one = outcome(own(THREE[:1], 'event = "bad"\n'))
    assert one.next_trial is None


def test_results_json_has_the_plans(told: Reanalysis) -> None:
    (document,) = results_document(told)["outcomes"]
    ((name, plan),) = document["sections"]["next_trial"]["plans"]
    assert name == "all"
    assert [each["control_total"] for each in plan["sizes"]] == [50, 200, 1000]
    assert plan["today"]["prob_benefit"] == pytest.approx(
        outcome(told).trial_set("all").posterior["mu"].prob_below(0), abs=1e-4
    )
