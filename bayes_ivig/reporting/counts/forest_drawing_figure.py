"""The drawing of a forest plot on axes whose vertical numbers are points from the top of its first line."""

import math
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bayes_ivig.measures import Measure
from bayes_ivig.reporting.counts import forest_columns_figure as cols
from bayes_ivig.reporting.counts import forest_words as words
from bayes_ivig.reporting.counts.forest_layouts_figure import Layout
from bayes_ivig.reporting.counts.forest_rows_table import Row, Rows
from bayes_ivig.reporting.counts.forest_sheet_figure import (
    FAVOURS,
    KEY,
    KEY_APART,
    KEY_MARK,
    LINE,
    NOTE,
    PAD,
    TICKS,
    Sheet,
)
from bayes_ivig.reporting.figures.axis import EffectAxis
from bayes_ivig.reporting.figures.marks import Pen
from bayes_ivig.reporting.figures.measuring import width, wrapped
from bayes_ivig.reporting.figures.paper import MUTED, SIZE
from bayes_ivig.reporting.wording import phrases

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BASE = 0.36  # of the size of a text: from its middle down to its base line
APART, DIAMOND, CIRCLE = 2.9, 8.0, 3.4
BESIDE = 4.0  # points between no effect and whom a side favours
LEAST = 2.0  # points: the side of the smallest square

WHOSE = {"observed": "observed", "posterior": "shrunken"}  # colours of columns beside two marks


def sides(rows: Rows, sheet: Sheet, layout: Layout, axis: EffectAxis) -> tuple[str, str, float]:
    """Return what stands at both sides of no effect, and where between them: at no effect, or as near to it
    as their widths allow; in three lines each where they do not go into one.
    """
    texts = words.sides(rows.dataset.about, rows.measure, layout.favours)
    plot, null = sheet.plot, rows.measure.null
    low, at, high = (rows.measure.modelled(each) for each in (axis.lower, null, axis.upper))
    x = plot.left + plot.width * ((at - low) / (high - low) if low < at < high else 0.5)
    beside = cols.PLOT_GAP / 2
    start, end = (plot.left - beside, plot.right + beside) if layout.favours_above else (0.0, sheet.width)
    arrow = BESIDE + width("← ", NOTE)
    needs = [width(phrases.name(text), NOTE) + arrow for text in texts]
    if sum(needs) > end - start:
        half = (end - start) / 2
        left, right = (wrapped(text, half - arrow, NOTE) for text in texts)
        return left, f"{right} →", start + half
    left, right = (phrases.name(text) for text in texts)
    return left, f"{right} →", min(max(x, start + needs[0]), end - needs[1])


