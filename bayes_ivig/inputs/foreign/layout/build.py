"""One outcome of a grid under our own column names, with every choice that was made on the way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bayes_ivig.errors import DataError, listed, quoted
from bayes_ivig.inputs.counts.table import Table
from bayes_ivig.inputs.foreign.found import FoundTable, Known, LeftOut, Reading, Stated
from bayes_ivig.inputs.foreign.layout.arms import Decision, decide
from bayes_ivig.inputs.foreign.layout.columns import Column
from bayes_ivig.inputs.foreign.layout.estimates import Plan, log_ratios, plan_of
from bayes_ivig.inputs.foreign.layout.grid import Grid
from bayes_ivig.inputs.foreign.layout.lines import Line, sorted_out
from bayes_ivig.inputs.foreign.layout.names import named_apart, study_column
from bayes_ivig.inputs.foreign.layout.rows import PARTS
from bayes_ivig.inputs.foreign.layout.shape import Group, Kind, Shape
from bayes_ivig.inputs.foreign.layout.trials import Trials, pair_of, trials_of
from bayes_ivig.inputs.foreign.layout.witness import side_of
from bayes_ivig.inputs.foreign.layout.words import listing
from bayes_ivig.measures import measure_of

OWN = listing(
    "study outcome dataset measure estimate lower upper level yi sei vi p_value df "
    "o_minus_e variance design_effect"
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
class _Found:
    """What was found of a part before it is written under our names."""

    lines: tuple[Line, ...]
    decision: Decision
    kind: Kind | None
    measure: str
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]


def found_table(grid: Grid, shape: Shape, part: Part, stated: Stated) -> FoundTable | None:
    """Return one outcome under our column names, None where no row of it holds a trial; raises
    ``DataError``.
    """
    study = study_column(grid)
    group = shape.groups[part.number] if part.number is not None else None
    if (
        group is not None
        and stated.measure.upper() == "IRR"
        and all("time" in w for w in group.arms.values())
    ):
        group = replace(group, kind="rates")
    plan = _plan(grid, shape, part, stated, optional=group is not None)
    trials = trials_of(grid, shape, group, part.positions, study) if group else None
    if not (trials and trials.trials) and not (plan and plan.rows):
        return None
    found = _of_trials(grid, trials, plan, stated) if trials and trials.trials else None
    lines, decision = found if found else ((), _direction(plan, stated))
    if plan:
        lines = _with_estimates(grid, lines, plan, study)
    kind = group.kind if group and any(line.treatment for line in lines) else None
    measure = _measure(grid, kind, plan, lines, stated)
    out = sorted_out(sorted(lines, key=lambda line: line.position), kind)
    if not out.lines:
        return None
    named, renamed = named_apart(grid, out.lines)
    gaps = tuple(each for each in (trials.left_out if trials else ()) if not _estimated(grid, each, plan))
    single = _unpaired(grid, trials, decision, lines) if trials else ()
    return _written(
        grid,
        shape,
        part,
        plan,
        _Found(
            tuple(named),
            decision,
            kind,
            measure,
            (*gaps, *single, *out.left_out),
            (*(trials.notes if trials else ()), *decision.notes, *out.notes, *renamed),
        ),
    )


def _plan(grid: Grid, shape: Shape, part: Part, stated: Stated, *, optional: bool) -> Plan | None:
    """Return how estimates are read. Beside counts they need not be readable: counts are read then."""
    if not optional:
        return plan_of(grid, shape.estimates, part.positions, stated)
    try:
        return plan_of(grid, shape.estimates, part.positions, stated)
    except DataError:
        return None


def _of_trials(
    grid: Grid, trials: Trials, plan: Plan | None, stated: Stated
) -> tuple[tuple[Line, ...], Decision]:
    """Return trials with counts, treatment and control told apart."""
    given = log_ratios(plan) if plan else []
    decision = decide(grid.source, trials, stated, given)
    lines = []
    for trial in trials.trials:
        pair = pair_of(trial, decision.treatment, decision.control)
        if pair is None:
            continue
        arms = {key.casefold(): arm for key, arm in trial.arms.items()}
        one, other = arms[decision.treatment.casefold()], arms[decision.control.casefold()]
        lines.append(
            Line(
                trial.position, grid.numbers[trial.position], trial.study, *pair,
                missing=(one.missing, other.missing), label=one.label or decision.treatment,
            )
        )  # fmt: skip
    if decision.known != "numbers" and side_of(trials, decision.treatment, decision.control, given) < 0:
        note = "look at: the odds ratios in the table are those of the control against the treatment"
        decision = replace(decision, notes=(*decision.notes, note))
        if any(position not in {line.position for line in lines} for position, _ in given):
            raise DataError(f"{grid.source}: {note.removeprefix('look at: ')}; turn one of them round")
    return tuple(lines), decision


def _direction(plan: Plan | None, stated: Stated) -> Decision:
    """Return what is known of the direction of effects that stand without their arms."""
    names = (stated.treatment, stated.control)
    known: Known = "stated" if any(names) else "name"
    code = plan.measure if plan else "OR"
    words = measure_of(code).name
    why = f"{words}s as the file gives them, taken as treatment against control"
    return Decision("treatment", "control", known, why, names)


def _with_estimates(grid: Grid, lines: Sequence[Line], plan: Plan, study: Column | None) -> tuple[Line, ...]:
    """Return the lines, and those of rows that have an estimate and no counts."""
    have = {line.position for line in lines}
    level = {"level": plan.level} if plan.level else {}
    more = [
        Line(
            position,
            grid.numbers[position],
            grid.rows[position][study.place].strip() if study else f"Row {grid.numbers[position]}",
            estimate=row | (level if "lower" in row or "upper" in row else {}),
        )
        for position, row in plan.rows.items()
        if position not in have
    ]
    return (*lines, *more)


def _measure(grid: Grid, kind: Kind | None, plan: Plan | None, lines: Sequence[Line], stated: Stated) -> str:
    """Return the measure of the table: the stated one, that of its estimates, or of its kind of numbers."""
    if stated.measure:
        return measure_of(stated.measure).code
    estimated = [line for line in lines if line.estimate]
    usual = {"counts": "OR", "rates": "IRR", "means": "MD"}.get(kind or "", "")
    if not estimated or plan is None:
        return usual or "OR"
    fits = {"counts": ("OR", "RR", "RD"), "rates": ("IRR",), "means": ("MD", "SMD")}.get(
        kind or "", (plan.measure,)
    )
    if plan.measure not in fits:
        rows = listed([line.where for line in estimated], 8)
        raise DataError(
            f"{grid.source}: {rows} hold {plan.measure} only, and other rows {kind} that give "
            f"{listed(list(fits))}: one table has one measure; keep the rows of one kind"
        )
    return plan.measure


def _estimated(grid: Grid, left: LeftOut, plan: Plan | None) -> bool:
    """Whether a row without counts has an estimate, so that it is not left out."""
    rows = {f"row {grid.numbers[position]}" for position in plan.rows} if plan else set()
    return left.where in rows


def _unpaired(grid: Grid, trials: Trials, decision: Decision, lines: Sequence[Line]) -> tuple[LeftOut, ...]:
    """Return the trials that lack one of the arms, and the arms that are not compared."""
    have = {line.position for line in lines}
    pair = {decision.treatment.casefold(), decision.control.casefold()}
    found = []
    for trial in trials.trials:
        others = [key for key, arm in trial.arms.items() if key.casefold() not in pair and arm.values]
        gaps = [key for key, arm in trial.arms.items() if key.casefold() in pair and not arm.values]
        where = f"row {grid.numbers[trial.position]}"
        if trial.position not in have and gaps:
            why = f"the numbers of {listed(gaps)} are not all there"
            found.append(LeftOut(where, trial.study, "unreadable", why))
        elif trial.position not in have:
            gone = [key for key, arm in trial.arms.items() if arm.values]
            why = f"it has {listed(gone)} only" if gone else "it has no arm with all numbers"
            found.append(LeftOut(where, trial.study, "other_treatment", why))
        elif others:
            what = f"{trial.study}: {listed(others)}"
            found.append(LeftOut(where, what, "other_treatment", "not the arms compared"))
    return tuple(found)


def _written(grid: Grid, shape: Shape, part: Part, plan: Plan | None, found: _Found) -> FoundTable:
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
        mapping=_mapping(grid, group, plan, found),
        left_out=(*grid.left_out, *found.left_out, *_unused(shape, group, plan, passed)),
        classes=tuple(classes),
        notes=(*grid.notes, *found.notes),
    )


def _ours(found: _Found) -> tuple[list[str], list[tuple[str, ...]]]:
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
    if name in ours and name != "design_effect":
        name = f"{name} (unused)"
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _passed(grid: Grid, shape: Shape, part: Part, plan: Plan | None, found: _Found) -> list[Column]:
    """Return the columns that are handed on: all but those that were read, blank ones, and the counts of
    other outcomes.
    """
    used = {column.place for each in shape.groups for column in each.columns()}
    split = {"outcome": part.outcome, "comparison": part.comparison}
    used |= {each.place for each in grid.columns if split.get(each.what)}
    used |= {each.place for each in shape.labels.values()} if shape.long else set()
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


def _mapping(grid: Grid, group: Group | None, plan: Plan | None, found: _Found) -> tuple[Reading, ...]:
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
    if plan and any(line.estimate for line in found.lines):
        for what, column in plan.columns.items():
            ours = {"est": "estimate", "p": "p_value", "se": "sei", "var": "vi"}.get(what, what)
            readings.append(
                Reading(ours, _theirs(column), column.known, column.why or plan.why or "by its name")
            )
    return tuple(readings)


def _theirs(column: Column) -> str:
    return column.name or f"column {column.place + 1}"


def _unused(
    shape: Shape, group: Group | None, plan: Plan | None, passed: Sequence[Column]
) -> tuple[LeftOut, ...]:
    """Return the columns that are not data of this table: handed on, or of another outcome."""
    kept = [LeftOut(f"column {_theirs(column)}", "", "unused", "handed on as it is") for column in passed]
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
