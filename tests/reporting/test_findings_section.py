"""The summary of findings as a section: its rows, its words, and tables of any kind."""

from dataclasses import replace

import pytest
from meaning import telling, tells
from report_cases import BAD_EVENT, HOSTILE, THREE, ivig, own

from bayes_ivig.analyses.benefit.findings import findings
from bayes_ivig.inputs.judgements.judged import ImportantDifference, Judgements
from bayes_ivig.reporting.benefit.findings_section import findings_section
from bayes_ivig.reporting.document.blocks import Figure, Page, Section, Table, Text
from bayes_ivig.reporting.document.html import html_of
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis

pytestmark = pytest.mark.slow

ONE = (("alone", 4, 10, 2, 11),)
RARE = (("a", 0, 100, 0, 100), ("b", 1, 5000, 3, 5000), ("none", 0, 0, 2, 20))


def section(reanalysis: Reanalysis, **options: object) -> Section:
    found = findings_section(reanalysis, findings(reanalysis.outcomes, **options))
    assert found is not None
    return found


def tables(found: Section) -> list[list[list[str]]]:
    """Heading and rows of every table, as text."""
    return [
        [[column.title for column in block.columns], *([cell.text for cell in row] for row in block.cells)]
        for block in found.blocks
        if isinstance(block, Table)
    ]


def details(found: Section) -> str:
    return " ".join(line for block in found.blocks if isinstance(block, Table) for line in block.details)


def test_the_case_has_a_row_per_outcome_and_main_trial_set() -> None:
    found = section(ivig())
    summary, risks = tables(found)
    rows = {row[0]: row[1:] for row in summary[1:]}
    assert rows["Live birth: all nine trials"] == [
        "9 (451)", "1.80 (0.69 to 5.32)", "743", "838 (665 to 939)",
        "+96 (\N{MINUS SIGN}78 to +196)", "0.886", "0.772", "0.049",
    ]  # fmt: skip
    assert [label.split(":")[0] for label in rows] == [
        *["Live birth"] * 3, "Obstetric complication", "Adverse neonatal outcome", *["Preterm birth"] * 2,
    ]  # fmt: skip
    assert "Preterm birth: reconstructed counts, both limits are right" in rows
    assert len(risks) == 1 + 3 * 3
    assert rows["Adverse neonatal outcome: all four trials"][2:5] == ["\N{EN DASH}"] * 3
    assert tells(risks[1][-1], "7.1 to benefit", "13 to harm", "no effect", "2.5 to benefit")
    assert rows["Adverse neonatal outcome: all four trials"][0] == "3 of 4 (90)"
    said = details(found)
    for text in (
        "normal(0, 2.82)",
        "above 1.25",
        "averaged over the tables",
        "pregnant women (Live birth)",
        "to benefit, or to be harmed",
        "mean of their log odds ~ logistic(0, 1), SD between studies ~ half_normal(1)",
    ):
        assert text in said
    assert tells(said, "live birth", "median control risk", "734 to 747 per 1000", "halved and doubled")
    assert tells(
        said, "adverse neonatal outcome", "no absolute effects", "control arms", "prior", "16 to 66 per 1000"
    )
    (figure,) = (block for block in found.blocks if isinstance(block, Figure))
    assert tells(
        figure.alternative, "live birth: all nine trials", "low control risk", "333", "473 (255 to 726)"
    )


def test_stated_risks_and_differences_are_what_the_tables_are_about() -> None:
    found = section(own(THREE, BAD_EVENT), baseline_risks={"": {"here": 0.2}}, important_difference=50)
    summary, risks = tables(found)
    assert [row[0] for row in summary[1:]] == ["Death: all three trials", "Death: large trials"]
    assert {row[3] for row in summary[1:]} == {"200"}
    assert risks[0][-2:] == ["P(50 or more fewer)", "P(50 or more additional)"] and risks[1][1] == "here"
    assert risks[1][-2] == summary[1][-2]  # events are bad: fewer of them are the benefit
    said = details(found)
    assert tells(said, "50", "more", "fewer", "per 1000") and tells(said, "control risks", "as stated")


