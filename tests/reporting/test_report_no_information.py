"""A report of trials that cannot tell the arms apart says so first, beside every number,
and in the page's own calculator.
"""

import json

import pytest
from report_cases import own

from bayes_ivig.analyses.benefit.benefit import benefit
from bayes_ivig.reporting.benefit.text import benefit_text
from bayes_ivig.reporting.report.render import render_html, render_markdown
from bayes_ivig.reporting.report.results_json import results_json

pytestmark = pytest.mark.slow

SILENT = (("A", 0, 100, 0, 100), ("B", 0, 50, 0, 50), ("C", 0, 200, 0, 200))
MIXED = (*SILENT[:1], ("D", 3, 50, 6, 50), ("E", 7, 7, 9, 9), ("F", 4, 40, 9, 45))
NOTHING = (
    "Nothing was learnt about the odds ratio: no trial can tell the arms apart (no events, "
    "or only events, in both arms)."
)


@pytest.fixture(scope="module")
def silent():
    return own(SILENT)


@pytest.fixture(scope="module")
def mixed():
    return own(MIXED)


def test_the_first_line_says_that_nothing_was_learnt(silent) -> None:
    text = render_markdown(silent)
    results = text[text.index("\n## The outcome") :]
    assert results.index(NOTHING) < results.index("0.500")
    # of trials that all say nothing
    assert "Leave-one-out" not in text and "very choice of trials" not in text
    findings = text[text.index("Summary of findings\n") :]
    assert findings.index("No control risk is carried by the control arms") < findings.index("| --- |")
    assert "numbers needed to treat that are made of it" not in text  # there are none


def test_every_row_of_such_a_set_is_marked(silent) -> None:
    rows = [
        line
        for line in render_markdown(silent).splitlines()
        if line.startswith("|") and "ll three trials" in line and "| done |" not in line  # of the checklist
    ]
    assert len(rows) > 8
    assert all("three trials (nothing learnt)" in row for row in rows if "Pooled" not in row)


def test_arms_that_are_alike_have_no_direction_by_rounding_error(silent) -> None:
    """The median difference is 0 but for the last bits: neither a number for one more nor one fewer event."""
    (outcome,) = silent.outcomes
    text = benefit_text(benefit(outcome.trial_set("all").posterior, baseline=0.1))
    assert "over 1,000,000" not in text
    assert "no effect" in text
    assert "no absolute effect" in render_markdown(silent).lower()  # its own control arms carry none


def test_silent_trials_are_named_under_every_table_of_a_set(mixed) -> None:
    text = render_markdown(mixed)
    assert "Nothing was learnt" not in text
    named = (
        "2 of 4 carry information; cannot tell the arms apart: A, 0/100 v 0/100; E, 7/7 v 9/9; "
        "what they add comes from"
    )
    assert text.count("All four trials: A, D, E, F (") == text.count(named) > 0


def test_results_json_counts_them(silent, mixed) -> None:
    for reanalysis, informative, names in ((silent, 0, ["A", "B", "C"]), (mixed, 2, ["A", "E"])):
        (outcome,) = json.loads(results_json(reanalysis))["outcomes"]
        posterior = outcome["trial_sets"][0]["posterior"]
        assert (posterior["k_informative"], posterior["uninformative"]) == (informative, names)
        assert posterior["learnt_nothing"] is (informative == 0)
        assert posterior["baseline_check"] == outcome["trial_sets"][0]["baseline"]
        assert outcome["trial_sets"][0]["pooled"]["k_informative"] == informative


def test_the_page_tells_its_calculator_which_trials_are_silent(mixed) -> None:
    page = render_html(mixed)
    assert '"silent": [0, 2]' in page or '"silent":[0,2]' in page
    assert NOTHING in page
