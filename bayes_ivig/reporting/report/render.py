"""A reanalysis as one page of HTML or Markdown."""

from typing import Literal

from bayes_ivig.kinds.checked import checked
from bayes_ivig.reporting.brief.page import brief_page
from bayes_ivig.reporting.document.html import html_of
from bayes_ivig.reporting.document.markdown import markdown_of
from bayes_ivig.reporting.report.sections import page_of
from bayes_ivig.results.reanalysis.reanalysis import Reanalysis


@checked
def render_html(reanalysis: Reanalysis) -> str:
    """Return the report as a self-contained page; the same reanalysis gives the same bytes.

    >>> import bayes_ivig as bi
    >>> page = bi.render_html(bi.reanalyze(bi.load_dataset("my.csv")))
    >>> page[:15]
    '<!DOCTYPE html>'
    """
    return html_of(page_of(reanalysis))


@checked
def render_markdown(reanalysis: Reanalysis) -> str:
    """Return the report as Markdown; charts are linked as ``charts/NAME.svg``.

    >>> import bayes_ivig as bi
    >>> print(bi.render_markdown(bi.reanalyze(bi.load_dataset("my.csv"))).splitlines()[0])
    # Meta-analysis of my
    """
    return markdown_of(page_of(reanalysis))


@checked
def render_brief(reanalysis: Reanalysis, form: Literal["html", "markdown"] = "html") -> str:
    """Return the brief of the report, about one page: its answer, on what it hangs and what it leaves open.

    Links in its HTML lead to sections of ``report.html`` beside it; in Markdown charts are linked as
    ``charts/NAME.svg``. The same reanalysis gives the same bytes.

    >>> import bayes_ivig as bi
    >>> print(bi.render_brief(bi.reanalyze(bi.load_dataset("my.csv")), "markdown").splitlines()[0])
    # Meta-analysis of my
    """
    page = brief_page(reanalysis, page_of(reanalysis))
    return html_of(page) if form == "html" else markdown_of(page)


def report_text(reanalysis: Reanalysis, width: int = 0) -> str:  # noqa: ARG001 - Markdown is not wrapped
    """Return the report as Markdown, as the text of a reanalysis."""
    return render_markdown(reanalysis)
