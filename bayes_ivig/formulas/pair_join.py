"""Pairs of a from A and b from B whose sums lie in windows,
found by sorting rather than by trying every pair.

A window asks that ``lower_a + lower_b >= least`` and ``upper_a + upper_b <= most``. Where the two sums bound
one quantity from above and below, few b go with each a: B is cut into strips of nearly equal second window,
each strip sorted by the first, and every a looks up its own run of b. The windows are necessary conditions,
so nothing is lost; what is found must be checked.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]
type Index = NDArray[np.intp]
type Promising = Callable[[Index, Index], NDArray[np.bool_]]

SLACK = 1e-9  # of the terms' size: what binary fractions could take from a sum


class Window(NamedTuple):
    """Terms of two bounds, shapes (A,) and (B,), and what their sums must reach."""

    lower_a: Array
    lower_b: Array
    least: float
    upper_a: Array
    upper_b: Array
    most: float

    @property
    def slack(self) -> float:
        """Room for rounding errors of the sums."""
        size = sum(
            float(np.max(np.abs(x), initial=0.0))
            for x in (self.lower_a, self.lower_b, self.upper_a, self.upper_b)
        )
        return SLACK * (1.0 + size)


class Runs(NamedTuple):
    """One strip: its members of B in sorted order, and per a where its run of them begins
    and how long it is.
    """

    b: Index
    a: Index
    first: Index
    length: Index

    def blocks(self, size: int) -> Iterator[tuple[slice, Index]]:
        """Cut the pairs into blocks of about ``size``; yields which a,
        and the positions in ``b`` of all their runs in turn.
        """
        ends = np.cumsum(self.length)
        start = 0
        while start < self.a.size:
            before = int(ends[start - 1]) if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, before + size, side="right")))
            lengths = self.length[start:stop]
            offsets = np.cumsum(lengths) - lengths
            yield (
                slice(start, stop),
                np.arange(lengths.sum()) + np.repeat(self.first[start:stop] - offsets, lengths),
            )
            start = stop


def runs(
    key: Window, strip: Window | None, strips: int, promising: Promising | None = None
) -> Iterator[Runs]:
    """Yield the strips of B with the runs of every a that may have a partner there.

    ``promising`` is given (a, members of the strip) and may rule out some a by a bound over the whole strip.
    """
    a_left, b_left = _possible(key, strip)
    a_left = a_left[np.argsort(key.lower_a[a_left])]
    order = b_left if strip is None else b_left[np.argsort(strip.lower_b[b_left])]
    room = key.slack
    for cut in np.array_split(order, max(1, min(strips, order.size))):
        if not cut.size or not a_left.size:
            continue
        members = cut[np.argsort(key.lower_b[cut])]
        a = a_left if strip is None else a_left[_meets(strip, a_left, members)]
        if promising is not None and a.size:
            a = a[promising(a, members)]
        low, gap = key.lower_b[members], float((key.lower_b[members] - key.upper_b[members]).max())
        first = np.searchsorted(low, key.least - key.lower_a[a] - room, side="left")
        length = np.searchsorted(low, key.most - key.upper_a[a] + gap + room, side="right") - first
        some = length > 0
        if some.any():
            yield Runs(members, a[some], first[some], length[some])


def _possible(key: Window, strip: Window | None) -> tuple[Index, Index]:
    """Return the a and the b that have a partner at all, as far as each window alone can tell."""
    keep_a, keep_b = np.ones(key.lower_a.size, bool), np.ones(key.lower_b.size, bool)
    for window in (key, strip):
        if window is None or not keep_a.any() or not keep_b.any():
            continue
        room = window.slack
        keep_a &= window.lower_a + window.lower_b.max() >= window.least - room
        keep_a &= window.upper_a + window.upper_b.min() <= window.most + room
        keep_b &= window.lower_b + window.lower_a.max() >= window.least - room
        keep_b &= window.upper_b + window.upper_a.min() <= window.most + room
    return np.flatnonzero(keep_a), np.flatnonzero(keep_b)


def _meets(strip: Window, a: Index, members: Index) -> NDArray[np.bool_]:
    """Mark the a that meet the strip's window with at least the extremes of its members."""
    above = strip.lower_a[a] + strip.lower_b[members].max() >= strip.least - strip.slack
    return np.asarray(above & (strip.upper_a[a] + strip.upper_b[members].min() <= strip.most + strip.slack))


def outer_sum(terms: list[Array]) -> Array:
    """Return the sums of one column from each of several arrays (T, C_i), all combinations,
    shape (T, C_1 C_2 ...).

    The last array's columns run fastest, as in ``numpy.unravel_index``.
    """
    total = terms[0]
    for each in terms[1:]:
        total = (total[:, :, None] + each[:, None, :]).reshape(total.shape[0], -1)
    return total
