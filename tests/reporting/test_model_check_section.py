"""Checks of the model on pages: what is said, what is drawn, and what the reporting checklist makes of it."""

from dataclasses import replace

import pytest
from joined import joined
from meaning import drawn_texts, tells
from report_cases import BAD_EVENT, THREE, hostile, ivig, own

import bayes_ivig as bi
from bayes_ivig.analyses.checks.predictive import prior_predictive_check
from bayes_ivig.reporting.checks.section import (
    model_checks_appendix,
    model_checks_section,
    prior_checks_section,
)
from bayes_ivig.reporting.document.blocks import FIGURE_SPACE, Figure, Section, Table, Text
from bayes_ivig.reporting.document.leaving_out import without
from bayes_ivig.reporting.report.barg_section import barg_items
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.results.reanalysis.reanalysis import CountsOutcome, Reanalysis

pytestmark = pytest.mark.slow


def outcome(reanalysis: Reanalysis, name: str = "") -> CountsOutcome:
    found = reanalysis.outcome(name)
    assert isinstance(found, CountsOutcome)
    return found


def section_of(reanalysis: Reanalysis, name: str = "") -> Section:
    one, key = outcome(reanalysis, name), name or "outcome"
    found = joined(model_checks_section(one, key), model_checks_appendix(one, key))
    assert found is not None
    return found


def table_of(section: Section) -> Table:
    return next(block for block in section.blocks if isinstance(block, Table))


def said_in(section: Section) -> str:
    return " ".join(block.text for block in section.blocks if isinstance(block, Text))


def answers(reanalysis: Reanalysis, known: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {item.place: item.keys for item in barg_items(reanalysis, known)}


def test_the_case_says_which_trial_stands_out() -> None:
    section = section_of(ivig(), "live_birth")
    said = said_in(section)
    assert "one of six lies outside the 95% limits" in said and "one of eight lies outside" in said
    assert said.count("Stricker 2000 (22 events of 24 under IVIG, ") == 2
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in table_of(section).cells}
    assert list(rows) == [*outcome(ivig(), "live_birth").trial_set("all").dataset.study_names, "All"]
    assert rows["Stricker 2000"][:4] == ["22/24", "0/7", "16 to 21", "0.003"]
    # not published, and without a choice among all nine
    assert rows["Branch 2000"][2:8] == ["\N{EN DASH}"] * 6
    checks = outcome(ivig(), "live_birth").checks
    assert checks is not None
    for check, column in zip(checks.sets, (3, 6), strict=True):
        for row in check.foreseen:
            assert row.p_value is not None and row.replicated_p is not None
            assert float(rows[row.study][column]) == pytest.approx(row.p_value, abs=5.1e-4)
            assert float(rows[row.study][column + 1]) == pytest.approx(row.replicated_p, abs=5.1e-4)
        assert check.smallest_p_chance == pytest.approx(float(rows["All"][column + 1]), abs=5.1e-4)


def test_the_picture_has_every_trial() -> None:
    section = section_of(ivig(), "live_birth")
    (figure,) = [block for block in section.blocks if isinstance(block, Figure)]
    drawn = drawn_texts(figure.draw())
    assert {"Six trials the paper pooled", "All nine trials", "67 to 88%", "0.003"} <= set(drawn)
    assert drawn.count("Stricker 2000") == 2
    assert tells(figure.alternative, "Stricker 2000", "92%", "67 to 88%", "P 0.003")


def test_mirror_images_and_single_trials_have_none() -> None:
    assert outcome(ivig(), "miscarriage").checks is None
    assert model_checks_section(outcome(ivig(), "miscarriage"), "miscarriage") is None
    single = own((("only", 5, 40, 12, 41),))
    assert model_checks_section(outcome(single), "outcome") is None
    known = {section.key: "" for section in _all(page_of(single).sections)}
    assert "prior-predictive" in known and not [key for key in known if key.endswith("-checks")]


def test_priors_before_the_data_stand_once_on_the_page() -> None:
    section = prior_checks_section(ivig())
    assert section is not None
    found = outcome(ivig(), "live_birth")
    prior = prior_predictive_check(found.trial_set("all").dataset, ivig().model)
    assert found.checks is not None and (found.checks.prior, found.checks.levels) == (
        prior.quantities,
        prior.levels,
    )
    rows = [[cell.text for cell in row] for row in table_of(section).cells]
    assert len(rows) == len(prior.quantities) == 5
    assert [" ".join(cell.replace(FIGURE_SPACE, "").split()) for cell in rows[0][:3]] == [
        "Pooled odds ratio",
        "1",
        "0.15 to 6.7",
    ]
    assert [row[4] for row in rows] == ["0.288", "0.296", "\N{EN DASH}", "0.649", "0.650"]
    assert "next to event rates of 0 and 1" in said_in(section)
    hypergeometric = prior_checks_section(own(THREE, BAD_EVENT, "hypergeometric_normal"))
    assert hypergeometric is not None and "event rates of 0 and 1" not in said_in(hypergeometric)
    assert len(table_of(hypergeometric).rows) == 3


