"""What a search will do: which arithmetic leads it, and the parts it is cut into."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from bayes_ivig.analyses.reconstruction.arithmetic import RULES, Cells, Way, cells_of
from bayes_ivig.analyses.reconstruction.bounds import (
    ROOM,
    Box,
    Range,
    Slice,
    centre_slices,
    pooled_ranges,
    q_range,
    tau_slices,
)
from bayes_ivig.analyses.reconstruction.join import Pair
from bayes_ivig.analyses.reconstruction.requirements import Requirement
from bayes_ivig.analyses.reconstruction.two_halves import Half, Split, split, static_terms
from bayes_ivig.errors import DataError, magnitude
from bayes_ivig.inputs.counts.partial import PartialTable

DIRECT = 200_000  # tables up to which every one is computed, without a search
LARGEST_STUDY = 2_000_000  # pairs of events of one study
LARGEST_BOX = 10**60  # tables
MOST_CANDIDATES = 5_000_000  # pairs of events of all studies
MOST_PARTS = 500_000  # of a search: days
POOLED = ("estimate", "ci_lower", "ci_upper")
THIN = 0.25  # of its possible range: a random-effects estimate known better than this leads the search


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of work that can be kept: one round of the outside studies,
    estimable studies per half, one slice.
    """

    number: int
    round: int
    k: tuple[int, int]
    slice: Slice


