"""A reanalysis as one page of HTML or Markdown."""

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.document.html import html_of
from bayes_ivig.reporting.document.markdown import markdown_of
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis


@checked
def render_html(reanalysis: Reanalysis) -> str:
    """Return the report as a self-contained page; the same reanalysis gives the same bytes."""
    return html_of(page_of(reanalysis))


@checked
def render_markdown(reanalysis: Reanalysis) -> str:
    """Return the report as Markdown; charts are linked as ``charts/NAME.svg``."""
    return markdown_of(page_of(reanalysis))


def report_text(reanalysis: Reanalysis, width: int = 0) -> str:  # noqa: ARG001 - Markdown is not wrapped
    """Return the report as Markdown, as the text of a reanalysis."""
    return render_markdown(reanalysis)
