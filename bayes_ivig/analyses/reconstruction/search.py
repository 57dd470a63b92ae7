"""``reconstruct``: every table of counts that reproduces a published result,
and a proof that there is no other.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bayes_ivig.analyses.reconstruction.arithmetic import Index, events_of, numbers, picked_of, unravelled
from bayes_ivig.analyses.reconstruction.join import Pair, candidates, meeting
from bayes_ivig.analyses.reconstruction.kept_parts import Found, Shelf
from bayes_ivig.analyses.reconstruction.plan import Part, Plan, requirements_text
from bayes_ivig.analyses.reconstruction.requirements import claims_of, requirements
from bayes_ivig.errors import ModelError
from bayes_ivig.inputs.counts.case import Source
from bayes_ivig.inputs.counts.partial import ARMS, PartialTable, load_partial
from bayes_ivig.inputs.paper.claims import Claim
from bayes_ivig.kinds.checked import checked
from bayes_ivig.results.reconstruction.tables import Alone, CellRange, PooledRange, Reconstruction

if TYPE_CHECKING:
    import pandas as pd

# tables drawn to estimate how many meet each requirement, and the numbers of all their studies
SAMPLED, SAMPLED_NUMBERS = 100_000, 10_000_000
QUANTITIES = ("estimate", "ci_lower", "ci_upper", "effect_p", "i2", "heterogeneity_p")


@checked
@dataclass(frozen=True)
class Search:
    """How to search: what to list, where to keep finished parts, whom to tell, when to stop.

    ``max_tables`` caps the tables listed, never the count. ``work`` is a folder in which finished parts are
    kept and found again. ``announce`` is told the upper bound of the work before it starts, ``progress``
    (done, all) after every part, and ``stop`` is asked between parts. Raises ``ModelError`` for a cap below
    0.

    >>> import bayes_ivig as bi
    >>> search = bi.published.Search(max_tables=100)
    >>> bi.published.reconstruct("box.csv", "claims.csv", search=search).count
    1
    """

    max_tables: int = 1_000_000
    work: str | Path | None = None
    announce: Callable[[str], None] | None = None
    progress: Callable[[int, int], None] | None = None
    stop: Callable[[], bool] | None = None

    def __post_init__(self) -> None:
        """Validate."""
        if isinstance(self.max_tables, bool) or self.max_tables < 0:
            raise ModelError(f"max_tables: found {self.max_tables!r}; must be a whole number of 0 or more")


@checked
def reconstruct(
    table: "Source | pd.DataFrame | PartialTable",
    claims: "str | Path | Claim | Iterable[Claim]",
    *,
    outcome: str | None = None,
    rule: str | None = None,
    require: str | Iterable[str] | None = None,
    search: Search | None = None,
) -> Reconstruction:
    """Find every table of counts within the limits that gives the claimed numbers as they are printed.

    ``rule`` is ``"revman-random"``, ``"revman-fixed"``, ``"dl"`` or ``"fixed"`` (as in ``pool``), by default
    the one a claim's own model points to; ``require`` a list of fields, each with its own rule after a colon
    if it likes (``"estimate:revman-fixed,ci_lower"``), by default all that is printed of estimate, limits, I
    squared and heterogeneity p-value. Several claims about one outcome must all be met. The search is exact:
    bounds only ever rule out tables that cannot meet a requirement, and what is left is computed as ``pool``
    does. Raises ``DataError`` and ``ModelError``.

    >>> import bayes_ivig as bi
    >>> found = bi.published.reconstruct("box.csv", "claims.csv")
    >>> found.searched, found.count, found.events.shape
    (2703, 1, (1, 3, 2))
    """
    how = search or Search()
    partial = load_partial(table, outcome)
    about = claims_of(claims, outcome or partial.outcome)
    plan = Plan(partial, requirements(about, rule, require))
    if how.announce:
        how.announce(plan.work)
    if plan.direct:
        tables, alone = _every_table(plan, how.max_tables)
        return _result(plan, [tables], alone, how, (1, 1))
    parts = list(_parts(plan, how))
    alone = () if any(tables.number for tables in parts) else _sampled(plan)
    return _result(plan, parts, alone, how, (len(parts), len(plan.parts)))


def _parts(plan: Plan, how: Search) -> Iterator[Found]:
    """Yield what each part holds, from the shelf where it is kept; ends early when asked to stop."""
    shelf = None if how.work is None else Shelf(how.work, plan, how.max_tables)
    studies, total = len(plan.table.studies), len(plan.parts)
    current: tuple[int, dict[tuple[int, int], Pair]] = (-1, {})
    listed = 0
    for part in plan.parts:
        if how.stop and how.stop():
            return
        tables = shelf.read(part.number, (studies, 2)) if shelf else None
        if tables is None:
            if current[0] != part.round:
                current = part.round, plan.pairs(part.round)
            tables = _searched(plan, part, current[1][part.k], how.max_tables)
            if shelf:
                shelf.write(part.number, tables)
        room = max(0, how.max_tables - listed)
        tables = tables._replace(events=tables.events[:room])
        listed += len(tables.events)
        if how.progress:
            how.progress(part.number + 1, total)
        yield tables


def _searched(plan: Plan, part: Part, pair: Pair, most: int) -> Found:
    """Search one part."""
    tables = Found(0, None, None, np.empty((0, len(plan.table.studies), 2), np.intp))
    for picked in candidates(pair, part.slice, plan.box, plan.pooled):
        tables = _joined(tables, _found(plan, meeting(picked, plan.requirements, plan.cells), most), most)
    return tables._replace(events=_sorted(tables.events))


def _found(plan: Plan, picked: Index, most: int) -> Found:
    """Return tables given by their candidates as events, in a fixed order."""
    events = _sorted(_events(plan, picked))
    if not len(events):
        return Found(0, None, None, events)
    return Found(len(events), events.min(axis=0), events.max(axis=0), events[:most])


def _joined(one: Found, other: Found, most: int) -> Found:
    """Return what two pieces of work found, listing no more tables than asked for."""
    if one.least is None or one.most is None or other.least is None or other.most is None:
        return other if one.least is None else one
    room = max(0, most - len(one.events))
    events = np.concatenate([one.events, other.events[:room]]) if room else one.events
    return Found(
        one.number + other.number,
        np.minimum(one.least, other.least),
        np.maximum(one.most, other.most),
        events,
    )


def _sorted(events: Index) -> Index:
    """Return tables in the order of their numbers, the first study's first."""
    flat = events.reshape(len(events), events.shape[1] * 2)
    return events[np.lexsort(flat.T[::-1])]


