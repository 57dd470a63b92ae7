"""Terms of a report are those it uses, and what it does not cover is said."""

import re
from dataclasses import replace

import pytest
from meaning import tells
from report_cases import BAD_EVENT, THREE, ivig, own

from bayes_ivig.inputs.report_options import ReportOptions
from bayes_ivig.reporting.document.blocks import Section, Text
from bayes_ivig.reporting.report.glossary_section import cut_down, every_term, glossary_section, with_glossary
from bayes_ivig.reporting.report.limits_section import limits_section
from bayes_ivig.reporting.report.render import render_markdown
from bayes_ivig.reporting.report.sections import page_of

pytestmark = pytest.mark.slow


def terms(sections: tuple[Section, ...]) -> list[str]:
    found = glossary_section(sections)
    return [str(row[0]) for row in found.blocks[0].rows] if found else []


def test_only_terms_that_occur_are_listed_in_order() -> None:
    said = (
        Section("a", "A", (Text("R-hat is 1, I² is 3%."),), (Section("b", "B", (Text("all shrunken"),)),)),
    )
    assert terms(said) == ["I²", "Posterior, shrunken", "R-hat"]
    assert (
        terms((Section("a", "Taut mules alphabetise flatly", (Text("compounded, kappa 1, blessed"),)),)) == []
    )
    assert with_glossary((Section("a", "A"),)) == (Section("a", "A"),)


def test_a_term_is_not_defined_because_of_its_own_definition() -> None:
    last = Section("references", "References")
    page = with_glossary((Section("a", "A", (Text("I² and E-BFMI"),)), last))
    assert [section.key for section in page] == ["a", "glossary", "references"]
    assert cut_down(page) == page
    assert terms(cut_down((Section("a", "A", (Text("I²"),)), *page[1:]))) == ["I²"]
    assert [section.key for section in cut_down((Section("a", "A"), *page[1:]))] == ["a", "references"]


def test_every_term_of_the_report_is_used_in_it() -> None:
    text = render_markdown(ivig())
    before, rest = re.split(r"\n## [^\n]*Terms\n", text)
    table, after = re.split(r"\n## [^\n]*References\n", rest)
    listed = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", table, flags=re.MULTILINE)[2:]
    assert len(listed) > 10
    by_name = {name: re.escape(name) for name, _ in ivig().about.words.glossary}
    by_name |= {term.name: term.pattern for term in every_term()}
    plain = (before + after).replace("\\", "")
    for name in listed:
        assert re.search(by_name[name.replace("\\", "")], plain), name
    assert {"τ (tau)", "LKJ prior", "Power-scaling"} <= set(listed)


def test_every_meaning_is_one_sentence() -> None:
    for term in every_term():
        assert term.meaning.endswith("."), term.name
        assert not re.search(r"[.?!] [A-Z]", term.meaning), term.name


def test_sections_left_out_take_their_terms_along() -> None:
    whole = ivig()
    short = replace(whole, options=ReportOptions(leave_out=("diagnostics", "methods")))
    listed = terms(page_of(short).sections)
    assert "R-hat" not in listed
    assert "R-hat" in terms(page_of(whole).sections)
    bare = replace(whole, options=ReportOptions(leave_out=("glossary",)))
    assert "glossary" not in [section.key for section in page_of(bare).sections]


def said(section: Section) -> str:
    return " ".join(section.blocks[1].items)


def test_what_the_report_on_ivig_does_not_cover() -> None:
    text = said(limits_section(ivig()))
    assert "(GRADE) is not judged" in text
    assert "would tell little of the nine here" in text
    assert tells(
        text,
        "harms of IVIG other than",
        "obstetric complication",
        "adverse neonatal outcome",
        "preterm birth",
    )
    assert tells(text, "birth weight", "no probability of benefit", "direction")
    assert "Risk of bias" not in text
    assert "how the trials were found" not in text


def test_what_a_table_of_ones_own_does_not_cover() -> None:
    text = said(limits_section(own(THREE)))
    assert "would tell little of the three here" in text
    assert "no outcome is described as a harm" in text
    assert tells(text, "no judgements of the trials")
    assert tells(text, "no probability of benefit", "direction")
    assert "which direction is good" not in said(limits_section(own(THREE, BAD_EVENT)))
    many = tuple((f"T{i}", 3 + i, 40, 5 + i, 41) for i in range(10))
    assert "small_study_test, of the Python package, draw and test" in said(limits_section(own(many)))
