"""Small studies and publication in a report: a number in the body, the rest in the appendix, or why not."""

import pytest
from report_cases import BAD_EVENT, THREE, own

from bayes_ivig.reporting.report.limits_section import limits_section
from bayes_ivig.reporting.report.prisma_section import prisma_items
from bayes_ivig.reporting.report.results_json import results_document
from bayes_ivig.reporting.small_studies.section import small_studies_appendix, small_studies_section
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

pytestmark = pytest.mark.slow

FOUR = (*THREE, ("D", 7, 30, 9, 33))


def outcome(found: Reanalysis) -> CountsOutcome:
    (only,) = found.outcomes
    assert isinstance(only, CountsOutcome)
    return only


def words(section: object) -> str:
    """Every text of a section in one line."""
    return " ".join(str(getattr(block, "text", getattr(block, "parts", ""))) for block in section.blocks)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def told() -> Reanalysis:
    return own(FOUR, BAD_EVENT)


def test_the_body_has_the_probability_before_and_after(told: Reanalysis) -> None:
    asked = outcome(told).small_studies
    assert asked is not None
    ((name, found),) = asked.sets
    section = small_studies_section(outcome(told), "death")
    assert section is not None
    assert name == "all"
    for row in found.rows:
        assert f"{row.posterior['mu'].prob_below(0):.3f}" in words(section)
    assert "one-sided for OR < 1" in words(section)


def test_the_appendix_has_every_part(told: Reanalysis) -> None:
    section = small_studies_appendix(outcome(told), "death")
    assert section is not None
    assert [block.kind for block in section.blocks] == ["text", "table", "table", "text", "figure"]
    adjusted, steps = (block for block in section.blocks if block.kind == "table")
    assert [row[0] for row in adjusted.rows][2:] == [
        "Limit on the standard error (PET)",
        "Limit on its square (PEESE)",
    ]
    assert sum(int(str(row[1])) for row in steps.rows) == len(FOUR)


@pytest.mark.parametrize(
    ("rows", "sidecar", "why"),
    [
        (FOUR, "", "the data do not say which direction is good"),
        (THREE[:2], 'event = "bad"\n', "fewer than three trials"),
        (FOUR, 'event = "bad"\nmeasure = "RR"\n', "odds ratios from counts only"),
    ],
)
def test_what_cannot_be_asked_says_why_in_a_line(
    rows: tuple[tuple[object, ...], ...], sidecar: str, why: str
) -> None:
    one = outcome(own(rows, sidecar))
    section = small_studies_section(one, "x")
    assert section is not None
    assert len(section.blocks) == 1
    assert why in words(section)
    assert small_studies_appendix(one, "x") is None


def test_what_is_not_covered_and_the_checklist_know_of_it(told: Reanalysis) -> None:
    def limits(found: Reanalysis) -> str:
        return " ".join(str(item) for item in limits_section(found).blocks[1].items)

    assert "assumed by outcome (selection by p-value, PET and PEESE)" in limits(told)
    assert "assumed by outcome" not in limits(own(THREE[:2], 'event = "bad"\n'))
    assert "no funnel plot and no test" in limits(told)
    by_place = {item.place: item for item in prisma_items(told)}
    assert all(by_place[place].partly.startswith("Selection by p-value") for place in ("14", "21"))
    bare = {item.place: item for item in prisma_items(own(THREE[:2], 'event = "bad"\n'))}
    assert (bare["14"].said, bare["14"].partly) == ("", "")


def test_results_json_has_the_answers(told: Reanalysis) -> None:
    (document,) = results_document(told)["outcomes"]
    small = document["sections"]["small_studies"]
    assert small["refused"] == ""
    ((name, answers),) = small["sets"]
    assert name == "all"
    assert [row["adjustment"] for row in answers["rows"]] == ["none", "selection", "pet", "peese"]
    assert len(answers["selected"]["steps"]) == 2
