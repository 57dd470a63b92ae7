"""One part of a search: the candidate tables of a slice, by joining the two halves, and their exact check."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bayes_ivig.analyses.reconstruction.arithmetic import Array, Cells, Index, Numbers, Way, numbers
from bayes_ivig.analyses.reconstruction.bounds import Box, Range, Slice
from bayes_ivig.analyses.reconstruction.requirements import Requirement
from bayes_ivig.analyses.reconstruction.two_halves import Half
from bayes_ivig.formulas.pair_join import Promising, Runs, Window, runs

STRIPS = 64
PER_STRIP = 400  # rows of B that a strip should hold at least
BLOCK = 40_000  # pairs looked at together: their arrays stay in the processor's cache
TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Pair:
    """Two halves, the rows of each with the right number of estimable studies, and their sums."""

    halves: tuple[Half, Half]
    rows: tuple[Index, Index]
    sums: tuple[Array, Array]  # (6, rows)

    def windows(self, terms: tuple[list[Array], list[Array]], limits: Range) -> Window:
        """Return the window of a quantity bounded from above by the first terms and
        from below by the second.
        """
        upper, lower = (
            [half.combine(side)[0][rows] for half, rows in zip(self.halves, self.rows, strict=True)]
            for side in terms
        )
        return Window(upper[0], upper[1], limits[0], lower[0], lower[1], limits[1])


def candidates(pair: Pair, part: Slice, box: Box, pooled: tuple[Range, Range]) -> Iterator[Index]:
    """Yield every table of a slice that can meet the windows, as candidates per study, shape (N, K).

    ``pooled`` are the ranges of estimate and standard error, for slices of tau squared.
    """
    if not (pair.rows[0].size and pair.rows[1].size):
        return
    strip: Window | None
    promising: Promising | None = None
    if part.tau2 is not None:
        key, strip = _effect_windows(pair, part.tau2, box, pooled)
        promising = _divisor_test(pair, part, part.tau2)
    else:
        key, strip = _centre_window(pair, part, box), _q_window(pair, part, box)
    strips = max(1, min(STRIPS, pair.rows[1].size // PER_STRIP))
    for pairs in runs(key, strip, strips, promising):
        yield from _sifted(pair, pairs, part, box)


def _effect_windows(pair: Pair, tau2: Range, box: Box, pooled: tuple[Range, Range]) -> tuple[Window, Window]:
    """Return the windows of sum w (y - estimate) and of sum w,
    for any tau squared of the slice and any allowed estimate.
    """
    (low, high), (least, most) = pooled
    more, less, upper, lower = [], [], [], []
    for each in box.cells:
        heavy, light = 1 / (each.v + tau2[0]), 1 / (each.v + tau2[1])
        heavy, light = (np.where(each.estimable, w, 0.0) for w in (heavy, light))
        upper.append(heavy[None])
        lower.append(light[None])
        more.append((np.where(each.y > low, heavy, light) * (each.y - low))[None])
        less.append((np.where(each.y > high, light, heavy) * (each.y - high))[None])
    weights = (1 / most**2 if most < np.inf else 0.0, 1 / least**2 if least > 0 else np.inf)
    return pair.windows((more, less), (0.0, 0.0)), pair.windows((upper, lower), weights)


def _divisor_test(pair: Pair, part: Slice, tau2: Range) -> Promising | None:
    """Return the test of W - sum w^2 / W, the divisor of tau squared, between the extremes of a strip."""
    if tau2[1] <= 0:
        return None
    excess = part.q[0] - (part.k - 1), part.q[1] - (part.k - 1)
    most = excess[1] / tau2[0] * (1 + TINY) if tau2[0] > 0 else np.inf
    least = excess[0] / tau2[1] * (1 - TINY)

    def promising(a: Index, members: Index) -> "np.typing.NDArray[np.bool_]":
        w, ww = pair.sums[0][2][a], pair.sums[0][5][a]
        own, squares = pair.sums[1][2][members], pair.sums[1][5][members]
        top, bottom = w + own.max(), w + own.min()
        with np.errstate(divide="ignore", invalid="ignore"):
            above = top - (ww + squares.min()) / top >= least
            below = bottom - (ww + squares.max()) / bottom <= most
        return np.asarray(above & (below | (bottom <= 0)))

    return promising


def _centre_window(pair: Pair, part: Slice, box: Box) -> Window:
    """Return the window of numerator minus e^centre denominator (centre itself
    where the measure is no ratio).
    """
    low, high = np.exp(np.array(part.centre)) if box.exponential else np.array(part.centre)
    room = TINY * (1 + abs(low) + abs(high))
    more = [(each.sums[0] - (low - room) * each.sums[1])[None] for each in box.cells]
    less = [(each.sums[0] - (high + room) * each.sums[1])[None] for each in box.cells]
    return pair.windows((more, less), (0.0, 0.0))


def _q_window(pair: Pair, part: Slice, box: Box) -> Window | None:
    """Return the window of Q around any centre of the slice, None where Q may be anything."""
    if part.q[0] <= 0 and part.q[1] == np.inf:
        return None
    upper, lower = [], []
    for each in box.cells:
        ends = [(each.y - centre) ** 2 / each.v for centre in part.centre]
        inside = (each.y >= part.centre[0]) & (each.y <= part.centre[1])
        upper.append(np.maximum(*ends)[None])
        lower.append(np.where(inside, 0.0, np.minimum(*ends))[None])
    return pair.windows((upper, lower), part.q)


def _sifted(pair: Pair, pairs: Runs, part: Slice, box: Box) -> Iterator[Index]:
    """Yield of one strip's pairs those with Q, tau squared and centre in the slice, from sums alone."""
    a_sums, b_sums = pair.sums[0][:, pairs.a], np.ascontiguousarray(pair.sums[1][:, pairs.b])
    room = 1e-12 * float(a_sums[4].max() + b_sums[4].max())
    low, high = part.q[0] - room, part.q[1] + room
    for block, position in pairs.blocks(BLOCK):
        lengths, own = pairs.length[block], a_sums[:, block]

        def total(i: int, own: Array = own, lengths: Index = lengths, position: Index = position) -> Array:
            return np.asarray(np.repeat(own[i], lengths) + b_sums[i].take(position))

        with np.errstate(divide="ignore", invalid="ignore"):
            centre, w = box.link(total(0), total(1)), total(2)
            q = total(4) + centre * (centre * w - 2 * total(3))
            kept = np.flatnonzero((q >= low) & (q <= high) & np.isfinite(centre))
        if not kept.size:
            continue
        kept = kept[_in_slice(part, centre[kept], q[kept], w[kept], total(5)[kept])]
        if kept.size:
            a = np.repeat(np.arange(block.start, block.stop), lengths)[kept]
            yield _picks(pair, pairs.a[a], pairs.b[position[kept]], len(box.cells))