def test_the_checklist_is_done_where_the_sections_are() -> None:
    sections = page_of(ivig()).sections
    known = {section.key: section.title for section in _all(sections)}
    rows = {
        row[0].text: row
        for section in sections
        if section.key == "checklist"
        for row in table_of(section).cells
    }
    for place, link, state in (
        ("1E", "prior-predictive", "done"),
        ("3A", "live_birth-checks", "in part"),  # not for outcomes without counts
    ):
        assert rows[place][2].text == state
        assert link in [part.target for part in rows[place][3].after if not isinstance(part, str)]  # type: ignore[union-attr]
    assert answers(ivig(), known)["1E"] == ("prior-predictive", r".*-priors")
    kept = {section.key: section.title for section in _all(without(sections, ("checks", "prior-predictive")))}
    assert answers(ivig(), kept)["1E"] == ("none",)


def test_the_checklist_is_not_done_where_they_are_left_out(tmp_path) -> None:
    path = tmp_path / "mine.csv"
    header = "study,treatment_events,treatment_total,control_events,control_total\n"
    path.write_text(header + "\n".join(",".join(map(str, row)) for row in THREE) + "\n", encoding="utf-8")
    options = bi.ReportOptions(leave_out=("outcome-checks", "prior-predictive"))
    page = page_of(bi.reanalyze(path, options=options))
    checklist = next(section for section in page.sections if section.key == "checklist")
    rows = {row[0].text: row[2].text for row in table_of(checklist).cells}
    assert (rows["1E"], rows["3A"]) == ("not done", "not done")


@pytest.mark.parametrize(
    ("rows", "model", "told"),
    [
        (THREE, "normal_normal", "odds ratio"),
        (THREE, "common_effect", "under drug"),
        (
            (("zero", 0, 40, 12, 41), ("all", 12, 12, 9, 9), ("empty arm", 0, 0, 3, 19)),
            "binomial_normal",
            "had no choice",
        ),
        (
            (("large", 400_000, 1_000_000, 399_000, 1_000_000), ("small", 3, 9, 1, 8)),
            "binomial_normal",
            "399000/1000000",
        ),
        ((("rare", 3, 100_000, 9, 100_000), ("rarer", 1, 90_000, 2, 90_000)), "binomial_normal", "rarer"),
    ],
    ids=["normal", "common", "zeros", "large", "rare"],
)
def test_awkward_tables(rows: tuple[tuple[object, ...], ...], model: str, told: str) -> None:
    found = own(rows, BAD_EVENT if rows is THREE else "", model)
    name = "" if rows is not THREE else found.outcomes[0].name
    section = section_of(found, name)
    figure = next(block for block in section.blocks if isinstance(block, Figure))
    table = table_of(section)
    cells = " ".join(cell.text for row in table.cells for cell in row)
    assert told in " ".join([figure.svg, cells, said_in(section), *table.details])
    assert "nan" not in f"{cells} {said_in(section)} {figure.alternative}".lower()


def test_many_trials_are_in_the_table_and_not_drawn() -> None:
    found = outcome(ivig(), "live_birth")
    assert found.checks is not None
    first, whole = found.checks.sets
    many = replace(whole, rows=whole.rows * 5)
    drawn = model_checks_appendix(
        replace(found, checks=replace(found.checks, sets=(first, many))), "live_birth"
    )
    assert drawn is not None
    (figure,) = [block for block in drawn.blocks if isinstance(block, Figure)]
    assert "Six trials the paper pooled" in figure.alternative and "All nine trials" not in figure.alternative
    none = model_checks_appendix(replace(found, checks=replace(found.checks, sets=(many,))), "live_birth")
    assert none is not None and len(table_of(none).rows) == 10
    assert not any(isinstance(block, Figure) for block in none.blocks)


def test_hostile_names_are_shown_as_text() -> None:
    section = section_of(hostile())
    figure = next(block for block in section.blocks if isinstance(block, Figure))
    assert "<script>" not in figure.svg and "<img" not in figure.svg


def _all(sections: tuple[Section, ...]) -> list[Section]:
    return [found for section in sections for found in (section, *_all(section.sections))]