def test_without_a_direction_no_side_is_named() -> None:
    found = section(own(THREE))
    (heading, *_), risks = tables(found)
    assert heading[-3:] == ["P(OR > 1)", "Important increase", "Important decrease"]
    assert "for one fewer event" in risks[1][-1]
    assert "benefit" not in " ".join(heading) + details(found)


@pytest.mark.parametrize("rows", [ONE, RARE, tuple((name, 5, 20, 3, 21) for name in HOSTILE)])
def test_any_table_makes_a_page(rows: tuple[tuple[object, ...], ...]) -> None:
    arms = 'treatment = "<img src=x onerror=alert(1)>"\ncontrol = "' + "c" * 200 + '"\n'
    found = section(own(rows, arms), important_difference=1)
    page = html_of(Page("title", "subtitle", (found,)))
    assert "<img" not in page
    assert "Summary of findings" in page
    if rows == ONE:
        assert tables(found)[1][1][1] == "the one control arm's risk"


def test_where_control_arms_carry_no_risk_no_numbers_of_people_are_promised() -> None:
    """Nothing learnt and nothing per 1000; with a stated risk there are such numbers,
    and they are the prior's.
    """
    silent = own((("a", 0, 100, 0, 100), ("b", 0, 50, 0, 50)))
    texts = [block.text for block in section(silent).blocks if isinstance(block, Text)]
    assert texts[0].startswith("Nothing was learnt about the odds ratio")
    assert "events per 1000" not in " ".join(texts)
    assert tells(texts[1], "no control risk", "control arms", "odds ratios", "cannot")
    assert tells(details(section(silent)), "no absolute effects", "control arms", "no event")
    stated = section(silent, baseline_risks={"": {"here": 0.2}})
    lead = next(block.text for block in stated.blocks if isinstance(block, Text))
    assert tells(lead, "events per 1000", "numbers needed to treat")


def test_failed_checks_of_control_arms_are_said() -> None:
    reanalysis = own(THREE, BAD_EVENT)
    failed = tuple(
        replace(each, problems=("mass beyond the grid",)) for each in findings(reanalysis.outcomes)
    )
    found = findings_section(reanalysis, failed)
    assert found is not None
    assert len(telling(details(found), "death", "control arms", "FAILED", "mass beyond the grid")) == 1


def test_no_odds_ratio_no_section() -> None:
    assert findings_section(ivig(), ()) is None


def test_outcomes_with_differences_of_their_own_stand_side_by_side() -> None:
    """One in events per 1000, one as an odds ratio, the others as the data's description has it."""
    stated = {
        "live_birth": ImportantDifference(50.0, "events_per_1000", "asked of women", "A. Reader"),
        "obstetric_complication": ImportantDifference(2.0, "odds_ratio"),
    }
    known = ivig()
    outcomes = tuple(
        replace(
            each, about=replace(each.about, judgements=Judgements(important_difference=stated[each.name]))
        )
        if each.name in stated
        else each
        for each in known.outcomes
    )
    found = section(replace(known, outcomes=outcomes))
    summary, risks = tables(found)
    assert summary[0][-1] == "Important means"
    means = {row[0].split(":")[0]: row[-1] for row in summary[1:]}
    assert means["Live birth"] == "50 per 1000"
    assert means["Obstetric complication"] == "OR 2"
    assert means["Preterm birth"] == "OR 1.25"
    assert risks[0][-3:] == ["Important difference per 1000", "P(so many fewer)", "P(so many additional)"]
    by_outcome = {row[0].split(":")[0]: row[-3:] for row in risks[1:]}
    assert by_outcome["Live birth"][0] == "50"
    assert by_outcome["Obstetric complication"] == ["\N{EN DASH}"] * 3
    said = details(found)
    assert "entered as the smallest important difference (by A. Reader: asked of women) (Live birth)." in said
    assert "no smallest important difference is stated: a chosen margin" in said


def test_one_margin_for_every_outcome_is_said_to_be_nobodys() -> None:
    said = details(section(ivig()))
    assert (
        "These limits are the same for every outcome, since no smallest important difference is stated: a "
        "chosen margin, and no finding of the trials."
    ) in said
