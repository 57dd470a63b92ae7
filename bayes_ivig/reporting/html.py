"""The report as one HTML page that needs no network and no JavaScript."""

from pathlib import Path

from bayes_ivig.reporting.charts.render import svg_in_page
from bayes_ivig.reporting.page import Figure, Page
from bayes_ivig.reporting.sections import page_of
from bayes_ivig.results.reanalysis import Reanalysis

TEMPLATES = Path(__file__).parent / "templates"


def render_html(reanalysis: Reanalysis) -> str:
    """Return the report as a self-contained page; the same reanalysis gives the same bytes."""
    return html_of(page_of(reanalysis))


def html_of(page: Page) -> str:
    """Fill the template; everything but the drawings and the style sheet is escaped."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    def drawing(figure: Figure) -> Markup:  # made by Vega, which escapes the names in it
        return Markup(svg_in_page(figure.svg, figure.name))

    style = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    return environment.get_template("report.html.j2").render(page=page, drawing=drawing, style=style)