@dataclass(frozen=True)
class Drawing:
    """A forest plot being drawn: axes, what is on the sheet and how it looks."""

    axes: "Axes"
    rows: Rows
    sheet: Sheet
    layout: Layout
    axis: EffectAxis

    def draw(self) -> None:
        """Draw everything."""
        self._frame()
        self._heads()
        for i, row in enumerate(self.rows.rows):
            self._texts(i, row)
            self._marks(self.sheet.middles[i], row)
        self._rules()
        self._below()

    @property
    def _measure(self) -> Measure:
        return self.rows.measure

    @property
    def _points(self) -> Any:
        """Points from the top left corner of the sheet's first line, downwards, as scaled."""
        from matplotlib.transforms import Affine2D, ScaledTranslation

        figure: Any = self.axes.get_figure(root=True)
        corner: Any = self.axes.transAxes
        s = self.sheet.scale / 72
        moved = Affine2D().translate(-self.sheet.plot.left, 0).scale(s, -s)
        return moved + figure.dpi_scale_trans + ScaledTranslation(0, 1, corner)

    def _write(self, x: float, y: float, text: str, align: str = "left", **looks: Any) -> None:
        """Write lines of text, the middle of the first at ``y``."""
        size = looks.pop("size", SIZE)
        looks.setdefault("color", self.layout.colours["text"])
        if looks.pop("bold", False):
            looks["fontweight"] = "bold"
        for i, line in enumerate(text.split("\n")):
            if line:
                self.axes.text(
                    x, y + i * LINE + BASE * size, line, transform=self._points, ha=align, va="baseline",
                    fontsize=size * self.sheet.scale, clip_on=False, **looks,
                )  # fmt: skip

    def _rule(self, y: float, left: float, right: float, lw: float = 0.6) -> None:
        self.axes.plot(
            [left, right], [y, y], transform=self._points, color=self.layout.colours["rule"],
            lw=lw * self.sheet.scale, clip_on=False, solid_capstyle="butt", zorder=2,
        )  # fmt: skip

    def _frame(self) -> None:
        """The axis of effects, and the line of no effect."""
        axes, s = self.axes, self.sheet.scale
        self.axis.apply(axes)
        axes.set_ylim(self.sheet.body, 0)
        axes.set_yticks([])
        for side in ("left", "right", "top"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_linewidth(0.6 * s)
        axes.tick_params("x", labelsize=(SIZE - 1) * s, length=2.5 * s, width=0.6 * s, pad=2 * s)
        axes.patch.set_visible(False)
        null = self._measure.null
        if self.axis.lower < null < self.axis.upper:
            top, bottom = 0.0, self.sheet.body
            axes.plot([null, null], [top, bottom], color=self.layout.colours["null"], lw=0.6 * s, zorder=1)
        middle = next(
            (each for row in self.rows.rows if row.kind == "posterior" for each in [row.posterior]), None
        )
        classical = next((row.observed for row in self.rows.rows if row.kind == "classical"), None)
        pooled = middle or classical
        if pooled and pooled.estimate and self.axis.lower < pooled.estimate < self.axis.upper:
            colour = self.layout.colours["posterior" if middle else "classical"]
            last = max((i for i, row in enumerate(self.rows.rows) if row.kind == "trial"), default=0)
            end = self.sheet.middles[last] + self.sheet.heights[last] / 2 + 2 * PAD
            axes.plot([pooled.estimate] * 2, [0, end], color=colour, lw=0.6 * s, ls=(0, (3, 2)), zorder=1)

    # Heads

    def _heads(self) -> None:
        bottom = -PAD - LINE / 2  # the middle of the last line
        columns, bold = self.sheet.columns, self.layout.bold_heads
        for column in columns:
            head = self._plot_head() if column.key == cols.PLOT else column.head
            top = bottom - head.count("\n") * LINE
            colour = self._head_colour(column.key)
            if column.key == cols.PLOT:
                middle = (column.left + column.right) / 2
                self._write(middle, top, head, "center", bold=bold, color=colour)
            else:
                self._write(column.edge, top, head, column.align, bold=bold, color=colour)
        if self.layout.favours_above:
            self._favours(bottom - (self.sheet.sided - 1) * LINE)
        lines = max(each.head.count("\n") + 1 for each in columns)
        for group, run in groupby(columns, key=lambda each: each.group):
            if group:
                members = list(run)
                self._group(group, members[0].left, members[-1].right, lines)

    def _group(self, text: str, left: float, right: float, lines: int) -> None:
        """What stands above several columns, and a line below it."""
        y = -PAD - lines * LINE - 4.0
        self._write(
            (left + right) / 2, y - LINE / 2 - text.count("\n") * LINE, text, "center",
            bold=self.layout.bold_heads,
        )  # fmt: skip
        if self.layout.rules:
            self._rule(y + 1.5, left, right, 0.4)

    def _plot_head(self) -> str:
        if self.layout.favours_above:
            return ""
        name = phrases.first_upper(self._measure.name) + (" (log scale)" if self.axis.log else "")
        return wrapped(name, self.sheet.plot.width, bold=self.layout.bold_heads, most=2)

    def _head_colour(self, key: str) -> str:
        return self.layout.colours[WHOSE.get(key, "text") if self.sheet.keyed else "text"]

    # Lines

    def _texts(self, i: int, row: Row) -> None:
        bold = row.kind not in ("trial", "prediction", "new")
        for column in self.sheet.columns:
            if column.key == cols.PLOT or not column.cells[i]:
                continue
            text = column.cells[i]
            y = self.sheet.middles[i] - text.count("\n") * LINE / 2
            colour = self._text_colour(column.key, row)
            if text == words.NOT_ESTIMABLE:
                colour = MUTED
            self._write(column.edge, y, text, column.align, bold=bold, color=colour)

    def _text_colour(self, key: str, row: Row) -> str:
        own = self.sheet.keyed and row.kind == "trial"
        return self.layout.colours[WHOSE.get(key, "text") if own else "text"]

    def _marks(self, y: float, row: Row) -> None:
        colours = self.layout.colours
        pen = Pen(self.axes, self.axis, self.sheet.scale)
        if row.kind == "trial":
            apart = APART if self.sheet.keyed and row.posterior is not None else 0.0
            if row.observed is not None:
                line = colours.get("interval", colours["observed"])
                pen.interval(y - apart, row.observed, line)
                pen.point(y - apart, row.observed, colours["observed"], "square", self._side(row))
            if self.sheet.keyed and row.posterior is not None:
                pen.interval(y + apart, row.posterior, colours["shrunken"])
                pen.point(y + apart, row.posterior, colours["shrunken"], "circle", CIRCLE)
        elif row.kind in ("posterior", "subtotal") and row.posterior is not None:
            pen.diamond(y, row.posterior, DIAMOND, (colours["posterior"],) * 2)
        elif row.kind == "classical" and row.observed is not None:
            alone = self.rows.posterior is None
            colour = colours["posterior" if alone else "classical"]
            pen.diamond(y, row.observed, DIAMOND, (colour if alone else "white", colour))
        elif (effect := row.posterior or row.observed) is not None:
            pen.capped(y, effect, colours["prediction"], 5.0)

    def _side(self, row: Row) -> float:
        """The side of a square, whose area is as the weight; without weights, as the precision."""
        largest = self.layout.square * (0.8 if self.sheet.keyed else 1.0)
        sizes = {each.study: self._size(each) for each in self.rows.trials}
        most = max(sizes.values()) or 1.0
        return max(largest * math.sqrt(sizes[row.study] / most), LEAST)

    def _size(self, row: Row) -> float:
        if row.weight is not None:
            return row.weight
        effect = row.observed
        if effect is None or not effect.lower or not effect.upper:
            return 0.0
        across = self._measure.modelled(effect.upper) - self._measure.modelled(effect.lower)
        return 1 / across**2 if across > 0 else 0.0

    def _rules(self) -> None:
        wide, sheet = self.sheet.width, self.sheet
        self._rule(0, 0, wide)
        if self.layout.rules:
            self._rule(-sheet.head + 1, 0, wide, 1.0)

    # Below

    def _below(self) -> None:
        y = self.sheet.body + TICKS
        if not self.layout.favours_above:
            self._favours(y + FAVOURS / 2)
            y += FAVOURS + (self.sheet.sided - 1) * LINE
        if self.sheet.keyed:
            self._key(y + KEY / 2)
            y += KEY * self.sheet.keys
        for i, line in enumerate(self.sheet.notes):
            self._write(0, y + PAD + (i + 0.5) * LINE, line, size=NOTE, color=MUTED)

    def _favours(self, y: float) -> None:
        """Whom each side favours, as much of it as has room to the edges of the sheet."""
        left, right, x = sides(self.rows, self.sheet, self.layout, self.axis)
        self._write(x - BESIDE, y, f"← {left}", "right", size=NOTE)
        self._write(x + BESIDE, y, right, size=NOTE)

    def _key(self, y: float) -> None:
        """What the two marks of a trial are."""
        x, s = 0.0, self.sheet.scale
        for key, marker, text in words.key(self.rows):
            looks: dict[str, Any] = {
                "transform": self._points,
                "color": self.layout.colours[key],
                "clip_on": False,
            }
            self.axes.plot([x, x + 14], [y, y], lw=s, **looks)
            self.axes.plot([x + 7], [y], marker=marker, ms=4 * s, mew=0, **looks)
            self._write(x + KEY_MARK, y, text, size=NOTE)
            if self.sheet.keys > 1:
                y += KEY
            else:
                x += KEY_MARK + width(text, NOTE) + KEY_APART
