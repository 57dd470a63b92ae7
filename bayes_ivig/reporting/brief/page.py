"""The brief as a page of its own, beside the report."""

from dataclasses import replace

from bayes_ivig.reporting.brief.section import KEY, brief_section
from bayes_ivig.reporting.document.blocks import Page, Prose, Section, Text
from bayes_ivig.reporting.document.inline import Link, Part
from bayes_ivig.reporting.document.pointers import settled
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis


def brief_page(reanalysis: Reanalysis, report: Page) -> Page:
    """Return the brief of a report under the report's titles, its question as its heading;
    its links lead to the report's sections.
    """
    own = next((section for section in report.sections if section.key == KEY), None)
    section = own or settled((brief_section(reanalysis), *report.sections))[0]
    question, *blocks = section.blocks
    if isinstance(question, Text):
        section = replace(section, title=question.text, blocks=tuple(blocks))
    section = replace(section, sections=(*section.sections, *_more(report)))
    return Page(report.title, report.subtitle, (section,), report.foot[-1:], form="brief")


def _more(report: Page) -> tuple[Section, ...]:
    """Return where the report goes on, appendices apart."""
    links = [
        Link(section.title, section.key)
        for section in report.sections
        if section.key != KEY and not section.appendix
    ]
    if not links:
        return ()
    parts: list[Part] = [part for link in links for part in (", ", link)]
    return (Section(f"{KEY}-more", "In the report", (Prose((*parts[1:], ".")),)),)
