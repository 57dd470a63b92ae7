"""``Figure``: a drawing by Matplotlib that shows itself in notebooks and saves itself for papers."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bayes_ivig.errors import ModelError, quoted
from bayes_ivig.files.places import why
from bayes_ivig.files.writing import write_bytes
from bayes_ivig.kinds.checked import checked_methods
from bayes_ivig.kinds.ranges import Dpi
from bayes_ivig.reporting.figures.paper import MM, style
from bayes_ivig.reporting.wording import numbers, phrases

if TYPE_CHECKING:
    import matplotlib.axes as mpl
    from matplotlib.figure import Figure as Drawn

MAKER = "bayes_ivig"
NOTHING: dict[str, Any] = {}
SCREEN = 144.0  # dots per inch of a notebook
MOST_PIXELS = 65_000  # of one side, which Matplotlib cannot pass
# what is stated beside the drawing, and no date, so that the same drawing is the same bytes
METADATA: dict[str, dict[str, Any]] = {
    "pdf": {"Creator": MAKER, "Producer": MAKER, "CreationDate": None},
    "svg": {"Creator": MAKER, "Date": None},
    "png": {"Software": MAKER},
    "eps": {"Creator": MAKER},
    "tiff": {},
}
ENDINGS = {".pdf": "pdf", ".svg": "svg", ".png": "png", ".eps": "eps", ".tif": "tiff", ".tiff": "tiff"}
TITLED = ("pdf", "svg", "png")
DATE = re.compile(rb"%%CreationDate: [^\n]*\n")


@checked_methods
@dataclass(frozen=True, eq=False, repr=False)
class Figure:
    """A drawing by Matplotlib: a notebook shows it, ``save`` writes it, ``axes`` and ``figure`` change it.

    ``axes`` is the Matplotlib ``Axes`` with the data on it, or several by name; ``figure`` the whole.
    ``title`` says what is drawn, to those who cannot see it and in saved files. No window is opened, and
    nothing is changed that other drawings of the same program are made with.

    **example**

    >>> import bayes_ivig as bi
    >>> drawn = bi.plot.forest(bi.load_dataset("ivig", "live_birth"), width=180)
    >>> drawn.size[0], drawn.axes.get_xscale()
    (180.0, 'log')
    >>> _ = drawn.axes.axvline(2, linestyle=":")
    """

    axes: Any
    title: str = ""

    @property
    def figure(self) -> "Drawn":
        """The Matplotlib ``Figure`` that the axes are on: ours, or the user's own where ``ax`` was given."""
        first: mpl.Axes = next(iter(self.axes.values())) if isinstance(self.axes, dict) else self.axes
        drawn: Drawn = first.get_figure(root=True)  # type: ignore[assignment]
        return drawn

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in mm."""
        across, high = self.figure.get_size_inches()
        return round(float(across) * 72 / MM, 3), round(float(high) * 72 / MM, 3)

    def save(self, path: str | Path, dpi: Dpi = 300.0) -> Path:
        """Write the drawing to a file in ``.pdf``, ``.svg``, ``.eps``, ``.png`` or ``.tiff``.

        ``dpi`` is that of the last two. Returns the path. The file is put in place whole, without a date in
        it, so that the same drawing gives the same bytes. Raises ``ModelError`` for another ending, or where
        the file cannot be written.

        >>> import bayes_ivig as bi
        >>> drawn = bi.plot.forest(bi.fit(bi.load_dataset("my.csv")))
        >>> drawn.save("forest.pdf").name
        'forest.pdf'
        """
        path = Path(path)
        form = ENDINGS.get(path.suffix.lower())
        if form is None:
            raise ModelError(
                f"Figure.save: path is {quoted(str(path))}; must end in {', '.join(list(ENDINGS)[:-1])} or "
                f"{list(ENDINGS)[-1]}"
            )
        content = self._drawn(form, dpi)
        try:
            write_bytes(path, content)
        except OSError as error:
            raise ModelError(f"Figure.save: {path}: {why(error, path)}") from None
        return path

    def _drawn(self, form: str, dpi: float) -> bytes:
        """Return the drawing as a file of a form."""
        pixels = max(self.figure.get_size_inches()) * dpi
        if form in ("png", "tiff") and pixels > MOST_PIXELS:
            raise ModelError(
                f"Figure.save: dpi is {numbers.stated(dpi)}, so that this drawing would have "
                f"{numbers.whole(pixels)} pixels on a side; at "
                f"most {MOST_PIXELS} are drawn: give a smaller dpi, or save it as .pdf"
            )
        made = io.BytesIO()
        stated = METADATA[form] | (
            {"Title": phrases.name(self.title)} if form in TITLED and self.title else {}
        )
        packed = {"pil_kwargs": {"compression": "tiff_lzw"}} if form == "tiff" else NOTHING
        told = {"metadata": stated} if stated else NOTHING
        with style():
            self.figure.savefig(made, format=form, dpi=dpi, **told, **packed)
        return DATE.sub(b"", made.getvalue()) if form == "eps" else made.getvalue()

    def _repr_png_(self) -> bytes:
        """Return what a notebook shows."""
        return self._drawn("png", SCREEN)

    def _repr_svg_(self) -> str:
        """Return what a notebook shows where it can show it sharp."""
        return self._drawn("svg", SCREEN).decode()

    def __repr__(self) -> str:
        across, high = self.size
        title = f"{phrases.cut(self.title, 100)}, " if self.title else ""
        return f"Figure({title}{numbers.whole(across)} x {numbers.whole(high)} mm)"
