"""The section by prior: what each table and figure says, on the case and on tables of one's own."""

import pytest
from report_cases import BAD_EVENT, THREE, hostile, ivig, own

from bayes_ivig.reporting.page import Figure, Table, Text
from bayes_ivig.reporting.prior_section import prior_section, short
from bayes_ivig.results.reanalysis import CountsOutcome, Reanalysis

MOST = 30_000  # characters of one drawing


def blocks(reanalysis: Reanalysis, name: str) -> list[Text | Table | Figure]:
    outcome = reanalysis.outcome(name)
    assert isinstance(outcome, CountsOutcome)
    section = prior_section(outcome, name or "outcome")
    assert section is not None
    return list(section.blocks)


def test_the_case() -> None:
    found = blocks(ivig(), "live_birth")
    tables = [block for block in found if isinstance(block, Table)]
    families = {row[0].text: [cell.text for cell in row] for row in tables[1].cells}
    assert families["Sceptical"][1] == "sceptical(0.693) = normal(0, 0.421)"
    assert families["Optimistic, moderate"][2] == "0.850"
    own_row = families["The model's own"]
    assert own_row[4:7] == ["3.67", own_row[5], "0.997"]  # as in the answer table
    widths = {row[0].text: [cell.text for cell in row] for row in tables[3].cells}
    assert widths["2.82"][2:5] == own_row[4:7]
    told = " ".join(block.text for block in found if isinstance(block, Text))
    assert "a convention, since nobody stated an expected effect" in told
    assert "Kofod 2025, robust: the informative part has a weight of 0.800 before the data" in told


def test_a_mirror_image_has_no_families_of_its_own() -> None:
    assert [type(block) for block in blocks(ivig(), "miscarriage")] == [Table, Figure]


@pytest.mark.parametrize("case", [hostile(), own(THREE), own(THREE[:1]), own(THREE, BAD_EVENT)], ids=["hostile", "3", "1", "bad"])
def test_tables_of_ones_own(case: Reanalysis) -> None:
    found = blocks(case, case.outcomes[0].name)
    for figure in (block for block in found if isinstance(block, Figure)):
        assert figure.alternative
        assert len(figure.svg) < MOST
    told = " ".join(block.text for block in found if isinstance(block, Text))
    assert ("convention" in told) == (case.outcomes[0].about.event is not None)
    labels = [row[0].text for table in found if isinstance(table, Table) for row in table.cells]
    assert ("Optimistic, moderate" in labels) == (case.outcomes[0].about.event is not None)
    assert "Kofod 2025" not in labels


def test_long_numbers_are_cut_for_print_alone() -> None:
    assert short("sceptical(0.693) = normal(0, 0.42131408451485597)") == "sceptical(0.693) = normal(0, 0.421)"
    assert short("half_normal(1e-05)") == "half_normal(1e-05)"
