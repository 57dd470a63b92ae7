"""The trials of one outcome: every arm of every trial with its numbers and its label, before anybody says
which arm is the treatment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bayes_ivig.errors import DataError, quoted, report_all
from bayes_ivig.inputs.foreign.found import LeftOut
from bayes_ivig.inputs.foreign.layout import cells
from bayes_ivig.inputs.foreign.layout.cells import UnreadableError
from bayes_ivig.inputs.foreign.layout.columns import Column
from bayes_ivig.inputs.foreign.layout.grid import Grid
from bayes_ivig.inputs.foreign.layout.rows import Values, arm_of
from bayes_ivig.inputs.foreign.layout.shape import Group, Shape


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: its key (``treatment``, ``1``, a label), the row it stands in, its numbers if they are known,
    its label where there is one, people not seen.
    """

    key: str
    position: int
    values: Values | None
    label: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial: the row it begins in, its name as the file has it, its arms by key."""

    position: int
    study: str
    arms: dict[str, Arm]


@dataclass(frozen=True, slots=True)
class Trials:
    """All trials of one outcome; ``labelled`` where keys are the labels of arms."""

    group: Group
    trials: tuple[Trial, ...]
    labelled: bool = False
    long: bool = False
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    """What is gathered while rows are read."""

    problems: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def trials_of(
    grid: Grid, shape: Shape, group: Group, positions: Sequence[int], study: Column | None
) -> Trials:
    """Return the trials in some rows of a grid; raises one ``DataError`` with every unreadable cell."""
    reading = _Reading()
    if group.twice:
        _agree(grid, group, positions, reading)
    read = _long if shape.long else _wide
    trials, labelled = read(grid, shape, group, positions, study, reading)
    report_all(reading.problems, DataError, grid.source)
    return Trials(group, tuple(trials), labelled, shape.long, tuple(reading.left_out), tuple(reading.notes))


def _agree(grid: Grid, group: Group, positions: Sequence[int], reading: _Reading) -> None:
    """Report two columns that hold one thing, unless their cells agree."""
    for one, other in group.twice:
        if any(grid.rows[i][one.place] != grid.rows[i][other.place] for i in positions):
            arm = f"{one.arm}_" if one.arm in ("treatment", "control") else ""
            reading.problems.append(
                f"{grid.source}: columns {quoted(one.name)} and {quoted(other.name)} may both be the "
                f"{one.what} of one arm, and differ; say which: --map {arm}{one.what}={one.name}, or "
                f"--map {arm}{one.what}={other.name}"
            )


def _wide(
    grid: Grid, shape: Shape, group: Group, positions: Sequence[int], study: Column | None, reading: _Reading
) -> tuple[list[Trial], bool]:
    """Return the trials of a table with a row for each."""
    numbered = not {"treatment", "control"} & set(group.arms)
    labelled = numbered and len(set(shape.labels) & set(group.arms)) > 1
    trials = []
    for i in positions:
        if _lone(grid, i):
            reading.left_out.append(_not_data(grid, i, "", group))
            continue
        arms = {key: _arm(grid, group, key, i, reading) for key in group.arms}
        found = {key: replace(arm, label=_label(grid, shape, key, i)) for key, arm in arms.items() if arm}
        name = _name(grid, study, i)
        if not any(arm.values for arm in found.values()):
            reading.left_out.append(_not_data(grid, i, name, group))
            continue
        if labelled:
            found = _by_label(grid, i, found, reading)
        trials.append(Trial(i, name, found))
    return trials, labelled


def _by_label(grid: Grid, position: int, arms: dict[str, Arm], reading: _Reading) -> dict[str, Arm]:
    """Return a row's arms by their labels; two of one label, or numbers without one, are problems."""
    by_label: dict[str, Arm] = {}
    for key, arm in arms.items():
        if not arm.label and arm.values is None:
            continue
        if not arm.label:
            reading.problems.append(f"{grid.place(position)}: arm {key} has numbers and no label")
        elif arm.label.casefold() in (label.casefold() for label in by_label):
            reading.problems.append(f"{grid.place(position)}: two arms are called {quoted(arm.label)}")
        by_label[arm.label] = replace(arm, key=arm.label)
    return by_label


