"""Sheets without a header, and sheets that look like trials and cannot be read: what to state of them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

from bayes_ivig.errors import DataError, listed
from bayes_ivig.inputs.foreign.found import FoundTable, Sheet, Stated
from bayes_ivig.inputs.foreign.layout import cells
from bayes_ivig.inputs.foreign.layout.columns import Column, columns_of, is_text
from bayes_ivig.inputs.foreign.layout.grid import Grid, unheaded

WHATS = ("events", "total")
FEWEST_ROWS = 2


def without_header(sheet: Sheet, stated: Stated) -> Grid | None:
    """Return the grid of a sheet whose rows are all data, where columns are stated by number or four columns
    of counts can be read in one way only; None where it holds nothing of the kind.
    """
    width = max(map(len, sheet.rows), default=0)
    names = ("",) * width
    if stated.columns and sheet.rows:
        if all(each.isdigit() for each in stated.columns.values()):
            return unheaded(sheet, names, columns_of(names, sheet.rows, stated))
        columns_of(_likely_names(sheet), sheet.rows, stated)  # which says what is not there
    if sheet.header or len(sheet.rows) < FEWEST_ROWS:
        return None
    words = [place for place in range(width) if is_text(sheet.rows, place)]
    counts = [place for place in range(width) if place not in words and _all_counts(sheet.rows, place)]
    if len(counts) != 2 * len(WHATS) or len(words) > 1:
        return None
    readings = _readings(sheet.rows, counts)
    if len(readings) != 1:
        raise _unclear(sheet, counts, words, readings)
    columns = [Column(place, "") for place in range(width)]
    for (arm, what), place in zip(_roles(), readings[0], strict=True):
        columns[place] = Column(place, "", arm, what, known="numbers", why="by its place")
    for place in words:
        columns[place] = replace(columns[place], what="study", known="numbers")
    return unheaded(sheet, names, tuple(columns))


def _roles() -> list[tuple[str, str]]:
    return [(arm, what) for arm in ("1", "2") for what in WHATS]


def _likely_names(sheet: Sheet) -> Sequence[str]:
    """Return the row that most likely holds names: the one with most words."""
    return max(sheet.rows[:30], key=lambda row: sum(bool(cell) and not cell[:1].isdigit() for cell in row))


def _all_counts(rows: Sequence[Sequence[str]], place: int) -> bool:
    try:
        for row in rows:
            cells.whole(row[place])
    except cells.UnreadableError:
        return False
    return True


def _readings(rows: Sequence[Sequence[str]], counts: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the orders in which four columns can be events and total of two arms: pairs that stand side by
    side, or events of both and totals of both; no total below its events.
    """
    a, b, c, d = counts
    orders = ((a, b, c, d), (b, a, d, c), (a, c, b, d), (c, a, d, b))
    values = {place: [cells.whole(row[place]) for row in rows] for place in counts}
    return [
        order
        for order in orders
        if order in permutations(counts)
        and all(e <= n for e, n in zip(values[order[0]], values[order[1]], strict=True))
        and all(e <= n for e, n in zip(values[order[2]], values[order[3]], strict=True))
    ]


def _unclear(
    sheet: Sheet, counts: Sequence[int], words: Sequence[int], readings: Sequence[tuple[int, ...]]
) -> DataError:
    """Return the error about four columns of numbers without names."""
    lines = [f"{sheet.source}: no names of columns; {len(counts)} columns of whole numbers, which may be"]
    for i, order in enumerate(readings, 1):
        first = sheet.rows[0]
        shown = f"{first[order[0]]}/{first[order[1]]} against {first[order[2]]}/{first[order[3]]}"
        places = [str(place + 1) for place in order]
        lines.append(
            f"reading {i}: events in columns {places[0]} and {places[2]}, totals in {places[1]} and "
            f"{places[3]}: {first[words[0]] if words else 'row 1'} {shown}"
        )
    names = [f"--map {arm}_{what}=" for arm in ("treatment", "control") for what in WHATS]
    order = readings[0] if readings else tuple(counts)
    lines.append(
        "say which, by number: "
        + " ".join(f"{name}{place + 1}" for name, place in zip(names, order, strict=True))
    )
    return DataError("\n".join(lines))


def nothing_found(sheet: Sheet, grid: Grid, stated: Stated) -> tuple[FoundTable, ...]:
    """Return no tables where a sheet holds no trials; raise the ``DataError`` that says what is missing where
    some of its columns are those of trials.
    """
    known = [
        each for each in grid.columns if each.what in ("events", "total", "nonevents", "percent", "fraction")
    ]
    effects = [each for each in grid.columns if each.estimate]
    arms = {each.arm for each in known}
    if not stated.columns and not (grid.rows and (len(known) > 1 or len(arms - {""}) > 1)):
        return ()
    read = [f"{each.name} ({' '.join(filter(None, (each.arm, each.what)))})" for each in known]
    read += [f"{each.name} ({each.estimate.what})" for each in effects if each.estimate]
    others = [each.name for each in grid.columns if each.name and each not in known and each not in effects]
    if not grid.rows:
        raise DataError(f"{sheet.source}: names of columns and no row under them")
    raise DataError(
        f"{sheet.source}: no two arms with events and totals; read are {listed(read)}; not known are "
        f"{listed(others)}; say which columns they are: --map treatment_events=NAME --map "
        "treatment_total=NAME --map control_events=NAME --map control_total=NAME"
    )
