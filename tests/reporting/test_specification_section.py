"""The specification curve in a report, and what a person judged."""

from dataclasses import replace

import pytest
from report_cases import BAD_EVENT, THREE, ivig, own

import bayes_ivig as bi
from bayes_ivig.inputs.judgements.judged import (
    BiasJudgement,
    Certainty,
    ImportantDifference,
    Judged,
    Judgements,
    StatedBefore,
)
from bayes_ivig.reporting.document.blocks import Figure, Prose, Section, Table, Text
from bayes_ivig.reporting.document.inline import Link
from bayes_ivig.reporting.judgements.section import judgements_section
from bayes_ivig.reporting.judgements.words import before_sentence
from bayes_ivig.reporting.specification.chart import plot_specifications
from bayes_ivig.reporting.specification.section import specifications_appendix, specifications_section

pytestmark = pytest.mark.slow

JUDGED = Judgements(
    Certainty(
        Judged("very low", "", "A. Reader", "May 2026"),
        (("imprecision", Judged("serious", "31 events", "B. Other")),),
        "the blinded trials",
    ),
    (BiasJudgement("A", Judged("", "open label", "A. Reader"), (("sequence", "high"),)),),
    ImportantDifference(20.0, "events_per_1000", "asked of patients", "C. Third"),
    StatedBefore("a registration", trial_sets=("all",), note="amended once"),
)


def shown(section: Section | None) -> str:
    assert section is not None
    words = []
    for block in section.blocks:
        if isinstance(block, Text):
            words.append(block.text)
        if isinstance(block, Prose):
            words += [part for part in block.parts if isinstance(part, str)]
            words += [part.target for part in block.parts if isinstance(part, Link)]
        if isinstance(block, Table):
            words += [block.caption, *(column.title for column in block.columns)]
            words += [cell.text for row in block.cells for cell in row]
            words += block.details
        if isinstance(block, Figure):
            words += [block.caption, block.alternative]
    return " | ".join(words)


def test_the_case_has_its_curve_under_the_first_outcome_only() -> None:
    first, *others = (each for each in ivig().outcomes if hasattr(each, "specifications"))
    assert all(each.specifications is None for each in others)
    said = shown(specifications_section(first, "live_birth"))
    for words in (
        "every combination",
        "Not one of them is known to have been stated before",
        "no uncertainty",
    ):
        assert words in said
    assert "live_birth-appendix-specifications" in said
    in_full = shown(specifications_appendix(first, "live_birth"))
    assert "What moves the answer most." in in_full
    assert "Every specification, in the order of the picture." in in_full


def test_a_curve_draws_marks_for_every_option_and_says_what_is_stated() -> None:
    before = StatedBefore("a protocol", ("all",), (), ("binomial",), ("random",), ("normal(0, 1)",))
    dataset = own(THREE, BAD_EVENT).outcomes[0].trial_set("all").dataset
    dataset = replace(dataset, about=replace(dataset.about, judgements=Judgements(stated_before=before)))
    found = bi.trials.specification_curve(dataset)
    drawn = str(plot_specifications(found).to_dict(validate=False))
    for text in ("hypergeometric", "one common effect", "normal, SD 1 *", "stated before", "all trials *"):
        assert text in drawn
    assert "A protocol states every choice of 0 of them" in found.text(width=300)


def judged() -> bi.Reanalysis:
    reanalysis = own(THREE, BAD_EVENT)
    outcome = reanalysis.outcomes[0]
    return replace(reanalysis, outcomes=(replace(outcome, about=replace(outcome.about, judgements=JUDGED)),))


def test_judgements_are_printed_as_theirs() -> None:
    said = shown(judgements_section(judged()))
    for words in (
        "very low", "A. Reader (May 2026)", "the blinded trials", "imprecision: 31 events", "serious",
        "not judged", "sequence: high", "open label", "20 per 1000",
        "asked of patients",
        "C. Third", "by a registration: trial sets all", "Amended once", "nothing of it is computed",
    ):  # fmt: skip
        assert words in said


def test_priors_stated_before_stand_as_they_were_written() -> None:
    before = StatedBefore("a protocol", ("two_arm",), mu_priors=("half_normal(0.5)",))
    said = before_sentence(before)
    assert "trial sets two arm; priors of the effect half_normal(0.5)" in said


def test_nothing_judged_has_no_section() -> None:
    assert judgements_section(ivig()) is None
    assert judgements_section(own(THREE, BAD_EVENT)) is None


def test_a_single_specification_is_told_in_the_singular() -> None:
    data = bi.load_dataset("ivig", "live_birth")
    one = bi.trials.specification_curve(
        data, models=bi.Model(), trials="published", mu="normal(0, 1)", tau="half_normal(0.5)"
    )
    told = " ".join(one.text().split())
    assert "1 specification: every combination of 1 trial set, 1 model, 1 prior of the effect" in told
    assert "of 1 95% credible interval 1 above excludes no effect" in told
