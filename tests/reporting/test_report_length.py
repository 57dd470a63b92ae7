"""How long the body of a report is, and that its tables are all there."""

import pytest
from counting import length
from report_cases import BAD_EVENT, THREE, ivig, own

from bayes_ivig.reporting.report.sections import page_of

pytestmark = pytest.mark.slow


def test_the_body_can_be_read():
    page = page_of(ivig())
    body, whole = length(page, body=True), length(page, body=False)
    assert body.words <= 9_000
    assert body.tables <= 25 and body.figures <= 15
    assert whole.words > 2 * body.words  # all else stands in the appendices


def test_a_small_report_is_short_and_has_no_empty_part():
    for page in (page_of(own(THREE, BAD_EVENT)), page_of(own(THREE[:1]))):
        assert length(page, body=True).words <= 3_000
        assert [section.key for section in page.sections if not section.blocks and not section.sections] == []


def test_the_appendices_have_what_the_body_leaves_out():
    """The tables of a report, by what they are of: none may go missing between body and appendices."""
    captions = [block.caption for block in page_of(ivig()).blocks() if block.kind == "table"]
    for part in (
        "published, pooled again and posterior", "study by study", "every trial set", "probabilities below",
        "effect and heterogeneity priors", "families of priors", "width of the prior", "is just reached",
        "power-scaling", "fewest events", "without each trial in turn", "choices of six trials",
        "as the trials come in", "classes of trials", "the reference model and other models",
        "exact models on the other trial sets", "several scales", "as the other trials foresee it",
        "named sensitivity analyses", "under each reading", "what is known of the events",
        "over all reconstructed tables", "with equal weights", "under other baselines",
        "what knowing a number would tell", "change in the number of 100", "Benefit and harm together",
        "trials that the benefit is taken from", "at other control risks", "One joint model",
        "Other harms", "The counts", "The studies", "Risk of bias", "cannot be true together",
        "agree under a condition", "do not agree", "Other meta-analyses", "Statements of guidelines",
        "Priors of the reference model", "imply before any data", "Numerical accuracy", "sampled and exact",
        "Checks of every sampled fit", "Reporting checklist", "Inputs", "Versions", "Summary of findings",
        "Absolute effects", "answer, by outcome",
    ):  # fmt: skip
        assert any(part in caption for caption in captions), part
