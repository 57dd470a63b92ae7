"""The sheet of a forest plot: how wide and high each part is, before anything is drawn. All in points of
text of the usual size; ``scale`` shrinks them to the room there is.
"""

from dataclasses import dataclass, replace

from bayes_ivig.reporting.counts import forest_columns_figure as cols
from bayes_ivig.reporting.counts import forest_words as words
from bayes_ivig.reporting.counts.forest_columns_figure import Column
from bayes_ivig.reporting.counts.forest_layouts_figure import Layout
from bayes_ivig.reporting.counts.forest_rows_table import Rows
from bayes_ivig.reporting.figures.measuring import width, wrapped
from bayes_ivig.reporting.figures.paper import MM, PAGE, SIZE, SMALLEST

LINE = 9.6  # from one line of text to the next
ROW, BOTH, PAD = 12.4, 14.4, 4.0  # a line of the plot, one with two marks, room around rules
TICKS, FAVOURS, KEY = 14.0, 11.0, 13.0
MARGIN = 4.0
LABEL = 9.0  # half of the widest label of a tick, beyond the end of an axis
HIGHEST = 235 * MM
SPARE = 1e-6
KEY_MARK, KEY_APART = 18.0, 14.0
CROWDED, CLOSER = 40, 0.86  # trials from which on lines are closer
TOGETHER = ("posterior", "prediction", "classical", "new", "total")
NOTE = SIZE - 1.0  # size of what stands below


@dataclass(frozen=True)
class Sheet:
    """Where everything stands, from the top left corner of the drawing's first line."""

    columns: tuple[Column, ...]
    middles: tuple[float, ...]  # of the lines
    heights: tuple[float, ...]
    head: float
    body: float
    foot: float
    notes: tuple[str, ...]
    scale: float = 1.0
    keyed: bool = False
    sided: int = 1  # lines of what stands at both sides of no effect
    keys: int = 0  # lines of the key

    @property
    def plot(self) -> Column:
        """The column that is the drawing."""
        return next(each for each in self.columns if each.key == cols.PLOT)

    @property
    def width(self) -> float:
        """All columns together, and half a label of the axis where that stands at the right."""
        return self.columns[-1].right + (LABEL if self.columns[-1].key == cols.PLOT else 0.0)

    @property
    def height(self) -> float:
        """Heads, lines, axis and what stands below."""
        return self.head + self.body + self.foot


@dataclass(frozen=True)
class Room:
    """The room there is, in points; None where the content says."""

    width: float | None = None
    height: float | None = None
    fixed: bool = False  # axes of the user's, which cannot grow


@dataclass(frozen=True)
class Content:
    """What goes onto a sheet. ``sided`` are the lines of what stands at both sides of no effect."""

    rows: Rows
    columns: tuple[Column, ...]
    layout: Layout
    notes: tuple[str, ...]
    sided: int = 1

    @property
    def keyed(self) -> bool:
        """Whether a trial has two marks."""
        return self.rows.posterior is not None and any(each.key == "posterior" for each in self.columns)


def sheet(content: Content, room: Room) -> Sheet:
    """Return the sheet of a plot: as wide as its content on a page at most, unless a width is given; text
    shrinks where it must, and a sheet of its own grows where even the smallest text needs more.
    """
    text = cols.text_width(content.columns)
    text += LABEL * sum(content.columns[end].key == cols.PLOT for end in (0, -1))
    wide = (room.width or PAGE * MM) - 2 * MARGIN
    scale = min(1.0, wide / (text + cols.PLOT_LEAST))
    if not room.fixed:
        scale = max(scale, SMALLEST / SIZE)
    high = (room.height or HIGHEST) - 2 * MARGIN
    for _ in range(3):  # less text goes into a line of what stands below when all is larger
        free = wide / scale - text
        plot = max(cols.PLOT_LEAST, free if room.width else min(free, cols.PLOT_BEST))
        found = _stacked(content, plot, scale)
        if found.height * scale <= high * (1 + SPARE):
            break
        scale = high / found.height if room.fixed else max(high / found.height, SMALLEST / SIZE)
    return found


def _stacked(content: Content, plot: float, scale: float) -> Sheet:
    """Return the sheet with a drawing of this width, its parts one below the other."""
    layout = content.layout
    made = cols.placed(content.columns, plot)
    made = [replace(each, left=each.left + LABEL) for each in made] if made[0].key == cols.PLOT else made
    middles, heights, y = _lines(content)
    lines = max(each.head.count("\n") + 1 for each in made)
    lines = max(lines, content.sided if layout.favours_above else 1)
    above = max((each.group.count("\n") + 1 if each.group else 0) for each in made)
    head = (lines + above) * LINE + (4.0 if above else 0.0) + 2 * PAD
    notes = [
        line for note in content.notes for line in wrapped(note, made[-1].right, NOTE, most=12).split("\n")
    ]
    foot = TICKS + (0 if layout.favours_above else FAVOURS + (content.sided - 1) * LINE)
    foot += KEY * key_lines(content, made[-1].right) + len(notes) * LINE + (PAD if notes else 0.0)
    return Sheet(
        tuple(made),
        middles,
        heights,
        head,
        y,
        foot,
        tuple(notes),
        scale,
        content.keyed,
        content.sided,
        key_lines(content, made[-1].right),
    )


def key_lines(content: Content, room: float) -> int:
    """Return how many lines the key to two marks takes; 0 of one mark."""
    if not content.keyed:
        return 0
    texts = [text for _, _, text in words.key(content.rows)]
    return 1 if sum(width(text, NOTE) + KEY_MARK for text in texts) + KEY_APART <= room else len(texts)


def _lines(content: Content) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    """Return the middles and the heights of the lines of a plot, and where they end."""
    rows = content.rows.rows
    study = next((each for each in content.columns if each.key == "study"), None)
    close = CLOSER if len(content.rows.dataset) >= CROWDED else 1.0
    middles, heights, y = [], [], PAD
    for i, row in enumerate(rows):
        lines = study.cells[i].count("\n") + 1 if study else 1
        if i and row.kind in TOGETHER and rows[i - 1].kind not in TOGETHER:
            y += 2 * PAD
        elif i and row.kind == "class":
            y += PAD
        high = max(
            (BOTH if content.keyed and row.kind == "trial" else ROW) * close, lines * LINE + 2.8 * close
        )
        middles.append(y + high / 2)
        heights.append(high)
        y += high
    return tuple(middles), tuple(heights), y + PAD
