"""The columns of a forest plot: their heads and cells, which of them there are, and where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.reporting.counts import forest_words as words
from bayes_ivig.reporting.counts.forest_layouts_figure import Layout
from bayes_ivig.reporting.counts.forest_rows_table import Row, Rows
from bayes_ivig.reporting.figures.measuring import fitted, widest, wrapped
from bayes_ivig.reporting.figures.paper import SIZE
from bayes_ivig.reporting.wording import phrases

PLOT = "plot"
PLACES = {  # columns of counts: the arm, and which of the four numbers
    "treatment": (0, (0, 1)),
    "control": (1, (2, 3)),
    "treatment_events": (0, (0,)),
    "treatment_total": (0, (1,)),
    "control_events": (1, (2,)),
    "control_total": (1, (3,)),
}
EFFECTS = ("observed", "posterior", "effect")
KNOWN = ("study", PLOT, *PLACES, *EFFECTS, "weight")
NAME_MOST, NAME_LEAST, ARM, ARM_MOST = (
    165.0,
    88.0,
    62.0,
    84.0,
)  # points: of names of trials, and of arms above counts
GAP, PLOT_GAP = 9.0, 12.0
PLOT_LEAST, PLOT_BEST = 88.0, 150.0


@dataclass(frozen=True)
class Column:
    """A column of text, or the drawing: lines of its head, what stands above it and its neighbours of the
    same ``group``, and a cell for every line of the plot.
    """

    key: str
    head: str = ""
    group: str = ""
    cells: tuple[str, ...] = ()
    width: float = 0.0
    left: float = 0.0

    @property
    def align(self) -> Literal["left", "right"]:
        """Where its text begins: numbers stand at the right."""
        return "right" if self.key in PLACES or self.key in (*EFFECTS, "weight") else "left"

    @property
    def edge(self) -> float:
        """Where its text is anchored."""
        return self.left + (self.width if self.align == "right" else 0.0)

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width


def columns_of(
    rows: Rows, layout: Layout, asked: Sequence[str] | None, write: words.Writer, room: float | None
) -> tuple[Column, ...]:
    """Return the columns that were asked for, or those of the layout that have something in them and go into
    ``room``, if it is limited; raises ``ModelError`` for a name that is no column.
    """
    known = dict(rows.dataset.columns)
    for name in asked or ():
        if name not in KNOWN and name not in known:
            offered = (*KNOWN, *known)
            raise ModelError(
                f"plot.forest: columns names {quoted(name)}{suggestion(str(name), offered)}; there are "
                f"{', '.join(offered)}"
            )
    names = list(dict.fromkeys(asked)) if asked else [each for each in layout.columns if _has(rows, each)]
    if PLOT not in names:
        names.append(PLOT)
    ways = [names]  # from all columns to few, then with the names of trials in less room
    for group in layout.given_up if asked is None else ():
        ways.append([each for each in ways[-1] if each not in group or not _apart(ways[-1], group)])
    for way, most in [(way, NAME_MOST) for way in ways] + [(ways[-1], most) for most in (120.0, NAME_LEAST)]:
        made = tuple(_column(rows, layout, name, write, way, most) for name in way)
        if room is None or text_width(made) + PLOT_LEAST <= room:
            break
    return made


def _apart(names: Sequence[str], group: Sequence[str]) -> bool:
    """Whether columns may go: one of effects is to stay."""
    effects = [each for each in names if each in EFFECTS]
    return len(effects) > sum(each in group for each in effects)


def _has(rows: Rows, key: str) -> bool:
    """Whether a column has anything in it."""
    if key in PLACES:
        return rows.totals is not None
    if key == "posterior":
        return rows.posterior is not None
    if key == "weight":
        return any(row.weight is not None for row in rows.rows)
    return True


def _column(
    rows: Rows, layout: Layout, key: str, write: words.Writer, names: Sequence[str], most: float
) -> Column:
    if key == PLOT:
        return Column(key)
    both = key == "posterior" and not {"observed", "effect"} & set(names)
    shown = "observed" if key == "effect" and "posterior" in names else key
    cells = tuple(
        _cell(rows, layout, row, "together" if both and row.kind != "trial" else shown, write)
        for row in rows.rows
    )
    head, group = _heads(rows, layout, key)
    if key == "study":
        trials = [words.label(rows, row) for row in rows.rows if row.kind in ("trial", "class")]
        room = min(max(widest(trials, SIZE), widest([head], SIZE, bold=True), NAME_LEAST), most)
        cells = tuple(
            wrapped(cell, room, bold=row.kind != "trial", most=2 if row.kind == "trial" else 4)
            for cell, row in zip(cells, rows.rows, strict=True)
        )
    bold = [cell for cell, row in zip(cells, rows.rows, strict=True) if row.kind != "trial"]
    size = max(widest(cells), widest(bold, bold=True), widest([head], bold=layout.bold_heads))
    return Column(key, head, group, cells, size)


def _heads(rows: Rows, layout: Layout, key: str) -> tuple[str, str]:
    """Return the head of a column, and what stands above it and its neighbours."""
    kind = "CI" if rows.posterior is None else "interval"
    own = {
        "study": layout.study,
        "weight": layout.weight[0],
        "observed": f"Observed\n{words.interval_head(rows, 'CI')}",
        "posterior": f"Posterior\n{words.interval_head(rows, 'CrI')}",
        "effect": words.interval_head(rows, kind),
    }
    if key in own:
        return own[key], ""
    if key not in PLACES:
        return phrases.first_upper(fitted(key.replace("_", " "), NAME_LEAST, bold=True)), ""
    about = rows.dataset.about
    arm, places = PLACES[key]
    whose = phrases.first_upper((about.treatment, about.control)[arm])
    room = min(max(widest(whose.split(), bold=True), ARM), ARM_MOST)
    name = wrapped(whose, room, bold=layout.bold_heads)
    people = "time" if rows.times else "total"
    if len(places) == 2:
        return name, f"Events/{people}"
    return ("Events" if places[0] in (0, 2) else people.capitalize()), name


def _cell(rows: Rows, layout: Layout, row: Row, key: str, write: words.Writer) -> str:
    if key == "study":
        return words.label(rows, row)
    if key in PLACES:
        shown = row.kind == "trial" or row.counts is not None
        return words.counted(row.counts, *PLACES[key][1]) if shown else ""
    if key == "weight":
        return words.percent(row.weight if row.observed else None, layout.weight[1])
    if key in (*EFFECTS, "together"):
        return _effect(row, key, write)
    columns = dict(rows.dataset.columns)
    where = rows.dataset.study_names.index(row.study) if row.kind == "trial" else None
    return "" if where is None else fitted(columns[key][where], NAME_LEAST)


def _effect(row: Row, key: str, write: words.Writer) -> str:
    either = row.observed or row.posterior
    single = row.observed if row.kind == "trial" else either
    shown = {"observed": row.observed, "posterior": row.posterior, "effect": single, "together": either}[key]
    if shown is not None:
        return write.effect(shown)
    missing = row.kind in ("trial", "classical") and key != "posterior"
    return words.NOT_ESTIMABLE if missing else ""


def placed(columns: Sequence[Column], plot: float) -> list[Column]:
    """Return the columns with their places, the drawing ``plot`` points wide."""
    made: list[Column] = []
    for _, run in groupby(_spread(columns), key=lambda each: each.group or each.key):
        for column in run:
            size = plot if column.key == PLOT else column.width
            gap = 0.0
            if made:
                gap = PLOT_GAP if PLOT in (column.key, made[-1].key) else GAP
            left = made[-1].right + gap if made else 0.0
            made.append(replace(column, left=left, width=size))
    return made


def _spread(columns: Sequence[Column]) -> list[Column]:
    """Return the columns, the last one of a group made wider where what stands above them needs it."""
    made: list[Column] = []
    for group, run in groupby(columns, key=lambda each: each.group):
        members = list(run)
        if group:
            across = sum(each.width for each in members) + GAP * (len(members) - 1)
            more = max(0.0, widest([group], bold=True) - across)
            members = [replace(each, width=each.width + more / len(members)) for each in members]
        made += members
    return made


def text_width(columns: Sequence[Column]) -> float:
    """Return how wide the columns are without the drawing."""
    return placed(columns, 0.0)[-1].right
