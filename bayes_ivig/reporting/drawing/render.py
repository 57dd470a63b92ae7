"""From an Altair chart to SVG text: a file that stands alone, and the same drawing inside a page."""

import json
import re
from html import escape
from typing import TYPE_CHECKING, Any

from bayes_ivig.reporting.drawing.palette import VARIABLES
from bayes_ivig.reporting.wording.digits import DRAWING, cut, short_places

if TYPE_CHECKING:
    import altair as alt

VEGA_LITE = "6.4"
TAG = re.compile(r"<[^>]*>")
POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline' "
    "'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'\">"
)
COLOUR = re.compile(r'(?<==")(' + "|".join(VARIABLES) + r')(?=")')


def specification(chart: "alt.LayerChart | alt.VConcatChart") -> dict[str, Any]:
    """Return a chart as Vega-Lite reads it, its numbers rounded."""
    drawn: dict[str, Any] = cut(chart.to_dict(validate=False), DRAWING)
    return drawn


def svg_file(chart: "alt.LayerChart | alt.VConcatChart", alternative: str) -> str:
    """Return the chart as an SVG document with fixed colours;
    ``alternative`` is what a screen reader says.
    """
    import vl_convert

    drawn = TAG.sub(
        lambda tag: short_places(tag.group()),
        vl_convert.vegalite_to_svg(specification(chart), vl_version=VEGA_LITE),
    )
    labelled = f'<svg role="img" aria-label="{escape(alternative)}" '
    return drawn.replace("<svg ", labelled, 1).rstrip() + "\n"


def html_file(chart: "alt.LayerChart | alt.VConcatChart") -> str:
    """Return the chart as a page that stands alone: no text in it can end the script that it stands in,
    and nothing is asked of any network.
    """
    import vl_convert

    drawn = specification(chart)
    texts = json.dumps(drawn, ensure_ascii=False)
    # the converter writes the chart into a script as it is, where "</script>" would end it
    stand_in = next(sign for sign in map(chr, range(0xE000, 0xF900)) if sign not in texts)
    page: str = vl_convert.vegalite_to_html(texts.replace("<", stand_in), vl_version=VEGA_LITE, bundle=True)
    return page.replace(stand_in, r"\u003c").replace("<head>", f"<head>\n    {POLICY}", 1)


def svg_in_page(svg: str, prefix: str) -> str:
    """Return the drawing for a page: colours by CSS variable,
    and ids that are unique because of ``prefix``.
    """
    return TAG.sub(lambda tag: _tag_in_page(tag.group(), prefix), svg).rstrip()


def _tag_in_page(tag: str, prefix: str) -> str:
    tag = COLOUR.sub(lambda colour: VARIABLES[colour.group()], tag)
    if tag.startswith("<svg "):  # the surrounding figure carries role and label
        tag = re.sub(r' role="img" aria-label="[^"]*"', ' aria-hidden="true" focusable="false"', tag)
        tag = re.sub(r' width="(\d+)', r' style="--natural:\1px" width="\1', tag, count=1)
    return re.sub(r'(\bid="|url\(#)', rf"\g<1>{prefix}-", tag)