def _long(
    grid: Grid, shape: Shape, group: Group, positions: Sequence[int], study: Column | None, reading: _Reading
) -> tuple[list[Trial], bool]:
    """Return the trials of a table with a row for each arm; a blank name stands for the one above."""
    label = shape.labels.get("") or next(iter(shape.labels.values()), None)
    trials: dict[tuple[str, ...], Trial] = {}
    name = ""
    apart = _telling(grid, study, positions)
    for i in positions:
        given = _name(grid, study, i)
        if _lone(grid, i):
            name = given or name  # of the rows below
            reading.left_out.append(_not_data(grid, i, given, group))
            continue
        arm = _arm(grid, group, "", i, reading)
        text = cells.bare(grid.rows[i][label.place]) if label else ""
        if arm is None or (arm.values is None and not text):
            if arm is not None:
                reading.left_out.append(_not_data(grid, i, given, group))
            continue
        name = given or name
        trial = trials.setdefault((name, *(grid.rows[i][place] for place in apart)), Trial(i, name, {}))
        key = text or str(len(trial.arms) + 1)
        if key.casefold() in (known.casefold() for known in trial.arms):
            reading.problems.append(
                f"{grid.place(i)}: {quoted(name)} has two rows of arm {quoted(key)}; give each arm one row, "
                "or name the trials apart"
            )
        if arm.values is None:
            reading.left_out.append(
                LeftOut(
                    f"row {grid.numbers[i]}", f"{name}, {key}", "unreadable", "its numbers are not all there"
                )
            )
            continue
        trial.arms[key] = replace(arm, key=key, label=text)
    return [trial for trial in trials.values() if trial.arms], label is not None


def _telling(grid: Grid, study: Column | None, positions: Sequence[int]) -> list[int]:
    """Return the columns that number trials or give their years, which tell trials of one author apart: whole
    numbers in every row, with no fewer values than there are names, and not the numbers of the rows.
    """
    names = {_name(grid, study, i) for i in positions}
    found = []
    for column in grid.columns if study else ():
        values = [grid.rows[i][column.place] for i in positions]
        numbered = column.what == "study" and column.place != (study.place if study else -1)
        plain = all(value.isascii() and value.isdigit() for value in values)
        few = len(names) <= len(set(values)) < len(values)
        if plain and (column.what == "year" or (numbered and few)):
            found.append(column.place)
    return found


def _arm(grid: Grid, group: Group, key: str, position: int, reading: _Reading) -> Arm | None:
    """Return one arm of a row, None where a cell of it is unreadable, which becomes a problem."""
    row, whats = grid.rows[position], group.arms[key]
    notes: list[str] = []
    try:
        values = arm_of(group.kind, whats, row, notes)
        lost = row[whats["missing"].place] if "missing" in whats else ""
        unseen = "" if cells.missing(lost) else str(cells.whole(lost))
    except UnreadableError as error:
        reading.problems.append(f"{grid.place(position)}: {error}")
        return None
    reading.notes += [f"row {grid.numbers[position]}: {note}" for note in notes]
    return Arm(key, position, values, missing=unseen)


def _label(grid: Grid, shape: Shape, key: str, position: int) -> str:
    column = shape.labels.get(key)
    cell = grid.rows[position][column.place] if column else ""
    return "" if cells.missing(cell) else cells.bare(cell)


def _name(grid: Grid, study: Column | None, position: int) -> str:
    return grid.rows[position][study.place].strip() if study else f"Row {grid.numbers[position]}"


def _lone(grid: Grid, position: int) -> bool:
    """Whether a row holds one cell of words and nothing else: a heading or a note."""
    filled = [cell for cell in grid.rows[position] if cell]
    return len(filled) == 1 and len(grid.names) > 2 and not any(c.isdigit() for c in filled[0][:1])


def _not_data(grid: Grid, position: int, name: str, group: Group) -> LeftOut:
    """Return why a row without numbers is left out: a trial with gaps, a heading, a note."""
    row = grid.rows[position]
    filled = [cell for cell in row if cell]
    where = f"row {grid.numbers[position]}"
    some = any(not cells.missing(row[column.place]) for column in group.columns())
    gaps = [row[column.place] for column in group.columns() if row[column.place]]
    if (some or gaps) and not _lone(grid, position):
        return LeftOut(where, name or filled[0], "unreadable", "its numbers are not all there")
    return LeftOut(where, " ".join(filled)[:200], "note", "no numbers in the columns that are read")


def pair_of(trial: Trial, treatment: str, control: str) -> tuple[Values, Values] | None:
    """Return the numbers of two arms of a trial, None where it lacks one."""
    found = {key.casefold(): arm.values for key, arm in trial.arms.items()}
    one, other = found.get(treatment.casefold()), found.get(control.casefold())
    return (one, other) if one is not None and other is not None else None
