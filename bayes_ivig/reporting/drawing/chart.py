"""``Chart``: a drawing by Altair that shows itself in notebooks, without a network, and saves itself."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bayes_ivig.errors import ModelError, quoted
from bayes_ivig.files.places import why, why_no_chart
from bayes_ivig.files.writing import write_bytes
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.reporting.drawing import pictures
from bayes_ivig.reporting.drawing.render import html_file, specification, svg_file
from bayes_ivig.reporting.wording import phrases

if TYPE_CHECKING:
    import altair as alt

ENDINGS = (".svg", ".png", ".pdf", ".html")
MOST = 150  # letters of what is drawn, in a line


@checked_methods
@dataclass(frozen=True, eq=False, repr=False)
class Chart:
    """A drawing by Altair: a notebook shows it, ``save`` writes it, ``altair`` is what it is made of.

    What is shown is an SVG with fixed colours on white, drawn on this machine: no script runs, and no network
    is asked. ``altair`` is a chart as Altair has it, to change, layer or theme; ``to_dict`` its Vega-Lite
    specification.

    **example**

    >>> import bayes_ivig as bi
    >>> post = bi.fit(bi.load_dataset("ivig", "live_birth"), bi.Model())
    >>> chart = bi.plot.absolute(bi.benefit(post))
    >>> type(chart).__name__, chart._repr_mimebundle_()["image/svg+xml"][:4]
    ('Chart', '<svg')
    """

    altair: "alt.LayerChart | alt.VConcatChart"

    @property
    def title(self) -> str:
        """What is drawn, in words, for those who cannot see it."""
        described = self.altair.description
        return described if isinstance(described, str) else ""

    def to_dict(self) -> dict[str, Any]:
        """Return the chart as a Vega-Lite specification, its numbers rounded to what a drawing shows."""
        return specification(self.altair)

    def save(self, path: str | Path) -> Path:
        """Write the drawing to a file in ``.svg``, ``.png``, ``.pdf`` or ``.html`` (a page of its own).

        Returns the path. The file is put in place whole. Raises ``ModelError`` for another ending, or where
        the file cannot be written.

        >>> import bayes_ivig as bi
        >>> chart = bi.plot.absolute(bi.benefit(bi.fit(bi.load_dataset("my.csv"))))
        >>> chart.save("absolute.svg").name
        'absolute.svg'
        """
        path = Path(path)
        if path.suffix.lower() not in ENDINGS:
            raise ModelError(
                f"Chart.save: path is {quoted(str(path))}; must end in {', '.join(ENDINGS[:-1])} or "
                f"{ENDINGS[-1]}"
            )
        if reason := why_no_chart():
            raise ModelError(f"Chart.save: {reason}")
        content = self._drawn(path.suffix.lower())
        try:
            write_bytes(path, content)
        except OSError as error:
            raise ModelError(f"Chart.save: {path}: {why(error, path)}") from None
        return path

    def _drawn(self, ending: str) -> bytes:
        """Return the drawing as a file of a form."""
        match ending:
            case ".svg":
                return self._svg.encode()
            case ".png":
                return pictures.picture(self._svg)
            case ".pdf":
                return pictures.sheet(self._svg)
            case _:
                return html_file(self.altair).encode()

    @cached_property
    def _svg(self) -> str:
        return svg_file(self.altair, self.title)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG002
        """Return what a notebook shows: an SVG, and a PNG where it cannot show that."""
        png = b64encode(pictures.picture(self._svg)).decode()
        return {"image/svg+xml": self._svg, "image/png": png, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"Chart({phrases.cut(self.title, MOST)})"
