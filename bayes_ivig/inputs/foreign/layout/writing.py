"""A table of trials written under our own column names, and what every column of the grid became."""

from collections.abc import Sequence
from dataclasses import dataclass

from bayes_ivig.errors import listed, quoted
from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.inputs.estimates.design_cell import DESIGN, DESIGN_SD
from bayes_ivig.inputs.foreign.found import FoundTable, Known, LeftOut, Reading
from bayes_ivig.inputs.foreign.layout.arms import Decision
from bayes_ivig.inputs.foreign.layout.columns import COUNTED, Column
from bayes_ivig.inputs.foreign.layout.estimates import Plan
from bayes_ivig.inputs.foreign.layout.grid import Grid
from bayes_ivig.inputs.foreign.layout.lines import Line
from bayes_ivig.inputs.foreign.layout.names import study_column
from bayes_ivig.inputs.foreign.layout.rows import PARTS
from bayes_ivig.inputs.foreign.layout.shape import Group, Kind, Shape
from bayes_ivig.inputs.foreign.layout.words import listing

OWN = listing(
    "study outcome dataset measure estimate lower upper level yi sei vi p_value df "
    "o_minus_e variance design_effect design_effect_sd"
)
ESTIMATED = ("estimate", "lower", "upper", "level", "yi", "sei", "vi", "p_value", "o_minus_e", "variance")


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one comparison and outcome, and which group of columns; ``words`` are of that group."""

    comparison: str
    outcome: str
    number: int | None
    words: str
    positions: tuple[int, ...]
    blank: tuple[int, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of a part before it is written under our names."""

    lines: tuple[Line, ...]
    decision: Decision
    kind: Kind | None
    measure: str
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


def written(grid: Grid, shape: Shape, part: Part, plan: Plan | None, found: Found) -> FoundTable:
    """Return the found table: our columns first, then the others of the grid."""
    group = shape.groups[part.number] if part.number is not None else None
    columns, rows = _ours(found)
    passed = _passed(grid, shape, part, plan, found)
    header = [*columns]
    for column in passed:
        header.append(_free(column.name or f"column {column.place + 1}", header))
    cells = tuple(
        (*row, *(grid.rows[line.position][column.place] for column in passed))
        for row, line in zip(rows, found.lines, strict=True)
    )
    numbers = tuple(line.number for line in found.lines)
    names = found.decision.names
    classes = [
        name for name, column in zip(header[len(columns) :], passed, strict=True) if column.what == "subgroup"
    ]
    return FoundTable(
        name=part.name,
        table=Table(grid.source, tuple(header), cells, numbers),
        outcome=": ".join(filter(None, (part.outcome, part.words if part.words != part.outcome else ""))),
        comparison=part.comparison,
        treatment=names[0],
        control=names[1],
        arms_known=found.decision.known,
        arms_why=found.decision.why,
        measure=found.measure,
        mapping=_mapping(grid, shape, group, plan, found),
        left_out=(*grid.left_out, *found.left_out, *_unused(shape, group, plan, passed)),
        classes=tuple(classes),
        notes=(*grid.notes, *found.notes),
    )


def _ours(found: Found) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return our columns and the cells of every line under them."""
    columns = ["study"]
    parts = PARTS[found.kind] if found.kind else ()
    arms = [f"{arm}_{what}" for arm in ("treatment", "control") for what in parts]
    lost = [
        f"{arm}_missing" for arm in ("treatment", "control") if any(any(line.missing) for line in found.lines)
    ]
    used = [name for name in ESTIMATED if any(name in line.estimate for line in found.lines)]
    rows = []
    for line in found.lines:
        numbers = (*line.treatment, *line.control) if line.treatment and line.control else ("",) * len(arms)
        missing = line.missing if lost else ()
        rows.append((line.study, *numbers, *missing, *(line.estimate.get(name, "") for name in used)))
    return [*columns, *arms, *lost, *used], rows


def _free(name: str, taken: Sequence[str]) -> str:
    """Return a name that no other column has, nor one of ours."""
    ours = {
        *OWN,
        *(f"{arm}_{what}" for arm in ("treatment", "control") for what in ("events", "total", "time")),
    }
    if name in ours and name not in (DESIGN, DESIGN_SD):
        name = f"{name} (unused)"
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _passed(grid: Grid, shape: Shape, part: Part, plan: Plan | None, found: Found) -> list[Column]:
    """Return the columns that are handed on: all but those that were read, blank ones, and the counts of
    other outcomes.
    """
    used = {column.place for each in shape.groups for column in each.columns()}
    split = {"outcome": part.outcome, "comparison": part.comparison}
    used |= {each.place for each in grid.columns if split.get(each.what)}
    numbered = part.number is not None and not {"treatment", "control"} & set(shape.groups[part.number].arms)
    used |= {each.place for each in shape.labels.values()} if numbered else set()
    if plan and any(line.estimate for line in found.lines):
        used |= {column.place for column in plan.columns.values()}
    study = study_column(grid)
    if study:
        used.add(study.place)
    return [
        column
        for column in grid.columns
        if column.place not in used and any(grid.rows[line.position][column.place] for line in found.lines)
    ]


def _mapping(
    grid: Grid, shape: Shape, group: Group | None, plan: Plan | None, found: Found
) -> tuple[Reading, ...]:
    """Return what was read as what."""
    study = study_column(grid)
    readings = [Reading("study", _theirs(study), study.known, study.why or "by its name")] if study else []
    if group is not None and found.kind:
        pair = {found.decision.treatment: "treatment", found.decision.control: "control"}
        for key, whats in group.arms.items():
            arm = pair.get(key, "")
            for what, column in whats.items():
                ours = f"{arm}_{what}" if arm else what
                known: Known = "numbers" if column.why == "by its place" else column.known
                readings.append(Reading(ours, _theirs(column), known, column.why or "by its name"))
        labels = {} if "treatment" in group.arms else shape.labels
        readings += [Reading("arm", _theirs(each), each.known, "labels of arms") for each in labels.values()]
    if plan and any(line.estimate for line in found.lines):
        for what, column in plan.columns.items():
            ours = {"est": "estimate", "p": "p_value", "se": "sei", "var": "vi"}.get(what, what)
            readings.append(
                Reading(ours, _theirs(column), column.known, column.why or plan.why or "by its name")
            )
    return tuple(readings)


def _theirs(column: Column) -> str:
    return column.name or f"column {column.place + 1}"


def _why_passed(column: Column) -> str:
    alone = column.what in COUNTED or column.what == "time"
    return "it makes up no outcome with others; handed on as it is" if alone else "handed on as it is"


def _unused(
    shape: Shape, group: Group | None, plan: Plan | None, passed: Sequence[Column]
) -> tuple[LeftOut, ...]:
    """Return the columns that are not data of this table: handed on, or of another outcome."""
    kept = [LeftOut(f"column {_theirs(column)}", "", "unused", _why_passed(column)) for column in passed]
    own = {column.place for column in group.columns()} if group else set()
    others = {c.place: c for each in shape.groups for c in each.columns() if c.place not in own}
    kept += [
        LeftOut(f"column {_theirs(column)}", quoted(column.group), "other_outcome", "of another outcome")
        for column in others.values()
    ]
    if group and plan is None and shape.estimates:
        names = listed([_theirs(column) for column in shape.estimates])
        kept.append(LeftOut(f"columns {names}", "", "unused", "estimates that are not read beside counts"))
    return tuple(kept)
