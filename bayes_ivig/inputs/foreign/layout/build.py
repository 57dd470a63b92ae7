"""One outcome of a grid under our own column names, with every choice that was made on the way."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bayes_ivig.errors import DataError, listed, quoted
from bayes_ivig.inputs.foreign.found import FoundTable, Known, LeftOut, Stated
from bayes_ivig.inputs.foreign.layout.arms import Decision, decide
from bayes_ivig.inputs.foreign.layout.columns import Column
from bayes_ivig.inputs.foreign.layout.estimates import Plan, log_ratios, plan_of
from bayes_ivig.inputs.foreign.layout.grid import Grid
from bayes_ivig.inputs.foreign.layout.lines import COPY_OF, Line, Sorted, is_total, sorted_out
from bayes_ivig.inputs.foreign.layout.names import named_apart, study_column
from bayes_ivig.inputs.foreign.layout.shape import Group, Kind, Shape
from bayes_ivig.inputs.foreign.layout.trials import Trials, pair_of, trials_of
from bayes_ivig.inputs.foreign.layout.witness import side_of
from bayes_ivig.inputs.foreign.layout.writing import Found, Part, written
from bayes_ivig.measures import measure_of


def found_table(grid: Grid, shape: Shape, part: Part, stated: Stated) -> FoundTable | None:
    """Return one outcome under our column names, None where no row of it holds a trial; raises
    ``DataError``.
    """
    study = study_column(grid)
    group = _group(shape, part, stated)
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
    gaps = [each for each in (trials.left_out if trials else ()) if not _estimated(grid, each, plan)]
    gaps += _unpaired(grid, trials, decision, lines) if trials else ()
    gaps += _of_other_pairs(grid, shape, part, stated)
    notes = [*(trials.notes if trials else ()), *decision.notes, *_by_default(kind, plan, stated)]
    notes += [*_by_estimate(named), *out.notes, *_unlike(grid, out), *renamed]
    left_out = (*map(_as_total, gaps), *out.left_out)
    own = Found(tuple(named), decision, kind, measure, left_out, tuple(notes))
    return written(grid, shape, part, plan, own)


def _group(shape: Shape, part: Part, stated: Stated) -> Group | None:
    """Return the columns of counts of a part, as rates where these are asked for; None without any."""
    group = shape.groups[part.number] if part.number is not None else None
    if group is None or stated.measure.upper() != "IRR":
        return group
    timed = all("time" in whats for whats in group.arms.values())
    return replace(group, kind="rates") if timed else group


def _plan(grid: Grid, shape: Shape, part: Part, stated: Stated, *, optional: bool) -> Plan | None:
    """Return how estimates are read. Beside counts they need not be readable: counts are read then."""
    if not optional:
        plan = plan_of(grid, shape.estimates, part.positions, stated)
        return replace(plan, rows=_of_one_pair(grid, shape, plan, stated)) if plan else None
    try:
        return plan_of(grid, shape.estimates, part.positions, stated)
    except DataError:
        return None


def _pairs(grid: Grid, shape: Shape, positions: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return the labels of both arms of rows of estimates, where two numbered columns have them."""
    if not {"1", "2"} <= set(shape.labels):
        return {}
    first, second = shape.labels["1"].place, shape.labels["2"].place
    return {i: (grid.rows[i][first].strip(), grid.rows[i][second].strip()) for i in positions}


def _wanted(stated: Stated, pair: tuple[str, str]) -> bool:
    """Whether a row compares the arms that the user states, in that order."""
    both = zip((stated.treatment, stated.control), pair, strict=True)
    return all(not wanted or wanted.strip().casefold() == label.casefold() for wanted, label in both)


def _rows(number: int) -> str:
    return f"{number} row{'' if number == 1 else 's'}"


def _of_one_pair(grid: Grid, shape: Shape, plan: Plan, stated: Stated) -> dict[int, dict[str, str]]:
    """Return the estimates of one comparison; raises ``DataError`` where rows are of several."""
    pairs = _pairs(grid, shape, plan.rows)
    kept = {i: row for i, row in plan.rows.items() if i not in pairs or _wanted(stated, pairs[i])}
    left = Counter(pairs[i] for i in kept if i in pairs)
    if len(left) < 2 and (kept or not plan.rows):
        return kept
    times = Counter(pairs.values()).most_common()
    offered = [f'  --treatment "{t}" --control "{c}" ({_rows(n)})' for (t, c), n in times[:12]]
    raise DataError(
        "\n".join(
            (
                f"{grid.source}: estimates of {len(times)} comparisons (columns "
                f"{listed([shape.labels[arm].name for arm in '12'])}): of one they can be read; choose one",
                *offered,
                *([f"  and {len(times) - 12} more"] if len(times) > 12 else []),
            )
        )
    )


def _of_other_pairs(grid: Grid, shape: Shape, part: Part, stated: Stated) -> list[LeftOut]:
    """Return the rows of estimates that compare other arms than those that are stated."""
    if part.number is not None or not (stated.treatment or stated.control):
        return []
    return [
        LeftOut(f"row {grid.numbers[i]}", f"{one} v {other}", "other_treatment", "not the arms compared")
        for i, (one, other) in _pairs(grid, shape, part.positions).items()
        if not _wanted(stated, (one, other))
    ]


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


def _as_total(left: LeftOut) -> LeftOut:
    """Return a row without all numbers as a total, where it is named for one."""
    return replace(left, code="total", why=f"by its name; {left.why}") if is_total(left.what) else left


def _by_default(kind: Kind | None, plan: Plan | None, stated: Stated) -> list[str]:
    """Return a note where numbers allow two measures and the usual one is taken."""
    if stated.measure:
        return []
    if plan and "o_minus_e" in plan.columns and plan.measure == "OR":
        peto = "O - E and V are read as of Peto's odds ratio; say --measure HR if of a log-rank test"
        return [f"look at: {peto}"]
    return ["means are read as mean differences; --measure SMD standardises them"] if kind == "means" else []


def _unlike(grid: Grid, out: Sorted) -> list[str]:
    """Return notes of rows that are left out as copies and differ from the row before in another column."""
    rows = {f"row {number}": row for number, row in zip(grid.numbers, grid.rows, strict=True)}
    notes = []
    for each in out.left_out:
        first = each.why.removeprefix(COPY_OF)
        if each.code != "repeat" or first not in rows:
            continue
        pairs = zip(grid.names, rows[first], rows[each.where], strict=True)
        differ = [f"{name} ({quoted(one)} and {quoted(other)})" for name, one, other in pairs if one != other]
        if differ:
            notes.append(
                f"look at: {each.where} ({each.what}) is left out as a copy of {first}, but differs in "
                f"{listed(differ, 4)}; if it is no copy, name the two apart"
            )
    return notes


def _by_estimate(lines: Sequence[Line]) -> list[str]:
    """Return a note of the trials that have an estimate only, where others have counts."""
    estimated = [line for line in lines if line.estimate]
    if not estimated or len(estimated) == len(lines):
        return []
    rows = listed([f"{line.study} ({line.where})" for line in estimated], 8)
    return [f"look at: of these trials an estimate is read, as their counts are not all there: {rows}"]


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
