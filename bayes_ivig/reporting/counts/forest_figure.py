"""Forest plots for papers: every trial as observed and in the posterior, and what they give together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Unpack

from bayes_ivig.errors import ModelError, quoted, suggestion
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.kind import Between
from bayes_ivig.reporting.counts import forest_columns_figure as cols
from bayes_ivig.reporting.counts import forest_words as words
from bayes_ivig.reporting.counts.forest_drawing_figure import Drawing, sides
from bayes_ivig.reporting.counts.forest_layouts_figure import LAYOUTS, ROLES, Layout, LayoutName
from bayes_ivig.reporting.counts.forest_rows_table import (
    Question,
    Row,
    Rows,
    RowsAsked,
    Shown,
    frame_of,
    rows_of,
    with_weights,
)
from bayes_ivig.reporting.counts.forest_sheet_figure import LABEL, MARGIN, Content, Room, Sheet, sheet
from bayes_ivig.reporting.figures.axis import EffectAxis, effect_axis, limited_axis
from bayes_ivig.reporting.figures.figure import Figure
from bayes_ivig.reporting.figures.paper import MM, SIZE, SMALLEST, new_axes, style
from bayes_ivig.results.pooled import PooledEstimate, Ratio

if TYPE_CHECKING:
    import matplotlib.axes as mpl
    import pandas as pd

type Limits = Annotated[tuple[float, float], "the two ends of the axis, such as (0.1, 10)"]
type Millimetres = Annotated[float, Between(40, 1000, "from 40 to 1000 mm", "180", closed=True)]

WIDEST = 1000.0  # ratio of the ends of an axis that holds every interval
BEYOND = 4.0  # how much farther than estimates intervals are drawn on a wider one


class Asked(RowsAsked, total=False):
    """What may be asked of a forest plot: of its rows, and how it looks."""

    columns: Sequence[str] | None
    colours: Mapping[str, str]
    limits: Limits | None
    layout: LayoutName
    width: Millimetres | None
    ax: "mpl.Axes | None"


@dataclass(frozen=True)
class Looks:
    """How a forest plot looks, as asked."""

    columns: Sequence[str] | None = None
    colours: Mapping[str, str] | None = None
    limits: tuple[float, float] | None = None
    layout: LayoutName = "default"
    width: float | None = None
    ax: Any = None


@checked
def forest(result: Shown, pooled: PooledEstimate | None = None, **asked: Unpack[Asked]) -> Figure:
    """Return a forest plot of a posterior, of a pooled estimate, or of trials as they are.

    Of a posterior every trial has its observed effect with confidence limits, and its own effect in the
    posterior with credible limits; below stand the pooled effect and that of a new trial. ``pooled``, what
    ``pool(dataset)`` returns, stands beside it, with its weights. By keyword:

    - ``layout``: ``"default"``, ``"revman"`` as Review Manager has it, ``"bmj"`` or ``"jama"``. These three
      show trials as observed; ask for column ``"posterior"`` to have both.
    - ``columns``: from left to right, of ``study, treatment, control, treatment_events, treatment_total,
      control_events, control_total, weight, observed, posterior, effect, plot`` (the drawing) and the columns
      of the dataset.
    - ``order``: ``"published"``, ``"effect"``, ``"year"``, ``"weight"``, or names of trials; ``labels``: what
      to call them; ``by``: a column whose values are classes, each with what its trials give together.
    - ``level``: of all limits (0.95); ``limits``: ends of the axis on the measure's own scale; intervals that
      go on beyond have arrows.
    - ``colours``: by what they are of: ``observed, interval, shrunken`` (of a
      trial), ``posterior, prediction, classical, null, rule, text``.
    - ``width`` in mm (85 is a column of a journal, 180 a page), as the content asks unless given; where there
      is too little room columns are left out, and text shrinks to 5.5 points. ``ax``: Matplotlib axes to draw
      into.

    ``axes`` of what is returned has effects on its horizontal axis. Weights are those of ``pooled``, else of
    a posterior each trial's share of the information on the effect. The numbers are in ``forest_table``.
    Raises ``DataError``, ``ModelError``.

    **example**

    >>> import bayes_ivig as bi
    >>> data = bi.load_dataset("ivig", "live_birth")
    >>> drawn = bi.plot.forest(bi.fit(data), bi.pool(data), layout="bmj", width=180)
    >>> drawn.size[0]
    180.0
    >>> _ = drawn.axes.axvline(0.8, linestyle=":")
    """
    options: dict[str, Any] = dict(asked)
    of_rows = {name: options.pop(name) for name in RowsAsked.__annotations__ if name in options}
    looks = Looks(**options)
    layout = _layout(looks)
    rows = rows_of(result, Question(pooled=pooled, **of_rows))
    if "weight" in (looks.columns or layout.columns):
        rows = with_weights(rows)
    with style():
        return _drawn(rows, looks, layout)


@checked
def forest_table(
    result: Shown, pooled: PooledEstimate | None = None, **asked: Unpack[RowsAsked]
) -> "pd.DataFrame":
    """Return the numbers of ``forest`` as a table, a row for every line of the plot, nothing rounded.

    ``row`` says what a line is: ``trial``, ``subtotal`` of a class, ``posterior``, ``prediction``,
    ``classical``, ``new`` (the classical prediction) or ``total``. ``or_estimate, or_ci_lower, or_ci_upper``
    are observed or classical with confidence limits, ``or_median, or_lower, or_upper`` posterior with
    credible ones, all on the measure's own scale (of a risk ratio ``rr_...``); ``weight`` is in percent. What
    does not exist is missing, and ``note`` says why. Options are those of ``forest``. Raises ``DataError``,
    ``ModelError``.

    **example**

    >>> import bayes_ivig as bi
    >>> data = bi.load_dataset("ivig", "live_birth")
    >>> table = bi.plot.forest_table(bi.fit(data), bi.pool(data)).set_index("row")
    >>> round(float(table.loc["posterior", "or_median"]), 2)
    1.8
    """
    return frame_of(with_weights(rows_of(result, Question(pooled=pooled, **asked))), words.label)


def _layout(looks: Looks) -> Layout:
    """Return the layout with the colours that were asked for; raises ``ModelError``."""
    from matplotlib.colors import is_color_like

    layout = LAYOUTS[looks.layout]
    for role, colour in (looks.colours or {}).items():
        if role not in ROLES:
            raise ModelError(
                f"plot.forest: colours names {quoted(role)}{suggestion(role, ROLES)}; there are "
                f"{', '.join(ROLES)}"
            )
        if not is_color_like(colour):
            raise ModelError(
                f"plot.forest: colours has {quoted(colour)} for {role}; it must be a colour as Matplotlib "
                "reads it, such as 'navy' or '#1f5fa8'"
            )
    return replace(layout, colours={**layout.colours, **(looks.colours or {})})


def _drawn(rows: Rows, looks: Looks, layout: Layout) -> Figure:
    """Lay the plot out, make or shrink the axes, draw."""
    write = words.writer(rows, layout.brackets)
    room = _room(looks)
    most = None if room.width is None else (room.width - 2 * MARGIN) * SIZE / SMALLEST - LABEL
    columns = cols.columns_of(rows, layout, looks.columns, write, most)
    content = Content(rows, columns, layout, tuple(words.below(rows)))
    made = sheet(content, room)
    axis = _axis(rows, looks.limits, made)
    beside = sides(rows, made, layout, axis)[:2]
    made = sheet(replace(content, sided=1 + max(text.count("\n") for text in beside)), room)
    axes = _axes(made, looks)
    Drawing(axes, rows, made, layout, axis).draw()
    return Figure(axes, words.alternative(rows, write))


def _room(looks: Looks) -> Room:
    if looks.ax is None:
        return Room(None if looks.width is None else looks.width * MM)
    figure, box = looks.ax.get_figure(root=True), looks.ax.get_position()
    across, high = figure.get_size_inches() * 72
    parent = looks.ax.get_figure(root=False).bbox.width / figure.bbox.width
    tall = looks.ax.get_figure(root=False).bbox.height / figure.bbox.height
    return Room(box.width * across * parent, box.height * high * tall, fixed=True)


def _axes(made: Sheet, looks: Looks) -> "mpl.Axes":
    """Return axes where the drawing stands on the sheet: new ones, or the user's own made smaller."""
    s = made.scale
    left = MARGIN + made.plot.left * s
    right = MARGIN + (made.width - made.plot.right) * s
    bottom, top = MARGIN + made.foot * s, MARGIN + made.head * s
    if looks.ax is None:
        width, height = made.width * s + 2 * MARGIN, made.height * s + 2 * MARGIN
        return new_axes(width / MM, height / MM, (left / MM, right / MM, bottom / MM, top / MM))
    room, box = _room(looks), looks.ax.get_position()
    x, y = box.width / (room.width or 1.0), box.height / (room.height or 1.0)
    spare = (room.height or 0.0) - made.height * s - 2 * MARGIN
    place = (
        box.x0 + left * x, box.y0 + (bottom + spare) * y, made.plot.width * s * x, made.body * s * y,
    )  # fmt: skip
    looks.ax.set_position(place)
    axes: mpl.Axes = looks.ax
    return axes


