"""The analyses that a file stores of its data, as results of the table that was read from these data.

An analysis names two columns. Whether these are the numbers of the table is told by the numbers themselves,
row by row: its effects with their standard errors, or those that its counts give.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bayes_ivig.errors import quoted
from bayes_ivig.inputs.counts.study import COUNTS
from bayes_ivig.inputs.foreign.found import FoundTable, LeftOut, Sheet, StoredAnalysis, StoredResult

LIKE = 1e-6  # how far a number in a column of effects may be from the one that is read or computed
ERRORS = {"sei": lambda value: value, "vi": math.sqrt}

type Effects = Mapping[int, tuple[float, float]]  # effect and standard error by the number of a row


def with_stored(sheet: Sheet, tables: tuple[FoundTable, ...]) -> tuple[FoundTable, ...]:
    """Return the tables of a sheet with what the file stores of them; what is not of them is left out."""
    if not sheet.stored or not tables:
        return tables
    first, *others = tables
    stored: list[StoredResult] = []
    left_out: list[LeftOut] = []
    for analysis in sheet.stored:
        results, why = _of(first, sheet, analysis)
        why = "the data are of several outcomes or comparisons" if others and not analysis.why else why
        if why:
            left_out.append(LeftOut("stored results", analysis.name, "unused", f"not compared: {why}"))
        else:
            stored += results
    made = replace(first, stored=(*first.stored, *stored), left_out=(*first.left_out, *left_out))
    return (made, *others)


def _of(table: FoundTable, sheet: Sheet, analysis: StoredAnalysis) -> tuple[list[StoredResult], str]:
    """Return the results of an analysis of these rows, and why there are none."""
    if analysis.why:
        return [], analysis.why
    header = sheet.rows[0]
    columns = (analysis.effect, analysis.error)
    called = " and ".join(map(quoted, columns))
    if not set(columns) <= set(header):
        return [], f"it is of {called}, which are not in the data"
    places = [header.index(name) for name in columns]
    theirs = _by_row(
        (number, (row[places[0]], row[places[1]]))
        for number, row in zip(sheet.numbers[1:], sheet.rows[1:], strict=True)
    )
    for measure, ours in _effects(table):
        for sign in (1, -1):
            if _same(ours, theirs, sign):
                return [_on(result, measure, sign) for result in analysis.results], ""
    return [], f"it is of {called}, which are not the numbers that were read"


def _by_row(cells: Iterator[tuple[int, tuple[str, str]]]) -> dict[int, tuple[float, float]]:
    """Return pairs of numbers by row, where both are there."""
    found = {}
    for number, pair in cells:
        try:
            found[number] = (float(pair[0]), float(pair[1]))
        except ValueError:
            continue
    return found


def _effects(table: FoundTable) -> Iterator[tuple[str, Effects]]:
    """Yield the effects of a table with their standard errors, by what they are measures of."""
    grid, columns = table.table, set(table.table.columns)
    for name, error in ERRORS.items():
        if {"yi", name} <= columns:
            cells = zip(grid.column("yi"), grid.column(name), strict=True)
            read = _by_row(zip(grid.numbers, cells, strict=True))
            if len(read) == len(grid.rows) and all(spread > 0 for _, spread in read.values()):
                yield table.measure, {row: (y, error(spread)) for row, (y, spread) in read.items()}
    if set(COUNTS) <= columns and table.measure in ("OR", "RR"):
        counts = list(zip(*(grid.column(name) for name in COUNTS), strict=True))
        if all(cell.isdecimal() and len(cell) < 16 for row in counts for cell in row):
            for measure in ("OR", "RR"):
                found = [_of_counts(measure, *map(int, row)) for row in counts]
                yield measure, dict(zip(grid.numbers, found, strict=True))


def _of_counts(measure: str, a: int, n: int, c: int, m: int) -> tuple[float, float]:
    """Return a log odds or risk ratio and its standard error, half an event added where a cell is 0."""
    more = 0.5 if 0 in (a, n - a, c, m - c) else 0.0
    cells = [cell + more for cell in (a, n - a, c, m - c)]
    if min(cells) <= 0:
        return math.nan, math.nan
    one, none, other, left = cells
    if measure == "OR":
        return math.log(one * left / (none * other)), math.sqrt(sum(1 / cell for cell in cells))
    first, second = one + none, other + left
    variance = 1 / one - 1 / first + 1 / other - 1 / second
    return math.log(one * second / (other * first)), math.sqrt(variance)


def _same(ours: Effects, theirs: Effects, sign: int) -> bool:
    """Whether every row of ours stands in theirs with the same effect, turned round for -1, and error."""
    return bool(ours) and all(
        row in theirs and _like(sign * y, theirs[row][0]) and _like(error, theirs[row][1])
        for row, (y, error) in ours.items()
    )


def _like(one: float, other: float) -> bool:
    return abs(one - other) <= LIKE * max(1.0, abs(other))


def _on(result: StoredResult, measure: str, sign: int) -> StoredResult:
    """Return a result of this measure, turned round for -1."""
    values = dict(result.values)
    if sign < 0:
        turned = {"estimate": "estimate", "ci_lower": "ci_upper", "ci_upper": "ci_lower"}
        values = {turned.get(name, name): -v if name in turned else v for name, v in values.items()}
    return replace(result, measure=measure, values=tuple(values.items()))
