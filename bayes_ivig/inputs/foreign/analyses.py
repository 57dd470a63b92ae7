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

type Row = tuple[str, ...]
type Effects = Mapping[int, tuple[float, float]]  # effect and standard error by the number of a row


def with_stored(sheet: Sheet, tables: tuple[FoundTable, ...]) -> tuple[FoundTable, ...]:
    """Return the tables of a sheet with what the file stores of them; what is not of them is left out."""
    if not sheet.stored or not tables:
        return tables
    first, *others = tables
    rows = dict(zip(sheet.numbers[1:], sheet.rows[1:], strict=True))
    effects = list(_effects(first))
    stored: list[StoredResult] = []
    left_out: list[LeftOut] = []
    for analysis in sheet.stored:
        results, why = _of(effects, (sheet.rows[0], rows), analysis)
        why = "the data are of several outcomes or comparisons" if others and not analysis.why else why
        if why:
            left_out.append(LeftOut("stored results", analysis.name, "unused", f"not compared: {why}"))
        else:
            stored += results
    made = replace(first, stored=(*first.stored, *stored), left_out=(*first.left_out, *left_out))
    return (made, *others)


def _of(
    effects: list[tuple[str, Effects]], data: tuple[Row, Mapping[int, Row]], analysis: StoredAnalysis
) -> tuple[list[StoredResult], str]:
    """Return the results of an analysis of these effects, and why there are none; ``data`` are the header
    and the rows by number.
    """
    if analysis.why:
        return [], analysis.why
    header, rows = data
    columns = (analysis.effect, analysis.error)
    called = " and ".join(map(quoted, columns))
    if not set(columns) <= set(header):
        return [], f"it is of {called}, which are not in the data"
    places = (header.index(columns[0]), header.index(columns[1]))
    for measure, ours in effects:
        for sign in (1, -1):
            if _same(ours, rows, places, sign):
                return [_on(result, measure, sign) for result in analysis.results], ""
    return [], f"it is of {called}, which are not the numbers that were read"


def _number(cell: str) -> float:
    """Return the number in a cell, NaN where there is none."""
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _effects(table: FoundTable) -> Iterator[tuple[str, Effects]]:
    """Yield the effects of a table with their standard errors, by what they are measures of."""
    grid, columns = table.table, set(table.table.columns)
    for name, error in ERRORS.items():
        if {"yi", name} <= columns:
            read = [
                tuple(map(_number, pair)) for pair in zip(grid.column("yi"), grid.column(name), strict=True)
            ]
            if all(spread > 0 for _, spread in read):
                pairs = [(y, error(spread)) for y, spread in read]
                yield table.measure, dict(zip(grid.numbers, pairs, strict=True))
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


def _same(ours: Effects, rows: Mapping[int, Row], places: tuple[int, int], sign: int) -> bool:
    """Whether every row of ours stands in theirs with the same effect, turned round for -1, and error."""
    return bool(ours) and all(
        number in rows
        and _like(sign * y, _number(rows[number][places[0]]))
        and _like(error, _number(rows[number][places[1]]))
        for number, (y, error) in ours.items()
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