def _axis(rows: Rows, limits: tuple[float, float] | None, made: Sheet) -> EffectAxis:
    """Return an axis that holds every interval, or where they differ too much what matters of them."""
    measure, room = rows.measure, made.plot.width
    if limits is not None:
        low, high = limits
        if not (measure.holds(low) and measure.holds(high) and low < high):
            raise ModelError(
                f"plot.forest: limits are {limits}; give two values of {measure.one}, the smaller one first, "
                f"such as {'(0.1, 10)' if measure.log else '(-2, 2)'}"
            )
        return limited_axis(limits, measure, room)
    shown = [each for row in rows.rows for each in _shown(row, made) if each is not None]
    drawn = [value for effect in shown for value in effect if value is not None and measure.holds(value)]
    together = [row for row in rows.rows if row.kind != "trial"]
    core = [each.estimate for each in shown if each.estimate is not None and measure.holds(each.estimate)]
    core += [
        v for row in together for each in _shown(row, made) if each for v in each if v and measure.holds(v)
    ]
    if not core:
        return effect_axis([], measure, room)
    low, high = min([*core, measure.null]), max([*core, measure.null])
    if measure.log:
        if max(drawn) / min(drawn) > WIDEST:
            drawn = [min(max(value, low / BEYOND), high * BEYOND) for value in drawn]
    elif max(drawn) - min(drawn) > BEYOND * (high - low):
        drawn = [min(max(value, 2 * low - high), 2 * high - low) for value in drawn]
    return effect_axis(drawn, measure, room)


def _shown(row: Row, made: Sheet) -> tuple[Ratio | None, ...]:
    """Return the effects of a line that are drawn."""
    return (row.observed, row.posterior if made.keyed or row.kind != "trial" else None)
