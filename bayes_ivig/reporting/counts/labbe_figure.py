"""A L'Abbé plot for a paper: the risk in both arms of every trial, among lines of equal effect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray

from bayes_ivig.errors import DataError, ModelError
from bayes_ivig.inputs.counts.dataset import Dataset
from bayes_ivig.kinds.checked import checked
from bayes_ivig.kinds.ranges import Listed
from bayes_ivig.measures import Measure, measure_of
from bayes_ivig.reporting.figures.axis import tick_label
from bayes_ivig.reporting.figures.colours import checked_colours
from bayes_ivig.reporting.figures.figure import Figure
from bayes_ivig.reporting.figures.labelling import label_points
from bayes_ivig.reporting.figures.measuring import fitted
from bayes_ivig.reporting.figures.paper import ACCENT, INK, LINE, MM, MUTED, PAPER, SIZE, new_axes, style
from bayes_ivig.reporting.figures.sides import below
from bayes_ivig.reporting.wording import effects, numbers, outcomes
from bayes_ivig.reporting.wording.order import cells
from bayes_ivig.results.pooled import PooledEstimate
from bayes_ivig.results.posterior.posterior import Posterior

if TYPE_CHECKING:
    import matplotlib.axes as mpl
    import pandas as pd

type Array = NDArray[np.float64]
type Labels = Annotated[Mapping[str, str] | bool, "a dict of texts by study, or True for all names"]

WIDTH, SIDE, LEFT, FOOT = 100.0, 80.0, 15.0, 20.0  # mm: of all, of the square, to its left and below it
LARGEST, SMALLEST = 7.0, 1.6  # points: radii of the largest study, and at least
RATIOS, DIFFERENCES = (0.2, 0.5, 2.0, 5.0), (-0.2, -0.1, 0.1, 0.2)
APART = 0.2, 0.03  # from a usual line to the pooled one: in log ratios, and in differences
ENDS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)  # of the axes
POINTS = 201


@dataclass(frozen=True)
class Arms:
    """The risks in both arms of a study, and how many people took part."""

    study: str
    control: float
    treatment: float
    people: float


@checked
def labbe(
    found: Dataset | PooledEstimate | Posterior,
    *,
    labels: Labels = False,
    lines: Listed[float] | None = None,
    colour: str = ACCENT,
    ax: "mpl.Axes | None" = None,
) -> Figure:
    """Draw every trial by its risk under control, across, and under treatment, upwards.

    The area of a circle is the number of people. Thin lines are of equal effect: the diagonal of none, and
    those of the measure (odds ratios, risk ratios or risk differences) at the values ``lines``, some usual
    ones unless given. Of a pooled estimate or a posterior its own effect is the thick line, the posterior
    median of the latter. ``labels`` writes the names of studies where they cover nothing. ``ax`` are axes of
    Matplotlib to draw on. The numbers: ``labbe_table``. Trials known by an estimate only, or by rates, have
    no risks and are not drawn; raises ``DataError`` where none has any, ``ModelError`` for another measure.
    (L'Abbe, Detsky & O'Rourke 1987, Ann Intern Med 107:224.)

    **example**

    >>> import bayes_ivig as bi
    >>> drawn = bi.plot.labbe(bi.pool(bi.load_dataset("ivig", "live_birth"), method="reml"))
    >>> drawn.axes.get_xlabel()
    'Risk under comparator'
    """
    dataset, measure, pooled, by = _read(found)
    arms = _arms(dataset)
    values = _values(lines, measure, pooled)
    shade = checked_colours("labbe", [colour])[0]
    with style():
        side = WIDTH - SIDE - LEFT
        axes = new_axes(WIDTH, SIDE + FOOT + 4, (LEFT, side, FOOT, 4)) if ax is None else ax
        end = _end(arms)
        marks = _lines(axes, measure, values, end)
        if pooled is not None:
            _line(axes, measure, pooled, end, color=INK, lw=1.4)
        radii = _radii(arms)
        places = [(each.control, each.treatment) for each in arms]
        look: dict[str, Any] = {"color": shade, "alpha": 0.65, "edgecolors": PAPER, "linewidths": 0.5}
        look |= {"s": [(2 * r) ** 2 for r in radii], "zorder": 3, "clip_on": False}
        axes.scatter([place[0] for place in places], [place[1] for place in places], **look)
        _axes_words(axes, dataset, end)
        texts = labels if isinstance(labels, Mapping) else {}
        wanted = [each.study for each in arms] if labels is True else list(texts)
        names = [texts.get(each.study, each.study) if each.study in wanted else "" for each in arms]
        clear = [""] * len(marks), [SIZE] * len(marks)  # of the numbers on the lines
        written = label_points(axes, [*places, *marks], [*names, *clear[0]], [*radii, *clear[1]])
        unnamed = sum(map(bool, names)) - written
        below(axes, _note(arms, measure, (pooled, by), (len(dataset) - len(arms), unnamed)))
    return Figure(axes, _title(dataset, arms))


@checked
def labbe_table(found: Dataset | PooledEstimate | Posterior) -> "pd.DataFrame":
    """Return what ``labbe`` draws, a row for each study with counts of people in both arms.

    Columns: ``study``, ``control_risk`` and ``treatment_risk`` (shares of people with the event) and
    ``participants``. Raises ``DataError`` where there is no such study.

    **example**

    >>> import bayes_ivig as bi
    >>> row = bi.plot.labbe_table(bi.Dataset((bi.Study("A", 4, 40, 10, 50),))).iloc[0]
    >>> [float(row[name]) for name in ("control_risk", "treatment_risk", "participants")]
    [0.2, 0.1, 90.0]
    """
    import pandas as pd

    rows = [(each.study, each.control, each.treatment, each.people) for each in _arms(_read(found)[0])]
    return pd.DataFrame(rows, columns=["study", "control_risk", "treatment_risk", "participants"])


def _read(found: Dataset | PooledEstimate | Posterior) -> tuple[Dataset, Measure, float | None, str]:
    """Return dataset, measure, pooled effect on the measure's own scale, or None, and where it comes from;
    raises ``ModelError`` for a measure that two risks do not give.
    """
    if isinstance(found, Dataset):
        dataset, measure, effect, by = found, measure_of(found.measure), None, ""
    elif isinstance(found, PooledEstimate):
        if found.dataset is None:
            raise ModelError("plot.labbe: this estimate does not know its dataset; give what pool returns")
        dataset, measure, effect = found.dataset, measure_of(found.measure), found.own.estimate
        by = f"pooled ({found.method})"
    else:
        dataset, measure = found.dataset, found.measure
        effect, by = measure.own(found["mu"].median), "posterior median"
    if not measure.from_counts:
        raise ModelError(f"plot.labbe: two risks give no {measure.name}; they give OR, RR and RD")
    return dataset, measure, effect, by


def _arms(dataset: Dataset) -> list[Arms]:
    known = [
        (study.name, counts)
        for study in dataset.studies
        if getattr(study, "of_people", False) and (counts := cells(study)) is not None
    ]
    arms = [Arms(name, r0 / n0, r1 / n1, n1 + n0) for name, (r1, n1, r0, n0) in known if n1 > 0 and n0 > 0]
    if not arms:
        raise DataError(f"{dataset.label}: no study has counts of people in both arms, so none has two risks")
    return arms


def _values(lines: Listed[float] | None, measure: Measure, pooled: float | None) -> Sequence[float]:
    """Return the effects of which lines are drawn, of the usual ones those that are told apart from the
    pooled one; raises ``ModelError`` for one that there is not.
    """
    if lines is None:
        usual, apart = (RATIOS, APART[0]) if measure.log else (DIFFERENCES, APART[1])
        own = None if pooled is None else measure.modelled(pooled)
        return [each for each in usual if own is None or abs(measure.modelled(each) - own) > apart]
    wrong = [value for value in lines if not measure.holds(value)]
    if wrong:
        allowed = "above 0" if measure.log else "a finite number"
        raise ModelError(f"plot.labbe: lines has {wrong[0]!r}; {measure.one} is {allowed}")
    return list(lines)


def _end(arms: Sequence[Arms]) -> float:
    """Return the end of both axes: one that is tidy and holds all risks with a little room."""
    most = 1.03 * max(max(each.control, each.treatment) for each in arms)
    return next((end for end in ENDS if end >= most), 1.0)


def _radii(arms: Sequence[Arms]) -> list[float]:
    most = max(each.people for each in arms)
    return [max(SMALLEST, LARGEST * float(np.sqrt(each.people / most))) for each in arms]


def _treated(control: Array, effect: float, measure: Measure) -> Array:
    """Return the risk under treatment at a risk under control and an effect."""
    match measure.code:
        case "OR":
            return np.asarray(effect * control / (1 - control + effect * control))
        case "RR":
            return np.asarray(effect * control)
    return np.asarray(control + effect)


def _lines(
    axes: "mpl.Axes", measure: Measure, values: Sequence[float], end: float
) -> list[tuple[float, float]]:
    """Draw the diagonal, and lines of equal effect with their value where they cross the other diagonal;
    return where the values stand.
    """
    places = []
    axes.plot([0, end], [0, end], color=MUTED, lw=0.8, zorder=1)
    for value in values:
        x, y = _line(axes, measure, value, end, color=LINE, lw=0.7, ls=(0, (4, 2)))
        if not len(x):
            continue
        middle = int(np.argmin(np.abs(x + y - end)))
        places.append((float(x[middle]), float(y[middle])))
        axes.text(
            *places[-1], tick_label(value), size=SIZE - 2, color=MUTED, ha="center",
            va="center", zorder=1.5, bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip
    return places


def _line(
    axes: "mpl.Axes", measure: Measure, effect: float, end: float, **look: object
) -> tuple[Array, Array]:
    """Draw the line of an effect within the axes, and return its points."""
    x = np.linspace(0.0, end, POINTS)
    y = _treated(x, effect, measure)
    inside = (y >= 0) & (y <= end)
    axes.plot(x[inside], y[inside], zorder=1.2, **look)  # type: ignore[arg-type]
    return x[inside], y[inside]


def _axes_words(axes: "mpl.Axes", dataset: Dataset, end: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_xlim(0, end)
    axes.set_ylim(0, end)
    axes.set_aspect("equal")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: tick_label(value)))
    room = SIDE * MM - 10
    axes.set_xlabel(fitted(f"Risk under {dataset.about.control}", room))
    axes.set_ylabel(fitted(f"Risk under {dataset.about.treatment}", room))


def _note(
    arms: Sequence[Arms], measure: Measure, pooled: tuple[float | None, str], counts: tuple[int, int]
) -> str:
    """Return what the marks are; ``counts`` are trials that are not drawn, and names without room."""
    people = [each.people for each in arms]
    words = f"Area of a circle: people, {numbers.count(min(people))} to {numbers.count(max(people))}. "
    if pooled[0] is not None:
        words += f"Thick line: {measure.name} {effects.cell(measure, pooled[0])}, {pooled[1]}; "
    words += f"{'d' if pooled[0] is not None else 'D'}ashed: equal {measure.plural}; diagonal: no effect."
    words += f" No room for {numbers.count(counts[1])} names." * bool(counts[1])
    return words + f" {numbers.count(counts[0])} trials without counts not drawn." * bool(counts[0])


def _title(dataset: Dataset, arms: Sequence[Arms]) -> str:
    title = outcomes.title_of(dataset.outcome, dataset.about)
    return f"L'Abbé plot of {numbers.count(len(arms))} trials, {title}: risk in both arms"
