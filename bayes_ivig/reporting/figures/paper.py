"""The paper that figures are drawn on: sizes of journals, fonts, lines and colours, and nothing global.

Everything is drawn by Matplotlib's own objects, without pyplot, inside ``style()``, which leaves the user's
settings as they were and takes nothing from them: the same figure comes out of every program.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMN, MIDDLE, PAGE = 85.0, 120.0, 180.0  # widths in mm: one column, one and a half, the page
MM = 72 / 25.4  # points
SIZE, SMALLEST = 8.0, 5.5  # points: of text, and of text that had to shrink

INK = "#1b1f24"
MUTED = "#59636e"
LINE = "#c4cad2"
ACCENT = "#1f5fa8"
PAPER = "#ffffff"
# colours that are told apart by those who see few of them (Okabe and Ito 2008)
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")

SANS = ("Arial", "Helvetica", "Liberation Sans", "DejaVu Sans")  # those that are there, the last one always
SETTINGS: dict[str, Any] = {
    "font.size": SIZE,
    "axes.titlesize": SIZE,
    "axes.labelsize": SIZE,
    "xtick.labelsize": SIZE - 1,
    "ytick.labelsize": SIZE - 1,
    "legend.fontsize": SIZE - 1,
    "legend.frameon": False,
    "text.color": INK,
    "text.hinting": "none",  # as wide on a screen as in print
    "text.parse_math": False,  # a name with dollar signs is a name
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.0,
    "patch.linewidth": 0.6,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "pdf.fonttype": 42,  # letters that publishers can search and edit
    "ps.fonttype": 42,
    "svg.fonttype": "path",  # looks the same where the font is not there
    "svg.hashsalt": "bayes_ivig",
}


@contextmanager
def style() -> Iterator[None]:
    """Have what is made and saved within look as papers want it; afterwards all settings are as before."""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        settings: Any = mpl.rcParams
        settings.update(SETTINGS | {"font.family": families()})
        yield


def families() -> list[str]:
    """Return the plain fonts that this machine has; letters that the first one lacks come from the next."""
    from matplotlib import font_manager

    there = set(font_manager.fontManager.get_font_names())
    return [name for name in SANS if name in there]


def new_axes(width: float, height: float, margins: tuple[float, float, float, float]) -> "Axes":
    """Return axes on a new figure of ``width`` and ``height`` mm, with ``margins`` in mm at the left, the
    right, the bottom and the top.
    """
    from matplotlib.figure import Figure

    left, right, bottom, top = margins
    figure = Figure(figsize=(width * MM / 72, height * MM / 72))
    place = (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    return figure.add_axes(place)
