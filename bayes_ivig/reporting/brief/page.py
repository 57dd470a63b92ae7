"""The brief as a page of its own, beside the report."""

from bayes_ivig.reporting.brief.section import KEY, brief_section
from bayes_ivig.reporting.document.blocks import Page
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis


def brief_page(reanalysis: Reanalysis, report: Page) -> Page:
    """Return the brief of a report under the report's titles; its links lead to the report's sections."""
    own = next((section for section in report.sections if section.key == KEY), None)
    section = own or brief_section(reanalysis)
    return Page(report.title, report.subtitle, (section,), report.foot[-1:], form="brief")
