"""The brief: its place and its page, its numbers by plain fits, and how it stands on screens and on paper."""

import math
import re
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest
from brief_cases import CASES as TABLES
from brief_cases import brief_case
from browser import opened
from meaning import tells
from report_cases import BAD_EVENT, THREE, hostile, ivig, own, wide
from test_layout_by_font import CUT_OFF, SIDEWAYS
from test_report_pages import Reader

import bayes_ivig as bi
from bayes_ivig.reporting.brief.page import brief_page
from bayes_ivig.reporting.document.blocks import Figure, Items, Page, Section, Table, Text
from bayes_ivig.reporting.document.html import html_of
from bayes_ivig.reporting.document.markdown import markdown_of
from bayes_ivig.reporting.drawing.render import svg_file
from bayes_ivig.reporting.report.folder import earlier_files
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.reporting.report.write import write_report

pytestmark = pytest.mark.slow

CASES = {
    **{name: partial(brief_case, name) for name in TABLES},
    "three": lambda: own(THREE, BAD_EVENT),
    "strange names": hostile,
    "wide names": wide,
    "ivig": ivig,
}
MANY = tuple((f"Trial {i}", 5 + i, 40 + i, 8, 41) for i in range(12))
PAPER = {"A4": (210, 297), "Letter": (216, 279)}


@cache
def brief(case: str) -> Page:
    return brief_page(CASES[case](), page_of(CASES[case]()))


