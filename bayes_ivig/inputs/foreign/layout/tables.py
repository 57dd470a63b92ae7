"""From a grid of cells to the tables of trials in it: one for each outcome and comparison."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bayes_ivig.errors import DataError, listed, quoted, suggestion
from bayes_ivig.inputs.foreign.found import FoundTable, LeftOut, Sheet, Stated
from bayes_ivig.inputs.foreign.layout.build import found_table
from bayes_ivig.inputs.foreign.layout.columns import Column
from bayes_ivig.inputs.foreign.layout.grid import Grid, grid_of
from bayes_ivig.inputs.foreign.layout.names import study_column
from bayes_ivig.inputs.foreign.layout.shape import Group, Shape, shape_of, spelled, without_pooled
from bayes_ivig.inputs.foreign.layout.unread import nothing_found, without_header
from bayes_ivig.inputs.foreign.layout.writing import Part

MOST_TABLES = 200  # outcomes and comparisons of one sheet


def tables(sheet: Sheet, stated: Stated) -> tuple[FoundTable, ...]:
    """Return the tables of trials in a sheet, none where it holds no trials at all.

    Raises one ``DataError`` where it holds some that cannot be read, or where it is not known which arm is
    the treatment: the two readings are shown, and what to state.
    """
    grid = grid_of(sheet, stated) or without_header(sheet, stated)
    if grid is None:
        return ()
    shape, pooled = without_pooled(shape_of(grid.columns), grid.rows)
    if pooled:
        grid = replace(grid, left_out=(*grid.left_out, *map(_pooled, pooled)))
    effects = any(each.estimate for each in grid.columns)
    if not grid.rows or not (shape.groups or effects):
        return nothing_found(sheet, grid, stated)
    return _read(grid, shape, stated) or nothing_found(sheet, grid, stated)


def _pooled(column: Column) -> LeftOut:
    why = "the same in every row, as a result of all trials is; not read as that of each"
    return LeftOut(f"column {column.name or column.place + 1}", quoted(column.group), "total", why)


def _read(grid: Grid, shape: Shape, stated: Stated) -> tuple[FoundTable, ...]:
    """Return every outcome that can be read; raise the error of the first where none can, or of one that the
    user asks for.
    """
    found: list[tuple[Part, FoundTable]] = []
    problems = []
    for part in _wanted(grid, _parts(grid, shape), stated):
        try:
            table = found_table(grid, shape, part, stated)
        except DataError as error:
            problems.append((part, error))
            continue
        if table is not None:
            found.append((part, table))
    if problems and (not found or stated.outcome):
        raise problems[0][1]
    return _with_others(_unique(_once(found)), problems)


def _once(found: Sequence[tuple[Part, FoundTable]]) -> list[FoundTable]:
    """Return the tables, estimates of the same rows once: not for each group of columns that is empty there,
    and not where counts of these rows are read.
    """
    counted = {part.positions for part, table in found if not _estimates_only(table)}
    kept = []
    for part, table in found:
        if part.number is not None and _estimates_only(table):
            if part.positions in counted:
                continue
            counted.add(part.positions)
        kept.append(table)
    return kept


def _estimates_only(table: FoundTable) -> bool:
    """Whether a table has no numbers of arms."""
    return not any(name.startswith(("treatment_", "control_")) for name in table.table.columns)


def _with_others(
    found: Sequence[FoundTable], problems: Sequence[tuple[Part, DataError]]
) -> tuple[FoundTable, ...]:
    """Return the tables, each saying which outcomes could not be read."""
    unread = tuple(
        LeftOut(
            f"outcome {part.name or 'without a name'}", "", "unreadable", str(error).replace("\n", "; ")[:500]
        )
        for part, error in problems
    )
    return tuple(replace(table, left_out=(*table.left_out, *unread)) for table in found)


def _parts(grid: Grid, shape: Shape) -> list[Part]:
    """Return every outcome and comparison: the rows of each value of such a column, by groups of columns."""
    split = [_comparisons(grid), _column(grid, "outcome")]
    rows: dict[tuple[str, str], list[int]] = {}
    for i, row in enumerate(grid.rows):
        comparison, outcome = (row[column.place].strip() if column else "" for column in split)
        rows.setdefault((comparison, outcome), []).append(i)
    named = {each for each in rows if any(each)}
    blank = rows.pop(("", ""), []) if len(named) > 0 else []
    found = []
    groups: Sequence[Group | None] = shape.groups or (None,)
    for (comparison, outcome), positions in rows.items():
        for number, group in enumerate(groups):
            words = spelled(group) if group else ""
            found.append(
                Part(comparison, outcome, number if group else None, words, tuple(positions), tuple(blank))
            )
    if len(found) > MOST_TABLES:
        raise DataError(
            f"{grid.source}: {len(found)} outcomes and comparisons; at most {MOST_TABLES}: is "
            f"{quoted((split[1] or split[0] or grid.columns[0]).name)} really a column of outcomes?"
        )
    return _told_apart(found)


def _comparisons(grid: Grid) -> Column | None:
    """Return the column of comparisons, None where it only says more of trials that stand once each."""
    column, study = _column(grid, "comparison"), study_column(grid)
    if column is None or study is None or _column(grid, "outcome"):
        return column
    pairs = {(row[study.place], row[column.place]) for row in grid.rows}
    return column if len(pairs) > len({name for name, _ in pairs}) else None


def _column(grid: Grid, what: str) -> Column | None:
    return next((each for each in grid.columns if each.what == what), None)


def _told_apart(parts: list[Part]) -> list[Part]:
    """Return the parts with names as short as tell them apart."""
    several = {
        "comparison": len({part.comparison for part in parts}) > 1,
        "group": len({part.number for part in parts}) > 1,
    }
    named = []
    for part in parts:
        pieces = [part.comparison] if several["comparison"] else []
        pieces += [part.outcome] if part.outcome else []
        pieces += [part.words] if part.words and (several["group"] or not part.outcome) else []
        named.append(replace(part, name=": ".join(piece for piece in pieces if piece)))
    return named


def _unique(found: Sequence[FoundTable]) -> list[FoundTable]:
    """Return tables of which no two have one name."""
    seen: Counter[str] = Counter()
    named = []
    for table in found:
        seen[table.name] += 1
        again = f"{table.name} ({seen[table.name]})".strip()
        named.append(replace(table, name=again) if seen[table.name] > 1 else table)
    return named


def _wanted(grid: Grid, parts: list[Part], stated: Stated) -> list[Part]:
    """Return the parts of the outcome that the user states, all without one."""
    if not stated.outcome:
        return parts
    wanted = stated.outcome.strip().casefold()
    exact = [part for part in parts if wanted == part.name.casefold()]
    near = [
        part for part in parts if wanted in map(str.casefold, (part.outcome, part.words, part.comparison))
    ]
    if exact or near:
        return exact or near
    offered = [part.name for part in parts if part.name]
    if not offered:
        return parts  # one outcome without a name: it is called as the user says
    raise DataError(
        f"{grid.source}: no outcome {quoted(stated.outcome)}{suggestion(stated.outcome, offered)}; there are "
        f"{listed(offered)}"
    )