def _in_slice(part: Slice, centre: Array, q: Array, w: Array, ww: Array) -> "np.typing.NDArray[np.bool_]":
    """Mark what belongs to this slice and to no other; the same sums give the same answer in every slice."""
    if part.k < 2:  # one study has no Q, and one slice
        return np.ones(q.shape, bool)
    if part.tau2 is None:
        value, (low, high) = centre, part.centre
    else:
        df = part.k - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(q > df, (q - df) / (w - ww / w), 0.0)
        if part.tau2 == (0.0, 0.0):
            return np.asarray(q <= df)
        low, high = part.tau2
        if part.closed:
            return np.asarray((q > df) & (value >= low))
        return np.asarray((q > df) & (value >= low) & (value < high))
    return np.asarray((value >= low) if part.closed else (value >= low) & (value < high))


def _picks(pair: Pair, a: Index, b: Index, studies: int) -> Index:
    out = np.empty((a.size, studies), dtype=np.intp)
    for half, rows, chosen in zip(pair.halves, pair.rows, (a, b), strict=True):
        half.picks(rows[chosen], out)
    return out


def meeting(picked: Index, requirements: Sequence[Requirement], cells: dict[Way, tuple[Cells, ...]]) -> Index:
    """Return the tables that give every printed number, checked with the formulas of ``pool``."""
    for way, own in cells.items():
        wanted = [each for each in requirements if each.way == way]
        if picked.size and wanted:
            given: Numbers = numbers(way, own, picked)
            picked = picked[np.logical_and.reduce([each.met_by(given) for each in wanted])]
    return picked