def first(section: Section, kind: type) -> object:
    return next(block for block in section.blocks if isinstance(block, kind))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The briefs of all cases as pages in a folder."""
    folder = tmp_path_factory.mktemp("briefs")
    for case in CASES:
        (folder / f"{case}.html").write_text(html_of(brief(case)), encoding="utf-8")
    return folder


def test_the_brief_is_the_first_section_of_the_report_and_a_page_with_its_question_as_heading():
    report = page_of(own(THREE, BAD_EVENT))
    own_section = report.sections[0]
    question = own_section.blocks[0]
    assert own_section.key == "brief" and isinstance(question, Text)
    page = brief_page(own(THREE, BAD_EVENT), report)
    (section,) = page.sections
    assert section.title == question.text and section.title.endswith("?")
    assert section.blocks == own_section.blocks[1:] and section.sections[:-1] == own_section.sections
    assert (page.title, page.form) == (report.title, "brief")
    markdown = markdown_of(page)
    assert f"## {section.title}\n\n- " in markdown and "(charts/brief.svg)" in markdown
    assert "not advice" in markdown


def test_the_page_of_a_brief_has_no_script_and_leads_to_sections_of_the_report():
    report = page_of(ivig())
    seen = Reader(html_of(brief_page(ivig(), report)))
    tags = [tag for tag, _ in seen.tags]
    assert "script" not in tags and "nav" not in tags
    (policy,) = (a["content"] for t, a in seen.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert "script-src" not in policy and policy.startswith("default-src 'none'; ")
    links = {attributes["href"] for tag, attributes in seen.tags if tag == "a"}
    away = {link for link in links if not link.startswith("#brief")}
    ids = {attributes["id"] for _, attributes in Reader(html_of(report)).tags if "id" in attributes}
    assert {link.partition("#")[0] for link in away} <= {"report.html"}
    assert {link.partition("#")[2] for link in away} <= ids


def test_one_left_out_of_the_report_is_a_page_all_the_same(tmp_path):
    fewer = replace(own(THREE, BAD_EVENT), options=bi.ReportOptions(leave_out=("brief",)))
    written = {path.name for path in write_report(fewer, tmp_path)}
    assert {"brief.html", "brief.md", "brief.docx", "brief.svg"} <= written
    assert 'id="brief"' not in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "charts/brief.svg" in earlier_files(tmp_path)  # though no report links to it


def test_a_function_gives_the_brief_alone():
    html, markdown = (
        bi.render_brief(own(THREE, BAD_EVENT)),
        bi.render_brief(own(THREE, BAD_EVENT), "markdown"),
    )
    assert html == html_of(brief("three")) and markdown == markdown_of(brief("three"))


def test_findings_are_people_at_the_control_risk_of_the_summary():
    reanalysis = own(THREE, BAD_EVENT)
    table = first(brief("three").sections[0], Table)
    assert isinstance(table, Table) and len(table.columns) == 3
    cells = table.rows[0]
    finding = reanalysis.findings[0]
    odds = finding.effects["median"].baseline_risk / (1 - finding.effects["median"].baseline_risk)
    post = bi.fit(bi.Dataset([bi.Study(*row) for row in THREE]), reanalysis.model)
    risks = [odds * math.exp(x) / (1 + odds * math.exp(x)) for x in post["mu"].quantile([0.5, 0.025, 0.975])]
    said = [float(number) for number in re.findall(r"[\d.]+", str(cells[-1]))]
    assert said[0] == 100
    assert said[1] == pytest.approx(100 * odds / (1 + odds), abs=0.5)
    assert said[2:] == pytest.approx([100 * risk for risk in risks], abs=0.5)
    assert tells(str(cells[-1]), "of 100 people", "with placebo", "with drug")
    assert "Certainty of the evidence: not judged." in table.details


def test_certainty_is_printed_where_somebody_entered_it():
    judged = '[judgements]\nby = "A. Reader"\n[judgements.certainty]\noverall = "low"\nreason = "few"\n'
    reanalysis = own(THREE, BAD_EVENT + judged)
    table = first(brief_page(reanalysis, page_of(reanalysis)).sections[0], Table)
    assert isinstance(table, Table)
    assert [column.title for column in table.columns][-1] == "Certainty"
    assert {row[-1] for row in table.rows} == {"low"}
    assert any("low, judged by A. Reader" in line for line in table.details)


@pytest.mark.parametrize("case", CASES)
def test_every_brief_has_an_answer_a_figure_with_its_numbers_in_words_and_its_limits(case):
    page = brief(case)
    (section,) = page.sections
    assert isinstance(first(section, Items), Items)
    for figure in page.figures:
        assert re.search(r"\d", figure.alternative) and len(figure.caption) > 40
    assert [inner.title for inner in section.sections][-2:] == ["Limits", "In the report"]
    assert all(inner.blocks for inner in section.sections)


def test_rows_of_the_figure_are_trials_where_all_of_them_are_the_only_set():
    reanalysis = own(THREE)
    figure = first(brief_page(reanalysis, page_of(reanalysis)).sections[0], Figure)
    assert isinstance(figure, Figure)
    post = bi.fit(bi.Dataset([bi.Study(*row) for row in THREE]), reanalysis.model)
    low, high = np.exp(post["theta_new"].quantile([0.025, 0.975]))
    assert "A: 0.35 (0.11 to 1.09)" in figure.alternative  # 5 of 40 against 12 of 41, by hand
    assert f"new trial {low:.2f} to {high:.2f}" in figure.alternative
    assert svg_file(figure.draw(), figure.alternative).count("A") >= 1


def test_rows_are_comparisons_where_there_are_any_and_then_what_the_paper_pooled():
    section = brief("ivig").sections[0]
    figure, table = first(section, Figure), first(section, Table)
    assert isinstance(figure, Figure) and isinstance(table, Table)
    heparin = bi.load_dataset("ivig", "live_birth").trials(("Dendrinos 2009", "Triolo 2003"))
    post = bi.fit(heparin, ivig().model)
    middle, low, high = np.exp(post["mu"].quantile([0.5, 0.025, 0.975]))
    least, most = np.exp(post["theta_new"].quantile([0.025, 0.975]))
    rows = figure.alternative.split(". ")
    assert any(
        f"{middle:.2f} ({low:.2f} to {high:.2f}); new trial {least:.2f} to {most:.2f}" in row
        and row.startswith(f"{ivig().about.treatment} instead of")
        for row in rows
    )
    published = next(i for i, row in enumerate(rows) if row.startswith("As published"))
    assert published == len(rows) - 2  # then the same trials under the model
    main = [row for row in table.rows if str(row[0]).startswith("Live birth, IVIG ")]
    found = ivig().outcome("live_birth").comparisons
    assert len(main) == len(found.groups)


def test_each_comparison_is_at_the_risk_of_its_own_control_arms():
    table = first(brief("ivig").sections[0], Table)
    assert isinstance(table, Table) and "own control arms" in table.caption
    rows = {name: [str(cell) for cell in row] for row in table.rows for name in [str(row[0])]}
    (yamada,) = (row for label, row in rows.items() if "antibody-negative" in label)
    assert yamada[1] == "1 trial, 99 pregnant women; randomised"
    before, after = (int(number) for number in re.findall(r" (\d+) (?:with|\()", yamada[2]))
    assert before == pytest.approx(100 * 17 / 49, abs=0.5)  # its one control arm
    post = bi.fit(bi.load_dataset("ivig", "live_birth").trials(("Yamada 2022",)), ivig().model)
    odds = 17 / 32 * math.exp(post["mu"].quantile(0.5))
    assert after == pytest.approx(100 * odds / (1 + odds), abs=1)
    (refused,) = (row for label, row in rows.items() if "by refusal" in label)
    assert refused[1:] == [
        "1 trial, 31 pregnant women; not randomised",
        "no number of people: the control arm had no event",
    ]
    (few,) = (row for label, row in rows.items() if label.startswith("Obstetric complication"))
    assert few[1] == "3 trials, 135 live births; one of them known to be randomised"


def test_many_rows_are_cut_and_said_to_be():
    reanalysis = own(MANY)
    figure = first(brief_page(reanalysis, page_of(reanalysis)).sections[0], Figure)
    assert isinstance(figure, Figure)
    assert "(the first 8 of 12)" in figure.svg and "Trial 8" not in figure.alternative


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_of_a_brief_is_cut_off_on_a_screen(browser, pages, width):
    for case in CASES:
        with opened(browser, pages / f"{case}.html", width=width, java_script_enabled=False) as page:
            cut_off = page.evaluate(CUT_OFF, width)  # heads of stacked tables are for screen readers
            assert [each for each in cut_off if not each.startswith("THEAD")] == [], case
            assert page.evaluate(SIDEWAYS) == [], case


@pytest.mark.parametrize("paper", PAPER)
def test_a_brief_is_printed_on_two_pages_at_most(browser, pages, paper):
    for case in CASES:
        with opened(browser, pages / f"{case}.html", java_script_enabled=False) as page:
            printed = page.pdf(format=paper, prefer_css_page_size=paper == "A4")
        many = len(re.findall(rb"/Type\s*/Page\b", printed))
        assert 1 <= many <= 2, (case, many)