@dataclass(frozen=True)
class Plan:
    """A search laid out before it starts; raises ``DataError`` for a study with too many possible pairs of
    events, and for more tables than any search gets through.
    """

    table: PartialTable
    requirements: tuple[Requirement, ...]

    def __post_init__(self) -> None:
        """Validate."""
        for study in self.table.studies:
            if study.size > LARGEST_STUDY:
                raise DataError(
                    f"{self.table.label}: {study.name} alone has {study.size:,} possible pairs of events, "
                    f"more than {LARGEST_STUDY:,}; narrow them with the columns that end in _min and _max"
                )
        pairs = sum(study.size for study in self.table.studies)
        if self.table.size > LARGEST_BOX:
            raise self._too_large(f"{magnitude(self.table.size)} tables, more than {magnitude(LARGEST_BOX)}")
        if pairs > MOST_CANDIDATES:
            raise self._too_large(f"{pairs:,} pairs of events to look at, more than {MOST_CANDIDATES:,}")

    def _too_large(self, found: str) -> DataError:
        unknown = sum(study.size > 1 for study in self.table.studies)
        return DataError(
            f"{self.table.label}: the unknown events of {unknown:,} trials leave {found}: too many "
            "to search; narrow them with the columns that end in _min and _max, or give more events"
        )

    @cached_property
    def cells(self) -> dict[Way, tuple[Cells, ...]]:
        """Terms of every candidate cell, per way of pooling that is asked for."""
        ways = dict.fromkeys(each.way for each in self.requirements)
        return {way: tuple(cells_of(study, way) for study in self.table.studies) for way in ways}

    @cached_property
    def leading(self) -> tuple[Requirement, ...]:
        """The requirements that share one arithmetic of study terms, the largest such group:
        windows come from them.
        """
        groups: dict[object, list[Requirement]] = {}
        for each in self.requirements:
            rule = RULES[each.way.rule]
            groups.setdefault((rule.rules, rule.mantel_haenszel, each.way.measure), []).append(each)
        largest = max(len(group) for group in groups.values())
        return tuple(next(group for group in groups.values() if len(group) == largest))

    @cached_property
    def box(self) -> Box:
        """Ranges over the whole box under the leading arithmetic."""
        way = self.leading[0].way
        return Box(way, self.cells[way])

    @cached_property
    def split(self) -> Split:
        """The halves."""
        return split([study.size for study in self.table.studies])

    @cached_property
    def centre(self) -> Range:
        """What the centre of Q can be: it is the fixed estimate."""
        low, high = self.box.centres
        fixed = [each for each in self.leading if not RULES[each.way.rule].random]
        room = ROOM * (1 + abs(low) + abs(high))
        return pooled_ranges(fixed, (low - room, high + room), (0.0, math.inf))[0]

    @cached_property
    def pooled(self) -> tuple[Range, Range]:
        """What estimate and standard error can be under random effects."""
        low, high = self.box.effects
        heaviest = self.box.total_weights(len(self.table.studies), (0.0, 0.0))[1]
        error = (1 / math.sqrt(heaviest) * (1 - ROOM) if heaviest > 0 else 0.0, math.inf)
        return pooled_ranges(self._random, (low - ROOM, high + ROOM), error)

    @property
    def _random(self) -> list[Requirement]:
        return [each for each in self.leading if RULES[each.way.rule].random]

    @property
    def direct(self) -> bool:
        """Whether the box is small enough to compute every table."""
        return self.table.size <= DIRECT

    @property
    def by_tau2(self) -> bool:
        """Whether slices are of tau squared: where the random-effects estimate is known,
        or the centre is not.
        """
        if not any(each.field in POOLED for each in self._random):
            return False
        (low, high), (least, most) = self.pooled[0], self.box.effects
        fixed_known = self.centre[1] - self.centre[0] < THIN * (self.box.centres[1] - self.box.centres[0])
        return high - low < THIN * (most - least) or not fixed_known

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every part of the search, in order; none where the printed numbers contradict each other."""
        ranges = (self.centre, *self.pooled) if self.by_tau2 else (self.centre,)
        if self.direct or any(low > high for low, high in ranges):
            return ()
        self._require_parts(self.split.rounds)
        pieces: list[Part] = []
        slices: dict[int, list[Slice]] = {}
        for number in range(self.split.rounds):
            for k in self._numbers_of_studies(number):
                total = sum(k)
                if total not in slices:
                    slices[total] = list(self._slices(total))
                self._require_parts(max(len(pieces), self.split.rounds * len(slices[total])))
                pieces += [Part(len(pieces) + i, number, k, part) for i, part in enumerate(slices[total])]
        return tuple(pieces)

    def _require_parts(self, number: int) -> None:
        if number > MOST_PARTS:
            raise self._too_large(
                f"{magnitude(self.table.size)} tables, in {magnitude(number)} parts or more where "
                f"{MOST_PARTS:,} are the most"
            )

    def _slices(self, k: int) -> Iterator[Slice]:
        q = q_range(self.leading, k)
        if k > 0 and q[0] <= q[1]:
            yield from tau_slices(self.box, k, q) if self.by_tau2 else centre_slices(k, q, self.centre)

    def _numbers_of_studies(self, number: int) -> list[tuple[int, int]]:
        """Return the pairs of numbers of estimable studies that the halves can have in a round."""
        first, second = self.halves(number)
        return list(product(self._possible(first), self._possible(second)))

    @cached_property
    def _estimable(self) -> list[set[int]]:
        """Whether each study can have an estimate, and whether it can have none: 1, 0 or both."""
        return [{int(x) for x in np.unique(each.estimable)} for each in self.box.cells]

    def _possible(self, half: Half) -> list[int]:
        totals = {0}
        for i, each in enumerate(half.cells):
            if i in half.fixed:
                own = {int(each.estimable[half.fixed[i]])}
            elif i in half.studies:
                own = self._estimable[i]
            else:
                continue
            totals = {a + b for a in totals for b in own}
        return sorted(totals)

    def halves(self, number: int) -> tuple[Half, Half]:
        """Return the halves of one round, outside studies going with the first."""
        return (
            Half(self.split.first, self.box.cells, self.split.outside_picks(number)),
            Half(self.split.second, self.box.cells),
        )

    def pairs(self, number: int) -> dict[tuple[int, int], Pair]:
        """Return the halves of one round with their sums, by their numbers of estimable studies."""
        halves, terms = self.halves(number), static_terms(self.box.cells)
        sums = [half.combine(terms) for half in halves]
        rows = [
            {k: np.flatnonzero(total[6] == k) for k in self._possible(half)}
            for total, half in zip(sums, halves, strict=True)
        ]
        return {
            (k1, k2): Pair(
                halves, (rows[0][k1], rows[1][k2]), (sums[0][:6, rows[0][k1]], sums[1][:6, rows[1][k2]])
            )
            for k1, k2 in product(*rows)
        }

    @property
    def work(self) -> str:
        """An upper bound of the work, in words."""
        size = f"{self.table.size:,} table{'' if self.table.size == 1 else 's'} in the box"
        if self.direct:
            return f"{size}, every one to be computed"
        if not self.parts:
            return f"{size}; none to be searched: bounds alone show that no table gives the required numbers"
        first, second = (math.prod(half.shape) for half in self.halves(0))
        return (
            f"{size}; at most {len(self.parts):,} parts, each looking up {first:,} sums of one half of the "
            f"studies among {second:,} of the other"
        )


def requirements_text(requirements: Sequence[Requirement]) -> tuple[str, ...]:
    """Return the requirements in words, for results and for the stamp of kept parts."""
    return tuple(str(each) for each in requirements)
