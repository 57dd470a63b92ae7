"""The report, or its brief, as one HTML page that needs no network; without JavaScript all
but its interactive part is there.
"""

from base64 import b64encode
from hashlib import sha256

from bayes_ivig import resources
from bayes_ivig.files.reading import content
from bayes_ivig.reporting.document.blocks import Explorer, Figure, Page
from bayes_ivig.reporting.document.citations import listed
from bayes_ivig.reporting.document.outline import contents
from bayes_ivig.reporting.document.stacking import labels, stacks
from bayes_ivig.reporting.document.table_width import parts, setting
from bayes_ivig.reporting.drawing.render import svg_in_page

TEMPLATES = "reporting/templates"  # in the package
# in the order they need each other
EXPLORER = tuple(f"explorer_{part}.js" for part in ("curves", "compute", "charts", "words", "state", "view"))
REPORT = "report.html"  # beside a brief


def html_of(page: Page) -> str:
    """Fill the template; everything but the drawings and the style sheet is escaped."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.part(TEMPLATES)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    def drawing(figure: Figure) -> Markup:  # made by Vega, which escapes the names in it
        return Markup(svg_in_page(figure.svg, figure.name))

    beside = REPORT if page.form == "brief" else ""
    environment.filters |= {
        "address": lambda target: f"{beside}#{target}",
        "contents": contents,
        "labels": labels,
        "listed": lambda block: listed(block.works, page.citations),
        # escapes what is text in it
        "mathml": lambda formula, block=False: Markup(formula.mathml(block=block)),
        "number_of": page.citations.get,
        "parts": parts,
        "setting": setting,
        "stacks": stacks,
    }
    explorer = next((block for block in page.blocks() if isinstance(block, Explorer)), None)
    styles = ["style.css", "brief.css"]
    scripts = ["reading.js", "tables.js"] if page.form == "report" else []
    if explorer:
        styles, scripts = [*styles, "explorer.css"], [*scripts, *EXPLORER]
    style = Markup("".join(map(_template, styles)))
    scripts = [_template(script) for script in scripts]
    return environment.get_template("report.html.j2").render(
        page=page,
        drawing=drawing,
        style=style,
        payload=explorer.payload if explorer else None,
        scripts=[Markup(script) for script in scripts],
        policy=_policy(scripts),
    )


def _template(name: str) -> str:
    return content(resources.part(f"{TEMPLATES}/{name}")).decode("utf-8")


def _policy(scripts: list[str]) -> str:
    """Return a policy that lets the page's own scripts run, by hash,
    and nothing be fetched from or sent to anywhere.
    """
    hashes = " ".join(
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts
    )
    allowed = f"script-src {hashes}; " if scripts else ""
    return f"default-src 'none'; {allowed}style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
