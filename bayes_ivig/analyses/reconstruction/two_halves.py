"""The box cut into two halves of studies whose sums are tabulated,
and the studies gone through one by one outside.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bayes_ivig.analyses.reconstruction.arithmetic import Array, Cells, Index, unravelled
from bayes_ivig.formulas.pair_join import outer_sum

LARGEST_HALF = 400_000  # rows of a half where they balance: some tens of megabytes
MOST_ROWS = 8_000_000  # rows of a half where a few large studies do not: some 2 GB


@dataclass(frozen=True)
class Split:
    """Which studies form each half, by their positions; ``outside`` are enumerated around the search
    of the halves.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    outside: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def rounds(self) -> int:
        """How many combinations the outside studies have."""
        return math.prod(self.sizes[i] for i in self.outside)

    def outside_picks(self, number: int) -> dict[int, int]:
        """Return the candidate of each outside study in one of the rounds."""
        picks = unravelled(np.array([number]), [self.sizes[i] for i in self.outside])[0]
        return {study: int(pick) for study, pick in zip(self.outside, picks, strict=True)}


def split(sizes: Sequence[int]) -> Split:
    """Return halves as equal as they come, studies taken outside, smallest first,
    while the halves would be too large.
    """
    free = sorted(range(len(sizes)), key=lambda i: (-sizes[i], i))
    outside: list[int] = []
    while math.prod(sizes[i] for i in free) > LARGEST_HALF**2 and len(free) > 1:
        outside.append(free.pop())
    halves = _halved(free, sizes)
    while max(math.prod(sizes[i] for i in half) for half in halves) > MOST_ROWS and len(free) > 1:
        outside.append(free.pop())
        halves = _halved(free, sizes)
    first, second = (tuple(sorted(half)) for half in halves)
    return Split(first, second, tuple(sorted(outside)), tuple(sizes))


def _halved(free: Sequence[int], sizes: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return studies in two halves as equal as they come."""
    halves: tuple[list[int], list[int]] = ([], [])
    best = _balanced([sizes[i] for i in free])
    for i, study in enumerate(free):
        halves[0 if best >> i & 1 else 1].append(study)
    return halves


def _balanced(sizes: Sequence[int]) -> int:
    """Return the studies of one half, as bits, whose product is nearest to the square root of the whole."""
    logs, half = np.log(np.asarray(sizes, float)), 0.5 * math.fsum(math.log(size) for size in sizes)
    if len(sizes) > EXACT:
        return _greedy(logs)
    subsets = np.arange(2 ** len(sizes))
    sums = ((subsets[:, None] >> np.arange(len(sizes))) & 1) @ logs
    return int(np.argmin(np.abs(sums - half)))


EXACT = 16  # studies up to which all ways to halve them are looked at


def _greedy(logs: Array) -> int:
    chosen, totals = 0, [0.0, 0.0]
    for i, size in enumerate(logs.tolist()):
        side = 0 if totals[0] <= totals[1] else 1
        totals[side] += size
        chosen |= (1 - side) << i
    return chosen


@dataclass(frozen=True, eq=False)
class Half:
    """The sums of one half of the studies, a row per combination of their candidates.

    ``fixed`` holds candidates of outside studies that count with this half. ``sums`` has shape (6, N): the
    two sums behind the centre of Q, then w, w y, w y^2 and w^2. ``k`` counts the estimable studies.
    """

    studies: tuple[int, ...]
    cells: Sequence[Cells] = field(repr=False)
    fixed: dict[int, int] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, ...]:
        """Candidates per study of this half."""
        return tuple(self.cells[i].y.size for i in self.studies)

    def combine(self, terms: Sequence[Array]) -> Array:
        """Return sums over this half's studies of terms given for every study, shape (T, C_i) each;
        shape (T, N).
        """
        own = [terms[i][:, [pick]] for i, pick in self.fixed.items()] + [terms[i] for i in self.studies]
        return outer_sum(own) if own else np.zeros((terms[0].shape[0], 1))

    def picks(self, rows: Index, out: Index) -> None:
        """Write the candidates of the rows into ``out``, shape (rows, studies)."""
        for study, pick in self.fixed.items():
            out[:, study] = pick
        out[:, list(self.studies)] = unravelled(rows, self.shape)


def static_terms(cells: Sequence[Cells]) -> list[Array]:
    """Return what Q and tau squared are made of, per study:
    shape (7, C), the last row counting estimable studies.
    """
    terms = []
    for each in cells:
        w = 1 / each.v
        terms.append(
            np.stack([*each.sums[:2], w, w * each.y, w * each.y**2, w * w, each.estimable.astype(float)])
        )
    return terms
