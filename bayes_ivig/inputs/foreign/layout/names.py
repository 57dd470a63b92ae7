"""What trials are called: which column names them, and how names that repeat are told apart."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from bayes_ivig.errors import DataError, quoted, report_all
from bayes_ivig.inputs.foreign.layout import cells
from bayes_ivig.inputs.foreign.layout.columns import STUDY, Column, is_text
from bayes_ivig.inputs.foreign.layout.grid import Grid
from bayes_ivig.inputs.foreign.layout.lines import Line
from bayes_ivig.inputs.foreign.layout.words import key

LONGEST_TELLING = 40  # letters of a cell that may stand behind the name of a trial


def study_column(grid: Grid) -> Column | None:
    """Return the column that names the trials: the one that is stated, one of words before one of numbers,
    else the only other column of words.
    """
    named = [each for each in grid.columns if each.what == "study"]
    stated = [each for each in named if each.known == "stated"]
    if stated:
        return stated[0]
    if named:
        order = {name: i for i, name in enumerate(STUDY)}
        best = min(
            named, key=lambda c: (not is_text(grid.rows, c.place), order.get(key(c.name), 99), c.place)
        )
        numeric = [each for each in named if each is not best and not is_text(grid.rows, each.place)]
        why = f"it has names, and {quoted(numeric[0].name)} numbers only" if numeric else "by its name"
        return replace(best, why=why)
    words = [
        each
        for each in grid.columns
        if not each.what and not each.estimate and is_text(grid.rows, each.place)
    ]
    first = [each for each in words if each.place == 0]
    if first or len(words) == 1:
        return replace((first or words)[0], what="study", known="numbers", why="the first column of words")
    return None


def year_column(grid: Grid) -> Column | None:
    """Return the column with the year, if there is one."""
    return next((each for each in grid.columns if each.what == "year"), None)


def named_apart(grid: Grid, lines: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """Return the lines with names that differ, and what was added to those that did not; raises ``DataError``
    for lines without a name.
    """
    report_all(
        [f"{grid.place(line.position)}: the trial has no name" for line in lines if not line.study.strip()],
        DataError,
        grid.source,
    )
    named = [replace(line, study=_clean(line.study)) for line in lines]
    notes = [
        f"{line.where}: {quoted(old.study)} is read as {quoted(line.study)}: a mark of a footnote"
        for old, line in zip(lines, named, strict=True)
        if old.study.strip() != line.study
    ]
    year, group = year_column(grid), next((c for c in grid.columns if c.what == "subgroup"), None)
    for column, what in ((year, "the year"), (group, "the subgroup")):
        if column is not None and _repeated(named):
            named, added = _with(named, lambda line, c=column: grid.rows[line.position][c.place])  # type: ignore[misc]
            notes += [f"trials of one name are told apart by {what}: {added}"] if added else []
    columns = [
        (lambda line, c=column: grid.rows[line.position][c.place], _of_column(grid, column, named))
        for column in grid.columns
        if column.name and not column.what and not column.estimate and _classes(grid, column, named)
    ]
    for tell, what in (
        (lambda line: line.label, "the label of the treatment"),
        *columns,
        (lambda line: line.where, "their rows"),
    ):
        if _repeated(named):
            named, added = _with(named, tell)
            notes += [f"look at: trials of one name are told apart by {what}: {added}"] if added else []
    return named, notes


def _classes(grid: Grid, column: Column, lines: Sequence[Line]) -> bool:
    """Whether a column tells every trial of some name that repeats apart, by words or by a few values."""
    cells_of: dict[str, list[str]] = {}
    for line in lines:
        cells_of.setdefault(line.study, []).append(grid.rows[line.position][column.place])
    values = [value for each in cells_of.values() for value in each]
    if max(map(len, values), default=0) > LONGEST_TELLING:
        return False
    apart = [each for each in cells_of.values() if len(each) > 1 and len(set(each)) == len(each)]
    return bool(apart) and (_few(values) or is_text(grid.rows, column.place))


def _few(values: Sequence[str]) -> bool:
    return len(set(values)) * 3 <= len(values) * 2


def _of_column(grid: Grid, column: Column, lines: Sequence[Line]) -> str:
    """Return which column tells trials apart, and what to state where it is one of outcomes or of times."""
    name = quoted(column.name)
    values = [grid.rows[line.position][column.place] for line in lines]
    if not _few(values):
        return f"column {name}"
    return f"column {name} (if it says the outcome, or the time, read them apart: --map outcome={name})"


def _clean(name: str) -> str:
    """Return a name without marks of footnotes, and a number as a whole one."""
    text = cells.unmarked(name)
    return text.removesuffix(".0") if text.removesuffix(".0").isdigit() else text


def _repeated(lines: Sequence[Line]) -> set[str]:
    times = Counter(line.study for line in lines)
    return {name for name, count in times.items() if count > 1}


def _with(lines: Sequence[Line], tell: Callable[[Line], str]) -> tuple[list[Line], str]:
    """Return the lines, those of names that repeat with something behind it, if that tells any apart."""
    twice = _repeated(lines)
    told = {line.position: _clean(tell(line)) for line in lines}
    telling = {
        name
        for name in twice
        if len({told[line.position] for line in lines if line.study == name} - {""}) > 1
    }
    named = [
        replace(line, study=_joined(line.study, told[line.position])) if line.study in telling else line
        for line in lines
    ]
    return named, ", ".join(
        quoted(line.study) for line, old in zip(named, lines, strict=True) if line != old
    )[:300]


def _joined(name: str, told: str) -> str:
    plain = told.isdigit() and len(told) == 4
    return (f"{name} {told}" if plain else f"{name} ({told})") if told else name