def _events(plan: Plan, picked: Index) -> Index:
    """Return events of both arms, shape (N, K, 2), from candidates, shape (N, K)."""
    own = [np.stack(events_of(study), axis=-1) for study in plan.table.studies]
    return np.stack([each[picked[:, i]] for i, each in enumerate(own)], axis=1)


def _every_table(plan: Plan, most: int) -> tuple[Found, tuple[Alone, ...]]:
    """Compute every table of a small box, and count what meets each requirement by itself."""
    sizes = tuple(study.size for study in plan.table.studies)
    picked = unravelled(np.arange(plan.table.size), sizes)
    met = _met(plan, picked)
    missed = (~met).sum(axis=0)
    alone = tuple(
        Alone(name, int(mask.sum()), int((missed - ~mask == 0).sum()), exact=True)
        for name, mask in zip(requirements_text(plan.requirements), met, strict=True)
    )
    return _found(plan, picked[missed == 0], most), alone


def _sampled(plan: Plan) -> tuple[Alone, ...]:
    """Estimate from tables drawn at random how many of the box meet each requirement by itself."""
    random = np.random.default_rng(1)
    drawn = min(SAMPLED, SAMPLED_NUMBERS // len(plan.table.studies))
    picked = np.stack([random.integers(0, study.size, drawn) for study in plan.table.studies], axis=-1)
    shares = _met(plan, picked).mean(axis=1)
    return tuple(
        Alone(name, round(float(share) * plan.table.size), None, exact=False)
        for name, share in zip(requirements_text(plan.requirements), shares, strict=True)
    )


def _met(plan: Plan, picked: Index) -> "np.typing.NDArray[np.bool_]":
    """Return which requirement each table meets, shape (requirements, N)."""
    given = {way: numbers(way, cells, picked) for way, cells in plan.cells.items()}
    return np.stack([each.met_by(given[each.way]) for each in plan.requirements])


def _result(
    plan: Plan, parts: list[Found], alone: tuple[Alone, ...], how: Search, done: tuple[int, int]
) -> Reconstruction:
    """Put the parts together."""
    empty = np.empty((0, len(plan.table.studies), 2), np.intp)
    events = np.concatenate([empty, *(part.events for part in parts)])[: how.max_tables]
    lows = [part.least for part in parts if part.least is not None]
    highs = [part.most for part in parts if part.most is not None]
    ends = (np.min(lows, axis=0), np.max(highs, axis=0)) if lows else None
    places = [
        (i, j, s.name, arm)
        for i, s in enumerate(plan.table.studies)
        for j, arm in enumerate(ARMS)
        if arm in s.unknown
    ]
    return Reconstruction(
        partial=plan.table,
        requirements=requirements_text(plan.requirements),
        count=sum(part.number for part in parts),
        complete=done[0] == done[1],
        searched=plan.table.size,
        ranges=tuple(
            CellRange(name, arm, *((int(e[i, j]) for e in ends) if ends else (None, None)))
            for i, j, name, arm in places
        ),
        events=_sorted(events).astype(np.int64),
        pooled=_pooled(plan, events),
        alone=alone,
        parts=done[1],
        done=done[0],
    )


def _pooled(plan: Plan, events: Index) -> tuple[PooledRange, ...]:
    """Return the ranges of what the listed tables give under every rule that was asked for."""
    if not len(events):
        return ()
    picked = picked_of(plan.table, events)
    ranges = []
    for way, cells in plan.cells.items():
        given = numbers(way, cells, picked)
        level = next(each.level for each in plan.requirements if each.way == way)
        for quantity in QUANTITIES:
            values = given.printed(quantity, level)
            if np.isfinite(values).any():
                ranges.append(
                    PooledRange(
                        way.rule, way.measure, quantity, float(np.nanmin(values)), float(np.nanmax(values))
                    )
                )
    return tuple(ranges)
