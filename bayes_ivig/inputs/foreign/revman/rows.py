"""From RevMan's rows to ours: names of studies, arms in our order, non-events counted where RevMan counts
them.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from bayes_ivig.errors import listed, quoted
from bayes_ivig.inputs.foreign.found import LeftOut
from bayes_ivig.inputs.foreign.revman.analysis import PARTS, Analysis, Kind, Row, cell_of, distinct, number

# our columns, in the order of PARTS
COLUMNS: dict[Kind, tuple[str, ...]] = {
    "dichotomous": ("treatment_events", "treatment_total", "control_events", "control_total"),
    "continuous": (
        "treatment_mean", "treatment_sd", "treatment_n", "control_mean", "control_sd", "control_n",
    ),
    "inverse variance": ("yi", "sei"),
    "o-e": ("o_minus_e", "variance"),
}  # fmt: skip
BARE = {
    "dichotomous": "a row without people",
    "continuous": "not estimable: no means, an SD of 0, or fewer than 2 people in an arm",
}
FEWEST = 2  # people of an arm, for it to have a standard deviation


class Kept(NamedTuple):
    """Rows that become data: their names, cells and the rows they were, and those that do not."""

    names: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...]


def in_our_terms(analysis: Analysis) -> Analysis:
    """Return an outcome of O - E and variances on a measure that our column of them does not have as one of
    estimates: (O - E) / V with standard error 1 / sqrt(V).
    """
    if analysis.kind != "o-e" or analysis.measure in ("OR", "HR"):
        return analysis
    parts = {"estimate": "({o_minus_e}) / {variance}", "se": "1 / sqrt({variance})"}
    return replace(
        analysis,
        kind="inverse variance",
        rows=tuple(replace(row, values=_as_estimate(row)) for row in analysis.rows),
        theirs={part: words.format(**analysis.theirs) for part, words in parts.items()},
    )


def _as_estimate(row: Row) -> dict[str, str]:
    excess, variance = (number(row.values.get(part)) for part in ("o_minus_e", "variance"))
    if excess is None or variance is None or variance <= 0:
        return {"estimate": "", "se": ""}
    return {"estimate": repr(excess / variance), "se": repr(variance**-0.5)}


def kept_rows(analysis: Analysis, *, swapped: bool) -> Kept:
    """Return rows under our columns; ``swapped`` exchanges the arms."""
    found = [(row, cells_of(row, analysis, swapped=swapped)) for row in analysis.rows]
    kept = [(row, cells) for row, cells in found if _usable(cells, analysis.kind)]
    left_out = tuple(
        LeftOut(row.place, row.study, "blank", BARE.get(analysis.kind, "a row without an estimate"))
        for row, cells in found
        if not _usable(cells, analysis.kind)
    )
    rows = tuple(row for row, _ in kept)
    return Kept(names_of(rows), tuple(cells for _, cells in kept), rows, left_out)


def cells_of(row: Row, analysis: Analysis, *, swapped: bool) -> tuple[str, ...]:
    """Return a row's cells in the order of ``COLUMNS``."""
    cells = tuple(cell_of(row.values.get(part)) for part in PARTS[analysis.kind])
    if analysis.swap and analysis.kind == "dichotomous":
        cells = (_non_events(*cells[:2]), cells[1], _non_events(*cells[2:]), cells[3])
    if not swapped:
        return cells
    if analysis.kind in ("dichotomous", "continuous"):
        half = len(cells) // 2
        return (*cells[half:], *cells[:half])
    return (_negated(cells[0]), *cells[1:])


def _non_events(events: str, total: str) -> str:
    values = number(events), number(total)
    if values[0] is None or values[1] is None:
        return events
    return cell_of(repr(values[1] - values[0]))


def _negated(cell: str) -> str:
    value = number(cell)
    return cell if value is None else cell_of(repr(-value + 0.0))


def _usable(cells: tuple[str, ...], kind: Kind) -> bool:
    """Whether a row holds data: a study that stands in an outcome without any has blanks, or nothing but 0.

    Of counts every row of people is kept, those without events too. A cell that is no number is kept, so that
    whoever reads it says so.
    """
    values = [number(cell) for cell in cells]
    if any(cell and value is None for cell, value in zip(cells, values, strict=True)):
        return True
    if None in values:
        return False
    if kind == "dichotomous":
        return any(values[1::2])
    if kind == "continuous":
        enough = all(n is not None and n >= FEWEST for n in (values[2], values[5]))
        return enough and bool(values[1] and values[4])
    return bool(values[1] and values[1] > 0)


def names_of(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Return names that differ: the study's, its year where two studies share it, its subgroup where it
    stands in several, a number where nothing else tells.
    """
    keys = defaultdict(set)
    for row in rows:
        keys[row.study].add(row.key)
    named = [
        f"{row.study} {row.more['year']}".strip()
        if len(keys[row.study]) > 1 and row.more.get("year") and row.more["year"] not in row.study
        else row.study
        for row in rows
    ]
    times = Counter(named)
    return distinct(
        f"{name} ({row.subgroup})" if times[name] > 1 and row.subgroup else name
        for name, row in zip(named, rows, strict=True)
    )


def repeat_notes(kept: Kept, analysis: Analysis) -> tuple[str, ...]:
    """Say which studies stand in the outcome more than once, and where an arm is the same one again."""
    groups: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(kept.rows):
        groups[row.key].append(i)
    often = {key: places for key, places in groups.items() if len(places) > 1}
    if not often:
        return ()
    studies = [kept.rows[places[0]].study for places in often.values()]
    notes = [f"in more than one row, told apart by their subgroup or a number: {listed(studies)}"]
    half = len(COLUMNS[analysis.kind]) // 2
    for arm, side in (("treatment", slice(0, half)), ("control", slice(half, None))):
        shared = [
            kept.rows[places[0]].study for places in often.values() if _shares(kept, tuple(places), side)
        ]
        if shared and analysis.kind in ("dichotomous", "continuous"):
            notes.append(
                f"look at: the same {arm} arm in more than one row of {listed([quoted(s) for s in shared])}: "
                "its people count more than once, unless it was split; combine or split it, or drop a row"
            )
    return tuple(notes)


def _shares(kept: Kept, places: tuple[int, ...], side: slice) -> bool:
    """Whether two rows of a study have the same numbers in an arm, and people in it."""
    arms = Counter(kept.cells[i][side] for i in places)
    return any(times > 1 and any(number(cell) for cell in arm) for arm, times in arms.items())


def more_columns(rows: tuple[Row, ...]) -> Mapping[str, tuple[str, ...]]:
    """Return further columns that hold anything: the subgroup, then the others in the order they come."""
    names = dict.fromkeys(name for row in rows for name in row.more)
    columns = {"subgroup": tuple(row.subgroup for row in rows)}
    columns |= {name: tuple(row.more.get(name, "") for row in rows) for name in names}
    return {name: cells for name, cells in columns.items() if any(cells)}
